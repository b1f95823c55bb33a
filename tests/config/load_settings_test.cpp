#include <gtest/gtest.h>

#include "config/settings.hpp"
#include "config/settings_directory.hpp"

namespace obmen::config {
namespace {

class LoadSettings : public SettingsDirectory {
  protected:
    [[nodiscard]] Settings load(std::string_view content, const Environment& environment = {},
                                mode_t mode = 0600) const {
        return load_settings(write("settings.toml", content, mode), environment);
    }

    [[nodiscard]] Message refusal_of(std::string_view content, mode_t mode = 0600) const {
        const Error error = error_of([&] { (void)load(content, {}, mode); });
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
        return error.finding().message;
    }

    [[nodiscard]] std::string shown_file() const { return (directory() / "settings.toml").string(); }
};

TEST_F(LoadSettings, TakesEveryKey) {
    (void)write("portal.url", "https://p.bitrix24.ru/rest/1/code/\n");
    const Settings settings = load(R"(
language = "ru"
[portal]
url = "@portal.url"
requests_per_second = 5.5
burst = 250
timeout_seconds = 30
api = "auto"
max_in_flight = 2
operating_limit = 420
patience_seconds = 0
limits_directory = "limits"
[state]
directory = "/var/lib/obmen"
[receipts]
directory = "answers"
language = "en"
encoding = "windows-1251"
list_unchanged_up_to = 0
[exchange]
source_system = " УТ 11 "
[mapping]
file = "maps/shop.toml"
price_type = "Розничная"
default_currency = "KZT"
[limits]
depth = 1
group_depth = 2
attributes = 3
name_bytes = 4
record_bytes = 5
record_elements = 6
archive_files = 7
archive_bytes = 8
archive_ratio = 9
[flat]
mappings = ["flat/goods.toml", "/etc/people.toml"]
)");
    EXPECT_EQ(settings.language, Language::russian);
    EXPECT_EQ(settings.portal.url.reveal(), "https://p.bitrix24.ru/rest/1/code/");
    EXPECT_EQ(settings.portal.requests_per_second, 5.5);
    EXPECT_EQ(settings.portal.burst, 250);
    EXPECT_EQ(settings.portal.timeout_seconds, 30U);
    EXPECT_EQ(settings.portal.api, "auto");
    EXPECT_EQ(settings.portal.max_in_flight, 2U);
    EXPECT_EQ(settings.portal.operating_limit, 420);
    EXPECT_EQ(settings.portal.patience_seconds, 0U);
    EXPECT_EQ(settings.portal.limits_directory, directory() / "limits");
    EXPECT_EQ(settings.state_directory, "/var/lib/obmen");
    EXPECT_EQ(settings.receipts.directory, directory() / "answers");
    EXPECT_EQ(settings.receipts.language, Language::english);
    EXPECT_TRUE(settings.receipts.windows1251);
    EXPECT_EQ(settings.receipts.list_unchanged_up_to, 0U);
    EXPECT_EQ(settings.source_system, "УТ 11");
    EXPECT_EQ(settings.mapping, directory() / "maps/shop.toml");
    EXPECT_EQ(settings.price_type, "Розничная");
    EXPECT_EQ(settings.default_currency, "KZT");
    EXPECT_EQ(settings.flat_mappings,
              (std::vector<std::filesystem::path>{directory() / "flat/goods.toml", "/etc/people.toml"}));
    EXPECT_EQ(settings.limits.depth, 1U);
    EXPECT_EQ(settings.limits.group_depth, 2U);
    EXPECT_EQ(settings.limits.attributes, 3U);
    EXPECT_EQ(settings.limits.name_bytes, 4U);
    EXPECT_EQ(settings.limits.record_bytes, 5U);
    EXPECT_EQ(settings.limits.record_elements, 6U);
    EXPECT_EQ(settings.limits.archive_files, 7U);
    EXPECT_EQ(settings.limits.archive_bytes, 8U);
    EXPECT_EQ(settings.limits.archive_ratio, 9U);
}

TEST_F(LoadSettings, RefusesLimitsThatNothingCouldPassOrNoMachineCouldHold) {
    EXPECT_EQ(refusal_of("[limits]\ndepth = 0\n").code.text(), "CFG-RANGE");
    EXPECT_EQ(refusal_of("[limits]\nrecord_bytes = 1073741825\n").code.text(), "CFG-RANGE");
    EXPECT_EQ(refusal_of("[limits]\nrecord_bytes = \"16 MB\"\n").code.text(), "CFG-TYPE");
}

TEST_F(LoadSettings, LeavesDefaultsWhereTheFileSaysNothing) {
    const Settings settings = load("", {.locale = "ru_RU.UTF-8", .state_home = "/s"});
    const Settings defaults;
    EXPECT_EQ(settings.language, Language::russian);
    EXPECT_EQ(settings.state_directory, "/s/obmen");
    EXPECT_EQ(settings.receipts.directory, "/s/obmen/receipts");
    EXPECT_EQ(settings.portal.requests_per_second, defaults.portal.requests_per_second);
    EXPECT_EQ(settings.source_system, "1C");
    EXPECT_FALSE(settings.receipts.windows1251);
}

TEST_F(LoadSettings, KeepsReceiptsInTheNamedStateDirectory) {
    const Settings settings = load("[state]\ndirectory = \"../state\"\n", {.state_home = "/s"});
    EXPECT_EQ(settings.state_directory, directory().parent_path() / "state");
    EXPECT_EQ(settings.receipts.directory, directory().parent_path() / "state/receipts");
}

TEST_F(LoadSettings, AcceptsAByteOrderMarkAndWindowsLineEnds) {
    EXPECT_EQ(load("\xEF\xBB\xBFlanguage = \"ru\"\r\n[portal]\r\nburst = 7\r\n").portal.burst, 7);
}

TEST_F(LoadSettings, PrefersThePortalOfTheEnvironment) {
    const Settings settings = load("[portal]\nurl = \"@missing.url\"\n", {.portal = "https://e/rest/1/c/"});
    EXPECT_EQ(settings.portal.url.reveal(), "https://e/rest/1/c/");
}

TEST_F(LoadSettings, TakesAProxyThatIsOne) {
    for (const char* const proxy : {"http://proxy.example:3128", "proxy:8080", "socks5h://10.0.0.1:1080",
                                    "http://[fd00::1]:3128/", "https://user:p%40ss@proxy.example", ""}) {
        EXPECT_EQ(load("[portal]\nproxy = \"" + std::string(proxy) + "\"\n").portal.proxy, proxy);
    }
    for (const char* const proxy :
         {"ftp://proxy:1", "http://", "http://proxy:port", "http://proxy:0", "a b:80", "http://proxy:80/path",
          "http://user:s3cret@", "http://[fd00::1"}) {
        const Message message = refusal_of("[portal]\nproxy = \"" + std::string(proxy) + "\"\n");
        EXPECT_EQ(message.code, Code{"CFG-RANGE"}) << proxy;
        EXPECT_EQ(sentence(message, Language::english).find("s3cret"), std::string::npos);
    }
    EXPECT_EQ(refusal_of("[portal]\nproxy = \"http://user:s3cret@proxy:1\"\n", 0640).code,
              Code{"CFG-SECRET-READABLE"});
}

TEST_F(LoadSettings, TakesAnAddressFromAPrivateFileOnly) {
    const std::string content = "[portal]\nburst = 1\nurl = \"https://p/rest/1/s3cretc0de/\"\n";
    EXPECT_EQ(load(content).portal.url.reveal(), "https://p/rest/1/s3cretc0de/");
    for (const mode_t mode : {0640U, 0604U}) {
        const Message message = refusal_of(content, mode);
        EXPECT_EQ(message, (Message{"CFG-SECRET-READABLE", {shown_file(), "3"}}));
    }
}

TEST_F(LoadSettings, NamesTheNearestSetting) {
    const Message message = refusal_of("[portal]\nburst = 5\nrequest_per_second = 2\n");
    EXPECT_EQ(message.code, Code{"CFG-UNKNOWN-KEY"});
    ASSERT_EQ(message.arguments.size(), 5U);
    EXPECT_EQ(message.arguments[0], shown_file());
    EXPECT_EQ(message.arguments[1], "3");
    EXPECT_EQ(message.arguments[2], "portal.request_per_second");
    EXPECT_EQ(message.arguments[3], "requests_per_second");
    EXPECT_EQ(message.arguments[4],
              "url, api, requests_per_second, burst, timeout_seconds, oauth, proxy, ca_file, basic_user, "
              "basic_password, allow_http, max_in_flight, operating_limit, patience_seconds, "
              "limits_directory");
}

TEST_F(LoadSettings, NamesTheNearestSection) {
    const Message message = refusal_of("language = \"ru\"\n\n[reciepts]\ndirectory = \"x\"\n");
    EXPECT_EQ(message.code, Code{"CFG-UNKNOWN-KEY"});
    ASSERT_EQ(message.arguments.size(), 5U);
    EXPECT_EQ(message.arguments[1], "3");
    EXPECT_EQ(message.arguments[2], "reciepts");
    EXPECT_EQ(message.arguments[3], "receipts");
}

TEST_F(LoadSettings, RefusesKeysOfAnotherSection) {
    EXPECT_EQ(refusal_of("burst = 5\n").code, Code{"CFG-UNKNOWN-KEY"});
    EXPECT_EQ(refusal_of("[state]\nburst = 5\n").code, Code{"CFG-UNKNOWN-KEY"});
}

TEST_F(LoadSettings, RefusesWrongTypesWithAnExample) {
    EXPECT_EQ(refusal_of("[portal]\nburst = \"fifty\"\n"),
              (Message{"CFG-TYPE", {shown_file(), "2", "portal.burst", "burst = 50"}}));
    for (const std::string_view content :
         {"language = 1", "language = [\"ru\"]", "portal = 3", "[[portal]]\nburst = 5",
          "[portal]\nurl = true", "[portal]\ntimeout_seconds = 1.5", "[portal]\nrequests_per_second = true",
          "[state]\ndirectory = 1", "[receipts]\nlist_unchanged_up_to = \"10\"",
          "[receipts]\nencoding = 1251", "[exchange]\nsource_system = 1", "[mapping]\nprice_type = 1",
          "[mapping]\nfile = 1", "[mapping]\ndefault_currency = 643"}) {
        EXPECT_EQ(refusal_of(content).code, Code{"CFG-TYPE"}) << content;
    }
}

TEST_F(LoadSettings, RefusesImpossibleValues) {
    EXPECT_EQ(refusal_of("[receipts]\nencoding = \"koi8-r\"\n"),
              (Message{"CFG-RANGE", {shown_file(), "2", "receipts.encoding", R"("utf-8", "windows-1251")"}}));
    for (const std::string_view content :
         {"language = \"de\"", "[portal]\nburst = 0", "[portal]\nburst = -5", "[portal]\nburst = nan",
          "[portal]\nrequests_per_second = 0", "[portal]\nrequests_per_second = inf",
          "[portal]\ntimeout_seconds = 0", "[portal]\ntimeout_seconds = 4294967297",
          "[state]\ndirectory = \"\"", "[receipts]\ndirectory = \"a\\u0000b\"",
          "[receipts]\nlist_unchanged_up_to = -1", "[exchange]\nsource_system = \" \"",
          "[mapping]\ndefault_currency = \"rub\"", "[mapping]\ndefault_currency = \"RUBL\""}) {
        EXPECT_EQ(refusal_of(content).code, Code{"CFG-RANGE"}) << content;
    }
}

TEST_F(LoadSettings, SaysWhatANameOfTheSourceSystemMayBe) {
    EXPECT_EQ(refusal_of("[exchange]\nsource_system = \"\"\n"),
              (Message{"CFG-RANGE",
                       {shown_file(), "2", "exchange.source_system", "source_system = \"1C\" (1–255)"}}));
}

TEST_F(LoadSettings, AcceptsAnEmptyCurrencyAsNone) {
    EXPECT_EQ(load("[mapping]\ndefault_currency = \"\"\nprice_type = \"\"\n").default_currency, "");
}

TEST_F(LoadSettings, NamesTheLineOfASyntaxError) {
    const Message message = refusal_of("language = \"ru\"\n[portal\nburst = 5\n");
    EXPECT_EQ(message.code, Code{"CFG-SYNTAX"});
    EXPECT_EQ(message.arguments.at(1), "2");
    EXPECT_EQ(refusal_of("language = \"ru\"\nlanguage = \"en\"\n").code, Code{"CFG-SYNTAX"});
    EXPECT_EQ(refusal_of("language = \"\xFF\"\n").code, Code{"CFG-SYNTAX"});
}

TEST_F(LoadSettings, SaysWhatIsWrongWithTheTomlInBothLanguages) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"[portal\nburst = 5\n", "в заголовке раздела: нет закрывающей «]», стоит «конец строки»"},
        {"language = ru\n", "в значении: непонятно, что это за значение; тексты пишутся в кавычках"},
        {"language = \"ru\n", "в тексте: нет закрывающей кавычки"},
        {"language \"ru\"\n", "в настройке: нет знака «=», стоит «\"»"},
        {"language = \n", "в настройке: после «=» нет значения"},
        {"language = \"ru\"\nlanguage = \"en\"\n", "«language» указано дважды"},
        {"[portal]\n[portal]\n", "в заголовке раздела: раздел «portal» указан дважды"},
        {"portal = 1\n[portal]\n", "имя «portal» уже занято: под ним число, а не раздел"},
        {"[[source]]\nname = \"1c\"\n[source]\n", "имя «source» уже занято: под ним список, а не раздел"},
        {"language = \"ru\" \"en\"\n", "в конце строки лишнее: «\"»"},
        {"language = tru\n", "ожидалось true, стоит «tru»; тексты пишутся в кавычках"},
        {"язык = 1\n", "а стоит «я»; имена не из латинских букв и цифр пишутся в кавычках"},
        {"[state]\ndirectory = \"C:\\obmen\"\n", "в тексте непонятное «\\o»; обратная черта пишется дважды"},
        {"files = [1, 2\nlanguage = 1\n", "в списке: нет запятой или закрывающей «]», стоит «l»"},
        {"files = [1, 2", "в списке: файл кончился раньше времени"},
        {"mail = {a = 1,}\n", "лишняя запятая перед закрывающей скобкой"},
        {"language = 01\n", "число не может начинаться с нуля"},
        {"language = \"\xFF\"\n", "файл должен быть в UTF-8"},
    };
    for (const auto& [content, russian] : cases) {
        const Message message = refusal_of(content);
        EXPECT_EQ(message.code, Code{"CFG-SYNTAX"});
        const std::string shown = sentence(message, Language::russian);
        EXPECT_NE(shown.find(russian), std::string::npos) << content << shown;
        EXPECT_EQ(shown.find("rror"), std::string::npos) << shown;
        const std::string english = sentence(message, Language::english);
        EXPECT_TRUE(english.find("rror while parsing") != std::string::npos ||
                    english.find("utf-8") != std::string::npos)
            << english;
        EXPECT_EQ(english.find("«"), std::string::npos);
    }
    const std::string rare = sentence(refusal_of("a = 1979-13-01\n"), Language::russian);
    EXPECT_NE(rare.find("в дате: это не TOML (Error while parsing date: expected month"), std::string::npos)
        << rare;
}

