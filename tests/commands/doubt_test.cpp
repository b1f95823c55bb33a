#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "commands/exchange.hpp"
#include "commands/portal_view.hpp"
#include "harness/waiting.hpp"
#include "ledger/packages.hpp"
#include "ledger/planning.hpp"

namespace obmen::tests {
namespace {

/// One thing that goes wrong on the way, once, in the middle of a load of products.
struct Scenario {
    const char* name;
    nlohmann::json fault;
    const char* stops_with = nullptr;  ///< code; nothing: one run brings all of it
};

/// OBMEN_COMPLETE=1: as many as other clients were compared with (src/portal/README.md).
int product_count() {
    return is_complete_run() ? 1000 : 300;
}

void PrintTo(const Scenario& scenario, std::ostream* out) {
    *out << scenario.name;
}

class Doubt : public ::testing::TestWithParam<Scenario> {
  protected:
    /// Answers of the fault `slow` come too late.
    static std::vector<std::string> impatient(const Exchange& exchange) {
        if (GetParam().fault.at("action") != "slow") {
            return {};
        }
        const auto settings = exchange.directory() / "obmen.toml";
        write_file(settings, "[portal]\ntimeout_seconds = 2\n");
        return {"--settings", settings.string()};
    }
};

/// Whatever happens to one answer: every object exactly once, every receipt row true.
TEST_P(Doubt, LeavesEveryObjectExactlyOnce) {
    Exchange exchange;
    const int count = product_count();
    exchange.order_fault(GetParam().fault);
    const auto file = exchange.file(
        "import.xml", catalogue_file(sample_groups(8), sample_products(static_cast<std::size_t>(count), 8)));
    ProcessResult result = exchange.push({file}, impatient(exchange));
    if (GetParam().stops_with != nullptr) {
        EXPECT_EQ(result.exit_code, 3);
        EXPECT_NE((result.out + result.error).find(GetParam().stops_with), std::string::npos) << result.error;
        result = exchange.push({file});
    }
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;

    const auto verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_EQ(verdict.at("creations").get<int>(), count + 8 + 1) << "and the property for the stock";
    const ReceiptView receipt = exchange.last_receipt();
    if (GetParam().stops_with == nullptr) {
        EXPECT_EQ(receipt.count("Товар", "Создан"), count);
        EXPECT_EQ(receipt.count("Группа", "Создан"), 8);
    }
    for (const auto& row : receipt.objects) {
        EXPECT_FALSE(row.remote_id.empty()) << row.id;
    }
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0) << "what was sent is known to have been sent";
    EXPECT_EQ(exchange.sandbox().verdict().at("refused_for_rate"), 0) << "never above the portal's limit";
    exchange.sandbox().post("/sandbox/settings", {{"burst", 0}});
    for (const auto& product : sample_products(static_cast<std::size_t>(count), 8)) {
        const auto object =
            exchange.sandbox()
                .call("crm.product.get", {{"id", receipt.find("Товар", product.id)->remote_id}})
                .at("result");
        ASSERT_EQ(object.at("SECTION_ID"), receipt.find("Группа", product.group)->remote_id) << product.id;
    }
}

nlohmann::json at_request(int number, nlohmann::json action) {
    action["match"] = {{"request", number}};
    action["times"] = 1;
    return action;
}

INSTANTIATE_TEST_SUITE_P(
    OneFault, Doubt,
    ::testing::Values(
        Scenario{"DroppedBefore", at_request(4, {{"action", "drop_before"}})},
        Scenario{"DroppedAfter", at_request(4, {{"action", "drop_after"}})},
        Scenario{"FirstWriteDroppedAfter", at_request(2, {{"action", "drop_after"}})},
        Scenario{"PartlyRunThen504", at_request(4, {{"action", "partial"}, {"commands", 20}})},
        Scenario{"FirstWritePartlyRun", at_request(2, {{"action", "partial"}, {"commands", 3}})},
        Scenario{"Json500", at_request(4, {{"action", "status"}, {"status", 500}})},
        Scenario{"Html502", at_request(4, {{"action", "status"}, {"status", 502}})},
        Scenario{"Html502AfterRunning",
                 at_request(4, {{"action", "status"}, {"status", 502}, {"run", true}})},
        Scenario{"Truncated", at_request(4, {{"action", "truncate"}})},
        Scenario{"HtmlWith200", at_request(4, {{"action", "html200"}})},
        Scenario{"HtmlWith200AfterRunning", at_request(4, {{"action", "html200"}, {"run", true}})},
        Scenario{"ByteOrderMark", at_request(4, {{"action", "bom"}})},
        Scenario{"WrongContentType",
                 at_request(4, {{"action", "content_type"}, {"content_type", "text/html"}})},
        Scenario{"QueryLimit", at_request(4, {{"action", "query_limit"}})},
        Scenario{"RunLongAfterItWasGivenUp", at_request(4, {{"action", "late"}, {"seconds", 55}})},
        Scenario{"FirstWriteRunLongAfter", at_request(2, {{"action", "late"}, {"seconds", 55}})},
        Scenario{"SlowerThanWeWait", at_request(4, {{"action", "slow"}, {"milliseconds", 3000}})},
        Scenario{"Html503", at_request(4, {{"action", "status"}, {"status", 503}})},
        Scenario{"Html504AfterRunning",
                 at_request(4, {{"action", "status"}, {"status", 504}, {"run", true}})},
        Scenario{"DownForAMinute", at_request(4, {{"action", "down"}, {"seconds", 60}})},
        Scenario{"OneCommandBreaks",
                 nlohmann::json{{"action", "command_error"},
                                {"match", {{"method", "crm.product.add"}, {"request", 70}}},
                                {"error", "INTERNAL_SERVER_ERROR"}}},
        Scenario{"Overloaded", at_request(4, {{"action", "overload"}}), "B24-BLOCKED"},
        Scenario{"RedirectedToAStranger",
                 at_request(4, {{"action", "redirect"}, {"location", "http://renamed.invalid/rest/"}}),
                 "B24-PORTAL-URL"},
        Scenario{"StartUpDropped", at_request(1, {{"action", "drop_after"}})}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(Doubt, AnswersThatAreLostAgainAndAgainEndInADeferredPackageThatGoesOn) {
    Exchange exchange;
    // What is on the wire together is one failure.
    const auto settings = exchange.directory() / "obmen.toml";
    write_file(settings, "[portal]\nmax_in_flight = 1\n");
    exchange.order_fault(
        {{"match", {{"method", "crm.product.add"}}}, {"times", 0}, {"action", "drop_after"}});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(400, 2)));
    EXPECT_EQ(exchange.push({file}, {"--settings", settings.string()}).exit_code, 3);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
    exchange.sandbox().clear_faults();
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    const auto verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty());
    EXPECT_EQ(verdict.at("creations").get<int>(), 400 + 2 + 1) << "and the property for the stock";
}

