// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/query.h"

#include "daemon/cli/api_client.h"
#include "daemon/cli/tables_view.h"
#include "daemon/cli/terminal.h"
#include "daemon/cli/url.h"

namespace wiregap::cli {

std::string api_target(const Options& options) {
    std::string target = "/api/v1/";
    target += options.command == Command::connections ? "connections" : "services";
    char separator = '?';
    const auto add = [&](const char* key, const std::string& value) {
        target += separator + std::string(key) + "=" + query_encoded(value);
        separator = '&';
    };
    const Filter& filter = options.filter;
    if (!filter.service.empty()) add("service", filter.service);
    if (filter.port) add("port", std::to_string(*filter.port));
    if (!filter.role.empty()) add("role", filter.role);
    if (filter.limit) add("limit", std::to_string(*filter.limit));
    return target;
}

std::string run_query(const Options& options) {
    const Json document = fetch_json(options.url, api_target(options));
    if (options.json) return document.dump(2) + "\n";
    if (options.command == Command::connections)
        return render_connections(document, stdout_style());
    return render_services(document, options.flow, stdout_style());
}

}  // namespace wiregap::cli
