// SPDX-License-Identifier: Apache-2.0
// What `wiregap doctor` prints.
#pragma once

#include <string>

#include "daemon/cli/api_client.h"
#include "daemon/cli/doctor/findings.h"
#include "daemon/view/text_table.h"

namespace wiregap::cli {

/// For people: each fact and each hook with what is lost without it and what to do.
std::string render_doctor(const Diagnosis& diagnosis, const view::TableStyle& style);

/// For programs: the same as one object.
Json doctor_json(const Diagnosis& diagnosis);

/// The hooks of /api/v1/self as a report, as if they had been tried here.
kernel::ProbeReport report_of_self(const Json& self);

}  // namespace wiregap::cli
