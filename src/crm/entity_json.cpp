#include "crm/entity.hpp"
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

[[noreturn]] void unreadable(const std::string& what) {
    throw Error(FailureClass::bug, Message{"SYS-LEDGER", {"field groups: " + what}});
}

Json typed(const char* type, Json value) {
    return {{"type", type}, {"value", std::move(value)}};
}

struct ValueWriter {
    Json operator()(const std::string& value) const { return typed(text_type, value); }
    Json operator()(const Decimal& value) const { return typed(number_type, value.text()); }
    Json operator()(bool value) const { return typed(flag_type, value); }
    Json operator()(const Link& value) const {
        if (!value.target) {
            return typed(link_type, nullptr);
        }
        return typed(link_type, {{"kind", static_cast<int>(value.target->kind)}, {"id", value.target->id}});
    }
    Json operator()(const MeasureCode& value) const { return typed(measure_type, value.okei); }
    Json operator()(const VatRate& value) const {
        return typed(vat_type, value.percent ? Json(value.percent->text()) : Json(nullptr));
    }
    Json operator()(const Currency& value) const { return typed(currency_type, value.code); }
    Json operator()(const ContactValues& value) const {
        Json entries = Json::array();
        for (const ContactValues::Entry& entry : value.entries) {
            entries.push_back({{"value", entry.value}, {"type", entry.type}});
        }
        return typed(contacts_type, std::move(entries));
    }
};

Decimal read_decimal(const Json& json) {
    const std::optional<Decimal> number = Decimal::parse(json.get<std::string>());
    if (!number) {
        unreadable("no number: " + json.get<std::string>());
    }
    return *number;
}

Link read_link(const Json& json) {
    if (json.is_null()) {
        return {};
    }
    return {EntityKey{static_cast<SourceKind>(json.at("kind").get<int>()), json.at("id").get<std::string>()}};
}

ContactValues read_contacts(const Json& json) {
    ContactValues values;
    for (const Json& entry : json) {
        values.entries.push_back({entry.at("value").get<std::string>(), entry.at("type").get<std::string>()});
    }
    return values;
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
        return value.is_null() ? VatRate{} : VatRate{read_decimal(value)};
    }
    if (type == currency_type) {
        return Currency{value.get<std::string>()};
    }
    if (type == contacts_type) {
        return read_contacts(value);
    }
    unreadable("unknown type " + type);
}

FieldGroup read_group(const Json& json) {
    FieldGroup group;
    group.name = json.at("name").get<std::string>();
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
