#pragma once

#include <string>

#include "settings.hpp"

namespace obmen::sandbox {

/// Throws Refusal if `method` needs a right to the catalogue that the webhook's user does not have. Both
/// families of the catalogue are meant; each has its own words for it.
void check_catalogue_rights(const Settings& settings, const std::string& method);

}  // namespace obmen::sandbox
