#include <fmt/format.h>

#include <string>
#include <vector>

#include "contact_links.hpp"
#include "listing.hpp"
#include "method.hpp"
#include "multifields.hpp"
#include "php_values.hpp"
#include "schema.hpp"

namespace obmen::sandbox {

namespace {

const Schema& company_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "COMPANY_TYPE", .initial = "CUSTOMER"},
        {.name = "TITLE"},
        {.name = "LOGO", .type = FieldType::file, .special = true},
        {.name = "LEAD_ID", .type = FieldType::reference, .read_only = true},
        {.name = "HAS_PHONE", .type = FieldType::flag, .initial = "N", .read_only = true},
        {.name = "HAS_EMAIL", .type = FieldType::flag, .initial = "N", .read_only = true},
        {.name = "HAS_IMOL", .type = FieldType::flag, .initial = "N", .read_only = true},
        {.name = "ASSIGNED_BY_ID", .type = FieldType::reference, .initial = "1"},
        {.name = "CREATED_BY_ID", .type = FieldType::reference, .initial = "1", .read_only = true},
        {.name = "MODIFY_BY_ID", .type = FieldType::reference, .initial = "1", .read_only = true},
        {.name = "BANKING_DETAILS"},
        {.name = "INDUSTRY"},
        {.name = "REVENUE", .type = FieldType::number},
        {.name = "CURRENCY_ID", .initial = "RUB"},
        {.name = "EMPLOYEES"},
        {.name = "COMMENTS"},
        {.name = "DATE_CREATE", .type = FieldType::datetime, .read_only = true},
        {.name = "DATE_MODIFY", .type = FieldType::datetime, .read_only = true},
        {.name = "OPENED", .type = FieldType::flag, .initial = "Y"},
        {.name = "IS_MY_COMPANY", .type = FieldType::flag, .initial = "N"},
        {.name = "ORIGINATOR_ID"},
        {.name = "ORIGIN_ID"},
        {.name = "ORIGIN_VERSION"},
        {.name = "LAST_COMMUNICATION_TIME", .type = FieldType::datetime, .read_only = true},
        {.name = "ADDRESS"},
        {.name = "ADDRESS_2"},
        {.name = "ADDRESS_CITY"},
        {.name = "ADDRESS_POSTAL_CODE"},
        {.name = "ADDRESS_REGION"},
        {.name = "ADDRESS_PROVINCE"},
        {.name = "ADDRESS_COUNTRY"},
        {.name = "ADDRESS_COUNTRY_CODE"},
        {.name = "REG_ADDRESS"},
        {.name = "REG_ADDRESS_2"},
        {.name = "REG_ADDRESS_CITY"},
        {.name = "REG_ADDRESS_POSTAL_CODE"},
        {.name = "REG_ADDRESS_REGION"},
        {.name = "REG_ADDRESS_PROVINCE"},
        {.name = "REG_ADDRESS_COUNTRY"},
        {.name = "REG_ADDRESS_COUNTRY_CODE"},
        {.name = "UTM_SOURCE"},
        {.name = "UTM_MEDIUM"},
        {.name = "UTM_CAMPAIGN"},
        {.name = "UTM_CONTENT"},
        {.name = "UTM_TERM"},
        {.name = "CONTACT_ID", .type = FieldType::list, .special = true},
        {.name = "PHONE", .type = FieldType::multifield, .special = true},
        {.name = "EMAIL", .type = FieldType::multifield, .special = true},
        {.name = "WEB", .type = FieldType::multifield, .special = true},
        {.name = "IM", .type = FieldType::multifield, .special = true},
        {.name = "LINK", .type = FieldType::multifield, .special = true},
    };
    return schema;
}

