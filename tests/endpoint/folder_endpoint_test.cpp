#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "endpoint/endpoint_cases.hpp"
#include "support/error.hpp"

namespace obmen::tests {

namespace {

class FolderPlace : public EndpointPlace {
  public:
    explicit FolderPlace(bool writable) {
        std::filesystem::create_directory(served());
        std::filesystem::permissions(served(), std::filesystem::perms(writable ? 0700 : 0500));
    }
    [[nodiscard]] config::EndpointSettings settings() const override {
        config::EndpointSettings settings;
        settings.url = "folder:" + served().string();
        return settings;
    }
    [[nodiscard]] std::filesystem::path served() const override { return m_directory / "Обмен с 1С"; }

  private:
    TemporaryDirectory m_directory;
};

/// Rights do not bind root.
std::unique_ptr<EndpointPlace> make_folder_place(bool writable) {
    return writable ? std::make_unique<FolderPlace>(true) : nullptr;
}

INSTANTIATE_TEST_SUITE_P(
    Folder, EndpointCases,
    testing::Values(EndpointCase{
        .name = "Folder", .make = &make_folder_place, .has_server = false, .control_names = true}),
    name_of_case);

/// What only a folder of this machine can be tried with.
class FolderEndpoints : public testing::Test {
  protected:
    [[nodiscard]] std::unique_ptr<endpoint::Endpoint> open(const std::filesystem::path& folder) {
        config::EndpointSettings settings;
        settings.url = "folder:" + folder.string();
        return endpoint::open_endpoint(settings, {m_clock, m_log});
    }
    static std::string code_of(const std::function<void()>& step) {
        try {
            step();
        } catch (const Error& error) {
            return std::string(error.finding().message.code.text());
        }
        return {};
    }
    TemporaryDirectory m_directory;
    SystemClock m_clock;
    SilentLog m_log;
};

TEST_F(FolderEndpoints, AFolderThatWasReplacedByALinkLeadsNowhere) {
    write_file(m_directory / "outside/secret.xml", "secret");
    write_file(m_directory / "source/goods/a.xml", "a");
    const auto endpoint = open(m_directory / "source");
    ASSERT_TRUE(endpoint->look("goods/a.xml"));
    std::filesystem::remove_all(m_directory / "source/goods");
    std::filesystem::create_directory_symlink("../outside", m_directory / "source/goods");
    const auto ignore = [](std::string_view /*block*/) {};
    EXPECT_EQ(code_of([&] { endpoint->fetch("goods/secret.xml", ignore); }), "SRC-MISSING");
    EXPECT_EQ(endpoint->look("goods/secret.xml"), std::nullopt);
    write_file(m_directory / "local", "new");
    EXPECT_EQ(code_of([&] { endpoint->store("goods/new.xml", m_directory / "local"); }), "SRC-MISSING");
    endpoint->remove("goods/secret.xml");
    EXPECT_EQ(read_file(m_directory / "outside/secret.xml"), "secret");
    EXPECT_EQ(endpoint->list({.depth = 5}).entries.at(0).kind, endpoint::Entry::Kind::other);
}

TEST_F(FolderEndpoints, TheFolderItselfMayBeALinkAndAFileIsNone) {
    write_file(m_directory / "real/a.xml", "a");
    std::filesystem::create_directory_symlink("real", m_directory / "link");
    EXPECT_EQ(open(m_directory / "link")->list({}).entries.size(), 1U);
    const auto file = open(m_directory / "real/a.xml");
    EXPECT_EQ(code_of([&] { static_cast<void>(file->list({})); }), "SRC-MISSING");
    EXPECT_EQ(code_of([&] { static_cast<void>(file->look("a.xml")); }), "SRC-MISSING");
}

TEST_F(FolderEndpoints, TimesAreCutToMilliseconds) {
    write_file(m_directory / "a.xml", "a");
    const timespec times[2] = {{.tv_sec = 1, .tv_nsec = 0},
                               {.tv_sec = 1'768'473'000, .tv_nsec = 123'999'999}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (m_directory / "a.xml").c_str(), times, 0), 0);
    EXPECT_EQ(open(m_directory.path())->look("a.xml")->modified,
              UtcTime{std::chrono::milliseconds{1'768'473'000'123}});
}

TEST_F(FolderEndpoints, AFullDiskIsTheServersAndLeavesNoStub) {
    // A file of more than RLIMIT_FSIZE fails as one on a full disk does, without the need for a disk.
    write_file(m_directory / "local", std::string(3'000'000, 'x'));
    std::filesystem::create_directory(m_directory / "source");
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{.rlim_cur = 1'000'000, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto endpoint = open(m_directory / "source");
    const std::string code = code_of([&] { endpoint->store("a.xml", m_directory / "local"); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    EXPECT_EQ(code, "SRC-FULL");
    EXPECT_TRUE(std::filesystem::is_empty(m_directory / "source"));
}

TEST_F(FolderEndpoints, ARightThatIsMissingIsSaid) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root may do everything";
    }
    write_file(m_directory / "source/inner/a.xml", "a");
    std::filesystem::permissions(m_directory / "source/inner", std::filesystem::perms::none);
    const auto endpoint = open(m_directory / "source");
    EXPECT_EQ(code_of([&] { static_cast<void>(endpoint->list({.depth = 2})); }), "SRC-DENIED");
    std::filesystem::permissions(m_directory / "source/inner", std::filesystem::perms::owner_all);
}

}  // namespace

}  // namespace obmen::tests
