#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "endpoint/ftp_failure.hpp"

namespace obmen::endpoint {

/// What was said in one step: every command with its answer.
class FtpDialogue {
  public:
    /// A command, as it goes out. Of a password nothing is kept.
    void sent(std::string_view line);
    /// A line of an answer, as it comes in.
    void received(std::string_view line);

    [[nodiscard]] const std::vector<FtpReply>& replies() const { return m_replies; }
    /// One for each, in order; what libcurl says beside them is left out.
    /// \param commands may begin with `*`, which libcurl does not send
    [[nodiscard]] std::vector<FtpReply> replies_to(const std::vector<std::string>& commands) const;
    [[nodiscard]] FtpReply last() const { return m_replies.empty() ? FtpReply{} : m_replies.back(); }
    [[nodiscard]] bool refused_login() const;
    /// True where the login was accepted, and where there was none: then the connection was there already.
    [[nodiscard]] bool logged_in() const;

  private:
    std::vector<FtpReply> m_replies;
    int m_open_code = 0;  ///< of an answer of several lines; 0: none is open
};

}  // namespace obmen::endpoint
