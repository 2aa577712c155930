// SPDX-License-Identifier: Apache-2.0
// Keys and their texts, in memory only, with a bound. In the order of their names' hashes, so that
// nothing is ever rehashed and a walk with a cursor (SCAN) is a place in that order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/resp/protocol/budget.h"
#include "daemon/resp/protocol/text.h"

namespace wiregap::resp {

class Keyspace {
  public:
    /// limit_bytes: of keys and texts; both count into the budget, too.
    Keyspace(Budget& budget, std::size_t limit_bytes) noexcept
        : limit_bytes_(limit_bytes), budget_(budget), nodes_(budget) {}

    /// The time by which keys expire. Call once a turn.
    void set_now_ms(std::int64_t unix_ms) noexcept { now_ms_ = unix_ms; }
    [[nodiscard]] std::int64_t now_ms() const noexcept { return now_ms_; }

    /// The key's text, null if there is no such key, or no more.
    [[nodiscard]] const TextPtr* find(std::string_view name);
    /// Makes the key or replaces its text. It stays for ever, or as long as before.
    void set(std::string_view name, std::string_view bytes, bool keep_expiry = false);
    /// Replaces a part of a text, zero bytes in any gap before it; makes the key if need be.
    void overwrite(std::string_view name, std::size_t offset, std::string_view part);
    /// False: there is no such key.
    bool remove(std::string_view name);
    void clear();

    [[nodiscard]] bool expired(std::string_view name) const;
    /// When a key that is there expires, CLOCK_REALTIME; 0: never.
    [[nodiscard]] std::int64_t expires_ms(std::string_view name) const;
    void set_expiry(std::string_view name, std::int64_t expires_ms);

    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    [[nodiscard]] std::size_t expiring() const noexcept { return expiries_.size(); }
    [[nodiscard]] std::size_t used_bytes() const noexcept { return used_bytes_; }
    [[nodiscard]] std::size_t limit_bytes() const noexcept { return limit_bytes_; }
    void set_limit_bytes(std::size_t limit) noexcept { limit_bytes_ = limit; }
    /// No room for more. Never while there are keys that have expired: these go first.
    [[nodiscard]] bool full();

    /// Removes what has expired, oldest first, a bounded number. True if there is more.
    bool expire_some();
    /// Frees a bounded part of what was removed. True if there is more.
    bool free_some();
    /// Work since the last call that does not show in requests and replies: KiB of texts that were
    /// made or dropped.
    std::size_t take_effort() noexcept { return std::exchange(effort_, 0); }

    /// Calls see(name) for the keys from a cursor on (0: the first) until it returns false; the
    /// next cursor, 0 at the end. A key that stays is seen once, whatever happens to others.
    template <class See>
    std::uint64_t scan(std::uint64_t cursor, See&& see) const {
        bool more = true;
        for (auto at = keys_.lower_bound(Place{cursor, {}}); at != keys_.end(); ++at) {
            // Those with one hash belong to one call.
            if (!more && at->first.hash != cursor) return at->first.hash;
            cursor = at->first.hash;
            more = see(std::string_view(at->first.name)) && more;
        }
        return 0;
    }

  private:
    struct Place {
        std::uint64_t hash;
        std::string_view name;
    };
    struct Name {
        std::uint64_t hash;
        std::string name;
    };
    struct Before {
        using is_transparent = void;
        template <class A, class B>
        bool operator()(const A& a, const B& b) const noexcept {
            return a.hash != b.hash ? a.hash < b.hash : a.name < b.name;
        }
    };
    struct Value {
        TextPtr text;
        std::int64_t expires_ms = 0;
    };
    using Keys = std::map<Name, Value, Before>;

    using Expiries = std::map<std::pair<std::int64_t, const Name*>, Keys::iterator>;
    struct Cleared {
        Keys keys;
        Expiries expiries;
    };

    static Place place_of(std::string_view name) noexcept;
    static std::size_t footprint(const Keys::value_type& key) noexcept;
    [[nodiscard]] bool has_expired(const Value& value) const noexcept;
    Keys::iterator lookup(std::string_view name);
    Value& make(std::string_view name);
    std::string& writable(Value& value, std::size_t keep, std::size_t room);
    void remove(Keys::iterator key);
    void forget_expiry(Keys::iterator key);

    std::size_t limit_bytes_;
    std::int64_t now_ms_ = 0;
    std::size_t used_bytes_ = 0;
    Budget& budget_;
    Share nodes_;  ///< texts have their own
    Keys keys_;
    Expiries expiries_;
    std::size_t effort_ = 0;
    std::vector<TextPtr> removed_;  ///< large ones on their way out
    std::list<Cleared> cleared_;    ///< what FLUSHALL left
};

}  // namespace wiregap::resp
