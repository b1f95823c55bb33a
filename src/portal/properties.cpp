#include "portal/properties.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>

#include "portal/lenient_json.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::PropertyChoices;
using nlohmann::json;
using Choice = RemoteProperty::Choice;

constexpr const char* method_prefix = "crm.product.property";

// ---- reading -------------------------------------------------------------------------------------------

/// `VALUES` is a map by id, an array of rows, or, of a list without any, `[]`, null or nothing.
std::vector<Choice> choices_of(const json& row) {
    std::vector<Choice> choices;
    const auto values = row.find("VALUES");
    if (values == row.end() || !values->is_structured()) {
        return choices;
    }
    for (const auto& [key, value] : values->items()) {
        Choice choice{text_of_member(value, "ID"), text_of_member(value, "XML_ID"),
                      text_of_member(value, "VALUE"), text_of_member(value, "SORT"),
                      value.is_object() && value.contains("DEF") && is_yes(value.at("DEF"))};
        if (choice.id.empty() && values->is_object()) {
            choice.id = key;
        }
        if (choice.text.empty()) {
            choice.text = text_of(value);
        }
        if (!choice.id.empty()) {
            choices.push_back(std::move(choice));
        }
    }
    return choices;
}

std::optional<RemoteProperty> property_from(const json& row) {
    RemoteProperty property;
    property.id = text_of_member(row, "ID");
    if (property.id.empty()) {
        return std::nullopt;
    }
    property.catalog_id = text_of_member(row, "IBLOCK_ID");
    property.xml_id = text_of_member(row, "XML_ID");
    property.name = text_of_member(row, "NAME");
    property.code = text_of_member(row, "CODE");
    property.type = text_of_member(row, "PROPERTY_TYPE");
    property.user_type = text_of_member(row, "USER_TYPE");
    property.multiple = row.contains("MULTIPLE") && is_yes(row.at("MULTIPLE"));
    property.choices = choices_of(row);
    return property;
}

// ---- writing -------------------------------------------------------------------------------------------

/// What a wish says of a property.
struct WishedProperty {
    std::optional<std::string> name;
    std::string type;
    std::optional<bool> multiple;
    std::string code;
    PropertyChoices choices;
    ParameterMap own;  ///< fields under Bitrix24's own names
};

template <typename Type>
const Type& value_of(const crm::Field& field) {
    const auto* value = std::get_if<Type>(&field.value);
    if (value == nullptr) {
        throw std::logic_error("field " + field.name + " of a property has a value of another type");
    }
    return *value;
}

std::string own_text(const crm::Field& field) {
    if (const bool* yes = std::get_if<bool>(&field.value)) {
        return *yes ? "Y" : "N";
    }
    if (const auto* number = std::get_if<Decimal>(&field.value)) {
        return number->text();
    }
    return value_of<std::string>(field);
}

void read_field(const crm::Field& field, WishedProperty& wished) {
    if (field.name == "name") {
        wished.name = value_of<std::string>(field);
    } else if (field.name == "property_type") {
        wished.type = value_of<std::string>(field);
    } else if (field.name == "multiple") {
        wished.multiple = value_of<bool>(field);
    } else if (field.name == "code") {
        wished.code = value_of<std::string>(field);
    } else if (field.name == "choices") {
        wished.choices = value_of<PropertyChoices>(field);
    } else if (!field.name.empty() && field.name.front() >= 'A' && field.name.front() <= 'Z') {
        wished.own.push_back({field.name, {own_text(field)}});
    } else {
        throw std::logic_error("properties have no field " + field.name);
    }
}

WishedProperty wished_property(const std::vector<crm::FieldGroup>& groups) {
    WishedProperty wished;
    for (const crm::FieldGroup& group : groups) {
        for (const crm::Field& field : group.fields) {
            read_field(field, wished);
        }
    }
    return wished;
}

