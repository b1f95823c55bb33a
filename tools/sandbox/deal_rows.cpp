#include "deal_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "method.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::int64_t monetary = 1;
constexpr std::int64_t percentage = 2;
constexpr double whole = 100;  // percent

double rounded(double money) {
    return std::round(money * 100) / 100;
}

double number_in(const Json& sent, const char* name) {
    return number_of(member_text(sent, name));
}

/// What was sent, or a value to take instead.
double number_or(const Json& sent, const char* name, double otherwise) {
    return member_text(sent, name).empty() ? otherwise : number_in(sent, name);
}

const std::set<std::string>& row_fields() {
    static const std::set<std::string> names{
        "ID",           "OWNER_ID",         "OWNER_TYPE",    "PRODUCT_ID",   "PRODUCT_NAME",
        "PRICE",        "PRICE_EXCLUSIVE",  "PRICE_NETTO",   "PRICE_BRUTTO", "PRICE_ACCOUNT",
        "QUANTITY",     "DISCOUNT_TYPE_ID", "DISCOUNT_RATE", "DISCOUNT_SUM", "TAX_RATE",
        "TAX_INCLUDED", "CUSTOMIZED",       "MEASURE_CODE",  "MEASURE_NAME", "SORT",
        "TYPE",         "STORE_ID",         "XML_ID"};
    return names;
}

struct Discount {
    std::int64_t type = percentage;
    double rate = 0;
    double sum = 0;
};

Refusal discount_refusal(const char* what) {
    return Refusal(400, "ERROR_CORE", fmt::format("{}<br>", what));
}

/// A type without its figure is refused; the other figure follows from the price without tax.
Discount discount_of(const Json& sent, double price) {
    Discount discount;
    if (member_text(sent, "DISCOUNT_TYPE_ID").empty())
        return discount;
    discount.type = member_integer(sent, "DISCOUNT_TYPE_ID");
    discount.rate = number_in(sent, "DISCOUNT_RATE");
    discount.sum = number_in(sent, "DISCOUNT_SUM");
    if (discount.type == monetary) {
        if (member(sent, "DISCOUNT_SUM") == nullptr)
            throw discount_refusal(
                "Discount Sum (DISCOUNT_SUM) is required if Monetary Discount Type (DISCOUNT_TYPE_ID) is "
                "defined.");
        const double before = price + discount.sum;
        discount.rate = before == 0 ? 0 : rounded(discount.sum / before * whole);
        return discount;
    }
    if (member(sent, "DISCOUNT_RATE") == nullptr)
        throw discount_refusal(
            "Discount Rate (DISCOUNT_RATE) is required if Percentage Discount Type (DISCOUNT_TYPE_ID) is "
            "defined.");
    if (discount.rate < whole)
        discount.sum = rounded(price * discount.rate / (whole - discount.rate));
    else if (discount.sum == 0)
        throw discount_refusal(
            "Discount Sum (DISCOUNT_SUM) is required if Percentage Discount Type (DISCOUNT_TYPE_ID) is "
            "defined and Discount Rate (DISCOUNT_RATE) is 100%");
    discount.type = percentage;
    return discount;
}

/// The unit of a product: OKEI code and sign, not the id that the product has (reference §12.18).
const Json* measure_of(const Store& store, const Json* product) {
    const std::int64_t id = product == nullptr ? 0 : member_integer(*product, "MEASURE");
    return store.table("measure").find(id);
}

std::string name_of(const Json& sent, const Json* product, std::int64_t product_id) {
    if (std::string name = member_text(sent, "PRODUCT_NAME"); !name.empty())
        return name;
    return product == nullptr ? fmt::format("[{}]", product_id) : member_text(*product, "NAME");
}

void note_unknown_fields(Call& call, const Json& sent) {
    for (const auto& [name, value] : entries(sent)) {
        if (!row_fields().contains(name))
            call.unknown_fields.push_back("rows." + name);
    }
}

std::int64_t deal_id(const Call& call) {
    const Json* id = parameter(call.parameters, "id");
    const std::int64_t number = id == nullptr ? 0 : integer_of(*id);
    if (number <= 0)
        throw Refusal("The parameter id is invalid or not defined.");
    if (call.store.table("deal").find(number) == nullptr)
        throw Refusal("Not found.");
    return number;
}

/// As PHP counts: rows that are missing are an empty list, and only those under 0, 1, 2, … are seen.
std::vector<Json> rows_sent(Call& call, std::int64_t deal) {
    const Json* sent = parameter(call.parameters, "rows");
    if (sent != nullptr && !sent->is_structured())
        throw Refusal("The parameter rows must be array.");
    std::vector<Json> rows;
    for (std::size_t index = 0; sent != nullptr && index < sent->size(); ++index) {
        const Json* row = member(*sent, std::to_string(index));
        if (row == nullptr || !row->is_structured()) {
            call.unknown_fields.push_back(fmt::format("rows[{}] is none", index));
            continue;
        }
        note_unknown_fields(call, *row);
        rows.push_back(stored_deal_row(call.store, *row, deal));
    }
    return rows;
}

Answer set_rows(Call& call) {
    const std::int64_t id = deal_id(call);
    const std::vector<Json> rows = rows_sent(call, id);
    forget_rows(call.store, id);
    for (const Json& row : rows)
        insert_deal_row(call.store, row);
    note_rows_changed(call, id);
    return {true};
}

Answer get_rows(Call& call) {
    Json shown = Json::array();
    for (const Json* row : rows_of_deal(call.store, deal_id(call)))
        shown.push_back(*row);
    return {std::move(shown)};
}

}  // namespace