TEST_F(LoadSettings, NeverShowsASecretInAnError) {
    for (const std::string_view content : {
             "[portal]\nurl = https://p/rest/1/s3cretc0de/\n",
             "[portal]\nurl = \"https://p/rest/1/s3cretc0de/\n",
             "[portal]\nurl = [\"https://p/rest/1/s3cretc0de/\"]\n",
             "[portal]\nburst = \"https://p/rest/1/s3cretc0de/\"\n",
             "[mapping]\ndefault_currency = \"https://p/rest/1/s3cretc0de/\"\n",
             "language = \"https://p/rest/1/s3cretc0de/\"\n",
             "\"https://p/rest/1/s3cretc0de/\" = 1\n",
             "[portal]\nurl = \"@https://p/rest/1/s3cretc0de/\"\n",
         }) {
        const Error error = error_of([&] { (void)load(content); });
        EXPECT_EQ(everything_shown(error).find("s3cretc0de"), std::string::npos) << everything_shown(error);
    }
}

TEST_F(LoadSettings, GivesThePlaceOfAMistakeForPrograms) {
    const Error error = error_of([&] { (void)load("[limits]\ndepth = 0\n"); });
    EXPECT_EQ(error.finding().file, shown_file());
    EXPECT_EQ(error.finding().place.line, 2U);
    EXPECT_EQ(error.finding().severity, Severity::fatal);
}

TEST_F(LoadSettings, KnowsTheLanguageOfAFileWithMistakes) {
    EXPECT_EQ(language_of_settings(write("a.toml", "language = \"ru\"\nnonsense = 1\n", 0600)),
              Language::russian);
    EXPECT_EQ(language_of_settings(write("b.toml", "language = \"en\"\n", 0600)), Language::english);
    EXPECT_FALSE(language_of_settings(write("c.toml", "language = \"de\"\n", 0600)));
    EXPECT_FALSE(language_of_settings(write("d.toml", "language = ru\n", 0600)));
    EXPECT_FALSE(language_of_settings(directory() / "none.toml"));
}

TEST_F(LoadSettings, RefusesAMissingFileAsAMistakeInTheSettings) {
    const Error error = error_of([&] { (void)load_settings(directory() / "none.toml", {}); });
    EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
    EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
    EXPECT_EQ(error.finding().message.arguments.at(0), (directory() / "none.toml").string());
}

}  // namespace
}  // namespace obmen::config
