#include <algorithm>
#include <map>

#include "endpoint/sftp_setup.hpp"

namespace obmen::endpoint {
namespace {

using test::Failure;
using test::failure_of;
using test::SftpSetup;
using tests::OpenSshOptions;
using tests::OpenSshServer;

/// An sshd with odd_sftp_server instead of its own service.
class OddSftpServer : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (OpenSshServer::why_not().empty()) {
            s_directory = std::make_unique<tests::TemporaryDirectory>();
            // Where its user can get at it.
            std::filesystem::permissions(s_directory->path(), std::filesystem::perms(0755));
            const std::filesystem::path program = *s_directory / "odd_sftp_server";
            std::filesystem::copy_file(OBMEN_ODD_SFTP_SERVER, program);
            s_setup =
                std::make_unique<SftpSetup>(OpenSshOptions{.config = {"ForceCommand " + program.string()}});
        }
    }
    static void TearDownTestSuite() {
        s_setup.reset();
        s_directory.reset();
    }
    void SetUp() override {
        if (!s_setup) {
            GTEST_SKIP() << OpenSshServer::why_not();
        }
    }

    static std::unique_ptr<Endpoint> open(const std::string& folder) {
        config::EndpointSettings settings = s_setup->settings();
        settings.url = s_setup->server.url(folder);
        return s_setup->open(settings);
    }

    static std::unique_ptr<tests::TemporaryDirectory> s_directory;
    static std::unique_ptr<SftpSetup> s_setup;
};
std::unique_ptr<tests::TemporaryDirectory> OddSftpServer::s_directory;
std::unique_ptr<SftpSetup> OddSftpServer::s_setup;

TEST_F(OddSftpServer, CannotLeadOutOfTheFolderByNames) {
    Listing listing = open("/odd")->list({.depth = 3, .enters = {}});
    std::sort(listing.unusable.begin(), listing.unusable.end());
    EXPECT_EQ(listing.unusable, (std::vector<std::string>{"", "../up", "a/b", "a\\x00b"}));
    std::map<std::string, Entry::Kind> kinds;
    for (const Entry& entry : listing.entries) {
        kinds[entry.name] = entry.kind;
        EXPECT_FALSE(entry.modified);
    }
    EXPECT_EQ(kinds, (std::map<std::string, Entry::Kind>{{"good.xml", Entry::Kind::file},
                                                         {"bare", Entry::Kind::other},
                                                         {"typeless", Entry::Kind::other}}));
}

TEST_F(OddSftpServer, NeverGetsHalfAListingThrough) {
    EXPECT_EQ(open("/fine")->list({}).entries.size(), 1U);
    EXPECT_EQ(failure_of([] { (void)open("/half")->list({}); }).code, "SRC-LISTING");
    EXPECT_EQ(failure_of([] { (void)open("/long")->list({}); }).code, "SRC-LISTING");
}

TEST_F(OddSftpServer, IsUnderstoodByItsStatusCodes) {
    const auto endpoint = open("/fine");
    const std::map<int, std::string> meanings{
        {3, "SRC-DENIED"},    {4, "SRC-PROTOCOL"},  {5, "SRC-PROTOCOL"},  {6, "SRC-CONNECT"},
        {7, "SRC-CONNECT"},   {8, "SRC-PROTOCOL"},  {11, "SRC-EXISTS"},   {12, "SRC-DENIED"},
        {13, "SRC-PROTOCOL"}, {14, "SRC-FULL"},     {15, "SRC-FULL"},     {17, "SRC-BUSY"},
        {19, "SRC-PROTOCOL"}, {20, "SRC-PROTOCOL"}, {77, "SRC-PROTOCOL"},
    };
    for (const auto& [status, code] : meanings) {
        const std::string name = "status" + std::to_string(status);
        const Failure failure = failure_of([&] { (void)endpoint->look(name); });
        EXPECT_EQ(failure.code, code) << status;
        EXPECT_EQ(failure.failure_class, FailureClass::temporary);
        EXPECT_NE(failure.text.find(name), std::string::npos) << failure.text;
    }
    EXPECT_FALSE(endpoint->look("status2"));
    EXPECT_FALSE(endpoint->look("status10"));
    endpoint->remove("status10");
    EXPECT_EQ(failure_of([&] { endpoint->make_folder("status14"); }).code, "SRC-FULL");
    EXPECT_EQ(failure_of([] { (void)open("/status10")->list({}); }).code, "SRC-MISSING");
}

TEST_F(OddSftpServer, HasStoredOnlyWhatItSaysItHas) {
    const auto endpoint = open("/fine");
    const auto local = s_setup->file("local", std::string(100'000, 'l'));
    endpoint->store("no-fsync-here", local);
    EXPECT_EQ(failure_of([&] { endpoint->store("write14", local); }).code, "SRC-FULL");
    EXPECT_EQ(failure_of([&] { endpoint->store("write4", local); }).code, "SRC-PROTOCOL");
    EXPECT_EQ(failure_of([&] { endpoint->store("close4", local); }).code, "SRC-PROTOCOL");
    EXPECT_EQ(failure_of([&] { endpoint->store("status11", local); }).code, "SRC-EXISTS");
    // This one would replace what is there.
    EXPECT_EQ(failure_of([&] { endpoint->rename("a", "b"); }).code, "SRC-EXISTS");
    endpoint->rename("a", "missing");
}

}  // namespace
}  // namespace obmen::endpoint
