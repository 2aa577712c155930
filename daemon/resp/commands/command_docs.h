// SPDX-License-Identifier: Apache-2.0
// COMMAND: what clients and people can find out about the commands.
#pragma once

#include "daemon/resp/commands/command.h"

namespace wiregap::resp {

void command_count(Call& call);
void command_list(Call& call);
void command_info(Call& call);
void command_docs(Call& call);

}  // namespace wiregap::resp
