#include "links.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "php_values.hpp"

namespace obmen::sandbox {

namespace {

constexpr std::int64_t sort_step = 10;

Json& stored_links(Json& row, const LinkKind& kind) {
    Json& links = row[kind.member];
    if (!links.is_array())
        links = Json::array();
    return links;
}

Json::iterator find_link(Json& links, const LinkKind& kind, std::int64_t id) {
    return std::find_if(links.begin(), links.end(),
                        [&](const Json& link) { return link.at(kind.field) == id; });
}

void note_primary(Json& row, const LinkKind& kind) {
    Json& links = stored_links(row, kind);
    const auto primary = std::find_if(links.begin(), links.end(),
                                      [](const Json& link) { return link.at("IS_PRIMARY") == "Y"; });
    if (primary == links.end() && !links.empty())
        links.front()["IS_PRIMARY"] = "Y";
    const Json* shown = primary == links.end() ? (links.empty() ? nullptr : &links.front()) : &*primary;
    row[kind.field] =
        shown == nullptr ? Json(nullptr) : Json(std::to_string(shown->at(kind.field).get<std::int64_t>()));
}

}  // namespace

Json links_of(const Json& row, const LinkKind& kind) {
    const Json* links = member(row, kind.member);
    return links == nullptr ? Json::array() : *links;
}

bool add_link(Json& row, const LinkKind& kind, const NewLink& link) {
    Json& links = stored_links(row, kind);
    if (find_link(links, kind, link.id) != links.end())
        return false;
    const std::int64_t last_sort = links.empty() ? 0 : links.back().at("SORT").get<std::int64_t>();
    if (link.primary) {
        for (Json& other : links)
            other["IS_PRIMARY"] = "N";
    }
    links.push_back(Json{{kind.field, link.id},
                         {"SORT", link.sort > 0 ? link.sort : last_sort + sort_step},
                         {"ROLE_ID", 0},
                         {"IS_PRIMARY", link.primary ? "Y" : "N"}});
    note_primary(row, kind);
    return true;
}

bool remove_link(Json& row, const LinkKind& kind, std::int64_t id) {
    Json& links = stored_links(row, kind);
    const auto found = find_link(links, kind, id);
    if (found == links.end())
        return false;
    links.erase(found);
    note_primary(row, kind);
    return true;
}

void set_links(Json& row, const LinkKind& kind, const std::vector<NewLink>& links) {
    row[kind.member] = Json::array();
    for (const NewLink& link : links) {
        if (link.id > 0)
            static_cast<void>(add_link(row, kind, link));
    }
    note_primary(row, kind);
}

void set_single_link(Json& row, const LinkKind& kind, std::int64_t id) {
    Json& links = stored_links(row, kind);
    if (find_link(links, kind, id) == links.end())
        set_links(row, kind, {{.id = id}});
}

void store_links(Json& row, const LinkKind& kind, const Json& fields) {
    if (const Json* all = member(fields, std::string(kind.field) + "S")) {
        std::vector<NewLink> links;
        for (const std::int64_t id : ids_in(*all))
            links.push_back({.id = id});
        set_links(row, kind, links);
    } else if (const Json* one = member(fields, kind.field)) {
        set_single_link(row, kind, integer_of(*one));
    }
}

}  // namespace obmen::sandbox
