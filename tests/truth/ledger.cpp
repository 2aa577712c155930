// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/ledger.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <set>
#include <stdexcept>

#include "tests/support/fd.h"

namespace wiregap::truth {

namespace {

using Figures = std::map<std::string, std::uint64_t>;  ///< by JSON pointer

Figures figures_of(const LedgerRow& row) {
    Figures figures{{"/written_bytes", row.written_bytes},
                    {"/write_shortfalls/would_block", row.would_block},
                    {"/write_shortfalls/error", row.errors},
                    {"/connections_opened", row.opened}};
    const std::array<const char*, LedgerRow::causes> names{"fin", "reset_by_peer", "reset_by_us"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        figures[fmt::format("/connections_closed/{}", names.at(i))] = row.closed.at(i);
        figures[fmt::format("/undelivered_bytes/{}", names.at(i))] = row.undelivered_bytes.at(i);
    }
    return figures;
}

LedgerRow* map_rows(int descriptor) {
    void* memory = ::mmap(nullptr, Ledger::most_rows * sizeof(LedgerRow), PROT_READ | PROT_WRITE,
                          MAP_SHARED, descriptor, 0);
    if (memory == MAP_FAILED) must(-1, "mmap");
    return static_cast<LedgerRow*>(memory);
}

bool is_ours(const std::string& name) { return name.starts_with(ledger_names); }

}  // namespace

Ledger::Ledger() : memory_(must(::memfd_create("ledger", MFD_CLOEXEC), "memfd_create")) {
    must(::ftruncate(memory_.get(), most_rows * sizeof(LedgerRow)), "ftruncate");
    rows_ = map_rows(memory_.get());
}

Ledger::~Ledger() { ::munmap(rows_, most_rows * sizeof(LedgerRow)); }

LedgerRow& Ledger::attach(int descriptor, std::size_t place) {
    if (place >= most_rows) throw std::runtime_error("the ledger has no such place");
    return map_rows(descriptor)[place];
}

std::size_t Ledger::place_of(const std::string& name, std::uint16_t port, const std::string& role) {
    const std::size_t place = places_.try_emplace({name, port, role}, places_.size()).first->second;
    if (place >= most_rows) throw std::runtime_error("the ledger is full");
    return place;
}

void Ledger::compare(Session& session, const Picture& picture) const {
    if (session.daemon() == nullptr) return;
    // On a port of ours, or on none, nobody serves but us.
    std::set<std::uint16_t> ports{0};
    for (const auto& [key, place] : places_) ports.insert(std::get<1>(key));
    std::map<Key, View> said;
    for (const auto& service : picture.services) {
        const std::string name = service.at("service");
        const bool on_ours = service.at("role") == "server" && ports.contains(service.at("port"));
        if (!is_ours(name) && !on_ours) continue;
        said[{name, service.at("port"), service.at("role")}] = View{service};
    }
    for (const auto& [key, view] : said) {
        if (!places_.contains(key))
            session.report().fail("a service that nobody was", view.document.dump(), "none");
    }
    Figures sum_said;
    Figures sum_truth;
    for (const auto& [key, place] : places_) {
        const auto& [name, port, role] = key;
        const auto view = said.find(key);
        for (const auto& [pointer, truth] : figures_of(rows_[place])) {
            const std::uint64_t count = view == said.end() ? 0 : view->second.count(pointer);
            sum_said[pointer] += count;
            sum_truth[pointer] += truth;
            if (count == truth) continue;
            session.report().equal(fmt::format("{} {} on port {}, {}", name, role, port, pointer),
                                   count, truth);
            const auto plans = plans_.find(place);
            if (plans == plans_.end()) continue;
            for (const std::string& plan : plans->second) session.report().note("played: " + plan);
        }
    }
    for (const auto& [pointer, truth] : sum_truth)
        session.report().equal("the sum of all, " + pointer, sum_said[pointer], truth);
}

}  // namespace wiregap::truth
