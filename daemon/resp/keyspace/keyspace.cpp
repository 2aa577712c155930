// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/keyspace/keyspace.h"

#include <algorithm>

#include "daemon/resp/keyspace/siphash.h"

namespace wiregap::resp {
namespace {

/// Steps of one turn of the loop.
constexpr int turn_expiries = 256;
constexpr int turn_frees = 2048;
/// Returning these to the kernel takes its time: a few each turn.
constexpr std::size_t large_bytes = std::size_t{64} * 1024;
constexpr std::size_t turn_large_bytes = std::size_t{8} * 1024 * 1024;
/// Of an entry among the expiries, with what the allocator adds.
constexpr std::size_t expiry_bytes = 64;

}  // namespace

/// 52 bits: clients that keep cursors as floating-point numbers exist.
Keyspace::Place Keyspace::place_of(std::string_view name) noexcept {
    return {siphash(name) >> 12U, name};
}

std::size_t Keyspace::footprint(const Keys::value_type& key) noexcept {
    constexpr std::size_t node_bytes = 128;  // with what the tree and the allocator add
    const std::size_t size = key.first.name.size();
    return node_bytes + (size > 15 ? size + 17 : 0) +
           (key.second.expires_ms != 0 ? expiry_bytes : 0);
}

Keyspace::Keys::iterator Keyspace::lookup(std::string_view name) {
    const auto key = keys_.find(place_of(name));
    if (key == keys_.end() || !has_expired(key->second)) return key;
    remove(key);
    return keys_.end();
}

const TextPtr* Keyspace::find(std::string_view name) {
    const auto key = lookup(name);
    return key == keys_.end() ? nullptr : &key->second.text;
}

Keyspace::Value& Keyspace::make(std::string_view name) {
    const auto key = keys_.try_emplace(Name{place_of(name).hash, std::string(name)}).first;
    key->second.text = std::make_shared<Text>(budget_);
    nodes_.add(footprint(*key));
    used_bytes_ += footprint(*key) + key->second.text->footprint();
    return key->second;
}

/// The text with room for so many bytes, its first `keep` ones in it; one of its own if replies
/// hold it, too.
std::string& Keyspace::writable(Value& value, std::size_t keep, std::size_t room) {
    used_bytes_ -= value.text->footprint();
    const bool wasteful = value.text->bytes.capacity() > 2 * room + 64;
    if (value.text.use_count() > 1 || wasteful) {
        auto own = std::make_shared<Text>(budget_);
        own->reserve(room);
        effort_ += room / 1024;
        own->bytes.assign(value.text->bytes, 0, keep);
        value.text = std::move(own);
    }
    if (room > value.text->bytes.capacity()) effort_ += room / 1024;
    value.text->reserve(room);
    used_bytes_ += value.text->footprint();
    return value.text->bytes;
}

void Keyspace::set(std::string_view name, std::string_view bytes, bool keep_expiry) {
    const auto key = lookup(name);
    if (key != keys_.end() && !keep_expiry) forget_expiry(key);
    Value& value = key == keys_.end() ? make(name) : key->second;
    writable(value, 0, bytes.size()).assign(bytes);
}

void Keyspace::overwrite(std::string_view name, std::size_t offset, std::string_view part) {
    const auto key = lookup(name);
    Value& value = key == keys_.end() ? make(name) : key->second;
    const std::size_t before = value.text->bytes.size();
    const std::size_t size = std::max(before, offset + part.size());
    const std::size_t capacity = value.text->bytes.capacity();
    // Half as much again where it grows: appending a little at a time is not to copy it each time.
    std::string& bytes = writable(value, before, size <= capacity ? capacity : size + size / 2);
    bytes.resize(size, '\0');
    bytes.replace(offset, part.size(), part);
}

bool Keyspace::remove(std::string_view name) {
    const auto key = lookup(name);
    if (key == keys_.end()) return false;
    remove(key);
    return true;
}

void Keyspace::remove(Keys::iterator key) {
    forget_expiry(key);
    TextPtr text = std::move(key->second.text);
    nodes_.subtract(footprint(*key));
    used_bytes_ -= footprint(*key) + text->footprint();
    keys_.erase(key);
    effort_ += text->footprint() / 1024;
    if (text->footprint() >= large_bytes) removed_.push_back(std::move(text));
}

void Keyspace::clear() {
    used_bytes_ = 0;
    if (!keys_.empty()) {
        cleared_.push_back({std::exchange(keys_, {}), std::exchange(expiries_, {})});
    }
}

bool Keyspace::has_expired(const Value& value) const noexcept {
    return value.expires_ms != 0 && value.expires_ms <= now_ms_;
}

bool Keyspace::expired(std::string_view name) const {
    const auto key = keys_.find(place_of(name));
    return key != keys_.end() && has_expired(key->second);
}

std::int64_t Keyspace::expires_ms(std::string_view name) const {
    const auto key = keys_.find(place_of(name));
    return key == keys_.end() ? 0 : key->second.expires_ms;
}

void Keyspace::set_expiry(std::string_view name, std::int64_t expires_ms) {
    const auto key = lookup(name);
    if (key == keys_.end()) return;
    forget_expiry(key);
    if (expires_ms == 0) return;
    key->second.expires_ms = expires_ms;
    expiries_.emplace(std::pair(expires_ms, &key->first), key);
    nodes_.add(expiry_bytes);
    used_bytes_ += expiry_bytes;
}

void Keyspace::forget_expiry(Keys::iterator key) {
    if (key->second.expires_ms == 0) return;
    expiries_.erase({key->second.expires_ms, &key->first});
    key->second.expires_ms = 0;
    nodes_.subtract(expiry_bytes);
    used_bytes_ -= expiry_bytes;
}

bool Keyspace::full() {
    return used_bytes_ > limit_bytes_ && !expire_some() && used_bytes_ > limit_bytes_;
}

bool Keyspace::expire_some() {
    for (int i = 0; i < turn_expiries; ++i) {
        if (expiries_.empty() || expiries_.begin()->first.first > now_ms_) return false;
        remove(expiries_.begin()->second);
    }
    return true;
}

bool Keyspace::free_some() {
    for (std::size_t bytes = 0; bytes < turn_large_bytes && !removed_.empty();) {
        bytes += removed_.back()->footprint();
        removed_.pop_back();
    }
    std::size_t bytes = 0;
    for (int i = 0; i < turn_frees && bytes < turn_large_bytes && !cleared_.empty(); ++i) {
        auto& [keys, expiries] = cleared_.front();
        if (!expiries.empty()) expiries.erase(expiries.begin());
        nodes_.subtract(footprint(*keys.begin()));
        bytes += keys.begin()->second.text->footprint();
        keys.erase(keys.begin());
        if (keys.empty()) cleared_.pop_front();
    }
    return !removed_.empty() || !cleared_.empty();
}

}  // namespace wiregap::resp
