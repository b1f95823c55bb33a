#include "product_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

std::vector<std::int64_t> offers_of(const Store& store, std::int64_t product) {
    std::vector<std::int64_t> ids;
    for (const auto& [id, row] : store.table("offer").rows()) {
        if (parent_of(row) == product)
            ids.push_back(id);
    }
    return ids;
}

}  // namespace

ProductPlace find_product(const Store& store, std::int64_t id) {
    if (const Json* offer = store.table("offer").find(id))
        return {.table = "offer", .row = offer};
    return {.table = "product", .row = store.table("product").find(id)};
}

std::int64_t parent_of(const Json& offer) {
    const Json* link = member(offer, "PARENT_ID");
    return link == nullptr || !link->is_array() || link->empty() ? 0 : member_integer(link->front(), "value");
}

bool has_offers(const Store& store, std::int64_t product) {
    const auto& rows = store.table("offer").rows();
    return product != 0 && std::any_of(rows.begin(), rows.end(),
                                       [&](const auto& entry) { return parent_of(entry.second) == product; });
}

void note_offers(Store& store, std::int64_t product, bool has) {
    const Json* found = store.table("product").find(product);
    if (found == nullptr)
        return;
    Json row = *found;
    if (has)
        row["type"] = "3";
    else if (member_text(row, "type") == "3")
        row["type"] = "6";
    store.table("product").put(product, std::move(row));
}

std::int64_t base_price_type(const Store& store) {
    for (const auto& [id, row] : store.table("price_type").rows()) {
        if (row.at("BASE") == "Y")
            return id;
    }
    return 0;
}

std::int64_t price_of(const Store& store, std::int64_t product, std::int64_t type) {
    const Table& prices = store.table("price");
    for (const std::int64_t id : prices.ids_with_key(std::to_string(product))) {
        if (member_integer(*prices.find(id), "CATALOG_GROUP_ID") == type)
            return id;
    }
    return 0;
}

void base_price_from_product(Store& store, std::int64_t product, const std::string& now) {
    const Json* row = store.table("product").find(product);
    if (row == nullptr || row->at("PRICE").is_null())
        return;
    Table& prices = store.table("price");
    const std::int64_t type = base_price_type(store);
    const std::int64_t id = price_of(store, product, type);
    Json price = id != 0 ? *prices.find(id)
                         : Json{{"ID", nullptr},
                                {"PRODUCT_ID", std::to_string(product)},
                                {"CATALOG_GROUP_ID", std::to_string(type)},
                                {"TIMESTAMP_X", now}};
    const Json& currency = row->at("CURRENCY_ID");
    const bool same = number_of(member_text(price, "PRICE")) == number_of(text_of(row->at("PRICE"))) &&
                      member_text(price, "CURRENCY") == text_of(currency);
    if (same && id != 0)
        return;
    price["PRICE"] = row->at("PRICE");
    price["CURRENCY"] = currency;
    price["TIMESTAMP_X"] = now;
    if (id == 0)
        prices.insert(std::move(price));
    else
        prices.put(id, std::move(price));
}

void base_price_to_product(Store& store, std::int64_t product) {
    const Json* found = store.table("product").find(product);
    if (found == nullptr)
        return;
    const std::int64_t id = price_of(store, product, base_price_type(store));
    const Json* price = store.table("price").find(id);
    Json row = *found;
    row["PRICE"] = price == nullptr ? Json(nullptr)
                                    : Json(fmt::format("{:.2f}", number_of(member_text(*price, "PRICE"))));
    row["CURRENCY_ID"] = price == nullptr ? Json(nullptr) : price->at("CURRENCY");
    store.table("product").put(product, std::move(row));
}

void forget_parts(Store& store, std::int64_t product) {
    Table& prices = store.table("price");
    for (const std::int64_t id : prices.ids_with_key(std::to_string(product)))
        prices.erase(id);
    Table& offers = store.table("offer");
    for (const std::int64_t id : offers_of(store, product)) {
        Json offer = *offers.find(id);
        offer["PARENT_ID"] = nullptr;
        offer["type"] = "5";
        offers.put(id, std::move(offer));
    }
}

}  // namespace obmen::sandbox
