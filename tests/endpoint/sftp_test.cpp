#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>

#include "endpoint/sftp_setup.hpp"

namespace obmen::endpoint {
namespace {

using test::failure_of;
using test::fetched;
using test::SftpSetup;
using tests::OpenSshServer;
using tests::read_file;
using tests::write_file;

/// One server for all tests of files; each has a folder of its own in it.
class SftpFiles : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (OpenSshServer::why_not().empty()) {
            s_setup = std::make_unique<SftpSetup>(tests::OpenSshOptions{.small_disk = true});
        }
    }
    static void TearDownTestSuite() { s_setup.reset(); }

    void SetUp() override {
        if (!s_setup) {
            GTEST_SKIP() << OpenSshServer::why_not();
        }
        const std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
        m_folder = s_setup->server.folder() / name;
        std::filesystem::create_directory(m_folder);
        std::filesystem::permissions(m_folder, std::filesystem::perms(0777));
        config::EndpointSettings settings = s_setup->settings();
        settings.url = s_setup->server.url(m_folder);
        m_endpoint = s_setup->open(settings);
    }
    void TearDown() override { m_endpoint.reset(); }

    static std::unique_ptr<SftpSetup> s_setup;
    std::filesystem::path m_folder;
    std::unique_ptr<Endpoint> m_endpoint;
};
std::unique_ptr<SftpSetup> SftpFiles::s_setup;

std::map<std::string, Entry> by_name(const Listing& listing) {
    std::map<std::string, Entry> out;
    for (const Entry& entry : listing.entries) {
        out[entry.name] = entry;
    }
    return out;
}

