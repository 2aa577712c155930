// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/commands/command.h"

#include <algorithm>
#include <array>
#include <string>

#include "daemon/resp/protocol/numbers.h"

namespace wiregap::resp {
namespace {

constexpr std::size_t longest_name = 16;
constexpr std::size_t slots = 512;

/// Names by a hash of their small letters; open addressing, a tenth full.
class Index {
  public:
    Index() {
        for (const CommandGroup& group : command_groups()) {
            for (const Command& command : group.commands) {
                std::size_t at = place(command.name);
                while (slots_[at] != nullptr) at = (at + 1) % slots;
                slots_[at] = &command;
            }
        }
    }
    [[nodiscard]] const Command* find(std::string_view name) const noexcept {
        for (std::size_t at = place(name); slots_[at] != nullptr; at = (at + 1) % slots) {
            if (slots_[at]->name == name) return slots_[at];
        }
        return nullptr;
    }

  private:
    static std::size_t place(std::string_view name) noexcept {
        std::uint32_t hash = 2166136261;  // FNV-1a
        for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
        return hash % slots;
    }
    std::array<const Command*, slots> slots_{};
};

std::string capitals(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return result;
}

void help(Call& call, std::string_view family, std::span<const Subcommand> table) {
    call.reply.array(table.size() + 1);
    call.reply.status(capitals(family) + " <subcommand> [<arg> ..]. Subcommands are:");
    for (const Subcommand& subcommand : table) call.reply.status(subcommand.help);
}

}  // namespace

bool Call::asks(std::size_t place, std::string_view word) const {
    return place < args.size() && is_word(args[place], word);
}

void Call::invalid_expiry() {
    reply.error("ERR invalid expire time in '" + lower(args[0]) + "' command");
}

void Call::wrong_arity(std::string_view full_name) {
    reply.error("ERR wrong number of arguments for '" + std::string(full_name) + "' command");
}

std::string_view Call::text(std::string_view key) {
    const TextPtr* const found = keys.find(key);
    return found == nullptr ? std::string_view() : std::string_view((*found)->bytes);
}

bool Call::may_change() {
    if (session.privileged()) return true;
    reply.error(
        "NOPERM this changes the server or its other clients: say AUTH with the password of "
        "resp.requirepass, or use resp.unix_socket as root");
    return false;
}

std::span<const CommandGroup> command_groups() {
    static const std::array groups = {connection_commands(), client_commands(), key_commands(),
                                      string_commands(),     pubsub_commands(), server_commands(),
                                      wiregap_commands()};
    return groups;
}

const Command* find_command(std::string_view name) noexcept {
    static const Index index;
    if (name.size() > longest_name) return nullptr;
    std::array<char, longest_name> small{};
    std::transform(name.begin(), name.end(), small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return index.find({small.data(), name.size()});
}

void run_subcommand(Call& call, std::string_view family, std::span<const Subcommand> table) {
    const std::string name = lower(call.args[1].substr(0, longest_name + 1));
    if (name == "help" && call.args.size() == 2) {
        help(call, family, table);
        return;
    }
    for (const Subcommand& subcommand : table) {
        if (subcommand.name != name) continue;
        call.session.last_sub = subcommand.name;
        const auto given = static_cast<int>(call.args.size());
        if (given < subcommand.least || (subcommand.most >= 0 && given > subcommand.most)) {
            call.wrong_arity(std::string(family) + "|" + name);
        } else {
            subcommand.run(call);
        }
        return;
    }
    call.reply.error("ERR unknown subcommand '" + std::string(call.args[1].substr(0, 128)) +
                     "'. Try " + capitals(family) + " HELP.");
}

}  // namespace wiregap::resp
