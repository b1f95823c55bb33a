#include "crm/contragent_names.hpp"

#include "crm/characteristics.hpp"
#include "crm/context.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

constexpr auto sole_trader_beginnings =
    std::to_array<std::string_view>({"ип ", "ип\"", "ип«", "ип.", "индивидуальный предприниматель ",
                                     "инд. предприниматель ", "пбоюл ", "глава кфх ", "ип глава кфх "});
constexpr auto sole_trader_endings = std::to_array<std::string_view>({" ип", ",ип", "(ип)"});
constexpr auto quotation_marks = std::to_array<std::string_view>({"\"", "«", "»", "“", "”", "„"});

/// «ИП "Иванов И. И."» is Иванов, whatever stands around him.
std::string without_marks(std::string text) {
    for (const std::string_view mark : quotation_marks) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark)) {
            text.replace(at, mark.size(), " ");
        }
    }
    return text;
}

/// `name` without what says that it is a sole trader's. Folding keeps the length of Russian letters.
std::string without_sole_trader(std::string name) {
    if (!names_sole_trader(name)) {
        return name;
    }
    const std::string lower = folded(name);
    if (lower.size() != name.size()) {
        return name;
    }
    for (const std::string_view ending : sole_trader_endings) {
        if (lower.ends_with(ending)) {
            name.erase(name.size() - ending.size());
            break;
        }
    }
    std::size_t longest = 0;
    for (const std::string_view beginning : sole_trader_beginnings) {
        if (lower.starts_with(beginning)) {
            longest = std::max(longest, beginning.size());
        }
    }
    name = without_marks(name.substr(std::min(longest, name.size())));
    while (!name.empty() && (name.back() == ',' || name.back() == ' ')) {
        name.pop_back();
    }
    return tidied(name);
}

}  // namespace

std::string first_filled(std::initializer_list<const commerceml::Text*> texts) {
    const auto* const filled = std::find_if(texts.begin(), texts.end(),
                                            [](const commerceml::Text* text) { return is_filled(*text); });
    return filled == texts.end() ? std::string{} : tidied(***filled);
}

std::string company_title(const commerceml::Contragent& company) {
    return fitted(first_filled({&company.name, &company.official_name, &company.full_name}));
}

PersonName person_name_of(const commerceml::Contragent& person) {
    if (is_filled(person.last_name) || is_filled(person.first_name) || is_filled(person.second_name)) {
        return {first_filled({&person.last_name}), first_filled({&person.first_name}),
                first_filled({&person.second_name})};
    }
    return split_person_name(without_sole_trader(first_filled({&person.full_name, &person.name})));
}

PersonName person_name_of(const commerceml::Contragent::Representative& person) {
    if (is_filled(person.last_name) || is_filled(person.first_name) || is_filled(person.second_name)) {
        return {first_filled({&person.last_name}), first_filled({&person.first_name}),
                first_filled({&person.second_name})};
    }
    return split_person_name(first_filled({&person.name}));
}

std::string whole_name(const PersonName& name) {
    std::string out = name.last;
    for (const std::string* part : {&name.first, &name.second}) {
        out += (out.empty() || part->empty() ? "" : " ") + *part;
    }
    return out;
}

std::string whole_name(const commerceml::Contragent::Manager& manager) {
    return whole_name(PersonName{first_filled({&manager.last_name}), first_filled({&manager.first_name}),
                                 first_filled({&manager.second_name})});
}

bool names_somebody(const PersonName& name) {
    const std::string whole = whole_name(name);
    return std::any_of(whole.begin(), whole.end(), [](char c) {
        return static_cast<unsigned char>(c) >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
               (c >= 'A' && c <= 'Z');
    });
}

bool names_legal_form(const commerceml::Text& text) {
    constexpr auto forms =
        std::to_array<std::string_view>({"ооо", "ао", "пао", "оао", "зао", "нао", "тоо", "одо", "чуп", "уп",
                                         "гуп", "муп", "фгуп", "фгбу", "мбу", "нко", "ано", "снт", "тсж"});
    if (!is_filled(text)) {
        return false;
    }
    const std::string name = folded(tidied(*text));
    const std::string first = name.substr(0, name.find_first_of(" \"«"));
    return std::find(forms.begin(), forms.end(), first) != forms.end();
}

bool names_sole_trader(const commerceml::Text& text) {
    if (!is_filled(text)) {
        return false;
    }
    const std::string name = folded(tidied(*text));
    return std::any_of(sole_trader_endings.begin(), sole_trader_endings.end(),
                       [&](std::string_view ending) { return name.ends_with(ending); }) ||
           std::any_of(sole_trader_beginnings.begin(), sole_trader_beginnings.end(),
                       [&](std::string_view beginning) { return name.starts_with(beginning); });
}

}  // namespace obmen::crm
