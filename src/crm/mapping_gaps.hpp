#pragma once

#include "crm/mapping.hpp"
#include "support/finding.hpp"

#include <vector>

namespace obmen::crm {

/// What a mapping file leaves out so that a kind of object could never be made.
struct MappingGap {
    EntityKind kind{};
    Finding finding;  ///< MAP-DEFAULTS, a warning, with the place of the list in the file
};

/// Lists of fields without a rule for what the portal demands of a new object: the name of a group, product
/// or company, any name of a contact, and the currency of a deal where no default is given. An integrator who
/// adds one field and forgets `default_fields = true` gets such a list; one who only means to update objects
/// may want it, so these are warnings.
[[nodiscard]] std::vector<MappingGap> mapping_gaps(const Mapping& mapping);

}  // namespace obmen::crm
