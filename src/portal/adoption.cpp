#include "portal/adoption.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "portal/lenient_json.hpp"
#include "portal/remote_rows.hpp"
#include "portal/remote_values.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

void refuse_empty_search(const std::vector<std::string>& values, std::size_t most) {
    const bool has_empty =
        std::ranges::any_of(values, [](const std::string& value) { return trimmed(value).empty(); });
    if (values.empty() || values.size() > most || has_empty) {
        throw std::logic_error("a search takes 1 to " + std::to_string(most) +
                               " values, none of them empty: it would find everything");
    }
}

std::optional<EntityKind> owner_kind(const std::string& entity_type) {
    if (entity_type == "4") {
        return EntityKind::company;
    }
    return entity_type == "3" ? std::optional(EntityKind::contact) : std::nullopt;
}

/// What people take for one name: without regard to case and to how many spaces stand between the words.
std::string name_for_comparison(std::string_view name) {
    const std::string tidy = folded(tidied(name));
    std::string out;
    for (const char c : tidy) {
        if (c != ' ' || !out.ends_with(' ')) {
            out += c;
        }
    }
    return out;
}

Command product_search(const std::string& field, const std::string& value) {
    refuse_empty_search({field, value}, 2);
    ParameterList select{{"ID"}, {"NAME"}, {"XML_ID"}};
    if (field != "NAME") {
        select.push_back({field});
    }
    return {"crm.product.list",
            {{"order", {ParameterMap{{"ID", {"ASC"}}}}},
             {"filter", {ParameterMap{{field, {value}}}}},
             {"select", {std::move(select)}},
             {"start", {"0"}}}};
}

/// Ids of the rows that `fits` approves. Where no page is missing, rows that do not fit do no harm: whatever
/// was filtered, all that fit are here.
template <typename Fits>
std::optional<std::vector<std::string>> fitting_ids(const Done& answer, const Fits& fits) {
    const auto rows = rows_of(answer.result);
    if (!rows || is_page_missing(answer, rows->size())) {
        return std::nullopt;
    }
    std::vector<std::string> ids;
    for (const json* row : *rows) {
        if (!fits(*row)) {
            continue;
        }
        std::string id = text_of_member(*row, "ID");
        if (id.empty()) {
            return std::nullopt;
        }
        ids.push_back(std::move(id));
    }
    return ids;
}

}  // namespace

Command inn_lookup_command(const std::vector<std::string>& inns) {
    refuse_empty_search(inns, page_rows);
    const bool one = inns.size() == 1;
    ParameterMap filter{{one ? "=RQ_INN" : "@RQ_INN", one ? Parameter{inns.front()} : text_list(inns)}};
    return {"crm.requisite.list",
            {{"order", {ParameterMap{{"ID", {"ASC"}}}}},
             {"filter", {std::move(filter)}},
             {"select",
              {ParameterList{{"ID"}, {"ENTITY_TYPE_ID"}, {"ENTITY_ID"}, {"RQ_INN"}, {"RQ_KPP"}, {"XML_ID"}}}},
             {"start", {"0"}}}};
}

std::optional<std::vector<InnRow>> read_inn_rows(const std::vector<std::string>& asked, const Done& answer) {
    const auto rows = rows_of(answer.result);
    if (!rows || is_page_missing(answer, rows->size())) {
        return std::nullopt;
    }
    std::set<std::string> wanted;
    for (const std::string& inn : asked) {
        wanted.insert(std::string(trimmed(inn)));
    }
    std::vector<InnRow> out;
    for (const json* row : *rows) {
        InnRow found{text_of_member(*row, "ID"),
                     owner_kind(text_of_member(*row, "ENTITY_TYPE_ID")),
                     text_of_member(*row, "ENTITY_ID"),
                     std::string(trimmed(text_of_member(*row, "RQ_INN"))),
                     std::string(trimmed(text_of_member(*row, "RQ_KPP"))),
                     text_of_member(*row, "XML_ID")};
        if (found.id.empty() || found.owner_id.empty() || !wanted.contains(found.inn)) {
            return std::nullopt;
        }
        out.push_back(std::move(found));
    }
    return out;
}

std::vector<std::string> phone_spellings(const std::string& phone) {
    std::vector<std::string> spellings;
    const auto add = [&](std::string spelling) {
        if (!spelling.empty() && std::ranges::find(spellings, spelling) == spellings.end()) {
            spellings.push_back(std::move(spelling));
        }
    };
    add(tidied(phone));
    const std::string normalised = crm::normalised_contact("phones", phone);
    add(normalised);
    constexpr std::string_view russian = "+7";
    constexpr std::size_t whole_length = 12;
    if (normalised.size() == whole_length && normalised.starts_with(russian)) {
        const std::string number = normalised.substr(russian.size());
        add("8" + number);
        add("7" + number);
    }
    return spellings;
}

Command duplicates_command(EntityKind kind, const std::string& field,
                           const std::vector<std::string>& values) {
    refuse_empty_search(values, values_per_duplicate_search);
    const bool phones = field == "phones";
    const bool company = kind == EntityKind::company;
    if ((!phones && field != "emails") || (!company && kind != EntityKind::contact)) {
        throw std::logic_error("only companies and contacts are searched, by phones or e-mails");
    }
    return {"crm.duplicate.findbycomm",
            {{"entity_type", {company ? "COMPANY" : "CONTACT"}},
             {"type", {phones ? "PHONE" : "EMAIL"}},
             {"values", text_list(values)}}};
}

std::vector<std::string> read_duplicates(EntityKind kind, const Done& answer) {
    std::vector<std::string> ids;
    const char* name = kind == EntityKind::company ? "COMPANY" : "CONTACT";
    if (!answer.result.is_object() || !answer.result.contains(name)) {
        return ids;
    }
    const json& found = answer.result.at(name);
    if (!found.is_structured()) {
        return ids;
    }
    for (const json& value : found) {
        std::string id = text_of(value);
        if (!id.empty() && std::ranges::find(ids, id) == ids.end()) {
            ids.push_back(std::move(id));
        }
    }
    return ids;
}

Command products_by_name_command(const std::string& name) {
    return product_search("NAME", name);
}

std::optional<std::vector<std::string>> read_product_ids(const std::string& name, const Done& answer) {
    return fitting_ids(answer, [&](const json& row) {
        return name_for_comparison(text_of_member(row, "NAME")) == name_for_comparison(name);
    });
}

Command products_by_property_command(const std::string& property_id, const std::string& value) {
    return product_search("PROPERTY_" + property_id, value);
}

std::optional<std::vector<std::string>> read_product_ids_by_property(const std::string& property_id,
                                                                     const std::string& value,
                                                                     const Done& answer) {
    return fitting_ids(answer, [&](const json& row) {
        const std::vector<std::string> values = property_texts(row, property_id);
        return std::ranges::any_of(values, [&](const std::string& found) {
            return name_for_comparison(found) == name_for_comparison(value);
        });
    });
}

}  // namespace obmen::portal
