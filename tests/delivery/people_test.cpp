#include <algorithm>

#include "practice.hpp"

namespace obmen::delivery {
namespace {

FieldGroup price(const char* value) {
    return {"price", {{"price", *Decimal::parse(value)}, {"currency", crm::Currency{"RUB"}}}};
}
FieldGroup description(const std::string& text) {
    return {"description", {{"description", text}, {"description_type", std::string("text")}}};
}

class PeoplesWork : public Practice {
  protected:
    static DeliveryOptions with(crm::OnConflict on_conflict) {
        DeliveryOptions options;
        options.on_conflict = on_conflict;
        return options;
    }
    [[nodiscard]] std::string price_there() const {
        return get("product", id_of(SourceKind::product, "p")).at("PRICE").get<std::string>();
    }
    void person_sets_price(int value) const {
        change("product", id_of(SourceKind::product, "p"), {{"PRICE", value}, {"CURRENCY_ID", "RUB"}});
    }
};

TEST_F(PeoplesWork, IsKeptWhereTheExchangeIsToldTo) {
    const DeliveryOptions options = with(crm::OnConflict::keep_crm);
    plan("p1", {product("p", {price("10"), description("Болт")})});
    deliver_all(options);
    person_sets_price(15);
    plan("p2", {product("p", {price("12"), description("Болт стальной")})});
    deliver_all(options);
    EXPECT_EQ(std::stod(price_there()), 15);
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("DESCRIPTION"), "Болт стальной");
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::updated);
    EXPECT_EQ(codes("p2"), std::vector<std::string>{"CRM-CONFLICT-KEPT"});

    plan("p3", {product("p", {price("12"), description("Болт стальной")})});
    deliver_all(options);
    EXPECT_EQ(requests(), 0) << "1C has said nothing new";
    plan("p4", {product("p", {price("13")})});
    deliver_all(options);
    EXPECT_EQ(std::stod(price_there()), 15);
    EXPECT_EQ(outcome("p4", "p").verdict, Verdict::left);
    EXPECT_EQ(since("writes"), 0);
}

TEST_F(PeoplesWork, IsReportedAndOverwrittenWhereTheExchangeIsToldTo) {
    const DeliveryOptions options = with(crm::OnConflict::report);
    plan("p1", {product("p", {price("10")})});
    deliver_all(options);
    person_sets_price(15);
    plan("p2", {product("p", {price("12")})});
    deliver_all(options);
    EXPECT_EQ(std::stod(price_there()), 12);
    EXPECT_EQ(codes("p2"), std::vector<std::string>{"CRM-CONFLICT"});
    plan("p3", {product("p", {price("14")})});
    deliver_all(options);
    EXPECT_TRUE(codes("p3").empty()) << "what we wrote ourselves is no conflict";
}

TEST_F(PeoplesWork, IsNotLookedAtWhereOneCWins) {
    plan("p1", {product("p", {price("10")})});
    deliver_all();
    person_sets_price(15);
    plan("p2", {product("p", {price("12")})});
    deliver_all();
    EXPECT_EQ(requests(), 1);
    EXPECT_EQ(std::stod(price_there()), 12);
}

TEST_F(PeoplesWork, OurOwnWriteIsNoConflictThoughItsAnswerWasLost) {
    const DeliveryOptions options = with(crm::OnConflict::keep_crm);
    plan("p1", {product("p", {price("10")})});
    deliver_all(options);
    order_fault({{"match", {{"method", "crm.product.update"}}}, {"times", 1}, {"action", "drop_after"}});
    plan("p2", {product("p", {price("12")})});
    deliver_all(options);
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::updated);
    EXPECT_TRUE(codes("p2").empty());
    plan("p3", {product("p", {price("13")})});
    deliver_all(options);
    EXPECT_EQ(std::stod(price_there()), 13);
}

TEST_F(PeoplesWork, CostsTwoReadsForThousandsOfObjects) {
    const DeliveryOptions options = with(crm::OnConflict::report);
    std::vector<Wish> first;
    std::vector<Wish> second;
    for (int i = 0; i < 100; ++i) {
        first.push_back(product("p" + std::to_string(i), {price("10")}));
        second.push_back(product("p" + std::to_string(i), {price("12")}));
    }
    plan("p1", first);
    deliver_all(options);
    plan("p2", second);
    deliver_all(options);
    EXPECT_EQ(requests(), 2 + 2) << "two batches, one reading before and one behind them";
}

