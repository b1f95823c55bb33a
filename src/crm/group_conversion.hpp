#pragma once

#include "crm/context.hpp"
#include "crm/late_groups.hpp"

namespace obmen::crm {

/// Группа → section, and into the reference data.
void convert_group(Context& context, LateGroups& late, const commerceml::Group& group, const Origin& origin);

}  // namespace obmen::crm
