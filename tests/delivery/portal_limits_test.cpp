#include <algorithm>

#include "practice.hpp"

namespace obmen::delivery {
namespace {

Wish named(SourceKind source, EntityKind kind, const std::string& id, const std::string& name) {
    return wish(source, id, kind, {one_field(kind == EntityKind::company ? "title" : "name", name)});
}

Wish plain_product(const std::string& id, const std::string& name = "Болт") {
    return named(SourceKind::product, EntityKind::product, id, name);
}

/// What may go wrong with requests, and what the portal allows.
class PortalTroubles : public Practice {
  protected:
    static constexpr int count = 60;

    /// One of them is not to the portal's taste.
    static std::vector<Wish> products_with_culprit(const std::string& change = {}) {
        std::vector<Wish> wishes;
        for (int i = 0; i < count; ++i) {
            wishes.push_back(
                plain_product("p" + std::to_string(i), i == 17 ? "POISON" + change : "Болт" + change));
        }
        return wishes;
    }
    [[nodiscard]] int faults_met() const {
        const json met = sandbox.verdict().at("faults");
        int sum = 0;
        for (const json& count_of_one : met) {
            sum += count_of_one.get<int>();
        }
        return sum;
    }
    void expect_all_but_the_culprit(const std::string& package, Verdict verdict) const {
        for (int i = 0; i < count; ++i) {
            const std::string id = "p" + std::to_string(i);
            ASSERT_EQ(outcome(package, id).verdict, i == 17 ? Verdict::failed : verdict) << id;
        }
        const auto reason = outcome(package, "p17").reason;
        ASSERT_TRUE(reason);
        EXPECT_EQ(reason->code, Code{"B24-NOT-TAKEN"});
        EXPECT_TRUE(sandbox.verdict().at("duplicates").empty());
    }
};

struct Poison {
    const char* name;
    json fault;
};
void PrintTo(const Poison& poison, std::ostream* out) {
    *out << poison.name;
}
class PoisonedCommand : public PortalTroubles, public ::testing::WithParamInterface<Poison> {};

TEST_P(PoisonedCommand, FailsAloneAndEverythingElseGoesOn) {
    json fault = GetParam().fault;
    fault["match"] = {{"body", "POISON"}};
    fault["times"] = 0;
    order_fault(fault);
    plan("p1", products_with_culprit());
    deliver_all();
    expect_all_but_the_culprit("p1", Verdict::created);
    EXPECT_LE(since("requests"), 50) << "halved, not taken apart";
    order_fault(fault);
    plan("p2", products_with_culprit("+"));
    deliver_all();
    expect_all_but_the_culprit("p2", Verdict::updated);
}

INSTANTIATE_TEST_SUITE_P(Each, PoisonedCommand,
                         ::testing::Values(Poison{"Firewall", {{"action", "status"}, {"status", 403}}},
                                           Poison{"TooLarge", {{"action", "status"}, {"status", 413}}},
                                           Poison{"GatewayTimeOut", {{"action", "status"}, {"status", 504}}}),
                         [](const auto& tested) { return std::string(tested.param.name); });

TEST_F(PortalTroubles, TheLedgerCountsTheFailuresOfACulpritOverAllRuns) {
    order_fault({{"match", {{"body", "POISON"}}}, {"times", 0}, {"action", "status"}, {"status", 504}});
    plan("p1", products_with_culprit());
    DeliveryOptions impatient;
    impatient.doubts_in_a_row = 1;
    impatient.tries_alone = 1;
    int runs = 1;
    while (deliver(impatient).stop) {
        ASSERT_LT(++runs, 15);
    }
    EXPECT_GT(runs, 1);
    expect_all_but_the_culprit("p1", Verdict::created);
}

TEST_F(PortalTroubles, ARefusalOfEverythingIsAboutAccessAndBlamesNoObject) {
    fault_after_start_up = {{"times", 0}, {"action", "status"}, {"status", 403}};
    plan("p1", products_with_culprit());
    const DeliveryResult result = deliver();
    ASSERT_TRUE(result.stop);
    EXPECT_FALSE(result.stop->temporary);
    EXPECT_EQ(result.stop->reason.code, Code{"B24-ACCESS"});
    for (const ledger::Operation& operation : pending.in_state(ledger::OperationState::fresh)) {
        ASSERT_EQ(operation.attempts, 0U);
    }
    sandbox.clear_faults();
    fault_after_start_up = nullptr;
    deliver_all();
    EXPECT_EQ(requests(), 2);
}

TEST_F(PortalTroubles, APortalThatIsDownIsAskedCheaplyAndTheRunCanGoOn) {
    fault_after_start_up = {{"times", 0}, {"action", "status"}, {"status", 502}};
    std::vector<Wish> wishes;
    for (int i = 0; i < 500; ++i) {
        wishes.push_back(plain_product("p" + std::to_string(i)));
    }
    plan("p1", wishes);
    const Duration begun = clock.steady();
    const DeliveryResult result = deliver();
    ASSERT_TRUE(result.stop);
    EXPECT_TRUE(result.stop->temporary);
    EXPECT_EQ(result.stop->reason.code, Code{"B24-DOWN"});
    EXPECT_LE(result.write_requests, 4U) << "what was on the wire, and nothing more";
    EXPECT_LE(requests(), 20);
    EXPECT_GE(clock.steady() - begun, Duration{300'000});
    for (const ledger::Operation& operation : pending.in_state(ledger::OperationState::in_doubt)) {
        ASSERT_EQ(operation.attempts, 0U) << "no object is suspected: the portal was down";
    }
    sandbox.clear_faults();
    fault_after_start_up = nullptr;
    deliver_all();
    EXPECT_EQ(sandbox.verdict().at("creations"), 500);
    EXPECT_LE(requests(), 18) << "what was in doubt is looked for, twice";
}

TEST_F(PortalTroubles, AMethodThatHasUsedUpItsTimeLetsOthersGoFirst) {
    client_options.operating_limit = 0.8;  // the portal allows more: it must never come to a refusal
    client_options.max_in_flight = 1;
    std::vector<Wish> wishes;
    for (int i = 0; i < 120; ++i) {
        wishes.push_back(plain_product("p" + std::to_string(i)));
    }
    wishes.push_back(named(SourceKind::contragent, EntityKind::company, "c1", "Ромашка"));
    plan("p1", wishes);
    const Duration begun = clock.steady();
    deliver_all();
    EXPECT_GE(clock.steady() - begun, Duration{300'000}) << "until the oldest minute drops out";
    EXPECT_EQ(sandbox.verdict().at("creations"), 121);
    EXPECT_EQ(sandbox.verdict().at("refused_for_operating_time"), 0);
    const json journal = sandbox.get("/sandbox/journal");
    EXPECT_NE(journal.back().at("kind"), "company") << "it did not wait for the products";
}

TEST_F(PortalTroubles, ATimeLimitThatNeverEndsEndsTheRun) {
    order_fault({{"match", {{"method", "crm.product.add"}}},
                 {"times", 0},
                 {"action", "command_error"},
                 {"error", "OPERATION_TIME_LIMIT"}});
    plan("p1", {plain_product("p1"), named(SourceKind::contragent, EntityKind::company, "c1", "Ромашка")});
    const Duration begun = clock.steady();
    const DeliveryResult result = deliver();
    ASSERT_TRUE(result.stop);
    EXPECT_TRUE(result.stop->temporary);
    EXPECT_EQ(result.stop->reason.code, Code{"B24-LIMIT"});
    EXPECT_LE(clock.steady() - begun, Duration{1'500'000});
    EXPECT_LE(requests(), 30);
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::created);
    sandbox.clear_faults();
    clock.advance(Duration{600'000});
    deliver_all();
    EXPECT_EQ(outcome("p1", "p1").verdict, Verdict::created);
}

TEST_F(PortalTroubles, OutagesAreNoObjectsFault) {
    plan("p1", {plain_product("p")});
    deliver_all();
    order_fault(
        {{"match", {{"method", "crm.product.update"}}}, {"times", 3}, {"action", "status"}, {"status", 502}});
    for (const int probe : {1, 3, 5}) {
        order_fault({{"match", {{"method", "server.time"}, {"request", probe}}},
                     {"action", "status"},
                     {"status", 502}});
    }
    plan("p2", {plain_product("p", "Гайка")});
    deliver_all();
    EXPECT_EQ(faults_met(), 6);
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::updated);
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("NAME"), "Гайка");
}

TEST_F(PortalTroubles, OutagesThatBringNothingEndTheRun) {
    plan("p1", {plain_product("p")});
    order_fault(
        {{"match", {{"method", "crm.product.add"}}}, {"times", 0}, {"action", "status"}, {"status", 502}});
    order_fault({{"match", {{"method", "server.time"}, {"every", 2}}},
                 {"times", 0},
                 {"action", "status"},
                 {"status", 502}});
    DeliveryOptions impatient;
    impatient.doubts_in_a_row = 1;
    impatient.tries_alone = 100;
    const DeliveryResult result = deliver(impatient);
    ASSERT_TRUE(result.stop);
    EXPECT_TRUE(result.stop->temporary);
}

TEST_F(PortalTroubles, ABreakdownAfterLostAnswersIsTheFirstOfItsOwn) {
    plan("p1", {plain_product("p")});
    deliver_all();
    const json update = {{"method", "crm.product.update"}};
    order_fault({{"match", update}, {"times", 2}, {"action", "status"}, {"status", 504}});
    order_fault({{"match", update}, {"action", "command_error"}, {"error", "INTERNAL_SERVER_ERROR"}});
    plan("p2", {plain_product("p", "Гайка")});
    deliver_all();
    EXPECT_EQ(faults_met(), 3);
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::updated);
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("NAME"), "Гайка");
}

TEST_F(PortalTroubles, WhatTakesThePortalDownEachTimeIsSentAloneAndLastAndThenRefused) {
    client_options.patience = Duration{0};
    client_options.max_in_flight = 1;
    std::vector<Wish> wishes;
    for (int i = 0; i < 120; ++i) {
        wishes.push_back(plain_product(i == 5 ? "poison" : "p" + std::to_string(i)));
    }
    plan("p1", wishes);
    order_fault({{"match", {{"key", "poison"}}}, {"times", 0}, {"action", "down"}, {"seconds", 1000}});
    std::vector<int> made;
    for (int run = 0; run < 12 && pending.count() > 0; ++run) {
        sandbox.post("/sandbox/down", {{"seconds", 0}});
        static_cast<void>(deliver());
        made.push_back(sandbox.verdict().at("creations").get<int>());
    }
    EXPECT_EQ(made, (std::vector<int>{0, 0, 0, 75, 119, 119, 119}))
        << "three outages with the others, one behind those of other batches, two behind all";
    EXPECT_EQ(outcome("p1", "poison").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p1", "poison").reason->code, Code{"B24-NOT-TAKEN"});
    EXPECT_TRUE(sandbox.verdict().at("duplicates").empty());
}

TEST_F(PortalTroubles, ALookUpOverWhichThePortalBreaksFailsItsOwnObjectAlone) {
    std::vector<Wish> first;
    for (int i = 0; i < 60; ++i) {
        first.push_back(plain_product("old" + std::to_string(i)));
    }
    plan("p1", first);
    deliver_all();  // now the portal has more than the start-up batch shows
    std::vector<Wish> wishes;
    for (int i = 0; i < 120; ++i) {
        wishes.push_back(plain_product(i == 60 ? "poison" : "p" + std::to_string(i)));
    }
    plan("p2", wishes);
    order_fault({{"match", {{"method", "crm.product.list"}, {"body", "poison"}}},
                 {"times", 0},
                 {"action", "status"},
                 {"status", 500}});
    deliver_all();
    EXPECT_EQ(outcome("p2", "poison").verdict, Verdict::failed);
    EXPECT_EQ(since("creations"), 119);
}

TEST_F(PortalTroubles, ALookUpOfAnEarlierRunIsNotBelieved) {
    plan("p1", {plain_product("p")});
    client_options.patience = Duration{0};
    fault_after_start_up = {{"action", "down"}, {"seconds", 1000}};
    ASSERT_TRUE(deliver().stop);
    sandbox.post("/sandbox/down", {{"seconds", 0}});
    const std::string id = add("product", {{"NAME", "Болт"}, {"XML_ID", "p"}});
    fault_after_start_up = nullptr;
    deliver_all();
    EXPECT_EQ(id_of(SourceKind::product, "p"), id) << "somebody has made it between the runs";
    EXPECT_TRUE(sandbox.verdict().at("duplicate_rows").empty());
}

TEST_F(PortalTroubles, ADoubtWaitsAsLongAsThePortalMayBeBusy) {
    plan("p1", {plain_product("p")});
    order_fault({{"match", {{"method", "crm.product.add"}}}, {"action", "drop_before"}});
    const Duration begun = clock.steady();
    deliver_all();
    EXPECT_GE(clock.steady() - begun, client_options.timeout) << "nobody else would have made it by then";
    EXPECT_EQ(sandbox.verdict().at("creations"), 1);
}

/// Sends at once, and lets answers come home only when somebody waits for one: the last first.
class ReversingTransport : public portal::Transport {
  public:
    void send(std::uint64_t request, const Secret& url, const std::string& body,
              std::chrono::milliseconds timeout) override {
        m_home.push_back({request, m_network.post(url, body, timeout)});
        most_on_wire = std::max(most_on_wire, m_home.size());
        looks_on_wire += body.find("crm.product.list") == std::string::npos ? 0 : 1;
        most_looks_on_wire = std::max(most_looks_on_wire, looks_on_wire);
    }
    portal::HttpArrival next() override {
        portal::HttpArrival last = std::move(m_home.back());
        m_home.pop_back();
        looks_on_wire -= std::min<std::size_t>(looks_on_wire, 1);
        return last;
    }
    [[nodiscard]] bool has_answer() const override { return false; }

    std::size_t most_on_wire = 0;
    std::size_t looks_on_wire = 0;
    std::size_t most_looks_on_wire = 0;  ///< look-ups for products

  private:
    portal::CurlTransport m_network;
    std::vector<portal::HttpArrival> m_home;
};

class SeveralOnTheWire : public PortalTroubles {
  protected:
    SeveralOnTheWire() { wire = &reversing; }

    /// Sections, one inside the other, and products in them.
    static std::vector<Wish> tree(int products) {
        std::vector<Wish> wishes{named(SourceKind::group, EntityKind::section, "g0", "Корень")};
        wishes.push_back(wish(SourceKind::group, "g1", EntityKind::section,
                              {one_field("name", std::string("Ветвь")),
                               one_field("parent", crm::Link{crm::make_key(SourceKind::group, "g0")})}));
        for (int i = 0; i < products; ++i) {
            const std::string group = i % 2 == 0 ? "g0" : "g1";
            wishes.push_back(
                wish(SourceKind::product, "p" + std::to_string(i), EntityKind::product,
                     {one_field("name", "Болт " + std::to_string(i)),
                      one_field("section", crm::Link{crm::make_key(SourceKind::group, group)})}));
        }
        return wishes;
    }
    void expect_tree(int products) const {
        const json verdict = sandbox.verdict();
        EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.at("duplicates");
        EXPECT_TRUE(verdict.at("orphans").empty()) << verdict.at("orphans");
        EXPECT_EQ(verdict.at("creations"), products + 2);
        const json rows = sandbox.rows("product");
        ASSERT_EQ(rows.size(), static_cast<std::size_t>(products));
        for (const json& row : rows) {
            const std::string id = row.at("XML_ID").get<std::string>();
            const std::string group = std::stoi(id.substr(1)) % 2 == 0 ? "g0" : "g1";
            ASSERT_EQ(row.at("SECTION_ID").dump().find(id_of(SourceKind::group, group)) == std::string::npos,
                      false)
                << row.dump();
        }
    }

    ReversingTransport reversing;
};

TEST_F(SeveralOnTheWire, FillTheWireAndTakeAnswersInAnyOrder) {
    plan("p1", tree(498));
    deliver_all();
    expect_tree(498);
    EXPECT_EQ(requests(), 10) << "as many as one after the other";
    EXPECT_EQ(reversing.most_on_wire, 4U);
    plan("p2", tree(498));
    deliver_all();
    EXPECT_EQ(since("writes"), 0);
}

/// A portal that is asked key by key, and has more products than the start-up batch shows.
class LookUpsOnTheWire : public SeveralOnTheWire {
  protected:
    LookUpsOnTheWire() {
        sandbox.post("/sandbox/settings", {{"in_array", "ignored"}});
        for (int i = 0; i < 60; ++i) {
            add("product", {{"NAME", "other"}, {"XML_ID", "other" + std::to_string(i)}});
        }
    }
    void expect_all_once(int products) const {
        const json verdict = sandbox.verdict();
        EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.at("duplicates");
        EXPECT_EQ(verdict.at("creations_by_kind").at("product"), 60 + products);
    }
};

TEST_F(LookUpsOnTheWire, LeaveTogether) {
    plan("p1", tree(398));
    deliver_all();
    expect_all_once(398);
    EXPECT_EQ(reversing.most_looks_on_wire, 4U);
    EXPECT_EQ(requests(), 8 + 8) << "as many as one after the other";
}

TEST_F(LookUpsOnTheWire, AreAskedAgainWhereTheirAnswersWereLostOrPutOff) {
    fault_after_start_up = {
        {"match", {{"method", "crm.product.list"}, {"every", 3}}}, {"times", 2}, {"action", "truncate"}};
    order_fault({{"match", {{"method", "crm.product.list"}, {"request", 5}}},
                 {"action", "command_error"},
                 {"error", "OPERATION_TIME_LIMIT"},
                 {"description", "put off"}});
    plan("p1", tree(398));
    deliver_all();
    expect_all_once(398);
    EXPECT_EQ(faults_met(), 3);
}

TEST_F(LookUpsOnTheWire, AreAskedAgainWhereThePortalBrokeOverEachOfThemOnce) {
    fault_after_start_up = {{"match", {{"method", "crm.product.list"}}},
                            {"times", 102 + 8},
                            {"action", "command_error"},
                            {"error", "INTERNAL_SERVER_ERROR"},
                            {"description", "broken"}};
    plan("p1", tree(102));
    deliver_all();
    expect_all_once(102);
}

TEST_F(LookUpsOnTheWire, AreNotSentIntoAPortalThatDoesNotAnswerThem) {
    fault_after_start_up = {
        {"match", {{"method", "crm.product.list"}}}, {"times", 0}, {"action", "overload"}};
    plan("p1", tree(398));
    EXPECT_TRUE(deliver().stop);
    EXPECT_LE(requests(), 4 + 1) << "those that were on the wire, and one by itself";
    EXPECT_EQ(since("writes"), 0);
}

TEST_F(SeveralOnTheWire, WaitForEachOtherWhenAnAnswerIsLost) {
    for (const char* action : {"drop_after", "drop_before"}) {
        order_fault({{"match", {{"method", "crm.product.add"}, {"request", 3}}}, {"action", action}});
    }
    plan("p1", tree(298));
    deliver_all();
    expect_tree(298);
    EXPECT_GT(reversing.most_on_wire, 1U);
}

TEST_F(SeveralOnTheWire, AreOneIncidentWhenThePortalIsAwayForAMoment) {
    client_options.max_in_flight = 8;
    order_fault(
        {{"match", {{"method", "crm.product.add"}}}, {"times", 8}, {"action", "status"}, {"status", 502}});
    order_fault(
        {{"match", {{"method", "server.time"}, {"request", 1}}}, {"action", "status"}, {"status", 502}});
    plan("p1", tree(398));
    deliver_all();
    expect_tree(398);
    EXPECT_EQ(faults_met(), 9);
}

TEST_F(SeveralOnTheWire, AreOneRefusalWhenAllAreTooLarge) {
    order_fault(
        {{"match", {{"method", "crm.product.add"}}}, {"times", 8}, {"action", "status"}, {"status", 413}});
    plan("p1", tree(398));
    deliver_all();
    expect_tree(398);
    EXPECT_EQ(faults_met(), 8);
}

TEST_F(SeveralOnTheWire, NeverChangeAnObjectAndItsPartAtOnce) {
    client_options.max_in_flight = 30;
    std::vector<Wish> wishes;
    for (int i = 0; i < 49; ++i) {
        wishes.push_back(plain_product("p" + std::to_string(i)));
    }
    wishes.push_back(named(SourceKind::contragent, EntityKind::company, "c1", "Ромашка"));
    wishes.push_back(part(SourceKind::requisite, "c1", EntityKind::requisite,
                          crm::make_key(SourceKind::contragent, "c1"),
                          {one_field("owner", crm::Link{crm::make_key(SourceKind::contragent, "c1")})}));
    plan("p1", wishes);
    deliver_all();
    EXPECT_EQ(reversing.most_on_wire, 1U) << "the requisite waits for its company's id";
}

}  // namespace
}  // namespace obmen::delivery
