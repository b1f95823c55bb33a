#include <algorithm>
#include <stdexcept>
#include <utility>

#include "portal/catalog_spelling.hpp"
#include "portal/field_values.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;

bool has_properties(EntityKind kind) {
    return kind == EntityKind::product || kind == EntityKind::offer;
}

const std::string& text_in(const ParameterMap& entry, std::string_view name) {
    static const std::string none;
    const auto found =
        std::find_if(entry.begin(), entry.end(), [&](const auto& member) { return member.first == name; });
    return found == entry.end() ? none : std::get<std::string>(found->second.value);
}

/// One entry of a multi-field: `{ID, VALUE, VALUE_TYPE}` or `{ID, DELETE}`.
ParameterMap item_entry(const std::string& type, const ParameterMap& entry) {
    ParameterMap out{{"typeId", {type}}};
    if (const std::string& value_type = text_in(entry, "VALUE_TYPE"); !value_type.empty()) {
        out.push_back({"valueType", {value_type}});
    }
    out.push_back({"value", {text_in(entry, "VALUE")}});  // empty: the entry is deleted
    return out;
}

/// Collects the multi-fields of a card.
class MultiFields {
  public:
    void add(const std::string& type, const ParameterList& entries) {
        for (const Parameter& parameter : entries) {
            const auto& entry = std::get<ParameterMap>(parameter.value);
            std::string id = text_in(entry, "ID");
            if (id.empty()) {
                id = "n" + std::to_string(m_new++);
            }
            m_entries.push_back({std::move(id), Parameter{item_entry(type, entry)}});
        }
    }
    void move_to(ParameterMap& fields, bool creating) {
        if (m_entries.empty()) {
            return;
        }
        if (!creating) {
            fields.push_back({"fm", {std::move(m_entries)}});
            return;
        }
        ParameterList list;
        for (auto& [id, entry] : m_entries) {
            list.push_back(std::move(entry));
        }
        fields.push_back({"fm", {std::move(list)}});
    }

  private:
    ParameterMap m_entries;
    std::size_t m_new = 0;
};

/// A value of a property in the form that is never misread: a bare id of a choice has been (reference §5.3).
Parameter property_value(const Parameter& value) {
    if (std::holds_alternative<std::string>(value.value)) {
        return {ParameterMap{{"value", value}}};
    }
    const auto* list = std::get_if<ParameterList>(&value.value);
    if (list == nullptr) {
        return value;
    }
    ParameterList out;
    for (const Parameter& entry : *list) {
        const auto* file = std::get_if<ParameterMap>(&entry.value);
        const bool is_new_file =
            file != nullptr && std::any_of(file->begin(), file->end(),
                                           [](const auto& member) { return member.first == "fileData"; });
        if (!is_new_file) {
            out.push_back(property_value(entry));
            continue;
        }
        ParameterMap data;
        for (const auto& member : *file) {
            if (member.first == "fileData") {
                data.push_back(member);
            }
        }
        out.push_back({ParameterMap{{"value", {std::move(data)}}}});
    }
    return {std::move(out)};
}

/// `[0]`: how a list of links is emptied.
bool is_list_of_nobody(const Parameter& value) {
    const auto* list = std::get_if<ParameterList>(&value.value);
    const auto* only =
        list != nullptr && list->size() == 1 ? std::get_if<std::string>(&list->front().value) : nullptr;
    return only != nullptr && *only == "0";
}

Parameter names_respelled(EntityKind kind, const Parameter& select) {
    ParameterList out;
    for (const Parameter& name : std::get<ParameterList>(select.value)) {
        out.push_back({catalog_name(kind, std::get<std::string>(name.value))});
    }
    return {std::move(out)};
}

std::pair<std::string, std::string> split_prefix(const std::string& key) {
    const std::size_t name = key.find_first_not_of("=@!<>%");
    return {key.substr(0, name), name == std::string::npos ? std::string{} : key.substr(name)};
}

ParameterMap filter_respelled(EntityKind kind, const ParameterMap& filter, const std::string& catalog_id) {
    const CatalogNames& names = *catalog_names(kind);
    ParameterMap out;
    if (!catalog_id.empty()) {
        out.push_back({"iblockId", {catalog_id}});
    }
    for (const auto& [key, value] : filter) {
        auto [prefix, name] = split_prefix(key);
        const bool many = std::holds_alternative<ParameterList>(value.value);
        if (prefix.empty() || prefix == "@" || prefix == "=") {
            prefix = names.plain_keys ? "" : many ? "@" : "=";
        }
        out.push_back({prefix + catalog_name(kind, name), value});
    }
    return out;
}

}  // namespace

const Parameter* find_parameter(const ParameterMap& parameters, std::string_view name) {
    const auto found = std::find_if(parameters.begin(), parameters.end(),
                                    [&](const auto& member) { return member.first == name; });
    return found == parameters.end() ? nullptr : &found->second;
}

const ParameterMap& map_in(const Command& command, std::string_view name) {
    static const ParameterMap none;
    const Parameter* found = find_parameter(command.parameters, name);
    return found == nullptr ? none : std::get<ParameterMap>(found->value);
}

ParameterMap catalog_fields(EntityKind kind, const ParameterMap& crm_fields, bool creating) {
    ParameterMap out;
    MultiFields multi;
    for (const auto& [name, value] : crm_fields) {
        if (is_multi_field_name(name) && !is_in_catalogue(kind)) {
            multi.add(name, std::get<ParameterList>(value.value));
        } else if (has_properties(kind) && (name == "PRICE" || name == "CURRENCY_ID")) {
            throw std::logic_error("here products have no price of their own");
        } else if (has_properties(kind) && name.starts_with(property_prefix)) {
            out.push_back({catalog_name(kind, name), property_value(value)});
        } else if (creating && is_list_of_nobody(value)) {
            continue;  // a new card has no links by itself
        } else {
            out.push_back({catalog_name(kind, name), value});
        }
    }
    multi.move_to(out, creating);
    return out;
}

Command catalog_list(EntityKind kind, const Command& crm_list, const std::string& catalog_id) {
    const CatalogNames& names = *catalog_names(kind);
    Command command{names.method_prefix + ".list", {}};
    if (!names.entity_type_id.empty()) {
        command.parameters.push_back({"entityTypeId", {names.entity_type_id}});
    }
    bool has_filter = false;
    for (const auto& [name, value] : crm_list.parameters) {
        if (name == "order") {
            command.parameters.push_back({"order", {ParameterMap{{"id", {"ASC"}}}}});
        } else if (name == "select") {
            Parameter select = names_respelled(kind, value);
            if (!catalog_id.empty() && names.plain_keys) {
                std::get<ParameterList>(select.value).push_back({"iblockId"});
            }
            command.parameters.push_back({"select", std::move(select)});
        } else if (name == "filter") {
            has_filter = true;
            command.parameters.push_back(
                {"filter", {filter_respelled(kind, std::get<ParameterMap>(value.value), catalog_id)}});
        } else {
            command.parameters.push_back({name, value});
        }
    }
    if (!has_filter && !catalog_id.empty()) {
        command.parameters.push_back({"filter", {filter_respelled(kind, {}, catalog_id)}});
    }
    if (!names.entity_type_id.empty()) {
        command.parameters.push_back({"useOriginalUfNames", {"Y"}});
    }
    return command;
}

}  // namespace obmen::portal
