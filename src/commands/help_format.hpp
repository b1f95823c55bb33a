#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>

#include "support/message.hpp"

namespace obmen::commands {

/// Help with columns that are straight in every alphabet, and without what only CLI11 means by it.
class HelpFormat : public CLI::Formatter {
  public:
    [[nodiscard]] std::string make_option(const CLI::Option* option, bool is_positional) const override;
    [[nodiscard]] std::string make_subcommand(const CLI::App* command) const override;
    [[nodiscard]] std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
    [[nodiscard]] std::string make_option_opts(const CLI::Option* option) const override;
    [[nodiscard]] std::string make_option_usage(const CLI::Option* option) const override;

  private:
    [[nodiscard]] std::string line(const std::string& name, const std::string& description) const;
};

/// Exit codes of a command, a line for each; of the whole program for an empty name.
[[nodiscard]] std::string exit_code_help(std::string_view command, Language language);

}  // namespace obmen::commands
