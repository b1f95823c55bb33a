#include <gtest/gtest.h>

#include "config/settings.hpp"
#include "config/settings_directory.hpp"

namespace obmen::config {
namespace {

constexpr std::string_view address = "https://p.bitrix24.ru/rest/1/s3cretc0de/";

class PortalUrl : public SettingsDirectory {};

TEST_F(PortalUrl, IsTheTrimmedTextItself) {
    EXPECT_EQ(resolve_portal_url("  https://p/rest/1/c/\n", directory()).reveal(), "https://p/rest/1/c/");
    EXPECT_TRUE(resolve_portal_url("  ", directory()).empty());
}

TEST_F(PortalUrl, IsTheTrimmedFirstLineOfTheNamedFile) {
    (void)write("portal.url", "\xEF\xBB\xBF " + std::string(address) + " \r\nhttps://other/rest/1/x/\n");
    EXPECT_EQ(resolve_portal_url("@portal.url", directory()).reveal(), address);
    EXPECT_EQ(resolve_portal_url("@ portal.url", directory()).reveal(), address);
}

TEST_F(PortalUrl, MayComeFromAnAbsolutePath) {
    const auto file = write("portal.url", address);
    EXPECT_EQ(resolve_portal_url("@" + file.string(), "/nowhere").reveal(), address);
}

TEST_F(PortalUrl, RefusesAFileThatOthersCanRead) {
    (void)write("portal.url", address, 0644);
    const Error error = error_of([&] { (void)resolve_portal_url("@portal.url", directory()); });
    EXPECT_EQ(error.finding().message.code, Code{"CFG-SECRET-READABLE"});
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    const std::string shown = everything_shown(error);
    EXPECT_NE(shown.find("chmod 600 " + (directory() / "portal.url").string()), std::string::npos) << shown;
    EXPECT_EQ(shown.find("s3cretc0de"), std::string::npos) << shown;
}

TEST_F(PortalUrl, AcceptsAFileThatTheGroupCanRead) {
    (void)write("portal.url", address, 0640);
    EXPECT_EQ(resolve_portal_url("@portal.url", directory()).reveal(), address);
}

TEST_F(PortalUrl, RefusesAnEmptyFirstLine) {
    (void)write("portal.url", "\n" + std::string(address));
    const Error error = error_of([&] { (void)resolve_portal_url("@portal.url", directory()); });
    EXPECT_EQ(error.finding().message.code, Code{"CFG-SECRET-EMPTY"});
}

TEST_F(PortalUrl, RefusesAMissingFileAsAMistakeInTheSettings) {
    const Error error = error_of([&] { (void)resolve_portal_url("@portal.url", directory()); });
    EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    EXPECT_NE(everything_shown(error).find("portal.url"), std::string::npos);
}

TEST_F(PortalUrl, DoesNotShowAnAddressThatWasGivenAsAFileName) {
    const Error error = error_of([&] { (void)resolve_portal_url("@" + std::string(address), directory()); });
    EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
    EXPECT_EQ(everything_shown(error).find("s3cretc0de"), std::string::npos) << everything_shown(error);
}

}  // namespace
}  // namespace obmen::config
