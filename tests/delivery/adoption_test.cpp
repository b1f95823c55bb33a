#include <algorithm>

#include "practice.hpp"

namespace obmen::delivery {
namespace {

class AdoptionOnThePortal : public Practice {
  protected:
    AdoptionOnThePortal() {
        // More cards than a start-up page, as on any portal that people work with.
        options.adoption = AdoptionOptions{};
    }
    std::string company_by_hand(const std::string& title, const std::string& inn,
                                const json& more = json::object(), const std::string& kpp = "") {
        json fields{{"TITLE", title}};
        fields.update(more);
        std::string id = add("company", fields);
        if (!inn.empty()) {
            requisite_id = add("requisite", {{"ENTITY_TYPE_ID", 4},
                                             {"ENTITY_ID", id},
                                             {"PRESET_ID", 8},
                                             {"NAME", "Реквизит"},
                                             {"RQ_INN", inn},
                                             {"RQ_KPP", kpp}});
        }
        return id;
    }
    [[nodiscard]] std::size_t company_count() const { return list("company", json::object()).size(); }

    DeliveryOptions options;
    std::string requisite_id;
};

TEST_F(AdoptionOnThePortal, ByInnTakesTheCardAndItsRequisiteOver) {
    const std::string id = company_by_hand("Ромашка (наши)", "7701234567", {{"COMMENTS", "звонить Маше"}});
    Wish wished = company("c1", "+74951112233");
    wished.groups.push_back(one_field("comment", std::string("из 1С")));
    plan("p1", {wished, requisite("c1", "7701234567"), address("c1")});
    deliver_all(options);

    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::linked);
    EXPECT_EQ(outcome("p1", "c1").reason, (Message{"CRM-ADOPTED", {id, "7701234567"}}));
    EXPECT_EQ(id_of(SourceKind::contragent, "c1"), id);
    EXPECT_EQ(id_of(SourceKind::requisite, "c1"), requisite_id);
    const json card = get("company", id);
    EXPECT_EQ(card.at("TITLE"), "Ромашка (наши)") << "what is filled there stays";
    EXPECT_EQ(card.at("COMMENTS"), "звонить Маше");
    EXPECT_EQ(card.at("ORIGIN_ID"), "c1");
    EXPECT_EQ(card.at("PHONE").size(), 1U) << "what was missing is filled in";
    EXPECT_EQ(company_count(), 1U);
    EXPECT_EQ(list("requisite", json::object()).size(), 1U);
    EXPECT_EQ(get("requisite", requisite_id).at("RQ_KPP"), "770101001");
    EXPECT_EQ(get("requisite", requisite_id).at("XML_ID"), "c1");

    plan("p2", {wished, requisite("c1", "7701234567"), address("c1")});
    deliver_all(options);
    EXPECT_EQ(since("writes"), 0);
}

TEST_F(AdoptionOnThePortal, MayOverwriteWhereThatIsWished) {
    const std::string id = company_by_hand("Ромашка (наши)", "7701234567");
    options.adoption->cards.overwrite = true;
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(get("company", id).at("TITLE"), "ООО c1");
}

TEST_F(AdoptionOnThePortal, SurvivesALostAnswer) {
    const std::string id = company_by_hand("Ромашка", "7701234567");
    order_fault({{"match", {{"method", "crm.company.update"}}}, {"times", 1}, {"action", "drop_after"}});
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(get("company", id).at("ORIGIN_ID"), "c1");
    EXPECT_EQ(get("company", id).at("TITLE"), "Ромашка");
    EXPECT_EQ(company_count(), 1U);
    EXPECT_EQ(list("requisite", json::object()).size(), 1U);
}

TEST_F(AdoptionOnThePortal, GoesOnWithTheSameCardAfterARunThatWasCutOff) {
    const std::string id = company_by_hand("Ромашка", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    order_fault({{"match", {{"method", "crm.company.update"}}}, {"times", 0}, {"action", "drop_before"}});
    options.doubts_in_a_row = 1;
    EXPECT_TRUE(deliver(options).stop);
    sandbox.clear_faults();
    plan("p2", {company("c2")});
    deliver_all(options);
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::linked);
    EXPECT_EQ(get("company", id).at("ORIGIN_ID"), "c1");
    EXPECT_EQ(get("company", id).at("TITLE"), "Ромашка");
}

TEST_F(AdoptionOnThePortal, LeavesACardAloneThatIsLinkedAlready) {
    const std::string id =
        company_by_hand("Ромашка", "7701234567", {{"ORIGINATOR_ID", "AMO"}, {"ORIGIN_ID", "17"}});
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::created);
    EXPECT_EQ(get("company", id).at("ORIGINATOR_ID"), "AMO");
    EXPECT_EQ(company_count(), 2U);
}

