// SPDX-License-Identifier: Apache-2.0
// The kernel's bucket arithmetic (bpf/histogram.bpf.h), compiled here, against the model's.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>

#include "bpf/shared.h"
#include "daemon/model/histogram.h"

// What the header takes from the BPF side; histogram_slot() itself calls none of it.
#define WIREGAP_MAPS_BPF_H
#define __noinline
static int delays;
static wg_histogram* bpf_map_lookup_elem(const int*, const __u32*) { return nullptr; }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#include "bpf/histogram.bpf.h"
#pragma GCC diagnostic pop

namespace wiregap::model {
namespace {

TEST(HistogramTwin, KernelAndModelAgreeOnTheSize) {
    EXPECT_EQ(LogLinear::slots, std::size_t{WG_HIST_SLOTS});
    EXPECT_EQ(LogLinear::unit_shift, unsigned{WG_HIST_UNIT_SHIFT});
}

TEST(HistogramTwin, KernelAndModelAgreeOnEveryBound) {
    for (std::size_t slot = 0; slot <= LogLinear::slots; ++slot) {
        const std::uint64_t ns = LogLinear::lower_ns(slot);
        EXPECT_EQ(histogram_slot(ns), LogLinear::slot_of_ns(ns)) << ns;
        EXPECT_EQ(histogram_slot(ns - 1), LogLinear::slot_of_ns(ns - 1)) << ns - 1;
    }
}

TEST(HistogramTwin, KernelAndModelAgreeOnAnyDelay) {
    std::mt19937_64 random(3);  // NOLINT: the same numbers on each run
    for (int i = 0; i < 100000; ++i) {
        const std::uint64_t ns = random() >> (random() % 64);
        ASSERT_EQ(histogram_slot(ns), LogLinear::slot_of_ns(ns)) << ns;
    }
}

}  // namespace
}  // namespace wiregap::model
