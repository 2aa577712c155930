// SPDX-License-Identifier: Apache-2.0
// Sorted sets: what only reads them (commands_zset_read.cpp).
#pragma once

namespace wiregap::resp {

struct Call;
void zcard(Call& call);
void zcount(Call& call);
void zscore(Call& call);
void zmscore(Call& call);
void zrank(Call& call);
void zrevrank(Call& call);
void zrange(Call& call);
void zrevrange(Call& call);
void zrangebyscore(Call& call);
void zrevrangebyscore(Call& call);

}  // namespace wiregap::resp
