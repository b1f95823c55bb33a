#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "commands/exchange.hpp"
#include "ledger/alert_rows.hpp"
#include "ledger/packages.hpp"
#include "ledger/source_files.hpp"
#include "ledger/source_states.hpp"

namespace obmen::tests {
namespace {

/// A ledger as a daemon leaves it, and the settings that it ran with.
class StatusTest : public ::testing::Test {
  protected:
    StatusTest() {
        write_file(m_directory / "shop.toml",
                   "[state]\ndirectory = \"state\"\n[[source]]\nname = \"1c\"\nurl = \"folder:out\"\n"
                   "settle_seconds = 20\n[[source]]\nname = \"never\"\nurl = \"folder:never\"\n");
        std::filesystem::create_directories(m_directory / "state");
    }
    [[nodiscard]] ledger::Database ledger() const {
        return ledger::Database(m_directory / "state/ledger.db");
    }
    [[nodiscard]] ProcessResult status(const std::vector<std::string>& more) const {
        std::vector<std::string> words{Exchange::program(), "status", "--settings",
                                       (m_directory / "shop.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return run_process(words, m_directory.path(),
                           {{"LC_ALL", "C.UTF-8"}, {"XDG_STATE_HOME", (m_directory / "home").string()}});
    }
    /// What each waiting file waits for, by its name.
    [[nodiscard]] std::map<std::string, std::string> waits() const {
        std::map<std::string, std::string> waits;
        std::istringstream text(status({"--json"}).out);
        for (std::string line; std::getline(text, line);) {
            const auto object = nlohmann::json::parse(line);
            if (object.contains("waiting_file")) {
                waits[object.at("waiting_file").get<std::string>()] =
                    object.at("waits_for").get<std::string>();
            }
        }
        return waits;
    }
    void add_files(ledger::Database& database) const {
        ledger::SourceFiles files(database, "1c");
        const auto seen = [&](const std::string& name, std::int64_t seconds_ago, int state,
                              std::optional<Message> reason = {}) {
            const UtcTime since = m_now - std::chrono::seconds(seconds_ago);
            files.put({.name = name,
                       .size = 100,
                       .first_seen = since,
                       .still_since = since,
                       .state = state,
                       .reason = std::move(reason)});
        };
        seen("grows.xml", 5, 0);
        seen("half.xml", 100, 1);
        seen("cut.xml", 90, 1, Message{"XML-TRUNCATED", {}});
        seen("bad\xFFname.xml", 80, 0);
        seen("taken.xml", 500, 2);
        ledger::SourceStates(database).note_listing("1c", m_now);
    }

    TemporaryDirectory m_directory;
    UtcTime m_now = SystemClock().now();
};

TEST_F(StatusTest, SaysOfEachFileThatWaitsWhatItWaitsFor) {
    {
        ledger::Database database = ledger();
        add_files(database);
    }
    EXPECT_EQ(waits(), (std::map<std::string, std::string>{{"grows.xml", "settling"},
                                                           {"half.xml", "partner"},
                                                           {"cut.xml", "reason"},
                                                           {R"(bad\xFFname.xml)", "turn"}}));
    const std::string text = status({"--lang", "ru"}).out;
    EXPECT_NE(text.find("файлов ждёт: 4"), std::string::npos) << text;
    EXPECT_NE(text.find("cut.xml: XML-TRUNCATED"), std::string::npos) << text;
    EXPECT_NE(text.find("Источник never"), std::string::npos) << text;
    EXPECT_NE(text.find("ни разу"), std::string::npos) << text;
    EXPECT_NE(text.find(" назад)"), std::string::npos) << text;
    EXPECT_EQ(text.find("taken.xml"), std::string::npos) << text;
    {
        ledger::Database database = ledger();
        ledger::SourceStates(database).set_paused("1c", true);
    }
    EXPECT_EQ(waits().at("half.xml"), "paused");
}

TEST_F(StatusTest, SaysWhyAPackageWasRejected) {
    {
        ledger::Database database = ledger();
        ledger::Packages packages(database);
        packages.add({.id = "p1", .source = "a.zip"});
        packages.add_finding("p1", {.severity = Severity::warning, .message = Message{"PKG-PICTURE", {"x"}}});
        packages.add_finding("p1",
                             {.severity = Severity::fatal, .message = Message{"PKG-ZIP", {"a.zip", "?"}}});
        packages.set_state("p1", ledger::PackageState::rejected);
    }
    EXPECT_NE(status({"--lang", "en"}).out.find("PKG-ZIP: "), std::string::npos);
    const std::string json = status({"--json"}).out;
    EXPECT_EQ(nlohmann::json::parse(json.substr(0, json.find('\n'))).at("cause").at("code"), "PKG-ZIP");
}

TEST_F(StatusTest, ShowsTheNewestAlertsAndHowManyThereAreBesides) {
    {
        ledger::Database database = ledger();
        for (int i = 0; i < 25; ++i) {
            ledger::AlertRows(database).raise("package:" + std::to_string(i),
                                              Message{"PKG-EMPTY", {std::to_string(i)}}, true,
                                              m_now + std::chrono::seconds(i));
        }
    }
    const std::string text = status({"--lang", "en"}).out;
    std::size_t alerts = 0;
    for (std::size_t at = text.find("Alert since"); at != std::string::npos;
         at = text.find("Alert since", at + 1)) {
        ++alerts;
    }
    EXPECT_EQ(alerts, 10U) << text;
    EXPECT_NE(text.find(": 15\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace obmen::tests
