// SPDX-License-Identifier: Apache-2.0
#include "tests/truth/metrics_page.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace wiregap::truth {

namespace {

[[noreturn]] void bad(const std::string& line) {
    throw std::runtime_error("/metrics has a line that is no sample: " + line);
}

// The label value that begins at `at`, its escapes undone; `at` ends behind the closing quote.
std::string quoted(const std::string& line, std::size_t& at) {
    std::string value;
    for (; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\') ++at;
        if (at < line.size()) value += line[at] == 'n' && line[at - 1] == '\\' ? '\n' : line[at];
    }
    if (at >= line.size()) bad(line);
    ++at;
    return value;
}

// name="value",name="value"}: `at` begins behind the brace and ends behind the closing one.
Labels labels_of(const std::string& line, std::size_t& at) {
    Labels labels;
    while (at < line.size() && line[at] != '}') {
        const std::size_t equals = line.find("=\"", at);
        if (equals == std::string::npos) bad(line);
        const std::string name = line.substr(at, equals - at);
        at = equals + 2;
        labels[name] = quoted(line, at);
        if (at < line.size() && line[at] == ',') ++at;
    }
    if (at >= line.size()) bad(line);
    ++at;
    return labels;
}

Sample sample_of(const std::string& line) {
    Sample sample;
    std::size_t at = line.find_first_of("{ ");
    if (at == std::string::npos) bad(line);
    sample.name = line.substr(0, at);
    if (line[at] == '{') sample.labels = labels_of(line, ++at);
    char* end = nullptr;
    sample.value = std::strtod(line.c_str() + at, &end);
    if (end == line.c_str() + at) bad(line);
    return sample;
}

bool includes(const Labels& labels, const Labels& wanted) {
    return std::includes(labels.begin(), labels.end(), wanted.begin(), wanted.end());
}

}  // namespace

MetricsPage::MetricsPage(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (!line.empty() && line.front() != '#') samples_.push_back(sample_of(line));
}

std::vector<Sample> MetricsPage::samples(const std::string& name, const Labels& labels) const {
    std::vector<Sample> found;
    std::copy_if(samples_.begin(), samples_.end(), std::back_inserter(found),
                 [&](const Sample& sample) {
                     return sample.name == name && includes(sample.labels, labels);
                 });
    return found;
}

std::optional<double> MetricsPage::value(const std::string& name, const Labels& labels) const {
    const std::vector<Sample> found = samples(name, labels);
    if (found.size() != 1) return std::nullopt;
    return found.front().value;
}

}  // namespace wiregap::truth
