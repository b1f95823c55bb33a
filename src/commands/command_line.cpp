#include "commands/command_line.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include "commands/help_format.hpp"
#include "commands/output.hpp"
#include "commands/usage_error.hpp"

namespace obmen::commands {

CommandLine::CommandLine(Language language)
    : m_language(language),
      m_app(
          text("obmen — обмен файлами между 1С и Битрикс24", "obmen — file exchange between 1C and Bitrix24"),
          "obmen") {
    m_app.require_subcommand(1);
    m_app.formatter(std::make_shared<HelpFormat>());
    m_app.option_defaults()->group(text("Ключи", "Options"));
    m_app.set_help_flag("-h,--help", text("показать справку и выйти", "show this help and exit"));
    m_app.set_version_flag("--version", "obmen " OBMEN_VERSION,
                           text("показать версию и выйти", "show the version and exit"));
    m_app.get_formatter()->column_width(26);
    name_sections(*m_app.get_formatter());
    add_common(m_app);
    m_app.footer(text("Справка о команде: obmen КОМАНДА --help", "Help on a command: obmen COMMAND --help") +
                 std::string("\n") + exit_code_help("", m_language));
}

std::variant<Options, ParseEnd> CommandLine::parse(int argc, const char* const* argv) {
    m_json = std::find(argv, argv + argc, std::string_view("--json")) != argv + argc;
    if (const std::optional<Message> unknown = unknown_command(m_app, argc, argv)) {
        return wrong_line(*unknown);
    }
    try {
        m_app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return end_of(error);
    }
    Options options{m_common, m_commands.at(m_app.get_subcommands().front())()};
    if (!m_spoken.empty()) {
        options.common.language = m_spoken == "ru" ? Language::russian : Language::english;
    }
    return options;
}

void CommandLine::name_sections(CLI::FormatterBase& formatter) const {
    formatter.label("Usage", text("Вызов", "Usage"));
    formatter.label("OPTIONS", text("КЛЮЧИ", "OPTIONS"));
    formatter.label("Options", text("Ключи", "Options"));
    formatter.label("Positionals", text("Что передать", "Positionals"));
    formatter.label("SUBCOMMAND", text("КОМАНДА", "COMMAND"));
    formatter.label("Subcommands", text("Команды", "Commands"));
    formatter.label("REQUIRED", text("(обязательно)", "(required)"));
}

CLI::App* CommandLine::add_command(const std::string& name, const std::string& description) {
    CLI::App* const command = m_app.add_subcommand(name, description);
    command->set_help_flag("-h,--help", text("показать справку и выйти", "show this help and exit"));
    command->group(text("Команды", "Commands"));
    command->footer(exit_code_help(name, m_language));
    add_common(*command);
    return command;
}

/// Before the command or behind it.
void CommandLine::add_common(CLI::App& command) {
    command
        .add_option("--settings", m_common.settings_file,
                    text("файл настроек (TOML)", "settings file (TOML)"))
        ->type_name(text("ФАЙЛ", "FILE"));
    command
        .add_option("--lang", m_spoken, text("язык сообщений: ru или en", "language of messages: ru or en"))
        ->check(CLI::IsMember({"ru", "en"}))
        ->type_name("ru|en");
    command.add_flag("--json", m_common.json,
                     text("вывод для программ: по объекту JSON в строке", "output for programs: JSON lines"));
    command.add_flag("-v,--verbose", m_common.verbose,
                     text("писать о ходе работы в stderr", "say on standard error what is being done"));
}

ParseEnd CommandLine::end_of(const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream errors;
    const int code = m_app.exit(error, out, errors);
    if (code == 0) {
        return {out.str(), ExitCode::applied};
    }
    return wrong_line(usage_error(m_app, error));
}

/// For programs a finding like all the others, whatever else is wrong with the line.
ParseEnd CommandLine::wrong_line(const Message& message) const {
    std::ostringstream out;
    if (m_json) {
        show_finding(out, {.severity = Severity::fatal, .message = message}, m_language, true);
    } else {
        out << full_text(message, m_language) << "\n";
    }
    return {out.str(), ExitCode::usage};
}

}  // namespace obmen::commands
