#include "commands/portal_view.hpp"

#include <algorithm>

namespace obmen::tests {

namespace {

using nlohmann::json;

std::string text_of(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

std::string member(const json& row, const char* name) {
    const auto found = row.find(name);
    return found == row.end() ? "" : text_of(*found);
}

std::string key_of(const json& row) {
    for (const char* name : {"XML_ID", "ORIGIN_ID", "SHA256", "CODE"}) {
        if (std::string key = member(row, name); !key.empty()) {
            return key;
        }
    }
    return member(row, "NAME");
}

class View {
  public:
    explicit View(const json& state) : m_tables(state.at("tables")) {
        for (const auto& [kind, table] : m_tables.items()) {
            for (const json& row : table.at("rows")) {
                m_keys[kind + " " + member(row, "ID")] = key_of(row);
            }
        }
        for (const json& row : m_tables.at("property").at("rows")) {
            m_properties["PROPERTY_" + member(row, "ID")] = row;
        }
    }

    [[nodiscard]] std::string row(const std::string& kind, const json& row) const {
        static const std::set<std::string> passing{
            "ID",         "DATE_CREATE",        "DATE_MODIFY", "TIMESTAMP_X", "timestampX",
            "MOVED_TIME", "LAST_ACTIVITY_TIME", "CLOSEDATE",   "KEY",         "LAST_COMMUNICATION_TIME"};
        json shown = json::object();
        for (const auto& [name, value] : row.items()) {
            const bool number_of_basket = kind == "deal_row" && name == "XML_ID";
            if (!passing.contains(name) && !number_of_basket) {
                put(shown, kind, row, name, value);
            }
        }
        return shown.dump();
    }

  private:
    /// A file is named by an object with its id.
    [[nodiscard]] std::string key(const std::string& kind, const json& id) const {
        if (id.is_object() && id.contains("id")) {
            return key(kind, id.at("id"));
        }
        const auto found = m_keys.find(kind + " " + text_of(id));
        return found == m_keys.end() ? text_of(id) : found->second;
    }

    /// Kind of the row that a field names; empty if it names none.
    [[nodiscard]] static std::string named_kind(const std::string& kind, const json& row,
                                                const std::string& name) {
        static const std::map<std::string, std::string> fields{
            {"SECTION_ID", "section"},  {"COMPANY_ID", "company"}, {"CONTACT_ID", "contact"},
            {"PRODUCT_ID", "product"},  {"OWNER_ID", "deal"},      {"DETAIL_PICTURE", "file"},
            {"PREVIEW_PICTURE", "file"}};
        static const std::map<std::string, std::string> owners{
            {"3", "contact"}, {"4", "company"}, {"8", "requisite"}};
        if (const auto found = fields.find(name); found != fields.end()) {
            return found->second;
        }
        if (name != "ENTITY_ID" && name != "ANCHOR_ID") {
            return {};
        }
        const auto owner =
            owners.find(member(row, name == "ENTITY_ID" ? "ENTITY_TYPE_ID" : "ANCHOR_TYPE_ID"));
        return owner != owners.end() ? owner->second : kind == "bank_detail" ? "requisite" : "";
    }

    [[nodiscard]] std::multiset<std::string> property_values(const json& property, const json& values) const {
        std::multiset<std::string> texts;
        for (const json& item : values) {
            const json& value = item.at("value");
            const std::string type = member(property, "PROPERTY_TYPE");
            if (type == "L") {
                texts.insert(member(property.at("VALUES").value(text_of(value), json::object()), "VALUE"));
            } else {
                texts.insert(type == "F" ? key("file", value) : value.dump());
            }
        }
        return texts;
    }

    [[nodiscard]] std::multiset<std::string> list_items(const json& items) const {
        std::multiset<std::string> texts;
        for (const auto& item : items) {
            if (!item.is_object()) {
                texts.insert(item.dump());
                continue;
            }
            json shown = item;
            shown.erase("ID");
            shown.erase("XML_ID");
            for (const auto& [name, kind] :
                 {std::pair{"COMPANY_ID", "company"}, std::pair{"CONTACT_ID", "contact"}}) {
                if (shown.contains(name)) {
                    shown[name] = key(kind, shown[name]);
                }
            }
            texts.insert(shown.dump());
        }
        return texts;
    }

    void put(json& shown, const std::string& kind, const json& row, const std::string& name,
             const json& value) const {
        if (const auto property = m_properties.find(name); property != m_properties.end()) {
            shown["PROPERTY " + key_of(property->second)] = property_values(property->second, value);
        } else if (const std::string named = named_kind(kind, row, name); !named.empty()) {
            shown[name] = key(named, value);
        } else if (value.is_structured()) {
            shown[name] = list_items(value);
        } else {
            shown[name] = value;
        }
    }

    const json& m_tables;
    std::map<std::string, std::string> m_keys;
    std::map<std::string, json> m_properties;
};

}  // namespace

std::map<std::string, std::multiset<std::string>> comparable(const json& state) {
    const View view(state);
    std::map<std::string, std::multiset<std::string>> rows;
    for (const auto& [kind, table] : state.at("tables").items()) {
        // Statuses and funnels have dates of the portal's own making.
        if (kind == "status" || kind == "category" || kind == "currency") {
            continue;
        }
        for (const json& row : table.at("rows")) {
            rows[kind].insert(view.row(kind, row));
        }
    }
    return rows;
}

}  // namespace obmen::tests
