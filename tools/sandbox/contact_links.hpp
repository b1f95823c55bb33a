#pragma once

#include <cstdint>
#include <vector>

#include "json.hpp"

/// Which companies a contact belongs to. A contact's row holds the links in a member that its schema does not
/// know, so no list shows it; COMPANY_ID is the primary one.
namespace obmen::sandbox {

inline constexpr const char* links_member = "COMPANY_LINKS";

/// False if the company is linked already.
bool link_company(Json& contact, std::int64_t company, bool primary, std::int64_t sort);
/// Replaces all links; the first company is the primary one. Ids that are not positive are dropped.
void set_companies(Json& contact, const std::vector<std::int64_t>& companies);

}  // namespace obmen::sandbox
