#include <fmt/format.h>

#include <string>
#include <utility>

#include "catalog_call.hpp"
#include "php_values.hpp"
#include "sections.hpp"
#include "typed_list.hpp"

namespace obmen::sandbox {

namespace {

const TypedFields& section_fields() {
    static const TypedFields fields{
        {.name = "id", .column = "ID", .type = Typed::integer, .read_only = true},
        {.name = "iblockId",
         .column = "CATALOG_ID",
         .type = Typed::integer,
         .required = true,
         .immutable = true,
         .special = true},
        {.name = "iblockSectionId", .column = "SECTION_ID", .type = Typed::reference, .special = true},
        {.name = "name", .column = "NAME", .required = true},
        {.name = "xmlId", .column = "XML_ID"},
        {.name = "code", .column = "CODE"},
        {.name = "sort", .type = Typed::integer, .initial = "500"},
        {.name = "active", .type = Typed::flag, .initial = "Y"},
        {.name = "description"},
        {.name = "descriptionType", .type = Typed::text_type, .initial = "text"},
    };
    return fields;
}

const Json& section_row(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("section").find(id);
    if (row == nullptr)
        throw catalog_refusal(catalog_error::no_section, "Section does not exist.");
    return *row;
}

/// An update has to say the information block and the name again.
const Json& checked_fields(const Call& call) {
    const Json& sent = array_parameter(call);
    check_required(section_fields(), sent, true);
    if (member_integer(sent, "iblockId") != call.store.catalogues().products)
        throw catalog_refusal(catalog_error::no_iblock_of_section, "Iblock does not exist.");
    return sent;
}

void check_code(const Call& call, const Json& row, std::int64_t id) {
    const std::string code = member_text(row, "CODE");
    if (code.empty())
        return;
    for (const auto& [other, of_other] : call.store.table("section").rows()) {
        if (other != id && member_text(of_other, "CODE") == code)
            throw catalog_refusal(catalog_error::section_code_exists,
                                  "Section with the specified symbolic code already exists.");
    }
}

void store_parent(const Call& call, Json& row, const Json& sent, std::int64_t id) {
    const Json* parent = member(sent, "iblockSectionId");
    if (parent == nullptr)
        return;
    const std::int64_t section = integer_of(*parent);
    if (section != 0) {
        static_cast<void>(section_row(call, section));
        if (id != 0 && lies_in(call.store.table("section"), section, id))
            throw catalog_refusal("A section cannot be moved into itself.");
    }
    row["SECTION_ID"] = section == 0 ? Json(nullptr) : Json(std::to_string(section));
}

void store_fields_of_section(Call& call, Json& row, const Json& sent, std::int64_t id) {
    call.unknown_fields = store_typed(section_fields(), row, sent, id == 0);
    check_code(call, row, id);
    store_parent(call, row, sent, id);
}

Answer shown_catalog_section(const Call& call, std::int64_t id) {
    return {Json{{"section", typed_row(section_fields(), section_row(call, id))}}};
}

Answer add_catalog_section(Call& call) {
    const Json& sent = checked_fields(call);
    Json row{{"ID", nullptr}, {"CATALOG_ID", std::to_string(call.store.catalogues().products)}};
    put_initial(section_fields(), row);
    store_fields_of_section(call, row, sent, 0);
    const std::int64_t id = call.store.table("section").insert(std::move(row));
    call.wrote(Operation::create, "section", id);
    return shown_catalog_section(call, id);
}

Answer update_catalog_section(Call& call) {
    const std::int64_t id = integer_parameter(call);
    const Json& sent = checked_fields(call);
    Json row = section_row(call, id);
    store_fields_of_section(call, row, sent, id);
    call.store.table("section").put(id, std::move(row));
    call.wrote(Operation::update, "section", id);
    return shown_catalog_section(call, id);
}

Answer remove_catalog_section(Call& call) {
    const std::int64_t id = integer_parameter(call);
    static_cast<void>(section_row(call, id));
    remove_section(call, id);
    return {true};
}

Answer list_sections(Call& call) {
    const Json& filter = array_parameter(call, "filter");
    if (member(filter, "iblockId") == nullptr && member(filter, "=iblockId") == nullptr)
        throw catalog_refusal("Required filter fields: iblockId");
    return typed_list(call, call.store.table("section"),
                      {.wrapper = "sections", .fields = section_fields(), .shown = [](const Json& row) {
                           return typed_row(section_fields(), row);
                       }});
}

}  // namespace

void add_catalog_section_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, CatalogRight right, auto run) {
        add_catalog_method(methods, std::string("section.") + name, "section", right, run);
    };
    add_method("add", CatalogRight::modify, add_catalog_section);
    add_method("update", CatalogRight::modify, update_catalog_section);
    add_method("delete", CatalogRight::modify, remove_catalog_section);
    add_method("get", CatalogRight::read,
               [](Call& call) { return shown_catalog_section(call, integer_parameter(call)); });
    add_method("list", CatalogRight::read, list_sections);
    add_method("getFields", CatalogRight::read, [](Call&) {
        return Answer{Json{{"section", described(section_fields())}}};
    });
}

}  // namespace obmen::sandbox
