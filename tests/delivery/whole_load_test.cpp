#include <algorithm>

#include "practice.hpp"

namespace obmen::delivery {
namespace {

/// A product, a company with everything that belongs to it, its person, and an order of theirs.
std::vector<Wish> everything() {
    return {product("p1"),
            company("c1", "+74951112233"),
            requisite("c1", "7701234567"),
            address("c1"),
            bank_account("c1"),
            person("k1"),
            company_link("k1", "c1"),
            deal("d1", "c1", "k1"),
            deal_rows("d1", "p1")};
}

class WholeLoad : public Practice {
  protected:
    void expect_everything_once() const {
        EXPECT_TRUE(sandbox.verdict().at("duplicates").empty()) << sandbox.verdict().at("duplicates");
        expect_everything_there();
    }
    void expect_everything_there() const {
        const json verdict = sandbox.verdict();
        EXPECT_TRUE(verdict.at("duplicate_rows").empty()) << verdict.at("duplicate_rows");
        EXPECT_TRUE(verdict.at("orphans").empty()) << verdict.at("orphans");
        const std::string company_id = id_of(SourceKind::contragent, "c1");
        const std::string requisite_id = id_of(SourceKind::requisite, "c1");
        EXPECT_EQ(get("requisite", requisite_id).at("ENTITY_ID"), company_id);
        EXPECT_EQ(list("requisite", {{"ENTITY_ID", company_id}}).size(), 1U);
        const json accounts = list("requisite.bankdetail", {{"ENTITY_ID", requisite_id}});
        ASSERT_EQ(accounts.size(), 1U);
        EXPECT_EQ(accounts[0].at("RQ_ACC_NUM"), "40702810000000000001");
        const json addresses = list("address", {{"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", requisite_id}});
        ASSERT_EQ(addresses.size(), 1U);
        EXPECT_EQ(addresses[0].at("CITY"), "Тверь");
        EXPECT_EQ(get("company", company_id).at("PHONE").size(), 1U);
        EXPECT_EQ(get("contact", id_of(SourceKind::contragent, "k1")).at("COMPANY_ID"), company_id);
        const std::string deal_id = id_of(SourceKind::document, "d1");
        EXPECT_EQ(get("deal", deal_id).at("COMPANY_ID"), company_id);
        const json rows = sandbox.call("crm.deal.productrows.get", {{"id", deal_id}}).at("result");
        ASSERT_EQ(rows.size(), 1U);
        EXPECT_EQ(rows[0].at("PRODUCT_ID").dump(), id_of(SourceKind::product, "p1"));
    }
};

TEST_F(WholeLoad, LeavesInOneRequestAndNothingIsSentTwice) {
    plan("p1", everything());
    deliver_all();
    EXPECT_EQ(requests(), 1)
        << "an empty portal needs no look-up, and what depends on each other travels together";
    expect_everything_once();
    for (const char* id : {"p1", "c1", "k1", "d1"}) {
        EXPECT_EQ(outcome("p1", id).verdict, Verdict::created) << id;
    }
    plan("p2", everything());
    deliver_all();
    EXPECT_EQ(requests(), 0);
    EXPECT_EQ(since("writes"), 0);
}

TEST_F(WholeLoad, OfAHundredCompaniesFillsItsBatches) {
    std::vector<Wish> wishes;
    for (int i = 0; i < 100; ++i) {
        const std::string id = "c" + std::to_string(i);
        wishes.push_back(company(id));
        wishes.push_back(requisite(id, std::to_string(7700000000 + i)));
        wishes.push_back(address(id));
    }
    plan("p1", wishes);
    deliver_all();
    EXPECT_LE(requests(), 8) << "300 commands; what waits for the open batch costs a request or two";
    EXPECT_TRUE(sandbox.verdict().at("orphans").empty());
    EXPECT_EQ(sandbox.verdict().at("creations"), 300);
}

struct Lost {
    const char* name;
    json fault;
};
void PrintTo(const Lost& lost, std::ostream* out) {
    *out << lost.name;
}
class LostAnswer : public WholeLoad, public ::testing::WithParamInterface<Lost> {};

TEST_P(LostAnswer, DoublesNothing) {
    json fault = GetParam().fault;
    fault["match"] = {{"request", 2}};
    order_fault(fault);
    plan("p1", everything());
    deliver_all();
    EXPECT_EQ(sandbox.verdict().at("faults").size(), 1U) << "the fault must have acted";
    expect_everything_once();
    plan("p2", everything());
    deliver_all();
    EXPECT_EQ(since("writes"), 0);
}

INSTANTIATE_TEST_SUITE_P(OfTheOnlyBatch, LostAnswer,
                         ::testing::Values(Lost{"DroppedBefore", {{"action", "drop_before"}}},
                                           Lost{"DroppedAfter", {{"action", "drop_after"}}},
                                           Lost{"Partly1", {{"action", "partial"}, {"commands", 1}}},
                                           Lost{"Partly2", {{"action", "partial"}, {"commands", 2}}},
                                           Lost{"Partly3", {{"action", "partial"}, {"commands", 3}}},
                                           Lost{"Partly4", {{"action", "partial"}, {"commands", 4}}},
                                           Lost{"Partly5", {{"action", "partial"}, {"commands", 5}}},
                                           Lost{"Partly6", {{"action", "partial"}, {"commands", 6}}},
                                           Lost{"Partly7", {{"action", "partial"}, {"commands", 7}}},
                                           Lost{"Partly8", {{"action", "partial"}, {"commands", 8}}},
                                           Lost{"Truncated", {{"action", "truncate"}}},
                                           Lost{"Html200AfterRunning",
                                                {{"action", "html200"}, {"run", true}}}),
                         [](const auto& tested) { return std::string(tested.param.name); });

class CutOff : public WholeLoad, public ::testing::WithParamInterface<int> {};

/// As a killed process leaves it: sent, and nobody has looked what became of it.
TEST_P(CutOff, ARunIsContinuedByTheNextOneAndNothingIsDoubled) {
    order_fault({{"match", {{"request", 2}}}, {"action", "partial"}, {"commands", GetParam()}});
    plan("p1", everything());
    DeliveryOptions impatient;
    impatient.doubts_in_a_row = 1;
    EXPECT_TRUE(deliver(impatient).stop);
    EXPECT_EQ(pending.in_state(ledger::OperationState::in_doubt).size(), everything().size());
    deliver_all();
    expect_everything_once();
    plan("p2", everything());
    deliver_all();
    EXPECT_EQ(since("writes"), 0);
}

INSTANTIATE_TEST_SUITE_P(AfterCommands, CutOff, ::testing::Values(0, 2, 4, 5, 7, 8, 9));

TEST_F(WholeLoad, ARefusedCompanyHoldsBackWhatBelongsToItAndNothingElse) {
    order_fault({{"match", {{"key", "c1"}, {"method", "crm.company.add"}}},
                 {"times", 1},
                 {"action", "command_error"},
                 {"error", ""},
                 {"description", "Название не годится"}});
    plan("p1", everything());
    const DeliveryResult result = deliver();
    EXPECT_FALSE(result.stop);
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p1", "k1").verdict, Verdict::created);
    EXPECT_TRUE(list("requisite", json::object()).empty());
    EXPECT_TRUE(sandbox.verdict().at("orphans").empty()) << sandbox.verdict().at("orphans");

    plan("p2", everything());
    deliver_all();
    expect_everything_once();
}

TEST_F(WholeLoad, RowsWaitForTheirProductAndSayWhichOne) {
    plan("p1", {company("c1"), person("k1"), deal("d1", "c1", "k1"), deal_rows("d1", "p1")});
    const DeliveryResult result = deliver();
    EXPECT_FALSE(result.stop);
    EXPECT_EQ(outcome("p1", "d1").verdict, Verdict::created);
    EXPECT_EQ(pending.count(), 1U);
    const std::vector<std::string> said = codes("p1");
    EXPECT_NE(std::ranges::find(said, "CRM-PART-WAITS"), said.end());

    plan("p2", {product("p1")});
    deliver_all();
    EXPECT_EQ(sandbox.call("crm.deal.productrows.get", {{"id", id_of(SourceKind::document, "d1")}})
                  .at("result")
                  .size(),
              1U);
}

TEST_F(WholeLoad, AnObjectThatIsFoundKeepsItsWriteOnceGroups) {
    const std::string id = add(
        "deal", {{"TITLE", "Заказ d1"}, {"ORIGINATOR_ID", "1C"}, {"ORIGIN_ID", "d1"}, {"COMMENTS", "моё"}});
    Wish order =
        wish(SourceKind::document, "d1", EntityKind::deal,
             {one_field("title", std::string("Заказ 1")), one_field("comment", std::string("из 1С"))});
    order.groups[1].write_once = true;
    plan("p1", {order});
    deliver_all();
    EXPECT_EQ(get("deal", id).at("COMMENTS"), "моё");
    EXPECT_EQ(get("deal", id).at("TITLE"), "Заказ 1");
}

TEST_F(WholeLoad, WhatIsMarkedForRemovalIsDeletedOnceAndForAll) {
    plan("p1", {product("p1"), product("p2")});
    deliver_all();
    const std::string first = id_of(SourceKind::product, "p1");
    const auto removal = [](const std::string& id) {
        Wish gone = wish(SourceKind::product, id, EntityKind::product, {one_field("deleted", true)});
        gone.deletion_mark = true;
        return gone;
    };
    sandbox.call("crm.product.delete", {{"id", id_of(SourceKind::product, "p2")}});
    plan("p2", {removal("p1"), removal("p2")});
    deliver_all();
    EXPECT_EQ(outcome("p2", "p1").verdict, Verdict::deleted);
    EXPECT_EQ(outcome("p2", "p2").verdict, Verdict::deleted) << "somebody was quicker";
    EXPECT_TRUE(list("product", {{"ID", first}}).empty());
}

TEST_F(WholeLoad, ARequisiteThatSomebodyDeletedIsMadeAnewWithAllThatBelongsToIt) {
    plan("p1", everything());
    deliver_all();
    sandbox.call("crm.requisite.delete", {{"id", id_of(SourceKind::requisite, "c1")}});
    std::vector<Wish> changed = everything();
    changed[2] = requisite("c1", "7707654321");
    plan("p2", changed);
    EXPECT_EQ(deliver().gone, 1U);
    plan_once_more("p2", changed);
    deliver_all();
    expect_everything_there();
    EXPECT_EQ(get("requisite", id_of(SourceKind::requisite, "c1")).at("RQ_INN"), "7707654321");
}

TEST_F(WholeLoad, ADealThatSomebodyDeletedIsLeft) {
    plan("p1", everything());
    deliver_all();
    sandbox.call("crm.deal.delete", {{"id", id_of(SourceKind::document, "d1")}});
    plan("p2", {deal("d1", "c1", "k1", "WON")});
    deliver_all();
    EXPECT_EQ(outcome("p2", "d1").verdict, Verdict::left);
    EXPECT_TRUE(list("deal", json::object()).empty());
}

TEST_F(WholeLoad, UnitsThatThePortalLacksAreMade) {
    plan("p1", {product("p1", {one_field("measure", crm::MeasureCode{"625"})}),
                product("p2", {one_field("measure", crm::MeasureCode{"625"})})});
    DeliveryOptions options;
    options.create_units = true;
    deliver_all(options);
    const json measure = get("product", id_of(SourceKind::product, "p1")).at("MEASURE");
    ASSERT_TRUE(measure.is_string());
    const json units = list("measure", {{"CODE", "625"}});
    ASSERT_EQ(units.size(), 1U);
    EXPECT_EQ(units[0].at("ID"), measure);
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p2")).at("MEASURE"), measure);
    EXPECT_EQ(codes("p1"), std::vector<std::string>{"B24-UNIT-MADE"});
}

TEST_F(WholeLoad, AUnitIsNotMadeTwiceIfItsAnswerIsLost) {
    order_fault({{"match", {{"method", "crm.measure.add"}}}, {"times", 1}, {"action", "drop_after"}});
    plan("p1", {product("p1", {one_field("measure", crm::MeasureCode{"625"})})});
    DeliveryOptions options;
    options.create_units = true;
    deliver_all(options);
    EXPECT_EQ(list("measure", {{"CODE", "625"}}).size(), 1U);
    EXPECT_FALSE(get("product", id_of(SourceKind::product, "p1")).at("MEASURE").is_null());
}

TEST_F(WholeLoad, AUnitIsLeftOutWhereNoneMayBeMade) {
    plan("p1", {product("p1", {one_field("measure", crm::MeasureCode{"625"})})});
    deliver_all();
    EXPECT_EQ(codes("p1"), std::vector<std::string>{"B24-NO-MEASURE"});
}

}  // namespace
}  // namespace obmen::delivery
