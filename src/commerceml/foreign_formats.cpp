#include "commerceml/foreign_formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

struct ForeignFormat {
    std::string_view root;    ///< local name, or empty
    std::string_view marker;  ///< part of a namespace in the start tag, or empty
    std::string_view name;
    std::string_view advice;
};

constexpr std::string_view export_as_commerceml =
    "Выгрузите данные в формате CommerceML: в 1С это «Обмен с сайтом» (выгрузка в каталог на диске).";

constexpr auto foreign_formats = std::to_array<ForeignFormat>({
    {"", "commerceml_sodi", "счета СОДИ (commerceml_sodi)", export_as_commerceml},
    {"yml_catalog", "", "YML, прайс-лист для торговых площадок", export_as_commerceml},
    {"ФайлОбмена", "", "обмен по правилам «Конвертации данных» (ФайлОбмена)",
     "Это обмен между базами 1С. Включите в 1С «Обмен с сайтом» и выгрузите CommerceML."},
    {"_1CV8DtUD", "", "«Выгрузка и загрузка данных XML» (_1CV8DtUD)",
     "Это перенос между базами 1С. Включите в 1С «Обмен с сайтом» и выгрузите CommerceML."},
    {"Message", "1c.ru", "EnterpriseData (универсальный формат обмена)",
     "Выберите в 1С обмен «Обмен с сайтом» вместо «Через универсальный формат» и выгрузите CommerceML."},
    {"Message", "1C.ru", "EnterpriseData (универсальный формат обмена)",
     "Выберите в 1С обмен «Обмен с сайтом» вместо «Через универсальный формат» и выгрузите CommerceML."},
});

/// Latin letters and the Cyrillic ones they are taken for.
struct Lookalike {
    std::string_view latin;
    std::string_view cyrillic;
};
constexpr auto lookalikes = std::to_array<Lookalike>({{"a", "а"},
                                                      {"c", "с"},
                                                      {"e", "е"},
                                                      {"o", "о"},
                                                      {"p", "р"},
                                                      {"x", "х"},
                                                      {"y", "у"},
                                                      {"k", "к"},
                                                      {"m", "м"},
                                                      {"K", "К"},
                                                      {"u", "и"},
                                                      {"n", "п"},
                                                      {"M", "М"},
                                                      {"H", "Н"}});

}  // namespace

std::optional<Message> foreign_format(std::string_view local_name, std::string_view start_tag) {
    for (const ForeignFormat& format : foreign_formats) {
        const bool root = format.root.empty() || format.root == local_name;
        if (root && start_tag.find(format.marker) != std::string_view::npos) {
            return Message{"CML-FOREIGN", {std::string{format.name}, std::string{format.advice}}};
        }
    }
    return std::nullopt;
}

Message wrong_root(std::string_view name) {
    std::string wrong;
    std::string mended;
    std::size_t letter = 0;
    for (std::string_view rest = name; !rest.empty(); ++letter) {
        const std::string_view character = first_characters(rest, 1);
        rest.remove_prefix(character.size());
        const auto* const found =
            std::find_if(lookalikes.begin(), lookalikes.end(),
                         [&](const Lookalike& pair) { return pair.latin == character; });
        mended += found == lookalikes.end() ? character : found->cyrillic;
        if (found != lookalikes.end() && wrong.empty()) {
            wrong =
                fmt::format("{} (знак {} — латинская «{}»)", quotable(name, 80), letter + 1, found->latin);
        }
    }
    return Message{"CML-ROOT", {mended == root_name ? wrong : quotable(name, 80)}};
}

}  // namespace obmen::commerceml
