#include "crm/converter.hpp"
#include "crm/first_names.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view text) {
    Words words;
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

bool is_first_name(std::string_view word) {
    const std::string lower = folded(word);
    return std::find(known_first_names.begin(), known_first_names.end(), lower) != known_first_names.end();
}

/// `И.`, `Ю`: one letter, a point behind it or none.
bool is_initial(std::string_view word) {
    if (word.ends_with('.')) {
        word.remove_suffix(1);
    }
    return character_count(word) == 1 && is_plain_word(word) && word != "-";
}

/// `И.И.` as two words; anything else as it is.
Words with_split_initials(const Words& words) {
    Words out;
    for (const std::string& word : words) {
        const std::size_t point = word.find('.');
        const bool two = point != std::string::npos && point + 1 < word.size() &&
                         is_initial(std::string_view(word).substr(0, point + 1)) &&
                         is_initial(std::string_view(word).substr(point + 1));
        if (two) {
            out.push_back(word.substr(0, point + 1));
            out.push_back(word.substr(point + 1));
        } else {
            out.push_back(word);
        }
    }
    return out;
}

std::string joined_words(const Words& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

/// «Иванов И. И.», «Иванов И.», «И. И. Иванов».
std::optional<PersonName> by_initials(const Words& written) {
    const Words words = with_split_initials(written);
    const auto count = static_cast<std::size_t>(std::count_if(words.begin(), words.end(), is_initial));
    if (words.size() < 2 || words.size() > 3 || count != words.size() - 1) {
        return std::nullopt;
    }
    const bool last_first = !is_initial(words.front());
    const std::string& last = last_first ? words.front() : words.back();
    if (is_initial(last) || !is_plain_word(last) || is_first_name(last)) {
        return std::nullopt;
    }
    const std::size_t first = last_first ? 1 : 0;
    return PersonName{last, words[first], words.size() == 3 ? words[first + 1] : std::string{}};
}

/// «Иванов Иван» and «Иван Иванов»: one of the two is a first name that everybody knows.
std::optional<PersonName> by_first_name(const Words& words) {
    if (words.size() != 2 || !is_plain_word(words[0]) || !is_plain_word(words[1]) ||
        is_first_name(words[0]) == is_first_name(words[1]) || is_patronymic(words[1])) {
        return std::nullopt;
    }
    return is_first_name(words[1]) ? PersonName{words[0], words[1], ""} : PersonName{words[1], words[0], ""};
}

/// «Иванов Иван Иванович» and «Иван Иванович Иванов».
std::optional<PersonName> by_patronymic(Words words) {
    const bool turkic = words.size() == 4 && is_turkic_ending(words.back());
    if (turkic) {
        words[2] += " " + words[3];
        words.pop_back();
    }
    const bool plain = words.size() == 3 && is_plain_word(words[0]) && is_plain_word(words[1]) &&
                       (turkic || is_plain_word(words[2]));
    if (!plain) {
        return std::nullopt;
    }
    if ((turkic || is_patronymic(words[2])) && !is_patronymic(words[1])) {
        return PersonName{words[0], words[1], words[2]};
    }
    if (is_patronymic(words[1]) && !is_patronymic(words[2]) && is_first_name(words[0])) {
        return PersonName{words[2], words[0], words[1]};
    }
    // «Иван Петрович Абрамович» could be read both ways: then nothing is certain.
    return std::nullopt;
}

}  // namespace

PersonName split_person_name(std::string_view full_name) {
    const Words words = words_of(full_name);
    std::optional<PersonName> name = by_patronymic(words);
    if (!name) {
        name = by_initials(words);
    }
    if (!name) {
        name = by_first_name(words);
    }
    return name ? *std::move(name) : PersonName{"", joined_words(words), ""};
}

}  // namespace obmen::crm
