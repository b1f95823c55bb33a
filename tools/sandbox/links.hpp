#pragma once

#include <cstdint>
#include <vector>

#include "json.hpp"

/// Which companies a contact belongs to, and which contacts take part in a deal. A row holds its links in a
/// member that its schema does not know, so no list shows it; the primary one stands in a field, too.
namespace obmen::sandbox {

struct LinkKind {
    const char* member;  ///< where a row keeps them
    const char* field;   ///< name of the linked id, both in a link and in the row
};
inline constexpr LinkKind companies_of_contact{"COMPANY_LINKS", "COMPANY_ID"};
inline constexpr LinkKind contacts_of_deal{"CONTACT_LINKS", "CONTACT_ID"};

struct NewLink {
    std::int64_t id = 0;
    bool primary = false;
    std::int64_t sort = 0;  ///< 0: behind the others
};

/// As `items.get` shows them.
[[nodiscard]] Json links_of(const Json& row, const LinkKind& kind);
/// False if it is there already.
bool add_link(Json& row, const LinkKind& kind, const NewLink& link);
/// False if there is none. The first of the others becomes the primary one if it was.
bool remove_link(Json& row, const LinkKind& kind, std::int64_t id);
/// Replaces all of them; the first is the primary one unless another is marked. Ids that are not positive are
/// dropped.
void set_links(Json& row, const LinkKind& kind, const std::vector<NewLink>& links);
/// The single id of the days when there was only one: if it is linked already, nothing changes; if not, it
/// takes the place of all others. 0 removes all.
void set_single_link(Json& row, const LinkKind& kind, std::int64_t id);
/// COMPANY_IDS or CONTACT_IDS, and else the single id, as a call sends them.
void store_links(Json& row, const LinkKind& kind, const Json& fields);

}  // namespace obmen::sandbox
