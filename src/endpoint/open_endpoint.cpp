#include "endpoint/endpoint.hpp"
#include "support/error.hpp"

namespace obmen::endpoint {

std::unique_ptr<Endpoint> open_endpoint(const config::EndpointSettings& settings,
                                        const EndpointContext& /*context*/) {
    throw Error(FailureClass::bad_config, Message{"SRC-URL", {settings.url, ""}});
}

}  // namespace obmen::endpoint
