#include "contact_links.hpp"

#include <string>
#include <utility>

#include "method.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::int64_t first_sort = 10;

Json& links_of(Json& contact) {
    Json& links = contact[links_member];
    if (!links.is_array())
        links = Json::array();
    return links;
}

void note_primary(Json& contact) {
    contact["COMPANY_ID"] = nullptr;
    for (const Json& link : links_of(contact)) {
        if (link.at("IS_PRIMARY") == "Y")
            contact["COMPANY_ID"] = std::to_string(link.at("COMPANY_ID").get<std::int64_t>());
    }
}

Json contact_row(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("contact").find(id);
    if (row == nullptr)
        throw Refusal("Not found");
    return *row;
}

std::int64_t company_of(const Call& call) {
    const Json* company = member(call.fields(), "COMPANY_ID");
    const std::int64_t id = company == nullptr ? 0 : integer_of(*company);
    if (id <= 0)
        throw Refusal("The parameter 'fields' is not valid.");
    if (call.store.table("company").find(id) == nullptr)
        throw Refusal("Not found");
    return id;
}

Answer add(Call& call) {
    const std::int64_t id = call.id();
    Json contact = contact_row(call, id);
    const std::int64_t company = company_of(call);
    const Json* primary = member(call.fields(), "IS_PRIMARY");
    const Json* sort = member(call.fields(), "SORT");
    const bool added = link_company(contact, company, primary != nullptr && text_of(*primary) == "Y",
                                    sort == nullptr ? 0 : integer_of(*sort));
    if (added) {
        call.store.table("contact").put(id, std::move(contact));
        call.wrote(Operation::link, "contact", id);
    }
    return {added};
}

Answer items_get(Call& call) {
    Json contact = contact_row(call, call.id());
    return {links_of(contact)};
}

Answer remove(Call& call) {
    const std::int64_t id = call.id();
    Json contact = contact_row(call, id);
    const std::int64_t company = company_of(call);
    Json& links = links_of(contact);
    for (auto link = links.begin(); link != links.end(); ++link) {
        if (link->at("COMPANY_ID") == company) {
            links.erase(link);
            note_primary(contact);
            call.store.table("contact").put(id, std::move(contact));
            call.wrote(Operation::link, "contact", id);
            return {true};
        }
    }
    throw Refusal("Not found");
}

}  // namespace

bool link_company(Json& contact, std::int64_t company, bool primary, std::int64_t sort) {
    Json& links = links_of(contact);
    std::int64_t last_sort = 0;
    for (const Json& link : links) {
        if (link.at("COMPANY_ID") == company)
            return false;
        last_sort = link.at("SORT").get<std::int64_t>();
    }
    primary = primary || links.empty();
    for (Json& link : links) {
        if (primary)
            link["IS_PRIMARY"] = "N";
    }
    links.push_back(Json{{"COMPANY_ID", company},
                         {"SORT", sort > 0 ? sort : last_sort + first_sort},
                         {"ROLE_ID", 0},
                         {"IS_PRIMARY", primary ? "Y" : "N"}});
    note_primary(contact);
    return true;
}

void set_companies(Json& contact, const std::vector<std::int64_t>& companies) {
    contact[links_member] = Json::array();
    for (const std::int64_t company : companies) {
        if (company > 0)
            static_cast<void>(link_company(contact, company, false, 0));
    }
    note_primary(contact);
}

void add_contact_link_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = std::string("crm.contact.company.") + name,
                     .scope = "crm",
                     .kind = "contact",
                     .run = run});
    };
    add_method("add", add);
    add_method("delete", remove);
    add_method("items.get", items_get);
}

}  // namespace obmen::sandbox