TEST(Doubt, AReadOverWhichThePortalBreaksIsAskedAgain) {
    for (const char* method : {"profile", "crm.vat.list", "crm.product.property.list"}) {
        Exchange exchange;
        exchange.order_fault({{"match", {{"method", method}}},
                              {"times", 1},
                              {"action", "command_error"},
                              {"error", "INTERNAL_SERVER_ERROR"}});
        const auto file =
            exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
        EXPECT_EQ(exchange.push({file}).exit_code, 0) << method;
        EXPECT_FALSE(exchange.last_receipt().has_code("B24-NO-VAT")) << method;
        EXPECT_EQ(exchange.since_push("creations"), 3 + 2 + 1) << method;
    }
}

/// Creations of a kind that the portal carries out only after the first look-up for them has shown nothing.
struct LateKind {
    const char* name;
    const char* api;
    const char* add;  ///< methods
    const char* list;
    const char* kind;  ///< as the portal's journal calls it
};

void PrintTo(const LateKind& kind, std::ostream* out) {
    *out << kind.name;
}

class LateCreation : public ::testing::TestWithParam<LateKind> {
  protected:
    static std::string settings_of(const std::string& api) {
        return "[portal]\napi = \"" + api + "\"\nmax_in_flight = 1\n";
    }
    static std::vector<std::filesystem::path> files() {
        return {OBMEN_SOURCE_DIR "/samples/everything-2.09"};
    }
    /// What an exchange leaves behind over which nothing goes wrong.
    static const std::map<std::string, std::multiset<std::string>>& calm(const std::string& api) {
        static std::map<std::string, std::map<std::string, std::multiset<std::string>>> known;
        if (!known.contains(api)) {
            Exchange exchange;
            const auto settings = exchange.directory() / "obmen.toml";
            write_file(settings, settings_of(api));
            EXPECT_EQ(exchange.push(files(), {"--settings", settings.string()}).exit_code, 0);
            known[api] = comparable(exchange.sandbox().state());
        }
        return known.at(api);
    }
};

