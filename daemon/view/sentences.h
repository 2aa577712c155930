// SPDX-License-Identifier: Apache-2.0
// What is said in sentences, laid out once: explanations, and hooks with what is lost without them.
#pragma once

#include <cstddef>
#include <string>

#include "daemon/model/snapshot.h"
#include "daemon/view/field.h"

namespace wiregap::view {

/// `text` in lines of at most `width` characters (0: one line), each ended by '\n'; the first led
/// by `label`, the others indented alike.
std::string wrapped(const std::string& label, const std::string& text, std::size_t width);

/// A row of explanation_table() as a paragraph: subject, verdict, held, where, why, whose, what to
/// do, notes.
std::string explanation_text(const Row& explanation, std::size_t width);

/// One of the rows of a list of what is there: "  ok       fentry tcp_sendmsg      got".
std::string status_line(const std::string& status, const std::string& what,
                        const std::string& value, std::size_t width);

/// A hook: whether it is there, and if not, what is lost and why.
std::string hook_text(const model::Hook& hook, std::size_t width);

}  // namespace wiregap::view
