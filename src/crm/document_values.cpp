#include "crm/document_values.hpp"

#include "crm/path_names.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

namespace {

using commerceml::Document;
using Values = std::optional<std::vector<std::string>>;

struct TextPath {
    std::string_view element;  ///< folded
    commerceml::Text Document::*text;
};

constexpr auto text_paths = std::to_array<TextPath>({
    {"номер", &Document::number},
    {"дата", &Document::date},
    {"время", &Document::time},
    {"номер1с", &Document::number_1c},
    {"дата1с", &Document::date_1c},
    {"хозоперация", &Document::operation},
    {"роль", &Document::role},
    {"валюта", &Document::currency},
    {"сумма", &Document::sum},
    {"комментарий", &Document::comment},
    {"срокплатежа", &Document::payment_date},
});

template <typename Named>
Values names_of(const std::vector<Named>& list) {
    if (list.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const Named& item : list) {
        names.push_back(item.name.value_or(""));
    }
    return names;
}

}  // namespace

Values DocumentValues::values(const SourcePath& path) const {
    const std::string element = path_name(path.element);
    const auto* const text = std::find_if(text_paths.begin(), text_paths.end(),
                                          [&](const TextPath& known) { return known.element == element; });
    if (text != text_paths.end()) {
        return single_value(m_document.*(text->text));
    }
    if (element == "ид") {
        return Values({m_document.id});
    }
    if (element == "реквизит") {
        return requisite_values(m_document.requisites, path.selector);
    }
    if (element == "пометкаудаления") {
        return Values({m_document.marked_deleted ? "true" : "false"});
    }
    if (element == "склад") {
        return names_of(m_document.warehouses);
    }
    return element == "контрагент" ? names_of(m_document.contragents) : std::nullopt;
}

}  // namespace obmen::crm
