#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace obmen::fault_proxy {

/// The answers of an FTP server, line by line, with the ports that it opens for data replaced.
class PassiveMode {
  public:
    /// \param substitute gives the port that stands for the server's
    explicit PassiveMode(std::function<int(int)> substitute) : m_substitute(std::move(substitute)) {}

    /// \returns what goes to the client: whole lines; half a line is kept back. From the answer to AUTH TLS
    /// (234) on everything passes unread.
    [[nodiscard]] std::string pass(std::string_view bytes);

  private:
    [[nodiscard]] std::string rewritten(const std::string& line) const;

    std::function<int(int)> m_substitute;
    std::string m_rest;
    bool m_is_encrypted = false;
};

}  // namespace obmen::fault_proxy
