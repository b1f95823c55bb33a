#include "portal/remote_values.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "portal/field_values.hpp"
#include "portal/lenient_json.hpp"
#include "portal/present_fields.hpp"
#include "portal/remote_rows.hpp"
#include "support/arithmetic.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

/// What addresses of ours hang on (reference §8.9).
constexpr const char* requisite_type = "8";

void append_counted(std::string& out, std::string_view text) {
    out += std::to_string(text.size());
    out += ':';
    out += text;
}

bool is_chosen_by_a_person(const PresentField& field) {
    const bool beside_another =
        field.like->name == "description_type" || std::holds_alternative<crm::Currency>(field.like->value);
    if (beside_another) {
        return false;
    }
    if (std::holds_alternative<bool>(field.like->value)) {
        return (field.name == "ACTIVE") == field.canonical.empty();
    }
    const bool by_itself = field.name == "SORT" && field.canonical == std::vector<std::string>{"500"};
    return !by_itself && std::any_of(field.canonical.begin(), field.canonical.end(),
                                     [](const std::string& value) { return value != "0"; });
}

/// What to name for a whole object; nothing where a list without `select` gives all fields: that of
/// requisites and bank accounts does, and knows no `*`.
ParameterList everything_of(EntityKind kind) {
    switch (kind) {
        case EntityKind::section:
            return {{"ID"}, {"CATALOG_ID"}, {"NAME"}, {"SECTION_ID"}, {"XML_ID"}, {"CODE"}};
        case EntityKind::product:
        case EntityKind::offer:
            // Pictures come only where they are named.
            return {{"*"}, {"PROPERTY_*"}, {"PREVIEW_PICTURE"}, {"DETAIL_PICTURE"}};
        case EntityKind::company:
        case EntityKind::contact:
            return {{"*"}, {"UF_*"}, {"PHONE"}, {"EMAIL"}, {"WEB"}};
        case EntityKind::deal:
            return {{"*"}, {"UF_*"}};
        default:
            return {};
    }
}

void demand_ids(const std::vector<std::string>& ids) {
    const auto is_id = [](const std::string& id) {
        return !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
    };
    if (ids.empty() || ids.size() > objects_per_reading || !std::ranges::all_of(ids, is_id)) {
        throw std::logic_error("a reading takes 1 to 50 ids");
    }
}

}  // namespace

Command read_many_command(EntityKind kind, const std::vector<std::string>& ids) {
    demand_ids(ids);
    const KindNames& names = names_of(kind);
    Command command{names.method_prefix + ".list",
                    {{"order", {ParameterMap{{"ID", {"ASC"}}}}},
                     {"filter", {ParameterMap{{names.id_prefix + "ID", text_list(ids)}}}}}};
    if (ParameterList fields = everything_of(kind); !fields.empty()) {
        command.parameters.push_back({"select", {std::move(fields)}});
    }
    command.parameters.push_back({"start", {"0"}});
    return command;
}

std::map<std::string, json> rows_by_id(const Done& answer) {
    std::map<std::string, json> objects;
    for (const json* row : rows_of(answer.result).value_or(std::vector<const json*>{})) {
        std::string id = text_of_member(*row, "ID");
        if (!id.empty()) {
            objects.emplace(std::move(id), *row);
        }
    }
    return objects;
}

Command read_addresses_command(const std::string& type, const std::vector<std::string>& requisites) {
    demand_ids(requisites);
    Parameter owners = requisites.size() == 1 ? Parameter{requisites.front()} : text_list(requisites);
    return {"crm.address.list",
            {{"order", {ParameterMap{{"ENTITY_ID", {"ASC"}}}}},
             {"filter",
              {ParameterMap{{"TYPE_ID", {type}},
                            {"ENTITY_TYPE_ID", {requisite_type}},
                            {requisites.size() == 1 ? "ENTITY_ID" : "@ENTITY_ID", std::move(owners)}}}}}};
}

std::map<std::string, json> addresses_by_requisite(const Done& answer, const std::string& type) {
    std::map<std::string, json> addresses;
    for (const json* row : rows_of(answer.result).value_or(std::vector<const json*>{})) {
        if (text_of_member(*row, "TYPE_ID") == type &&
            text_of_member(*row, "ENTITY_TYPE_ID") == requisite_type) {
            addresses.emplace(text_of_member(*row, "ENTITY_ID"), *row);
        }
    }
    return addresses;
}

Command read_deal_rows_command(const std::string& deal) {
    demand_ids({deal});
    return {"crm.deal.productrows.get", {{"id", {deal}}}};
}

Command read_deal_contacts_command(const std::string& deal) {
    demand_ids({deal});
    return {"crm.deal.contact.items.get", {{"id", {deal}}}};
}