const Schema& contact_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "POST"},
        {.name = "COMMENTS"},
        {.name = "HONORIFIC"},
        {.name = "NAME"},
        {.name = "SECOND_NAME"},
        {.name = "LAST_NAME"},
        {.name = "PHOTO", .type = FieldType::file, .special = true},
        {.name = "LEAD_ID", .type = FieldType::reference, .read_only = true},
        {.name = "TYPE_ID", .initial = "CLIENT"},
        {.name = "SOURCE_ID"},
        {.name = "SOURCE_DESCRIPTION"},
        {.name = "COMPANY_ID", .type = FieldType::reference, .special = true},
        {.name = "BIRTHDATE", .type = FieldType::date},
        {.name = "EXPORT", .type = FieldType::flag, .initial = "Y"},
        {.name = "HAS_PHONE", .type = FieldType::flag, .initial = "N", .read_only = true},
        {.name = "HAS_EMAIL", .type = FieldType::flag, .initial = "N", .read_only = true},
        {.name = "HAS_IMOL", .type = FieldType::flag, .initial = "N", .read_only = true},
        {.name = "DATE_CREATE", .type = FieldType::datetime, .read_only = true},
        {.name = "DATE_MODIFY", .type = FieldType::datetime, .read_only = true},
        {.name = "ASSIGNED_BY_ID", .type = FieldType::reference, .initial = "1"},
        {.name = "CREATED_BY_ID", .type = FieldType::reference, .initial = "1", .read_only = true},
        {.name = "MODIFY_BY_ID", .type = FieldType::reference, .initial = "1", .read_only = true},
        {.name = "OPENED", .type = FieldType::flag, .initial = "Y"},
        {.name = "ORIGINATOR_ID"},
        {.name = "ORIGIN_ID"},
        {.name = "ORIGIN_VERSION"},
        {.name = "FACE_ID", .type = FieldType::reference, .read_only = true},
        {.name = "LAST_ACTIVITY_TIME", .type = FieldType::datetime, .read_only = true},
        {.name = "ADDRESS"},
        {.name = "ADDRESS_2"},
        {.name = "ADDRESS_CITY"},
        {.name = "ADDRESS_POSTAL_CODE"},
        {.name = "ADDRESS_REGION"},
        {.name = "ADDRESS_PROVINCE"},
        {.name = "ADDRESS_COUNTRY"},
        {.name = "ADDRESS_COUNTRY_CODE"},
        {.name = "UTM_SOURCE"},
        {.name = "UTM_MEDIUM"},
        {.name = "UTM_CAMPAIGN"},
        {.name = "UTM_CONTENT"},
        {.name = "UTM_TERM"},
        {.name = "COMPANY_IDS", .type = FieldType::list, .special = true},
        {.name = "PHONE", .type = FieldType::multifield, .special = true},
        {.name = "EMAIL", .type = FieldType::multifield, .special = true},
        {.name = "WEB", .type = FieldType::multifield, .special = true},
        {.name = "IM", .type = FieldType::multifield, .special = true},
        {.name = "LINK", .type = FieldType::multifield, .special = true},
    };
    return schema;
}

/// A company or a contact: what the two have in common is written once.
struct Kind {
    std::string name;   ///< of the table
    std::string title;  ///< as refusals call it
    const Schema& schema;
};

std::vector<std::int64_t> ids_in(const Json& sent) {
    if (!sent.is_structured())
        return {integer_of(sent)};
    std::vector<std::int64_t> ids;
    for (const auto& [index, id] : entries(sent))
        ids.push_back(integer_of(*id));
    return ids;
}

void store_companies(Json& contact, const Json& fields) {
    if (const Json* all = member(fields, "COMPANY_IDS")) {
        set_companies(contact, ids_in(*all));
    } else if (const Json* one = member(fields, "COMPANY_ID")) {
        const std::int64_t company = integer_of(*one);
        if (company <= 0)
            set_companies(contact, {});
        else
            static_cast<void>(link_company(contact, company, true, 0));
    }
}

void store_fields(Call& call, const Kind& kind, Json& row, bool creating) {
    const Json& fields = call.fields();
    call.unknown_fields = kind.schema.store(row, fields, creating);
    for (const Field& field : kind.schema.fields()) {
        const Json* sent = member(fields, field.name);
        if (sent != nullptr && field.type == FieldType::multifield)
            store_multifield(call.store, row, field.name, *sent);
    }
    row["HAS_PHONE"] = row["PHONE"].is_null() ? "N" : "Y";
    row["HAS_EMAIL"] = row["EMAIL"].is_null() ? "N" : "Y";
    row["DATE_MODIFY"] = call.now;
    if (kind.name == "contact")
        store_companies(row, fields);
}

