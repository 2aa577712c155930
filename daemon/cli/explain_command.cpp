// SPDX-License-Identifier: Apache-2.0
#include "daemon/cli/explain_command.h"

#include <vector>

#include "daemon/cli/answer.h"
#include "daemon/cli/failure.h"
#include "daemon/cli/terminal.h"
#include "daemon/cli/url.h"
#include "daemon/model/units.h"
#include "daemon/view/sentences.h"
#include "daemon/view/tables.h"

namespace wiregap::cli {
Explained render_explain(const Json& document, bool as_json, std::size_t width) {
    const std::vector<view::Row> found = rows_in(document, view::explanation_table());
    Explained result;
    if (found.empty()) {
        result.exit_code = exit_unknown;
        result.problem =
            model::printable(document.value("problem", "nothing is known by that name"));
    }
    if (as_json) {
        result.text = document.dump(2) + "\n";
        return result;
    }
    for (const view::Row& explanation : found) {
        result.text +=
            (result.text.empty() ? "" : "\n") + view::explanation_text(explanation, width);
    }
    return result;
}

Explained run_explain(const Options& options) {
    const Json document =
        fetch_json(options.url, "/api/v1/explain?what=" + query_encoded(options.what));
    return render_explain(document, options.json, stdout_style().width);
}

}  // namespace wiregap::cli
