#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/address.hpp"
#include "endpoint/endpoint.hpp"
#include "endpoint/ftp_failure.hpp"

namespace obmen::endpoint {

class FtpSession;

/// One control connection at a time, kept between steps and made anew where it is gone. Paths are absolute,
/// in the server's bytes, without control characters. Every function throws what error_of() says; what
/// concerns a single name is said of `subject`, a name as it is shown.
class FtpConnection {
  public:
    /// What is named must outlive the object.
    FtpConnection(const config::EndpointSettings& settings, const Address& address,
                  const EndpointContext& context);
    ~FtpConnection();
    FtpConnection(const FtpConnection&) = delete;
    FtpConnection& operator=(const FtpConnection&) = delete;

    /// Sends commands one by one; a reply for each. Stops at the first that is refused, unless it begins with
    /// `*`. \pre none of them changes the folder: libcurl keeps track of it
    std::vector<FtpReply> command(const std::vector<std::string>& commands, const std::string& subject = {});
    /// What a command that was refused means.
    [[nodiscard]] Error refusal(const FtpReply& reply, const std::string& subject) const;

    /// What `MLSD path` answers, at the most 256 MiB.
    [[nodiscard]] std::string mlsd(const std::string& path, const std::string& subject);
    /// What `LIST` answers in a folder, with `options` (`-a`) or without: an argument would be a pattern for
    /// many servers.
    [[nodiscard]] std::string list(const std::string& path, const std::string& options,
                                   const std::string& subject);
    void retrieve(const std::string& path, const std::function<void(std::string_view)>& take,
                  const std::string& subject);
    /// The bytes of an open file from its beginning.
    void store(const std::string& path, int file, std::uint64_t size, const std::string& subject);

    /// Where the server puts the user; connects.
    [[nodiscard]] std::string home();

    void disconnect() noexcept;

  private:
    std::unique_ptr<FtpSession> m_session;
};

}  // namespace obmen::endpoint