TEST_P(LateCreation, IsSeenByTheSecondLookAndNotMadeOnceMore) {
    Exchange exchange;
    const auto settings = exchange.directory() / "obmen.toml";
    write_file(settings, settings_of(GetParam().api));
    exchange.order_fault({{"match", {{"method", GetParam().add}}},
                          {"times", 1},
                          {"action", "late"},
                          {"seconds", 1e9},
                          {"after", GetParam().list}});
    const ProcessResult result = exchange.push(files(), {"--settings", settings.string()});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    int late = 0;
    for (const auto& write : exchange.sandbox().get("/sandbox/journal")) {
        if (write.at("fault") == "late" && write.at("operation") == "create" &&
            write.at("kind") == GetParam().kind &&
            write.at("at_request").get<int>() > write.at("request").get<int>()) {
            ++late;
        }
    }
    EXPECT_GT(late, 0) << "nothing has come late";
    const auto verdict = exchange.sandbox().verdict();
    for (const char* empty : {"duplicates", "duplicate_rows", "duplicate_parts", "orphans"}) {
        EXPECT_TRUE(verdict.at(empty).empty()) << empty << verdict.at(empty);
    }
    EXPECT_EQ(comparable(exchange.sandbox().state()), calm(GetParam().api));
    ASSERT_EQ(exchange.push(files(), {"--settings", settings.string()}).exit_code, 0);
    EXPECT_EQ(exchange.since_push("creations"), 0);
}

INSTANTIATE_TEST_SUITE_P(
    EachKind, LateCreation,
    ::testing::Values(
        LateKind{"Section", "crm", "crm.productsection.add", "crm.productsection.list", "section"},
        LateKind{"Product", "crm", "crm.product.add", "crm.product.list", "product"},
        LateKind{"Company", "crm", "crm.company.add", "crm.company.list", "company"},
        LateKind{"Contact", "crm", "crm.contact.add", "crm.contact.list", "contact"},
        LateKind{"Deal", "crm", "crm.deal.add", "crm.deal.list", "deal"},
        LateKind{"CatalogProduct", "catalog", "catalog.product.add", "catalog.product.list", "product"},
        LateKind{"Item", "catalog", "crm.item.add", "crm.item.list", "company"}),
    [](const auto& tested) { return std::string(tested.param.name); });

/// The newest receipt of the package whose first file is called `stem`.xml.
ReceiptView receipt_of(const Exchange& exchange, const std::string& stem) {
    std::filesystem::path newest;
    for (const auto& path : receipts_in(exchange.directory() / "receipts")) {
        if (path.filename().string().starts_with(stem + ".")) {
            newest = path;
        }
    }
    return read_receipt(newest);
}

/// A portal that falls silent once it hears of the product with this price: it does not answer probes either.
void fall_silent_at(const Exchange& exchange, const std::string& price) {
    exchange.order_fault({{"match", {{"body", price}}}, {"times", 0}, {"action", "drop_before"}});
    exchange.order_fault({{"match", {{"method", "server.time"}}}, {"times", 0}, {"action", "drop_before"}});
}

