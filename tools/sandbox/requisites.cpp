#include "requisites.hpp"

#include <fmt/format.h>

#include <string>
#include <vector>

#include "elements.hpp"
#include "field_groups.hpp"
#include "listing.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

namespace {

/// What requisites and bank details begin with.
Fields heading() {
    return joined({identity(),
                   {{.name = "ENTITY_TYPE_ID", .type = FieldType::reference, .special = true},
                    {.name = "ENTITY_ID", .type = FieldType::reference, .immutable = true, .required = true},
                    {.name = "NAME", .required = true},
                    {.name = "CODE"},
                    {.name = "XML_ID"},
                    {.name = "ORIGINATOR_ID"},
                    {.name = "ACTIVE", .type = FieldType::flag, .initial = "Y"},
                    {.name = "SORT", .type = FieldType::integer, .initial = "500"}},
                   authorship()});
}

const Schema& requisite_schema() {
    static const Schema schema(
        joined({heading(),
                {{.name = "PRESET_ID", .type = FieldType::reference, .required = true},
                 {.name = "ADDRESS_ONLY", .type = FieldType::flag, .initial = "N"}},
                texts({"RQ_NAME", "RQ_FIRST_NAME", "RQ_LAST_NAME", "RQ_SECOND_NAME", "RQ_COMPANY_ID",
                       "RQ_COMPANY_NAME", "RQ_COMPANY_FULL_NAME", "RQ_COMPANY_REG_DATE", "RQ_DIRECTOR",
                       "RQ_ACCOUNTANT", "RQ_CEO_NAME", "RQ_CEO_WORK_POS", "RQ_CONTACT", "RQ_EMAIL",
                       "RQ_PHONE", "RQ_FAX", "RQ_BASE_DOC"}),
                texts({"RQ_INN", "RQ_KPP", "RQ_OGRN", "RQ_OGRNIP", "RQ_OKPO", "RQ_OKTMO", "RQ_OKVED",
                       "RQ_IFNS", "RQ_USRLE", "RQ_IIN", "RQ_BIN", "RQ_KBE", "RQ_EDRPOU", "RQ_DRFO"}),
                texts({"RQ_IDENT_TYPE", "RQ_IDENT_DOC", "RQ_IDENT_DOC_SER", "RQ_IDENT_DOC_NUM",
                       "RQ_IDENT_DOC_PERS_NUM", "RQ_IDENT_DOC_DATE", "RQ_IDENT_DOC_ISSUED_BY",
                       "RQ_IDENT_DOC_DEP_CODE"}),
                texts({"RQ_VAT_ID", "RQ_VAT_CERT_SER", "RQ_VAT_CERT_NUM", "RQ_VAT_CERT_DATE",
                       "RQ_RESIDENCE_COUNTRY", "RQ_ST_CERT_SER", "RQ_ST_CERT_NUM", "RQ_ST_CERT_DATE"}),
                {{.name = "RQ_VAT_PAYER", .type = FieldType::flag, .initial = "N"}}}));
    return schema;
}

const Schema& bank_detail_schema() {
    static const Schema schema(
        joined({heading(),
                {{.name = "COUNTRY_ID", .type = FieldType::reference, .initial = "1"}},
                texts({"RQ_BANK_NAME", "RQ_BANK_ADDR", "RQ_BANK_CODE", "RQ_BIK", "RQ_ACC_NAME", "RQ_ACC_NUM",
                       "RQ_ACC_TYPE", "RQ_IIK", "RQ_ACC_CURRENCY", "RQ_COR_ACC_NUM", "RQ_IBAN", "RQ_SWIFT",
                       "RQ_BIC", "COMMENTS"})}));
    return schema;
}

const Schema& preset_schema() {
    static const Schema schema(joined({identity(),
                                       {{.name = "ENTITY_TYPE_ID", .type = FieldType::reference},
                                        {.name = "COUNTRY_ID", .type = FieldType::reference},
                                        {.name = "NAME"},
                                        {.name = "XML_ID"},
                                        {.name = "ACTIVE", .type = FieldType::flag, .initial = "Y"},
                                        {.name = "SORT", .type = FieldType::integer}},
                                       authorship()}));
    return schema;
}

Refusal undefined(const char* field) {
    return Refusal(fmt::format("{} is not defined or invalid.", field));
}

void check_name(const Json& row) {
    if (trimmed(member_text(row, "NAME")).empty())
        throw undefined("NAME");
}

const char* table_of(std::int64_t owner_type) {
    return owner_type == owner_type_company ? "company" : "contact";
}

/// Whose requisite it is stays as it was given first; whether its template exists is not looked at.
void store_requisite(Call& call, Json& row, std::int64_t, bool creating) {
    if (creating) {
        const std::int64_t type = member_integer(call.fields(), "ENTITY_TYPE_ID");
        const std::int64_t owner = member_integer(row, "ENTITY_ID");
        if (type != owner_type_contact && type != owner_type_company)
            throw undefined("ENTITY_TYPE_ID");
        if (owner <= 0)
            throw undefined("ENTITY_ID");
        if (call.store.table(table_of(type)).find(owner) == nullptr)
            throw Refusal("Entity not found.");
        row["ENTITY_TYPE_ID"] = std::to_string(type);
    }
    if (member_integer(row, "PRESET_ID") <= 0)
        throw undefined("PRESET_ID");
    check_name(row);
}

void store_bank_detail(Call& call, Json& row, std::int64_t, bool creating) {
    if (creating) {
        const std::int64_t requisite = member_integer(row, "ENTITY_ID");
        if (requisite <= 0)
            throw undefined("ENTITY_ID");
        if (call.store.table("requisite").find(requisite) == nullptr)
            throw Refusal(fmt::format("The Requisite with ID '{}' is not found", requisite));
        row["ENTITY_TYPE_ID"] = std::to_string(owner_type_requisite);
    }
    check_name(row);
}

std::vector<std::int64_t> owned(const Store& store, const char* kind, std::int64_t type, std::int64_t owner) {
    std::vector<std::int64_t> ids;
    for (const auto& [id, row] : store.table(kind).rows()) {
        if (member_integer(row, "ENTITY_TYPE_ID") == type && member_integer(row, "ENTITY_ID") == owner)
            ids.push_back(id);
    }
    return ids;
}

ElementKind bank_detail_kind() {
    return {.method = "requisite.bankdetail",
            .table = "bank_detail",
            .schema = bank_detail_schema(),
            .not_found =
                [](std::int64_t id) {
                    return Refusal(fmt::format("The BankDetail with ID '{}' is not found", id));
                },
            .store_own = store_bank_detail};
}

ElementKind requisite_kind() {
    return {
        .method = "requisite",
        .table = "requisite",
        .schema = requisite_schema(),
        .not_found =
            [](std::int64_t id) {
                return Refusal(fmt::format("The Requisite with ID '{}' is not found", id));
            },
        .user_fields = "CRM_REQUISITE",
        .store_own = store_requisite,
        .before_removal =
            [](Call& call, std::int64_t id) {
                for (const std::int64_t account : owned(call.store, "bank_detail", owner_type_requisite, id))
                    remove_element(call, bank_detail_kind(), account);
                remove_addresses_of(call, id);
            }};
}

}  // namespace

void remove_requisites_of(Call& call, std::int64_t owner_type, std::int64_t owner) {
    for (const std::int64_t requisite : owned(call.store, "requisite", owner_type, owner))
        remove_element(call, requisite_kind(), requisite);
}

void add_requisite_methods(MethodTable& methods) {
    add_element_methods(methods, requisite_kind());
    add_element_methods(methods, bank_detail_kind());
    methods.add({.name = "crm.requisite.preset.list", .scope = "crm", .run = [](Call& call) {
                     return list(call,
                                 {.kind = "preset", .schema = preset_schema(), .knows_in_prefix = true});
                 }});
    methods.add({.name = "crm.requisite.preset.fields", .scope = "crm", .run = [](Call&) {
                     return Answer{preset_schema().described()};
                 }});
}

}  // namespace obmen::sandbox
