#pragma once

#include <map>
#include <string>
#include <variant>

#include "delivery/reads.hpp"
#include "portal/family.hpp"

namespace obmen::delivery {

/// All properties of the portal, by id.
using PropertyList = std::map<std::string, portal::RemoteProperty>;

/// Reads them with their choices: one request for five hundred of one owner. Complete, or a Stop: B24-LOOKUP
/// if an answer is no list, or the same page comes again and again.
/// \param with_offers also those of offers
[[nodiscard]] std::variant<PropertyList, Stop> read_properties(portal::Client& client,
                                                               const portal::Family& family, Clock& clock,
                                                               bool with_offers);

}  // namespace obmen::delivery
