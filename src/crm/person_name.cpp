#include "crm/converter.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words;
    const std::string tidy = tidied(text);
    for (std::size_t begin = tidy.find_first_not_of(" \t\n"); begin != std::string::npos;) {
        const std::size_t end = tidy.find_first_of(" \t\n", begin);
        words.push_back(tidy.substr(begin, end - begin));
        begin = tidy.find_first_not_of(" \t\n", end);
    }
    return words;
}

/// Letters and hyphens only: no initials, no quotation marks, no numbers.
bool is_plain_word(std::string_view word) {
    return std::all_of(word.begin(), word.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || c == '-' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

bool is_turkic_ending(std::string_view word) {
    const std::string lower = folded(word);
    return lower == "оглы" || lower == "кызы";
}

/// A patronymic shows in its ending: Иванович, Ильич, Ивановна, Ильинична, Мамед-оглы, Мамед-кызы.
bool is_patronymic(std::string_view word) {
    constexpr auto endings = std::to_array<std::string_view>({"ич", "вна", "ична", "-оглы", "-кызы"});
    const std::string lower = folded(word);
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
        return lower.size() > ending.size() && lower.ends_with(ending);
    });
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

}  // namespace

PersonName split_person_name(std::string_view full_name) {
    std::vector<std::string> words = words_of(full_name);
    const bool turkic = words.size() == 4 && is_turkic_ending(words.back());
    if (turkic) {
        words[2] += " " + words[3];
        words.pop_back();
    }
    // «Иван Петрович Абрамович» could be read both ways: then nothing is certain.
    const bool certain = words.size() == 3 && (turkic || is_patronymic(words[2])) &&
                         !is_patronymic(words[1]) && is_plain_word(words[0]) && is_plain_word(words[1]) &&
                         (turkic || is_plain_word(words[2]));
    if (!certain) {
        return {"", joined(words), ""};
    }
    return {words[0], words[1], words[2]};
}

}  // namespace obmen::crm
