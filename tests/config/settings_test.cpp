#include "config/settings.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>

#include "config/settings_directory.hpp"

namespace obmen::config {
namespace {

class DefaultSettings : public SettingsDirectory {};

TEST_F(DefaultSettings, SpeakTheLanguageOfTheLocale) {
    EXPECT_EQ(default_settings({.locale = "ru_RU.UTF-8"}).language, Language::russian);
    EXPECT_EQ(default_settings({.locale = "de_DE.UTF-8"}).language, Language::english);
    EXPECT_EQ(default_settings({}).language, Language::english);
}

TEST_F(DefaultSettings, WriteReceiptsInRussianWhateverTheLocale) {
    EXPECT_EQ(default_settings({.locale = "en_US.UTF-8"}).receipts.language, Language::russian);
}

TEST_F(DefaultSettings, TakeThePortalFromTheEnvironment) {
    const Settings settings = default_settings({.portal = " https://p.bitrix24.ru/rest/1/code/ "});
    EXPECT_EQ(settings.portal.url.reveal(), "https://p.bitrix24.ru/rest/1/code/");
    EXPECT_TRUE(default_settings({}).portal.url.empty());
}

TEST_F(DefaultSettings, TakeThePortalFromAFileNamedInTheEnvironment) {
    const auto file = write("portal.url", "https://p.bitrix24.ru/rest/1/code/\n");
    EXPECT_EQ(default_settings({.portal = "@" + file.string()}).portal.url.reveal(),
              "https://p.bitrix24.ru/rest/1/code/");
}

TEST_F(DefaultSettings, KeepStateAndReceiptsUnderTheStateHome) {
    const Settings settings = default_settings({.state_home = "/home/exchange/.local/state"});
    EXPECT_EQ(settings.state_directory, "/home/exchange/.local/state/obmen");
    EXPECT_EQ(settings.receipts.directory, "/home/exchange/.local/state/obmen/receipts");
}

TEST_F(DefaultSettings, NameNoDirectoryWithoutAStateHome) {
    EXPECT_TRUE(default_settings({}).state_directory.empty());
    EXPECT_TRUE(default_settings({}).receipts.directory.empty());
}

TEST_F(DefaultSettings, ShareThePortalsLimitsWhereTheEnvironmentSays) {
    EXPECT_EQ(default_settings({.limits = "/var/lib/obmen/limits"}).portal.limits_directory,
              "/var/lib/obmen/limits");
}

TEST(EnvironmentOfProcess, KnowsTheZoneByEveryWayToWriteIt) {
    const char* const before = std::getenv("TZ");
    const std::string kept = before == nullptr ? "" : before;
    const auto zone_of = [](const char* written) {
        ::setenv("TZ", written, 1);
        return environment_of_process().time_zone;
    };
    for (const char* written : {"Asia/Omsk", ":Asia/Omsk", ":/usr/share/zoneinfo/Asia/Omsk"}) {
        EXPECT_EQ(zone_of(written), "Asia/Omsk") << written;
    }
    EXPECT_EQ(zone_of(":/etc/localtime"), "");
    EXPECT_EQ(zone_of("MSK-3"), "MSK-3");
    kept.empty() ? ::unsetenv("TZ") : ::setenv("TZ", kept.c_str(), 1);
}

}  // namespace
}  // namespace obmen::config
