#include <algorithm>
#include <string>
#include <vector>

#include "links.hpp"
#include "method.hpp"
#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

/// One of the families `crm.OWNER.OTHER.*`.
struct LinkFamily {
    const char* owner;
    const char* other;
    const char* field;  ///< id of the other in a link
    LinkKind links;
    bool mirrored;  ///< it is the other's rows that hold the links
};

constexpr LinkFamily families[] = {
    {"contact", "company", "COMPANY_ID", companies_of_contact, false},
    {"company", "contact", "CONTACT_ID", companies_of_contact, true},
    {"deal", "contact", "CONTACT_ID", contacts_of_deal, false},
};

std::int64_t owner_id(const Call& call, const LinkFamily& family) {
    const Json* id = parameter(call.parameters, "id");
    const std::int64_t number = id == nullptr ? 0 : integer_of(*id);
    if (number <= 0)
        throw Refusal("The parameter 'ownerEntityID' is invalid or not defined.");
    if (call.store.table(family.owner).find(number) == nullptr)
        throw Refusal("Not found");
    return number;
}

NewLink link_from(const Call& call, const LinkFamily& family, const Json& sent) {
    const std::int64_t id = member_integer(sent, family.field);
    if (id <= 0)
        throw Refusal("The parameter 'fields' is not valid.");
    if (call.store.table(family.other).find(id) == nullptr)
        throw Refusal("Not found");
    return {
        .id = id, .primary = member_text(sent, "IS_PRIMARY") == "Y", .sort = member_integer(sent, "SORT")};
}

Json link_fields(const Call& call) {
    const Json* fields = parameter(call.parameters, "fields");
    if (fields == nullptr || !fields->is_structured())
        throw Refusal("The parameter 'fields' is not valid.");
    return *fields;
}

Json mirrored_links(const Call& call, const LinkFamily& family, std::int64_t owner) {
    Json shown = Json::array();
    for (const auto& [id, row] : call.store.table(family.other).rows()) {
        for (Json link : links_of(row, family.links)) {
            if (link.at(family.links.field) == owner)
                shown.push_back(Json{{family.field, id},
                                     {"SORT", link.at("SORT")},
                                     {"ROLE_ID", link.at("ROLE_ID")},
                                     {"IS_PRIMARY", link.at("IS_PRIMARY")}});
        }
    }
    return shown;
}

Json shown_links(const Call& call, const LinkFamily& family, std::int64_t owner) {
    if (family.mirrored)
        return mirrored_links(call, family, owner);
    return links_of(*call.store.table(family.owner).find(owner), family.links);
}

/// Changes the row that holds the link between the two.
template <typename Change>
bool change_holder(Call& call, const LinkFamily& family, std::int64_t owner, std::int64_t other,
                   Change change) {
    Table& holders = call.store.table(family.mirrored ? family.other : family.owner);
    const std::int64_t holder = family.mirrored ? other : owner;
    Json row = *holders.find(holder);
    const bool changed = change(row, family.mirrored ? owner : other);
    if (changed)
        holders.put(holder, std::move(row));
    return changed;
}

bool link(Call& call, const LinkFamily& family, std::int64_t owner, const NewLink& wished) {
    return change_holder(call, family, owner, wished.id, [&](Json& row, std::int64_t linked) {
        return add_link(row, family.links, {.id = linked, .primary = wished.primary, .sort = wished.sort});
    });
}

bool unlink(Call& call, const LinkFamily& family, std::int64_t owner, std::int64_t other) {
    return change_holder(call, family, owner, other, [&](Json& row, std::int64_t linked) {
        return remove_link(row, family.links, linked);
    });
}

Answer add_one_link(Call& call, const LinkFamily& family) {
    const std::int64_t owner = owner_id(call, family);
    const bool added = link(call, family, owner, link_from(call, family, link_fields(call)));
    if (added)
        call.wrote(Operation::link, family.owner, owner);
    return {added};
}

Answer remove_one_link(Call& call, const LinkFamily& family) {
    const std::int64_t owner = owner_id(call, family);
    if (!unlink(call, family, owner, link_from(call, family, link_fields(call)).id))
        throw Refusal("Not found");
    call.wrote(Operation::link, family.owner, owner);
    return {true};
}

Answer replace(Call& call, const LinkFamily& family, const std::vector<NewLink>& wished) {
    const std::int64_t owner = owner_id(call, family);
    const Json old = shown_links(call, family, owner);
    for (const Json& link : old)
        static_cast<void>(unlink(call, family, owner, link.at(family.field).get<std::int64_t>()));
    for (const NewLink& one : wished)
        static_cast<void>(link(call, family, owner, one));
    call.wrote(Operation::link, family.owner, owner);
    return {true};
}

/// Items that were lost on the way are an empty list, as for PHP: everything goes.
Answer set_items(Call& call, const LinkFamily& family) {
    const Json* items = parameter(call.parameters, "items");
    if (items != nullptr && !items->is_structured())
        throw Refusal("The parameter 'items' must be array.");
    std::vector<NewLink> wished;
    for (const auto& [index, item] : entries(items))
        wished.push_back(link_from(call, family, *item));
    return replace(call, family, wished);
}

}  // namespace

void add_link_methods(MethodTable& methods) {
    for (const LinkFamily& family : families) {
        const auto add_method = [&](const char* name, auto run) {
            methods.add({.name = std::string("crm.") + family.owner + "." + family.other + "." + name,
                         .scope = "crm",
                         .kind = family.owner,
                         .run = [&family, run](Call& call) { return run(call, family); }});
        };
        add_method("add", add_one_link);
        add_method("delete", remove_one_link);
        add_method("items.set", set_items);
        add_method("items.delete", [](Call& call, const LinkFamily& of) { return replace(call, of, {}); });
        add_method("items.get", [](Call& call, const LinkFamily& of) {
            return Answer{shown_links(call, of, owner_id(call, of))};
        });
    }
}

}  // namespace obmen::sandbox