Json stored_deal_row(const Store& store, const Json& sent, std::int64_t deal) {
    const std::int64_t product_id = member_integer(sent, "PRODUCT_ID");
    const Json* product = product_id == 0 ? nullptr : find_product(store, product_id).row;
    const Json* measure = measure_of(store, product);
    const double price = number_in(sent, "PRICE");
    const double tax = 1 + number_in(sent, "TAX_RATE") / whole;
    const double exclusive = number_or(sent, "PRICE_EXCLUSIVE", rounded(price / tax));
    const Discount discount = discount_of(sent, exclusive);
    const double netto = number_or(sent, "PRICE_NETTO", exclusive + discount.sum);
    const std::string measure_name = member_text(sent, "MEASURE_NAME");
    const std::int64_t measure_code = member_integer(sent, "MEASURE_CODE");
    return Json{
        {"ID", nullptr},
        {"OWNER_ID", std::to_string(deal)},
        {"OWNER_TYPE", "D"},
        {"PRODUCT_ID", product_id},
        {"PRODUCT_NAME", name_of(sent, product, product_id)},
        {"ORIGINAL_PRODUCT_NAME", product == nullptr ? Json(nullptr) : product->at("NAME")},
        {"PRODUCT_DESCRIPTION", product == nullptr ? Json(nullptr) : product->at("DESCRIPTION")},
        {"PRICE", printed_number(price)},
        {"PRICE_EXCLUSIVE", printed_number(exclusive)},
        {"PRICE_NETTO", printed_number(netto)},
        {"PRICE_BRUTTO", printed_number(number_or(sent, "PRICE_BRUTTO", rounded(netto * tax)))},
        {"PRICE_ACCOUNT", fmt::format("{:.2f}", price)},
        {"QUANTITY", printed_number(number_or(sent, "QUANTITY", 1))},
        {"DISCOUNT_TYPE_ID", discount.type},
        {"DISCOUNT_RATE", printed_number(discount.rate)},
        {"DISCOUNT_SUM", printed_number(discount.sum)},
        {"TAX_RATE",
         member_text(sent, "TAX_RATE").empty() ? Json(nullptr) : printed_number(number_in(sent, "TAX_RATE"))},
        {"TAX_INCLUDED", member_text(sent, "TAX_INCLUDED") == "Y" ? "Y" : "N"},
        {"CUSTOMIZED", "Y"},
        {"MEASURE_CODE", measure_code != 0    ? measure_code
                         : measure != nullptr ? member_integer(*measure, "CODE")
                                              : 0},
        {"MEASURE_NAME", !measure_name.empty() ? measure_name
                         : measure != nullptr  ? member_text(*measure, "SYMBOL_RUS")
                                               : ""},
        {"SORT", member_integer(sent, "SORT")},
        {"TYPE", 1},
        {"STORE_ID", nullptr},
        {"RESERVE_ID", nullptr},
        {"DATE_RESERVE_END", nullptr},
        {"RESERVE_QUANTITY", nullptr}};
}

std::int64_t insert_deal_row(Store& store, Json row) {
    row["XML_ID"] = fmt::format("sale_basket_{}", store.next_number("basket"));
    return store.table("deal_row").insert(std::move(row));
}

std::vector<const Json*> rows_of_deal(const Store& store, std::int64_t deal) {
    const Table& table = store.table("deal_row");
    std::vector<const Json*> rows;
    for (const std::int64_t id : table.ids_with_key(std::to_string(deal)))
        rows.push_back(table.find(id));
    std::reverse(rows.begin(), rows.end());
    std::stable_sort(rows.begin(), rows.end(), [](const Json* left, const Json* right) {
        return member_integer(*left, "SORT") < member_integer(*right, "SORT");
    });
    return rows;
}

void note_rows_changed(Call& call, std::int64_t id) {
    Json deal = *call.store.table("deal").find(id);
    if (deal["IS_MANUAL_OPPORTUNITY"] != "Y" && rows_of_deal(call.store, id).empty())
        deal["OPPORTUNITY"] = deal["TAX_VALUE"] = "0.00";
    recompute_sums(call.store, deal);
    deal["DATE_MODIFY"] = call.now;
    deal["MODIFY_BY_ID"] = std::to_string(call.user);
    const std::string key = external_key(deal);
    call.store.table("deal").put(id, std::move(deal));
    call.wrote(Operation::update, "deal_row", id, key);
}

void recompute_sums(const Store& store, Json& deal) {
    const std::vector<const Json*> rows = rows_of_deal(store, member_integer(deal, "ID"));
    if (rows.empty() || deal["IS_MANUAL_OPPORTUNITY"] == "Y")
        return;
    double sum = 0;
    double tax = 0;
    for (const Json* row : rows) {
        const double quantity = row->at("QUANTITY").get<double>();
        sum += rounded(row->at("PRICE").get<double>() * quantity);
        tax += (row->at("PRICE").get<double>() - row->at("PRICE_EXCLUSIVE").get<double>()) * quantity;
    }
    deal["OPPORTUNITY"] = fmt::format("{:.2f}", sum);
    deal["TAX_VALUE"] = fmt::format("{:.2f}", tax);
}

void forget_rows(Store& store, std::int64_t deal) {
    Table& table = store.table("deal_row");
    for (const std::int64_t id : table.ids_with_key(std::to_string(deal)))
        table.erase(id);
}

void add_deal_row_methods(MethodTable& methods) {
    methods.add({.name = "crm.deal.productrows.set", .scope = "crm", .kind = "deal", .run = set_rows});
    methods.add({.name = "crm.deal.productrows.get", .scope = "crm", .kind = "deal", .run = get_rows});
}

}  // namespace obmen::sandbox
