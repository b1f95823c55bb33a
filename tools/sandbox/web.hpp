#pragma once

#include <string>
#include <utility>
#include <vector>

namespace obmen::sandbox {

/// A request as the HTTP front hands it on.
struct WebRequest {
    std::string verb = "GET";
    std::string target;  ///< path and query, as they came
    std::string content_type{};
    std::string body{};
    std::vector<std::pair<std::string, std::string>> parts{};  ///< of a multipart body: decoded name, value
    std::string address{};                                     ///< of the client
    std::string host{};           ///< the name that the client used, with its port
    std::string authorization{};  ///< the header
};

/// What the front is to send, or not to send.
struct WebReply {
    int status = 200;
    std::string content_type = "application/json; charset=utf-8";
    std::string body{};
    std::string location{};
    std::string authenticate{};  ///< WWW-Authenticate, if any
    int delay = 0;               ///< milliseconds to wait before it is sent
    bool dropped = false;        ///< close the connection without an answer
};

}  // namespace obmen::sandbox
