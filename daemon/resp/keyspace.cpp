// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/keyspace.h"

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "daemon/resp/limits.h"

namespace wiregap::resp {
namespace {

constexpr std::size_t small_collection = 64;  ///< freed at once

/// Frees up to `most` elements; how many are left.
std::size_t free_elements(Value& value, std::size_t most) {
    return std::visit(
        [most](auto& held) -> std::size_t {
            if constexpr (std::is_same_v<std::decay_t<decltype(held)>, Blob>) {
                held = Blob();
                return 0;
            } else {
                return held ? held->free_some(most) : 0;
            }
        },
        value);
}

}  // namespace

std::string_view type_name(const Value& value) noexcept {
    static constexpr std::string_view names[] = {"string", "list", "hash", "set", "zset"};
    return names[value.index()];
}

// What it frees throws nothing; the standard containers only do not say so.
Keyspace::~Keyspace() {  // NOLINT(bugprone-exception-escape)
    clear();
    while (free_some()) {
    }
}

Key* Keyspace::find(std::string_view name) {
    Key* const key = keys_.find(name);
    if (key == nullptr || !expired(*key)) return key;
    remove(*key);
    return nullptr;
}

Found<Blob> Keyspace::find_text(std::string_view name) {
    Key* const key = find(name);
    if (key == nullptr) return {};
    auto* const text = std::get_if<Blob>(&key->value);
    return {key, text, text == nullptr};
}

Key& Keyspace::make(std::string_view name) {
    Key* const key = Key::make(name, hash_of(name));
    keys_.insert(key);
    meter_.bytes += key->footprint();
    return *key;
}

void Keyspace::set_text(std::string_view name, std::string_view text, bool keep_expiry) {
    Key* key = find(name);
    if (key == nullptr) key = &make(name);
    if (!keep_expiry) key->expires_ms = 0;
    if (!std::holds_alternative<Blob>(key->value)) discard(std::exchange(key->value, Blob()));
    Blob& blob = std::get<Blob>(key->value);
    meter_.bytes -= blob.footprint();
    blob.assign(text);
    meter_.bytes += blob.footprint();
}

void Keyspace::overwrite_text(std::string_view name, std::size_t offset, std::string_view part) {
    Key* key = find(name);
    if (key == nullptr) key = &make(name);
    Blob& blob = std::get<Blob>(key->value);
    meter_.bytes -= blob.footprint();
    blob.overwrite(offset, part);
    meter_.bytes += blob.footprint();
}

bool Keyspace::remove(std::string_view name) {
    Key* const key = find(name);
    if (key == nullptr) return false;
    remove(*key);
    return true;
}

void Keyspace::remove(Key& key) {
    meter_.bytes -= key.footprint();
    discard(std::move(key.value));
    keys_.remove(&key);
    Key::destroy(&key);
}

void Keyspace::rename(Key& key, std::string_view name) {
    Value value = std::exchange(key.value, Blob());
    const std::int64_t expires_ms = key.expires_ms;
    remove(key);
    remove(name);
    Key& fresh = make(name);
    fresh.value = std::move(value);
    fresh.expires_ms = expires_ms;
}

/// A text is freed now; a large collection waits for free_some().
void Keyspace::discard(Value value) {
    if (const auto* text = std::get_if<Blob>(&value)) {
        meter_.bytes -= text->footprint();
        return;
    }
    if (free_elements(value, small_collection) > 0) deleted_.push_back(std::move(value));
}

void Keyspace::clear() {
    expiry_cursor_ = 0;
    if (keys_.size() > 0) cleared_.push_back(std::exchange(keys_, Dict<Key>()));
}

bool Keyspace::free_some() {
    while (!cleared_.empty()) {
        // Collections among the keys go to deleted_: a key is one step, however much it holds.
        cleared_.front().free_some(turn_frees, [this](Key& key) {
            meter_.bytes -= key.footprint();
            discard(std::move(key.value));
        });
        if (cleared_.front().size() > 0) return true;
        cleared_.pop_front();
        if (!deleted_.empty()) return true;
    }
    if (!deleted_.empty() && free_elements(deleted_.front(), turn_frees) == 0) {
        deleted_.pop_front();
    }
    return !deleted_.empty();
}

void Keyspace::expire_some() {
    std::vector<Key*> gone;
    for (int bucket = 0; bucket < 256; ++bucket) {
        expiry_cursor_ = keys_.scan(expiry_cursor_, [&](Key& key) {
            if (expired(key)) gone.push_back(&key);
        });
        if (expiry_cursor_ == 0) break;
    }
    for (Key* const key : gone) remove(*key);
}

}  // namespace wiregap::resp
