#include "endpoint/sftp_endpoint.hpp"

#include "support/error.hpp"

namespace obmen::endpoint {

std::unique_ptr<Endpoint> open_sftp_endpoint(const config::EndpointSettings& /*settings*/,
                                             const Address& address, const EndpointContext& /*context*/) {
    throw Error(FailureClass::bad_config, Message{"SRC-URL", {shown(address), "sftp:"}});
}

}  // namespace obmen::endpoint
