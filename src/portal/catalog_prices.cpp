#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "portal/catalog_family.hpp"
#include "portal/catalog_spelling.hpp"
#include "portal/field_values.hpp"
#include "portal/lenient_json.hpp"
#include "portal/remote_rows.hpp"
#include "portal/remote_values.hpp"
#include "support/decimal.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using nlohmann::json;

struct Price {
    std::string id;  ///< empty: there is none yet
    std::string type_id;
    std::string price;
    std::string currency;
};

bool is_same_number(const std::string& a, const std::string& b) {
    const std::optional<Decimal> left = Decimal::parse(a);
    const std::optional<Decimal> right = Decimal::parse(b);
    return left && right && *left == *right;
}

std::vector<Price> prices_in(const json* present) {
    std::vector<Price> prices;
    if (present == nullptr || !present->is_object() || !present->contains("PRICES")) {
        return prices;
    }
    for (const json& row : present->at("PRICES")) {
        prices.push_back({text_of_member(row, "ID"), text_of_member(row, "CATALOG_GROUP_ID"),
                          text_of_member(row, "PRICE"), text_of_member(row, "CURRENCY")});
    }
    return prices;
}

const crm::Field* find_field(const crm::FieldGroup& group, std::string_view name) {
    const auto found = std::find_if(group.fields.begin(), group.fields.end(),
                                    [&](const crm::Field& field) { return field.name == name; });
    return found == group.fields.end() ? nullptr : &*found;
}

const std::string& text_of_field(const crm::FieldGroup& group, std::string_view name) {
    static const std::string none;
    const crm::Field* field = find_field(group, name);
    return field == nullptr ? none : std::get<std::string>(field->value);
}

std::optional<std::string> type_of(const crm::FieldGroup& group, const PortalFacts& facts) {
    std::optional<std::string> id = price_type_id(facts, text_of_field(group, "price_type"));
    return id ? id : price_type_id(facts, text_of_field(group, "price_type_id"));
}

/// The price that a group wishes, or why the portal cannot have it.
std::variant<Price, Message> wished_price(const crm::FieldGroup& group, const PortalFacts& facts,
                                          const Resolver& resolver) {
    const crm::Field* price = find_field(group, "price");
    const crm::Field* currency = find_field(group, "currency");
    if (price == nullptr || currency == nullptr) {
        throw std::logic_error("a price by price type has a price and its currency");
    }
    const std::string& type = text_of_field(group, "price_type");
    std::optional<std::string> type_id = type_of(group, facts);
    if (!type_id && facts.placeholders) {
        type_id = "{{price type " + type + "}}";
    }
    if (!type_id) {
        return Message{"B24-NO-PRICE-TYPE", {quotable(type), ""}};
    }
    auto code = rest_value(*currency, facts, resolver);
    if (auto* reason = std::get_if<Message>(&code)) {
        return std::move(*reason);
    }
    return Price{{},
                 *std::move(type_id),
                 std::get<Decimal>(price->value).text(),
                 std::get<std::string>(std::get<Parameter>(code).value)};
}

Parameter price_parameter(const Price& price) {
    ParameterMap fields;
    if (!price.id.empty()) {
        fields.push_back({"id", {price.id}});
    }
    fields.push_back({"catalogGroupId", {price.type_id}});
    fields.push_back({"price", {price.price}});
    fields.push_back({"currency", {price.currency}});
    return {std::move(fields)};
}

bool is_known_id(const std::string& id) {
    return !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
}

bool is_incomplete(const json* present) {
    return present != nullptr && present->is_object() && present->contains("INCOMPLETE");
}

void withhold_all(const WriteRequest& request, BuiltCommand& built) {
    for (const crm::FieldGroup& group : *request.groups) {
        if (find_field(group, "price") != nullptr) {
            built.withheld.push_back(
                {group.name, Message{"B24-OLD-PRICES", {text_of_field(group, "price_type"), ""}}});
        }
    }
}

}  // namespace

