#include <gtest/gtest.h>

#include "endpoint/endpoint_cases.hpp"
#include "servers/ftp_server.hpp"
#include "servers/test_certificates.hpp"
#include "support/error.hpp"

namespace obmen::tests {

namespace {

using Tls = FtpServerOptions::Tls;
using Start = std::unique_ptr<FtpServer> (*)(const FtpServerOptions&);

const char* scheme_of(Tls tls) {
    if (tls == Tls::none) {
        return "ftp://";
    }
    return tls == Tls::by_command ? "ftpes://" : "ftps://";
}

/// A server with certificates of its own authority.
class FtpPlace : public EndpointPlace {
  public:
    FtpPlace(Start starter, Tls tls, bool writable)
        : m_tls(tls),
          m_certificates(make_certificates(m_directory.path())),
          m_server(starter({.tls = tls, .certificate = m_certificates.server, .writable = writable})) {}

    [[nodiscard]] bool is_there() const { return m_server != nullptr; }
    [[nodiscard]] config::EndpointSettings settings() const override {
        config::EndpointSettings settings;
        settings.url = scheme_of(m_tls) + m_server->place();
        settings.password = Secret("secret");
        settings.ca_file = m_tls == Tls::none ? "" : m_certificates.authority;
        settings.connect_seconds = 20;
        settings.stall_seconds = 20;
        return settings;
    }
    [[nodiscard]] std::filesystem::path served() const override { return m_server->served(); }
    void signal(int number) override { m_server->signal(number); }
    void kill() override { m_server->kill(); }
    void start() override { m_server->start(); }

  private:
    TemporaryDirectory m_directory;
    Tls m_tls;
    TestCertificates m_certificates;
    std::unique_ptr<FtpServer> m_server;
};

std::function<std::unique_ptr<EndpointPlace>(bool)> maker(Start start, Tls tls) {
    return [=](bool writable) -> std::unique_ptr<EndpointPlace> {
        auto place = std::make_unique<FtpPlace>(start, tls, writable);
        return place->is_there() ? std::move(place) : nullptr;
    };
}

INSTANTIATE_TEST_SUITE_P(
    Ftp, EndpointCases,
    testing::Values(
        EndpointCase{
            .name = "Vsftpd", .make = maker(&start_vsftpd, Tls::none), .times = false, .identities = false},
        EndpointCase{.name = "VsftpdTls",
                     .make = maker(&start_vsftpd, Tls::by_command),
                     .times = false,
                     .identities = false},
        EndpointCase{.name = "ProFtpd", .make = maker(&start_proftpd, Tls::none), .knows_pipes = false},
        EndpointCase{
            .name = "ProFtpdTls", .make = maker(&start_proftpd, Tls::by_command), .knows_pipes = false},
        EndpointCase{.name = "ProFtpdImplicitTls",
                     .make = maker(&start_proftpd, Tls::from_the_start),
                     .knows_pipes = false},
        EndpointCase{.name = "PureFtpd", .make = maker(&start_pureftpd, Tls::none)},
        EndpointCase{.name = "PureFtpdTls", .make = maker(&start_pureftpd, Tls::by_command)}),
    name_of_case);

}  // namespace

}  // namespace obmen::tests
