#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "endpoint/endpoint_cases.hpp"
#include "fault_proxy/fault_proxy.hpp"
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
    FtpPlace(Start starter, Tls tls, bool writable, bool expired = false)
        : m_tls(tls),
          m_certificates(make_certificates(m_directory.path())),
          m_server(starter({.tls = tls,
                            .certificate = expired ? m_certificates.expired : m_certificates.server,
                            .writable = writable})) {}

    [[nodiscard]] const TestCertificates& certificates() const { return m_certificates; }
    [[nodiscard]] std::filesystem::path tls_log() const { return m_server->directory() / "tls.log"; }
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
        EndpointCase{.name = "Vsftpd", .make = maker(&start_vsftpd, Tls::none), .identities = false},
        EndpointCase{.name = "VsftpdTls", .make = maker(&start_vsftpd, Tls::by_command), .identities = false},
        EndpointCase{.name = "ProFtpd", .make = maker(&start_proftpd, Tls::none), .knows_pipes = false},
        EndpointCase{
            .name = "ProFtpdTls", .make = maker(&start_proftpd, Tls::by_command), .knows_pipes = false},
        EndpointCase{.name = "PureFtpd", .make = maker(&start_pureftpd, Tls::none)}),
    name_of_case);

/// Settings of connections beside what the promises are run with.
class FtpConnections : public testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<endpoint::Endpoint> open(const config::EndpointSettings& settings) {
        return endpoint::open_endpoint(settings, {m_clock, m_log});
    }
    [[nodiscard]] std::string code_of(const config::EndpointSettings& settings) {
        try {
            static_cast<void>(open(settings)->list({}));
        } catch (const Error& error) {
            return std::string(error.finding().message.code.text());
        }
        return {};
    }
    /// Everything that needs a connection for data, there and back.
    void expect_that_it_works(FtpPlace& place, const config::EndpointSettings& settings) {
        const std::unique_ptr<endpoint::Endpoint> endpoint = open(settings);
        const std::filesystem::path local = m_directory / "local";
        write_file(local, noise(300'000));
        for (const std::string name : {"a.xml", "b.xml"}) {
            endpoint->store(name, local);
            endpoint->rename(name, "done-" + name);
        }
        EXPECT_EQ(endpoint->list({}).entries.size(), 2U);
        std::string bytes;
        endpoint->fetch("done-b.xml", [&](std::string_view block) { bytes += block; });
        EXPECT_TRUE(bytes == read_file(local));
        EXPECT_TRUE(read_file(place.served() / "done-a.xml") == bytes);
    }

    TemporaryDirectory m_directory;
    SystemClock m_clock;
    SilentLog m_log;
};

#define REQUIRE_SERVER(place)                                                      \
    if (!(place).is_there()) {                                                     \
        GTEST_SKIP() << "this machine has no such server (tools/setup brings it)"; \
    }

TEST_F(FtpConnections, TlsFromTheFirstByte) {
    FtpPlace place(&start_proftpd, Tls::from_the_start, true);
    REQUIRE_SERVER(place);
    expect_that_it_works(place, place.settings());
}

TEST_F(FtpConnections, PureFtpdWithTls) {
    FtpPlace place(&start_pureftpd, Tls::by_command, true);
    REQUIRE_SERVER(place);
    expect_that_it_works(place, place.settings());
}

TEST_F(FtpConnections, NothingNewerThanTls12WhereItIsAskedFor) {
    FtpPlace place(&start_proftpd, Tls::by_command, true);
    REQUIRE_SERVER(place);
    config::EndpointSettings settings = place.settings();
    settings.tls12 = true;
    expect_that_it_works(place, settings);
    EXPECT_NE(read_file(place.tls_log()).find("TLSv1.2"), std::string::npos);
    EXPECT_EQ(read_file(place.tls_log()).find("TLSv1.3"), std::string::npos);
}

TEST_F(FtpConnections, TheServerConnectsWhereItIsAskedTo) {
    FtpPlace place(&start_vsftpd, Tls::none, true);
    REQUIRE_SERVER(place);
    config::EndpointSettings settings = place.settings();
    settings.active = true;
    expect_that_it_works(place, settings);
}

TEST_F(FtpConnections, WithoutEpsvAndMlsd) {
    FtpPlace place(&start_proftpd, Tls::none, true);
    REQUIRE_SERVER(place);
    config::EndpointSettings settings = place.settings();
    settings.epsv = false;
    settings.mlsd = false;
    expect_that_it_works(place, settings);
    EXPECT_TRUE(open(settings)->list({}).entries.front().modified);
}

TEST_F(FtpConnections, WithoutMlsdTimesOfManyFilesComeInTurnAndNoRewriteIsOverlooked) {
    FtpPlace place(&start_vsftpd, Tls::none, true);
    REQUIRE_SERVER(place);
    constexpr std::size_t count = 2'100;
    for (std::size_t i = 0; i < count; ++i) {
        write_file(place.served() / (std::to_string(i) + ".xml"), "old");
    }
    const std::unique_ptr<endpoint::Endpoint> endpoint = open(place.settings());
    const auto times_known = [](const endpoint::Listing& listing) {
        return std::ranges::count_if(listing.entries,
                                     [](const endpoint::Entry& entry) { return entry.modified.has_value(); });
    };
    EXPECT_EQ(times_known(endpoint->list({})), 2'000);
    const endpoint::Listing first = endpoint->list({});
    EXPECT_EQ(times_known(first), static_cast<std::ptrdiff_t>(count));
    // One is older by an hour now, one by some seconds, which LIST does not show.
    const auto before = std::filesystem::last_write_time(place.served() / "2099.xml");
    const auto minute = std::chrono::floor<std::chrono::minutes>(before);
    const auto another_second =
        minute + std::chrono::seconds(before - minute > std::chrono::seconds(30) ? 5 : 50);
    for (const auto& [name, time] :
         {std::pair("0.xml", before - std::chrono::hours(1)),
          std::pair<const char*, std::filesystem::file_time_type>("2099.xml", another_second)}) {
        write_file(place.served() / name, "new");
        std::filesystem::last_write_time(place.served() / name, time);
    }
    const endpoint::Listing listing = endpoint->list({});
    std::set<std::string> changed;
    for (const endpoint::Entry& entry : listing.entries) {
        const auto old = std::ranges::find(first.entries, entry.name, &endpoint::Entry::name);
        if (old == first.entries.end() || !(*old == entry)) {
            changed.insert(entry.name);
        }
    }
    EXPECT_EQ(changed, (std::set<std::string>{"0.xml", "2099.xml"}));
}

TEST_F(FtpConnections, PathsMayBeginAtTheRootOrAtTheHome) {
    FtpPlace place(&start_proftpd, Tls::none, true);
    REQUIRE_SERVER(place);
    write_file(place.served() / "вложенная папка/a.xml", "a");
    config::EndpointSettings settings = place.settings();
    settings.url += "вложенная%20папка/";
    EXPECT_EQ(open(settings)->list({}).entries.size(), 1U);
    settings = place.settings();
    settings.url.erase(settings.url.find("/~/"));
    settings.url += place.served().string();
    EXPECT_EQ(open(settings)->list({}).entries.front().name, "вложенная папка");
}

TEST_F(FtpConnections, AListingThatTheServerCutsOffIsNoListing) {
    const std::unique_ptr<FtpServer> server = start_pureftpd({.most_listed = 5});
    if (!server) {
        GTEST_SKIP() << "this machine has no such server (tools/setup brings it)";
    }
    config::EndpointSettings settings;
    settings.url = "ftp://" + server->place();
    settings.password = Secret("secret");
    write_file(server->served() / "1.xml", "1");
    EXPECT_EQ(code_of(settings), "");
    for (const std::string name : {"2.xml", "3.xml", "4.xml", "5.xml"}) {
        write_file(server->served() / name, "1");
    }
    EXPECT_EQ(code_of(settings), "SRC-LISTING");
}

/// Nobody says so: the server has sent all, and the connection ends in order.
TEST_F(FtpConnections, AListingThatIsCutOffOnItsWayShowsNoHalfNames) {
    for (const Start start : {&start_vsftpd, &start_pureftpd}) {
        const std::unique_ptr<FtpServer> server = start({});
        if (!server) {
            continue;
        }
        const std::set<std::string> names{"goods-of-monday.xml", "goods-of-sunday.xml"};
        for (const std::string& name : names) {
            write_file(server->served() / name, "1");
        }
        unsigned refused = 0;
        for (const std::uint64_t byte : {40U, 90U, 151U, 170U, 180U, 181U, 195U, 196U, 260U, 270U}) {
            fault_proxy::FaultProxy proxy({.server_port = server->port(), .ftp = true});
            proxy.order({.action = fault_proxy::Action::cut,
                         .kind = fault_proxy::Kind::data,
                         .byte = byte,
                         .times = 0});
            config::EndpointSettings settings;
            const std::string place = server->place();
            settings.url =
                "ftp://" + place.substr(0, place.rfind(':') + 1) + std::to_string(proxy.port()) + "/";
            settings.password = Secret("secret");
            try {
                for (const endpoint::Entry& entry : open(settings)->list({}).entries) {
                    EXPECT_TRUE(names.contains(entry.name)) << entry.name << ", " << byte;
                }
            } catch (const Error& error) {
                refused += error.failure_class() == FailureClass::temporary ? 1 : 0;
            }
        }
        EXPECT_GT(refused, 5U);
    }
}

TEST_F(FtpConnections, ACertificateThatCannotBeTrustedEndsEverything) {
    FtpPlace place(&start_proftpd, Tls::by_command, true);
    REQUIRE_SERVER(place);
    config::EndpointSettings settings = place.settings();
    settings.ca_file = "";
    EXPECT_EQ(code_of(settings), "SRC-CERTIFICATE");
    settings.ca_file = place.certificates().other_authority;
    EXPECT_EQ(code_of(settings), "SRC-CERTIFICATE");
    settings.ca_file = place.certificates().authority;
    EXPECT_EQ(code_of(settings), "");
}

TEST_F(FtpConnections, AnExpiredCertificateEndsEverything) {
    FtpPlace place(&start_vsftpd, Tls::by_command, true, true);
    REQUIRE_SERVER(place);
    EXPECT_EQ(code_of(place.settings()), "SRC-CERTIFICATE");
}

TEST_F(FtpConnections, NoPasswordGoesOutWithoutTheTlsThatIsDemanded) {
    FtpPlace place(&start_vsftpd, Tls::none, true);
    REQUIRE_SERVER(place);
    config::EndpointSettings settings = place.settings();
    settings.url.replace(0, 3, "ftpes");
    EXPECT_EQ(code_of(settings), "SRC-TLS");
    settings.url.replace(0, 5, "ftps");
    EXPECT_EQ(code_of(settings), "SRC-TLS");
}

TEST_F(FtpConnections, AServerThatDemandsTlsIsNoCaseForTryingAgain) {
    FtpPlace place(&start_proftpd, Tls::by_command, true);
    REQUIRE_SERVER(place);
    config::EndpointSettings settings = place.settings();
    settings.url.replace(0, 5, "ftp");
    EXPECT_EQ(code_of(settings), "SRC-LOGIN");
}

}  // namespace

}  // namespace obmen::tests
