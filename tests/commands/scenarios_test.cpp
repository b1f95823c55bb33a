#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <map>
#include <set>
#include <thread>

#include "commands/exchange.hpp"
#include "harness/waiting.hpp"

/// Somebody changes the portal in the middle of a load, and changes it back later: what obmen says of it, and
/// that the same command goes on then. OBMEN_COMPLETE=1: with 1,000 products (tools/nightly).
namespace obmen::tests {
namespace {

std::size_t products() {
    return is_complete_run() ? 1000 : 150;
}
constexpr std::size_t group_count = 3;

/// What somebody does to the portal, and undoes.
struct Change {
    const char* name;
    nlohmann::json settings;  ///< of the practice portal
    nlohmann::json mended;
    const char* code;    ///< what obmen says
    const char* advice;  ///< part of what it says is to be done, in Russian
};

void PrintTo(const Change& change, std::ostream* out) {
    *out << change.name;
}

std::string with_port_of(const Exchange& exchange, const std::string& host) {
    const std::string url = exchange.sandbox().url();
    const std::size_t colon = url.find(':', url.find("://") + 3);
    return host + url.substr(colon, url.find('/', colon) - colon);
}

/// Everything once, and each receipt row with the id that the portal has.
void expect_everything_once(const Exchange& exchange) {
    const nlohmann::json verdict = exchange.sandbox().verdict();
    for (const char* empty : {"duplicates", "duplicate_rows", "duplicate_parts", "orphans"}) {
        EXPECT_TRUE(verdict.at(empty).empty()) << empty << verdict.at(empty);
    }
    EXPECT_EQ(verdict.at("creations"), products() + group_count + 1) << "and the property for the stock";
    std::map<std::string, std::string> ids;
    for (const auto& row : exchange.sandbox().rows("product")) {
        ids.emplace(row.at("XML_ID"), row.at("ID"));
    }
    std::set<std::string> told;
    for (const auto& path : receipts_in(exchange.directory() / "receipts")) {
        for (const ReceiptView::Row& row : read_receipt(path).objects) {
            EXPECT_NE(row.action, "Ошибка") << row.id << row.code;
            if (row.kind == "Товар" && !row.remote_id.empty()) {
                EXPECT_EQ(row.remote_id, ids.at(row.id)) << path;
                told.insert(row.id);
            }
        }
    }
    EXPECT_EQ(told.size(), products());
}

class MidRun : public ::testing::Test {
  protected:
    /// Starts a push, and calls `change` once the portal has seen so many requests.
    ProcessResult push_and(const std::function<void()>& change) {
        std::vector<std::string> words = exchange.push_words({file});
        *(std::ranges::find(words, "--lang") + 1) = "ru";
        Process process(words, exchange.directory().path(), exchange.environment());
        while (process.is_running() && exchange.sandbox().verdict().at("requests").get<int>() < 3) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        change();
        return process.wait();
    }
    void set(nlohmann::json settings) const {
        if (settings.value("renamed_to", "") != "") {
            settings["renamed_to"] = with_port_of(exchange, settings.at("renamed_to"));
        }
        exchange.sandbox().post("/sandbox/settings", settings);
    }