TEST_F(AdoptionOnThePortal, OfSeveralTakesNoneAndNamesThem) {
    const std::string first = company_by_hand("Ромашка", "7701234567");
    const std::string second = company_by_hand("Ромашка 2", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    static_cast<void>(deliver(options));
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p1", "c1").reason,
              (Message{"CRM-ADOPT-SEVERAL", {first + ", " + second, "7701234567"}}));
    EXPECT_EQ(company_count(), 2U);
}

TEST_F(AdoptionOnThePortal, TellsBranchesApartByTheirKpp) {
    company_by_hand("Филиал", "7701234567", json::object(), "500101001");
    const std::string head = company_by_hand("Голова", "7701234567", json::object(), "770101001");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::contragent, "c1"), head);
}

TEST_F(AdoptionOnThePortal, GivesOneCardToOneContragentOnly) {
    company_by_hand("Ромашка", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567"), company("c2"), requisite("c2", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(company_count(), 2U);
    EXPECT_NE(id_of(SourceKind::contragent, "c1"), id_of(SourceKind::contragent, "c2"));
    EXPECT_EQ(list("requisite", json::object()).size(), 2U);
}

TEST_F(AdoptionOnThePortal, OfARequisiteThatAPersonEnteredInACardOfOurs) {
    plan("p1", {company("c1")});
    deliver_all(options);
    const std::string id = id_of(SourceKind::contragent, "c1");
    requisite_id = add("requisite", {{"ENTITY_TYPE_ID", 4},
                                     {"ENTITY_ID", id},
                                     {"PRESET_ID", 8},
                                     {"NAME", "Реквизит"},
                                     {"RQ_INN", "7701234567"}});
    plan("p2", {company("c1"), requisite("c1", "7701234567"), address("c1")});
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::requisite, "c1"), requisite_id);
    EXPECT_EQ(list("requisite", json::object()).size(), 1U);
    EXPECT_EQ(get("requisite", requisite_id).at("RQ_KPP"), "770101001");
    EXPECT_EQ(get("requisite", requisite_id).at("NAME"), "Реквизит");
}

TEST_F(AdoptionOnThePortal, ByPhoneKnowsTheSpellingsOfANumber) {
    const std::string id = company_by_hand(
        "Ромашка", "", {{"PHONE", json::array({{{"VALUE", "84951112233"}, {"VALUE_TYPE", "WORK"}}})}});
    plan("p1", {company("c1", "+7 495 111-22-33")});
    options.adoption->cards.by_phone = true;
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::contragent, "c1"), id);
    EXPECT_EQ(get("company", id).at("PHONE").size(), 1U) << "the same number is not added a second time";
}

