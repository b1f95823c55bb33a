#include "support/message.hpp"

#include "support/bilingual.hpp"

namespace obmen {

Language language_of_locale(std::string_view locale) {
    return locale.substr(0, 2) == "ru" ? Language::russian : Language::english;
}

std::optional<Code> Code::find(std::string_view text) {
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        if (catalogue[i].code == text) {
            return Code{i};
        }
    }
    return std::nullopt;
}

namespace {

/// Marks an argument that is a message itself: no text of a file or of a person begins like this.
constexpr char nested_mark = '\x1E';
constexpr char separator = '\x1F';
/// Marks an argument that is a Russian text and, after another mark, an English one.
constexpr char both_mark = '\x1D';
constexpr char other_language = '\x1C';

std::string one_of_both(std::string_view argument, Language language) {
    const std::size_t end = argument.find(other_language);
    return std::string(language == Language::russian ? argument.substr(0, end) : argument.substr(end + 1));
}

std::string shown(const std::string& argument, Language language) {
    if (argument.starts_with(both_mark) && argument.find(other_language) != std::string::npos) {
        return one_of_both(std::string_view(argument).substr(1), language);
    }
    if (!argument.starts_with(nested_mark)) {
        return argument;
    }
    std::vector<std::string> parts(1);
    for (const char c : std::string_view(argument).substr(1)) {
        if (c == separator) {
            parts.emplace_back();
        } else {
            parts.back() += c;
        }
    }
    const std::optional<Code> code = Code::find(parts.front());
    return code ? sentence({*code, {parts.begin() + 1, parts.end()}}, language) : argument.substr(1);
}

/// `template_text` with `{N}` replaced by `arguments[N]`; a placeholder without an argument becomes empty.
std::string filled(std::string_view template_text, const std::vector<std::string>& arguments,
                   Language language) {
    std::string out;
    out.reserve(template_text.size() + 32);
    for (std::size_t i = 0; i < template_text.size(); ++i) {
        const bool placeholder = template_text[i] == '{' && i + 2 < template_text.size() &&
                                 template_text[i + 2] == '}' && template_text[i + 1] >= '0' &&
                                 template_text[i + 1] <= '9';
        if (!placeholder) {
            out += template_text[i];
            continue;
        }
        const auto index = static_cast<std::size_t>(template_text[i + 1] - '0');
        if (index < arguments.size()) {
            out += shown(arguments[index], language);
        }
        i += 2;
    }
    return out;
}

}  // namespace

std::string argument_text(const std::string& argument, Language language) {
    return shown(argument, language);
}

std::string in_both_languages(std::string_view russian, std::string_view english) {
    std::string out(1, both_mark);
    out += russian;
    out += other_language;
    out += english;
    return out;
}

std::string as_argument(const Message& message) {
    std::string out(1, nested_mark);
    out += message.code.text();
    for (const std::string& argument : message.arguments) {
        out += separator;
        out += argument;
    }
    return out;
}

std::string sentence(const Message& message, Language language) {
    const CatalogueEntry& entry = message.code.entry();
    return filled(language == Language::russian ? entry.russian : entry.english, message.arguments, language);
}

std::string remedy(const Message& message, Language language) {
    const CatalogueEntry& entry = message.code.entry();
    return filled(language == Language::russian ? entry.russian_remedy : entry.english_remedy,
                  message.arguments, language);
}

std::string full_text(const Message& message, Language language) {
    std::string text = sentence(message, language);
    const std::string advice = remedy(message, language);
    if (!advice.empty()) {
        text += ". ";
        text += advice;
    }
    return text;
}

}  // namespace obmen
