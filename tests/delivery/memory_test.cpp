#include <algorithm>
#include <set>

#include "practice.hpp"

/// What a delivery must still know when it was cut off: every run here has an object of its own, so nothing
/// but the ledger is left of the one before.
namespace obmen::delivery {
namespace {

Wish full_product(const std::string& id, const std::string& price, const std::string& name = "Болт") {
    return product(id, {one_field("name", name),
                        {"price", {{"price", *Decimal::parse(price)}, {"currency", crm::Currency{"RUB"}}}},
                        one_field("description", std::string("Оцинкованный"))});
}

class Memory : public Practice {
  protected:
    Memory() { impatient.doubts_in_a_row = 1; }

    /// What the receipt of the package says beside its rows, for the reader of a failed test.
    [[nodiscard]] std::string findings_of(const std::string& package) const {
        std::string all;
        for (const Finding& finding : packages.findings(package, 0)) {
            all += sentence(finding.message, Language::english) + "\n";
        }
        return all;
    }
    void lose_answer_of(const std::string& method) {
        order_fault({{"match", {{"method", method}}}, {"times", 1}, {"action", "drop_after"}});
    }

    DeliveryOptions impatient;  ///< as if the process were killed at the first lost answer
};

TEST_F(Memory, AnObjectThatIsGoneIsNotMadeOfWhatHasChanged) {
    plan("p1", {full_product("p", "10")});
    deliver_all();
    sandbox.call("crm.product.delete", {{"id", id_of(SourceKind::product, "p")}});
    const std::vector<Wish> renamed{full_product("p", "10", "Винт")};
    plan("p2", renamed);
    EXPECT_EQ(deliver().gone, 1U);

    EXPECT_FALSE(deliver().stop) << "the next run, though nobody has planned the package once more";
    EXPECT_TRUE(list("product", json::object()).empty());
    EXPECT_EQ(pending.incomplete_packages(), std::vector<std::string>{"p2"});
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::planned) << "not parked";

    plan_once_more("p2", renamed);
    deliver_all();
    const json made = get("product", id_of(SourceKind::product, "p"));
    EXPECT_EQ(made.at("NAME"), "Винт");
    EXPECT_EQ(made.at("PRICE"), "10.00");
    EXPECT_EQ(made.at("DESCRIPTION"), "Оцинкованный");
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::created);
    EXPECT_TRUE(sandbox.verdict().at("duplicate_rows").empty());
}

TEST_F(Memory, AnObjectThatIsAnotherOneNowIsWrittenWhole) {
    plan("p1", {full_product("p", "10")});
    deliver_all();
    sandbox.call("crm.product.delete", {{"id", id_of(SourceKind::product, "p")}});
    const std::string other = add("product", {{"NAME", "Копия"}, {"XML_ID", "p"}});
    const std::vector<Wish> dearer{full_product("p", "12")};
    plan("p2", dearer);
    EXPECT_EQ(deliver().gone, 1U);
    EXPECT_EQ(id_of(SourceKind::product, "p"), other);
    plan_once_more("p2", dearer);
    deliver_all();
    EXPECT_EQ(get("product", other).at("PRICE"), "12.00");
    EXPECT_EQ(get("product", other).at("NAME"), "Болт");
    EXPECT_EQ(get("product", other).at("DESCRIPTION"), "Оцинкованный");
    EXPECT_EQ(list("product", json::object()).size(), 1U);
}

