#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

using OfferConversion = ConversionTest;

TEST_F(OfferConversion, OfAKnownProductCarriesOnlyThePrice) {
    references.remember_product("p1", {"g1", "796", "20"});
    commerceml::Offer record = offer("P1", "Имя из предложения", {{price("t1", "10")}});
    record.base_unit = base_unit("166", "кг");
    const Wish wish = wish_of(record);
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"price"}));
    EXPECT_FALSE(wish.may_create);
}

TEST_F(OfferConversion, OfAnUnknownProductMakesItIfItHasAName) {
    commerceml::Offer record = offer("P1", "Болт", {{price("t1", "10")}});
    record.base_unit = base_unit("796", "шт");
    const Wish wish = wish_of(record);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"name", "measure", "price"}));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Болт")));
    EXPECT_TRUE(wish.may_create);
    EXPECT_EQ(wish.entity, EntityKind::product);
}

TEST_F(OfferConversion, OfAnUnknownProductWithoutANameMayNotMakeIt) {
    const Wish wish = wish_of(offer("p1", std::nullopt, {{price("t1", "10")}}));
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"price"}));
    EXPECT_FALSE(wish.may_create);
}

TEST_F(OfferConversion, WithANumberSignAtTheEndIsThatOfTheProduct) {
    references.remember_product("p1", {});
    const Wish wish = wish_of(offer("P1#", std::nullopt, {{price("t1", "10")}}));
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(wish.source_id, "P1");
}

TEST_F(OfferConversion, WithACharacteristicIsAProductOfItsOwn) {
    references.remember_group("g1");
    references.remember_product("p1", {"G1", "796", "20"});
    commerceml::Offer record = offer("P1#C1", "Футболка", {{price("t1", "10")}});
    record.characteristics = {{"", "Цвет", "красный"}, {"", "Размер", "42"}};
    record.base_unit = base_unit("166", "кг");
    const Wish wish = wish_of(record);
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::variant, "p1#c1"}));
    EXPECT_EQ(wish.source_id, "P1#C1");
    EXPECT_EQ(wish.entity, EntityKind::product);
    EXPECT_TRUE(wish.may_create);
    EXPECT_EQ(group_names(wish),
              (std::vector<std::string>{"name", "section", "measure", "vat", "price", "active"}));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Футболка (красный, 42)")));
    EXPECT_EQ(fields_of(wish, "section"), single("section", Link{EntityKey{SourceKind::group, "g1"}}));
    EXPECT_EQ(fields_of(wish, "measure"), single("measure", MeasureCode{"796"}));
    EXPECT_EQ(fields_of(wish, "vat"), single("vat", VatRate{Decimal(20)}));
    EXPECT_EQ(fields_of(wish, "price"), rub(10));
    EXPECT_EQ(fields_of(wish, "active"), single("active", true));
}

TEST_F(OfferConversion, OfAVariantOfAnUnknownProductUsesItsOwnUnit) {
    commerceml::Offer record = offer("p1#c1", "Футболка");
    record.base_unit = base_unit("796", "шт");
    const Wish wish = wish_of(record);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"name", "measure", "active"}));
    EXPECT_TRUE(wish.may_create);
}

TEST_F(OfferConversion, OfAVariantInheritsTheRootAndGoodsWithoutVat) {
    references.remember_product("p1", {"", std::nullopt, "none"});
    const Wish wish = wish_of(offer("p1#c1", "Футболка"));
    EXPECT_EQ(fields_of(wish, "section"), single("section", Link{}));
    EXPECT_EQ(fields_of(wish, "vat"), single("vat", VatRate{}));
    EXPECT_FALSE(has_group(wish, "measure"));
}

TEST_F(OfferConversion, OfAVariantInAPriceFileNeitherMakesNorRevivesIt) {
    const Wish wish = wish_of(offer("p1#c1", std::nullopt, {{price("t1", "10")}}));
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"price"}));
    EXPECT_FALSE(wish.may_create);
}

TEST_F(OfferConversion, OfAVariantThatTheCatalogueHasAsAProductMeetsThatProduct) {
    const Converted result =
        convert({product("P1#C1", "Футболка"), offer("p1#c1", "Футболка", {{price("t1", "10")}})});
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(result.wishes[0].key, result.wishes[1].key);
    EXPECT_EQ(group_names(result.wishes[1]), (std::vector<std::string>{"price"}));
}

TEST_F(OfferConversion, WithNothingButStockIsLeftOutWhereNoRuleSendsIt) {
    map_by("[[product.field]]\nto = 'NAME'\nfrom = 'Наименование'");
    references.remember_product("p1", {});
    for (const char* id : {"p1", "p1#c1"}) {
        commerceml::Offer record = offer(id, std::nullopt);
        record.quantity = "5";
        record.stock = {{"w1", "2"}, {"w2", "3"}};
        const LeftOut left_out = left_out_of(record);
        EXPECT_EQ(left_out.reason, (Message{"CRM-NOT-MAPPED", {"Остатки", "3"}}));
        EXPECT_FALSE(left_out.is_error);
    }
}

TEST_F(OfferConversion, WithNothingAtAllIsLeftOut) {
    references.remember_product("p1", {});
    EXPECT_EQ(left_out_of(offer("p1", "Болт")).reason, (Message{"CRM-NOT-MAPPED", {"Предложение", "1"}}));
}

TEST_F(OfferConversion, ThatIsMarkedSwitchesItsObjectOff) {
    for (const char* id : {"p1", "p1#c1"}) {
        commerceml::Offer record = offer(id, "Болт");
        record.marked_deleted = true;
        const Wish wish = wish_of(record);
        EXPECT_TRUE(wish.deletion_mark);
        EXPECT_FALSE(wish.may_create);
        EXPECT_EQ(fields_of(wish, "active"), single("active", false));
    }
}

TEST_F(OfferConversion, WithoutAnyPriceElementSendsNoPrice) {
    const Converted result = convert({offer("p1", "Болт"), offer("p2", "Гайка", {{}})}, true);
    EXPECT_FALSE(has_group(result.wishes.at(0), "price"));
    EXPECT_FALSE(has_group(result.wishes.at(1), "price"));
    EXPECT_TRUE(result.messages("CRM-PRICE-NOT-CHOSEN").empty());
}

TEST_F(OfferConversion, SaysWhichObjectAnOfferSpeaksOf) {
    const auto object = [&](const char* id) { return offer_object(references, id); };
    EXPECT_EQ(object("P1").key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(object("P1#").key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(object("P1#").source_id, "P1");
    EXPECT_EQ(object("P1#c").key, (EntityKey{SourceKind::variant, "p1#c"}));
    references.remember_product("p1#c", {});
    EXPECT_EQ(object("P1#c").key, (EntityKey{SourceKind::product, "p1#c"}));
    EXPECT_EQ(object("P1#c").source_id, "P1#c");
}

}  // namespace
}  // namespace obmen::crm
