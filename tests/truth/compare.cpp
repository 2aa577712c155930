// SPDX-License-Identifier: Apache-2.0
// The comparing half of session.h.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "tests/truth/session.h"

namespace wiregap::truth {

namespace {

using Json = nlohmann::json;

bool has_key(const Json& service, const ServiceKey& key) {
    return service.at("port") == key.port && service.at("role") == key.role &&
           (key.netns_inode == 0 || service.at("netns_inode") == key.netns_inode) &&
           (key.name.empty() || service.at("service") == key.name);
}

std::vector<Json> services_with(const Picture& picture, const ServiceKey& key) {
    std::vector<Json> found;
    std::copy_if(picture.services.begin(), picture.services.end(), std::back_inserter(found),
                 [&](const Json& service) { return has_key(service, key); });
    return found;
}

std::string name_of(const Picture& picture, const ServiceKey& key) {
    const std::vector<Json> found = services_with(picture, key);
    return found.empty() ? "" : found.front().at("service").get<std::string>();
}

bool is_end(const Json& connection, int fd, std::uint64_t cookie) {
    const std::uint64_t said = connection.value("cookie", std::uint64_t{0});
    if (said != 0) return said == cookie;
    return connection.at("local") == local_endpoint(fd) &&
           connection.at("peer") == peer_endpoint(fd);
}

}  // namespace

std::optional<double> View::number(const std::string& pointer) const {
    const Json::json_pointer at(pointer);
    if (!document.contains(at)) return std::nullopt;
    return document.at(at).get<double>();
}

std::string View::text(const std::string& pointer) const {
    return document.value(Json::json_pointer(pointer), std::string());
}

std::uint64_t View::count(const std::string& pointer) const {
    const Json::json_pointer at(pointer);
    return document.contains(at) ? document.at(at).get<std::uint64_t>() : 0;
}

View Session::service(const Picture& picture, const ServiceKey& key) {
    if (!daemon_) return {};
    const std::vector<Json> found = services_with(picture, key);
    const std::string what = fmt::format("services with port {} and role {}", key.port, key.role);
    if (!report_.equal(what, found.size(), 1) && found.empty()) return {};
    return {found.front()};
}

void Session::expect_name(const ServiceKey& key, const std::string& name) {
    if (!daemon_) return;
    std::string said;
    poll_until(
        [&] {
            said = name_of(first_after(0), key);
            return said == name;
        },
        5 * second, 50 * ms);
    report_.equal("service's name", said, name);
}

View Session::connection(const Picture& picture, int fd) {
    if (!daemon_) return {};
    const std::uint64_t cookie = socket_cookie(fd);
    for (const Json& connection : picture.connections)
        if (is_end(connection, fd, cookie)) {
            report_.equal("connection's local end", connection.at("local").get<std::string>(),
                          local_endpoint(fd));
            report_.equal("connection's peer", connection.at("peer").get<std::string>(),
                          peer_endpoint(fd));
            return {connection};
        }
    report_.fail("connection " + local_endpoint(fd), "nothing", "listed");
    return {};
}

void Session::absent(const std::string& pointer) {
    if (missing_.empty())
        report_.fail(pointer, "nothing", "known: no hook is missing");
    else
        report_.skip(pointer, "wiregap has no source for it: " + missing_);
}

// A view without a document: there is no daemon, or service() has already failed.
void Session::expect(const View& view, const std::string& pointer, std::uint64_t truth) {
    if (view.document.is_null()) return;
    if (!view.number(pointer)) return absent(pointer);
    report_.equal(pointer, view.count(pointer), truth);
}

void Session::expect_within(const View& view, const std::string& pointer, double low, double high) {
    if (view.document.is_null()) return;
    const std::optional<double> said = view.number(pointer);
    if (!said) return absent(pointer);
    report_.within(pointer, *said, low, high);
}

void Session::expect_text(const View& view, const std::string& pointer, const std::string& truth) {
    if (view.document.is_null()) return;
    report_.equal(pointer, view.text(pointer), truth);
}

void Session::expect_identities(const View& view) {
    if (view.document.is_null()) return;
    if (!view.number("/written_bytes")) return absent("written = acked + queued + undelivered");
    std::uint64_t undelivered = 0;
    if (view.document.contains("undelivered_bytes"))
        for (const Json& bytes : view.document.at("undelivered_bytes"))
            undelivered += bytes.get<std::uint64_t>();
    report_.equal("acked + notsent + unacked + undelivered = written",
                  view.count("/acked_bytes") + view.count("/notsent_bytes") +
                      view.count("/unacked_bytes") + undelivered,
                  view.count("/written_bytes"));
    if (undelivered == 0)
        report_.equal("written - transmitted = notsent",
                      view.count("/written_bytes") - view.count("/transmitted_bytes"),
                      view.count("/notsent_bytes"));
}

void Session::consistent(std::string_view what, std::uint64_t one, std::uint64_t other) {
    if (one == other && daemon_) return;  // worth a line only where it is all there is
    report_.agree(what, one, other);
}

}  // namespace wiregap::truth
