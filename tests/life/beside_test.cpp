#include <algorithm>
#include <atomic>
#include <thread>

#include "exchange/requests.hpp"
#include "life/life.hpp"

namespace obmen::tests {
namespace {

using ledger::PackageState;

/// `obmen` in a process of its own, beside the exchange of the test.
class Beside : public Life {
  protected:
    ProcessResult run(std::vector<std::string> words, const std::string& language = "en") {
        words.insert(words.begin(), OBMEN_BINARY_DIR "/src/obmen");
        words.insert(words.end(), {"--lang", language, "--state", m_settings.state_directory.string()});
        return run_process(words, m_directory.path(),
                           {{"OBMEN_TIME_SCALE", "0.1"},
                            {"LC_ALL", "C.UTF-8"},
                            {"OBMEN_PORTAL", m_sandbox.url()},
                            {"XDG_STATE_HOME", (m_directory / "home").string()},
                            {"OBMEN_LIMITS", (m_directory / "limits").string()}});
    }
    /// The same while the exchange of the test does rounds, as the daemon would.
    ProcessResult run_beside(const std::vector<std::string>& words) {
        std::atomic<bool> done{false};
        ProcessResult result;
        std::thread process([&] {
            result = run(words);
            done = true;
        });
        while (!done) {
            if (exchange::execute_requests(*m_exchange) > 0) {
                round(/*at_once=*/true);
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        process.join();
        return result;
    }
    [[nodiscard]] std::vector<std::string> push_words(const std::string& bytes) {
        const std::filesystem::path file = m_directory / "exports" / "by-hand.xml";
        write_file(file, bytes);
        return {"push",          file.string(), "--portal",
                m_sandbox.url(), "--receipts",  m_settings.receipts.directory.string()};
    }
    [[nodiscard]] std::string newest() { return ledger::Packages(m_exchange->database()).list(1).at(0).id; }
};

TEST_F(Beside, APushIsSentByTheRunningExchangeAndShownAsUsual) {
    const ProcessResult result = run_beside(push_words(price_export("10")));
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_NE(result.out.find("applied"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find(".receipt.xml"), std::string::npos) << result.out;
    EXPECT_EQ(products().size(), 1U);
}

TEST_F(Beside, APushOfNonsenseIsRejectedByTheRunningExchange) {
    const ProcessResult result = run_beside(push_words("<nonsense/>"));
    EXPECT_EQ(result.exit_code, 2) << result.out << result.error;
}

TEST_F(Beside, APushGoesOnByItselfWhenTheOwnerHasGone) {
    std::thread owner([&] {
        while (ledger::Packages(m_exchange->database()).list(1).empty()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        m_exchange.reset();
    });
    const ProcessResult result = run(push_words(price_export("10")));
    owner.join();
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_EQ(products().size(), 1U);
}

TEST_F(Beside, APersonRetriesForgetsPausesAndLooksBesideTheRunningExchange) {
    break_portal();
    const std::string id = arrive(price_export("10"));
    round();
    ASSERT_EQ(state_of(id), PackageState::deferred);
    m_sandbox.clear_faults();
    EXPECT_EQ(run_beside({"retry", id}).exit_code, 0);
    EXPECT_EQ(state_of(id), PackageState::applied);
    EXPECT_EQ(run_beside({"retry", id}).exit_code, 4);
    EXPECT_EQ(run_beside({"forget", id}).exit_code, 0);
    EXPECT_EQ(run_beside({"forget", "--object", "product", "p1"}).exit_code, 0);
    EXPECT_EQ(run_beside({"approve", id}).exit_code, 4);

    EXPECT_EQ(run({"pause"}).exit_code, 0);
    const ProcessResult status = run({"status"});
    EXPECT_NE(status.out.find("paused"), std::string::npos) << status.out;
    EXPECT_NE(status.out.find(id), std::string::npos);
    EXPECT_EQ(run({"resume"}).exit_code, 0);
    EXPECT_EQ(run({"status"}).out.find("paused"), std::string::npos);
    EXPECT_EQ(run({"pause", "nobody"}).exit_code, 64) << "without settings nobody knows the sources";

    const ProcessResult receipt = run({"receipt", id, "--receipts", m_settings.receipts.directory.string()});
    EXPECT_EQ(receipt.exit_code, 0);
    EXPECT_EQ(receipt.out, read_file(exchange::receipt_path(package(id), m_settings)));
    const ProcessResult made_again = run({"receipt", id});
    EXPECT_NE(made_again.out.find("Редакция"), std::string::npos);
    EXPECT_EQ(run({"receipt", id, "--revision", "9"}).exit_code, 4);

    const std::filesystem::path page = m_directory / "report.html";
    EXPECT_EQ(run({"report", id, "--html", page.string()}).exit_code, 0);
    EXPECT_NE(read_file(page).find(id), std::string::npos);
    const ProcessResult report = run({"report", id});
    EXPECT_NE(report.out.find(package(id).files.at(0).sha256), std::string::npos) << report.out;
    const std::string russian = run({"report", id}, "ru").out;
    for (const char* step : {"прочитан и сверен", "отправка в портал", "квитанция", "выполнено"}) {
        EXPECT_NE(russian.find(step), std::string::npos) << step << " in\n" << russian;
    }
    for (const char* step : {"received", "planned", "batch", "commands=", "receipt "}) {
        EXPECT_EQ(russian.find(step), std::string::npos) << step << " in\n" << russian;
    }
    EXPECT_EQ(run({"report", "nobody"}).exit_code, 4);
}

TEST_F(Beside, ADryRunLooksAtACopyAndHoldsNobodyUp) {
    round();
    std::vector<std::string> words = push_words(price_export("10"));
    words.push_back("--dry-run");
    const ProcessResult result = run(words);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_NE(result.out.find("Отвёртка"), std::string::npos) << result.out;
    EXPECT_TRUE(ledger::Packages(m_exchange->database()).list(1).empty());
    EXPECT_TRUE(products().empty());
}

TEST_F(Beside, APushIsToldThatItsOwnWebhookIsNotUsed) {
    std::vector<std::string> words = push_words(price_export("10"));
    EXPECT_EQ(run_beside(words).out.find("SYS-DAEMON-PORTAL"), std::string::npos) << "it is the same";
    std::string& url = *(std::ranges::find(words, "--portal") + 1);
    url = url.substr(0, url.find("/rest/")) + "/rest/1/othercode0815/";
    const ProcessResult result = run_beside(words);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_NE(result.out.find("SYS-DAEMON-PORTAL"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("othercode0815"), std::string::npos) << result.out;
}

TEST_F(Beside, StatusForProgramsHasOneObjectALine) {
    const std::string id = arrive(price_export("10"));
    round();
    const ProcessResult status = run({"status", "--json"});
    std::vector<nlohmann::json> lines;
    std::istringstream text(status.out);
    for (std::string line; std::getline(text, line);) {
        lines.push_back(nlohmann::json::parse(line));
    }
    ASSERT_GE(lines.size(), 2U);
    EXPECT_EQ(lines.front().at("package"), id);
    EXPECT_EQ(lines.back().at("pending"), 0);
    EXPECT_FALSE(lines.back().at("sending_paused").get<bool>());
    EXPECT_TRUE(lines.back().at("last_applied").is_string());
}

}  // namespace
}  // namespace obmen::tests
