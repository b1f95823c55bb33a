#pragma once

#include <memory>

#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::endpoint {

/// A folder on an FTP server, with or without TLS. Connects to nothing yet. \pre the address is one of FTP
[[nodiscard]] std::unique_ptr<Endpoint> open_ftp_endpoint(const config::EndpointSettings& settings,
                                                          const Address& address,
                                                          const EndpointContext& context);

}  // namespace obmen::endpoint