TEST_F(Memory, ACardThatIsAnotherOneNowHasItsPartsAgain) {
    const auto wishes = [](const std::string& title) {
        Wish card = company("c1", "+74951112233");
        card.groups[0] = one_field("title", title);
        return std::vector<Wish>{card, requisite("c1", "7701234567"), address("c1"), bank_account("c1")};
    };
    plan("p1", wishes("Ромашка"));
    deliver_all();
    sandbox.call("crm.company.delete", {{"id", id_of(SourceKind::contragent, "c1")}});
    const std::string other =
        add("company", {{"TITLE", "Копия"}, {"ORIGINATOR_ID", "1C"}, {"ORIGIN_ID", "c1"}});
    plan("p2", wishes("Лютик"));
    EXPECT_EQ(deliver().gone, 1U);
    plan_once_more("p2", wishes("Лютик"));
    deliver_all();
    EXPECT_EQ(get("company", other).at("TITLE"), "Лютик");
    EXPECT_EQ(phones_of(other).size(), 1U);
    const json requisites = list("requisite", {{"ENTITY_ID", other}});
    ASSERT_EQ(requisites.size(), 1U);
    EXPECT_EQ(list("address", {{"ENTITY_ID", requisites[0].at("ID")}}).size(), 1U);
    EXPECT_EQ(list("requisite.bankdetail", {{"ENTITY_ID", requisites[0].at("ID")}}).size(), 1U);
    plan("p3", wishes("Лютик"));
    deliver_all();
    EXPECT_EQ(since("writes"), 0);
}

TEST_F(Memory, ARequisiteThatIsAnotherOneNowSettlesWhatIsWrittenOnce) {
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all();
    sandbox.call("crm.requisite.delete", {{"id", id_of(SourceKind::requisite, "c1")}});
    const std::string other = add("requisite", {{"ENTITY_TYPE_ID", 4},
                                                {"ENTITY_ID", id_of(SourceKind::contragent, "c1")},
                                                {"PRESET_ID", 1},
                                                {"NAME", "Копия"},
                                                {"XML_ID", "c1"},
                                                {"ORIGINATOR_ID", "1C"}});
    const std::vector<Wish> changed{company("c1"), requisite("c1", "7707654321")};
    plan("p2", changed);
    deliver();
    plan_once_more("p2", changed);
    deliver_all();
    EXPECT_EQ(get("requisite", other).at("RQ_INN"), "7707654321");
    EXPECT_EQ(get("requisite", other).at("NAME"), "ООО c1");
    EXPECT_TRUE(codes("p2").empty()) << findings_of("p2");
    plan("p3", changed);
    deliver_all();
    EXPECT_EQ(requests(), 0) << "the group that is written once is settled with the others";
}

TEST_F(Memory, PartsOfACardThatPeopleDeletedAreLeftWithItAndSaidOnce) {
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all();
    const std::string id = id_of(SourceKind::contragent, "c1");
    sandbox.call("crm.company.delete", {{"id", id}});
    const std::vector<Wish> more{company("c1"), requisite("c1", "7707654321"), address("c1"),
                                 bank_account("c1")};
    plan("p2", more);
    deliver_all();
    EXPECT_EQ(outcome("p2", "c1").verdict, Verdict::left);
    EXPECT_EQ(codes("p2"), std::vector<std::string>{"B24-GONE-LEFT"}) << findings_of("p2");
    EXPECT_TRUE(list("requisite", json::object()).empty());

    plan("p3", more);
    EXPECT_EQ(pending.count(), 0U) << "nothing is tried for ever";
    EXPECT_EQ(outcome("p3", "c1").verdict, Verdict::left);
    EXPECT_TRUE(codes("p3").empty());
}

TEST_F(Memory, NewPartsOfACardThatPeopleDeletedAreLeftWithIt) {
    plan("p1", {company("c1")});
    deliver_all();
    sandbox.call("crm.company.delete", {{"id", id_of(SourceKind::contragent, "c1")}});
    plan("p2", {company("c1"), requisite("c1", "7707654321"), address("c1"), bank_account("c1")});
    deliver_all();
    EXPECT_EQ(outcome("p2", "c1").verdict, Verdict::left);
    EXPECT_TRUE(sandbox.verdict().at("orphans").empty());
}

TEST_F(Memory, AnOldValueComesBackThoughTheAnswerToTheNewOneWasLost) {
    plan("p1", {full_product("p", "10")});
    deliver_all();
    lose_answer_of("crm.product.update");
    plan("p2", {full_product("p", "12")});
    EXPECT_TRUE(deliver(impatient).stop);
    plan("p3", {full_product("p", "10")});
    deliver_all();
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("PRICE"), "10.00");
}

