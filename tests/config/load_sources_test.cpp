#include <gtest/gtest.h>

#include "config/settings.hpp"
#include "config/settings_directory.hpp"

namespace obmen::config {
namespace {

class LoadSources : public SettingsDirectory {
  protected:
    [[nodiscard]] Settings load(std::string_view content, const Environment& environment = {}) const {
        return load_settings(write("settings.toml", content), environment);
    }

    [[nodiscard]] Message refusal_of(std::string_view content, const Environment& environment = {}) const {
        const Error error = error_of([&] { (void)load(content, environment); });
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
        EXPECT_EQ(everything_shown(error).find("s3cret"), std::string::npos) << everything_shown(error);
        return error.finding().message;
    }

    /// Of a source that is complete but for `rest`.
    [[nodiscard]] Message refusal_of_source(const std::string& rest) const {
        return refusal_of("[[source]]\nname = \"a\"\n" + rest);
    }

    [[nodiscard]] std::string shown_file() const { return (directory() / "settings.toml").string(); }
};

TEST_F(LoadSources, TakesEveryKey) {
    for (const char* secret : {"sftp.password", "phrase", "mail.password"}) {
        (void)write(secret, std::string(secret) + " s3cret\n");
    }
    (void)write("own.key", "key\n");
    const Settings settings = load(R"(
[exchange]
lifetime_hours = 24
history_days = 7
[[source]]
name = "Склад-1"
url = " sftp://obmen@Files.example.ru:2022/~/export "
password = "@sftp.password"
private_key = "own.key"
passphrase = "@phrase"
known_hosts = "hosts"
agent = true
charset = "cp866"
connect_seconds = 5
stall_seconds = 6
include = ["*.xml", "in/**"]
exclude = ["old/*"]
depth = 2
done_file = "*.done"
sentinel = "state/mounted"
archive = "move"
archive_folder = "done/today"
poll_seconds = 7
settle_seconds = 0
stub_seconds = 9
partner_seconds = 10
schedule = "*/10 8-20 * * 1-5"
time_zone = "Asia/Yekaterinburg"
most_files = 11
most_bytes = 12
quiet_hours = 13
[source.receipts]
url = "ftpes://obmen@files.example.ru/answers"
password = "@sftp.password"
ca_file = "ca.pem"
tls12 = true
active = true
epsv = false
mlsd = false
charset = "windows-1251"
[[source]]
name = "b"
url = "folder:/srv/1c"
archive = "delete"
[alerts]
command = ["bin/tell", "--now", ""]
disk_low_bytes = 14
patience_minutes = 15
[alerts.mail]
server = "smtp://mail.example.ru:587"
from = "obmen@example.ru"
to = ["a@example.ru", "b@example.ru"]
user = "obmen"
password = "@mail.password"
ca_file = "mail.pem"
[log]
level = "debug"
journal = "journal.jsonl"
)");
    EXPECT_EQ(settings.lifetime_hours, 24U);
    EXPECT_EQ(settings.history_days, 7U);
    ASSERT_EQ(settings.sources.size(), 2U);
    const SourceSettings& source = settings.sources.front();
    EXPECT_EQ(source.name, "Склад-1");
    EXPECT_EQ(source.place.url, "sftp://obmen@Files.example.ru:2022/~/export");
    EXPECT_EQ(source.place.password.reveal(), "sftp.password s3cret");
    EXPECT_EQ(source.place.private_key, directory() / "own.key");
    EXPECT_EQ(source.place.passphrase.reveal(), "phrase s3cret");
    EXPECT_EQ(source.place.known_hosts, directory() / "hosts");
    EXPECT_TRUE(source.place.agent);
    EXPECT_EQ(source.place.charset, NameCharset::cp866);
    EXPECT_EQ(source.place.connect_seconds, 5U);
    EXPECT_EQ(source.place.stall_seconds, 6U);
    EXPECT_EQ(source.include, (std::vector<std::string>{"*.xml", "in/**"}));
    EXPECT_EQ(source.exclude, std::vector<std::string>{"old/*"});
    EXPECT_EQ(source.depth, 2U);
    EXPECT_EQ(source.done_file, "*.done");
    EXPECT_EQ(source.sentinel, "state/mounted");
    EXPECT_EQ(source.archive, ArchivePolicy::move);
    EXPECT_EQ(source.archive_folder, "done/today");
    EXPECT_EQ(source.poll_seconds, 7U);
    EXPECT_EQ(source.settle_seconds, 0U);
    EXPECT_EQ(source.stub_seconds, 9U);
    EXPECT_EQ(source.partner_seconds, 10U);
    EXPECT_EQ(source.schedule, "*/10 8-20 * * 1-5");
    EXPECT_EQ(source.time_zone, "Asia/Yekaterinburg");
    EXPECT_EQ(source.most_files, 11U);
    EXPECT_EQ(source.most_bytes, 12U);
    EXPECT_EQ(source.quiet_hours, 13U);
    ASSERT_TRUE(source.receipts);
    EXPECT_EQ(source.receipts->url, "ftpes://obmen@files.example.ru/answers");
    EXPECT_EQ(source.receipts->ca_file, directory() / "ca.pem");
    EXPECT_TRUE(source.receipts->tls12);
    EXPECT_TRUE(source.receipts->active);
    EXPECT_FALSE(source.receipts->epsv);
    EXPECT_FALSE(source.receipts->mlsd);
    EXPECT_EQ(source.receipts->charset, NameCharset::windows1251);
    EXPECT_EQ(settings.sources.back().archive, ArchivePolicy::remove);
    EXPECT_FALSE(settings.sources.back().receipts);
    EXPECT_EQ(settings.alerts.command,
              (std::vector<std::string>{(directory() / "bin/tell").string(), "--now", ""}));
    EXPECT_EQ(settings.alerts.disk_low_bytes, 14U);
    EXPECT_EQ(settings.alerts.patience_minutes, 15U);
    const MailSettings& mail = settings.alerts.mail;
    EXPECT_EQ(mail.server, "smtp://mail.example.ru:587");
    EXPECT_EQ(mail.from, "obmen@example.ru");
    EXPECT_EQ(mail.to, (std::vector<std::string>{"a@example.ru", "b@example.ru"}));
    EXPECT_EQ(mail.user, "obmen");
    EXPECT_EQ(mail.password.reveal(), "mail.password s3cret");
    EXPECT_EQ(mail.ca_file, directory() / "mail.pem");
    EXPECT_EQ(settings.log.level, "debug");
    EXPECT_EQ(settings.log.journal, directory() / "journal.jsonl");
}

TEST_F(LoadSources, LeavesDefaultsWhereASourceSaysNothing) {
    const Settings settings = load(
        "[[source]]\nname = \"a\"\nurl = \"sftp://h/x\"\n"
        "[[source]]\nname = \"b\"\nurl = \"folder:export\"\n",
        {.home = "/home/obmen"});
    const SourceSettings defaults;
    const SourceSettings& source = settings.sources.at(0);
    EXPECT_EQ(source.place.known_hosts, "/home/obmen/.ssh/known_hosts");
    EXPECT_EQ(source.poll_seconds, defaults.poll_seconds);
    EXPECT_EQ(source.archive_folder, ".obmen-archive");
    EXPECT_EQ(settings.sources.at(1).place.url, "folder:" + (directory() / "export").string());
    EXPECT_EQ(settings.sources.at(1).place.known_hosts, "");
    EXPECT_EQ(settings.lifetime_hours, 72U);
    EXPECT_EQ(settings.log.level, "info");
}

TEST_F(LoadSources, SaysWhatASourceLacks) {
    EXPECT_EQ(refusal_of("[log]\n[[source]]\nurl = \"folder:/a\"\n"),
              (Message{"CFG-MISSING", {shown_file(), "2", "[[source]]", "name"}}));
    EXPECT_EQ(refusal_of("[[source]]\nname = \"a\"\n"),
              (Message{"CFG-MISSING", {shown_file(), "1", "[[source]]", "url"}}));
    EXPECT_EQ(refusal_of_source("url = \"folder:/a\"\n[source.receipts]\nepsv = true\n"),
              (Message{"CFG-MISSING", {shown_file(), "4", "[source.receipts]", "url"}}));
}

TEST_F(LoadSources, NamesTheNearestKey) {
    const Message message =
        refusal_of_source("url = \"folder:/a\"\n[source.receipts]\nuri = \"folder:/b\"\n");
    EXPECT_EQ(message.code, Code{"CFG-UNKNOWN-KEY"});
    EXPECT_EQ(message.arguments.at(1), "5");
    EXPECT_EQ(message.arguments.at(2), "source.receipts.uri");
    EXPECT_EQ(message.arguments.at(3), "url");
    // What only a source may say.
    EXPECT_EQ(refusal_of_source("url = \"folder:/a\"\n[source.receipts]\npoll_seconds = 3\n").code,
              Code{"CFG-UNKNOWN-KEY"});
    EXPECT_EQ(refusal_of("[alerts.mail]\nservers = 1\n").arguments.at(3), "server");
}

TEST_F(LoadSources, RefusesWrongTypes) {
    for (const char* content :
         {"[source]\nname = \"a\"\n", "source = [1]\n", "[[source]]\ninclude = \"*.xml\"\n",
          "[[source]]\ninclude = [1]\n", "[[source]]\nreceipts = \"folder:/a\"\n",
          "[[source]]\npoll_seconds = 1.5\n", "[[source]]\nagent = 1\n", "[alerts]\ncommand = \"tell\"\n",
          "[alerts.mail]\nto = \"a@b\"\n", "[log]\nlevel = 1\n"}) {
        EXPECT_EQ(refusal_of(content).code, Code{"CFG-TYPE"}) << content;
    }
}

TEST_F(LoadSources, RefusesImpossibleValues) {
    for (const char* content : {
             "[[source]]\nname = \"a/b\"\n",
             "[[source]]\nname = \"\"\n",
             "[[source]]\nname = \"a b\"\n",
             "[[source]]\ndepth = 0\n",
             "[[source]]\npoll_seconds = 0\n",
             "[[source]]\nmost_files = 0\n",
             "[[source]]\ncharset = \"koi8-r\"\n",
             "[[source]]\narchive = \"remove\"\n",
             "[[source]]\narchive_folder = \"../x\"\n",
             "[[source]]\narchive_folder = \"/x\"\n",
             "[[source]]\ndone_file = \"x/*.done\"\n",
             "[[source]]\ndone_file = \"*\"\n",
             "[[source]]\nsentinel = \"..\"\n",
             "[[source]]\ninclude = [\"\"]\n",
             "[exchange]\nlifetime_hours = 0\n",
             "[exchange]\nhistory_days = 0\n",
             "[alerts]\ndisk_low_bytes = -1\n",
             "[alerts]\ncommand = [\"\"]\n",
             "[alerts.mail]\nserver = \"mail.example.ru\"\n",
             "[alerts.mail]\nserver = \"smtp://obmen:s3cret@mail.example.ru\"\n",
             "[alerts.mail]\nfrom = \"obmen\"\n",
             "[alerts.mail]\nto = [\"a@b\\nBcc: c@d\"]\n",
             "[log]\nlevel = \"verbose\"\n",
         }) {
        EXPECT_EQ(refusal_of(content).code, Code{"CFG-RANGE"}) << content;
    }
}

TEST_F(LoadSources, RefusesAddressesThatAreNoneOrHoldAPassword) {
    for (const char* url :
         {"", "/srv/1c", "http://h/x", "folder:", "folder://share/1c", "ftp:/h/x", "ftp://", "ftp://@h/x",
          "ftp://h:0/x", "ftp://h:70000/x", "sftp://user:s3cret@h/x", "sftp://user:@h/x",
          "ftp://user:s3/cret@h/x", "ftp://user:12/s3cret@h/x", "ftp://h\\u0001/x"}) {
        EXPECT_EQ(refusal_of_source("url = \"" + std::string(url) + "\"\n").code, Code{"CFG-RANGE"}) << url;
    }
    EXPECT_EQ(load("[[source]]\nname = \"a\"\nurl = \"ftp://[::1]:2121/x@y\"\n").sources.at(0).place.url,
              "ftp://[::1]:2121/x@y");
}

TEST_F(LoadSources, RefusesKeysThatAreNotForTheKindOfAddress) {
    const Message message = refusal_of_source("url = \"ftp://h/x\"\nagent = true\n");
    EXPECT_EQ(message, (Message{"CFG-RANGE", {shown_file(), "4", "source.agent", "url = sftp://…"}}));
    EXPECT_EQ(refusal_of_source("url = \"sftp://h/x\"\nepsv = false\n").code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of_source("url = \"ftp://h/x\"\ntls12 = true\n").code, Code{"CFG-RANGE"});
    EXPECT_EQ(
        refusal_of_source("url = \"folder:/x\"\n[source.receipts]\nurl = \"folder:/y\"\nagent = true\n").code,
        Code{"CFG-RANGE"});
}

TEST_F(LoadSources, TakesSecretsFromPrivateFilesOnly) {
    (void)write("open.password", "s3cret\n", 0604);
    (void)write("empty.password", "\n");
    const std::string url = "url = \"sftp://h/x\"\n";
    EXPECT_EQ(refusal_of_source(url + "password = \"@open.password\"\n").code, Code{"CFG-SECRET-READABLE"});
    EXPECT_EQ(refusal_of_source(url + "password = \"@empty.password\"\n").code, Code{"CFG-SECRET-EMPTY"});
    EXPECT_EQ(refusal_of_source(url + "password = \"s3cret\"\n").code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of_source(url + "passphrase = \"s3cret\"\n").code, Code{"CFG-RANGE"});
    EXPECT_EQ(refusal_of_source(url + "private_key = \"open.password\"\n").code, Code{"CFG-SECRET-READABLE"});
    EXPECT_EQ(refusal_of_source(url + "password = \"@none\"\n").code, Code{"SYS-FILE"});
    EXPECT_EQ(refusal_of("[alerts.mail]\npassword = \"s3cret\"\n").code, Code{"CFG-RANGE"});
}

TEST_F(LoadSources, RefusesTwoSourcesOfOneNameOrOnePlace) {
    const auto twice = [this](const std::string& name, const std::string& url, const std::string& other_name,
                              const std::string& other_url) {
        return refusal_of("[[source]]\nname = \"" + name + "\"\nurl = \"" + url +
                          "\"\n[[source]]\nname = \"" + other_name + "\"\nurl = \"" + other_url + "\"\n");
    };
    EXPECT_EQ(twice("a", "folder:/x", "A", "folder:/y"),
              (Message{"CFG-SOURCE-TWICE", {shown_file(), "4", "A"}}));
    EXPECT_EQ(twice("a", "folder:/x", "b", "folder:/z/../x/").code, Code{"CFG-SOURCE-TWICE"});
    EXPECT_EQ(twice("a", "sftp://u@h/x", "b", "sftp://u@H:22/x/").code, Code{"CFG-SOURCE-TWICE"});
    EXPECT_EQ(twice("a", "ftp://u@h/x", "b", "ftpes://u@h/x").code, Code{"CFG-SOURCE-TWICE"});
    EXPECT_EQ(twice("a", "folder:/x", "b", "folder:/x/sub").code, Code{"CFG-SOURCE-TWICE"});
    EXPECT_EQ(load("[[source]]\nname = \"a\"\nurl = \"folder:/x\"\ndepth = 1\n[[source]]\nname = \"b\"\n"
                   "url = \"folder:/x/sub\"\n")
                  .sources.size(),
              2U)
        << "the first does not look into folders";
    EXPECT_EQ(load("[[source]]\nname = \"a\"\nurl = \"sftp://u@h/x\"\n[[source]]\nname = \"b\"\n"
                   "url = \"sftp://v@h/x\"\n[[source]]\nname = \"c\"\nurl = \"sftp://u@h:2022/x\"\n")
                  .sources.size(),
              3U);
}

TEST_F(LoadSources, RefusesReceiptsThatWouldBeTakenForExports) {
    const auto receipts = [](const std::string& url, const std::string& place) {
        return "url = \"" + url + "\"\n[source.receipts]\nurl = \"" + place + "\"\n";
    };
    EXPECT_EQ(refusal_of_source(receipts("folder:/x", "folder:/x/receipts")),
              (Message{"CFG-OWN-RECEIPTS", {shown_file(), "1", "a"}}));
    EXPECT_EQ(refusal_of_source(receipts("sftp://u@h/~/x", "sftp://u@h/~/./x")).code,
              Code{"CFG-OWN-RECEIPTS"});
    EXPECT_EQ(refusal_of_source(receipts("ftp://u@h", "ftps://u@h/receipts")).code, Code{"CFG-OWN-RECEIPTS"});
    // The directory for all, and another source's receipts.
    EXPECT_EQ(refusal_of(
                  "[receipts]\ndirectory = \"/x/receipts\"\n[[source]]\nname = \"a\"\nurl = \"folder:/x\"\n"),
              (Message{"CFG-OWN-RECEIPTS", {shown_file(), "3", "a"}}));
    EXPECT_EQ(refusal_of_source(receipts("folder:/x", "folder:/y/r") +
                                "[[source]]\nname = \"b\"\nurl = \"folder:/y\"\n[source.receipts]\nurl = "
                                "\"folder:/z\"\n")
                  .arguments.at(2),
              "a → b");
    // A link is the folder that it points to.
    std::filesystem::create_directory(directory() / "export");
    std::filesystem::create_directory_symlink(directory() / "export", directory() / "answers");
    EXPECT_EQ(refusal_of_source(receipts("folder:export", "folder:answers")).code, Code{"CFG-OWN-RECEIPTS"});
    EXPECT_EQ(load("[[source]]\nname = \"a\"\n" + receipts("folder:/x", "folder:/xy")).sources.size(), 1U);
}

TEST_F(LoadSources, RefusesSchedulesAndZonesThatMeanNothing) {
    const std::string url = "url = \"folder:/x\"\n";
    const Message message = refusal_of_source(url + "schedule = \"0 25 * * *\"\n");
    EXPECT_EQ(message.code, Code{"CFG-SCHEDULE"});
    EXPECT_EQ(message.arguments.at(1), "4");
    EXPECT_EQ(message.arguments.at(2), "source.schedule");
    EXPECT_EQ(full_text(message, Language::english).find("25"), std::string::npos);
    EXPECT_EQ(refusal_of_source(url + "time_zone = \"Europe/Atlantis\"\n"),
              (Message{"CFG-ZONE", {shown_file(), "4", "source.time_zone"}}));
    const std::string hourly = "[[source]]\nname = \"a\"\n" + url + "schedule = \"0 * * * *\"\n";
    EXPECT_EQ(load(hourly, {.time_zone = "Asia/Omsk"}).sources.at(0).time_zone, "Asia/Omsk");
    EXPECT_EQ(refusal_of(hourly, {.time_zone = "OMST-6"}).code, Code{"CFG-ZONE"});
}

TEST_F(LoadSources, WantsAMailerThatCanWork) {
    const std::string server = "[alerts.mail]\nserver = \"smtps://m\"\n";
    EXPECT_EQ(refusal_of("[alerts.mail]\nfrom = \"a@b\"\n"),
              (Message{"CFG-MISSING", {shown_file(), "1", "[alerts.mail]", "server"}}));
    EXPECT_EQ(refusal_of(server + "to = [\"a@b\"]\n").arguments.at(3), "from");
    EXPECT_EQ(refusal_of(server + "from = \"a@b\"\nto = []\n").arguments.at(3), "to");
    EXPECT_EQ(refusal_of(server + "from = \"a@b\"\nto = [\"c@d\"]\nuser = \"u\"\n").arguments.at(3),
              "password");
    EXPECT_EQ(load(server + "from = \"a@b\"\nto = [\"c@d\"]\n").alerts.mail.server, "smtps://m");
}

TEST_F(LoadSources, LoadsTheSampleOfADaemon) {
    std::filesystem::create_directory(directory() / "watch");
    std::filesystem::copy(OBMEN_SOURCE_DIR "/samples/watch/obmen.toml", directory() / "watch");
    (void)write("portal.url", "https://p.bitrix24.ru/rest/1/code/\n");
    const Settings settings = load_settings(directory() / "watch/obmen.toml", {});
    ASSERT_EQ(settings.sources.size(), 2U);
    EXPECT_EQ(settings.sources[0].place.url, "folder:" + (directory() / ".try/watch/export").string());
    EXPECT_FALSE(settings.sources[0].receipts);
    EXPECT_EQ(settings.sources[1].place.private_key, directory() / "branch.key");
    ASSERT_TRUE(settings.sources[1].receipts);
    EXPECT_EQ(settings.sources[1].receipts->url, "sftp://obmen@files.example.ru/~/receipts");
}

}  // namespace
}  // namespace obmen::config
