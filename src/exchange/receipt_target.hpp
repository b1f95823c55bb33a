#pragma once

#include "config/settings.hpp"

namespace obmen::exchange {

/// Where the receipts of a source's packages go: the endpoint that the source names, else the directory for
/// receipts, as a folder.
[[nodiscard]] config::EndpointSettings receipt_target(const config::Settings& settings,
                                                      const config::SourceSettings& source);

}  // namespace obmen::exchange
