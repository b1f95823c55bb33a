#include "ledger/references.hpp"

#include "ledger_fixture.hpp"

namespace obmen::ledger {
namespace {

using Inherited = crm::References::Inherited;

class ReferencesTest : public LedgerTest {
  protected:
    /// Rows written since the last call.
    std::int64_t writes() {
        const std::int64_t now = number("SELECT total_changes()");
        return now - std::exchange(m_changes, now);
    }

    LedgerReferences references{database, "1C"};

  private:
    std::int64_t m_changes = 0;
};

TEST_F(ReferencesTest, FindAPriceTypeWhateverItsCase) {
    references.remember_price_type("ABC-1", {"Розничная", "руб", "true"});
    ASSERT_TRUE(references.price_type("abc-1"));
    EXPECT_EQ(references.price_type("abc-1")->name, "Розничная");
    EXPECT_EQ(LedgerReferences(database, "1C").price_type("ABC-1")->currency, "руб");
    EXPECT_FALSE(references.price_type("abc-2"));
}

TEST_F(ReferencesTest, KeepSourceSystemsApart) {
    LedgerReferences other(database, "1C-UT");
    other.remember_unit("1", {"796", "шт"});
    EXPECT_FALSE(references.unit("1"));
    EXPECT_EQ(LedgerReferences(database, "1C-UT").unit("1")->code, "796");
}

TEST_F(ReferencesTest, ChooseTheFirstPriceTypeWithoutARetailOne) {
    EXPECT_FALSE(references.default_price_type());
    references.remember_price_type("z", {"Оптовая", "RUB", ""});
    references.remember_price_type("a", {"Закупочная", "RUB", ""});
    EXPECT_EQ(references.default_price_type(), "z");
}

TEST_F(ReferencesTest, PreferARetailPriceType) {
    references.remember_price_type("1", {"Оптовая", "RUB", ""});
    references.remember_price_type("2", {"РОЗНИЧНАЯ цена", "RUB", ""});
    references.remember_price_type("3", {"розничная (старая)", "RUB", ""});
    EXPECT_EQ(references.default_price_type(), "2");
}

TEST_F(ReferencesTest, RedeclareWithoutLosingTheOrder) {
    references.remember_price_type("1", {"Первая", "RUB", ""});
    references.remember_price_type("2", {"Вторая", "RUB", ""});
    references.remember_price_type("1", {"Первая", "USD", ""});
    EXPECT_EQ(references.default_price_type(), "1");
    EXPECT_EQ(LedgerReferences(database, "1C").price_type("1")->currency, "USD");
}

TEST_F(ReferencesTest, WriteNothingForWhatIsKnown) {
    const auto remember = [](LedgerReferences& target) {
        target.remember_price_type("1", {"Первая", "RUB", ""});
        target.remember_unit("796", {"796", "шт"});
        target.remember_group("g");
        target.remember_product("p", {"g", "796", "20"});
        target.pin_price_type("1");
        target.pin_contragent_kind("c", 3);
    };
    remember(references);
    EXPECT_GT(writes(), 0);
    remember(references);
    EXPECT_EQ(writes(), 0);
    LedgerReferences again(database, "1C");
    remember(again);
    EXPECT_EQ(writes(), 0);
}

TEST_F(ReferencesTest, PinAPriceType) {
    EXPECT_FALSE(references.pinned_price_type());
    references.pin_price_type("Ид-1");
    references.pin_price_type("Ид-2");
    EXPECT_EQ(LedgerReferences(database, "1C").pinned_price_type(), "Ид-2");
}

TEST_F(ReferencesTest, KnowOnlyGroupsThatWereDescribed) {
    references.remember_product("p", {"G1", {}, {}});
    EXPECT_FALSE(references.knows_group("g1"));
    references.remember_group("g1");
    EXPECT_TRUE(references.knows_group("G1"));
    EXPECT_TRUE(LedgerReferences(database, "1C").knows_group("g1"));
    EXPECT_FALSE(LedgerReferences(database, "other").knows_group("g1"));
}

TEST_F(ReferencesTest, TellWhichProductsHaveNamedAGroupBeforeItWasDescribed) {
    const std::string guid = "bd72d8f9-55bc-11d9-848a-00112f43529a";
    references.remember_product(guid, {"G1", "796", "20"});
    references.remember_product("p2", {"G2", {}, {}});
    references.remember_product("p3", {"", {}, {}});
    references.remember_product("p4", {{}, "1", {}});
    references.remember_product("p5", {"g1", {}, {}});
    const auto in = [&](const std::vector<std::string>& groups) {
        std::vector<std::string> found;
        references.for_each_product_in(groups, [&](const std::string& product, const std::string& group) {
            found.push_back(product + " " + group);
        });
        return found;
    };
    EXPECT_TRUE(in({"g1"}).empty()) << "the CRM has none of them";
    database.execute("UPDATE entity SET remote_id = 7 WHERE source_kind = 2");
    EXPECT_EQ(in({"g1", "g2"}), (std::vector<std::string>{guid + " g1", "p2 g2", "p5 g1"}));
    EXPECT_TRUE(in({"g3"}).empty());

    EXPECT_TRUE(references.remember_group("g1"));
    EXPECT_FALSE(references.remember_group("g1")) << "it is described now";
    EXPECT_FALSE(references.remember_group("new"));
    EXPECT_TRUE(LedgerReferences(database, "1C").remember_group("g2"));
    EXPECT_FALSE(LedgerReferences(database, "other").remember_group("g2"));
    const auto revision = references.revision(RecordKind::product);
    references.remember_fact(crm::References::FactKind::decision, "groups|late|0", {"g1"});
    EXPECT_EQ(references.revision(RecordKind::product), revision) << "records mean what they meant";
}

TEST_F(ReferencesTest, HandDownWhatAProductSaid) {
    const std::vector<Inherited> cases{{},
                                       {"bd72d8f9-55bc-11d9-848a-00112f43529a", "796", "20"},
                                       {{}, "796", {}},
                                       {"g", {}, "none"},
                                       {{}, {}, ""},
                                       {"g", "", {}}};
    for (std::size_t i = 0; i < cases.size(); ++i) {
        references.remember_product("p" + std::to_string(i), cases[i]);
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        EXPECT_EQ(references.product("P" + std::to_string(i)), cases[i]) << i;
    }
    EXPECT_FALSE(references.product("p99"));
    references.remember_product("p1", cases[3]);
    EXPECT_EQ(references.product("p1"), cases[3]);
}

TEST_F(ReferencesTest, KeepWhatAProductHandsDownWithTheProduct) {
    using Kind = crm::References::FactKind;
    const std::vector<std::string> said{std::string("\x01\x00\xFF", 3), "x"};
    EXPECT_FALSE(references.fact(Kind::source_value, "handed|p1"));
    references.remember_product("p1", {});
    EXPECT_FALSE(references.fact(Kind::source_value, "handed|p1"));
    references.remember_fact(Kind::source_value, "handed|P1", said);
    references.remember_fact(Kind::source_value, "handed|", {"nobody's"});
    writes();
    references.remember_fact(Kind::source_value, "handed|p1", said);
    EXPECT_EQ(writes(), 0);
    EXPECT_EQ(references.fact(Kind::source_value, "handed|p1"), said);
    EXPECT_EQ(LedgerReferences(database, "1C").fact(Kind::source_value, "handed|p1"), said);
    EXPECT_FALSE(references.fact(Kind::source_value, "handed|p2"));
    EXPECT_FALSE(LedgerReferences(database, "other").fact(Kind::source_value, "handed|p1"));
    references.remember_fact(Kind::source_value, "handed|p1", {"y", "z"});
    EXPECT_EQ(references.fact(Kind::source_value, "handed|p1"), (std::vector<std::string>{"y", "z"}));
}

TEST_F(ReferencesTest, SeeAtOnceWhatAnotherOfThemHasWritten) {
    LedgerReferences other(database, "1C");
    EXPECT_FALSE(references.product("p"));
    other.remember_product("p", {"", "796", {}});
    EXPECT_EQ(references.product("p")->unit_code, "796");
    references.remember_product("p", {"", "778", {}});
    EXPECT_EQ(other.product("p")->unit_code, "778");
    EXPECT_EQ(number("SELECT count(*) FROM entity WHERE source_kind = 2"), 1);
}

TEST_F(ReferencesTest, PinAContragentsKind) {
    EXPECT_FALSE(references.pinned_contragent_kind("c"));
    references.pin_contragent_kind("C", 4);
    EXPECT_EQ(LedgerReferences(database, "1C").pinned_contragent_kind("c"), 4);
}

TEST_F(ReferencesTest, KeepFactsOfAKindInTheOrderOfTheirFirstDeclaration) {
    using Kind = crm::References::FactKind;
    references.remember_fact(Kind::warehouse, "W2", {"Склад 2"});
    references.remember_fact(Kind::warehouse, "w1", {"Склад 1"});
    references.remember_fact(Kind::property, "w2", {"Цвет", "list"});
    references.remember_fact(Kind::warehouse, "w2", {"Основной"});
    const LedgerReferences again(database, "1C");
    EXPECT_EQ(again.fact(Kind::warehouse, "W2"), std::vector<std::string>{"Основной"});
    EXPECT_EQ(again.fact(Kind::property, "w2"), (std::vector<std::string>{"Цвет", "list"}));
    EXPECT_FALSE(again.fact(Kind::choice, "w2"));
    EXPECT_EQ(again.facts(Kind::warehouse),
              (std::vector<crm::References::Fact>{{"w2", {"Основной"}}, {"w1", {"Склад 1"}}}));
}

TEST_F(ReferencesTest, ForgetWhatWasRolledBack) {
    database.begin();
    references.remember_group("g");
    references.remember_unit("1", {"796", "шт"});
    database.rollback();
    EXPECT_FALSE(references.knows_group("g"));
    EXPECT_FALSE(references.unit("1"));
    references.remember_group("g");
    EXPECT_TRUE(LedgerReferences(database, "1C").knows_group("g"));
}

TEST_F(ReferencesTest, JoinTheTransactionOfPlanning) {
    add_package("p1");
    const TemporaryDirectory directory;
    {
        Planning planning(database, "p1", "1C");
        EXPECT_TRUE(database.in_transaction());
        references.remember_group("g");
        EXPECT_TRUE(database.in_transaction());
        planning.flush();
    }
    EXPECT_FALSE(database.in_transaction());
    EXPECT_TRUE(references.knows_group("g"));
}

TEST_F(ReferencesTest, LeaveTheSpellingOfAnIdToItsOwnRecord) {
    references.remember_product("цб-01", {});
    plan("p1", {product("ЦБ-01", {{"name", "A"}})});
    EXPECT_EQ(only_operation().source_id, "ЦБ-01");
    EXPECT_EQ(only_outcome("p1").source_id, "ЦБ-01");
}

}  // namespace
}  // namespace obmen::ledger
