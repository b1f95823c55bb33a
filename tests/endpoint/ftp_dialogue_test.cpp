#include "endpoint/ftp_dialogue.hpp"

#include <gtest/gtest.h>

namespace obmen::endpoint {

namespace {

FtpDialogue login() {
    FtpDialogue dialogue;
    dialogue.received("220 ProFTPD Server\r\n");
    dialogue.sent("USER obmen\r\n");
    dialogue.received("331 Password required\r\n");
    dialogue.sent("PASS secret\r\n");
    dialogue.received("230-Welcome\r\n");
    dialogue.received("530 is not an answer here\r\n");
    dialogue.received("230 Logged in\r\n");
    return dialogue;
}

TEST(FtpDialogues, KeepNoPassword) {
    EXPECT_EQ(login().last().command, "PASS");
}

TEST(FtpDialogues, AnAnswerOfSeveralLinesEndsWithItsCode) {
    FtpDialogue dialogue = login();
    EXPECT_EQ(dialogue.last().code, 230);
    EXPECT_TRUE(dialogue.logged_in());
    dialogue.sent("MLST /a\r\n");
    dialogue.received("250-Begin\r\n");
    dialogue.received(" type=file;size=3; /a\r\n");
    EXPECT_EQ(dialogue.last().code, 0);
    dialogue.received("250 End.\r\n");
    EXPECT_EQ(dialogue.last().code, 250);
    EXPECT_EQ(dialogue.last().text, "250-Begin\n type=file;size=3; /a\n250 End.");
}

TEST(FtpDialogues, ATransferHasTwoAnswers) {
    FtpDialogue dialogue = login();
    dialogue.sent("RETR /a\r\n");
    dialogue.received("150 Opening\r\n");
    EXPECT_TRUE(dialogue.last().began);
    dialogue.received("426 Aborted\r\n");
    EXPECT_EQ(dialogue.last().code, 426);
    EXPECT_EQ(dialogue.last().text, "426 Aborted");
}

TEST(FtpDialogues, RepliesBelongToTheirCommands) {
    FtpDialogue dialogue = login();
    dialogue.sent("TYPE I\r\n");
    dialogue.received("200 Binary\r\n");
    dialogue.sent("SIZE /a\r\n");
    dialogue.received("213 3\r\n");
    dialogue.sent("CWD /\r\n");  // libcurl's own
    dialogue.received("250 OK\r\n");
    const std::vector<FtpReply> replies = dialogue.replies_to({"TYPE I", "*SIZE /a", "*MDTM /a"});
    ASSERT_EQ(replies.size(), 3U);
    EXPECT_EQ(replies[0].code, 200);
    EXPECT_EQ(replies[1].text, "213 3");
    EXPECT_EQ(replies[2].code, 0);
}

TEST(FtpDialogues, ALoginThatWasRefusedIsNone) {
    FtpDialogue dialogue;
    EXPECT_FALSE(dialogue.logged_in());
    dialogue.received("220 Hello\r\n");
    EXPECT_FALSE(dialogue.logged_in());
    dialogue.sent("USER x\r\n");
    dialogue.received("530 No\r\n");
    EXPECT_TRUE(dialogue.refused_login());
    EXPECT_FALSE(dialogue.logged_in());

    FtpDialogue reused;
    reused.sent("EPSV\r\n");
    EXPECT_TRUE(reused.logged_in());
}

}  // namespace

}  // namespace obmen::endpoint