TEST_F(AdoptionOnThePortal, AsksNothingWhereItIsSwitchedOff) {
    company_by_hand("Ромашка", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all();
    EXPECT_EQ(company_count(), 2U);
}

TEST_F(AdoptionOnThePortal, OfProductsByNameOrArticle) {
    const std::string by_name = add("product", {{"NAME", "Товар p1"}, {"PRICE", 7}, {"CURRENCY_ID", "RUB"}});
    const std::string property =
        add("product.property", {{"NAME", "Артикул"}, {"PROPERTY_TYPE", "S"}, {"CODE", "ARTICLE"}});
    const std::string by_article = add("product", {{"NAME", "Гайка"}, {"PROPERTY_" + property, "A-17"}});
    options.adoption->products_by_name = true;
    options.adoption->products_by_property = "ARTICLE";
    const FieldGroup price{"price", {{"price", *Decimal::parse("9")}, {"currency", crm::Currency{"RUB"}}}};
    plan("p1", {product("p1", {price}),
                product("p2", {one_field("PROPERTY_" + property, std::string("A-17"))}), product("p3")});
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::product, "p1"), by_name);
    EXPECT_EQ(id_of(SourceKind::product, "p2"), by_article);
    EXPECT_EQ(outcome("p1", "p2").verdict, Verdict::linked);
    EXPECT_EQ(outcome("p1", "p3").verdict, Verdict::created);
    EXPECT_EQ(get("product", by_name).at("XML_ID"), "p1");
    EXPECT_EQ(get("product", by_name).at("PRICE").get<std::string>().substr(0, 1), "7");
    EXPECT_EQ(get("product", by_article).at("NAME"), "Гайка");
}

TEST_F(AdoptionOnThePortal, MakesNothingWhileTheSearchIsPutOff) {
    const std::string id = company_by_hand("Ромашка", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    fault_after_start_up = {{"match", {{"method", "crm.requisite.list"}}},
                            {"times", 0},
                            {"action", "command_error"},
                            {"error", "OPERATION_TIME_LIMIT"},
                            {"description", "Method is blocked due to operation time limit."}};
    const DeliveryResult result = deliver(options);
    ASSERT_TRUE(result.stop);
    EXPECT_TRUE(result.stop->temporary);
    EXPECT_EQ(company_count(), 1U);
    sandbox.clear_faults();
    fault_after_start_up = nullptr;
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::contragent, "c1"), id);
    EXPECT_EQ(company_count(), 1U);
}

TEST_F(AdoptionOnThePortal, MakesNothingWhereTheSearchIsRefused) {
    company_by_hand("Ромашка", "",
                    {{"PHONE", json::array({{{"VALUE", "+74951112233"}, {"VALUE_TYPE", "WORK"}}})}});
    options.adoption->cards.by_phone = true;
    order_fault({{"match", {{"method", "crm.duplicate.findbycomm"}}},
                 {"times", 0},
                 {"action", "command_error"},
                 {"error", ""},
                 {"description", "Access denied."}});
    plan("p1", {company("c1", "+74951112233"), company("c2")});
    static_cast<void>(deliver(options));
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p1", "c1").reason, (Message{"B24-REFUSED", {"Access denied."}}));
    EXPECT_EQ(outcome("p1", "c2").verdict, Verdict::created) << "it has no phone to search for";
    EXPECT_EQ(company_count(), 2U);
}

TEST_F(AdoptionOnThePortal, AnAdoptedCardIsNotGoneWhileItsReadingIsPutOff) {
    const std::string id = company_by_hand("Ромашка", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    order_fault({{"match", {{"method", "crm.company.update"}}}, {"times", 0}, {"action", "drop_before"}});
    options.doubts_in_a_row = 1;
    EXPECT_TRUE(deliver(options).stop);
    sandbox.clear_faults();
    fault_after_start_up = {{"match", {{"method", "crm.company.list"}}},
                            {"times", 0},
                            {"action", "command_error"},
                            {"error", "QUERY_LIMIT_EXCEEDED"},
                            {"description", "Too many requests"}};
    EXPECT_TRUE(deliver(options).stop);
    sandbox.clear_faults();
    fault_after_start_up = nullptr;
    deliver_all(options);
    EXPECT_EQ(outcome("p1", "c1").verdict, Verdict::linked);
    EXPECT_EQ(get("company", id).at("ORIGIN_ID"), "c1");
}

TEST_F(AdoptionOnThePortal, SearchesAgainWhenTheCardVanishesBeforeItsFirstWrite) {
    const std::string first = company_by_hand("Ромашка", "7701234567");
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    order_fault({{"match", {{"method", "crm.company.update"}}}, {"times", 0}, {"action", "drop_before"}});
    options.doubts_in_a_row = 1;
    EXPECT_TRUE(deliver(options).stop);
    sandbox.clear_faults();
    sandbox.call("crm.company.delete", {{"id", first}});
    const std::string second = company_by_hand("Ромашка 2", "7701234567");
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::contragent, "c1"), second);
    EXPECT_EQ(get("company", second).at("ORIGIN_ID"), "c1");
}

