#include "crm/entity.hpp"
#include "crm/stored_kinds.hpp"
#include "support/error.hpp"

#include <nlohmann/json.hpp>

namespace obmen::crm {

namespace {

using Json = nlohmann::json;

/// Stored in ledgers: the names never change.
constexpr const char* text_type = "text";
constexpr const char* number_type = "number";
constexpr const char* flag_type = "flag";
constexpr const char* link_type = "link";
constexpr const char* measure_type = "measure";
constexpr const char* vat_type = "vat";
constexpr const char* currency_type = "currency";
constexpr const char* contacts_type = "contacts";
constexpr const char* links_type = "links";
constexpr const char* property_type = "property";
constexpr const char* choices_type = "choices";
constexpr const char* rows_type = "rows";
constexpr const char* preset_type = "preset";
constexpr const char* pictures_type = "pictures";

[[noreturn]] void unreadable(const std::string& what) {
    throw Error(FailureClass::bug, Message{"SYS-LEDGER", {"field groups: " + what}});
}

Json typed(const char* type, Json value) {
    return {{"type", type}, {"value", std::move(value)}};
}

Json key_json(const EntityKey& key) {
    return {{"kind", static_cast<int>(key.kind)}, {"id", key.id}};
}

Json vat_json(const VatRate& rate) {
    return rate.percent ? Json(rate.percent->text()) : Json(nullptr);
}

Json row_json(const ProductRows::Row& row) {
    Json json{{"name", row.name},
              {"price", row.price.text()},
              {"quantity", row.quantity.text()},
              {"discount", row.discount.text()},
              {"vat_included", row.vat_included},
              {"okei", row.okei}};
    if (row.product) {
        json["product"] = key_json(*row.product);
    }
    if (row.vat) {
        json["vat"] = vat_json(*row.vat);
    }
    return json;
}

struct ValueWriter {
    Json operator()(const std::string& value) const { return typed(text_type, value); }
    Json operator()(const Decimal& value) const { return typed(number_type, value.text()); }
    Json operator()(bool value) const { return typed(flag_type, value); }
    Json operator()(const Link& value) const {
        return typed(link_type, value.target ? key_json(*value.target) : Json(nullptr));
    }
    Json operator()(const MeasureCode& value) const { return typed(measure_type, value.okei); }
    Json operator()(const VatRate& value) const { return typed(vat_type, vat_json(value)); }
    Json operator()(const Currency& value) const { return typed(currency_type, value.code); }
    Json operator()(const ContactValues& value) const {
        Json entries = Json::array();
        for (const ContactValues::Entry& entry : value.entries) {
            entries.push_back({{"value", entry.value}, {"type", entry.type}});
        }
        return typed(contacts_type, std::move(entries));
    }
    Json operator()(const Links& value) const {
        Json targets = Json::array();
        for (const EntityKey& target : value.targets) {
            targets.push_back(key_json(target));
        }
        return typed(links_type, std::move(targets));
    }
    Json operator()(const PropertyValues& value) const {
        Json entries = Json::array();
        for (const PropertyValues::Entry& entry : value.entries) {
            entries.push_back({{"text", entry.text}, {"choice", entry.choice}});
        }
        return typed(property_type, {{"property", key_json(value.property)},
                                     {"multiple", value.multiple},
                                     {"entries", std::move(entries)}});
    }
    Json operator()(const PropertyChoices& value) const {
        Json choices = Json::array();
        for (const PropertyChoices::Choice& choice : value.choices) {
            choices.push_back({{"key", choice.key}, {"text", choice.text}});
        }
        return typed(choices_type, std::move(choices));
    }
    Json operator()(const ProductRows& value) const {
        Json rows = Json::array();
        for (const ProductRows::Row& row : value.rows) {
            rows.push_back(row_json(row));
        }
        return typed(rows_type, std::move(rows));
    }
    Json operator()(const RequisitePreset& value) const {
        return typed(preset_type, {{"country", value.country}, {"kind", static_cast<int>(value.kind)}});
    }
    Json operator()(const Pictures& value) const {
        Json pictures = Json::array();
        for (const Pictures::Picture& picture : value.pictures) {
            pictures.push_back(
                {{"name", picture.name}, {"sha256", picture.sha256}, {"spool_path", picture.spool_path}});
        }
        return typed(pictures_type, std::move(pictures));
    }
};

Decimal read_decimal(const Json& json) {
    const std::optional<Decimal> number = Decimal::parse(json.get<std::string>());
    if (!number) {
        unreadable("no number: " + json.get<std::string>());
    }
    return *number;
}

/// Zero, which no kind has, for what is no whole number.
std::int64_t read_kind(const Json& json) {
    const Json& kind = json.at("kind");
    return kind.is_number_integer() ? kind.get<std::int64_t>() : 0;
}

EntityKey read_key(const Json& json) {
    const std::optional<SourceKind> kind = stored_source_kind(read_kind(json));
    if (!kind) {
        unreadable("unknown kind");
    }
    return {*kind, json.at("id").get<std::string>()};
}

RequisitePreset read_preset(const Json& json) {
    const std::optional<RequisitePreset::Kind> kind = stored_preset_kind(read_kind(json));
    if (!kind) {
        unreadable("unknown kind");
    }
    return {json.at("country").get<std::string>(), *kind};
}

Link read_link(const Json& json) {
    return json.is_null() ? Link{} : Link{read_key(json)};
}

VatRate read_vat(const Json& json) {
    return json.is_null() ? VatRate{} : VatRate{read_decimal(json)};
}

ContactValues read_contacts(const Json& json) {
    ContactValues values;
    for (const Json& entry : json) {
        values.entries.push_back({entry.at("value").get<std::string>(), entry.at("type").get<std::string>()});
    }
    return values;
}

Links read_links(const Json& json) {
    Links links;
    for (const Json& target : json) {
        links.targets.push_back(read_key(target));
    }
    return links;
}

PropertyValues read_property(const Json& json) {
    PropertyValues values{read_key(json.at("property")), json.at("multiple").get<bool>(), {}};
    for (const Json& entry : json.at("entries")) {
        values.entries.push_back(
            {entry.at("text").get<std::string>(), entry.at("choice").get<std::string>()});
    }
    return values;
}

PropertyChoices read_choices(const Json& json) {
    PropertyChoices choices;
    for (const Json& choice : json) {
        choices.choices.push_back(
            {choice.at("key").get<std::string>(), choice.at("text").get<std::string>()});
    }
    return choices;
}

ProductRows::Row read_row(const Json& json) {
    ProductRows::Row row;
    if (json.contains("product")) {
        row.product = read_key(json.at("product"));
    }
    row.name = json.at("name").get<std::string>();
    row.price = read_decimal(json.at("price"));
    row.quantity = read_decimal(json.at("quantity"));
    row.discount = read_decimal(json.at("discount"));
    if (json.contains("vat")) {
        row.vat = read_vat(json.at("vat"));
    }
    row.vat_included = json.at("vat_included").get<bool>();
    row.okei = json.at("okei").get<std::string>();
    return row;
}

ProductRows read_rows(const Json& json) {
    ProductRows rows;
    for (const Json& row : json) {
        rows.rows.push_back(read_row(row));
    }
    return rows;
}

Pictures read_pictures(const Json& json) {
    Pictures pictures;
    for (const Json& picture : json) {
        pictures.pictures.push_back({picture.at("name").get<std::string>(),
                                     picture.at("sha256").get<std::string>(),
                                     picture.at("spool_path").get<std::string>()});
    }
    return pictures;
}

Value read_structured_value(const std::string& type, const Json& value) {
    if (type == contacts_type) {
        return read_contacts(value);
    }
    if (type == links_type) {
        return read_links(value);
    }
    if (type == property_type) {
        return read_property(value);
    }
    if (type == choices_type) {
        return read_choices(value);
    }
    if (type == rows_type) {
        return read_rows(value);
    }
    if (type == preset_type) {
        return read_preset(value);
    }
    if (type == pictures_type) {
        return read_pictures(value);
    }
    unreadable("unknown type " + type);
}

Value read_value(const Json& json) {
    const auto type = json.at("type").get<std::string>();
    const Json& value = json.at("value");
    if (type == text_type) {
        return value.get<std::string>();
    }
    if (type == number_type) {
        return read_decimal(value);
    }
    if (type == flag_type) {
        return value.get<bool>();
    }
    if (type == link_type) {
        return read_link(value);
    }
    if (type == measure_type) {
        return MeasureCode{value.get<std::string>()};
    }
    if (type == vat_type) {
        return read_vat(value);
    }
    if (type == currency_type) {
        return Currency{value.get<std::string>()};
    }
    return read_structured_value(type, value);
}

FieldGroup read_group(const Json& json) {
    FieldGroup group;
    group.name = json.at("name").get<std::string>();
    group.write_once = json.value("write_once", false);
    for (const Json& field : json.at("fields")) {
        group.fields.push_back({field.at("name").get<std::string>(), read_value(field)});
    }
    return group;
}

}  // namespace

std::string to_json(const std::vector<FieldGroup>& groups) {
    Json json = Json::array();
    for (const FieldGroup& group : groups) {
        Json fields = Json::array();
        for (const Field& field : group.fields) {
            Json written = std::visit(ValueWriter{}, field.value);
            written["name"] = field.name;
            fields.push_back(std::move(written));
        }
        json.push_back({{"name", group.name}, {"fields", std::move(fields)}});
        if (group.write_once) {
            json.back()["write_once"] = true;
        }
    }
    try {
        return json.dump();
    } catch (const Json::exception& fault) {
        unreadable(fault.what());
    }
}

std::vector<FieldGroup> groups_from_json(std::string_view json) {
    try {
        std::vector<FieldGroup> groups;
        for (const Json& group : Json::parse(json)) {
            groups.push_back(read_group(group));
        }
        return groups;
    } catch (const Json::exception& fault) {
        unreadable(fault.what());
    }
}

}  // namespace obmen::crm
