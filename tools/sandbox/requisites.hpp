#pragma once

#include <cstdint>

#include "method.hpp"

namespace obmen::sandbox {

/// Removes the requisites of a company or contact that is about to go, with their bank details and addresses.
void remove_requisites_of(Call& call, std::int64_t owner_type, std::int64_t owner);

/// Removes the addresses of a requisite that is about to go.
void remove_addresses_of(Call& call, std::int64_t requisite);

}  // namespace obmen::sandbox
