// SPDX-License-Identifier: Apache-2.0
// CLIENT KILL.
#pragma once

namespace wiregap::resp {

struct Call;
void client_kill(Call& call);

}  // namespace wiregap::resp
