#include "alerts/mail.hpp"

#include <gtest/gtest.h>

#include "harness/temporary_directory.hpp"
#include "servers/smtp_server.hpp"
#include "servers/test_certificates.hpp"
#include "support/error.hpp"

namespace obmen::alerts {
namespace {

using tests::SmtpScript;
using tests::SmtpServer;

AlertText some_alert() {
    return alert_text({.cause = "source:1c",
                       .message = {"SRC-LOGIN", {"ftp://сервер/обмен", "user", "530 Login incorrect"}},
                       .since = UtcTime(Duration(1'768'000'000'000)),
                       .place = "источник 1c"},
                      Language::russian, "host-1");
}

config::MailSettings settings_for(const SmtpServer& server) {
    config::MailSettings settings;
    settings.server = server.url();
    settings.from = "Обмен <obmen@example.org>";
    settings.to = {"admin@example.org", "Бухгалтерия <office@example.org>"};
    return settings;
}

std::string header_of(const std::string& mail, const std::string& name) {
    const std::size_t begin = mail.find("\r\n" + name + ": ");
    return begin == std::string::npos ? "" : mail.substr(begin + 2, mail.find("\r\n", begin + 2) - begin - 2);
}

std::string unquoted(const std::string& body) {
    std::string out;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] != '=') {
            out += body[i];
        } else if (body.compare(i + 1, 2, "\r\n") != 0) {
            out += static_cast<char>(std::stoi(body.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            i += 2;
        }
    }
    return out;
}

std::string code_of_failure(const config::MailSettings& settings) {
    try {
        send_mail(settings, some_alert());
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::temporary);
        return full_text(error.finding().message, Language::english);
    }
    return {};
}

TEST(Mail, IsWhatMailProgramsExpect) {
    config::MailSettings settings;
    settings.from = "Обмен\r\nBcc: somebody@example.org <obmen@example.org>";
    settings.to = {"admin@example.org"};
    const std::string mail = mail_text(settings, some_alert(), UtcTime(Duration(1'768'000'000'000)), "id1");
    EXPECT_TRUE(mail.starts_with("Date: Fri, 09 Jan 2026 23:06:40 +0000\r\n")) << mail;
    EXPECT_NE(mail.find("?= <obmen@example.org>\r\nTo: "), std::string::npos) << mail;
    EXPECT_EQ(mail.find("\r\nBcc:"), std::string::npos) << "settings cannot add headers";
    EXPECT_EQ(header_of(mail, "To"), "To: admin@example.org");
    EXPECT_TRUE(header_of(mail, "Subject").starts_with("Subject: =?UTF-8?B?"));
    EXPECT_TRUE(header_of(mail, "Message-ID").starts_with("Message-ID: <id1@"));
    EXPECT_EQ(header_of(mail, "MIME-Version"), "MIME-Version: 1.0");
    for (std::size_t begin = 0; begin < mail.size();) {
        const std::size_t end = mail.find("\r\n", begin);
        ASSERT_NE(end, std::string::npos) << "lines end with CRLF";
        EXPECT_LE(end - begin, 78U) << mail.substr(begin, end - begin);
        begin = end + 2;
    }
    const std::string body = unquoted(mail.substr(mail.find("\r\n\r\n") + 4));
    EXPECT_EQ(body, some_alert().body);
    EXPECT_NE(body.find("Что делать: Проверьте имя"), std::string::npos) << body;
    EXPECT_NE(body.find("Где: источник 1c"), std::string::npos) << body;
}

TEST(Mail, GoesToEverybodyByOneConnection) {
    const SmtpServer server;
    EXPECT_TRUE(send_mail(settings_for(server), some_alert()).empty());
    ASSERT_EQ(server.mails().size(), 1U);
    EXPECT_EQ(server.mails()[0].from, "obmen@example.org");
    EXPECT_EQ(server.mails()[0].to, (std::vector<std::string>{"admin@example.org", "office@example.org"}));
    EXPECT_NE(server.mails()[0].text.find("Subject: "), std::string::npos);
}

TEST(Mail, IsProtectedByTlsOfAServerThatIsVouchedFor) {
    const tests::TemporaryDirectory directory;
    const tests::TestCertificates certificates = tests::make_certificates(directory.path());
    for (const auto tls : {SmtpScript::Tls::from_start, SmtpScript::Tls::starttls}) {
        SmtpScript script{.tls = tls, .certificate = certificates.server};
        script.user = "obmen";
        script.password = "top secret";
        const SmtpServer server(script);
        config::MailSettings settings = settings_for(server);
        settings.user = "obmen";
        settings.password = Secret("top secret");
        settings.ca_file = certificates.other_authority;
        EXPECT_NE(code_of_failure(settings).find("SSL"), std::string::npos) << "nobody vouches for it";
        settings.ca_file = certificates.authority;
        EXPECT_TRUE(send_mail(settings, some_alert()).empty());
        ASSERT_EQ(server.mails().size(), 1U);
        EXPECT_TRUE(server.mails()[0].by_tls);

        settings.password = Secret("wrong secret");
        const std::string failure = code_of_failure(settings);
        EXPECT_NE(failure.find("535"), std::string::npos) << failure;
        EXPECT_EQ(failure.find("secret"), std::string::npos) << failure;
    }
}

TEST(Mail, IsNotSentWithoutTheTlsThatIsDemanded) {
    const tests::TemporaryDirectory directory;
    const SmtpServer server;
    config::MailSettings settings = settings_for(server);
    settings.ca_file = tests::make_certificates(directory.path()).authority;
    EXPECT_FALSE(code_of_failure(settings).empty());
    EXPECT_TRUE(server.mails().empty());
}

TEST(Mail, ReachesTheOthersWhenOneRecipientIsRefused) {
    SmtpServer server({.refused = {"admin@example.org"}});
    const std::vector<std::string> refusals = send_mail(settings_for(server), some_alert());
    ASSERT_EQ(refusals.size(), 1U);
    EXPECT_EQ(refusals[0], "admin@example.org: 550 5.1.1 No such user");
    ASSERT_EQ(server.mails().size(), 1U);
    EXPECT_EQ(server.mails()[0].to, std::vector<std::string>{"office@example.org"});

    server.behave({.refused = {"admin@example.org", "office@example.org"}});
    EXPECT_NE(code_of_failure(settings_for(server)).find("No such user"), std::string::npos);
}

TEST(Mail, FailsWhereTheServerDiesOrIsBusyOrIsNotThere) {
    for (const char* command : {"EHLO", "MAIL", "DATA", "."}) {
        SmtpScript script;
        script.dies_at = command;
        const SmtpServer server(script);
        EXPECT_FALSE(code_of_failure(settings_for(server)).empty()) << command;
        EXPECT_TRUE(server.mails().empty());
    }
    SmtpScript busy;
    busy.busy_for = 1;
    const SmtpServer server(busy);
    EXPECT_FALSE(code_of_failure(settings_for(server)).empty());
    EXPECT_TRUE(code_of_failure(settings_for(server)).empty());
    config::MailSettings nowhere = settings_for(server);
    nowhere.server = "smtp://127.0.0.1:1";
    EXPECT_FALSE(code_of_failure(nowhere).empty());
    nowhere.server = "http://127.0.0.1:1";
    EXPECT_FALSE(code_of_failure(nowhere).empty());
}

}  // namespace
}  // namespace obmen::alerts
