#include "endpoint/ftp_dialogue.hpp"

#include <algorithm>

namespace obmen::endpoint {

namespace {

/// 0: the line does not begin with a code.
int code_of(std::string_view line) {
    const bool coded = line.size() >= 3 &&
                       std::ranges::all_of(line.substr(0, 3), [](char c) { return c >= '0' && c <= '9'; });
    return coded ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : 0;
}

bool is_login(const FtpReply& reply) {
    return reply.command == "PASS" || reply.command.starts_with("USER ");
}

}  // namespace

void FtpDialogue::sent(std::string_view line) {
    line = line.substr(0, line.find_first_of("\r\n"));
    const bool password = line.starts_with("PASS ");
    m_replies.push_back({.command = std::string(password ? "PASS" : line), .text = {}});
    m_open_code = 0;
}

void FtpDialogue::received(std::string_view line) {
    line = line.substr(0, line.find_first_of("\r\n"));
    if (m_replies.empty()) {
        m_replies.emplace_back();
    }
    FtpReply& reply = m_replies.back();
    const int code = code_of(line);
    if (m_open_code == 0) {
        reply.text.clear();
    } else {
        reply.text += '\n';
    }
    reply.text += line;
    const bool more = line.size() > 3 && line[3] == '-';
    if (code == 0 || (m_open_code != 0 && (code != m_open_code || more))) {
        return;  // inside an answer of several lines
    }
    m_open_code = more ? code : 0;
    if (!more) {
        reply.began = reply.began || code < 200;
        reply.code = code;
    }
}

std::vector<FtpReply> FtpDialogue::replies_to(const std::vector<std::string>& commands) const {
    std::vector<FtpReply> own;
    auto reply = m_replies.begin();
    for (const std::string& command : commands) {
        const std::string_view text = std::string_view(command).substr(command.starts_with('*') ? 1 : 0);
        reply =
            std::find_if(reply, m_replies.end(), [&](const FtpReply& each) { return each.command == text; });
        own.push_back(reply == m_replies.end() ? FtpReply{.command = std::string(text)} : *reply++);
    }
    return own;
}

bool FtpDialogue::refused_login() const {
    return std::ranges::any_of(m_replies,
                               [](const FtpReply& reply) { return is_login(reply) && reply.code >= 400; });
}

bool FtpDialogue::logged_in() const {
    const bool accepted = std::ranges::any_of(
        m_replies, [](const FtpReply& reply) { return is_login(reply) && reply.code / 100 == 2; });
    const bool was_there =
        !m_replies.empty() && !m_replies.front().command.empty() && std::ranges::none_of(m_replies, is_login);
    return accepted || was_there;
}

}  // namespace obmen::endpoint
