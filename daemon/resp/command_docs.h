// SPDX-License-Identifier: Apache-2.0
// COMMAND: the table of commands as clients ask for it.
#pragma once

namespace wiregap::resp {

struct Call;
void command_count_reply(Call& call);
void command_docs(Call& call);
void command_info(Call& call);
void command_list(Call& call);

}  // namespace wiregap::resp
