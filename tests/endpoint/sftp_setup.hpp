#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "endpoint/sftp_endpoint.hpp"
#include "harness/temporary_directory.hpp"
#include "servers/openssh_server.hpp"
#include "support/error.hpp"

namespace obmen::endpoint::test {

/// What an operation failed with: code and the whole text in English; empty if it did not fail.
struct Failure {
    std::string code{};
    std::string text{};
    FailureClass failure_class = FailureClass::bug;
};
[[nodiscard]] Failure failure_of(const std::function<void()>& operation);

[[nodiscard]] inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

[[nodiscard]] std::string fetched(Endpoint& endpoint, const std::string& name);

/// An sshd and an endpoint of its folder.
class SftpSetup {
  public:
    explicit SftpSetup(const tests::OpenSshOptions& options = {}, double time_scale = 1.0);

    /// Logs in by key, knows the host.
    [[nodiscard]] config::EndpointSettings settings() const;
    [[nodiscard]] std::unique_ptr<Endpoint> open(const config::EndpointSettings& settings);
    [[nodiscard]] std::unique_ptr<Endpoint> open() { return open(settings()); }
    /// A file that holds `text`, for what has to be in files.
    [[nodiscard]] std::filesystem::path file(const std::string& name, const std::string& text) const;

    tests::TemporaryDirectory directory;
    tests::OpenSshServer server;
    std::atomic<bool> interrupted{false};

  private:
    SystemClock m_clock;
    SilentLog m_log;
};

}  // namespace obmen::endpoint::test
