// SPDX-License-Identifier: Apache-2.0
#include "daemon/resp/command.h"

#include <algorithm>
#include <array>
#include <string>

#include "daemon/resp/limits.h"
#include "daemon/resp/numbers.h"

namespace wiregap::resp {
namespace {

constexpr std::size_t longest_name = 32;
constexpr std::size_t slots = 1024;

/// Names by a hash of their small letters; open addressing, a tenth full.
class Index {
  public:
    Index() {
        for (const auto table : command_tables()) {
            for (const Command& command : table) {
                std::size_t at = place(command.name);
                while (slots_[at] != nullptr) at = (at + 1) % slots;
                slots_[at] = &command;
                ++count_;
            }
        }
    }
    [[nodiscard]] const Command* find(std::string_view name) const noexcept {
        for (std::size_t at = place(name); slots_[at] != nullptr; at = (at + 1) % slots) {
            if (slots_[at]->name == name) return slots_[at];
        }
        return nullptr;
    }
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

  private:
    static std::size_t place(std::string_view name) noexcept {
        std::uint32_t hash = 2166136261;  // FNV-1a
        for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619;
        return hash % slots;
    }
    std::array<const Command*, slots> slots_{};
    std::size_t count_ = 0;
};

const Index& index() {
    static const Index the_index;
    return the_index;
}

}  // namespace

bool Call::asks(std::size_t place, std::string_view word) const {
    return place < args.size() && is_word(args[place], word);
}

std::optional<bool> Call::on_or_off(std::size_t place) const {
    if (asks(place, "ON")) return true;
    if (asks(place, "OFF")) return false;
    return {};
}

void Call::wrong_arity(std::string_view full_name) {
    reply.error("ERR wrong number of arguments for '" + std::string(full_name) + "' command");
}

bool Call::fits(std::size_t elements) {
    if (elements <= max_reply_elements) return true;
    reply.error("ERR a reply of " + std::to_string(elements) + " elements is above the limit of " +
                std::to_string(max_reply_elements) + "; ask for a part of them");
    return false;
}

std::span<const std::span<const Command>> command_tables() {
    static const std::array tables = {
        connection_commands(), client_commands(),     key_commands(),    string_commands(),
        number_commands(),     substring_commands(),  list_commands(),   hash_commands(),
        set_commands(),        sorted_set_commands(), pubsub_commands(), server_commands(),
        wiregap_commands(),    debug_commands()};
    return tables;
}

const Command* find_command(std::string_view name) noexcept {
    if (name.size() > longest_name) return nullptr;
    std::array<char, longest_name> small{};
    std::transform(name.begin(), name.end(), small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return index().find({small.data(), name.size()});
}

std::size_t command_count() noexcept { return index().count(); }

}  // namespace wiregap::resp
