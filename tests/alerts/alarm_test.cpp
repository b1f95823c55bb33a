#include "alerts/alarm.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "harness/temporary_directory.hpp"
#include "ledger/packages.hpp"
#include "portal/fakes.hpp"
#include "servers/smtp_server.hpp"
#include "support/error.hpp"

namespace obmen::alerts {
namespace {

using portal::test::FakeClock;
using portal::test::MemoryLog;
using std::chrono::minutes;

class AlarmTest : public testing::Test {
  protected:
    AlarmTest() {
        settings.mail.server = server.url();
        settings.mail.from = "obmen@example.org";
        settings.mail.to = {"a@example.org"};
        settings.command = {"/bin/sh", "-c", "echo $OBMEN_ALERT_STATE $OBMEN_ALERT_CAUSE >> \"$1\"", "name",
                            told().string()};
        restart();
    }

    void restart() {
        alarm.reset();
        database.reset();
        database = std::make_unique<ledger::Database>(directory / "ledger.db");
        alarm = std::make_unique<Alarm>(*database, settings, Language::english, clock, log);
    }
    [[nodiscard]] std::filesystem::path told() const { return directory / "told"; }
    /// What the command has been told so far.
    [[nodiscard]] std::string command_told() const {
        return std::filesystem::exists(told()) ? tests::read_file(told()) : "";
    }
    void break_mail() {
        tests::SmtpScript script;
        script.dies_at = "MAIL";
        server.behave(script);
    }

    const Message trouble{"SRC-CONNECT", {"ftp://server", "refused"}};
    tests::TemporaryDirectory directory;
    tests::SmtpServer server;
    config::AlertSettings settings;
    FakeClock clock;
    MemoryLog log;
    std::unique_ptr<ledger::Database> database;
    std::unique_ptr<Alarm> alarm;
};

TEST_F(AlarmTest, TellsOnceThatItStandsAndOnceThatItIsOver) {
    alarm->raise("source:1c", trouble);
    alarm->raise("source:1c", {"SRC-CONNECT", {"ftp://server", "no route"}});
    EXPECT_FALSE(alarm->tell());
    alarm->raise("source:1c", trouble);
    restart();
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(command_told(), "raised source:1c\n");
    EXPECT_EQ(server.mails().size(), 1U);
    EXPECT_NE(server.mails()[0].text.find("no route"), std::string::npos) << "the newest message";
    EXPECT_EQ(alarm->standing(), std::vector<std::string>{"source:1c"});

    alarm->clear("source:1c");
    alarm->clear("source:1c");
    restart();
    EXPECT_FALSE(alarm->tell());
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(command_told(), "raised source:1c\ncleared source:1c\n");
    EXPECT_EQ(server.mails().size(), 2U);
    EXPECT_NE(server.mails()[1].text.find("All clear"), std::string::npos);
    EXPECT_TRUE(alarm->standing().empty());

    alarm->raise("source:1c", trouble);
    alarm->tell();
    EXPECT_EQ(command_told(), "raised source:1c\ncleared source:1c\nraised source:1c\n")
        << "it is news again";
}

TEST_F(AlarmTest, SaysNothingOfWhatIsOverBeforeItWasTold) {
    alarm->raise("disk", trouble);
    alarm->clear("disk");
    alarm->clear("portal");
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(command_told(), "");
    EXPECT_EQ(server.connections(), 0U);
}

TEST_F(AlarmTest, GoesOnWhenItComesBackBeforeItsAllClear) {
    alarm->raise("disk", trouble);
    alarm->tell();
    alarm->clear("disk");
    alarm->raise("disk", trouble);
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(command_told(), "raised disk\n");
}

TEST_F(AlarmTest, SaysOfAOneOffNeverThatItIsOver) {
    alarm->raise("package:p1", {"XML-EMPTY"}, AlertKind::one_off);
    alarm->tell();
    alarm->clear("package:p1");
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(command_told(), "raised package:p1\n");
}

TEST_F(AlarmTest, TriesAgainByTheWayThatFailedOnly) {
    break_mail();
    alarm->raise("disk", trouble);
    alarm->raise("portal", trouble);
    const auto next = alarm->tell();
    ASSERT_TRUE(next);
    EXPECT_GE(*next, clock.now() + std::chrono::seconds(48));
    EXPECT_LE(*next, clock.now() + std::chrono::seconds(72));
    EXPECT_EQ(command_told(), "raised disk\nraised portal\n");
    EXPECT_EQ(server.connections(), 1U) << "a way that fails is left alone for the rest of the call";

    restart();
    EXPECT_TRUE(alarm->tell());
    EXPECT_EQ(server.connections(), 1U) << "not before its time, also after a restart";
    clock.advance(minutes(2));
    server.behave({});
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(server.mails().size(), 2U);
    EXPECT_EQ(command_told(), "raised disk\nraised portal\n");
}

TEST_F(AlarmTest, TriesLessAndLessOftenButNeverGivesUp) {
    break_mail();
    alarm->raise("disk", trouble);
    Duration longest{0};
    for (int i = 0; i < 12; ++i) {
        const auto next = alarm->tell();
        ASSERT_TRUE(next);
        longest = std::max(longest, *next - clock.now());
        clock.advance(*next - clock.now());
    }
    EXPECT_EQ(server.connections(), 12U);
    EXPECT_GE(longest, minutes(48));
    EXPECT_LE(longest, minutes(72));
    server.behave({});
    EXPECT_FALSE(alarm->tell());
    EXPECT_EQ(server.mails().size(), 1U);
}

TEST_F(AlarmTest, TellsAlertsBeforeAllClears) {
    alarm->raise("disk", trouble);
    alarm->tell();
    clock.advance(minutes(1));
    alarm->clear("disk");
    alarm->raise("portal", trouble);
    alarm->tell();
    EXPECT_EQ(command_told(), "raised disk\nraised portal\ncleared disk\n");
}

TEST_F(AlarmTest, SaysInTheLogWhatNobodyIsSetUpToHear) {
    settings = {};
    alarm->raise("disk", trouble);
    EXPECT_FALSE(alarm->tell());
    alarm->clear("disk");
    EXPECT_FALSE(alarm->tell());
    ASSERT_EQ(log.lines.size(), 2U);
    EXPECT_TRUE(log.lines[0].second.starts_with("disk: ftp://server does not answer"));
    EXPECT_TRUE(log.lines[1].second.starts_with("disk: All clear"));
}

TEST_F(AlarmTest, SaysWhichPackageAndFileItIsAbout) {
    ledger::Packages(*database).add(
        {.id = "p1", .source = "/in", .files = {{"import0_1.xml", "0", 1, "ab", ""}}, .origin = "1c"});
    alarm->raise("package:p1", {"XML-EMPTY"}, AlertKind::one_off);
    alarm->tell();
    EXPECT_NE(server.mails().at(0).text.find("Where: package p1, file import0_1.xml, source 1c"),
              std::string::npos)
        << server.mails()[0].text;
}

TEST_F(AlarmTest, SendsATrialByEveryWay) {
    send_trial(settings, Language::russian, log);
    EXPECT_EQ(server.mails().size(), 1U);
    EXPECT_EQ(command_told(), "raised trial\n");
    break_mail();
    EXPECT_THROW(send_trial(settings, Language::russian, log), Error);
    EXPECT_EQ(command_told(), "raised trial\nraised trial\n") << "the other way is tried all the same";
}

}  // namespace
}  // namespace obmen::alerts
