#include "fault_replies.hpp"

#include <fmt/format.h>

#include <utility>

#include "rest_front.hpp"

namespace obmen::sandbox {

WebReply html_reply(int status, const char* title) {
    return {.status = status,
            .content_type = "text/html; charset=utf-8",
            .body = fmt::format(
                "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n"
                "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n",
                title)};
}

WebReply status_reply(int status) {
    switch (status) {
        case 502:
            return html_reply(status, "502 Bad Gateway");
        case 503:
            return html_reply(status, "503 Service Temporarily Unavailable");
        case 504:
            return html_reply(status, "504 Gateway Time-out");
        case 500:
            return refusal_reply(Refusal(500, "INTERNAL_SERVER_ERROR", "Internal server error"));
        default:
            return html_reply(status, fmt::format("{} Error", status).c_str());
    }
}

/// The answer of a fault that keeps the request from running; nothing if it runs.
std::optional<WebReply> reply_before(const Fault& fault) {
    switch (fault.action) {
        case FaultAction::drop_before:
        case FaultAction::late:
            return WebReply{.dropped = true};
        case FaultAction::down:
            return status_reply(503);
        case FaultAction::expired_token:
            return refusal_reply(Refusal(401, "expired_token", "The access token provided has expired"));
        case FaultAction::status:
            return fault.run ? std::nullopt : std::optional(status_reply(fault.status));
        case FaultAction::html200:
            return fault.run ? std::nullopt : std::optional(html_reply(200, "Site maintenance"));
        case FaultAction::redirect: {
            WebReply reply = html_reply(302, "302 Found");
            reply.location = fault.location;
            return reply;
        }
        case FaultAction::query_limit:
            return refusal_reply(Refusal(503, "QUERY_LIMIT_EXCEEDED", "Too many requests"));
        case FaultAction::overload:
            return refusal_reply(Refusal(503, "OVERLOAD_LIMIT", "REST API is blocked due to overload"));
        default:
            return std::nullopt;
    }
}

/// What a fault makes of the answer of a request that ran.
WebReply reply_after(const Fault& fault, WebReply reply) {
    switch (fault.action) {
        case FaultAction::drop_after:
            return {.dropped = true};
        case FaultAction::partial:
            return status_reply(504);
        case FaultAction::status:
            return status_reply(fault.status);
        case FaultAction::html200:
            return html_reply(200, "Site maintenance");
        case FaultAction::slow:
        case FaultAction::repeat:
            reply.delay = fault.milliseconds;
            return reply;
        case FaultAction::truncate:
            reply.body.resize(reply.body.size() / 2);
            return reply;
        case FaultAction::content_type:
            reply.content_type = fault.content_type;
            return reply;
        case FaultAction::bom:
            reply.body.insert(0, "\xEF\xBB\xBF");
            return reply;
        default:
            return reply;
    }
}

}  // namespace obmen::sandbox