/// `CONTACT_ID` of a company binds contacts that exist to it.
void bind_contacts(Call& call, std::int64_t company) {
    const Json* sent = member(call.fields(), "CONTACT_ID");
    if (sent == nullptr)
        return;
    Table& contacts = call.store.table("contact");
    for (const std::int64_t id : ids_in(*sent)) {
        const Json* found = contacts.find(id);
        if (found == nullptr)
            continue;
        Json contact = *found;
        if (link_company(contact, company, false, 0))
            contacts.put(id, std::move(contact));
    }
}

Answer add(Call& call, const Kind& kind) {
    Json row = kind.schema.new_row();
    row["DATE_CREATE"] = call.now;
    store_fields(call, kind, row, true);
    Table& table = call.store.table(kind.name);
    if (kind.name == "company" && row["TITLE"].is_null())
        row["TITLE"] = fmt::format("Компания #{}", table.next_id());
    const std::int64_t id = table.insert(std::move(row));
    if (kind.name == "company")
        bind_contacts(call, id);
    call.wrote(Operation::create, kind.name, id);
    return {id};
}

Json stored_row(const Call& call, const Kind& kind, std::int64_t id) {
    const Json* row = call.store.table(kind.name).find(id);
    if (row == nullptr)
        throw Refusal("Not found");
    return *row;
}

Answer update(Call& call, const Kind& kind) {
    const std::int64_t id = call.id();
    Json row = stored_row(call, kind, id);
    store_fields(call, kind, row, false);
    call.store.table(kind.name).put(id, std::move(row));
    if (kind.name == "company")
        bind_contacts(call, id);
    call.wrote(Operation::update, kind.name, id);
    return {true};
}

Answer remove(Call& call, const Kind& kind) {
    const std::int64_t id = call.id();
    if (call.store.table(kind.name).find(id) == nullptr)
        throw Refusal(400, "ERROR_CORE", kind.title + " is not found");
    call.wrote(Operation::remove, kind.name, id);
    call.store.table(kind.name).erase(id);
    return {true};
}

/// Multi-fields that are empty, lists of ids and the links are not shown (reference bitrix24-rest.md §8.4).
Json shown(const Kind& kind, const Json& row) {
    Json visible = Json::object();
    for (const Field& field : kind.schema.fields()) {
        const Json* value = member(row, field.name);
        const bool hidden = field.type == FieldType::list ||
                            (field.type == FieldType::multifield && (value == nullptr || value->is_null()));
        if (!hidden)
            visible[field.name] = value == nullptr ? Json(nullptr) : *value;
    }
    return visible;
}

Answer list_rows(Call& call, const Kind& kind) {
    return list(call,
                {.kind = kind.name,
                 .schema = kind.schema,
                 .knows_in_prefix = true,
                 .only_when_named = [](const Field& field) { return field.type == FieldType::multifield; },
                 .shown = [&kind](const Json& row) { return shown(kind, row); }});
}

void add_methods_of(MethodTable& methods, const Kind& kind) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = "crm." + kind.name + "." + name,
                     .scope = "crm",
                     .kind = kind.name,
                     .run = [kind, run](Call& call) { return run(call, kind); }});
    };
    add_method("add", add);
    add_method("update", update);
    add_method("delete", remove);
    add_method("list", list_rows);
    add_method("get",
               [](Call& call, const Kind& of) { return Answer{shown(of, stored_row(call, of, call.id()))}; });
    add_method("fields", [](Call&, const Kind& of) { return Answer{of.schema.described()}; });
}

}  // namespace

void add_contragent_methods(MethodTable& methods) {
    add_methods_of(methods, {"company", "Company", company_schema()});
    add_methods_of(methods, {"contact", "Contact", contact_schema()});
}

}  // namespace obmen::sandbox
