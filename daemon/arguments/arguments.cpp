// SPDX-License-Identifier: Apache-2.0
#include "daemon/arguments/arguments.h"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace wiregap::arguments {

Option::Option(std::string name, std::string help, Taker take)
    : name_(std::move(name)), help_(std::move(help)), take_(std::move(take)) {}

Option& Option::value_name(std::string name) {
    value_name_ = std::move(name);
    return *this;
}

Option& Option::by_default(std::string value) {
    default_ = std::move(value);
    return *this;
}

Option& Option::environment(std::string variable) {
    environment_ = std::move(variable);
    return *this;
}

Option& Option::required() {
    required_ = true;
    return *this;
}

Option& Option::repeated() {
    repeated_ = true;
    return *this;
}

Option& Option::excludes(const std::string& other) {
    excludes_.push_back(other);
    return *this;
}

Command::Command(std::string name, std::string about)
    : name_(std::move(name)), about_(std::move(about)) {}

Option& Command::option(const std::string& name, Taker take, std::string help) {
    return options_.emplace_back(name, std::move(help), std::move(take)).value_name("TEXT");
}

Option& Command::flag(const std::string& name, std::function<void()> given, std::string help) {
    const auto take = [given = std::move(given)](const std::string&) { given(); };
    return options_.emplace_back(name, std::move(help), take);
}

Option& Command::flag(const std::string& name, bool& place, std::string help) {
    return flag(
        name, [&place] { place = true; }, std::move(help));
}

Option& Command::positional(const std::string& name, Taker take, std::string help) {
    return positionals_.emplace_back(name, std::move(help), std::move(take));
}

Command& Command::subcommand(const std::string& name, std::string about,
                             std::function<void()> chosen) {
    Command& made = subcommands_.emplace_back(name_ + " " + name, std::move(about));
    made.footer_ = footer_;
    made.chosen_ = std::move(chosen);
    return made;
}

void Command::footer(std::string text) { footer_ = std::move(text); }

/// One pass over the words.
class Command::Parser {
  public:
    Parser(Command& program, const std::string& version) : program_(program), version_(version) {}

    std::string parse(std::vector<std::string> words) {
        words_ = std::move(words);
        while (next_ < words_.size()) {
            const std::string word = words_[next_++];
            if (!only_positionals_ && (word == "--help" || word == "-h")) return help(here());
            if (!only_positionals_ && word == "--version" && !version_.empty())
                return version_ + "\n";
            take(word);
        }
        finish();
        return "";
    }

    /// What --help says of a command.
    [[nodiscard]] std::string help(const Command& command) const {
        std::string text = command.about_ + "\nUsage: " + command.name_ + " [OPTIONS]";
        for (const Option& positional : command.positionals_)
            text += positional.required_ ? " " + positional.name_ : " [" + positional.name_ + "]";
        if (!command.subcommands_.empty()) text += " SUBCOMMAND";
        text += "\n\n";
        if (!command.positionals_.empty()) {
            text += "Positionals:\n";
            for (const Option& positional : command.positionals_) text += row(positional);
            text += "\n";
        }
        text += "Options:\n";
        for (const Option& option : command.options_) text += row(option);
        if (&command == &program_ && !version_.empty())
            text += row("--version", "Print the version and exit");
        text += row("-h,--help", "Print this help and exit");
        if (!command.subcommands_.empty()) text += "\nSubcommands:\n";
        for (const Command& one : command.subcommands_) text += row(last_word(one), one.about_);
        return command.footer_.empty() ? text : text + "\n" + command.footer_ + "\n";
    }

    static std::string last_word(const Command& command) {
        return command.name_.substr(command.name_.rfind(' ') + 1);
    }

  private:
    [[nodiscard]] Command& here() const { return chosen_ == nullptr ? program_ : *chosen_; }

    static Option* option_of(Command& command, const std::string& name) {
        const auto found = std::find_if(command.options_.begin(), command.options_.end(),
                                        [&](const Option& option) { return option.name_ == name; });
        return found == command.options_.end() ? nullptr : &*found;
    }

    /// The subcommand's, else the program's.
    [[nodiscard]] Option* find(const std::string& name) const {
        Option* own = option_of(here(), name);
        return own != nullptr ? own : option_of(program_, name);
    }

