#include "portal/remote_rows.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include "portal/lenient_json.hpp"
#include "support/text.hpp"

namespace obmen::portal {

const KindNames& names_of(crm::EntityKind kind) {
    static const std::map<crm::EntityKind, KindNames> names{
        {crm::EntityKind::section, {"crm.productsection", "XML_ID", false, true, false, ""}},
        {crm::EntityKind::product, {"crm.product", "XML_ID", false, true, false, ""}},
        {crm::EntityKind::offer, {"crm.product", "XML_ID", false, true, false, ""}},
        {crm::EntityKind::company, {"crm.company", "ORIGIN_ID", true, false, true, "@"}},
        {crm::EntityKind::contact, {"crm.contact", "ORIGIN_ID", true, false, true, "@"}},
        {crm::EntityKind::deal, {"crm.deal", "ORIGIN_ID", true, false, true, "@"}},
        {crm::EntityKind::requisite, {"crm.requisite", "XML_ID", true, false, false, "@"}},
        {crm::EntityKind::bank_account, {"crm.requisite.bankdetail", "XML_ID", true, false, false, "@"}},
    };
    const auto found = names.find(kind);
    if (found == names.end()) {
        throw std::logic_error("the crm family does not serve entity kind " +
                               std::to_string(static_cast<int>(kind)));
    }
    return found->second;
}

Command list_command(crm::EntityKind kind, ParameterMap filter) {
    const KindNames& names = names_of(kind);
    ParameterList select{{"ID"}, {names.key_field}};
    if (names.has_originator) {
        select.push_back({"ORIGINATOR_ID"});
    }
    if (names.has_section) {
        select.push_back({"SECTION_ID"});
    }
    Command command{names.method_prefix + ".list", {}};
    command.parameters.push_back({"order", {ParameterMap{{"ID", {"ASC"}}}}});
    if (!filter.empty()) {
        command.parameters.push_back({"filter", {std::move(filter)}});
    }
    command.parameters.push_back({"select", {std::move(select)}});
    command.parameters.push_back({"start", {"0"}});
    return command;
}

Parameter text_list(const std::vector<std::string>& texts) {
    ParameterList list;
    list.reserve(texts.size());
    for (const std::string& text : texts) {
        list.push_back({text});
    }
    return {std::move(list)};
}

bool is_page_missing(const Done& answer, std::size_t rows) {
    // A full page of which nobody says whether it is the last may be the first of many.
    return answer.more ||
           (answer.total >= 0 ? answer.total != static_cast<std::int64_t>(rows) : rows >= page_rows);
}

RemoteObject remote_object(crm::EntityKind kind, const nlohmann::json& row) {
    const KindNames& names = names_of(kind);
    RemoteObject object;
    object.id = text_of_member(row, "ID");
    // MySQL takes texts for equal that differ in the blanks at their end.
    object.key = std::string(trimmed(text_of_member(row, names.key_field.c_str())));
    if (names.has_section) {
        object.section_id = text_of_member(row, "SECTION_ID");
        if (object.section_id == "0") {
            object.section_id.clear();
        }
    }
    return object;
}

}  // namespace obmen::portal
