// SPDX-License-Identifier: Apache-2.0
// A hash table of nodes that hold their key. It grows and shrinks in small steps, so that no single
// command pays for moving a million nodes, and a walk with a cursor survives that (SCAN).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

#include "daemon/resp/hash.h"

namespace wiregap::resp {

/// What every node begins with; its key's bytes lie behind it.
template <class Node>
struct DictNode {
    Node* next = nullptr;
    std::uint64_t hash = 0;
    std::uint32_t key_size = 0;

    [[nodiscard]] std::string_view key() const noexcept {
        return {reinterpret_cast<const char*>(static_cast<const Node*>(this) + 1), key_size};
    }
    static Node* make(std::string_view key, std::uint64_t hash) {
        Node* const node = new (::operator new(sizeof(Node) + key.size())) Node();
        node->hash = hash;
        node->key_size = static_cast<std::uint32_t>(key.size());
        if (!key.empty()) std::memcpy(reinterpret_cast<char*>(node + 1), key.data(), key.size());
        return node;
    }
    static void destroy(Node* node) noexcept {
        node->~Node();
        ::operator delete(node);
    }
    /// Memory, with what the allocator and the table add.
    [[nodiscard]] std::size_t footprint() const noexcept { return sizeof(Node) + key_size + 24; }
};

template <class Node>
class Dict {
  public:
    Dict() = default;
    ~Dict() {
        free_some(SIZE_MAX, [](const Node&) {});
        std::free(tables_[0].slots);
        std::free(tables_[1].slots);
    }
    Dict(Dict&& other) noexcept { swap(other); }
    Dict& operator=(Dict&& other) noexcept {
        swap(other);
        return *this;
    }
    Dict(const Dict&) = delete;
    Dict& operator=(const Dict&) = delete;
    void swap(Dict& other) noexcept {
        std::swap(tables_, other.tables_);
        std::swap(moved_, other.moved_);
        std::swap(freed_, other.freed_);
        std::swap(size_, other.size_);
    }

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    Node* find(std::string_view key) const noexcept { return find(key, hash_of(key)); }
    Node* find(std::string_view key, std::uint64_t hash) const noexcept {
        for (const Table& table : tables_) {
            if (table.slots == nullptr) continue;
            for (Node* n = table.slots[hash & table.mask]; n != nullptr; n = n->next) {
                if (n->hash == hash && n->key() == key) return n;
            }
        }
        return nullptr;
    }
    /// Takes a node whose key is not there yet.
    void insert(Node* node) {
        grow_if_full();
        move_some();
        link(tables_[rehashing() ? 1 : 0], node);
        ++size_;
    }
    /// Takes it out; the caller destroys it.
    void remove(Node* node) noexcept {
        move_some();
        for (Table& table : tables_) {
            if (table.slots == nullptr) continue;
            for (Node** at = &table.slots[node->hash & table.mask]; *at; at = &(*at)->next) {
                if (*at != node) continue;
                *at = node->next;
                --size_;
                shrink_if_sparse();
                return;
            }
        }
    }
    /// Calls `see(node)` for the nodes of a few buckets; returns the next cursor, 0 at the end. A
    /// node that stays there from cursor 0 to 0 is seen at least once, whatever the table does: the
    /// cursor counts with its bits reversed, so that a bucket's halves are neighbours in time.
    template <class See>
    std::uint64_t scan(std::uint64_t cursor, See&& see) const {
        if (size_ == 0) return 0;
        const Table* small = &tables_[0];
        const Table* large = rehashing() ? &tables_[1] : small;
        if (small->mask > large->mask) std::swap(small, large);
        see_bucket(*small, cursor & small->mask, see);
        if (large == small) return next_cursor(cursor, small->mask);
        do {
            see_bucket(*large, cursor & large->mask, see);
            cursor = next_cursor(cursor, large->mask);
        } while ((cursor & (small->mask ^ large->mask)) != 0);
        return cursor;
    }
    /// Calls `see(node)` for all.
    template <class See>
    void each(See&& see) const {
        for (const Table& table : tables_) {
            for (std::size_t i = 0; table.slots != nullptr && i <= table.mask; ++i) {
                see_bucket(table, i, see);
            }
        }
    }
    /// Destroys about `most` nodes, `last_look(node)` before each. The table is good for nothing
    /// but this afterwards; size() says how many are left.
    template <class LastLook>
    void free_some(std::size_t most, LastLook&& last_look) {
        for (std::size_t steps = 0; size_ > 0 && steps < most; ++steps) {
            Table& table = tables_[tables_[0].slots != nullptr ? 0 : 1];
            if (freed_ > table.mask) {
                std::free(std::exchange(table.slots, nullptr));
                freed_ = 0;
                continue;
            }
            for (Node* n = table.slots[freed_++]; n != nullptr; ++steps, --size_) {
                Node* const gone = std::exchange(n, n->next);
                last_look(*gone);
                DictNode<Node>::destroy(gone);
            }
        }
    }

