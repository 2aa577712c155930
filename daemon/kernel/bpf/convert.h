// SPDX-License-Identifier: Apache-2.0
// From the records of the kernel programs to the values of the model.
#pragma once

#include "bpf/shared.h"
#include "daemon/model/connection.h"
#include "daemon/model/sample.h"

namespace wiregap::kernel {

model::ServiceIdentity to_identity(const wg_service_key& key, const wg_service& service);
/// `before`: read before the connections were walked, `after`: behind it. Bytes that die in between
/// are then missed for one tick instead of being taken for acknowledged ones.
void fill_counters(model::ServiceSample& service, const wg_counters& before,
                   const wg_counters& after);
model::ServiceGauges to_gauges(const wg_gauges& gauges);
model::Connection to_connection(const wg_connection& record);
/// A fixed-size name of the kernel, which need not be terminated.
std::string to_comm(const char (&comm)[WG_COMM_BYTES]);

}  // namespace wiregap::kernel
