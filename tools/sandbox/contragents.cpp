#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "elements.hpp"
#include "field_groups.hpp"
#include "links.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "requisites.hpp"

namespace obmen::sandbox {

namespace {

const Schema& company_schema() {
    static const Schema schema(joined(
        {identity(),
         {{.name = "COMPANY_TYPE", .initial = "CUSTOMER"},
          {.name = "TITLE"},
          {.name = "LOGO", .type = FieldType::file, .special = true},
          {.name = "REVENUE", .type = FieldType::number},
          {.name = "CURRENCY_ID", .initial = "RUB"},
          {.name = "IS_MY_COMPANY", .type = FieldType::flag, .initial = "N"},
          {.name = "LAST_COMMUNICATION_TIME", .type = FieldType::datetime, .read_only = true},
          {.name = "CONTACT_ID", .type = FieldType::list, .special = true}},
         texts({"BANKING_DETAILS", "INDUSTRY", "EMPLOYEES", "ORIGINATOR_ID", "ORIGIN_ID", "ORIGIN_VERSION"}),
         custody(),
         authorship(),
         old_address(""),
         old_address("REG_"),
         utm(),
         communication()}));
    return schema;
}

const Schema& contact_schema() {
    static const Schema schema(
        joined({identity(),
                texts({"POST", "HONORIFIC", "NAME", "SECOND_NAME", "LAST_NAME", "SOURCE_ID",
                       "SOURCE_DESCRIPTION", "ORIGINATOR_ID", "ORIGIN_ID", "ORIGIN_VERSION"}),
                {{.name = "PHOTO", .type = FieldType::file, .special = true},
                 {.name = "TYPE_ID", .initial = "CLIENT"},
                 {.name = "COMPANY_ID", .type = FieldType::reference, .special = true},
                 {.name = "COMPANY_IDS", .type = FieldType::list, .special = true},
                 {.name = "BIRTHDATE", .type = FieldType::date},
                 {.name = "EXPORT", .type = FieldType::flag, .initial = "Y"},
                 {.name = "FACE_ID", .type = FieldType::reference, .read_only = true},
                 {.name = "LAST_ACTIVITY_TIME", .type = FieldType::datetime, .read_only = true}},
                custody(),
                authorship(),
                old_address(""),
                utm(),
                communication()}));
    return schema;
}

/// Ids of the rows of `kind` that are linked to `other`.
std::vector<std::int64_t> linked_rows(const Store& store, const char* kind, const LinkKind& links,
                                      std::int64_t other) {
    std::vector<std::int64_t> ids;
    for (const auto& [id, row] : store.table(kind).rows()) {
        const Json all = links_of(row, links);
        if (std::any_of(all.begin(), all.end(),
                        [&](const Json& link) { return link.at(links.field) == other; }))
            ids.push_back(id);
    }
    return ids;
}

void unlink_from(Store& store, const char* kind, const LinkKind& links, std::int64_t other) {
    for (const std::int64_t id : linked_rows(store, kind, links, other)) {
        Json row = *store.table(kind).find(id);
        static_cast<void>(remove_link(row, links, other));
        store.table(kind).put(id, std::move(row));
    }
}

/// `CONTACT_ID` of a company says which contacts belong to it: these and no others.
void bind_contacts(Call& call, std::int64_t company) {
    const Json* sent = member(call.fields(), "CONTACT_ID");
    if (sent == nullptr)
        return;
    const std::vector<std::int64_t> wished = ids_in(*sent);
    Table& contacts = call.store.table("contact");
    for (const std::int64_t id : linked_rows(call.store, "contact", companies_of_contact, company)) {
        if (std::find(wished.begin(), wished.end(), id) != wished.end())
            continue;
        Json contact = *contacts.find(id);
        static_cast<void>(remove_link(contact, companies_of_contact, company));
        contacts.put(id, std::move(contact));
    }
    for (const std::int64_t id : wished) {
        const Json* found = contacts.find(id);
        if (found == nullptr)
            continue;
        Json contact = *found;
        if (add_link(contact, companies_of_contact, {.id = company}))
            contacts.put(id, std::move(contact));
    }
}

void clear_company_of_deals(Store& store, std::int64_t company) {
    std::vector<std::int64_t> deals;
    for (const auto& [id, row] : store.table("deal").rows()) {
        if (member_integer(row, "COMPANY_ID") == company)
            deals.push_back(id);
    }
    for (const std::int64_t id : deals) {
        Json row = *store.table("deal").find(id);
        row["COMPANY_ID"] = nullptr;
        store.table("deal").put(id, std::move(row));
    }
}

ElementKind company_kind() {
    return {.method = "company",
            .table = "company",
            .schema = company_schema(),
            .not_found = [](std::int64_t) { return Refusal("Not found"); },
            .not_found_to_delete =
                [](std::int64_t) { return Refusal(400, "ERROR_CORE", "Company is not found"); },
            .user_fields = "CRM_COMPANY",
            .store_own =
                [](Call&, Json& row, std::int64_t id, bool) {
                    if (row["TITLE"].is_null())
                        row["TITLE"] = fmt::format("Компания #{}", id);
                },
            .after_write = bind_contacts,
            .before_removal =
                [](Call& call, std::int64_t id) {
                    unlink_from(call.store, "contact", companies_of_contact, id);
                    clear_company_of_deals(call.store, id);
                    remove_requisites_of(call, owner_type_company, id);
                }};
}

ElementKind contact_kind() {
    return {.method = "contact",
            .table = "contact",
            .schema = contact_schema(),
            .not_found = [](std::int64_t) { return Refusal("Not found"); },
            .not_found_to_delete =
                [](std::int64_t) { return Refusal(400, "ERROR_CORE", "Contact is not found"); },
            .user_fields = "CRM_CONTACT",
            .store_own = [](Call& call, Json& row, std::int64_t,
                            bool) { store_links(row, companies_of_contact, call.fields()); },
            .before_removal =
                [](Call& call, std::int64_t id) {
                    unlink_from(call.store, "deal", contacts_of_deal, id);
                    remove_requisites_of(call, owner_type_contact, id);
                }};
}

}  // namespace

void add_contragent_methods(MethodTable& methods) {
    add_element_methods(methods, company_kind());
    add_element_methods(methods, contact_kind());
}

}  // namespace obmen::sandbox
