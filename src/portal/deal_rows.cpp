#include <stdexcept>
#include <utility>

#include "portal/aspects.hpp"
#include "portal/exact_money.hpp"
#include "portal/field_values.hpp"
#include "support/arithmetic.hpp"

namespace obmen::portal {

namespace {

using crm::ProductRows;

/// The prices of one row in the portal's four senses.
struct RowPrices {
    Decimal price;      ///< with discount, with tax
    Decimal exclusive;  ///< with discount, without tax
    Decimal netto;      ///< without discount, without tax
    Decimal brutto;     ///< without discount, with tax
};

/// Prices of more digits than anybody can pay stay as they are.
RowPrices prices_of(const ProductRows::Row& row) {
    const Decimal before_discount = sum(row.price, row.discount).value_or(row.price);
    const Decimal percent = row.vat && row.vat->percent ? *row.vat->percent : Decimal{};
    const auto other_side = [&](const Decimal& price) {
        const auto other = row.vat_included ? without_percent(price, percent) : with_percent(price, percent);
        return percent.is_zero() ? price : other.value_or(price);
    };
    if (row.vat_included) {
        return {row.price, other_side(row.price), other_side(before_discount), before_discount};
    }
    return {other_side(row.price), row.price, before_discount, other_side(before_discount)};
}

ParameterMap row_parameters(const ProductRows::Row& row, std::size_t position, const Resolver& resolver) {
    constexpr const char* absolute_discount = "1";
    constexpr std::size_t sort_step = 10;
    const RowPrices prices = prices_of(row);
    ParameterMap out{
        {"PRODUCT_ID", {row.product ? resolver.link(crm::Link{row.product}) : std::string("0")}},
        {"PRODUCT_NAME", {row.name}},
        {"PRICE", {prices.price.text()}},
        {"PRICE_EXCLUSIVE", {prices.exclusive.text()}},
        {"PRICE_NETTO", {prices.netto.text()}},
        {"PRICE_BRUTTO", {prices.brutto.text()}},
        {"QUANTITY", {row.quantity.text()}},
        {"DISCOUNT_TYPE_ID", {absolute_discount}},
        // The difference of the portal's own two prices: it refuses a discount that contradicts them.
        {"DISCOUNT_SUM", {difference(prices.netto, prices.exclusive).value_or(row.discount).text()}},
    };
    if (row.vat && row.vat->percent) {
        out.push_back({"TAX_RATE", {row.vat->percent->text()}});
    }
    out.push_back({"TAX_INCLUDED", {row.vat_included ? "Y" : "N"}});
    if (const std::string code = plain_measure_code(row.okei); !code.empty()) {
        out.push_back({"MEASURE_CODE", {code}});
    }
    out.push_back({"SORT", {std::to_string((position + 1) * sort_step)}});
    return out;
}

const ProductRows& rows_of_wish(const WriteRequest& request) {
    for (const crm::FieldGroup& group : *request.groups) {
        for (const crm::Field& field : group.fields) {
            if (const auto* rows = std::get_if<ProductRows>(&field.value)) {
                return *rows;
            }
        }
    }
    throw std::logic_error("a deal's rows are written whole, and this wish has none");
}

}  // namespace

BuiltCommand deal_rows_command(const WriteRequest& request, const std::string& owner_id,
                               const PortalFacts& facts, const Resolver& resolver) {
    if (const crm::Field* currency = find_field(request, "currency")) {
        const auto value = rest_value(*currency, facts, resolver);
        if (const auto* reason = std::get_if<Message>(&value)) {
            return {{}, {}, {{"rows", *reason}}};
        }
    }
    ParameterList rows;
    for (const ProductRows::Row& row : rows_of_wish(request).rows) {
        rows.push_back({row_parameters(row, rows.size(), resolver)});
    }
    BuiltCommand built;
    built.command = {"crm.deal.productrows.set", {{"id", {owner_id}}}};
    if (!rows.empty()) {
        built.command.parameters.push_back({"rows", {std::move(rows)}});
    }
    // Without `rows` the portal empties the deal (reference §9.3): that is what is wished where 1C has none.
    for (const crm::FieldGroup& group : *request.groups) {
        built.groups.push_back(group.name);
    }
    return built;
}

}  // namespace obmen::portal
