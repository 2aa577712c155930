// SPDX-License-Identifier: Apache-2.0
#include "exporters/web/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <limits>
#include <stdexcept>

namespace wiregap::exporters {
namespace {

/// zlib's state, freed however the function ends.
class Deflate {
  public:
    Deflate() {
        constexpr int gzip_header = 16;
        // Best speed: this page is so repetitive that more effort gains little.
        if (deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS + gzip_header, MAX_MEM_LEVEL,
                         Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::runtime_error("zlib does not start");
        }
    }
    ~Deflate() { deflateEnd(&stream_); }
    Deflate(const Deflate&) = delete;
    Deflate& operator=(const Deflate&) = delete;
    z_stream* operator->() { return &stream_; }
    z_stream* get() { return &stream_; }

  private:
    z_stream stream_{};
};

std::string without_blanks_lower(std::string_view text) {
    std::string result;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isspace(byte) == 0) result += static_cast<char>(std::tolower(byte));
    }
    return result;
}

}  // namespace

std::string gzip(std::string_view text) {
    if (text.size() > std::numeric_limits<uInt>::max()) {
        throw std::runtime_error("the page is too large to be compressed");
    }
    Deflate deflater;
    std::string out(deflateBound(deflater.get(), text.size()), '\0');
    deflater->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    deflater->avail_in = static_cast<uInt>(text.size());
    deflater->next_out = reinterpret_cast<Bytef*>(out.data());
    deflater->avail_out = static_cast<uInt>(out.size());
    if (deflate(deflater.get(), Z_FINISH) != Z_STREAM_END) {
        throw std::runtime_error("zlib does not finish");
    }
    out.resize(deflater->total_out);
    return out;
}

bool accepts_gzip(std::string_view accept_encoding) {
    bool by_star = false;
    const std::string list = without_blanks_lower(accept_encoding);
    for (std::size_t at = 0; at < list.size();) {
        const std::size_t end = std::min(list.find(',', at), list.size());
        const std::string item = list.substr(at, end - at);
        at = end + 1;
        const std::string coding = item.substr(0, item.find(';'));
        const std::size_t quality = item.find(";q=");
        const bool allowed =
            quality == std::string::npos || std::strtod(item.c_str() + quality + 3, nullptr) > 0;
        if (coding == "gzip" || coding == "x-gzip") return allowed;
        if (coding == "*") by_star = allowed;
    }
    return by_star;
}

}  // namespace wiregap::exporters
