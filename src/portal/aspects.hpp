#pragma once

#include <string>
#include <variant>

#include "portal/crm_family.hpp"
#include "portal/part_commands.hpp"

namespace obmen::portal {

/// The field called `name` among those of `request`; nullptr if there is none.
[[nodiscard]] const crm::Field* find_field(const WriteRequest& request, std::string_view name);

/// `crm.deal.productrows.set` (reference §9.3), and that the groups are carried.
[[nodiscard]] BuiltCommand deal_rows_command(const WriteRequest& request, const std::string& owner_id,
                                             const PortalFacts& facts, const Resolver& resolver);

/// `crm.product.update` with pictures only (reference §5.2).
[[nodiscard]] BuiltCommand pictures_command(const WriteRequest& request, const std::string& owner_id,
                                            bool written_before, const PortalFacts& facts,
                                            const Resolver& resolver);

}  // namespace obmen::portal
