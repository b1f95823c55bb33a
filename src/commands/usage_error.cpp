#include "commands/usage_error.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "crm/nearest_names.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

using Names = std::vector<std::string>;

std::string shown(const std::string& word) {
    constexpr std::size_t longest = 100;
    return quotable(masked(word), longest);
}

Names commands_of(const CLI::App& app) {
    Names names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    return names;
}

Names options_of(const CLI::App& command) {
    Names names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            names.push_back("--" + name);
        }
        for (const std::string& name : option->get_snames()) {
            names.push_back("-" + name);
        }
    }
    return names;
}

std::string joined(const Names& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

/// The command that the line names, else the program itself.
const CLI::App& chosen(const CLI::App& app) {
    const std::vector<CLI::App*> commands = app.get_subcommands();
    return commands.empty() ? app : *commands.front();
}

std::string full_name(const CLI::App& app, const CLI::App& command) {
    return &command == &app ? app.get_name() : app.get_name() + " " + command.get_name();
}

/// With the help to turn to: that of the command, where one is named.
Message wrong_usage(const CLI::App& app, const Message& what) {
    return {"SYS-USAGE", {as_argument(what), full_name(app, chosen(app))}};
}

Message wrong_usage(const CLI::App& app, const std::string& text) {
    return {"SYS-USAGE", {masked(text), full_name(app, chosen(app))}};
}

Message unexpected(const CLI::App& app) {
    const Names words = app.remaining(true);
    const auto option = std::find_if(words.begin(), words.end(), [](const std::string& word) {
        return word.size() > 1 && word.front() == '-';
    });
    if (option == words.end()) {
        return wrong_usage(app, {"SYS-USAGE-UNKNOWN", {shown(joined(words))}});
    }
    const CLI::App& command = chosen(app);
    const std::string name = option->substr(0, option->find('='));
    return wrong_usage(
        app, {"SYS-USAGE-OPTION",
              {full_name(app, command), shown(name), crm::nearest_names(name, options_of(command))}});
}

/// The option or positional of this name as people see it: `ФАЙЛ`, `--output`.
std::string name_for_people(const CLI::App& command, const std::string& name) {
    for (const CLI::Option* option : command.get_options()) {
        if (option->get_positional() && option->get_name(true) == name) {
            return option->get_type_name();
        }
    }
    return name;
}

/// What stands before the first of these characters.
std::string until(const std::string& text, const char* end) {
    return text.substr(0, text.find_first_of(end));
}

Message missing(const CLI::App& app, const std::string& text) {
    const CLI::App& command = chosen(app);
    if (&command == &app) {
        return wrong_usage(app, {"SYS-USAGE-NO-COMMAND", {joined(commands_of(app))}});
    }
    const std::string name = until(text, " ");
    return wrong_usage(app, {"SYS-USAGE-MISSING", {name_for_people(command, name)}});
}

/// `Could not convert: --last = x`
Message no_number(const CLI::App& app, const std::string& text) {
    const std::size_t colon = text.find(": ");
    const std::string name = until(colon == std::string::npos ? text : text.substr(colon + 2), " =");
    return wrong_usage(app, {"SYS-USAGE-VALUE", {shown(name), as_argument({"SYS-USAGE-NUMBER"})}});
}

/// `--lang: de not in {ru,en}`
Message not_allowed(const CLI::App& app, const std::string& text) {
    const std::size_t begin = text.find('{');
    const std::size_t end = text.rfind('}');
    if (begin == std::string::npos || end == std::string::npos) {
        return wrong_usage(app, text);
    }
    std::string choices = text.substr(begin + 1, end - begin - 1);
    for (std::size_t at = choices.find(','); at != std::string::npos; at = choices.find(',', at + 2)) {
        choices.insert(at + 1, " ");
    }
    return wrong_usage(app, {"SYS-USAGE-VALUE", {shown(until(text, ":")), choices}});
}

/// `--print excludes --check`
Message together(const CLI::App& app, const std::string& text) {
    const std::string other = text.substr(text.rfind(' ') + 1);
    return wrong_usage(app, {"SYS-USAGE-TOGETHER", {until(text, " "), name_for_people(chosen(app), other)}});
}

}  // namespace

Message usage_error(const CLI::App& app, const CLI::ParseError& error) {
    const std::string text = error.what();
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        return missing(app, text);
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
        return unexpected(app);
    }
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
        return no_number(app, text);
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        return wrong_usage(app, {"SYS-USAGE-NO-VALUE", {shown(until(text, ": "))}});
    }
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr && text.ends_with(empty_value)) {
        return wrong_usage(app, {"SYS-USAGE-NO-VALUE", {shown(until(text, ": "))}});
    }
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) {
        return not_allowed(app, text);
    }
    if (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr) {
        return together(app, text);
    }
    return wrong_usage(app, text);
}

std::optional<Message> unknown_command(const CLI::App& app, int argc, const char* const* argv) {
    const Names known = commands_of(app);
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--settings" || word == "--lang") {
            ++i;  // its value
        } else if (!word.starts_with('-')) {
            return std::find(known.begin(), known.end(), word) != known.end()
                       ? std::nullopt
                       : std::optional(wrong_usage(
                             app, {"SYS-USAGE-COMMAND", {shown(word), crm::nearest_names(word, known)}}));
        }
    }
    return std::nullopt;
}

}  // namespace obmen::commands