/// PROPERTY_TYPE and USER_TYPE.
std::pair<std::string, std::string> rest_type(const std::string& type) {
    struct Row {
        std::string_view ours;
        const char* type;
        const char* user_type;
    };
    constexpr auto rows = std::to_array<Row>({{"list", "L", ""},
                                              {"string", "S", ""},
                                              {"number", "N", ""},
                                              {"date", "S", "Date"},
                                              {"file", "F", ""}});
    const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row& r) { return r.ours == type; });
    if (row == rows.end()) {
        throw std::logic_error("there is no property type " + type);
    }
    return {row->type, row->user_type};
}

/// What `CODE` may be: latin letters, digits and `_`, no digit first (reference §5.3).
bool is_code(std::string_view text) {
    constexpr std::string_view allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos &&
           (text.front() < '0' || text.front() > '9');
}

constexpr int sort_step = 100;

NamedParameter choice_parameter(const std::string& id, const std::string& text, const std::string& xml_id,
                                const std::string& sort, bool is_default) {
    ParameterMap value{{"ID", {id}}, {"VALUE", {text}}};
    if (!xml_id.empty()) {
        value.push_back({"XML_ID", {xml_id}});
    }
    if (!sort.empty()) {
        value.push_back({"SORT", {sort}});
    }
    value.push_back({"DEF", {is_default ? "Y" : "N"}});
    return {id, {std::move(value)}};
}

/// Choices that the portal lacks, each once, under temporary ids.
ParameterMap new_choices(const std::vector<PropertyChoices::Choice>& missing, std::size_t first_position) {
    ParameterMap values;
    for (const PropertyChoices::Choice& choice : missing) {
        const std::string id = "n" + std::to_string(values.size());
        const std::size_t position = first_position + values.size() + 1;
        values.push_back(
            choice_parameter(id, choice.text, choice.key, std::to_string(position * sort_step), false));
    }
    return values;
}

std::vector<PropertyChoices::Choice> each_once(const std::vector<PropertyChoices::Choice>& choices,
                                               std::set<std::string> known) {
    std::vector<PropertyChoices::Choice> out;
    for (const PropertyChoices::Choice& choice : choices) {
        if (known.insert(folded(choice.key)).second) {
            out.push_back(choice);
        }
    }
    return out;
}

/// `VALUES` with every choice that is there, renamed where 1C has, and the new ones; empty if that is what is
/// there already.
ParameterMap changed_choices(const RemoteProperty& now, const PropertyChoices& wished) {
    std::set<std::string> known;
    for (const auto& [key, id] : choice_ids(now, wished)) {
        known.insert(folded(key));
    }
    std::map<std::string, std::string> texts;
    for (const PropertyChoices::Choice& choice : wished.choices) {
        texts.emplace(folded(choice.key), choice.text);
    }
    bool changed = false;
    ParameterMap values;
    for (const Choice& choice : now.choices) {
        const auto text = choice.xml_id.empty() ? texts.end() : texts.find(folded(choice.xml_id));
        const bool renamed = text != texts.end() && text->second != choice.text && !text->second.empty();
        changed = changed || renamed;
        values.push_back(choice_parameter(choice.id, renamed ? text->second : choice.text, choice.xml_id,
                                          choice.sort, choice.is_default));
    }
    for (auto& value : new_choices(each_once(wished.choices, std::move(known)), now.choices.size())) {
        changed = true;
        values.push_back(std::move(value));
    }
    return changed ? values : ParameterMap{};
}

}  // namespace

Command property_list_command(std::uint64_t start) {
    return {std::string(method_prefix) + ".list",
            {{"order", {ParameterMap{{"ID", {"ASC"}}}}}, {"start", {std::to_string(start)}}}};
}

std::optional<PropertyPage> read_property_page(const Done& answer) {
    const auto rows = rows_of(answer.result);
    if (!rows) {
        return std::nullopt;
    }
    PropertyPage page;
    page.more = answer.more;
    for (const json* row : *rows) {
        std::optional<RemoteProperty> property = property_from(*row);
        if (!property) {
            return std::nullopt;
        }
        page.properties.push_back(*std::move(property));
    }
    return page;
}

