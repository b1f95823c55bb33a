#pragma once

#include <memory>

#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::endpoint {

/// A folder on an SFTP server. Connects to nothing yet. Throws SRC-URL (bad_config) if the address names no
/// user. \pre the address is one of SFTP
[[nodiscard]] std::unique_ptr<Endpoint> open_sftp_endpoint(const config::EndpointSettings& settings,
                                                           const Address& address,
                                                           const EndpointContext& context);

}  // namespace obmen::endpoint