TEST_F(AdoptionOnThePortal, TakesNoRequisiteWithAnotherSystemsKey) {
    const std::string id = company_by_hand("Ромашка", "7701234567");
    change("requisite", requisite_id, {{"XML_ID", "amo-17"}});
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(get("requisite", requisite_id).at("XML_ID"), "amo-17");
    EXPECT_NE(id_of(SourceKind::contragent, "c1"), id);
}

TEST_F(AdoptionOnThePortal, OfTwoRequisitesOfACardTakesTheOneWithTheKpp) {
    const std::string id = company_by_hand("Ромашка", "7701234567");
    const std::string exact = add("requisite", {{"ENTITY_TYPE_ID", 4},
                                                {"ENTITY_ID", id},
                                                {"PRESET_ID", 8},
                                                {"NAME", "Второй"},
                                                {"RQ_INN", "7701234567"},
                                                {"RQ_KPP", "770101001"}});
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::contragent, "c1"), id);
    EXPECT_EQ(id_of(SourceKind::requisite, "c1"), exact);
}

TEST_F(AdoptionOnThePortal, LeavesTheAddressAndTakesTheAccountThatAPersonEntered) {
    company_by_hand("Ромашка", "7701234567");
    add("address", {{"TYPE_ID", 6}, {"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", requisite_id}, {"CITY", "Москва"}});
    const std::string account =
        add("requisite.bankdetail",
            {{"ENTITY_ID", requisite_id}, {"NAME", "Основной"}, {"RQ_ACC_NUM", "40702 810 0000 0000 0001"}});
    plan("p1", {company("c1"), requisite("c1", "7701234567"), address("c1"), bank_account("c1")});
    deliver_all(options);
    const json addresses = list("address", {{"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", requisite_id}});
    ASSERT_EQ(addresses.size(), 1U);
    EXPECT_EQ(addresses[0].at("CITY"), "Москва");
    const json accounts = list("requisite.bankdetail", {{"ENTITY_ID", requisite_id}});
    ASSERT_EQ(accounts.size(), 1U) << accounts;
    EXPECT_EQ(accounts[0].at("ID"), account);
    EXPECT_EQ(accounts[0].at("NAME"), "Основной");
    EXPECT_EQ(accounts[0].at("XML_ID"), "c1|40702810000000000001");
}

TEST_F(AdoptionOnThePortal, LeavesThePictureThatAPersonGaveTheProduct) {
    const std::string id =
        add("product",
            {{"NAME", "Товар p1"}, {"DETAIL_PICTURE", {{"fileData", json::array({"own.jpg", "eHh4"})}}}});
    const json before_us = get("product", id).at("DETAIL_PICTURE");
    ASSERT_FALSE(before_us.is_null());
    options.adoption->products_by_name = true;
    options.read_picture = [](const crm::Pictures::Picture&) { return std::string("bytes"); };
    plan("p1",
         {product("p1"),
          part(SourceKind::pictures, "p1", EntityKind::pictures, crm::make_key(SourceKind::product, "p1"),
               {one_field("detail_picture", crm::Pictures{{{"a.jpg", "hash", "p/1"}}}),
                one_field("preview_picture", crm::Pictures{{{"a.jpg", "hash", "p/1"}}})})});
    deliver_all(options);
    EXPECT_EQ(id_of(SourceKind::product, "p1"), id);
    EXPECT_EQ(get("product", id).at("DETAIL_PICTURE"), before_us);
    EXPECT_FALSE(get("product", id).at("PREVIEW_PICTURE").is_null()) << "what was missing is filled in";
}

}  // namespace
}  // namespace obmen::delivery
