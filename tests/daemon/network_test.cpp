#include <gtest/gtest.h>

#include <signal.h>

#include <filesystem>

#include "daemon/watched_exchange.hpp"
#include "fault_proxy/fault_proxy.hpp"
#include "servers/ftp_server.hpp"
#include "servers/server_process.hpp"
#include "support/hash.hpp"

/// A network that breaks at a byte that the test says: between obmen and a real FTP server, and between obmen
/// and the portal.
namespace obmen::tests {
namespace {

using fault_proxy::Action;
using fault_proxy::Direction;
using fault_proxy::FaultProxy;
using fault_proxy::Kind;

class FtpNetwork : public testing::Test {
  protected:
    void SetUp() override {
        if (!server_program("vsftpd", "usr/sbin/vsftpd")) {
            GTEST_SKIP() << "no vsftpd (tools/setup unpacks it)";
        }
        m_server = start_vsftpd();
        for (const char* folder : {"out", "in"}) {
            std::filesystem::create_directory(served(folder));
            std::filesystem::permissions(served(folder), std::filesystem::perms::all);
        }
        m_proxy =
            std::make_unique<FaultProxy>(fault_proxy::Options{.server_port = m_server->port(), .ftp = true});
        write_file(exchange.directory() / "password", "secret\n");
        std::filesystem::permissions(exchange.directory() / "password", std::filesystem::perms::owner_read);
        exchange.write_all_settings(
            "language = \"en\"\n[portal]\nurl = \"@portal\"\n[state]\ndirectory = \"state\"\n"
            "[[source]]\nname = \"1c\"\narchive = \"move\"\npoll_seconds = 20\nsettle_seconds = 10\n"
            "stub_seconds = 200\n" +
            address("out") + "[source.receipts]\n" + address("in"));
    }

    [[nodiscard]] std::string address(const std::string& folder) const {
        const std::string place = m_server->place();
        return "url = \"ftp://" + place.substr(0, place.rfind(':') + 1) + std::to_string(m_proxy->port()) +
               "/~/" + folder + "\"\nconnect_seconds = 2\nstall_seconds = 2\npassword = \"@" +
               (exchange.directory() / "password").string() + "\"\n";
    }
    [[nodiscard]] std::filesystem::path served(const std::string& name) const {
        return m_server->served() / name;
    }
    void drop(const std::string& name, const std::string& bytes) const {
        write_file(served("out") / (name + ".tmp"), bytes);
        std::filesystem::rename(served("out") / (name + ".tmp"), served("out") / name);
    }
    [[nodiscard]] std::vector<std::filesystem::path> receipts() const {
        std::vector<std::filesystem::path> found;
        for (const auto& entry : std::filesystem::directory_iterator(served("in"))) {
            if (entry.path().string().ends_with(".receipt.xml")) {
                found.push_back(entry.path());
            }
        }
        return found;
    }
    /// Failures on the way are tried again after seconds of wall time; a person with SIGHUP does not wait.
    [[nodiscard]] bool eventually_asked_for(const std::function<bool()>& condition) {
        return eventually([&] {
            exchange.daemon().signal(SIGHUP);
            return condition();
        });
    }