TEST_F(Memory, APhoneWhoseAnswerWasLostStaysOurs) {
    plan("p1", {company("c1", "+74951110001")});
    deliver_all();
    const std::string id = id_of(SourceKind::contragent, "c1");
    lose_answer_of("crm.company.update");
    plan("p2", {company("c1", "+74951110002")});
    EXPECT_TRUE(deliver(impatient).stop);
    plan("p3", {company("c1", "+74951110003")});
    deliver_all();
    EXPECT_EQ(phones_of(id), (std::multiset<std::string>{"+74951110003"}));
}

TEST_F(Memory, APhoneThatNeverArrivedIsNotOursWhenAPersonEntersIt) {
    plan("p1", {company("c1", "+74951110001")});
    deliver_all();
    const std::string id = id_of(SourceKind::contragent, "c1");
    order_fault({{"match", {{"method", "crm.company.update"}}},
                 {"times", 1},
                 {"action", "command_error"},
                 {"error", ""},
                 {"description", "Нельзя"}});
    plan("p2", {company("c1", "+74951110002")});
    deliver_all();
    change("company", id, {{"PHONE", {{{"VALUE", "+74951110002"}, {"VALUE_TYPE", "WORK"}}}}});
    plan("p3", {company("c1", "+74951110003")});
    deliver_all();
    EXPECT_EQ(phones_of(id), (std::multiset<std::string>{"+74951110002", "+74951110003"}));
}

class MemoryOfPeople : public Memory {
  protected:
    MemoryOfPeople() {
        options.adoption = AdoptionOptions{};
        options.adoption->products_by_name = true;
        options.read_picture = [](const crm::Pictures::Picture&) { return std::string("bytes"); };
        impatient = options;
        impatient.doubts_in_a_row = 1;
    }
    DeliveryOptions options;
};

TEST_F(MemoryOfPeople, ThePictureOfAProductThatAnEarlierRunTookOverStays) {
    const std::string id =
        add("product",
            {{"NAME", "Товар p1"}, {"DETAIL_PICTURE", {{"fileData", json::array({"own.jpg", "eHh4"})}}}});
    const json own = get("product", id).at("DETAIL_PICTURE");
    const Wish pictures =
        part(SourceKind::pictures, "p1", EntityKind::pictures, crm::make_key(SourceKind::product, "p1"),
             {one_field("detail_picture", crm::Pictures{{{"a.jpg", "hash", "p/1"}}}),
              one_field("preview_picture", crm::Pictures{{{"a.jpg", "hash", "p/1"}}})});
    order_fault({{"match", {{"body", "fileData"}}}, {"times", 1}, {"action", "drop_before"}});
    plan("p1", {product("p1"), pictures});
    EXPECT_TRUE(deliver(impatient).stop);
    ASSERT_EQ(outcome("p1", "p1").verdict, Verdict::linked) << "cut off between the product and its pictures";
    deliver_all(options);
    EXPECT_EQ(get("product", id).at("DETAIL_PICTURE"), own);
    EXPECT_FALSE(get("product", id).at("PREVIEW_PICTURE").is_null());
}

TEST_F(MemoryOfPeople, ANewValueArrivesThoughTheFirstWriteOfACardHadNoAnswer) {
    const std::string id = add("product", {{"NAME", "Товар p1"}});
    const auto with = [](const std::string& text) {
        return std::vector<Wish>{product("p1", {one_field("description", text)})};
    };
    lose_answer_of("crm.product.update");
    plan("p1", with("первое"));
    EXPECT_TRUE(deliver(impatient).stop);
    plan("p2", with("второе"));
    deliver_all(options);
    EXPECT_EQ(get("product", id).at("DESCRIPTION"), "второе") << "what is filled there is ours";
    EXPECT_EQ(outcome("p1", "p1").verdict, Verdict::linked);
}

