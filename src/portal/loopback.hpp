#pragma once

#include <string>
#include <string_view>

namespace obmen::portal {

/// True for 127.0.0.0/8, ::1 (with or without brackets) and localhost: hosts that plain http may talk to.
[[nodiscard]] bool is_loopback_host(std::string_view host);

/// Host of an absolute URL in lower case; empty if it cannot be read. Never anything of the path, which may
/// be secret.
[[nodiscard]] std::string host_of_url(const std::string& url);

}  // namespace obmen::portal
