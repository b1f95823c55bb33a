#pragma once

#include "crm/context.hpp"

namespace obmen::crm {

/// Группа → section, and into the reference data.
void convert_group(Context& context, const commerceml::Group& group, const Origin& origin);

}  // namespace obmen::crm
