#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "field_groups.hpp"
#include "listing.hpp"
#include "method.hpp"
#include "owner_types.hpp"
#include "php_values.hpp"
#include "requisites.hpp"

namespace obmen::sandbox {

namespace {

constexpr const char* table_name = "address";

struct AddressType {
    std::int64_t id;
    const char* name;
};
constexpr std::array<AddressType, 6> address_types{{{1, "Фактический адрес"},
                                                    {4, "Адрес регистрации"},
                                                    {6, "Юридический адрес"},
                                                    {8, "Почтовый адрес"},
                                                    {9, "Адрес бенефициара"},
                                                    {11, "Адрес доставки"}}};

/// The row has a member KEY, too, which is not shown: an address has no id of its own.
const Schema& address_schema() {
    static const Schema schema(
        joined({{{.name = "TYPE_ID", .type = FieldType::reference, .required = true, .special = true},
                 {.name = "ENTITY_TYPE_ID", .type = FieldType::reference, .required = true, .special = true},
                 {.name = "ENTITY_ID", .type = FieldType::reference, .required = true, .special = true}},
                address_parts(),
                {{.name = "ANCHOR_TYPE_ID", .type = FieldType::reference, .read_only = true},
                 {.name = "ANCHOR_ID", .type = FieldType::reference, .read_only = true}}}));
    return schema;
}

/// Type, kind of owner and owner: all that tells addresses apart.
struct AddressKey {
    std::int64_t type = 0;
    std::int64_t entity_type = 0;
    std::int64_t entity = 0;

    [[nodiscard]] std::string text() const { return fmt::format("{}/{}/{}", type, entity_type, entity); }
};

AddressKey key_of(const Call& call) {
    const Json& fields = call.fields();
    const AddressKey key{member_integer(fields, "TYPE_ID"), member_integer(fields, "ENTITY_TYPE_ID"),
                         member_integer(fields, "ENTITY_ID")};
    if (std::none_of(address_types.begin(), address_types.end(),
                     [&](const AddressType& type) { return type.id == key.type; }))
        throw Refusal("TYPE_ID is not defined or invalid.");
    if (key.entity_type != owner_type_requisite)
        throw Refusal("ENTITY_TYPE_ID is not defined or invalid.");
    if (key.entity <= 0)
        throw Refusal("ENTITY_ID is not defined or invalid.");
    return key;
}

/// 0 if there is none.
std::int64_t find_address(const Call& call, const AddressKey& key) {
    const std::vector<std::int64_t> ids = call.store.table(table_name).ids_with_key(key.text());
    return ids.empty() ? 0 : ids.front();
}

std::int64_t existing_address(const Call& call, const AddressKey& key) {
    const std::int64_t id = find_address(call, key);
    if (id == 0)
        throw Refusal("TypeAddress not found.");
    return id;
}

Answer add_address(Call& call) {
    const AddressKey key = key_of(call);
    const Json* requisite = call.store.table("requisite").find(key.entity);
    if (requisite == nullptr)
        throw Refusal("Entity not found.");
    if (find_address(call, key) != 0)
        throw Refusal("TypeAddress exists.");
    Json row = address_schema().new_row();
    call.unknown_fields = address_schema().store(row, call.fields(), true);
    row["TYPE_ID"] = std::to_string(key.type);
    row["ENTITY_TYPE_ID"] = std::to_string(key.entity_type);
    row["ENTITY_ID"] = std::to_string(key.entity);
    row["ANCHOR_TYPE_ID"] = requisite->at("ENTITY_TYPE_ID");
    row["ANCHOR_ID"] = requisite->at("ENTITY_ID");
    row["KEY"] = key.text();
    const std::int64_t id = call.store.table(table_name).insert(std::move(row));
    call.wrote(Operation::create, table_name, id, key.text());
    return {true};
}

Answer update_address(Call& call) {
    const AddressKey key = key_of(call);
    const std::int64_t id = existing_address(call, key);
    Json row = *call.store.table(table_name).find(id);
    call.unknown_fields = address_schema().store(row, call.fields(), false);
    call.store.table(table_name).put(id, std::move(row));
    call.wrote(Operation::update, table_name, id, key.text());
    return {true};
}

Answer remove_address(Call& call) {
    const AddressKey key = key_of(call);
    const std::int64_t id = existing_address(call, key);
    call.wrote(Operation::remove, table_name, id, key.text());
    call.store.table(table_name).erase(id);
    return {true};
}

/// Its total is 50 whatever there is (reference bitrix24-rest.md §8.9).
Answer list_addresses(Call& call) {
    Answer answer = list(call, {.kind = table_name, .schema = address_schema(), .knows_in_prefix = true});
    if (answer.total)
        answer.total = static_cast<std::int64_t>(page_size);
    return answer;
}

Answer list_types(Call&) {
    Json all = Json::array();
    for (const AddressType& type : address_types)
        all.push_back(Json{{"ID", type.id}, {"NAME", type.name}});
    return {std::move(all)};
}

}  // namespace

void remove_addresses_of(Call& call, std::int64_t requisite) {
    for (const AddressType& type : address_types) {
        const AddressKey key{type.id, owner_type_requisite, requisite};
        if (const std::int64_t id = find_address(call, key); id != 0) {
            call.wrote(Operation::remove, table_name, id, key.text());
            call.store.table(table_name).erase(id);
        }
    }
}

void add_address_methods(MethodTable& methods) {
    const auto add_method = [&](const char* name, auto run) {
        methods.add({.name = std::string("crm.") + name, .scope = "crm", .run = run});
    };
    add_method("address.add", add_address);
    add_method("address.update", update_address);
    add_method("address.delete", remove_address);
    add_method("address.list", list_addresses);
    add_method("address.fields", [](Call&) { return Answer{address_schema().described()}; });
    add_method("enum.addresstype", list_types);
}

}  // namespace obmen::sandbox
