#pragma once

#include <memory>

#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::endpoint {

/// A folder on this machine, or one that is mounted here. Everything happens relative to the opened folder,
/// and no link inside it is followed. \pre the address is one of a folder
[[nodiscard]] std::unique_ptr<Endpoint> open_folder_endpoint(const config::EndpointSettings& settings,
                                                             const Address& address,
                                                             const EndpointContext& context);

}  // namespace obmen::endpoint
