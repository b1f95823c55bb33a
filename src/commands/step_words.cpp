#include "commands/step_words.hpp"

#include <algorithm>
#include <optional>

#include "support/bilingual.hpp"

namespace obmen::commands {

namespace {

/// `in_doubt` → `STEP-IN-DOUBT`
std::optional<Code> code_of(std::string_view beginning, std::string_view word) {
    std::string code(beginning);
    for (const char c : word) {
        code += c == '_' ? '-' : (c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    return Code::find(code);
}

/// `files=2` → `файлов 2`; nothing for what is no such pair.
std::optional<std::string> pair_text(std::string_view pair, Language language) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) {
        return std::nullopt;
    }
    const std::optional<Code> code = code_of("STEP-OF-", pair.substr(0, equals));
    return code ? std::optional(sentence({*code, {std::string(pair.substr(equals + 1))}}, language))
                : std::nullopt;
}

}  // namespace

std::string step_name(std::string_view word, Language language) {
    const std::optional<Code> code = code_of("STEP-", word);
    return code ? sentence({*code}, language) : std::string(word);
}

std::string step_details(const std::string& details, Language language) {
    std::string text;
    std::string_view rest = details;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(' '), rest.size());
        const std::optional<std::string> pair = pair_text(rest.substr(0, end), language);
        if (!pair) {
            return argument_text(details, language);
        }
        const char* const between = language == Language::russian ? ", " : " ";
        text += (text.empty() ? "" : between) + *pair;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return text;
}

}  // namespace obmen::commands
