#include "sections.hpp"

#include <vector>

#include "files.hpp"
#include "listing.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"
#include "schema.hpp"
#include "support/text.hpp"
#include "typed_fields.hpp"

namespace obmen::sandbox {

namespace {

const Schema& section_schema() {
    static const Schema schema{
        {.name = "ID", .type = FieldType::integer, .read_only = true},
        {.name = "CATALOG_ID", .type = FieldType::reference, .immutable = true, .special = true},
        {.name = "SECTION_ID", .type = FieldType::reference, .special = true},
        {.name = "NAME", .required = true, .special = true},
        {.name = "XML_ID"},
        {.name = "CODE"},
    };
    return schema;
}

void store_special_fields(const Call& call, Json& row, std::int64_t id) {
    const Json& fields = call.fields();
    if (const Json* name = member(fields, "NAME")) {
        if (trimmed(text_of(*name)).empty())
            throw Refusal("The field 'NAME' is required.");
        row["NAME"] = text_of(*name);
    }
    const Json* parent = member(fields, "SECTION_ID");
    if (parent == nullptr)
        return;
    const Json stored = checked_section(call, *parent);
    if (id != 0 && lies_in(call.store.table("section"), integer_of(stored), id))
        throw Refusal("A section cannot be moved into itself.");
    row["SECTION_ID"] = stored;
}

Answer add_old_section(Call& call) {
    const Json& fields = call.fields();
    if (member(fields, "NAME") == nullptr)
        throw Refusal("The field 'NAME' is required.");
    Json row = section_schema().new_row();
    call.unknown_fields = section_schema().store(row, fields, true);
    row["CATALOG_ID"] = checked_catalogue(call, member(fields, "CATALOG_ID"));
    store_special_fields(call, row, 0);
    const std::int64_t id = call.store.table("section").insert(std::move(row));
    call.wrote(Operation::create, "section", id);
    return {id};
}

Json old_section_row(const Call& call, std::int64_t id) {
    const Json* row = call.store.table("section").find(id);
    if (row == nullptr)
        throw Refusal("Section is not found");
    return *row;
}

Answer update_old_section(Call& call) {
    const std::int64_t id = call.id();
    Json row = old_section_row(call, id);
    call.unknown_fields = section_schema().store(row, call.fields(), false);
    store_special_fields(call, row, id);
    call.store.table("section").put(id, std::move(row));
    call.wrote(Operation::update, "section", id);
    return {true};
}

Answer remove_old_section(Call& call) {
    const std::int64_t id = call.id();
    static_cast<void>(old_section_row(call, id));
    remove_section(call, id);
    return {true};
}

Answer list_old_sections(Call& call) {
    return list(call, {.kind = "section",
                       .schema = section_schema(),
                       .plain_array = call.settings.in_array,
                       .shown = old_view});
}

}  // namespace

bool lies_in(const Table& sections, std::int64_t section, std::int64_t ancestor) {
    while (section != 0 && section != ancestor) {
        const Json* row = sections.find(section);
        section = row == nullptr ? 0 : integer_of(row->at("SECTION_ID"));
    }
    return section == ancestor;
}

void remove_section(Call& call, std::int64_t id) {
    std::vector<std::int64_t> products;
    for (const auto& [product, row] : call.store.table("product").rows()) {
        if (integer_of(row.at("SECTION_ID")) == id)
            products.push_back(product);
    }
    for (const std::int64_t product : products) {
        call.wrote(Operation::remove, "product", product);
        forget_files(call.store, *call.store.table("product").find(product));
        forget_parts(call.store, product);
        call.store.table("product").erase(product);
    }
    std::vector<std::int64_t> children;
    for (const auto& [child, row] : call.store.table("section").rows()) {
        if (integer_of(row.at("SECTION_ID")) == id)
            children.push_back(child);
    }
    for (const std::int64_t child : children)
        remove_section(call, child);
    call.wrote(Operation::remove, "section", id);
    call.store.table("section").erase(id);
}

Json checked_section(const Call& call, const Json& sent) {
    const std::int64_t id = integer_of(sent);
    if (id == 0)
        return nullptr;
    if (call.store.table("section").find(id) == nullptr)
        throw Refusal("Section is not found");
    return std::to_string(id);
}

Json checked_catalogue(const Call& call, const Json* sent) {
    const std::int64_t id = sent == nullptr ? 0 : integer_of(*sent);
    if (id != 0 && call.store.table("catalogue").find(id) == nullptr)
        throw Refusal("Catalog is not found");
    return std::to_string(id == 0 ? call.store.catalogues().products : id);
}

void add_section_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = std::string("crm.productsection.") + name,
                     .scope = "crm",
                     .kind = "section",
                     .run = run});
    };
    add_method("add", add_old_section);
    add_method("update", update_old_section);
    add_method("delete", remove_old_section);
    add_method("list", list_old_sections);
    add_method("get", [](Call& call) { return Answer{old_view(old_section_row(call, call.id()))}; });
    add_method("fields", [](Call&) { return Answer{section_schema().described()}; });
}

}  // namespace obmen::sandbox
