#include "crm/kept_offers.hpp"

#include "crm/context.hpp"

#include <nlohmann/json.hpp>

namespace obmen::crm {

namespace {

using commerceml::Offer;
using commerceml::Text;
using nlohmann::json;

std::string fact_id(std::string_view product_id) {
    return "kept|" + reference_id(product_id);
}

void put(json& object, const char* name, const Text& text) {
    if (text) {
        object[name] = *text;
    }
}

Text text_in(const json& object, const char* name) {
    const auto found = object.find(name);
    return found == object.end() ? Text{} : Text(found->get<std::string>());
}

json to_json(const Offer::Price& price) {
    json out{{"type", price.type_id}};
    put(out, "value", price.value);
    put(out, "currency", price.currency);
    put(out, "unit", price.unit);
    put(out, "coefficient", price.coefficient);
    put(out, "minimum", price.minimum_quantity);
    return out;
}

Offer::Price price_in(const json& object) {
    return {object.at("type").get<std::string>(), text_in(object, "value"),
            text_in(object, "currency"),          text_in(object, "unit"),
            text_in(object, "coefficient"),       text_in(object, "minimum")};
}

/// Only what the offer speaks of.
json to_json(const Offer& offer) {
    json out{{"id", offer.id}};
    if (offer.marked_deleted || is_filled(offer.name)) {
        out["marked"] = offer.marked_deleted;  // a price file says nothing of marks
    }
    put(out, "name", offer.name);
    put(out, "article", offer.article);
    put(out, "barcode", offer.barcode);
    put(out, "quantity", offer.quantity);
    if (offer.base_unit) {
        json unit = json::object();
        put(unit, "code", offer.base_unit->code);
        put(unit, "name", offer.base_unit->name);
        put(unit, "full_name", offer.base_unit->full_name);
        out["unit"] = std::move(unit);
    }
    for (const commerceml::Product::Characteristic& characteristic : offer.characteristics) {
        out["characteristics"].push_back({characteristic.id, characteristic.name, characteristic.value});
    }
    for (const commerceml::Product::PropertyValue& value : offer.property_values) {
        out["properties"].push_back({{"id", value.id}, {"values", value.values}});
    }
    if (offer.prices) {
        out["prices"] = json::array();
        for (const Offer::Price& price : *offer.prices) {
            out["prices"].push_back(to_json(price));
        }
    }
    for (const Offer::Stock& stock : offer.stock) {
        json line{{"warehouse", stock.warehouse_id}};
        put(line, "quantity", stock.quantity);
        out["stock"].push_back(std::move(line));
    }
    return out;
}

Offer offer_in(const json& object) {
    Offer offer;
    offer.id = object.at("id").get<std::string>();
    offer.marked_deleted = object.value("marked", false);
    offer.name = text_in(object, "name");
    offer.article = text_in(object, "article");
    offer.barcode = text_in(object, "barcode");
    offer.quantity = text_in(object, "quantity");
    if (const auto unit = object.find("unit"); unit != object.end()) {
        offer.base_unit = {text_in(*unit, "code"), text_in(*unit, "name"), text_in(*unit, "full_name")};
    }
    for (const json& entry : object.value("characteristics", json::array())) {
        offer.characteristics.push_back(
            {entry.at(0).get<std::string>(), entry.at(1).get<std::string>(), entry.at(2).get<std::string>()});
    }
    for (const json& entry : object.value("properties", json::array())) {
        offer.property_values.push_back(
            {entry.at("id").get<std::string>(), entry.at("values").get<std::vector<std::string>>()});
    }
    if (const auto prices = object.find("prices"); prices != object.end()) {
        offer.prices.emplace();
        for (const json& price : *prices) {
            offer.prices->push_back(price_in(price));
        }
    }
    for (const json& line : object.value("stock", json::array())) {
        offer.stock.push_back({line.at("warehouse").get<std::string>(), text_in(line, "quantity")});
    }
    return offer;
}

}  // namespace

void keep_offer(References& references, std::string_view product_id, const Offer& offer) {
    constexpr std::size_t texts_of_offer = 2;
    const std::string id = fact_id(product_id);
    std::vector<std::string> texts =
        references.fact(References::FactKind::source_value, id).value_or(std::vector<std::string>{});
    const std::string offer_id = reference_id(offer.id);
    std::size_t at = 0;
    while (at + 1 < texts.size() && texts[at] != offer_id) {
        at += texts_of_offer;
    }
    json whole = json::object();
    if (at + 1 < texts.size()) {
        whole = json::parse(texts[at + 1]);
    } else {
        at = texts.size();
        texts.resize(at + texts_of_offer);
        texts[at] = offer_id;
    }
    whole.update(to_json(offer));
    texts[at + 1] = whole.dump();
    references.remember_fact(References::FactKind::source_value, id, texts);
}

std::vector<Offer> take_kept_offers(References& references, std::string_view product_id) {
    const std::string id = fact_id(product_id);
    const auto texts = references.fact(References::FactKind::source_value, id);
    std::vector<Offer> offers;
    for (std::size_t at = 1; texts && at < texts->size(); at += 2) {
        offers.push_back(offer_in(json::parse((*texts)[at])));
    }
    if (!offers.empty()) {
        references.remember_fact(References::FactKind::source_value, id, {});
    }
    return offers;
}

}  // namespace obmen::crm
