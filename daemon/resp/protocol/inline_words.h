// SPDX-License-Identifier: Apache-2.0
// The words of an inline command, with the quoting that redis-cli and telnet users know.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wiregap::resp {

/// Splits at white space. "..." knows \n \r \t \b \a \xHH and \", '...' knows \'. The words lie in
/// `text`, `words` point there. Ends after one word more than `most`. False: quotes are not closed,
/// or something follows a closing one.
bool inline_words(std::string_view line, std::size_t most, std::string& text,
                  std::vector<std::string_view>& words);

}  // namespace wiregap::resp
