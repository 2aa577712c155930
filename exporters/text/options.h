// SPDX-License-Identifier: Apache-2.0
// What the views have in common: their options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "daemon/model/service.h"

namespace wiregap::exporters {

/// Options that can't be used; what() is one line that says what to write.
class BadView : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

using Words = std::span<const std::string_view>;

/// The same word, whatever its case.
bool same_word(std::string_view a, std::string_view b) noexcept;

struct TextOptions {
    std::optional<std::string_view> service;
    std::optional<std::int64_t> port;
    std::size_t limit = 100;

    [[nodiscard]] bool shows(const std::string& name, std::uint16_t its_port) const {
        return (!service || *service == name) && (!port || *port == its_port);
    }
};

/// Pairs of SERVICE, PORT or LIMIT and a value. Throws BadView.
TextOptions read_text_options(Words words);

}  // namespace wiregap::exporters
