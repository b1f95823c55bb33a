#pragma once

#include <curl/curl.h>

#include <string>
#include <string_view>

#include "support/error.hpp"

namespace obmen::endpoint {

/// What a server said to one command.
struct FtpReply {
    std::string command{};  ///< as it was sent, but of PASS the verb alone; empty: the server's greeting
    int code = 0;           ///< of the last answer; 0: none came
    bool began = false;     ///< a transfer had begun (1xx)
    std::string text{};     ///< lines of the last answer with their codes, bytes, `\n` between them
};

/// How a step with a server ended.
struct FtpFailure {
    CURLcode code = CURLE_OK;  ///< CURLE_OK: only the reply tells
    std::string detail{};      ///< libcurl's own words
    FtpReply reply{};          ///< the last one
    bool connected = false;    ///< something was said, in this step
    bool logged_in = false;    ///< the login had been accepted, or was an earlier step
    std::string subject{};     ///< the name that it is about, as it is shown; may be empty
};

/// The one table of what goes wrong with FTP. The server's reply decides where there is one, by its code,
/// then by its words, then by the command; else libcurl's code (README.md of this room).
/// \param place the endpoint as it is shown \param user as it is shown
/// \param words what the server or libcurl said, as people read it
[[nodiscard]] Error error_of(const FtpFailure& failure, const std::string& place, const std::string& user,
                             const std::string& words);

/// True if a server says by these words that a name is not there.
[[nodiscard]] bool says_missing(std::string_view text);

}  // namespace obmen::endpoint
