#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "commands/options.hpp"

/// The frame of the command line: what all commands have in common. What each of them takes is in
/// options.cpp.
namespace obmen::commands {

/// A command that is being described: its parser and the value that it fills.
template <class Type>
struct Definition {
    CLI::App* command = nullptr;  ///< of the CommandLine
    Type& options;                ///< lives as long as the CommandLine
};

/// The parser of the whole line, in one language. Neither copied nor moved: CLI11 keeps the addresses of what
/// it fills.
class CommandLine {
  public:
    explicit CommandLine(Language language);
    CommandLine(const CommandLine&) = delete;
    CommandLine& operator=(const CommandLine&) = delete;

    /// A text of the help, in the language of the line.
    [[nodiscard]] std::string text(const char* russian, const char* english) const {
        return m_language == Language::russian ? russian : english;
    }

    /// A command with the options that all have, and its exit codes.
    template <class Type>
    [[nodiscard]] Definition<Type> define(const std::string& name, const std::string& description) {
        auto options = std::make_shared<Type>();
        CLI::App* const command = add_command(name, description);
        m_commands.emplace(command, [options] { return Options::Command(*options); });
        return {command, *options};
    }

    /// What the line says, or the text to show instead: help, the version, what is wrong with it.
    [[nodiscard]] std::variant<Options, ParseEnd> parse(int argc, const char* const* argv);

  private:
    void name_sections(CLI::FormatterBase& formatter) const;
    CLI::App* add_command(const std::string& name, const std::string& description);
    void add_common(CLI::App& command);
    [[nodiscard]] ParseEnd end_of(const CLI::ParseError& error);
    [[nodiscard]] ParseEnd wrong_line(const Message& message) const;

    Language m_language;
    CLI::App m_app;
    CommonOptions m_common;
    std::string m_spoken;  ///< --lang
    bool m_json = false;   ///< `--json` stands somewhere on the line
    std::unordered_map<const CLI::App*, std::function<Options::Command()>> m_commands;
};

}  // namespace obmen::commands
