#include "crm/document_values.hpp"

#include "crm/contragent_values.hpp"
#include "crm/document_customers.hpp"
#include "crm/path_names.hpp"
#include "crm/transforms.hpp"
#include "support/arithmetic.hpp"

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
    {"время", &Document::time},
    {"номер1с", &Document::number_1c},
    {"хозоперация", &Document::operation},
    {"роль", &Document::role},
    {"валюта", &Document::currency},
    {"сумма", &Document::sum},
    {"комментарий", &Document::comment},
    {"курс", &Document::rate},
});

constexpr auto date_paths = std::to_array<TextPath>({
    {"дата", &Document::date},
    {"дата1с", &Document::date_1c},
    {"срокплатежа", &Document::payment_date},
});

template <std::size_t Size>
const TextPath* find_path(const std::array<TextPath, Size>& paths, std::string_view element) {
    const auto* const found = std::find_if(paths.begin(), paths.end(),
                                           [&](const TextPath& path) { return path.element == element; });
    return found == paths.end() ? nullptr : found;
}

/// `15.01.2026` of `2026-01-15`; empty for the zero date, and what is no date as it is.
Values written_date(const commerceml::Text& text) {
    if (!text) {
        return std::nullopt;
    }
    const std::optional<std::string> iso = iso_date(*text);
    if (!iso) {
        return Values({*text});
    }
    return Values({iso->empty() ? std::string{}
                                : iso->substr(8, 2) + "." + iso->substr(5, 2) + "." + iso->substr(0, 4)});
}

Values warehouse_names(const Document& document) {
    if (document.warehouses.empty()) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    for (const commerceml::Warehouse& warehouse : document.warehouses) {
        names.push_back(warehouse.name.value_or(""));
    }
    return names;
}

/// What several things come to; those that are no numbers count for nothing.
template <typename Item>
Values total_of(const std::vector<Item>& items) {
    if (items.empty()) {
        return std::nullopt;
    }
    Decimal total;
    for (const Item& item : items) {
        const std::optional<Decimal> amount = item.sum ? Decimal::parse(*item.sum) : std::nullopt;
        total = amount ? sum(total, *amount).value_or(total) : total;
    }
    return Values({total.text()});
}

Values customer_values(const Document& document, const SourcePath& path) {
    const std::vector<const commerceml::Contragent*> customers = customers_of(document);
    if (customers.empty()) {
        return std::nullopt;
    }
    const SourcePath of_customer{path.selector.empty() ? "Наименование" : path.selector, {}};
    return ContragentValues(*customers.front(), RequisitePreset::Kind::company).values(of_customer);
}

}  // namespace

Values DocumentValues::values(const SourcePath& path) const {
    const std::string element = path_name(path.element);
    if (const TextPath* const text = find_path(text_paths, element)) {
        return single_value(m_document.*(text->text));
    }
    if (const TextPath* const date = find_path(date_paths, element)) {
        return written_date(m_document.*(date->text));
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
        return warehouse_names(m_document);
    }
    if (element == "скидка") {
        return total_of(m_document.discounts);
    }
    if (element == "налог") {
        return total_of(m_document.taxes);
    }
    return element == "контрагент" ? customer_values(m_document, path) : std::nullopt;
}

}  // namespace obmen::crm
