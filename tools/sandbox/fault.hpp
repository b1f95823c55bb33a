#pragma once

#include <cstdint>
#include <string>

namespace obmen::sandbox {

enum class FaultAction {
    drop_before,    ///< close without an answer, nothing runs
    drop_after,     ///< run, then close without an answer
    partial,        ///< run the first commands of the batch, then the HTML page of a gateway time-out
    status,         ///< nothing runs (or everything, with `run`): 500 as JSON, other codes as HTML
    slow,           ///< run, answer late
    truncate,       ///< run, cut the JSON in the middle
    html200,        ///< nothing runs (or everything, with `run`): an HTML page with status 200
    content_type,   ///< run, answer under another Content-Type
    redirect,       ///< nothing runs: 302
    query_limit,    ///< nothing runs: QUERY_LIMIT_EXCEEDED
    overload,       ///< nothing runs: OVERLOAD_LIMIT
    command_error,  ///< one command is refused, the others run
    bom,            ///< run, a byte order mark before the JSON
    repeat,         ///< run twice, as a proxy does that took a slow answer for none; answer late
    expired_token,  ///< nothing runs: the token has expired from now on
    revoked_token,  ///< nothing runs: the application has been removed, no token is known any more
    down,           ///< nothing runs, and nothing else does for some seconds
    late,           ///< close without an answer; everything runs some seconds, or some calls, later
};

/// Something that goes wrong with one request, or with one of its commands.
struct Fault {
    FaultAction action{};
    int status = 500;
    std::int64_t commands = 0;
    int milliseconds = 0;
    double seconds = 0;   ///< of the portal clock
    std::string after{};  ///< of `late`: a method; the request runs when it has been answered so often
    std::int64_t after_times = 0;
    bool run = false;
    std::string location{};
    std::string content_type{};
    std::string error{};
    std::string description{};
    std::string drawn{};  ///< kind, if chance has drawn it
};

[[nodiscard]] std::string name_of(FaultAction action);

}  // namespace obmen::sandbox