TEST(Doubt, WhatIsGoneIsMadeAnewByTheNextPushThoughThisOneWasCutOff) {
    Exchange exchange;
    auto products = sample_products(60, 2);
    ASSERT_EQ(exchange.push({exchange.file("a.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    const std::string old_id = exchange.last_receipt().find("Товар", "p0002")->remote_id;
    exchange.sandbox().call("crm.product.delete", {{"id", old_id}});
    for (std::size_t i = 0; i < products.size(); ++i) {
        products[i].price = std::to_string(7100 + i);
    }
    fall_silent_at(exchange, "7159");
    ASSERT_EQ(exchange.push({exchange.file("b.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              3)
        << "the portal falls silent after it has said that p0002 is gone";
    exchange.sandbox().clear_faults();
    ASSERT_EQ(exchange.push({exchange.file("c.xml", contragents_file({{"k1", "ООО Ромашка", true, {}}}))})
                  .exit_code,
              0);
    const ReceiptView receipt = receipt_of(exchange, "b");
    const ReceiptView::Row* row = receipt.find("Товар", "p0002");
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->action, "Создан");
    EXPECT_NE(row->remote_id, old_id);
    const auto object = exchange.sandbox().call("crm.product.get", {{"id", row->remote_id}}).at("result");
    EXPECT_EQ(object.at("NAME"), products[2].name);
    EXPECT_EQ(object.at("PRICE"), "7102.00");
    EXPECT_EQ(object.at("SECTION_ID"), receipt.find("Группа", "g0")->remote_id);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicate_rows").empty());
}

TEST(Doubt, VerdictsOutliveACutOffWhileAPackageIsPlannedOnceMore) {
    Exchange exchange;
    auto products = sample_products(60, 2);
    products[59].price = "7159";
    fall_silent_at(exchange, "7159");
    ASSERT_EQ(exchange.push({exchange.file("a.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              3);
    const int created = receipt_of(exchange, "a").count("Товар", "Создан");
    ASSERT_GT(created, 0);
    exchange.sandbox().clear_faults();
    {
        ledger::Database ledger(exchange.directory() / "state" / "ledger.db");
        const std::string package = ledger::Packages(ledger).unfinished().at(0).id;
        const ledger::Planning cut_off(ledger, package, "1C", ledger::Planning::Of::absent_objects);
    }
    ASSERT_EQ(exchange.push({exchange.file("c.xml", contragents_file({{"k1", "ООО Ромашка", true, {}}}))})
                  .exit_code,
              0);
    EXPECT_EQ(receipt_of(exchange, "a").count("Товар", "Создан"), 60);
    EXPECT_EQ(receipt_of(exchange, "a").count("Группа", "Создан"), 2);
}

/// Killed at some moment of a delivery, started again: nothing is lost and nothing twice.
class Kill : public ::testing::TestWithParam<int> {};

TEST_P(Kill, InTheMiddleOfADeliveryChangesNothing) {
    Exchange exchange({"--latency", "20"});
    constexpr int count = 400;
    const auto file =
        exchange.file("import.xml", catalogue_file(sample_groups(6), sample_products(count, 6)));
    {
        Process process(exchange.push_words({file}), exchange.directory().path(), exchange.environment());
        const int target = GetParam();
        for (int i = 0; i < 2000 && process.is_running(); ++i) {
            if (exchange.sandbox().verdict().at("requests").get<int>() >= target) {
                break;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        process.signal(SIGKILL);
        process.wait();
    }
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    const auto verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_EQ(verdict.at("creations").get<int>(), count + 6 + 1) << "and the property for the stock";
}

INSTANTIATE_TEST_SUITE_P(AtRequest, Kill, ::testing::Values(0, 1, 2, 4, 6, 8));

}  // namespace
}  // namespace obmen::tests
