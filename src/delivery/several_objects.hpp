#pragma once

#include <string>
#include <vector>

#include "delivery/key_lookup.hpp"
#include "ledger/pending.hpp"

namespace obmen::delivery {

/// The settlement of an object whose key several objects of the CRM have: an error that lists them, never a
/// third object.
[[nodiscard]] ledger::Settlement several_objects(const FoundObjects& found);

/// `17, 18`: ids for people.
[[nodiscard]] std::string listed(const std::vector<std::string>& ids);

}  // namespace obmen::delivery
