#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/ftp_dialogue.hpp"
#include "endpoint/ftp_failure.hpp"
#include "endpoint/ftp_listing.hpp"
#include "fuzz/promise.hpp"

// The promises of endpoint/ftp_dialogue.hpp and ftp_failure.hpp: what a server answers is sorted to the
// commands it answers, one each, in order; a password is nowhere; every failure is one of those that
// README.md lists, and only what a person must see to holds a source up.
//
// Lines that begin with `>` were sent, the others came in; the first byte is libcurl's code.
namespace {

using namespace obmen;
using namespace obmen::endpoint;

constexpr std::string_view password = "s3cr3t";

constexpr auto temporary_codes =
    std::to_array<std::string_view>({"SRC-CONNECT", "SRC-STALLED", "SRC-BUSY", "SRC-MISSING", "SRC-DENIED",
                                     "SRC-FULL", "SRC-EXISTS", "SRC-PROTOCOL", "SYS-INTERRUPTED"});
constexpr auto lasting_codes =
    std::to_array<std::string_view>({"SRC-URL", "SRC-LOGIN", "SRC-CERTIFICATE", "SRC-TLS"});

template <std::size_t size>
bool holds(const std::array<std::string_view, size>& codes, std::string_view code) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void try_failure(const FtpDialogue& dialogue, CURLcode code) {
    const FtpFailure failure{.code = code,
                             .detail = "detail",
                             .reply = dialogue.last(),
                             .connected = !dialogue.replies().empty(),
                             .logged_in = dialogue.logged_in(),
                             .subject = "name"};
    const Error error = error_of(failure, "ftp://host/", "user", dialogue.last().text);
    const std::string_view said = error.finding().message.code.text();
    const bool lasting = error.failure_class() == FailureClass::bad_config;
    require(lasting ? holds(lasting_codes, said) : holds(temporary_codes, said),
            "no failure of the list: " + std::string(said));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    FtpDialogue dialogue;
    dialogue.sent(std::string("PASS ") + std::string(password) + "\r\n");
    std::vector<std::string> commands;
    for (const std::string& line : lines_of(text)) {
        if (line.starts_with('>')) {
            const std::string command = line.substr(1, line.find_first_of("\r") - 1);
            dialogue.sent(line.substr(1) + "\r\n");
            if (!command.starts_with("PASS ")) {
                commands.push_back(command);
            }
        } else {
            dialogue.received(line + "\r\n");
        }
    }
    for (const FtpReply& reply : dialogue.replies()) {
        require(reply.command.find(password) == std::string::npos || text.find(password) != text.npos,
                "a password is kept");
        require(!reply.command.starts_with("PASS "), "a password is kept");
        require(reply.code >= 0 && reply.code <= 999, "no code of three digits");
    }
    const std::vector<FtpReply> replies = dialogue.replies_to(commands);
    require(replies.size() == commands.size(), "not one reply for each command");
    for (std::size_t i = 0; i < commands.size(); ++i) {
        const std::string_view sent =
            std::string_view(commands[i]).substr(commands[i].starts_with('*') ? 1 : 0);
        require(replies[i].command == sent, "a reply to something else");
    }
    try_failure(dialogue, static_cast<CURLcode>(data[0] % CURL_LAST));
    if (!dialogue.replies().empty()) {
        static_cast<void>(parse_ftp_size(dialogue.last().text));
        static_cast<void>(parse_ftp_time(dialogue.last().text));
    }
    static_cast<void>(dialogue.refused_login());
    return 0;
}
