// SPDX-License-Identifier: Apache-2.0
#include "daemon/kernel/bpf/maps.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "wiregap.skel.h"

namespace wiregap::kernel {
namespace {

std::size_t page_aligned(std::size_t bytes) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    return (bytes + page - 1) / page * page;
}

/// Every field of wg_counters is a 64-bit count, so a sum over CPUs is a sum of words.
void add_words(wg_counters& total, const wg_counters& one) {
    constexpr std::size_t words = sizeof(wg_counters) / sizeof(__u64);
    std::array<__u64, words> a{};
    std::array<__u64, words> b{};
    std::memcpy(a.data(), &total, sizeof total);
    std::memcpy(b.data(), &one, sizeof one);
    for (std::size_t i = 0; i < words; ++i) a.at(i) += b.at(i);
    std::memcpy(&total, a.data(), sizeof total);
}

model::Histogram histogram_at(const MappedArray& histograms, std::size_t index) {
    if (index >= histograms.size()) return {};
    const auto* source = reinterpret_cast<const wg_histogram*>(histograms.at(index));
    // A copy first: the programs go on counting, and what is looked through must stand still.
    std::array<std::uint64_t, WG_HIST_SLOTS> counts{};
    std::copy(std::begin(source->slot), std::end(source->slot), counts.begin());
    return {counts, source->sum_ns};
}

template <class Key, class Value>
struct Entries {
    std::vector<Key> keys;
    std::vector<Value> values;
};

/// Up to `most` entries of a map, in one call. what: for the error, std::runtime_error.
template <class Key, class Value>
Entries<Key, Value> entries_of(const bpf_map* map, __u32 most, const char* what) {
    Entries<Key, Value> entries{std::vector<Key>(most), std::vector<Value>(most)};
    if (most == 0) return entries;
    __u32 position = 0;  // where a next part would begin
    const int status =
        bpf_map_lookup_batch(bpf_map__fd(map), nullptr, &position, entries.keys.data(),
                             entries.values.data(), &most, nullptr);
    // ENOENT: the table ended there; what `most` says has been read.
    if (status != 0 && errno != ENOENT)
        throw std::runtime_error(std::string("reading ") + what + ": " + std::strerror(errno));
    entries.keys.resize(most);
    entries.values.resize(most);
    return entries;
}

}  // namespace

MappedArray::MappedArray(const bpf_map* map, std::size_t value_bytes)
    : value_bytes_((value_bytes + 7) / 8 * 8),
      entries_(bpf_map__max_entries(map)),
      bytes_(page_aligned(value_bytes_ * entries_)) {
    void* memory = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);
    if (memory == MAP_FAILED) {
        throw std::runtime_error("mapping " + std::string(bpf_map__name(map)) + ": " +
                                 std::strerror(errno));
    }
    memory_ = static_cast<std::byte*>(memory);
}

MappedArray::~MappedArray() { munmap(memory_, bytes_); }

BpfMaps::BpfMaps(wiregap_bpf& skeleton, std::uint32_t server_share)
    : skeleton_(skeleton),
      server_share_(server_share),
      cpus_(libbpf_num_possible_cpus()),
      descriptions_(skeleton.maps.descriptions, sizeof(wg_description)),
      delays_(skeleton.maps.delays, sizeof(wg_histogram)),
      call_delays_(skeleton.maps.call_delays, sizeof(wg_histogram)),
      gauges_(skeleton.maps.gauges, sizeof(wg_gauges)) {
    if (cpus_ < 1) throw std::runtime_error("reading the number of possible CPUs failed");
}