    static void give(Option& option, const std::string& value) {
        if (option.given_ && !option.repeated_)
            throw WrongArguments(option.name_ + " is there more than once");
        option.given_ = true;
        try {
            option.take_(value);
        } catch (const WrongArguments& wrong) {
            throw WrongArguments(option.name_ + ": " + wrong.what());
        }
    }

    void take(const std::string& word) {
        if (only_positionals_ || word.size() < 2 || word[0] != '-') return take_plain(word);
        if (word == "--") {
            only_positionals_ = true;
            return;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        Option* const option = find(name);
        if (option == nullptr) throw not_expected(word);
        if (option->value_name_.empty()) {
            if (equals != std::string::npos) throw WrongArguments(name + " takes no value");
            return give(*option, "");
        }
        if (equals != std::string::npos) return give(*option, word.substr(equals + 1));
        if (next_ == words_.size() || find(words_[next_]) != nullptr)
            throw WrongArguments(name + ": 1 required " + option->value_name_ + " missing");
        give(*option, words_[next_++]);
    }

    void take_plain(const std::string& word) {
        if (chosen_ == nullptr && !program_.subcommands_.empty()) return choose(word);
        for (Option& positional : here().positionals_) {
            if (positional.given_ && !positional.repeated_) continue;
            return give(positional, word);
        }
        throw not_expected(word);
    }

    void choose(const std::string& word) {
        for (Command& one : program_.subcommands_) {
            if (last_word(one) != word) continue;
            chosen_ = &one;
            return one.chosen_();
        }
        throw WrongArguments("there is no subcommand '" + word + "'");
    }

    static WrongArguments not_expected(const std::string& word) {
        return WrongArguments("The following argument was not expected: " + word);
    }

    void finish() {
        if (chosen_ == nullptr && !program_.subcommands_.empty())
            throw WrongArguments("A subcommand is required");
        for (Command* command : {&program_, chosen_}) {
            if (command == nullptr) continue;
            for (auto* options : {&command->options_, &command->positionals_})
                for (Option& option : *options) finish(option);
        }
    }

    void finish(Option& option) {
        if (!option.given_ && !option.environment_.empty()) {
            const char* const value = std::getenv(option.environment_.c_str());
            if (value != nullptr && *value != '\0') give(option, value);
        }
        if (option.required_ && !option.given_) throw WrongArguments(option.name_ + " is required");
        for (const std::string& other : option.excludes_) {
            const Option* const excluded = find(other);
            if (option.given_ && excluded != nullptr && excluded->given_)
                throw WrongArguments(option.name_ + " excludes " + other);
        }
    }

    static std::string row(const std::string& left, const std::string& right) {
        constexpr std::size_t width = 30;
        const std::string begin = "  " + left;
        const bool fits = begin.size() < width;
        return begin + (fits ? "" : "\n") + std::string(fits ? width - begin.size() : width, ' ') +
               right + "\n";
    }

    static std::string row(const Option& option) {
        std::string left = option.name_;
        if (!option.value_name_.empty()) left += " " + option.value_name_;
        if (!option.default_.empty()) left += "=" + option.default_;
        if (!option.environment_.empty()) left += " (Env:" + option.environment_ + ")";
        if (option.required_) left += " REQUIRED";
        for (const std::string& other : option.excludes_) left += " Excludes: " + other;
        return row(left, option.help_);
    }

    Command& program_;
    const std::string version_;
    Command* chosen_ = nullptr;
    std::vector<std::string> words_{};
    std::size_t next_ = 0;
    bool only_positionals_ = false;
};

std::string Command::parse(int argc, const char* const* argv, const std::string& version) {
    return Parser(*this, version).parse({argv + std::min(argc, 1), argv + argc});
}

std::vector<std::string> Command::words() const {
    std::vector<std::string> words{"--help"};
    for (const Option& option : options_) words.push_back(option.name_);
    for (const Command& command : subcommands_) {
        words.push_back(Parser::last_word(command));
        for (const Option& option : command.options_) words.push_back(option.name_);
    }
    return words;
}

}  // namespace wiregap::arguments
