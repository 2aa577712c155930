// SPDX-License-Identifier: Apache-2.0
// A field: one thing that is said of a service, a connection, the daemon. Its name in JSON, its
// metric, its unit, what it takes to know it, where it comes from: all of that stands once, here.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "daemon/model/snapshot.h"
#include "daemon/view/value.h"

namespace wiregap::view {

/// What a number counts: faces write it as people read it.
enum class Unit : std::uint8_t {
    text,
    count,
    bytes,
    seconds,
    byte_seconds,
    bytes_per_second,
    ratio,  ///< 0 to 1, and above where more than all of it is used
    flag,
};
std::string_view to_string(Unit unit) noexcept;

enum class MetricKind : std::uint8_t { counter, gauge, histogram };

/// How fine a histogram is on the page of metrics.
enum class Buckets : std::uint8_t {
    octaves,       ///< one an octave: of the rarer kinds, whose series would outnumber all others
    octaves_zero,  ///< and one of what did not wait at all
    fine_zero,     ///< metrics.buckets_per_octave, and one of zero
};

using Labels = std::array<std::string_view, 5>;

struct Metric {
    std::string_view name;  ///< empty: the field is not in /metrics
    MetricKind kind = MetricKind::gauge;
    Labels labels{};          ///< besides those of what the row is about
    std::string_view help{};  ///< where several fields are one metric; else the field's own
    Buckets buckets = Buckets::octaves;
};

/// False: the back end can't know it, and the field is absent. Null: always known.
using Predicate = bool (*)(const model::Known&);

struct FieldInfo {
    /// Its place in JSON, a dot between levels. '*' stands for its first key, '#' for the elements
    /// of a list. Empty: the field is in /metrics alone.
    std::string_view key{};
    Unit unit = Unit::count;
    std::string_view help{};  ///< one plain line
    Metric metric{};
    Predicate known = nullptr;
    bool delays = false;                     ///< its leaves are delays
    std::vector<std::string_view> levels{};  ///< of its key; the schema sets them

    [[nodiscard]] FieldInfo of(const Metric& its_metric) const {
        FieldInfo field = *this;
        field.metric = its_metric;
        return field;
    }
    [[nodiscard]] FieldInfo counter(std::string_view name, Labels labels = {}) const {
        return of({name, MetricKind::counter, labels});
    }
    [[nodiscard]] FieldInfo gauge(std::string_view name, Labels labels = {}) const {
        return of({name, MetricKind::gauge, labels});
    }
    [[nodiscard]] FieldInfo histogram(std::string_view name, Labels labels = {},
                                      Buckets buckets = Buckets::octaves) const {
        return of({name, MetricKind::histogram, labels, {}, buckets});
    }
    [[nodiscard]] FieldInfo if_known(Predicate predicate) const {
        FieldInfo field = *this;
        field.known = predicate;
        return field;
    }
};

using Keys = std::initializer_list<std::string_view>;

/// Takes what a field gives. Keys are the values of the metric's own labels.
class Sink {
  public:
    virtual ~Sink() = default;
    virtual void put(Keys keys, Leaf leaf) = 0;
    virtual void put_delays(Keys keys, const Delays& delays) = 0;
};

template <class Item>
struct Field {
    FieldInfo info;
    void (*take)(const Item&, const model::Known&, Sink&);
};

/// The names of a kind of thing, whatever its type.
struct Schema {
    std::string_view list;                 ///< what several of them are called: "services"
    std::vector<std::string_view> labels;  ///< keys of fields that are labels of every metric
    std::vector<FieldInfo> fields;

    /// Throws std::logic_error if there is no such field: a mistake in this program.
    [[nodiscard]] std::size_t at(std::string_view key) const;
};

std::vector<std::string_view> levels_of(std::string_view key);

template <class Item>
struct Table : Schema {
    std::vector<Field<Item>> rows;

    Table(std::string_view name, std::initializer_list<std::string_view> label_keys,
          std::initializer_list<std::vector<Field<Item>>> parts) {
        list = name;
        labels = label_keys;
        for (const auto& part : parts) rows.insert(rows.end(), part.begin(), part.end());
        for (auto& row : rows) {
            row.info.levels = levels_of(row.info.key);
            fields.push_back(row.info);
        }
    }
};

bool is_known(const FieldInfo& field, const model::Known& known);
/// One leaf for each first key, and not one alone.
bool is_keyed(const FieldInfo& field);

/// Keeps what is put as a value. keyed: one leaf for each first key; else keys are labels alone.
class ValueSink final : public Sink {
  public:
    explicit ValueSink(bool keyed) : keyed_(keyed) {}
    void put(Keys keys, Leaf leaf) override;
    void put_delays(Keys keys, const Delays& delays) override;
    Value take() { return std::move(value_); }

  private:
    [[nodiscard]] std::string key_of(Keys keys) const;
    bool keyed_;
    Value value_;
};

template <class Item>
Value value_of(const Field<Item>& field, const Item& item, const model::Known& known) {
    ValueSink sink(is_keyed(field.info));
    if (!field.info.key.empty() && is_known(field.info, known)) field.take(item, known, sink);
    return sink.take();
}

template <class Item>
Row row_of(const Table<Item>& table, const Item& item, const model::Known& known) {
    Row row;
    row.reserve(table.rows.size());
    for (const Field<Item>& field : table.rows) row.push_back(value_of(field, item, known));
    return row;
}

}  // namespace wiregap::view
