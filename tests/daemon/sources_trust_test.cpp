#include <gtest/gtest.h>

#include <chrono>

#include "daemon/sources_fixture.hpp"
#include "servers/smtp_server.hpp"

/// Servers that are not what they were: over every kind of server that proves who it is, or tells the time.
namespace obmen::tests {
namespace {

class SourcesWithProof : public Sources {
  protected:
    [[nodiscard]] static std::string alerts_by(const SmtpServer& mail) {
        return "[alerts]\ndisk_low_bytes = 0\npatience_minutes = 600\n[alerts.mail]\nserver = \"" +
               mail.url() + "\"\nfrom = \"obmen@example.org\"\nto = [\"admin@example.org\"]\n";
    }
    [[nodiscard]] std::string status() {
        return exchange.run({"status", "--settings", exchange.settings().string()}).out;
    }
    void pause(const std::string& verb) {
        EXPECT_EQ(exchange.run({verb, "--settings", exchange.settings().string()}).exit_code, 0);
    }
    [[nodiscard]] std::string failure_code() {
        const std::optional<Message> failure = state_of("1c").failure;
        return failure ? std::string(failure->code.text()) : std::string();
    }
    /// Mails that speak of a code.
    [[nodiscard]] static int mails_of(const SmtpServer& mail, const std::string& code) {
        int count = 0;
        for (const ReceivedMail& one : mail.mails()) {
            count += one.text.find(code) == std::string::npos ? 0 : 1;
        }
        return count;
    }
};

TEST_P(SourcesWithProof, AServerThatProvesNoMoreWhoItIsGivesAndGetsNothingUntilAPersonHasSeenToIt) {
    const SmtpServer mail;
    exchange.set_time_scale("0.002");  // what a person must mend is tried again after minutes
    write_settings("", alerts_by(mail));
    exchange.start_and_wait();
    drop("first.xml", export_of(5, "a"));
    expect_done({"first"}, 5);
    pause("pause");
    drop("second.xml", export_of(5, "b"));
    ASSERT_TRUE(eventually([&] { return exchange.packages().size() == 2; })) << exchange.said();

    place().lose_trust();
    const std::string code = place().code_of_lost_trust();
    drop("third.xml", export_of(5, "c"));
    ASSERT_TRUE(eventually([&] { return failure_code() == code && state_of("1c").attempts > 1; }))
        << exchange.said();
    EXPECT_TRUE(lies_there("second.xml") && lies_there("third.xml"));
    EXPECT_EQ(exchange.packages().size(), 2U);
    ASSERT_TRUE(eventually([&] { return mails_of(mail, code) == 1; })) << exchange.said();

    pause("resume");  // a receipt of what was taken before waits for the same server
    ASSERT_TRUE(eventually([&] { return receipt_failure() == code; })) << exchange.said();
    EXPECT_EQ(exchange.creations(), 11);
    EXPECT_EQ(receipts().size(), 1U);
    const std::string told = status();
    EXPECT_NE(told.find(remedy(*state_of("1c").failure, Language::english)), std::string::npos) << told;
    EXPECT_NE(told.find("Receipt not delivered: second"), std::string::npos) << told;
    ASSERT_TRUE(eventually([&] { return mails_of(mail, "RCP-UNDELIVERED") == 1; })) << exchange.said();

    EXPECT_EQ(exchange.stop().exit_code, 0);
    exchange.start_and_wait();
    const std::uint64_t attempts = state_of("1c").attempts;
    ASSERT_TRUE(eventually([&] { return state_of("1c").attempts > attempts; })) << exchange.said();
    EXPECT_EQ(mail.mails().size(), 2U) << "a restart tells nobody twice";
    EXPECT_EQ(receipts().size(), 1U);

    place().regain_trust();
    expect_done({"first", "second", "third"}, 15);
    ASSERT_TRUE(eventually([&] { return mail.mails().size() == 4; })) << "two all-clears\n"
                                                                      << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0);
}

/// What the server itself stamps: real clients, real uploads.
class SourcesWithAnotherClock : public Sources {};

TEST_P(SourcesWithAnotherClock, WhatTheyStampTwoHoursOffIsTakenOnceAndWholeAndTheSkewIsTold) {
    write_settings();
    exchange.start_and_wait();
    std::string bytes = export_of(30, "slow-");
    bytes.insert(bytes.find("<Классификатор>"), "<!-- " + std::string(800'000, 'x') + " -->");
    place().upload_slowly(out() + "/slow.xml", bytes);
    expect_done({"slow"}, 30);
    ASSERT_EQ(archived().size(), 1U);
    EXPECT_EQ(archived().begin()->second.size(), bytes.size());

    place().upload_slowly(out() + "/again.xml", export_of(5, "first-"));
    expect_done({"slow", "again"}, 35);
    place().upload_slowly(out() + "/again.xml", export_of(5, "other-"));  // of the same size
    ASSERT_TRUE(eventually([&] { return answers()["again"] == 2; })) << exchange.said();
    ASSERT_TRUE(eventually([&] { return is_moved_away(); })) << exchange.said();
    EXPECT_EQ(exchange.creations(), 41);
    EXPECT_EQ(exchange.packages().size(), 3U);
    EXPECT_FALSE(exchange.has_duplicates());

    const bool is_ahead = GetParam().name.ends_with("Ahead");
    const auto skew =
        std::chrono::duration_cast<std::chrono::minutes>(state_of("1c").skew.value_or(Duration{0}));
    EXPECT_NEAR(static_cast<double>(skew.count()), is_ahead ? 120 : -120, 3);
    EXPECT_NE(exchange.said().find("off ours"), std::string::npos) << exchange.said();
    EXPECT_EQ(exchange.stop().exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SourcesWithProof, testing::ValuesIn(source_kinds_with_proof()),
                         [](const testing::TestParamInfo<SourceKind>& info) { return info.param.name; });
INSTANTIATE_TEST_SUITE_P(Kinds, SourcesWithAnotherClock, testing::ValuesIn(source_kinds_with_another_clock()),
                         [](const testing::TestParamInfo<SourceKind>& info) { return info.param.name; });

}  // namespace
}  // namespace obmen::tests
