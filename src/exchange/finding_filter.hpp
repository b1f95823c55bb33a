#pragma once

#include <memory>
#include <string>

#include "support/finding.hpp"

namespace obmen::exchange {

/// Hands findings on to `sink`, but those of the checks that the settings have an answer to: a price type
/// without a currency, where there is a default one, and the second finding about one price type.
/// \param default_currency ISO code; empty: none
[[nodiscard]] FindingSink without_settled(FindingSink sink, const std::string& default_currency);

}  // namespace obmen::exchange
