// SPDX-License-Identifier: Apache-2.0
// Keys and their values, in memory only, with a bound. What is deleted is freed in steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string_view>
#include <variant>

#include "daemon/resp/blob.h"
#include "daemon/resp/collections.h"
#include "daemon/resp/dict.h"

namespace wiregap::resp {

using Value = std::variant<Blob, std::unique_ptr<List>, std::unique_ptr<Hash>, std::unique_ptr<Set>,
                           std::unique_ptr<SortedSet>>;

/// As TYPE says it: "string", "list", "hash", "set", "zset".
std::string_view type_name(const Value& value) noexcept;

struct Key : DictNode<Key> {
    std::int64_t expires_ms = 0;  ///< CLOCK_REALTIME; 0: never
    Value value;
};

/// A key that should hold a T.
template <class T>
struct Found {
    Key* key = nullptr;
    T* value = nullptr;
    bool wrong_type = false;
};

class Keyspace {
  public:
    explicit Keyspace(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}
    ~Keyspace();  // NOLINT(bugprone-exception-escape): see its definition
    Keyspace(const Keyspace&) = delete;
    Keyspace& operator=(const Keyspace&) = delete;

    /// The time by which keys expire. Call once a turn.
    void set_now_ms(std::int64_t unix_ms) noexcept { now_ms_ = unix_ms; }
    [[nodiscard]] std::int64_t now_ms() const noexcept { return now_ms_; }

    /// Null if there is no such key, or no more.
    Key* find(std::string_view name);
    /// Its text, or null. wrong_type: it is a collection.
    Found<Blob> find_text(std::string_view name);
    template <class T>
    Found<T> find(std::string_view name) {
        Key* const key = find(name);
        if (key == nullptr) return {};
        auto* const held = std::get_if<std::unique_ptr<T>>(&key->value);
        return {key, held == nullptr ? nullptr : held->get(), held == nullptr};
    }
    /// As find; a key that is not there is made, with an empty collection.
    template <class T>
    Found<T> find_or_make(std::string_view name) {
        Found<T> found = find<T>(name);
        if (found.key != nullptr) return found;
        found.key = &make(name);
        found.key->value = std::make_unique<T>(meter_);
        found.value = std::get<std::unique_ptr<T>>(found.key->value).get();
        return found;
    }
    /// Makes the key or replaces its value, whatever it was. Its expiry goes unless `keep_expiry`.
    void set_text(std::string_view name, std::string_view text, bool keep_expiry = false);
    /// Replaces a part of a text, or makes it.
    void overwrite_text(std::string_view name, std::size_t offset, std::string_view part);

    bool remove(std::string_view name);
    void remove(Key& key);
    /// A collection that became empty is no key any more.
    template <class T>
    void remove_if_empty(const Found<T>& found) {
        if (found.value->size() == 0) remove(*found.key);
    }
    void rename(Key& key, std::string_view name);
    void clear();

    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    [[nodiscard]] const Dict<Key>& keys() const { return keys_; }
    [[nodiscard]] bool expired(const Key& key) const {
        return key.expires_ms != 0 && key.expires_ms <= now_ms_;
    }

    [[nodiscard]] Meter& meter() noexcept { return meter_; }
    [[nodiscard]] std::size_t used_bytes() const noexcept { return meter_.bytes; }
    [[nodiscard]] std::size_t limit_bytes() const noexcept { return limit_bytes_; }
    void set_limit_bytes(std::size_t limit) noexcept { limit_bytes_ = limit; }
    [[nodiscard]] bool full() const noexcept { return meter_.bytes > limit_bytes_; }

    /// Frees a bounded part of what was deleted. True if there is more.
    bool free_some();
    /// Looks for expired keys in a few buckets. Call now and then.
    void expire_some();

  private:
    Key& make(std::string_view name);
    void discard(Value value);

    std::size_t limit_bytes_;
    std::int64_t now_ms_ = 0;
    Meter meter_;
    Dict<Key> keys_;
    std::uint64_t expiry_cursor_ = 0;
    std::deque<Value> deleted_;      ///< large values on their way out
    std::deque<Dict<Key>> cleared_;  ///< what FLUSHALL left
};

}  // namespace wiregap::resp
