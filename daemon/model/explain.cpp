// SPDX-License-Identifier: Apache-2.0
#include "daemon/model/explain.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <optional>
#include <utility>

#include "daemon/model/service_sums.h"
#include "daemon/model/units.h"

namespace wiregap::model {
namespace {

constexpr std::size_t most_explained = 10;  // of services and of connections: the worst

constexpr const char* how_to_ask =
    "ask for a service's name, port:N, pid:N, cookie:N, or a connection as LOCAL-PEER; "
    "only connections that hold bytes, or leave much unread, are known one by one";

std::optional<std::uint64_t> number_in(std::string_view text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || text.empty()) return std::nullopt;
    return number;
}

/// What stands after `prefix`, if it stands there.
std::optional<std::string_view> after(std::string_view prefix, std::string_view text) {
    if (!text.starts_with(prefix)) return std::nullopt;
    return text.substr(prefix.size());
}

using ServiceTest = std::function<bool(const Service&)>;
using ConnectionTest = std::function<bool(const Connection&)>;

Answer those(const Snapshot& snapshot, const ServiceTest& service,
             const ConnectionTest& connection) {
    Answer answer;
    std::vector<const Service*> services;
    for (const Service& s : snapshot.services) {
        if (service && service(s)) services.push_back(&s);
    }
    // A name may have ended services behind it: the troubled ones are what was asked for.
    std::stable_sort(services.begin(), services.end(), [](const auto* a, const auto* b) {
        return is_worse(worst_verdict(a->verdicts), worst_verdict(b->verdicts));
    });
    services.resize(std::min(services.size(), most_explained));
    for (const Service* s : services) answer.found.push_back(explain_service(snapshot, *s));
    std::vector<const Connection*> connections;
    for (const Connection& c : snapshot.connections) {
        if (connection && connection(c)) connections.push_back(&c);
    }
    std::stable_sort(connections.begin(), connections.end(), [](const auto* a, const auto* b) {
        return a->judgement.held_byte_seconds > b->judgement.held_byte_seconds;
    });
    connections.resize(std::min(connections.size(), most_explained));
    for (const Connection* c : connections)
        answer.found.push_back(explain_connection(snapshot, *c));
    return answer;
}

Answer by_port(const Snapshot& snapshot, std::uint64_t port) {
    return those(
        snapshot, [=](const Service& s) { return s.port == port && port != 0; }, nullptr);
}

Answer by_pid(const Snapshot& snapshot, std::uint64_t pid) {
    return those(
        snapshot, [=](const Service& s) { return s.owner.pid == pid && pid != 0; },
        [=](const Connection& c) { return c.owner.pid == pid && pid != 0; });
}

Answer by_cookie(const Snapshot& snapshot, std::uint64_t cookie) {
    return those(snapshot, nullptr,
                 [=](const Connection& c) { return c.cookie == cookie && cookie != 0; });
}

Answer by_name(const Snapshot& snapshot, std::string_view name) {
    return those(
        snapshot, [=](const Service& s) { return s.name == name; }, nullptr);
}

/// The port behind the last colon goes first: an address as text takes its time, and there may be
/// tens of thousands.
Answer by_ends(const Snapshot& snapshot, std::string_view what) {
    const auto port = number_in(what.substr(what.rfind(':') + 1));
    return those(snapshot, nullptr, [=](const Connection& c) {
        if (port == c.local.port && what == to_string(c.local)) return true;
        if (port != c.peer.port) return false;
        const std::string peer = to_string(c.peer);
        return what == peer || (what.ends_with(peer) && what == to_string(c.local) + "-" + peer);
    });
}

Answer by_number(const Snapshot& snapshot, std::uint64_t number) {
    for (const auto& ask : {by_port, by_pid}) {
        Answer answer = ask(snapshot, number);
        if (!answer.found.empty()) return answer;
    }
    return by_cookie(snapshot, number);
}

Answer ask(const Snapshot& snapshot, std::string_view what) {
    using ByNumber = Answer (*)(const Snapshot&, std::uint64_t);
    constexpr std::pair<std::string_view, ByNumber> kinds[] = {
        {"port:", by_port}, {"pid:", by_pid}, {"cookie:", by_cookie}};
    for (const auto& [prefix, by] : kinds) {
        const auto rest = after(prefix, what);
        if (!rest) continue;
        const auto number = number_in(*rest);
        return number ? by(snapshot, *number) : Answer{};
    }
    if (const auto name = after("service:", what)) return by_name(snapshot, *name);
    if (const auto number = number_in(what)) return by_number(snapshot, *number);
    Answer answer = by_name(snapshot, what);
    return answer.found.empty() ? by_ends(snapshot, what) : answer;
}

}  // namespace

Answer explain(const Snapshot& snapshot, std::string_view what) {
    Answer answer = ask(snapshot, what);
    if (answer.found.empty()) {
        answer.problem =
            "nothing is known by '" + printable(what.substr(0, 100)) + "'; " + how_to_ask;
    }
    return answer;
}

}  // namespace wiregap::model
