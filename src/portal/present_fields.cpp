#include "portal/present_fields.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "portal/catalog_family.hpp"
#include "portal/field_values.hpp"
#include "portal/lenient_json.hpp"
#include "portal/part_commands.hpp"
#include "portal/remote_rows.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

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

}  // namespace

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

namespace {

/// A value that is an object itself: HTML has its text, a file its id.
const json& scalar_in(const json& value) {
    for (const char* name : {"TEXT", "id", "ID"}) {
        if (value.is_object() && value.contains(name)) {
            return value.at(name);
        }
    }
    return value;
}

}  // namespace

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

namespace {

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

/// A row of a deal with all that a person may change in it; its place says nothing.
std::string canonical_row(const json& row) {
    constexpr auto names =
        std::to_array<const char*>({"PRODUCT_ID", "PRODUCT_NAME", "PRICE", "QUANTITY", "DISCOUNT_SUM",
                                    "TAX_RATE", "TAX_INCLUDED", "MEASURE_CODE"});
    std::string out;
    for (const char* name : names) {
        const std::string text = without_returns(text_of_member(row, name));
        const std::string value = as_number(text).value_or(text);
        out += std::to_string(value == "0" ? 0 : value.size()) + ":" + (value == "0" ? "" : value);
    }
    return out;
}

void add_rows(const json& rows, PresentField& field) {
    for (const json* row : rows_of(rows).value_or(std::vector<const json*>{})) {
        field.canonical.push_back(canonical_row(*row));
        field.shown.push_back(text_of_member(*row, "PRODUCT_NAME") + " " + text_of_member(*row, "QUANTITY") +
                              " × " + text_of_member(*row, "PRICE"));
    }
}

/// A picture is known by the id of its file: another file, another id.
void add_files(const json& value, PresentField& field) {
    for (const json* scalar : scalars_of(field.name, value)) {
        std::string id = scalar->is_structured() ? scalar->dump() : without_returns(text_of(*scalar));
        if (!id.empty() && id != "0") {
            field.shown.push_back(id);
            field.canonical.push_back(std::move(id));
        }
    }
}

/// False for what no object shows: choices are elsewhere, the contacts of a deal come only where somebody has
/// put them there (reference §9.1).
bool is_shown(const crm::Field& field, const std::string& name, const json& object) {
    if (std::holds_alternative<crm::Links>(field.value)) {
        return object.is_object() && object.contains(name);
    }
    return !std::holds_alternative<crm::PropertyChoices>(field.value);
}

bool is_capital(const std::string& name) {
    return !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
}

/// Where pictures of a product are shown.
RestName picture_field(const crm::Field& field, const PortalFacts& facts, const Resolver& resolver) {
    const std::string name = folded(field.name);
    if (!std::holds_alternative<crm::Pictures>(field.value)) {
        return std::optional<std::string>();
    }
    if (name == "detail_picture" || name == "preview_picture") {
        return std::optional<std::string>(name == "detail_picture" ? "DETAIL_PICTURE" : "PREVIEW_PICTURE");
    }
    if (name == "more_pictures") {
        std::optional<std::string> property = property_field(more_pictures_property(), facts, resolver);
        return property ? RestName(std::move(property)) : RestName(Message{"B24-NO-PROPERTY", {name, ""}});
    }
    return rest_name(EntityKind::product, field, facts, resolver);
}

/// What the field is called where the object shows it; nothing for what only says whose it is.
RestName shown_name(EntityKind kind, const crm::Field& field, const PortalFacts& facts,
                    const Resolver& resolver) {
    switch (kind) {
        case EntityKind::address:
            return is_capital(field.name) ? std::optional(field.name) : std::nullopt;
        case EntityKind::deal_rows:
            return std::holds_alternative<crm::ProductRows>(field.value) ? std::optional<std::string>("rows")
                                                                         : std::nullopt;
        case EntityKind::pictures:
            return picture_field(field, facts, resolver);
        case EntityKind::prices:
            return field.name == "price"      ? std::optional<std::string>("PRICE")
                   : field.name == "currency" ? std::optional<std::string>("CURRENCY")
                                              : std::nullopt;
        default:
            return rest_name(kind, field, facts, resolver);
    }
}

bool can_be_shown(EntityKind kind, const json& object) {
    if (kind == EntityKind::address) {
        return object.is_object() || object.is_null();  // none is an address without anything in it
    }
    if (kind == EntityKind::deal_rows) {
        return rows_of(object).has_value();
    }
    const bool has_id = std::find(served_kinds.begin(), served_kinds.end(), kind) != served_kinds.end();
    return object.is_object() && (has_id || kind == EntityKind::offer || kind == EntityKind::pictures ||
                                  kind == EntityKind::prices);
}

void add_values(EntityKind kind, const json& object, PresentField& field) {
    if (kind == EntityKind::deal_rows) {
        add_rows(object, field);
        return;
    }
    const json value = object.is_object() && object.contains(field.name) ? object.at(field.name) : json();
    if (std::holds_alternative<crm::Pictures>(field.like->value)) {
        add_files(value, field);
    } else if (is_multi_field(*field.like)) {
        add_contacts(value, field);
    } else {
        add_scalars(value, field);
    }
}

json json_of(const Parameter& parameter);

json json_of(const ParameterMap& members) {
    json out = json::object();
    for (const auto& [name, value] : members) {
        out[name] = json_of(value);
    }
    return out;
}

json json_of(const Parameter& parameter) {
    if (const auto* text = std::get_if<std::string>(&parameter.value)) {
        return *text;
    }
    if (const auto* members = std::get_if<ParameterMap>(&parameter.value)) {
        return json_of(*members);
    }
    json out = json::array();
    for (const Parameter& entry : std::get<ParameterList>(parameter.value)) {
        out.push_back(json_of(entry));
    }
    return out;
}

/// The rows as the command that sets them would say them.
json wished_rows(const crm::FieldGroup& group, const PortalFacts& facts, const Resolver& resolver) {
    const std::vector<crm::FieldGroup> groups{group};
    const WriteRequest request{EntityKind::deal_rows, {}, {}, &groups};
    const BuiltCommand built = aspect_command(request, "0", true, facts, resolver);
    for (const auto& [name, value] : built.command.parameters) {
        if (name == "rows") {
            return json_of(value);
        }
    }
    return json::array();
}

void add_wished_values(const Parameter& parameter, PresentField& field) {
    const json value = json_of(parameter);
    const std::vector<json> one{value};
    for (const json& text : value.is_array() ? value.get<std::vector<json>>() : one) {
        if (std::string canonical = canonical_text(*field.like, text); !canonical.empty()) {
            field.canonical.push_back(std::move(canonical));
        }
    }
}

std::optional<std::vector<PresentField>> fields_in(EntityKind kind, const crm::FieldGroup& like,
                                                   const json& object, const PortalFacts& facts,
                                                   const Resolver& resolver) {
    std::vector<PresentField> fields;
    for (const crm::Field& field : like.fields) {
        const RestName said = shown_name(kind, field, facts, resolver);
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
        add_values(kind, object, present);
        std::sort(present.canonical.begin(), present.canonical.end());
        fields.push_back(std::move(present));
    }
    return fields.empty() ? std::nullopt : std::optional(std::move(fields));
}

}  // namespace

