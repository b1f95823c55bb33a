#include "portal/remote_values.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "portal/field_values.hpp"
#include "portal/lenient_json.hpp"
#include "portal/remote_rows.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

constexpr std::string_view property_prefix = "PROPERTY_";

/// What one field of an object has now.
struct PresentField {
    const crm::Field* like;
    std::string name;
    std::vector<std::string> canonical;  ///< no spelling left, nothing empty, sorted
    std::vector<std::string> shown;      ///< as the portal has it
};

// ---- one value in its only spelling --------------------------------------------------------------------

/// `10.50`, 10.5 and `+10.5` are one number; a text with leading zeros, as an ИНН may have, is none.
std::optional<std::string> as_number(std::string_view text) {
    const std::string_view digits = text.substr(text.starts_with('-') ? 1 : 0);
    const bool leading_zero = digits.size() > 1 && digits.front() == '0' && digits[1] != '.';
    if (leading_zero || text.find_first_not_of("-0123456789.") != std::string_view::npos) {
        return std::nullopt;
    }
    const std::optional<Decimal> number = Decimal::parse(text);
    return number ? std::optional(number->text()) : std::nullopt;
}

/// A date without a time comes with midnight, or with its own offset for a time (reference §12.12): its day.
std::optional<std::string> as_day(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00";
    constexpr std::size_t offset_length = 6;
    if (text.size() < form.size()) {
        return std::nullopt;
    }
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == '0' ? !digit : text[i] != form[i]) {
            return std::nullopt;
        }
    }
    const std::string_view time = text.substr(11, 8);
    const std::string_view offset = text.substr(form.size());
    const bool is_offset = offset.size() == offset_length && offset.substr(1) == time.substr(0, 5);
    return time == "00:00:00" || is_offset ? std::optional(std::string(text.substr(0, 10))) : std::nullopt;
}

std::string without_returns(std::string_view text) {
    std::string out(trimmed(text));
    std::erase(out, '\r');
    return out;
}

std::string canonical_text(const crm::Field& like, const json& value) {
    if (std::holds_alternative<bool>(like.value)) {
        return is_yes(value) ? "Y" : "";
    }
    if (value.is_boolean()) {
        return value.get<bool>() ? "Y" : "";
    }
    const std::string text = without_returns(text_of(value));
    const bool is_reference =
        std::holds_alternative<crm::Link>(like.value) || std::holds_alternative<crm::Links>(like.value);
    if (is_reference && text == "0") {
        return {};
    }
    if (std::optional<std::string> number = as_number(text)) {
        return *number;
    }
    return as_day(text).value_or(text);
}

// ---- values of a field ---------------------------------------------------------------------------------

/// The one value of a property's entry: `{"valueId":"7","value":"red"}`, or the value alone.
const json& value_in(const json& entry) {
    for (const char* name : {"value", "VALUE"}) {
        if (entry.is_object() && entry.contains(name)) {
            return entry.at(name);
        }
    }
    return entry;
}

/// Entries of a property, which are one object, an array or a map of them, or nothing (reference §5.2,
/// §12.5).
std::vector<const json*> property_entries(const json& property) {
    std::vector<const json*> entries;
    const bool is_list = property.is_array() || (property.is_object() && &value_in(property) == &property);
    if (!is_list) {
        return property.is_null() ? entries : std::vector<const json*>{&property};
    }
    for (const json& entry : property) {
        entries.push_back(&entry);
    }
    return entries;
}

/// A value that is an object itself: HTML has its text, a file its id.
const json& scalar_in(const json& value) {
    for (const char* name : {"TEXT", "id", "ID"}) {
        if (value.is_object() && value.contains(name)) {
            return value.at(name);
        }
    }
    return value;
}

std::vector<const json*> scalars_of(const std::string& field, const json& value) {
    if (!field.starts_with(property_prefix) && &scalar_in(value) != &value) {
        return {&scalar_in(value)};
    }
    std::vector<const json*> scalars;
    for (const json* entry : property_entries(value)) {
        scalars.push_back(&scalar_in(value_in(*entry)));
    }
    return scalars;
}

void add_contacts(const json& value, PresentField& field) {
    for (const json* row : rows_of(value).value_or(std::vector<const json*>{})) {
        const std::string text = text_of_member(*row, "VALUE");
        if (!trimmed(text).empty()) {
            field.canonical.push_back(crm::normalised_contact(field.like->name, text) + " " +
                                      text_of_member(*row, "VALUE_TYPE"));
            field.shown.push_back(text);
        }
    }
}

void add_scalars(const json& value, PresentField& field) {
    for (const json* scalar : scalars_of(field.name, value)) {
        std::string text = scalar->is_structured() ? scalar->dump() : canonical_text(*field.like, *scalar);
        if (!text.empty()) {
            field.shown.push_back(scalar->is_string() ? scalar->get<std::string>() : text);
            field.canonical.push_back(std::move(text));
        }
    }
}

/// False for what an object does not show: pictures come as links, rows and choices are elsewhere, the
/// contacts of a deal are not selectable (reference §9.1).
bool is_shown(const crm::Field& field, const std::string& name, const json& object) {
    if (std::holds_alternative<crm::Links>(field.value)) {
        return object.contains(name);
    }
    return !std::holds_alternative<crm::Pictures>(field.value) &&
           !std::holds_alternative<crm::ProductRows>(field.value) &&
           !std::holds_alternative<crm::PropertyChoices>(field.value);
}

std::optional<std::vector<PresentField>> present_fields(EntityKind kind, const crm::FieldGroup& like,
                                                        const json& object, const PortalFacts& facts,
                                                        const Resolver& resolver) {
    const bool served = kind == EntityKind::offer ||
                        std::find(served_kinds.begin(), served_kinds.end(), kind) != served_kinds.end();
    if (!object.is_object() || !served) {
        return std::nullopt;
    }
    std::vector<PresentField> fields;
    for (const crm::Field& field : like.fields) {
        const RestName said = rest_name(kind, field, facts, resolver);
        if (std::holds_alternative<Message>(said)) {
            return std::nullopt;
        }
        const auto& name = std::get<std::optional<std::string>>(said);
        if (!name) {
            continue;
        }
        if (!is_shown(field, *name, object)) {
            return std::nullopt;
        }
        PresentField present{&field, *name, {}, {}};
        const json value = object.contains(*name) ? object.at(*name) : json();
        if (is_multi_field(field)) {
            add_contacts(value, present);
        } else {
            add_scalars(value, present);
        }
        std::sort(present.canonical.begin(), present.canonical.end());
        fields.push_back(std::move(present));
    }
    return fields.empty() ? std::nullopt : std::optional(std::move(fields));
}

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

}  // namespace

Command read_many_command(EntityKind kind, const std::vector<std::string>& ids) {
    const auto is_id = [](const std::string& id) {
        return !id.empty() && id.find_first_not_of("0123456789") == std::string::npos;
    };
    if (ids.empty() || ids.size() > objects_per_reading || !std::ranges::all_of(ids, is_id)) {
        throw std::logic_error("a reading takes 1 to 50 ids");
    }
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
    return quotable(text);
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
