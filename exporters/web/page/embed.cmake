# SPDX-License-Identifier: Apache-2.0
# cmake -D OUTPUT=page_files.cpp -D "FILES=a;b" -P embed.cmake: FILES as the table of page_files.h, but for this one.
set(content_type_html "text/html; charset=utf-8")
set(content_type_css "text/css; charset=utf-8")
set(content_type_js "text/javascript; charset=utf-8")
set(content_type_svg "image/svg+xml")

list(FILTER FILES EXCLUDE REGEX "[.]cmake$")
set(arrays "")
set(rows "")
foreach(file IN LISTS FILES)
  get_filename_component(name ${file} NAME)
  get_filename_component(extension ${file} LAST_EXT)
  string(SUBSTRING ${extension} 1 -1 extension)
  if(NOT DEFINED content_type_${extension})
    message(FATAL_ERROR "${file}: its content type is not known; add it to embed.cmake")
  endif()
  string(MAKE_C_IDENTIFIER ${name} identifier)
  set(path /page/${name})
  if(name STREQUAL index.html)
    set(path /)
  endif()
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
  string(APPEND arrays "constexpr char ${identifier}[] = {${bytes}};\n")
  string(APPEND rows
    "    {\"${path}\", \"${content_type_${extension}}\", {${identifier}, sizeof ${identifier}}},\n")
endforeach()
file(WRITE ${OUTPUT} "// Made by embed.cmake; do not edit.
#include \"exporters/web/page_files.h\"

namespace wiregap::exporters {
namespace {
${arrays}
constexpr PageFile files[] = {
${rows}};
}  // namespace

std::span<const PageFile> page_files() { return files; }

}  // namespace wiregap::exporters
")