    WatchedExchange exchange;
    std::unique_ptr<FtpServer> m_server;
    std::unique_ptr<FaultProxy> m_proxy;
};

/// The data connection of the fetch: the biggest thing that comes, so every connection has the rule.
TEST_F(FtpNetwork, AFetchThatIsCutOffIsNeverTakenForTheWholeFile) {
    const std::string bytes = export_of(60, "c");
    for (const std::uint64_t at : {std::uint64_t{2000}, std::uint64_t{bytes.size() / 2}, bytes.size() - 1}) {
        m_proxy->order({.action = Action::cut, .kind = Kind::data, .byte = at, .times = 0});
    }
    exchange.start_and_wait();
    drop("import.xml", bytes);
    ASSERT_TRUE(eventually_asked_for([&] { return m_proxy->data_connections() > 5; })) << exchange.said();
    EXPECT_TRUE(receipts().empty());
    EXPECT_TRUE(exchange.packages().empty()) << "two thousand bytes are no export";
    m_proxy->clear();
    ASSERT_TRUE(eventually_asked_for([&] { return receipts().size() == 1; })) << exchange.said();
    EXPECT_EQ(read_receipt(receipts().front()).count("Товар", "Создан"), 60);
    EXPECT_EQ(exchange.packages().front().files.front().sha256, sha256_hex(bytes));
    EXPECT_EQ(exchange.creations(), 61);
}

/// What the server has of it then is a stub under a temporary name; 1C never sees it under a receipt's.
TEST_F(FtpNetwork, AReceiptWhoseUploadIsCutOffComesWholeAndOnce) {
    m_proxy->order({.action = Action::reset,
                    .kind = Kind::data,
                    .direction = Direction::to_server,
                    .byte = 500,
                    .times = 3});
    m_proxy->order({.action = Action::cut,
                    .kind = Kind::data,
                    .direction = Direction::to_server,
                    .byte = 900,
                    .times = 3});
    exchange.start_and_wait();
    drop("import.xml", export_of(30, "r"));
    ASSERT_TRUE(eventually_asked_for([&] {
        for (const auto& path : receipts()) {
            static_cast<void>(read_receipt(path));  // throws if it is half of one
        }
        return receipts().size() == 1;
    })) << exchange.said();
    EXPECT_EQ(read_receipt(receipts().front()).count("Товар", "Создан"), 30);
    ASSERT_TRUE(eventually_asked_for([&] {
        return std::distance(std::filesystem::directory_iterator(served("in")), {}) == 1;
    })) << "the stubs are taken away";
    EXPECT_GE(m_proxy->acted(), 1U);
}

/// Plain FTP has no checksum of its own. An archive has: another byte in it is PKG-ZIP, or the export is
/// refused as what it has become. (In XML, a byte that leaves it well-formed cannot be told by anybody; a
/// sidecar with the sender's hash can: PKG-SIDECAR.)
TEST_F(FtpNetwork, AnotherByteOnTheWayIsSeenWhereTheSenderHasWrittenAHash) {
    const std::string bytes = export_of(20, "b");
    m_proxy->order({.action = Action::corrupt, .kind = Kind::data, .byte = bytes.size() / 2, .times = 0});
    write_file(served("out") / "import.xml.sha256", sha256_hex(bytes) + "  import.xml\n");
    drop("import.xml", bytes);
    exchange.start_and_wait();
    ASSERT_TRUE(eventually_asked_for([&] { return m_proxy->data_connections() > 6; })) << exchange.said();
    m_proxy->clear();
    ASSERT_TRUE(eventually_asked_for([&] { return receipts().size() >= 1; })) << exchange.said();
    EXPECT_LE(exchange.creations(), 21);
    for (const ledger::Package& package : exchange.packages()) {
        const bool is_whole = package.files.front().sha256 == sha256_hex(bytes);
        EXPECT_EQ(package.state == ledger::PackageState::applied, is_whole)
            << "nothing of the damaged one is applied";
    }
}

/// Between obmen and the portal.
class PortalNetwork : public testing::Test {
  protected:
    PortalNetwork() {
        const std::string url = exchange.sandbox().url();
        const std::size_t colon = url.rfind(':') + 1;
        m_proxy = std::make_unique<FaultProxy>(std::stoi(url.substr(colon)));
        write_file(exchange.directory() / "portal", url.substr(0, colon) + std::to_string(m_proxy->port()) +
                                                        url.substr(url.find('/', colon)) + "\n");
    }
    void expect_everything_once(std::size_t exports) {
        ASSERT_TRUE(eventually([&] {
            exchange.daemon().signal(SIGHUP);
            std::size_t final = 0;
            for (const auto& path : exchange.receipts()) {
                final += read_receipt(path).state == "Выполнено" ? 1 : 0;
            }
            return final == exports;
        })) << exchange.said();
        EXPECT_EQ(exchange.creations(), static_cast<int>(exports) * 20 + 1);
        EXPECT_FALSE(exchange.has_duplicates()) << exchange.sandbox().verdict().dump();
        EXPECT_TRUE(exchange.sandbox().verdict().at("duplicate_parts").empty());
    }

    WatchedExchange exchange;
    std::unique_ptr<FaultProxy> m_proxy;
};

TEST_F(PortalNetwork, SlicedToSingleBytesItIsTheSame) {
    m_proxy->order({.action = Action::slice, .direction = Direction::to_client, .times = 0});
    m_proxy->order({.action = Action::slice, .direction = Direction::to_server, .times = 0});
    exchange.start_and_wait();
    exchange.drop("a.xml", export_of(20, "a"));
    expect_everything_once(1);
    EXPECT_EQ(exchange.receipt_count(), 1U) << "and nothing had to be asked twice";
}

TEST_F(PortalNetwork, CutAfterAnyNumberOfBytesEverythingIsThereOnce) {
    constexpr int exports = 12;
    exchange.start_and_wait();
    std::uint64_t byte = 1;
    for (int i = 0; i < exports; ++i) {
        const bool asks = i % 2 == 0;
        m_proxy->order({.action = i % 3 == 0 ? Action::reset : Action::cut,
                        .direction = asks ? Direction::to_server : Direction::to_client,
                        .byte = byte,
                        .times = 2});
        exchange.drop("e" + std::to_string(i) + ".xml", export_of(20, "e" + std::to_string(i) + "-"));
        ASSERT_TRUE(eventually([&] {
            exchange.daemon().signal(SIGHUP);
            return exchange.receipt_count() > static_cast<std::size_t>(i);
        })) << exchange.said();
        byte = byte * 2 + 7;
    }
    m_proxy->clear();
    expect_everything_once(exports);
    EXPECT_GT(m_proxy->acted(), 6U);
}

}  // namespace
}  // namespace obmen::tests
