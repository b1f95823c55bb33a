#include "support/message.hpp"

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

std::string fill_in(std::string_view template_text, const std::vector<std::string>& arguments) {
    std::string out;
    out.reserve(template_text.size() + 32);
    for (std::size_t i = 0; i < template_text.size(); ++i) {
        const bool placeholder = template_text[i] == '{' && i + 2 < template_text.size() && template_text[i + 2] == '}' &&
                                 template_text[i + 1] >= '0' && template_text[i + 1] <= '9';
        if (!placeholder) {
            out += template_text[i];
            continue;
        }
        const auto index = static_cast<std::size_t>(template_text[i + 1] - '0');
        if (index < arguments.size()) {
            out += arguments[index];
        }
        i += 2;
    }
    return out;
}

std::string sentence(const Message& message, Language language) {
    const CatalogueEntry& entry = message.code.entry();
    return fill_in(language == Language::russian ? entry.russian : entry.english, message.arguments);
}

std::string remedy(const Message& message, Language language) {
    const CatalogueEntry& entry = message.code.entry();
    return fill_in(language == Language::russian ? entry.russian_remedy : entry.english_remedy, message.arguments);
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