std::optional<std::vector<PresentField>> present_fields(EntityKind kind, const crm::FieldGroup& like,
                                                        const json& object, const PortalFacts& facts,
                                                        const Resolver& resolver) {
    if (!can_be_shown(kind, object)) {
        return std::nullopt;
    }
    if (kind == EntityKind::prices) {
        const json* price = price_row(like, object, facts);
        return price == nullptr ? std::nullopt : fields_in(kind, like, *price, facts, resolver);
    }
    return fields_in(kind, like, object, facts, resolver);
}

std::optional<std::vector<PresentField>> wished_fields(EntityKind kind, const crm::FieldGroup& group,
                                                       const PortalFacts& facts, const Resolver& resolver) {
    std::vector<PresentField> fields;
    for (const crm::Field& field : group.fields) {
        const RestName said = shown_name(kind, field, facts, resolver);
        const auto* name = std::get_if<std::optional<std::string>>(&said);
        if (name == nullptr || is_multi_field(field) || std::holds_alternative<crm::Pictures>(field.value)) {
            return std::nullopt;
        }
        if (!*name) {
            continue;
        }
        PresentField wished{&field, **name, {}, {}};
        if (kind == EntityKind::deal_rows) {
            add_rows(wished_rows(group, facts, resolver), wished);
        } else {
            const auto value = rest_value(field, facts, resolver);
            if (std::holds_alternative<Message>(value)) {
                return std::nullopt;
            }
            add_wished_values(std::get<Parameter>(value), wished);
        }
        std::sort(wished.canonical.begin(), wished.canonical.end());
        wished.shown.clear();
        fields.push_back(std::move(wished));
    }
    return fields.empty() ? std::nullopt : std::optional(std::move(fields));
}

}  // namespace obmen::portal
