// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/collections.h"

#include <cmath>
#include <limits>
#include <utility>

namespace wiregap::resp {

void List::push_front(std::string_view item) {
    items_.emplace_front(item);
    meter_.bytes += string_footprint(item.size());
}

void List::push_back(std::string_view item) {
    items_.emplace_back(item);
    meter_.bytes += string_footprint(item.size());
}

std::string List::pop_front() {
    std::string item = std::move(items_.front());
    items_.pop_front();
    meter_.bytes -= string_footprint(item.size());
    return item;
}

std::string List::pop_back() {
    std::string item = std::move(items_.back());
    items_.pop_back();
    meter_.bytes -= string_footprint(item.size());
    return item;
}

void List::set(std::size_t index, std::string_view item) {
    meter_.bytes -= string_footprint(items_[index].size());
    items_[index] = std::string(item);
    meter_.bytes += string_footprint(item.size());
}

std::size_t List::free_some(std::size_t most) noexcept {
    for (; most > 0 && !items_.empty(); --most) {
        meter_.bytes -= string_footprint(items_.back().size());
        items_.pop_back();
    }
    return items_.size();
}

std::size_t Hash::footprint(const Field& field) {
    return field.footprint() + (field.value.size() > 15 ? field.value.size() + 17 : 0);
}

bool Hash::set(std::string_view name, std::string_view value) {
    const std::uint64_t hash = hash_of(name);
    Field* field = fields_.find(name, hash);
    const bool fresh = field == nullptr;
    if (fresh) {
        field = Field::make(name, hash);
        fields_.insert(field);
    } else {
        meter_.bytes -= footprint(*field);
    }
    field->value = std::string(value);
    meter_.bytes += footprint(*field);
    return fresh;
}

bool Hash::remove(std::string_view name) {
    Field* const field = fields_.find(name);
    if (field == nullptr) return false;
    meter_.bytes -= footprint(*field);
    fields_.remove(field);
    Field::destroy(field);
    return true;
}

std::size_t Hash::free_some(std::size_t most) noexcept {
    fields_.free_some(most, [this](const Field& field) { meter_.bytes -= footprint(field); });
    return fields_.size();
}

bool Set::add(std::string_view name) {
    const std::uint64_t hash = hash_of(name);
    if (members_.find(name, hash) != nullptr) return false;
    Member* const member = Member::make(name, hash);
    member->place = order_.size();
    order_.push_back(member);
    members_.insert(member);
    meter_.bytes += footprint(*member);
    return true;
}

bool Set::remove(std::string_view name) {
    Member* const member = members_.find(name);
    if (member == nullptr) return false;
    meter_.bytes -= footprint(*member);
    members_.remove(member);
    order_.back()->place = member->place;
    order_[member->place] = order_.back();
    order_.pop_back();
    Member::destroy(member);
    return true;
}

std::size_t Set::free_some(std::size_t most) noexcept {
    for (std::size_t left = most; left > 0 && !order_.empty(); --left) order_.pop_back();
    members_.free_some(most, [this](const Member& member) { meter_.bytes -= footprint(member); });
    return members_.size();
}

bool SortedSet::set(std::string_view name, double score) {
    const std::uint64_t hash = hash_of(name);
    Scored* member = members_.find(name, hash);
    if (member != nullptr) {
        if (member->score == score) return false;
        order_.erase(member);
        member->score = score;
        order_.insert(member);
        return false;
    }
    member = Scored::make(name, hash);
    member->score = score;
    members_.insert(member);
    order_.insert(member);
    meter_.bytes += footprint(*member);
    return true;
}

bool SortedSet::remove(std::string_view name) {
    Scored* const member = members_.find(name);
    if (member == nullptr) return false;
    meter_.bytes -= footprint(*member);
    order_.erase(member);
    members_.remove(member);
    Scored::destroy(member);
    return true;
}

std::size_t SortedSet::rank(const Scored& member) const {
    // The tree compares and does not change; its keys are plain pointers.
    return order_.order_of_key(const_cast<Scored*>(&member));
}

std::size_t SortedSet::count_before(double score, bool through) const {
    // An empty name sorts before all others: everything with this score comes after the probe.
    Scored* const probe = Scored::make({}, 0);
    probe->score = through ? std::nextafter(score, std::numeric_limits<double>::infinity()) : score;
    const bool all = through && score == std::numeric_limits<double>::infinity();
    const std::size_t count = all ? size() : order_.order_of_key(probe);
    Scored::destroy(probe);
    return count;
}

std::size_t SortedSet::free_some(std::size_t most) noexcept {
    // The tree looks at the members' scores while it shrinks: it goes first.
    std::size_t left = most;
    for (; left > 0 && !order_.empty(); --left) order_.erase(order_.begin());
    if (!order_.empty()) return size();
    members_.free_some(left, [this](const Scored& member) { meter_.bytes -= footprint(member); });
    return size();
}

}  // namespace wiregap::resp