  private:
    struct Table {
        Node** slots = nullptr;
        std::size_t mask = 0;
    };
    static constexpr std::size_t least_slots = 4;

    [[nodiscard]] bool rehashing() const noexcept { return tables_[1].slots != nullptr; }
    static void link(Table& table, Node* node) noexcept {
        Node*& head = table.slots[node->hash & table.mask];
        node->next = head;
        head = node;
    }
    static Table make_table(std::size_t slots) {
        // Large tables come from the kernel zeroed and untouched: nothing is paid for now.
        auto* const fresh = static_cast<Node**>(std::calloc(slots, sizeof(Node*)));
        if (fresh == nullptr) throw std::bad_alloc();
        return {fresh, slots - 1};
    }
    void grow_if_full() {
        if (tables_[0].slots == nullptr) tables_[0] = make_table(least_slots);
        if (rehashing() || size_ <= tables_[0].mask) return;
        tables_[1] = make_table(2 * (tables_[0].mask + 1));
        moved_ = 0;
    }
    void shrink_if_sparse() noexcept {
        const std::size_t slots = tables_[0].mask + 1;
        if (rehashing() || slots <= 64 || size_ * 8 > slots) return;
        auto* const fresh = static_cast<Node**>(std::calloc(slots / 4, sizeof(Node*)));
        if (fresh == nullptr) return;  // it stays as large as it is
        tables_[1] = {fresh, slots / 4 - 1};
        moved_ = 0;
    }
    /// Every insert and remove moves a few buckets on: done before the new table fills.
    void move_some() noexcept {
        for (int step = 0; step < 16 && rehashing(); ++step) {
            Node* n = tables_[0].slots[moved_];
            tables_[0].slots[moved_] = nullptr;
            while (n != nullptr) link(tables_[1], std::exchange(n, n->next));
            if (moved_++ < tables_[0].mask) continue;
            std::free(tables_[0].slots);
            tables_[0] = std::exchange(tables_[1], {});
        }
    }
    template <class See>
    static void see_bucket(const Table& table, std::size_t slot, See& see) {
        for (Node* n = table.slots[slot]; n != nullptr;) see(*std::exchange(n, n->next));
    }
    static std::uint64_t reversed(std::uint64_t bits) noexcept {
        bits = ((bits >> 1) & 0x5555555555555555) | ((bits & 0x5555555555555555) << 1);
        bits = ((bits >> 2) & 0x3333333333333333) | ((bits & 0x3333333333333333) << 2);
        bits = ((bits >> 4) & 0x0f0f0f0f0f0f0f0f) | ((bits & 0x0f0f0f0f0f0f0f0f) << 4);
        return __builtin_bswap64(bits);
    }
    static std::uint64_t next_cursor(std::uint64_t cursor, std::uint64_t mask) noexcept {
        return reversed(reversed(cursor | ~mask) + 1);
    }

    Table tables_[2];        ///< the second one while nodes move over
    std::size_t moved_ = 0;  ///< buckets of the first one that are empty by now
    std::size_t freed_ = 0;
    std::size_t size_ = 0;
};

}  // namespace wiregap::resp