TEST_F(Memory, AProductOverWhichThePortalBreaksDownIsMadeOnce) {
    json fault{{"match", {{"key", "p2"}}},
               {"times", 1},
               {"action", "command_error"},
               {"error", "INTERNAL_SERVER_ERROR"},
               {"description", "Internal server error"}};
    order_fault(fault);
    plan("p1", {product("p1"), product("p2")});
    deliver_all();
    EXPECT_EQ(outcome("p1", "p2").verdict, Verdict::created);
    EXPECT_EQ(list("product", json::object()).size(), 2U);

    fault["match"] = {{"key", "p3"}};
    fault["times"] = 0;
    order_fault(fault);
    plan("p2", {product("p3"), product("p4")});
    deliver_all();
    EXPECT_EQ(outcome("p2", "p3").verdict, Verdict::failed) << "not for ever";
    EXPECT_EQ(outcome("p2", "p4").verdict, Verdict::created);
}

Wish section(const std::string& id, const std::string& parent = "") {
    const crm::Link link = parent.empty() ? crm::Link{} : crm::Link{crm::make_key(SourceKind::group, parent)};
    Wish result = wish(SourceKind::group, id, EntityKind::section,
                       {one_field("name", "Группа " + id), one_field("parent", link)});
    result.depth = parent.empty() ? 0 : 1;
    return result;
}
Wish product_in(const std::string& section, const std::string& id, const std::string& name) {
    return product(id, {one_field("name", name),
                        one_field("section", crm::Link{crm::make_key(SourceKind::group, section)})});
}

class MemoryOfSections : public Memory {
  protected:
    void delete_section(const std::string& id) {
        sandbox.call("crm.productsection.delete", {{"id", id_of(SourceKind::group, id)}});
    }
    [[nodiscard]] std::string section_of(const std::string& product) const {
        const json section = get("product", id_of(SourceKind::product, product)).at("SECTION_ID");
        return section.is_string() ? section.get<std::string>() : std::string();
    }
};

TEST_F(MemoryOfSections, SectionsThatPeopleDeletedComeAgainForTheProductThatNamesOne) {
    const auto wishes = [](const std::string& name) {
        return std::vector<Wish>{section("g1"), section("g2", "g1"), section("g3"),
                                 product_in("g2", "p", "Болт"), product_in("g3", "q", name)};
    };
    plan("p1", wishes("Гайка"));
    deliver_all();
    change("product", id_of(SourceKind::product, "p"), {{"SECTION_ID", 0}});  // it survives its section
    delete_section("g1");
    std::vector<Wish> moved = wishes("Гайка");
    moved.back() = product_in("g2", "q", "Винт");
    moved.push_back(product_in("g2", "r", "Шуруп"));
    plan("p2", moved);
    EXPECT_EQ(deliver().gone, 2U) << "both sections at once";
    EXPECT_EQ(outcome("p2", "r").verdict, Verdict::planned) << "not refused";

    plan_once_more("p2", moved);
    deliver_all();
    EXPECT_EQ(get("productsection", id_of(SourceKind::group, "g2")).at("SECTION_ID"),
              id_of(SourceKind::group, "g1"));
    EXPECT_EQ(section_of("q"), id_of(SourceKind::group, "g2"));
    EXPECT_EQ(section_of("r"), id_of(SourceKind::group, "g2"));
    EXPECT_EQ(outcome("p2", "q").verdict, Verdict::updated);
    EXPECT_EQ(outcome("p2", "r").verdict, Verdict::created);
    EXPECT_EQ(codes("p2"), (std::vector<std::string>{"B24-GONE", "B24-GONE"})) << findings_of("p2");
    EXPECT_TRUE(sandbox.verdict().at("duplicate_rows").empty());
}

TEST_F(MemoryOfSections, AProductComesWithoutASectionThatPeopleDeletedUntilOneCComesWithThat) {
    plan("p1", {section("g1"), product_in("g1", "p", "Болт")});
    deliver_all();
    delete_section("g1");
    const std::vector<Wish> products{product_in("g1", "p", "Винт"), product_in("g1", "q", "Гайка")};
    plan("p2", products);
    DeliveryResult result = deliver();
    for (int round = 0; round < 3 && result.gone > 0; ++round) {
        plan_once_more("p2", products);
        result = deliver();
    }
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at("NAME"), "Винт");
    EXPECT_EQ(section_of("q"), "");
    for (const std::string id : {"p", "q"}) {
        EXPECT_EQ(outcome("p2", id).verdict, Verdict::created);
        EXPECT_EQ(outcome("p2", id).reason, (Message{"B24-MISPLACED", {"g1"}}));
    }

    plan("p3", {section("g1"), products[0], products[1]});
    deliver_all();
    EXPECT_EQ(section_of("p"), id_of(SourceKind::group, "g1"));
    EXPECT_EQ(section_of("q"), id_of(SourceKind::group, "g1"));
    EXPECT_EQ(list("product", json::object()).size(), 2U);
}