TEST_F(PeoplesWork, ADealIsNotMovedBackwards) {
    plan("p1", {company("c1"), person("k1"), deal("d1", "c1", "k1", "NEW")});
    deliver_all();
    const std::string id = id_of(SourceKind::document, "d1");
    change("deal", id, {{"STAGE_ID", "FINAL_INVOICE"}});
    plan("p2", {deal("d1", "c1", "k1", "EXECUTING")});
    deliver_all();
    EXPECT_EQ(get("deal", id).at("STAGE_ID"), "FINAL_INVOICE");
    EXPECT_EQ(outcome("p2", "d1").verdict, Verdict::left);
    EXPECT_EQ(outcome("p2", "d1").reason, (Message{"B24-STAGE-KEPT", {"FINAL_INVOICE", "EXECUTING"}}));
    plan("p3", {deal("d1", "c1", "k1", "WON")});
    deliver_all();
    EXPECT_EQ(get("deal", id).at("STAGE_ID"), "WON") << "forwards it goes";
    DeliveryOptions anywhere;
    anywhere.move_backwards = true;
    plan("p4", {deal("d1", "c1", "k1", "NEW")});
    deliver_all(anywhere);
    EXPECT_EQ(get("deal", id).at("STAGE_ID"), "NEW");
}

TEST_F(PeoplesWork, IsNotOverwrittenWhileThePortalPutsTheReadingOff) {
    const DeliveryOptions options = with(crm::OnConflict::keep_crm);
    plan("p1", {product("p", {price("10")})});
    deliver_all(options);
    person_sets_price(15);
    plan("p2", {product("p", {price("12")})});
    fault_after_start_up = {{"match", {{"method", "crm.product.list"}}},
                            {"times", 2},
                            {"action", "command_error"},
                            {"error", "OPERATION_TIME_LIMIT"},
                            {"description", "Method is blocked due to operation time limit."}};
    deliver_all(options);
    EXPECT_EQ(std::stod(price_there()), 15);
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::left);
}

TEST_F(PeoplesWork, ThatCannotBeReadIsToldAndNotOverwritten) {
    plan("p1", {company("c1", "+74951112233")});
    deliver_all();
    plan("p2", {company("c1", "+74951112244")});
    order_fault({{"match", {{"method", "crm.company.get"}}},
                 {"times", 0},
                 {"action", "command_error"},
                 {"error", ""},
                 {"description", "Access denied."}});
    static_cast<void>(deliver());
    EXPECT_EQ(outcome("p2", "c1").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p2", "c1").reason, (Message{"B24-REFUSED", {"Access denied."}}));
}

// ---- values that were written while nobody watched ------------------------------------------------------

TEST_F(PeoplesWork, IsKnownFromOursThoughTheSettingIsNew) {
    plan("p1", {product("p", {price("10"), description("Болт")}), product("q", {price("10")})});
    deliver_all();
    person_sets_price(15);
    plan("p2", {product("p", {price("12"), description("Винт")}), product("q", {price("12")})});
    deliver_all(with(crm::OnConflict::keep_crm));
    EXPECT_EQ(std::stod(price_there()), 15);
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("DESCRIPTION"), "Винт") << "it was ours";
    EXPECT_EQ(std::stod(get("product", id_of(SourceKind::product, "q")).at("PRICE").get<std::string>()), 12);
    EXPECT_EQ(codes("p2"), std::vector<std::string>{"CRM-CONFLICT-UNSEEN-KEPT"});
}

TEST_F(PeoplesWork, IsNeverOverwrittenSilentlyWhereNobodyCanTell) {
    const auto with_rows = [](const char* quantity) {
        Wish rows = deal_rows("d1", "goods");
        std::get<crm::ProductRows>(rows.groups.back().fields.front().value).rows.front().quantity =
            *Decimal::parse(quantity);
        return std::vector{product("goods"), company("c1"), person("k1"), deal("d1", "c1", "k1"), rows};
    };
    const auto quantity = [&] {
        return sandbox.call("crm.deal.productrows.get", {{"id", id_of(SourceKind::document, "d1")}})
            .at("result")
            .at(0)
            .at("QUANTITY")
            .get<double>();
    };
    plan("p1", with_rows("2"));
    deliver_all();
    plan("p2", with_rows("3"));
    deliver_all(with(crm::OnConflict::keep_crm));
    EXPECT_EQ(quantity(), 2);
    EXPECT_EQ(codes("p2"), std::vector<std::string>{"CRM-CONFLICT-UNSEEN-KEPT"});
    plan("p3", with_rows("4"));
    deliver_all(with(crm::OnConflict::report));
    EXPECT_EQ(quantity(), 4);
    EXPECT_EQ(codes("p3"), std::vector<std::string>{"CRM-CONFLICT-UNSEEN"});
    plan("p4", with_rows("5"));
    deliver_all(with(crm::OnConflict::keep_crm));
    EXPECT_EQ(quantity(), 5) << "from now on it is watched";
    EXPECT_TRUE(codes("p4").empty());
}

TEST_F(PeoplesWork, IsAlsoWhatTheyFilledInBefore1CSpokeOfIt) {
    const DeliveryOptions options = with(crm::OnConflict::keep_crm);
    plan("p1", {product("p"), product("q")});
    deliver_all(options);
    change("product", id_of(SourceKind::product, "p"), {{"DESCRIPTION", "Написано человеком"}});
    plan("p2", {product("p", {description("Болт")}), product("q", {description("Болт")})});
    deliver_all(options);
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("DESCRIPTION"), "Написано человеком");
    EXPECT_EQ(get("product", id_of(SourceKind::product, "q")).at("DESCRIPTION"), "Болт");
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::left);
}