std::vector<ServiceEntry> BpfMaps::services() const {
    const bpf_map* const map = skeleton_.maps.services;
    const auto read =
        entries_of<wg_service_key, wg_service>(map, bpf_map__max_entries(map), "the services");
    std::vector<ServiceEntry> entries(read.keys.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        entries[i] = {read.keys[i], read.values[i], description_of(read.values[i].id)};
    std::sort(entries.begin(), entries.end(),
              [](const ServiceEntry& a, const ServiceEntry& b) { return a.info.id < b.info.id; });
    return entries;
}

wg_description BpfMaps::description_of(std::uint32_t id) const noexcept {
    wg_description description{};
    if (id < descriptions_.size())
        std::memcpy(&description, descriptions_.at(id), sizeof description);
    return description;
}

bool BpfMaps::set_whole_group(std::uint64_t cgroup) {
    const std::uint8_t yes = 1;
    const int fd = bpf_map__fd(skeleton_.maps.whole_groups);
    return bpf_map_update_elem(fd, &cgroup, &yes, BPF_ANY) == 0;
}

void BpfMaps::unset_whole_group(std::uint64_t cgroup) {
    bpf_map_delete_elem(bpf_map__fd(skeleton_.maps.whole_groups), &cgroup);
}

/// A service that is made in this very moment may be missed until the next tick.
void BpfMaps::count_by_user(const std::vector<ServiceEntry>& entries) noexcept {
    std::array<std::uint32_t, WG_UIDS> count{};
    for (const ServiceEntry& entry : entries) ++count.at(entry.info.uid % WG_UIDS);
    std::copy(count.begin(), count.end(), std::begin(skeleton_.bss->uid_services));
}

wg_counters BpfMaps::counters(std::uint32_t id) const {
    std::vector<wg_counters> each(static_cast<std::size_t>(cpus_));
    wg_counters total{};
    if (bpf_map_lookup_elem(bpf_map__fd(skeleton_.maps.counters), &id, each.data()) == 0) {
        for (const wg_counters& one : each) add_words(total, one);
    }
    return total;
}

model::Histogram BpfMaps::delays(std::uint32_t id, wg_delay kind) const {
    return histogram_at(delays_, std::size_t{id} * WG_DELAYS + static_cast<std::size_t>(kind));
}

std::vector<model::Histogram> BpfMaps::write_calls(std::uint32_t id) const {
    std::vector<model::Histogram> calls;
    if (call_delays_.size() < WG_CALLS) return calls;  // not watched
    for (std::size_t call = 0; call < WG_CALLS; ++call)
        calls.push_back(histogram_at(call_delays_, std::size_t{id} * WG_CALLS + call));
    return calls;
}

const wg_gauges& BpfMaps::gauges(std::uint32_t id) const noexcept {
    return *reinterpret_cast<const wg_gauges*>(gauges_.at(id < gauges_.size() ? id : 0));
}

std::size_t BpfMaps::listed_count() const noexcept {
    return std::min<std::size_t>(skeleton_.bss->listed_count,
                                 bpf_map__max_entries(skeleton_.maps.listed));
}

std::vector<wg_connection> BpfMaps::listed() const {
    return entries_of<__u32, wg_connection>(
               skeleton_.maps.listed, static_cast<__u32>(listed_count()), "the listed connections")
        .values;
}

void BpfMaps::clear_walk() noexcept {
    std::memset(gauges_.at(0), 0, gauges_.size() * sizeof(wg_gauges));
    std::memset(skeleton_.bss->late_counted, 0, sizeof(skeleton_.bss->late_counted));
    skeleton_.bss->listed_count = 0;
    skeleton_.bss->listed_unread = 0;
}

void BpfMaps::retire(const ServiceEntry& entry) {
    bpf_map_delete_elem(bpf_map__fd(skeleton_.maps.services), &entry.key);
    forget_tags();
}

void BpfMaps::recycle(std::uint32_t id) {
    forget_tags();  // one may have been written by a program that had looked the service up before
    const std::vector<wg_counters> none(static_cast<std::size_t>(cpus_));
    bpf_map_update_elem(bpf_map__fd(skeleton_.maps.counters), &id, none.data(), BPF_ANY);
    std::memset(delays_.at(std::size_t{id} * WG_DELAYS), 0, sizeof(wg_histogram) * WG_DELAYS);
    if (call_delays_.size() >= WG_CALLS)
        std::memset(call_delays_.at(std::size_t{id} * WG_CALLS), 0,
                    sizeof(wg_histogram) * WG_CALLS);
    const bool of_servers = id <= server_share_;
    bpf_map_update_elem(
        bpf_map__fd(of_servers ? skeleton_.maps.free_servers : skeleton_.maps.free_services),
        nullptr, &id, BPF_ANY);
}

void BpfMaps::forget_tags() noexcept {
    std::memset(skeleton_.bss->owner_tags, 0, sizeof(skeleton_.bss->owner_tags));
}

}  // namespace wiregap::kernel
