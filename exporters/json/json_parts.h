// SPDX-License-Identifier: Apache-2.0
// What the JSON documents are made of.
#pragma once

#include <string>

#include "daemon/view/codec.h"
#include "daemon/view/tables.h"

namespace wiregap::exporters {

/// Without a space; bytes that are no UTF-8 are replaced.
std::string compact(const view::Json& json);

template <class Item>
view::Json object_of(const view::Table<Item>& table, const Item& item, const model::Known& known) {
    return view::encode(table, view::row_of(table, item, known));
}

/// Which picture it is: in every document.
view::Json snapshot_object(const model::Snapshot& snapshot);

/// [ITEM,..]: joined as text, because a tree of thousands of them would take several times their
/// memory.
class JsonList {
  public:
    void add(const view::Json& item);
    [[nodiscard]] std::size_t count() const { return count_; }
    std::string close() && { return std::move(text_) + "]"; }

  private:
    std::string text_ = "[";
    std::size_t count_ = 0;
};

}  // namespace wiregap::exporters
