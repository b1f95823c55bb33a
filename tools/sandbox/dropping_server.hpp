#pragma once

#include <httplib.h>

namespace obmen::sandbox {

/// A status that is never sent: the connection closes instead, so that the client sees no answer at all.
/// (nginx has the same.)
inline constexpr int no_answer = 444;

/// cpp-httplib's server always answers; this one can also fall silent. It keeps connections open between
/// requests, as the portal's web server does: a client that sends again on a dead connection shows itself
/// here.
class DroppingServer : public httplib::Server {
  private:
    bool process_and_close_socket(socket_t socket) override;
};

}  // namespace obmen::sandbox