TEST_F(MemoryOfSections, AProductThatIsRefusedForAnotherReasonLosesNoSection) {
    order_fault({{"match", {{"key", "q"}}},
                 {"times", 1},
                 {"action", "command_error"},
                 {"error", ""},
                 {"description", "Нельзя"}});
    plan("p1", {section("g1")});
    deliver_all();
    plan("p2", {product_in("g1", "p", "Болт"), product_in("g1", "q", "Гайка")});
    deliver_all();
    EXPECT_EQ(outcome("p2", "q").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p2", "q").reason, (Message{"B24-REFUSED", {"Нельзя"}}));
    EXPECT_EQ(section_of("p"), id_of(SourceKind::group, "g1"));
}

/// Another card has been found meanwhile for one whose parts stand on the same page: what was prepared of
/// these is not true any more.
TEST_F(Memory, WhatBecameAnotherOperationWhileItsPageWasSentIsReadAnew) {
    const auto wishes = [](const std::string& title, const std::string& inn) {
        std::vector<Wish> all;
        for (int i = 0; i < 51; ++i) {
            const std::string id = "c" + std::to_string(i);
            all.push_back(company(id));
            all.back().groups[0] = one_field("title", title + id);
        }
        all.push_back(requisite("c0", inn));
        return all;
    };
    plan("p1", wishes("Ромашка", "7701234567"));
    deliver_all();
    const std::string company_id = id_of(SourceKind::contragent, "c0");
    sandbox.call("crm.company.delete", {{"id", company_id}});
    add("company", {{"TITLE", "Копия"}, {"ORIGINATOR_ID", "1C"}, {"ORIGIN_ID", "c0"}});
    // Whoever sends the old requisite's id is told so.
    plan("p2", wishes("Лютик", "7707654321"));
    EXPECT_EQ(deliver().gone, 1U) << "the card alone: its requisite waits with it";
    plan_once_more("p2", wishes("Лютик", "7707654321"));
    deliver_all();
    const std::string other = id_of(SourceKind::contragent, "c0");
    EXPECT_NE(other, company_id);
    EXPECT_EQ(list("requisite", {{"ENTITY_ID", other}}).size(), 1U);
    EXPECT_TRUE(codes("p2").empty()) << findings_of("p2");
}

/// Beside a command over which the portal breaks down stands one that it does not take.
TEST_F(MemoryOfSections, WhatThePortalRefusedIsNoDoubt) {
    plan("p1", {section("g1")});
    deliver_all();
    plan("p2", {product_in("g1", "p", "Болт"), product_in("g1", "q", "Гайка")});
    pending.for_each([&](const ledger::Operation& operation) { pending.mark_looked_up({operation.entity}); });
    add("product", {{"NAME", "Копия"}, {"XML_ID", "q"}});  // what a search for doubts would find
    for (const auto& [key, text] : {std::pair("p", "Internal server error"), std::pair("q", "Нельзя")}) {
        order_fault({{"match", {{"key", key}}},
                     {"times", 1},
                     {"action", "command_error"},
                     {"error", key == std::string("p") ? "INTERNAL_SERVER_ERROR" : ""},
                     {"description", text}});
    }
    deliver_all();
    EXPECT_EQ(outcome("p2", "p").verdict, Verdict::created);
    EXPECT_EQ(outcome("p2", "q").verdict, Verdict::failed);
    EXPECT_EQ(outcome("p2", "q").reason, (Message{"B24-REFUSED", {"Нельзя"}}));
}

}  // namespace
}  // namespace obmen::delivery
