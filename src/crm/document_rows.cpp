#include "crm/document_rows.hpp"

#include "crm/characteristics.hpp"
#include "crm/flag.hpp"
#include "crm/line_amounts.hpp"
#include "crm/product_filter.hpp"
#include "crm/units.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

namespace {

using commerceml::Document;
using Taxes = std::vector<commerceml::Product::Tax>;

/// НДС, or the only tax.
const commerceml::Product::Tax* vat_among(const Taxes& taxes) {
    const auto named = std::find_if(taxes.begin(), taxes.end(), [](const commerceml::Product::Tax& tax) {
        return folded(trimmed(tax.name)) == "ндс";
    });
    if (named != taxes.end()) {
        return &*named;
    }
    return taxes.size() == 1 ? &taxes.front() : nullptr;
}

std::optional<VatRate> rate_of(Context& context, const commerceml::Product::Tax* tax, const Origin& origin) {
    if (tax == nullptr || trimmed(tax->rate).empty()) {
        return std::nullopt;
    }
    std::optional<VatRate> rate = vat_rate(tax->rate);
    if (!rate) {
        context.warn_once({"CRM-VAT-NAME", {quotable(tax->rate)}}, origin);
    }
    return rate;
}

bool is_vat_included(const commerceml::Product::Tax* of_line, const commerceml::Product::Tax* of_document) {
    for (const commerceml::Product::Tax* tax : {of_line, of_document}) {
        if (const std::optional<bool> included =
                tax != nullptr && tax->included ? read_flag(*tax->included) : std::nullopt) {
            return *included;
        }
    }
    return true;
}

/// A row of a product that the mapping keeps back would wait for it for ever, and the whole order with it.
std::optional<EntityKey> product_of(Context& context, const Document::Line& line, const Origin& origin) {
    constexpr std::string_view delivery = "order_delivery";
    const std::string& id = line.product_id;
    if (trimmed(id).empty() || folded(id) == delivery) {
        return std::nullopt;
    }
    if (never_let_through(context, id)) {
        context.warn_once({"CRM-ROW-FILTERED", {quotable(is_filled(line.name) ? *line.name : id)}}, origin);
        return std::nullopt;
    }
    return offer_object(context.references(), id).key;
}

/// A line without a product and without a name still has its number.
std::string name_of(const Document::Line& line, std::size_t number) {
    if (is_filled(line.name)) {
        return fitted(tidied(*line.name));
    }
    return fitted(line.product_id.empty() ? "№ " + std::to_string(number) : line.product_id);
}

/// What Количество counts; of a packaging unit that has no code, the base unit: rows without a unit would be
/// pieces.
std::string unit_of(Context& context, const Document::Line& line, const Origin& origin) {
    if (const std::optional<std::string> code = known_unit_code(context, line.unit)) {
        return *code;
    }
    const std::optional<std::string> base = known_unit_code(context, line.base_unit);
    if (!base || !line.unit) {
        return unit_code(context, line.unit ? line.unit : line.base_unit, origin).value_or("");
    }
    const commerceml::Text& named = is_filled(line.unit->name) ? line.unit->name : line.unit->code;
    if (is_filled(named)) {
        context.warn_once({"CRM-ROW-UNIT", {quotable(*named), *base}}, origin);
    }
    return *base;
}

ProductRows::Row row_of(Context& context, const Document& document, const Document::Line& line,
                        std::size_t number, const LineAmounts& amounts, const Origin& origin) {
    const commerceml::Product::Tax* const tax = vat_among(line.taxes);
    ProductRows::Row row;
    row.product = product_of(context, line, origin);
    row.name = name_of(line, number);
    row.price = amounts.price;
    row.quantity = amounts.quantity;
    row.discount = amounts.discount;
    row.vat = rate_of(context, tax, origin);
    row.vat_included = is_vat_included(tax, vat_among(document.taxes));
    row.okei = unit_of(context, line, origin);
    return row;
}

void tell_failure(const Context& context, const Document::Line& line, std::size_t number,
                  const NoNumber& failure, const Origin& origin) {
    const std::string name = is_filled(line.name) ? *line.name : line.product_id;
    context.warn({"CRM-DOCUMENT-LINE",
                  {std::to_string(number), quotable(name), failure.element, quotable(failure.text)}},
                 origin);
}

}  // namespace

std::optional<ProductRows> product_rows(Context& context, const Document& document, const Origin& origin) {
    ProductRows rows;
    for (const Document::Line& line : document.lines) {
        const LineReckoning reckoning(line);
        if (reckoning.failure()) {
            tell_failure(context, line, rows.rows.size() + 1, *reckoning.failure(), origin);
            return std::nullopt;
        }
        const std::size_t number = rows.rows.size() + 1;
        rows.rows.push_back(row_of(context, document, line, number, reckoning.amounts(), origin));
    }
    return rows;
}

}  // namespace obmen::crm
