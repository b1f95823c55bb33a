#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"
#include "endpoint/folder_endpoint.hpp"
#include "endpoint/ftp_endpoint.hpp"
#include "endpoint/sftp_endpoint.hpp"

namespace obmen::endpoint {

std::unique_ptr<Endpoint> open_endpoint(const config::EndpointSettings& settings,
                                        const EndpointContext& context) {
    const Address address = parse_address(settings.url);
    switch (address.scheme) {
        case Scheme::folder:
            return open_folder_endpoint(settings, address, context);
        case Scheme::sftp:
            return open_sftp_endpoint(settings, address, context);
        case Scheme::ftp:
        case Scheme::ftps:
        case Scheme::ftpes:
            break;
    }
    return open_ftp_endpoint(settings, address, context);
}

}  // namespace obmen::endpoint
