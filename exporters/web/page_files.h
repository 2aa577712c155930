// SPDX-License-Identifier: Apache-2.0
// The files of the page at /, as they lie in exporters/web/page; embed.cmake puts them in here.
#pragma once

#include <span>
#include <string_view>

namespace wiregap::exporters {

struct PageFile {
    std::string_view path;  ///< "/" or "/page/page.css"
    std::string_view content_type;
    std::string_view bytes;
};

std::span<const PageFile> page_files();

}  // namespace wiregap::exporters
