#pragma once

#include "endpoint/ssh_session.hpp"

namespace obmen::endpoint {

/// Logs in by what the settings have and the server allows: key file, ssh-agent, password,
/// keyboard-interactive (whose first hidden question gets the password). Each is tried once, and a password
/// never twice. Throws SRC-LOGIN, SRC-KEY, SYS-KEY-READABLE (bad_config), and as SshSession::complete.
void log_in(SshSession& session);

}  // namespace obmen::endpoint