Command property_get_command(const std::string& id) {
    return {std::string(method_prefix) + ".get", {{"id", {id}}}};
}

std::optional<RemoteProperty> read_property(const Done& answer) {
    return answer.result.is_object() ? property_from(answer.result) : std::nullopt;
}

Command property_add_command(const crm::EntityKey& key, const std::string& source_id,
                             const std::vector<crm::FieldGroup>& groups, const PortalFacts& facts) {
    WishedProperty wished = wished_property(groups);
    const auto [type, user_type] = rest_type(wished.type);
    ParameterMap fields;
    if (!facts.catalog_id.empty()) {
        fields.push_back({"IBLOCK_ID", {facts.catalog_id}});
    }
    fields.push_back({"XML_ID", {source_id.empty() ? key.id : source_id}});
    fields.push_back({"NAME", {wished.name.value_or(key.id)}});
    fields.push_back({"PROPERTY_TYPE", {type}});
    if (!user_type.empty()) {
        fields.push_back({"USER_TYPE", {user_type}});
    }
    fields.push_back({"MULTIPLE", {wished.multiple.value_or(false) ? "Y" : "N"}});
    if (is_code(wished.code)) {
        fields.push_back({"CODE", {wished.code}});
    }
    for (auto& field : wished.own) {
        fields.push_back(std::move(field));
    }
    if (type == "L") {
        fields.push_back({"LIST_TYPE", {"L"}});
        if (ParameterMap values = new_choices(each_once(wished.choices.choices, {}), 0); !values.empty()) {
            fields.push_back({"VALUES", {std::move(values)}});
        }
    }
    return {std::string(method_prefix) + ".add", {{"fields", {std::move(fields)}}}};
}

Command property_update_command(const RemoteProperty& now, const std::vector<crm::FieldGroup>& groups) {
    const WishedProperty wished = wished_property(groups);
    ParameterMap fields;
    if (wished.name && !wished.name->empty() && *wished.name != now.name) {
        fields.push_back({"NAME", {*wished.name}});
    }
    if (wished.multiple.value_or(false) && !now.multiple) {
        fields.push_back({"MULTIPLE", {"Y"}});
    }
    if (now.type == "L") {
        if (ParameterMap values = changed_choices(now, wished.choices); !values.empty()) {
            // The portal looks at VALUES only beside the type.
            fields.push_back({"PROPERTY_TYPE", {now.type}});
            fields.push_back({"VALUES", {std::move(values)}});
        }
    }
    if (fields.empty()) {
        return {};
    }
    return {std::string(method_prefix) + ".update", {{"id", {now.id}}, {"fields", {std::move(fields)}}}};
}

std::vector<std::pair<std::string, std::string>> choice_ids(const RemoteProperty& property,
                                                            const PropertyChoices& choices) {
    std::map<std::string, std::string> by_xml_id;
    for (const Choice& choice : property.choices) {
        if (!choice.xml_id.empty()) {
            by_xml_id.emplace(folded(choice.xml_id), choice.id);
        }
    }
    std::set<std::string> taken;
    for (const PropertyChoices::Choice& wished : choices.choices) {
        if (const auto found = by_xml_id.find(folded(wished.key)); found != by_xml_id.end()) {
            taken.insert(found->second);
        }
    }
    std::vector<std::pair<std::string, std::string>> out;
    for (const PropertyChoices::Choice& wished : choices.choices) {
        if (const auto found = by_xml_id.find(folded(wished.key)); found != by_xml_id.end()) {
            out.emplace_back(wished.key, found->second);
            continue;
        }
        const auto same_text = [&](const Choice& choice) {
            return choice.text == wished.text && !taken.contains(choice.id);
        };
        const auto found = std::find_if(property.choices.begin(), property.choices.end(), same_text);
        if (found != property.choices.end()) {
            out.emplace_back(wished.key, found->id);
        }
    }
    return out;
}

}  // namespace obmen::portal