TEST_F(PeoplesWork, ASectionOfOursIsKnownByItsId) {
    const auto in = [](const std::string& group) {
        return product("p", {one_field("section", crm::Link{crm::make_key(SourceKind::group, group)})});
    };
    const auto group = [](const std::string& id) {
        return wish(SourceKind::group, id, EntityKind::section, {one_field("name", id)});
    };
    plan("p1", {group("g1"), group("g2"), in("g1")});
    deliver_all();
    plan("p2", {in("g2")});
    deliver_all(with(crm::OnConflict::keep_crm));
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("SECTION_ID"),
              id_of(SourceKind::group, "g2"));
    EXPECT_TRUE(codes("p2").empty());
}

TEST_F(PeoplesWork, OurLostPictureIsSentAgainAndNotTakenForAPersons) {
    DeliveryOptions options = with(crm::OnConflict::keep_crm);
    options.read_picture = [](const crm::Pictures::Picture& picture) { return "bytes of " + picture.name; };
    const auto picture = [](const std::string& name) {
        return part(SourceKind::pictures, "p", EntityKind::pictures, crm::make_key(SourceKind::product, "p"),
                    {one_field("detail_picture", crm::Pictures{{{name, "hash of " + name, "s/" + name}}})});
    };
    plan("p1", {product("p"), picture("a.jpg")});
    deliver_all(options);
    const json ours = get("product", id_of(SourceKind::product, "p")).at("DETAIL_PICTURE");
    order_fault({{"match", {{"method", "crm.product.update"}}}, {"times", 1}, {"action", "drop_before"}});
    plan("p2", {product("p"), picture("b.jpg")});
    deliver_all(options);
    EXPECT_NE(get("product", id_of(SourceKind::product, "p")).at("DETAIL_PICTURE"), ours);
    EXPECT_TRUE(codes("p2").empty());
}

TEST_F(PeoplesWork, IsStillKnownWhereAWriteWasRefusedBeforeItRan) {
    const DeliveryOptions options = with(crm::OnConflict::keep_crm);
    plan("p1", {product("p", {price("10")})});
    deliver_all(options);
    order_fault({{"match", {{"method", "crm.product.update"}}}, {"times", 0}, {"action", "overload"}});
    plan("p2", {product("p", {price("12")})});
    EXPECT_TRUE(deliver(options).stop);
    sandbox.clear_faults();
    person_sets_price(15);
    deliver_all(options);
    EXPECT_EQ(std::stod(price_there()), 15);
    EXPECT_EQ(codes("p2"), std::vector<std::string>{"CRM-CONFLICT-KEPT"});
}

// ---- what the portal cannot take -----------------------------------------------------------------------

TEST_F(PeoplesWork, ThatThePortalLacksAValueIsSaidOfEachObjectThatHasNothingElse) {
    const auto taxed = [](const std::string& id) {
        return product(id, {one_field("vat", crm::VatRate{*Decimal::parse("13")})});
    };
    plan("p1", {product("p"), product("q")});
    deliver_all();
    plan("p2", {taxed("p"), taxed("q")});
    deliver_all();
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::unchanged);
    const std::vector<Finding> findings = packages.findings("p2", 0);
    ASSERT_EQ(findings.size(), 2U);
    EXPECT_EQ(findings[0].object_id, "p");
    EXPECT_EQ(findings[1].object_id, "q");
    EXPECT_EQ(findings[0].message.code, Code{"B24-NO-VAT"});
}

TEST_F(PeoplesWork, ThatThePortalLacksAValueOfManyObjectsIsCountedBeyondAHundred) {
    std::vector<Wish> wishes;
    for (int i = 0; i < 105; ++i) {
        wishes.push_back(
            product("p" + std::to_string(i), {one_field("vat", crm::VatRate{*Decimal::parse("13")})}));
    }
    plan("p1", wishes);
    deliver_all();
    const std::vector<Finding> of_new_ones = packages.findings("p1", 0);
    ASSERT_EQ(of_new_ones.size(), 1U) << "they were made, but for this";
    EXPECT_EQ(of_new_ones.back().message, (Message{"B24-NO-VAT", {"13%", "105"}}));
    EXPECT_TRUE(of_new_ones.back().object_id.empty());
    for (Wish& wish : wishes) {
        wish.groups = {one_field("vat", crm::VatRate{*Decimal::parse("14")})};
    }
    plan("p2", wishes);
    deliver_all();
    const std::vector<Finding> of_others = packages.findings("p2", 0);
    ASSERT_EQ(of_others.size(), 101U);
    EXPECT_EQ(of_others.back().message, (Message{"B24-NO-VAT", {"14%", "5"}}));
}

}  // namespace
}  // namespace obmen::delivery