void put_deal_contacts(const Done& answer, json& deal) {
    json ids = json::array();
    for (const json* row : rows_of(answer.result).value_or(std::vector<const json*>{})) {
        ids.push_back(text_of_member(*row, "CONTACT_ID"));
    }
    deal["CONTACT_IDS"] = std::move(ids);
}

std::optional<std::uint64_t> present_hash(EntityKind kind, const crm::FieldGroup& like, const json& object,
                                          const PortalFacts& facts, const Resolver& resolver) {
    auto fields = present_fields(kind, like, object, facts, resolver);
    if (!fields) {
        return std::nullopt;
    }
    std::sort(fields->begin(), fields->end(),
              [](const PresentField& a, const PresentField& b) { return a.name < b.name; });
    std::string bytes;
    for (const PresentField& field : *fields) {
        append_counted(bytes, field.name);
        bytes += std::to_string(field.canonical.size()) + ";";
        for (const std::string& value : field.canonical) {
            append_counted(bytes, value);
        }
    }
    return quick_hash(bytes);
}

namespace {

/// What the rows of a deal cost together, as their list begins: `150 = `.
std::string sum_of_rows(const json& rows) {
    std::optional<Decimal> total;
    for (const json* row : rows_of(rows).value_or(std::vector<const json*>{})) {
        const auto quantity = Decimal::parse(text_of_member(*row, "QUANTITY"));
        const auto price = Decimal::parse(text_of_member(*row, "PRICE"));
        const auto cost = quantity && price ? product(*quantity, *price, 2) : std::nullopt;
        total = cost ? sum(total.value_or(Decimal()), *cost) : std::nullopt;
        if (!total) {
            return {};
        }
    }
    return total ? total->text() + " = " : std::string();
}

}  // namespace

std::string present_text(EntityKind kind, const crm::FieldGroup& group, const json& object,
                         const PortalFacts& facts, const Resolver& resolver) {
    std::string text;
    const auto fields = present_fields(kind, group, object, facts, resolver);
    for (const PresentField& field : fields.value_or(std::vector<PresentField>{})) {
        for (const std::string& value : field.shown) {
            text += text.empty() ? "" : ", ";
            text += value;
        }
    }
    if (kind == EntityKind::deal_rows && !text.empty()) {
        text.insert(0, sum_of_rows(object));
    }
    return quotable(text);
}

bool is_as_wished(EntityKind kind, const crm::FieldGroup& group, const json& object, const PortalFacts& facts,
                  const Resolver& resolver) {
    const auto present = present_fields(kind, group, object, facts, resolver);
    const auto wished = wished_fields(kind, group, facts, resolver);
    return present && wished &&
           std::equal(
               present->begin(), present->end(), wished->begin(), wished->end(),
               [](const PresentField& a, const PresentField& b) { return a.canonical == b.canonical; });
}

bool is_filled_there(EntityKind kind, const crm::FieldGroup& group, const json& object,
                     const PortalFacts& facts, const Resolver& resolver) {
    const auto fields = present_fields(kind, group, object, facts, resolver);
    return fields && std::any_of(fields->begin(), fields->end(), is_chosen_by_a_person);
}

std::optional<std::string> deal_stage(const json& object) {
    std::string stage = text_of_member(object, "STAGE_ID");
    return stage.empty() ? std::nullopt : std::optional(std::move(stage));
}

bool is_linked_elsewhere(const json& card) {
    const std::string xml_id = text_of_member(card, "XML_ID");
    return !text_of_member(card, "ORIGIN_ID").empty() || !text_of_member(card, "ORIGINATOR_ID").empty() ||
           (!xml_id.empty() && xml_id != text_of_member(card, "ID"));
}

std::vector<std::string> property_value_ids(const json& object, const std::string& property_id) {
    std::vector<std::string> ids;
    const std::string name = std::string(property_prefix) + property_id;
    if (!object.is_object() || !object.contains(name)) {
        return ids;
    }
    for (const json* entry : property_entries(object.at(name))) {
        if (std::string id = text_of_member(*entry, "valueId"); !id.empty()) {
            ids.push_back(std::move(id));
        }
    }
    return ids;
}

std::vector<std::string> property_texts(const json& object, const std::string& property_id) {
    std::vector<std::string> texts;
    const std::string name = std::string(property_prefix) + property_id;
    if (!object.is_object() || !object.contains(name)) {
        return texts;
    }
    for (const json* scalar : scalars_of(name, object.at(name))) {
        texts.emplace_back(trimmed(text_of(*scalar)));
    }
    return texts;
}

}  // namespace obmen::portal