    Exchange exchange{{"--latency", "60"}};
    std::filesystem::path file = exchange.file(
        "import.xml", catalogue_file(sample_groups(group_count), sample_products(products(), group_count)));
};

class ChangedInMidRun : public MidRun, public ::testing::WithParamInterface<Change> {};

TEST_P(ChangedInMidRun, IsToldInPlainWordsAndTheSameCommandGoesOnLater) {
    const ProcessResult stopped = push_and([&] { set(GetParam().settings); });
    EXPECT_EQ(stopped.exit_code, 3) << stopped.out << stopped.error;
    const std::string said = stopped.out + stopped.error;
    EXPECT_NE(said.find(GetParam().code), std::string::npos) << said;
    EXPECT_NE(said.find(GetParam().advice), std::string::npos) << said;
    EXPECT_EQ(exchange.last_receipt().state, "Отложено");
    const ProcessResult still = exchange.push({file});
    EXPECT_NE(still.exit_code, 0) << "it has not been mended yet";
    EXPECT_NE((still.out + still.error).find(GetParam().code), std::string::npos) << still.out << still.error;
    set(GetParam().mended);
    const ProcessResult resumed = exchange.push({file});
    EXPECT_EQ(resumed.exit_code, 0) << resumed.out << resumed.error;
    expect_everything_once(exchange);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ChangedInMidRun,
    ::testing::Values(
        Change{"PlanWithoutRest", {{"rest_in_plan", false}}, {{"rest_in_plan", true}}, "B24-PLAN", "тариф"},
        Change{"WebhookDeleted",
               {{"code", "another"}},
               {{"code", "sandboxcode"}},
               "B24-WEBHOOK",
               "создайте вебхук"},
        Change{"ScopeTakenAway",
               {{"scopes", {"task"}}},
               {{"scopes", {"crm", "catalog"}}},
               "B24-SCOPE",
               "добавьте права"},
        Change{"CatalogueRightTakenAway",
               {{"catalogue_rights", "read"}},
               {{"catalogue_rights", "all"}},
               "B24-ACCESS",
               "вебхук"},
        Change{"CatalogueHidden",
               {{"catalogue_rights", "none"}},
               {{"catalogue_rights", "all"}},
               "B24-ACCESS",
               "вебхук"},
        Change{"BasicWall",
               {{"basic_user", "wall"}, {"basic_password", "x"}},
               {{"basic_user", ""}, {"basic_password", ""}},
               "B24-BASIC-WALL",
               "portal.basic_user"},
        Change{"RenamedToAStranger",
               {{"renamed_to", "elsewhere.example"}},
               {{"renamed_to", ""}},
               "B24-PORTAL-URL",
               "адрес вебхука"}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(MidRun, WhatAStoppedRunHasLeftOfObjectsThatAreThereKeepsThePackageOpen) {
    exchange.order_fault({{"match", {{"body", "DETAIL_PICTURE"}}},
                          {"action", "redirect"},
                          {"location", "http://renamed.invalid/rest/"}});
    const std::filesystem::path sample = OBMEN_SOURCE_DIR "/samples/everything-2.09";
    EXPECT_EQ(exchange.push({sample}).exit_code, 3);
    EXPECT_EQ(exchange.last_receipt().state, "Отложено") << "its pictures are still to come";
    EXPECT_TRUE(exchange.sandbox().rows("file").empty());
    EXPECT_EQ(exchange.push({sample}).exit_code, 0);
    EXPECT_EQ(exchange.sandbox().rows("file").size(), 5U);
}

TEST_F(MidRun, ARenamedPortalIsFollowed) {
    const ProcessResult result = push_and([&] { set({{"renamed_to", "localhost"}}); });
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    expect_everything_once(exchange);
}

TEST_F(MidRun, APortalThatIsDownForAnHourIsTriedAgain) {
    // Of the portal's clock, which is ours: both are scaled alike.
    const ProcessResult stopped = push_and([&] {
        exchange.sandbox().post("/sandbox/down", {{"seconds", 3600}});
    });
    EXPECT_EQ(stopped.exit_code, 3) << stopped.out << stopped.error;
    EXPECT_NE((stopped.out + stopped.error).find("B24-DOWN"), std::string::npos) << stopped.error;
    EXPECT_EQ(exchange.last_receipt().state, "Отложено");
    int tries = 0;
    while (exchange.push({file}).exit_code == 3 && tries < 200) {
        ++tries;
        if (!is_complete_run()) {
            exchange.sandbox().post("/sandbox/down", {{"seconds", 0}});
        }
    }
    EXPECT_GE(tries, 1);
    expect_everything_once(exchange);
}

}  // namespace
}  // namespace obmen::tests