BuiltCommand prices_command(const WriteRequest& request, const std::string& owner_id,
                            const PortalFacts& facts, const Resolver& resolver, const json* present) {
    BuiltCommand built;
    const bool was_there = is_known_id(owner_id);
    if ((was_there && present == nullptr) || is_incomplete(present)) {
        withhold_all(request, built);
        return built;
    }
    std::vector<Price> prices = prices_in(present);
    std::vector<std::string> ours;
    bool differs = false;
    for (const crm::FieldGroup& group : *request.groups) {
        if (find_field(group, "price") == nullptr) {
            built.groups.push_back(group.name);  // names the owner
            continue;
        }
        auto wished = wished_price(group, facts, resolver);
        if (auto* reason = std::get_if<Message>(&wished)) {
            built.withheld.push_back({group.name, std::move(*reason)});
            continue;
        }
        Price price = std::get<Price>(std::move(wished));
        if (std::find(ours.begin(), ours.end(), price.type_id) != ours.end()) {
            // Two price types of 1C for one of the portal's, which can have but one price.
            built.withheld.push_back(
                {group.name,
                 Message{"B24-NO-PRICE-TYPE", {quotable(text_of_field(group, "price_type")), ""}}});
            continue;
        }
        ours.push_back(price.type_id);
        built.groups.push_back(group.name);
        const auto there = std::find_if(prices.begin(), prices.end(),
                                        [&](const Price& one) { return one.type_id == price.type_id; });
        if (there == prices.end()) {
            prices.push_back(std::move(price));
            differs = true;
        } else if (!is_same_number(there->price, price.price) || there->currency != price.currency) {
            price.id = there->id;
            *there = std::move(price);
            differs = true;
        }
    }
    if (!differs) {
        return built;
    }
    ParameterList list;
    for (const Price& price : prices) {
        list.push_back(price_parameter(price));
    }
    built.command = {
        "catalog.price.modify",
        {{"fields",
          {ParameterMap{{"product", {ParameterMap{{"id", {owner_id}}, {"prices", {std::move(list)}}}}}}}}}};
    return built;
}

const json* price_row(const crm::FieldGroup& group, const json& prices, const PortalFacts& facts) {
    const std::optional<std::string> type = type_of(group, facts);
    if (!type || !prices.is_object() || !prices.contains("PRICES")) {
        return nullptr;
    }
    const json& rows = prices.at("PRICES");
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const json& row) {
        return text_of_member(row, "CATALOG_GROUP_ID") == *type;
    });
    return found == rows.end() ? nullptr : &*found;
}

bool has_price(const crm::FieldGroup& group, const json& prices, const PortalFacts& facts) {
    return price_row(group, prices, facts) != nullptr;
}

Command price_list_command(const std::vector<std::string>& product_ids) {
    if (product_ids.empty() || product_ids.size() > page_rows) {
        throw std::logic_error("prices of 1 to 50 products are read at once");
    }
    return {"catalog.price.list",
            {{"order", {ParameterMap{{"productId", {"ASC"}}, {"id", {"ASC"}}}}},
             {"filter", {ParameterMap{{"@productId", text_list(product_ids)}}}},
             {"select", {ParameterList{{"id"}, {"productId"}, {"catalogGroupId"}, {"price"}, {"currency"}}}},
             {"start", {"0"}}}};
}

std::size_t products_per_price_reading(const PortalFacts& facts) {
    return std::max<std::size_t>(1, page_rows / std::max<std::size_t>(1, facts.price_types.size()));
}

std::map<std::string, json> prices_by_product(const Done& answer) {
    std::map<std::string, json> products;
    const Done list = crm_dictionary(answer, "prices");
    const auto rows = rows_of(list.result);
    if (!rows) {
        return products;
    }
    std::string last;
    for (const json* row : *rows) {
        last = text_of_member(*row, "PRODUCT_ID");
        products[last]["PRICES"].push_back(*row);
    }
    if (is_page_missing(list, rows->size())) {
        if (products.size() > 1) {
            products.erase(last);
        } else if (!products.empty()) {
            products.begin()->second["INCOMPLETE"] = true;
        }
    }
    return products;
}

}  // namespace obmen::portal
