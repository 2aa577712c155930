// SPDX-License-Identifier: Apache-2.0
// Lists, hashes, sets and sorted sets. Each counts its memory into the keyspace's meter, and can be
// emptied in steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <ext/pb_ds/assoc_container.hpp>
#include <ext/pb_ds/tree_policy.hpp>
#include <string>
#include <string_view>

#include "daemon/resp/dict.h"

namespace wiregap::resp {

/// Bytes in use by everything that counts into it.
struct Meter {
    std::size_t bytes = 0;
};

/// A short string lies in its object, a longer one in memory of its own.
inline std::size_t string_footprint(std::size_t size) {
    return sizeof(std::string) + (size > 15 ? size + 17 : 0);
}

class List {
  public:
    explicit List(Meter& meter) : meter_(meter) {}
    ~List() { free_some(SIZE_MAX); }
    List(const List&) = delete;
    List& operator=(const List&) = delete;

    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] const std::string& at(std::size_t index) const { return items_[index]; }
    void push_front(std::string_view item);
    void push_back(std::string_view item);
    /// Of a list that is not empty.
    std::string pop_front();
    std::string pop_back();
    void set(std::size_t index, std::string_view item);
    std::size_t free_some(std::size_t most) noexcept;

  private:
    Meter& meter_;
    std::deque<std::string> items_;
};

class Hash {
  public:
    struct Field : DictNode<Field> {
        std::string value;
    };
    explicit Hash(Meter& meter) : meter_(meter) {}
    ~Hash() { free_some(SIZE_MAX); }
    Hash(const Hash&) = delete;
    Hash& operator=(const Hash&) = delete;

    [[nodiscard]] std::size_t size() const { return fields_.size(); }
    [[nodiscard]] const Field* find(std::string_view name) const { return fields_.find(name); }
    /// True if the field is new.
    bool set(std::string_view name, std::string_view value);
    bool remove(std::string_view name);
    [[nodiscard]] const Dict<Field>& fields() const { return fields_; }
    std::size_t free_some(std::size_t most) noexcept;

  private:
    static std::size_t footprint(const Field& field);
    Meter& meter_;
    Dict<Field> fields_;
};

class Set {
  public:
    struct Member : DictNode<Member> {
        std::size_t place = 0;
    };
    explicit Set(Meter& meter) : meter_(meter) {}
    ~Set() { free_some(SIZE_MAX); }
    Set(const Set&) = delete;
    Set& operator=(const Set&) = delete;

    [[nodiscard]] std::size_t size() const { return members_.size(); }
    [[nodiscard]] bool has(std::string_view name) const { return members_.find(name) != nullptr; }
    bool add(std::string_view name);
    bool remove(std::string_view name);
    /// The member at a place from 0 to size() - 1: draw the place to draw a member.
    [[nodiscard]] std::string_view at(std::size_t place) const { return order_[place]->key(); }
    [[nodiscard]] const Dict<Member>& members() const { return members_; }
    std::size_t free_some(std::size_t most) noexcept;

  private:
    static std::size_t footprint(const Member& member) {
        return member.footprint() + sizeof(void*);  // a pointer to it
    }
    Meter& meter_;
    Dict<Member> members_;
    std::deque<Member*> order_;
};

class SortedSet {
  public:
    struct Scored : DictNode<Scored> {
        double score = 0;
    };
    struct Before {
        bool operator()(const Scored* a, const Scored* b) const {
            return a->score != b->score ? a->score < b->score : a->key() < b->key();
        }
    };
    using Order = __gnu_pbds::tree<Scored*, __gnu_pbds::null_type, Before, __gnu_pbds::rb_tree_tag,
                                   __gnu_pbds::tree_order_statistics_node_update>;

    explicit SortedSet(Meter& meter) : meter_(meter) {}
    ~SortedSet() { free_some(SIZE_MAX); }
    SortedSet(const SortedSet&) = delete;
    SortedSet& operator=(const SortedSet&) = delete;

    [[nodiscard]] std::size_t size() const { return members_.size(); }
    [[nodiscard]] const Scored* find(std::string_view name) const { return members_.find(name); }
    /// True if the member is new.
    bool set(std::string_view name, double score);
    bool remove(std::string_view name);
    [[nodiscard]] std::size_t rank(const Scored& member) const;
    /// How many members come before this score (those with it too, if `through`).
    [[nodiscard]] std::size_t count_before(double score, bool through) const;
    /// By rank; end if there are fewer.
    [[nodiscard]] Order::const_iterator at(std::size_t rank) const {
        return order_.find_by_order(rank);
    }
    [[nodiscard]] const Dict<Scored>& members() const { return members_; }
    std::size_t free_some(std::size_t most) noexcept;

  private:
    static std::size_t footprint(const Scored& member) {
        return member.footprint() + 64;  // a node of the tree
    }
    Meter& meter_;
    Dict<Scored> members_;
    Order order_;
};

}  // namespace wiregap::resp
