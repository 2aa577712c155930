// SPDX-License-Identifier: Apache-2.0
// What programs write down of their own calls, in memory that all of them share, and its comparison
// with what wiregap says of them.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/support/fd.h"
#include "tests/truth/session.h"

namespace wiregap::truth {

/// One service's: what its calls returned.
struct LedgerRow {
    enum Cause : std::uint8_t { fin, reset_by_peer, reset_by_us, causes };
    std::atomic<std::uint64_t> written_bytes;
    std::atomic<std::uint64_t> would_block;
    std::atomic<std::uint64_t> errors;
    std::atomic<std::uint64_t> opened;
    std::array<std::atomic<std::uint64_t>, causes> closed;
    std::array<std::atomic<std::uint64_t>, causes> undelivered_bytes;
};

class Ledger {
  public:
    static constexpr std::size_t most_rows = 16'384;

    /// Maps the memory; programs that are forked later share it. Throws std::system_error.
    Ledger();
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    /// The place of a service's row, made if there is none; to be asked for by the first process
    /// only.
    std::size_t place_of(const std::string& name, std::uint16_t port, const std::string& role);
    [[nodiscard]] LedgerRow& place(std::size_t place) const { return rows_[place]; }
    LedgerRow& row(const std::string& name, std::uint16_t port, const std::string& role) {
        return place(place_of(name, port, role));
    }
    /// Its memory, for a program that is executed; there, the place in it. Throw std::system_error.
    [[nodiscard]] int descriptor() const { return memory_.get(); }
    static LedgerRow& attach(int descriptor, std::size_t place);
    /// What was played for this row; shown where its figures are wrong.
    void remember(std::size_t place, std::string plan) { plans_[place].push_back(std::move(plan)); }
    /// Every row is a service with these figures; every service that bears one of our names is a
    /// row.
    void compare(Session& session, const Picture& picture) const;

  private:
    using Key = std::tuple<std::string, std::uint16_t, std::string>;

    Fd memory_;
    LedgerRow* rows_;
    std::map<Key, std::size_t> places_;
    std::map<std::size_t, std::vector<std::string>> plans_;
};

/// With which every name begins.
constexpr const char* ledger_names = "wl_";

}  // namespace wiregap::truth