TEST_F(SftpFiles, AreListedWithSizeAndTimeToAnyDepth) {
    write_file(m_folder / "import.xml", "12345");
    write_file(m_folder / "a/b/deep.xml", "1");
    write_file(m_folder / "closed/x.xml", "1");
    const timespec times[2] = {{1'600'000'000, 0}, {1'600'000'123, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (m_folder / "import.xml").c_str(), times, 0), 0);

    auto top = by_name(m_endpoint->list({}));
    EXPECT_EQ(top.size(), 3U);
    EXPECT_EQ(top["import.xml"],
              (Entry{"import.xml", Entry::Kind::file, 5, UtcTime(std::chrono::seconds(1'600'000'123))}));
    EXPECT_EQ(top["a"].kind, Entry::Kind::folder);

    const auto all = by_name(
        m_endpoint->list({.depth = 3, .enters = [](std::string_view name) { return name != "closed"; }}));
    EXPECT_TRUE(all.contains("a/b/deep.xml"));
    EXPECT_TRUE(all.contains("closed"));
    EXPECT_FALSE(all.contains("closed/x.xml"));
    EXPECT_EQ(all.size(), 3U);
}

TEST_F(SftpFiles, AreFetchedByteForByteAndStoredAgain) {
    std::string bytes;
    for (unsigned i = 0; i < 3'500'000; ++i) {
        bytes += static_cast<char>((i * 2'654'435'761U) >> 24U);
    }
    const auto local = s_setup->file("big.bin", bytes);
    m_endpoint->store("big.bin", local);
    EXPECT_EQ(read_file(m_folder / "big.bin"), bytes);
    EXPECT_EQ(fetched(*m_endpoint, "big.bin"), bytes);
    EXPECT_EQ(m_endpoint->look("big.bin")->size, bytes.size());

    m_endpoint->store("empty", s_setup->file("empty", ""));
    EXPECT_EQ(fetched(*m_endpoint, "empty"), "");
    EXPECT_EQ(failure_of([&] { m_endpoint->store("empty", local); }).code, "SRC-EXISTS");
    EXPECT_EQ(read_file(m_folder / "empty"), "");
}

TEST_F(SftpFiles, ThatAreNoRegularFilesAreNeverOpened) {
    write_file(m_folder / "secret", "not for links");
    std::filesystem::create_symlink(m_folder / "secret", m_folder / "link");
    ASSERT_EQ(::mkfifo((m_folder / "pipe").c_str(), 0666), 0);
    const auto listed = by_name(m_endpoint->list({.depth = 5, .enters = {}}));
    for (const std::string name : {"link", "pipe"}) {
        EXPECT_EQ(listed.at(name).kind, Entry::Kind::other);
        EXPECT_EQ(m_endpoint->look(name)->kind, Entry::Kind::other);
        EXPECT_EQ(failure_of([&] { (void)fetched(*m_endpoint, name); }).code, "SRC-PROTOCOL") << name;
    }
}

TEST_F(SftpFiles, KeepTheirNamesByteForByte) {
    const std::vector<std::string> names{"импорт.xml",
                                         "\xE8\xEC\xEF\xEE\xF0\xF2.xml",
                                         "-rf",
                                         "two\nlines",
                                         std::string(255, 'x'),
                                         " spaces ",
                                         "a%2Fb",
                                         "back\\slash"};
    for (const std::string& name : names) {
        write_file(m_folder / name, name);
    }
    const auto listed = by_name(m_endpoint->list({}));
    EXPECT_EQ(listed.size(), names.size());
    for (const std::string& name : names) {
        EXPECT_TRUE(listed.contains(name)) << name;
        EXPECT_EQ(fetched(*m_endpoint, name), name);
    }
}

TEST_F(SftpFiles, OutsideTheFolderAreOutOfReach) {
    write_file(m_folder.parent_path() / "outside", "1");
    for (const std::string name : {"../outside", "a/../../outside", "/etc/passwd", "", ".", "a//b", "a/"}) {
        EXPECT_FALSE(m_endpoint->look(name)) << name;
        EXPECT_EQ(failure_of([&] { m_endpoint->remove(name); }).code, "SRC-MISSING") << name;
        EXPECT_EQ(failure_of([&] { m_endpoint->rename("x", name); }).code, "SRC-MISSING") << name;
    }
    EXPECT_TRUE(std::filesystem::exists(m_folder.parent_path() / "outside"));
}

TEST_F(SftpFiles, AreRenamedNeverOverAnother) {
    write_file(m_folder / "a", "a");
    write_file(m_folder / "b", "b");
    EXPECT_EQ(failure_of([&] { m_endpoint->rename("a", "b"); }).code, "SRC-EXISTS");
    EXPECT_EQ(failure_of([&] { m_endpoint->rename("a", "a"); }).code, "SRC-EXISTS");
    EXPECT_EQ(failure_of([&] { m_endpoint->rename("missing", "c"); }).code, "SRC-MISSING");
    EXPECT_EQ(read_file(m_folder / "a") + read_file(m_folder / "b"), "ab");
    m_endpoint->make_folder("done");
    m_endpoint->make_folder("done");
    m_endpoint->rename("a", "done/a");
    EXPECT_EQ(read_file(m_folder / "done/a"), "a");
    EXPECT_EQ(failure_of([&] { m_endpoint->make_folder("b"); }).code, "SRC-EXISTS");
    m_endpoint->remove("b");
    m_endpoint->remove("b");
    EXPECT_FALSE(m_endpoint->look("b"));
}

TEST_F(SftpFiles, MissingDeniedAndVanishedAreToldApart) {
    EXPECT_EQ(failure_of([&] { (void)fetched(*m_endpoint, "no.xml"); }).code, "SRC-MISSING");
    EXPECT_EQ(failure_of([&] { m_endpoint->store("no/x", s_setup->file("x", "x")); }).code, "SRC-MISSING");
    std::filesystem::create_directory(m_folder / "locked");
    std::filesystem::permissions(m_folder / "locked", std::filesystem::perms::none);
    EXPECT_EQ(failure_of([&] { (void)m_endpoint->list({.depth = 2, .enters = {}}); }).code, "SRC-DENIED");
    std::filesystem::permissions(m_folder / "locked", std::filesystem::perms(0755));
    EXPECT_EQ(failure_of([&] {
                  (void)m_endpoint->list({.depth = 2, .enters = [&](std::string_view) {
                                              return std::filesystem::remove(m_folder / "locked");
                                          }});
              }).code,
              "SRC-LISTING");
    std::filesystem::remove_all(m_folder);
    const auto missing = failure_of([&] { (void)m_endpoint->list({}); });
    EXPECT_EQ(missing.code, "SRC-MISSING");
    EXPECT_EQ(missing.failure_class, FailureClass::temporary);
}

TEST_F(SftpFiles, ThatDoNotFitOnTheServersDiskAreRefusedAsSuch) {
    config::EndpointSettings settings = s_setup->settings();
    settings.url = s_setup->server.url(s_setup->server.folder() / "small");
    const auto endpoint = s_setup->open(settings);
    const auto big = s_setup->file("big", std::string(1'000'000, 'x'));
    EXPECT_EQ(failure_of([&] { endpoint->store("big", big); }).code, "SRC-FULL");
    endpoint->remove("big");
    endpoint->store("small", s_setup->file("small", "fits"));
    EXPECT_EQ(fetched(*endpoint, "small"), "fits");
}

TEST_F(SftpFiles, OfTheUsersHomeAreReachedThroughTheTilde) {
    config::EndpointSettings settings = s_setup->settings();
    settings.url = s_setup->server.url("/~/exchange");
    write_file(m_folder.parent_path() / "here", "home");
    EXPECT_EQ(fetched(*s_setup->open(settings), "here"), "home");
    settings.url = s_setup->server.url("/~/");
    EXPECT_TRUE(by_name(s_setup->open(settings)->list({})).contains("exchange"));
}

TEST_F(SftpFiles, OfALargeFolderAreAllListed) {
    for (int i = 0; i < 3'000; ++i) {
        std::ofstream(m_folder / (std::string(180, 'n') + std::to_string(i)));
    }
    EXPECT_EQ(m_endpoint->list({}).entries.size(), 3'000U);
}

TEST_F(SftpFiles, WhoseTakerFailsLeaveAnEndpointThatGoesOn) {
    write_file(m_folder / "a", std::string(2'000'000, 'x'));
    EXPECT_THROW(m_endpoint->fetch("a", [](std::string_view) { throw std::runtime_error("disk"); }),
                 std::runtime_error);
    EXPECT_EQ(fetched(*m_endpoint, "a").size(), 2'000'000U);
}

}  // namespace
}  // namespace obmen::endpoint
