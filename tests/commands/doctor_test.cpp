#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "commands/exchange.hpp"
#include "servers/smtp_server.hpp"
#include "support/file.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

/// Settings of an exchange with one folder, and the doctor who looks at it.
class Doctor {
  public:
    Doctor() { std::filesystem::create_directory(exchange.directory() / "in"); }

    ProcessResult run(const std::vector<std::string>& more = {}) {
        const std::filesystem::path portal = exchange.directory() / "portal.url";
        write_file(portal, url.empty() ? exchange.sandbox().url() : url);
        ::chmod(portal.c_str(), 0600);
        write_file(
            exchange.directory() / "obmen.toml",
            "language = \"" + language +
                "\"\n[portal]\nurl = \"@portal.url\"\n[state]\ndirectory = \"state\"\n"
                "[receipts]\ndirectory = \"receipts\"\n[[source]]\nname = \"1c\"\nurl = \"folder:in\"\n" +
                source + more_settings);
        std::vector<std::string> words{"doctor", "--settings",
                                       (exchange.directory() / "obmen.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return exchange.run(words);
    }
    /// The lines about one thing, for machines.
    std::vector<json> lines(const std::string& check) {
        std::vector<json> found;
        std::istringstream out(run({"--json"}).out);
        for (std::string line; std::getline(out, line);) {
            json object = json::parse(line);
            if (object.value("check", "") == check) {
                found.push_back(std::move(object));
            }
        }
        return found;
    }
    [[nodiscard]] std::vector<std::string> names_in(const std::string& folder) const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(exchange.directory() / folder)) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }

    Exchange exchange;
    std::string url;
    std::string language = "en";
    std::string source;
    std::string more_settings;
};

TEST(Doctor, FindsThatAllIsReady) {
    Doctor doctor;
    write_file(doctor.exchange.directory() / "in" / "import.xml", "<x/>");
    const ProcessResult result = doctor.run();
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    for (const char* line :
         {"ok   portal: http://127.0.0.1", "ok   rights: an administrator's\n", "ok   catalogue: no. ",
          "ok   dictionaries: ", ": 1 files, import.xml was read; writing was not tried",
          "ok   schedule 1c: every 30 s\n", "ok   receipts 1c: folder:", "ok   disk: ",
          "--   ledger: there is none yet", "--   alert: none is set up"}) {
        EXPECT_NE(result.out.find(line), std::string::npos) << line << " in\n" << result.out;
    }
    EXPECT_EQ(doctor.names_in("in"), std::vector<std::string>{"import.xml"}) << "nothing is left behind";
    EXPECT_TRUE(doctor.names_in("receipts").empty());

    doctor.language = "ru";
    const ProcessResult russian = doctor.run();
    EXPECT_NE(russian.out.find("ok   квитанции 1c: folder:"), std::string::npos) << russian.out;
}

TEST(Doctor, SaysWhatFailsAndWhatToDo) {
    Doctor doctor;
    std::filesystem::remove(doctor.exchange.directory() / "in");
    doctor.url = "http://127.0.0.1:1/rest/1/code/";
    const ProcessResult result = doctor.run();
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.out.find("FAIL portal: "), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("FAIL source 1c: folder:"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("the trial of “listing” failed"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("ok   receipts 1c"), std::string::npos) << "the rest is tried all the same";
    const auto lines = doctor.lines("source");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].at("result"), "fail");
    EXPECT_EQ(lines[0].at("name"), "1c");
    EXPECT_EQ(lines[0].at("code"), "SRC-MISSING");
    EXPECT_TRUE(doctor.lines("clock").empty()) << "nobody has seen the source's clock";
}

TEST(Doctor, WritesToASourceOnlyWhereFilesAreToBeMoved) {
    Doctor doctor;
    doctor.source = "archive = \"move\"\nsentinel = \"here\"\n";
    EXPECT_EQ(doctor.lines("source").at(0).at("code"), "SRC-SENTINEL");
    write_file(doctor.exchange.directory() / "in" / "here", "");
    const auto lines = doctor.lines("source");
    EXPECT_EQ(lines.at(0).at("result"), "ok") << lines;
    EXPECT_NE(lines[0].at("text").get<std::string>().find("written, renamed and removed"), std::string::npos);
    EXPECT_TRUE(std::filesystem::is_empty(doctor.exchange.directory() / "in" / ".obmen-archive"));
    EXPECT_EQ(doctor.lines("clock").back().at("text"), "the source's clock is 0 s off ours");
}

TEST(Doctor, SaysWhenTheNextRunIs) {
    Doctor doctor;
    doctor.source = "schedule = \"0 3 * * *\"\ntime_zone = \"Asia/Yekaterinburg\"\n";
    const auto lines = doctor.lines("schedule");
    EXPECT_TRUE(lines.at(0).at("text").get<std::string>().starts_with("next at 20")) << lines;
}

TEST(Doctor, ChecksTheLedgerAndSaysWhoRunsIt) {
    Doctor doctor;
    const ProcessResult pushed = doctor.exchange.push({doctor.exchange.file("import.xml", "<x/>")});
    ASSERT_NE(pushed.exit_code, 0);
    EXPECT_NE(doctor.lines("ledger").at(0).at("text").get<std::string>().find("whole"), std::string::npos);
    const DirectoryLock somebody(doctor.exchange.directory() / "state");
    const auto lines = doctor.lines("ledger");
    EXPECT_EQ(lines.at(0).at("result"), "ok");
    EXPECT_NE(lines[0].at("text").get<std::string>().find("PID " + std::to_string(::getpid())),
              std::string::npos)
        << lines;
}

TEST(Doctor, SendsATrialAlertOnlyIfAsked) {
    Doctor doctor;
    const SmtpServer server;
    doctor.more_settings = "[alerts]\ndisk_low_bytes = 0\n[alerts.mail]\nserver = \"" + server.url() +
                           "\"\nfrom = \"obmen@example.org\"\nto = [\"a@example.org\"]\n";
    EXPECT_NE(doctor.run().out.find("--   alert: not tried"), std::string::npos);
    EXPECT_TRUE(server.mails().empty());
    const ProcessResult result = doctor.run({"--alert"});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_NE(result.out.find("ok   alert: a trial was sent"), std::string::npos);
    EXPECT_EQ(server.mails().size(), 1U);
}

}  // namespace
}  // namespace obmen::tests
