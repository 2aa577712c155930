// SPDX-License-Identifier: Apache-2.0
// Command lines: options with checked values, a positional or two, subcommands, --help. Small, for
// each program that had a header-only library do it took as long to compile as a fifth of wiregapd.
#pragma once

#include <functional>
#include <list>
#include <stdexcept>
#include <string>
#include <vector>

namespace wiregap::arguments {

/// What is wrong with the arguments, in one line.
class WrongArguments : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Takes a value, or throws WrongArguments with what is wrong with it.
using Taker = std::function<void(const std::string&)>;

/// Any; `place` is a string, or takes one.
template <class Place>
Taker text(Place& place) {
    return [&place](const std::string& word) { place = word; };
}
Taker one_of(std::string& place, std::vector<std::string> words);
Taker texts(std::vector<std::string>& place);
Taker texts_of(std::vector<std::string>& place, std::vector<std::string> words);
/// A whole number, decimal; `take` gets it.
Taker whole(long long lowest, long long highest, std::function<void(long long)> take);
Taker real(double& place, double lowest, double highest);

template <class Number>
Taker whole(Number& place, long long lowest, long long highest) {
    return whole(lowest, highest,
                 [&place](long long value) { place = static_cast<Number>(value); });
}

class Command;

/// One option or positional. The setters return the option itself.
class Option {
  public:
    Option(std::string name, std::string help, Taker take);

    /// What --help calls its value.
    Option& value_name(std::string name);
    /// What --help says it is without the option.
    Option& by_default(std::string value);
    /// Read where the option is not given.
    Option& environment(std::string variable);
    Option& required();
    Option& repeated();
    /// Both together are wrong.
    Option& excludes(const std::string& other);

  private:
    friend class Command;
    std::string name_;  ///< "--port", or "WHAT" for a positional
    std::string help_;
    Taker take_;
    std::string value_name_{};  ///< empty: a flag
    std::string default_{};
    std::string environment_{};
    std::vector<std::string> excludes_{};
    bool required_ = false;
    bool repeated_ = false;
    bool given_ = false;
};

/// The program itself, or a subcommand of it.
class Command {
  public:
    Command(std::string name, std::string about);

    /// With a value: `--name VALUE` or `--name=VALUE`.
    Option& option(const std::string& name, Taker take, std::string help);
    Option& flag(const std::string& name, std::function<void()> given, std::string help);
    Option& flag(const std::string& name, bool& place, std::string help);
    Option& positional(const std::string& name, Taker take, std::string help);
    /// Its options are known after its name, the program's own everywhere. One of them must be
    /// given.
    Command& subcommand(const std::string& name, std::string about, std::function<void()> chosen);
    /// Below --help.
    void footer(std::string text);

    /// Nothing if the program is to go on, else what it is to print (--help; `version` for
    /// --version, unless that is empty). Throws WrongArguments.
    std::string parse(int argc, const char* const* argv, const std::string& version = "");

    /// Its subcommands, and the options of all, in the order of their making.
    [[nodiscard]] std::vector<std::string> words() const;

  private:
    class Parser;

    std::string name_;  ///< of a subcommand with the program's: "wiregap top"
    std::string about_;
    std::string footer_{};
    std::function<void()> chosen_{};
    std::list<Option> options_{};
    std::list<Option> positionals_{};
    std::list<Command> subcommands_{};
};

}  // namespace wiregap::arguments
