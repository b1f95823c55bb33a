#include <algorithm>

#include "conversion_fixture.hpp"
#include "crm/offer_properties.hpp"

namespace obmen::crm {
namespace {

class MappedProducts : public ConversionTest {
  protected:
    static std::string fields(const std::string& more) { return "[product]\ndefault_fields = true\n" + more; }
    static commerceml::Offer stock(std::string id, commerceml::Text quantity) {
        commerceml::Offer result = offer(std::move(id), std::nullopt);
        result.quantity = std::move(quantity);
        return result;
    }
    static std::string stock_of(const Wish& wish) {
        const std::vector<Field> found = fields_of(wish, "property:code:stock");
        if (found.empty()) {
            return "(no group)";
        }
        const auto& entries = std::get<PropertyValues>(found.front().value).entries;
        return entries.empty() ? "(empty)" : entries.front().text;
    }
    static commerceml::Product marked(std::string id) {
        commerceml::Product result = product(std::move(id), "Болт");
        result.marked_deleted = true;
        return result;
    }
};

// ---- stock ---------------------------------------------------------------------------------------------

TEST_F(MappedProducts, SendTheirWholeStock) {
    references.remember_product("p1", {});
    EXPECT_EQ(stock_of(wish_of(stock("p1", "7"))), "7");
    EXPECT_EQ(stock_of(wish_of(stock("p1", "-2.50"))), "-2.5");
    EXPECT_EQ(stock_of(wish_of(stock("p1", ""))), "(empty)");
    commerceml::Offer split = offer("p1", std::nullopt);
    split.stock = {{"w1", "1.5"}, {"w2", "2,75"}, {"w3", std::nullopt}};
    EXPECT_EQ(stock_of(wish_of(split)), "4.25");
    split.stock.push_back({"", "4"});
    EXPECT_EQ(stock_of(wish_of(split)), "4") << "the line without a warehouse is the total";
}

TEST_F(MappedProducts, SendTheStockOfOneWarehouseByNameOrId) {
    map_by(
        fields("[[product.field]]\nto = 'PROPERTY_MAIN'\nfrom = 'Остаток.\"Склад 1\"'\nnumber = true\n"
               "[[product.field]]\nto = 'PROPERTY_OTHER'\nfrom = 'Остаток.w2'\nnumber = true"));
    commerceml::Offer split = offer("p1", std::nullopt);
    split.stock = {{"W1", "1"}, {"w2", "2"}, {"W1", "10"}};
    const Converted result = convert({commerceml::Warehouse{"w1", "Склад 1"}, split});
    const auto entry = [&](const std::string& code) {
        return std::get<PropertyValues>(fields_of(result.wishes[0], "property:code:" + code)[0].value)
            .entries[0]
            .text;
    };
    EXPECT_EQ(entry("main"), "11");
    EXPECT_EQ(entry("other"), "2");
    EXPECT_EQ(stock_of(result.wishes[0]), "13");
}

// ---- articles and barcodes of offers -------------------------------------------------------------------

TEST_F(MappedProducts, TakeABarcodeFromTheirOffer) {
    commerceml::Offer record = offer("p1", "Болт");
    record.barcode = "4600000000001";
    record.article = "";
    references.remember_product("p1", {});
    EXPECT_EQ(group_names(wish_of(record)), std::vector<std::string>{"property:code:barcode"})
        << "an empty article takes nothing away from the catalogue's";
}

// ---- prices --------------------------------------------------------------------------------------------

TEST_F(MappedProducts, TakeTheFirstOfSeveralPriceTypesThatTheyHave) {
    mapping.product.price_types = {"Розничная", "Оптовая"};
    references.remember_product("p1", {});
    const Converted result = convert({price_type("t1", "Оптовая"), price_type("t2", "Розничная"),
                                      offer("p1", std::nullopt, {{price("t1", "5")}}),
                                      offer("p1", std::nullopt, {{price("t1", "5"), price("t2", "7")}}),
                                      offer("p1", std::nullopt, {{price("t1", "6")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"), rub(5));
    EXPECT_EQ(fields_of(result.wishes.at(1), "price"), rub(7));
    EXPECT_EQ(fields_of(result.wishes.at(2), "price"), rub(6));
    EXPECT_EQ(references.pinned_price_type(), "t2") << "the best that was seen";
    EXPECT_TRUE(convert({offer("p1", std::nullopt, {{price("t1", "5")}})}).findings.empty())
        << "a product that lacks it changes nothing";
}

TEST_F(MappedProducts, TakeThePriceTypeThatTheRuleNames) {
    map_by(
        fields("[[product.field]]\nto = 'PRICE'\nfrom = ['Цена.\"Оптовая\"']\n"
               "[[product.field]]\nto = 'VAT_INCLUDED'\nvalue = 'Y'\n"
               "[[product.field]]\nto = 'PROPERTY_RETAIL'\nfrom = 'Цена.Розничная'\nnumber = true"));
    references.remember_product("p1", {});
    const Converted result = convert({price_type("t1", "Оптовая"), price_type("t2", "Розничная"),
                                      offer("p1", std::nullopt, {{price("t2", "7"), price("t1", "5")}})});
    EXPECT_EQ(fields_of(result.wishes.at(0), "price"), rub(5));
    EXPECT_EQ(std::get<PropertyValues>(fields_of(result.wishes[0], "property:code:retail")[0].value)
                  .entries[0]
                  .text,
              "7");
    EXPECT_FALSE(has_group(result.wishes[0], "vat_included")) << "the product's record says it";
    EXPECT_EQ(fields_of(wish_of(product("p1", "Болт")), "vat_included"), single("vat_included", true));
}

TEST_F(MappedProducts, SendNoPriceWithoutARule) {
    map_by("[[product.field]]\nto = 'NAME'\nfrom = 'Наименование'");
    mapping.product.default_currency.clear();
    references.remember_product("p1", {});
    EXPECT_EQ(left_out_of(offer("p1", std::nullopt, {{price("t1", "5")}})).reason,
              (Message{"CRM-NOT-MAPPED", {"Предложение", "1"}}));
}

// ---- names, VAT, unit of other sources -------------------------------------------------------------------

TEST_F(MappedProducts, AreCalledAsTheMappingSays) {
    map_by(
        fields("[[product.field]]\nto = 'NAME'\nfrom = ['ПолноеНаименование', 'Наименование']\n"
               "[[product.field]]\nto = 'VAT_ID'\nfrom = 'Реквизит.НДС'\ndictionary = { 'общая' = '20' }\n"
               "[[product.field]]\nto = 'MEASURE'\nvalue = '0796'\n"
               "[[product.field]]\nto = 'DESCRIPTION'\nfrom = 'Описание'\nhtml = 'strip'\n"
               "[[product.field]]\nto = 'ACTIVE'\nfrom = 'Реквизит.Активен'"));
    commerceml::Product record = product("p1", "Болт");
    record.full_name = "Болт стальной";
    record.requisites = {{"НДС", "Общая"}, {"Активен", "Нет"}};
    record.description = "<b>Болт</b>";
    record.description_is_html = true;
    const Wish wish = wish_of(record);
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Болт стальной")));
    EXPECT_EQ(fields_of(wish, "vat"), single("vat", VatRate{Decimal(20)}));
    EXPECT_EQ(fields_of(wish, "measure"), single("measure", MeasureCode{"796"}));
    EXPECT_EQ(fields_of(wish, "active"), single("active", false));
    EXPECT_EQ(fields_of(wish, "description"),
              (std::vector<Field>{{"description", "Болт"}, {"description_type", "text"}}));
    EXPECT_EQ(references.product("p1")->unit_code, "796");
}

TEST_F(MappedProducts, KeepATextThatWasEmptiedWhereTheMappingSaysSo) {
    map_by(fields("[[product.field]]\nto = 'DESCRIPTION'\nfrom = 'Описание'\nempty = 'ignore'"));
    commerceml::Product record = product("p1", "Болт");
    record.description = "";
    EXPECT_FALSE(has_group(wish_of(record), "description"));
}

// ---- expressions over two records ------------------------------------------------------------------------

TEST_F(MappedProducts, MeetWithTheirOfferInOneExpression) {
    map_by(fields("[[product.field]]\nto = 'PROPERTY_LABEL'\nfrom = '{Артикул}: {Остаток} шт'"));
    const auto label = [](const Wish& wish) {
        return std::get<PropertyValues>(fields_of(wish, "property:code:label")[0].value).entries[0].text;
    };
    commerceml::Product record = product("p1", "Болт");
    record.article = "A-1";
    EXPECT_EQ(label(wish_of(record)), "A-1:  шт");
    EXPECT_EQ(label(wish_of(stock("p1", "5"))), "A-1: 5 шт") << "the offer alone";
    record.article = "A-2";
    EXPECT_EQ(label(wish_of(record)), "A-2: 5 шт") << "the product alone";
    EXPECT_EQ(label(wish_of(stock("p1#c1", "3"))), "A-2: 3 шт") << "a variant takes over from its product";
}

TEST_F(MappedProducts, AreNotHalfSaidByAnOffer) {
    map_by(fields("[[product.field]]\nto = 'PROPERTY_LABEL'\nfrom = '{Артикул} {ПолноеНаименование}'"));
    references.remember_product("p1", {});
    commerceml::Offer record = stock("p1", "5");
    record.article = "A-1";
    EXPECT_FALSE(has_group(wish_of(record), "property:code:label"));
}

TEST_F(MappedProducts, HavePricesWhereTheCatalogueSaysSo) {
    map_by(fields("[[product.field]]\nto = 'PRICE'\nfrom = 'Цена'\nwhen = { 'Реквизит.Вид' = 'Товар' }"));
    commerceml::Product record = product("p1", "Болт");
    record.requisites = {{"Вид", "Товар"}};
    commerceml::Product service = product("p2", "Доставка");
    service.requisites = {{"Вид", "Услуга"}};
    (void)convert({record, service});
    EXPECT_EQ(fields_of(wish_of(offer("p1", std::nullopt, {{price("t1", "5")}})), "price"), rub(5));
    EXPECT_TRUE(convert({offer("p2", std::nullopt, {{price("t1", "5")}})}).wishes.empty());
}

TEST_F(MappedProducts, TakeTheLastRuleThatApplies) {
    map_by(
        fields("[[product.field]]\nto = 'SORT'\nvalue = '500'\n"
               "[[product.field]]\nto = 'SORT'\nvalue = '100'\nwhen = { 'Артикул' = true }"));
    commerceml::Product record = product("p1", "Болт");
    EXPECT_EQ(fields_of(wish_of(record), "SORT"), single("SORT", std::string("500")));
    record.article = "A";
    EXPECT_EQ(fields_of(wish_of(record), "SORT"), single("SORT", std::string("100")));
}

TEST_F(MappedProducts, AreSwitchedOffByTheirStock) {
    map_by(
        fields("[[product.field]]\nto = 'ACTIVE'\nfrom = 'Остаток'\nnumber = true\n"
               "dictionary = { '0' = 'N' }\notherwise = 'Y'"));
    references.remember_product("p1", {});
    EXPECT_EQ(fields_of(wish_of(stock("p1", "0.000")), "active"), single("active", false));
    EXPECT_EQ(fields_of(wish_of(stock("p1", "3")), "active"), single("active", true));
}

// ---- marks -----------------------------------------------------------------------------------------------

TEST_F(MappedProducts, MarkedAsDeletedAreTakenOutWhereTheMappingSaysSo) {
    mapping.product.on_deletion_mark = OnDeletionMark::remove;
    const Wish wish = wish_of(marked("P1"));
    EXPECT_EQ(wish.groups, (std::vector<FieldGroup>{{"deleted", {{"deleted", true}}}}));
    EXPECT_TRUE(wish.deletion_mark);
    EXPECT_FALSE(wish.may_create);
    commerceml::Offer record = offer("p2#c1", "Болт", {{price("t1", "5")}});
    record.marked_deleted = true;
    const Wish variant = wish_of(record);
    EXPECT_EQ(variant.key, (EntityKey{SourceKind::variant, "p2#c1"}));
    EXPECT_EQ(group_names(variant), std::vector<std::string>{"deleted"});
}

TEST_F(MappedProducts, MarkedAsDeletedAreLeftAloneWhereTheMappingSaysSo) {
    mapping.product.on_deletion_mark = OnDeletionMark::ignore;
    EXPECT_EQ(left_out_of(marked("p1")).reason, (Message{"CRM-MARKED-IGNORED"}));
    commerceml::Offer record = offer("p2", "Болт", {{price("t1", "5")}});
    record.marked_deleted = true;
    EXPECT_EQ(left_out_of(record).reason, (Message{"CRM-MARKED-IGNORED"}));
}

// ---- filters ---------------------------------------------------------------------------------------------

TEST_F(MappedProducts, AreFilteredByGroupsWithAllBelowThem) {
    mapping.product.filter.only_groups = {"товары"};
    mapping.product.filter.except_groups = {"G3"};
    const auto in = [](std::string id, std::string group_id) {
        commerceml::Product result = product(std::move(id), "Болт");
        result.group_ids = {std::move(group_id)};
        return result;
    };
    (void)convert({group("g1", "Товары"), group("g2", "Крепёж", "g1", 1), group("g3", "Архив", "g2", 2),
                   group("g4", "Услуги")});
    const Converted result =
        convert({in("p1", "g2"), in("p2", "g3"), in("p3", "G4"), in("p4", "g1"), product("p5", "Без группы"),
                 offer("p2", "Болт", {{price("t1", "5")}}), offer("p2#c1", "Болт"),
                 offer("p1", std::nullopt, {{price("t1", "5")}})});
    std::vector<std::string> made;
    for (const Wish& wish : result.wishes) {
        made.push_back(wish.key.id);
    }
    EXPECT_EQ(made, (std::vector<std::string>{"p1", "p4", "p1"}));
    ASSERT_EQ(result.left_out.size(), 5U);
    for (const LeftOut& left_out : result.left_out) {
        EXPECT_EQ(left_out.reason, (Message{"CRM-FILTERED"}));
        EXPECT_FALSE(left_out.is_error);
    }
    EXPECT_EQ(left_out_of(offer("p3", "Болт", {{price("t1", "5")}})).reason, (Message{"CRM-FILTERED"}))
        << "also in a later package";
    EXPECT_EQ(wish_of(product("p1", "Болт")).key.id, "p1") << "a record without groups: as before";
    const Converted moved = convert({in("p3", "g1")});
    ASSERT_EQ(moved.wishes.size(), 2U);
    EXPECT_TRUE(moved.wishes[0].may_create);
    EXPECT_EQ(moved.wishes[1].key.id, "p3");
    EXPECT_EQ(fields_of(moved.wishes[1], "price"), rub(5)) << "the price came while it was kept back";
    EXPECT_EQ(convert({in("p3", "g1")}).wishes.size(), 1U) << "once";
    EXPECT_EQ(wish_of(offer("p3", "Болт", {{price("t1", "5")}})).key.id, "p3");
    EXPECT_FALSE(wish_of(offer("p9", "Болт", {{price("t1", "5")}})).may_create) << "who knows of what group";
}

TEST_F(MappedProducts, AreFilteredByEachOfTheirGroups) {
    (void)convert({group("g1", "Товары"), group("g2", "Новинки"), group("g3", "Архив")});
    mapping.product.filter.only_groups = {"товары"};
    mapping.product.filter.except_groups = {"Архив"};
    commerceml::Product record = product("p1", "Болт");
    record.group_ids = {"g2", "g1"};
    EXPECT_TRUE(wish_of(record).may_create);
    EXPECT_EQ(wish_of(product("p1", "Болт")).key.id, "p1") << "a record that does not say: as before";
    record.group_ids = {"g1", "g2", "g3"};
    EXPECT_EQ(left_out_of(record).reason, (Message{"CRM-FILTERED"}));
    record.group_ids = {"g2"};
    EXPECT_EQ(left_out_of(record).reason, (Message{"CRM-FILTERED"}));
}

TEST_F(MappedProducts, ComeWholeWhenTheMappingFiltersNoMore) {
    mapping.product.filter.only_groups = {"нет такой"};
    commerceml::Offer variant = stock("p1#c1", "3");
    variant.name = "Болт М6";
    variant.characteristics = {{"", "Размер", "М6"}};
    variant.base_unit = base_unit("796", "шт");
    EXPECT_EQ(convert({product("p1", "Болт"), variant}).left_out.size(), 2U);
    EXPECT_EQ(convert({offer("p1#c1", std::nullopt, {{price("t1", "5")}})}).left_out.size(), 1U);
    mapping.product.filter.only_groups.clear();
    const Converted whole = convert({product("p1", "Болт")});
    ASSERT_EQ(whole.wishes.size(), 2U);
    EXPECT_EQ(whole.wishes[1].key, (EntityKey{SourceKind::variant, "p1#c1"}));
    EXPECT_TRUE(whole.wishes[1].may_create);
    EXPECT_EQ(fields_of(whole.wishes[1], "price"), rub(5)) << "both of its records count";
    EXPECT_EQ(stock_of(whole.wishes[1]), "3");
}

TEST_F(MappedProducts, AreFilteredByTheirRequisites) {
    map_by(fields("when = { 'Реквизит.ТипНоменклатуры' = ['Товар', 'Запас'] }"));
    commerceml::Product service = product("p1", "Доставка");
    service.requisites = {{"ТипНоменклатуры", "Услуга"}};
    commerceml::Product thing = product("p2", "Болт");
    thing.requisites = {{"ТипНоменклатуры", "запас"}};
    EXPECT_EQ(left_out_of(service).reason, (Message{"CRM-FILTERED"}));
    EXPECT_TRUE(wish_of(thing).may_create);
}

// ---- variants --------------------------------------------------------------------------------------------

TEST_F(MappedProducts, GiveNoSecondProductToABareLineBesideVariants) {
    const Converted result =
        convert({offer("p1#c1", "Футболка 42"), offer("p1", "Футболка", {{price("t1", "5")}}),
                 offer("p2", "Болт", {{price("t1", "5")}})});
    ASSERT_EQ(result.left_out.size(), 1U);
    EXPECT_EQ(result.left_out[0].reason, (Message{"CRM-VARIANT-TOTAL"}));
    EXPECT_EQ(result.left_out[0].key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(result.wishes.size(), 2U);
    references.remember_product("p1", {});
    EXPECT_EQ(
        convert({offer("p1#c1", "Футболка 42"), offer("p1", "Футболка", {{price("t1", "5")}})}).wishes.size(),
        2U)
        << "the catalogue's product has a price";
}

TEST_F(MappedProducts, AreTakenBackWhereVariantsFollowTheirTotal) {
    const Converted result =
        convert({offer("P1", "Футболка", {{price("t1", "5")}}), offer("P1#c1", "Футболка 42"),
                 offer("P1#c2", "Футболка 44"), offer("p2", "Болт", {{price("t1", "5")}})});
    ASSERT_EQ(result.withdrawn.size(), 1U);
    EXPECT_EQ(result.withdrawn[0].key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(result.withdrawn[0].reason, (Message{"CRM-VARIANT-TOTAL"}));
    EXPECT_FALSE(result.withdrawn[0].is_error);
    references.remember_product("p3", {});
    EXPECT_TRUE(
        convert({offer("p3", "Шапка", {{price("t1", "5")}}), offer("p3#c1", "Шапка 58")}).withdrawn.empty())
        << "the catalogue has that product";
}

class SeparateVariants : public MappedProducts {
  protected:
    SeparateVariants() {
        (void)convert({property("prop", "Материал")});
        shirt.id = "P1";
        shirt.name = "Футболка";
        shirt.description = "Хлопок";
        shirt.article = "A-1";
        shirt.barcode = "4600000000001";
        shirt.property_values = {{"prop", {"хлопок"}}};
        shirt.pictures = {{"shirt.png", {}}};
        find_picture = [](const std::string& path, const std::string&) {
            return std::optional(Pictures::Picture{path, "sha", "spool/" + path});
        };
    }
    static commerceml::Property property(std::string id, std::string name) {
        commerceml::Property result;
        result.id = std::move(id);
        result.name = std::move(name);
        result.value_type = "Строка";
        return result;
    }
    static std::string text_of(const Wish& wish, const std::string& group) {
        const std::vector<Field> found = fields_of(wish, group);
        return found.empty() ? "(no group)"
                             : std::get<PropertyValues>(found.front().value).entries.front().text;
    }
    static const Wish& wish_for(const Converted& result, const EntityKey& key) {
        static const Wish none;
        const auto found = std::find_if(result.wishes.rbegin(), result.wishes.rend(),
                                        [&](const Wish& wish) { return wish.key == key; });
        EXPECT_NE(found, result.wishes.rend()) << key.id;
        return found == result.wishes.rend() ? none : *found;
    }

    commerceml::Product shirt;
    const EntityKey variant{SourceKind::variant, "p1#c1"};
    const EntityKey its_pictures{SourceKind::pictures, "p1#c1"};
};

TEST_F(SeparateVariants, TakeOverFromTheirProductWhatTheyDoNotSay) {
    commerceml::Offer red = offer("P1#c1", "Футболка красная");
    red.article = "";
    const Converted result = convert({shirt, red});
    const Wish& made = wish_for(result, variant);
    EXPECT_EQ(text_of(made, "property:prop"), "хлопок");
    EXPECT_EQ(text_of(made, "property:code:article"), "A-1") << "an empty element says nothing";
    EXPECT_EQ(text_of(made, "property:code:barcode"), "(no group)") << "a barcode is each one's own";
    EXPECT_EQ(fields_of(made, "description").at(0).value, Value(std::string("Хлопок")));
    const Wish& pictures = wish_for(result, its_pictures);
    EXPECT_EQ(pictures.owner, std::optional(variant));
    EXPECT_TRUE(has_group(pictures, "detail_picture"));
}

TEST_F(SeparateVariants, KeepWhatTheySayThemselves) {
    commerceml::Offer red = offer("P1#c1", "Футболка красная");
    red.article = "A-1-RED";
    const Converted first = convert({shirt, red});
    EXPECT_EQ(text_of(wish_for(first, variant), "property:code:article"), "A-1-RED");
    const Wish prices = wish_for(convert({offer("P1#c1", std::nullopt, {{price("t1", "5")}})}), variant);
    EXPECT_EQ(text_of(prices, "property:code:article"), "(no group)") << "a price file leaves it";
    shirt.article = "A-2";
    const Wish later = wish_for(convert({shirt}), variant);
    EXPECT_EQ(text_of(later, "property:code:article"), "(no group)") << "and so does the product";
}

TEST_F(SeparateVariants, FollowTheirProductWhenItComesAlone) {
    (void)convert({shirt, offer("P1#c1", "Футболка красная")});
    EXPECT_EQ(convert({shirt}).wishes.size(), 2U) << "nothing is new";
    shirt.property_values = {{"prop", {"лён"}}};
    const Converted result = convert({shirt});
    const Wish& changed = wish_for(result, variant);
    EXPECT_EQ(text_of(changed, "property:prop"), "лён");
    EXPECT_FALSE(changed.may_create);
    EXPECT_FALSE(has_group(changed, "name"));
}

/// Files that tell one part of a product each: the next round of both says nothing new.
TEST_F(SeparateVariants, TakeOverFromAllFilesThatSpeakOfTheirProduct) {
    (void)convert({property("colour", "Цвет")});
    commerceml::Product rest = product("P1", "Футболка");
    rest.property_values = {{"colour", {"белый"}}};
    const commerceml::Offer red = offer("P1#c1", "Футболка красная");
    const Converted first = convert({shirt, rest, red});
    EXPECT_EQ(text_of(wish_for(first, variant), "property:prop"), "хлопок");
    EXPECT_EQ(text_of(wish_for(first, variant), "property:colour"), "белый");
    EXPECT_TRUE(has_group(wish_for(first, its_pictures), "detail_picture"));
    for (const Wish& wish : convert({shirt, rest}).wishes) {
        EXPECT_NE(wish.key, variant) << "nothing is new";
    }
    rest.property_values = {{"colour", {"чёрный"}}};
    EXPECT_EQ(text_of(wish_for(convert({rest}), variant), "property:colour"), "чёрный");
}

TEST_F(SeparateVariants, MoveWithTheirProductWhenItsGroupComes) {
    shirt.group_ids = {"G1"};
    (void)convert({shirt, offer("P1#c1", "Футболка красная")}, true);
    const Converted later = convert({group("G1", "Футболки")}, true);
    const Link g1{EntityKey{SourceKind::group, "g1"}};
    EXPECT_EQ(fields_of(wish_for(later, variant), "section"), single("section", g1));
    EXPECT_FALSE(wish_for(later, variant).may_create);
}

TEST_F(SeparateVariants, CostNothingInAnExchangeWithoutAny) {
    (void)convert({product("p2", "Болт"), offer("p2", std::nullopt, {{price("t1", "5")}})}, true);
    (void)convert({shirt});
    EXPECT_FALSE(references.fact(References::FactKind::source_value, "handed|p1").has_value());
}

class FoldedVariants : public MappedProducts {
  protected:
    FoldedVariants() {
        mapping.product.variants = VariantWay::fold;
        references.remember_product("p1", {});
    }
    static commerceml::Offer variant(std::string id, commerceml::Text value, commerceml::Text quantity) {
        commerceml::Offer result = stock(std::move(id), std::move(quantity));
        if (value) {
            result.prices = {{price("t1", std::move(value))}};
        }
        return result;
    }
};

TEST_F(FoldedVariants, OfWhichOneHasAnErrorAreToldApart) {
    mapping.product.default_currency.clear();
    const Converted result = convert({variant("P1#c1", "12", "3")});
    ASSERT_EQ(result.left_out.size(), 2U);
    EXPECT_EQ(result.left_out[0].key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(result.left_out[1].key, (EntityKey{SourceKind::variant, "p1#c1"}));
    EXPECT_EQ(result.left_out[1].reason, result.left_out[0].reason);
    EXPECT_TRUE(result.left_out[1].is_error);
}

TEST_F(FoldedVariants, GiveTheirProductTheSmallestPriceAndTheSumOfTheStock) {
    const Converted result =
        convert({variant("P1#c1", "12", "3"), variant("P1#c2", "9.50", "4"), variant("P1#c3", "100", "0.5")});
    ASSERT_EQ(result.folded.size(), 3U) << "each of them is answered for";
    EXPECT_EQ(result.folded[1].variant_id, "P1#c2");
    EXPECT_EQ(result.folded[1].product_id, "P1");
    ASSERT_EQ(result.wishes.size(), 3U);
    for (const Wish& wish : result.wishes) {
        EXPECT_EQ(wish.key, (EntityKey{SourceKind::product, "p1"}));
        EXPECT_EQ(wish.source_id, "P1");
        EXPECT_FALSE(wish.may_create);
    }
    EXPECT_EQ(fields_of(result.wishes[2], "price"),
              (std::vector<Field>{{"price", *Decimal::parse("9.5")}, {"currency", Currency{"RUB"}}}));
    EXPECT_EQ(stock_of(result.wishes[2]), "7.5");
}

TEST_F(FoldedVariants, MeetAcrossFiles) {
    (void)convert({variant("p1#c1", "12", "3"), variant("p1#c2", "9", "4")});
    const Wish prices = wish_of(variant("p1#c2", "15", std::nullopt));
    EXPECT_EQ(fields_of(prices, "price"), rub(12));
    EXPECT_EQ(stock_of(prices), "7");
    EXPECT_EQ(stock_of(wish_of(variant("p1#c1", std::nullopt, "0"))), "4");
    commerceml::Offer gone = variant("p1#c1", std::nullopt, std::nullopt);
    gone.marked_deleted = true;
    const Wish left = wish_of(gone);
    EXPECT_EQ(fields_of(left, "price"), rub(15));
    EXPECT_FALSE(left.deletion_mark);
    EXPECT_FALSE(has_group(left, "active"));
}

TEST_F(FoldedVariants, CountOnlyWhileAWholeExportHasThem) {
    const commerceml::OfferPackage whole{"c#", "c", "", std::nullopt, "false"};
    (void)convert({whole, variant("p1#c1", "9", "3"), variant("p1#c2", "12", "4")});
    const Converted fewer = convert({whole, variant("p1#c2", std::nullopt, std::nullopt)});
    EXPECT_EQ(fields_of(fewer.wishes.at(0), "price"), rub(12)) << "what it has said before stays";
    EXPECT_EQ(stock_of(fewer.wishes.at(0)), "4");
    const Wish back = wish_of(variant("p1#c1", std::nullopt, "1"));
    EXPECT_EQ(fields_of(back, "price"), rub(9));
    schema_version = "3.1";
    EXPECT_EQ(stock_of(convert({whole, variant("p1#c2", "12", "4")}).wishes.at(0)), "5")
        << "a packet is never whole";
}

TEST_F(FoldedVariants, HaveNoPriceOfZeroAndOneCurrency) {
    EXPECT_EQ(
        fields_of(convert({variant("p1#c1", "0", "1"), variant("p1#c2", "12", "1")}).wishes.at(1), "price"),
        rub(12));
    commerceml::Offer foreign = variant("p1#c3", "1", "1");
    foreign.prices->front().currency = "USD";
    const Converted mixed = convert({foreign, variant("p1#c4", "10", "1")});
    EXPECT_EQ(fields_of(mixed.wishes.at(1), "price"), rub(10)) << "the currency that most of them have";
    EXPECT_EQ(mixed.messages("CRM-FOLD-CURRENCIES").front(), (Message{"CRM-FOLD-CURRENCIES", {"RUB"}}));
    EXPECT_EQ(fields_of(wish_of(variant("p2#c1", "0", "1")), "price"), rub(0)) << "where there is no other";
}

TEST_F(FoldedVariants, GiveTheirProductThePriceOfEachTypeAndTheStockOfEachWarehouse) {
    map_by(
        fields("variants = 'fold'\n"
               "[[product.field]]\nto = 'PROPERTY_WHOLESALE'\nfrom = 'Цена.\"Оптовая\"'\nnumber = true\n"
               "[[product.field]]\nto = 'PROPERTY_MAIN'\nfrom = 'Остаток.w1'\nnumber = true"));
    commerceml::Offer first = offer("p1#c1", std::nullopt, {{price("t1", "10"), price("t2", "8")}});
    first.stock = {{"w1", "1"}, {"w2", "5"}};
    commerceml::Offer second = offer("p1#c2", std::nullopt, {{price("t1", "9"), price("t2", "7")}});
    second.stock = {{"w1", "2"}};
    const Converted result =
        convert({price_type("t1", "Розничная"), price_type("t2", "Оптовая"), first, second});
    const auto entry = [&](const std::string& code) {
        return std::get<PropertyValues>(fields_of(result.wishes[1], "property:code:" + code)[0].value)
            .entries[0]
            .text;
    };
    EXPECT_EQ(entry("wholesale"), "7");
    EXPECT_EQ(entry("main"), "3");
    EXPECT_EQ(stock_of(result.wishes[1]), "8");
}

TEST_F(FoldedVariants, GiveTheirArticlesToAProductThatHasNone) {
    const auto with_article = [](std::string id, std::string article) {
        commerceml::Offer result = variant(std::move(id), "5", "1");
        result.article = std::move(article);
        return result;
    };
    const auto article_of = [](const Wish& wish) {
        const std::vector<Field> found = fields_of(wish, "property:code:article");
        const auto* values = found.empty() ? nullptr : &std::get<PropertyValues>(found.front().value).entries;
        return values == nullptr ? "(no group)" : values->empty() ? "(empty)" : values->front().text;
    };
    commerceml::Product shirt = product("p1", "Футболка");
    shirt.article = "";
    const Converted result = convert(
        {shirt, with_article("p1#c1", "A-1"), with_article("p1#c2", "A-2"), with_article("p1#c3", "A-1")});
    EXPECT_EQ(article_of(result.wishes.back()), "A-1, A-2");
    EXPECT_EQ(article_of(wish_of(shirt)), "A-1, A-2") << "and its own empty one does not take them away";
    shirt.article = "A";
    EXPECT_EQ(article_of(wish_of(shirt)), "A");
    EXPECT_EQ(article_of(wish_of(with_article("p1#c1", "A-1"))), "(no group)") << "its own comes first";
}

TEST_F(FoldedVariants, LeaveNothingToTheBareLine) {
    (void)convert({variant("p1#c1", "12", "3")});
    EXPECT_EQ(left_out_of(variant("p1", "12", "3")).reason, (Message{"CRM-VARIANT-TOTAL"}));
    EXPECT_EQ(wish_of(variant("p2", "12", "3")).key.id, "p2");
}

TEST_F(FoldedVariants, MakeAProductThatTheCatalogueDoesNotHave) {
    commerceml::Offer record = variant("p2#c1", "5", "1");
    record.name = "Футболка";
    record.characteristics = {{"", "Размер", "42"}};
    const Wish wish = wish_of(record);
    EXPECT_TRUE(wish.may_create);
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Футболка")));
}

TEST_F(FoldedVariants, StayAsTheyWereAtTheFirstTime) {
    (void)convert({variant("p1#c1", "12", "3")});
    EXPECT_EQ(offer_object(references, "P1#C1").key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(offer_object(references, "P1#C1").source_id, "P1");
    mapping.product.variants = VariantWay::separate;
    const Converted result = convert({variant("p1#c2", "9", "4"), variant("p1#c3", "9", "4")});
    EXPECT_EQ(result.wishes.at(0).key, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(result.messages("CRM-VARIANTS-PINNED"),
              (std::vector<Message>{{"CRM-VARIANTS-PINNED", {"fold"}}}));
}

// ---- where the portal keeps prices and variants apart
// ------------------------------------------------------

class PricesApart : public MappedProducts {
  protected:
    PricesApart() {
        mapping.product.prices_apart = true;
        mapping.product.price_types = {"Розничная"};
        references.remember_price_type("t1", {"Розничная", "руб", "true"});
        references.remember_price_type("t2", {"Оптовая", "USD", ""});
        references.remember_product("p1", {});
    }
    static std::vector<std::string> group_names(const Wish& wish) {
        std::vector<std::string> names;
        for (const FieldGroup& group : wish.groups) {
            names.push_back(group.name);
        }
        return names;
    }
};

TEST_F(PricesApart, MakeAnObjectOfAllPricesBesideTheProduct) {
    const Converted result = convert({offer("P1", std::nullopt, {{price("t2", "3"), price("t1", "12.50")}})});
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_FALSE(has_group(result.wishes[0], "price"));
    EXPECT_TRUE(has_group(result.wishes[0], "vat_included"));
    const Wish& prices = result.wishes[1];
    EXPECT_EQ(prices.entity, EntityKind::prices);
    EXPECT_EQ(prices.owner, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(group_names(prices), (std::vector<std::string>{"owner", "price:base", "price:оптовая"}));
    EXPECT_EQ(fields_of(prices, "price:base"), (std::vector<Field>{{"price_type", std::string("base")},
                                                                   {"price", *Decimal::parse("12.5")},
                                                                   {"currency", Currency{"RUB"}}}));
    EXPECT_EQ(fields_of(prices, "price:оптовая"), (std::vector<Field>{{"price_type", std::string("Оптовая")},
                                                                      {"price_type_id", std::string("t2")},
                                                                      {"price", Decimal(3)},
                                                                      {"currency", Currency{"USD"}}}));
}

TEST_F(PricesApart, GoWhereTheMappingSays) {
    mapping.product.price_map = {{"оптовая", "base"}, {"T1", "RETAIL"}};
    const Wish prices =
        convert({offer("p1", std::nullopt, {{price("t2", "3"), price("t1", "12")}})}).wishes.at(1);
    EXPECT_EQ(group_names(prices), (std::vector<std::string>{"owner", "price:retail", "price:base"}));
}

TEST_F(PricesApart, SpeakForAnOfferThatSaysNothingElse) {
    references.remember_price_type("t1", {"Розничная", "руб", ""});
    const Converted result = convert({offer("p1", std::nullopt, {{price("t1", "12")}})});
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_TRUE(result.wishes[0].groups.empty());
    EXPECT_TRUE(result.left_out.empty());
}

TEST_F(PricesApart, OfFoldedVariantsAreTheSmallestOfEachType) {
    mapping.product.variants = VariantWay::fold;
    const Converted result =
        convert({offer("p1#c1", "Футболка 42", {{price("t1", "12"), price("t2", "3")}}),
                 offer("p1#c2", "Футболка 44", {{price("t1", "10"), price("t2", "4")}})});
    ASSERT_EQ(result.wishes.size(), 4U);
    const Wish& prices = result.wishes.back();
    EXPECT_EQ(prices.owner, (EntityKey{SourceKind::product, "p1"}));
    EXPECT_EQ(group_names(prices), (std::vector<std::string>{"owner", "price:base", "price:оптовая"}));
    EXPECT_EQ(fields_of(prices, "price:base").at(1).value, Value{Decimal(10)});
    EXPECT_EQ(fields_of(prices, "price:оптовая").at(2).value, Value{Decimal(3)});
    const Converted stock = convert({offer("p1#c2", "Футболка 44")});
    EXPECT_FALSE(std::any_of(stock.wishes.begin(), stock.wishes.end(), [](const Wish& wish) {
        return wish.entity == EntityKind::prices;
    })) << "it speaks of no price";
}

TEST_F(PricesApart, OfAVariantBelongToItsOffer) {
    mapping.product.variants = VariantWay::offers;
    const Converted result = convert({offer("p1#c1", "Футболка 42", {{price("t1", "12")}})});
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(result.wishes[0].entity, EntityKind::offer);
    EXPECT_EQ(fields_of(result.wishes[0], "parent"),
              single("parent", Link{EntityKey{SourceKind::product, "p1"}}));
    EXPECT_FALSE(has_group(result.wishes[0], "section"));
    EXPECT_EQ(result.wishes[1].owner, (EntityKey{SourceKind::variant, "p1#c1"}));
    mapping.product.on_deletion_mark = OnDeletionMark::remove;
    commerceml::Offer gone = offer("p1#c1", "Футболка 42", {{price("t1", "12")}});
    gone.marked_deleted = true;
    const Converted removed = convert({gone});
    ASSERT_EQ(removed.wishes.size(), 1U);
    EXPECT_EQ(removed.wishes[0].entity, EntityKind::offer);
}

// ---- offers ----------------------------------------------------------------------------------------------

class Offers : public MappedProducts {
  protected:
    Offers() {
        mapping.product.variants = VariantWay::offers;
        find_picture = [](const std::string& path, const std::string&) {
            return std::optional(Pictures::Picture{path, "sha-" + path, "spool/" + path});
        };
    }
    static commerceml::Property colour() {
        commerceml::Property result;
        result.id = "Colour";
        result.name = "Цвет";
        result.value_type = "Справочник";
        result.variants = {{"red", "красный"}};
        return result;
    }
    static commerceml::Offer shirt(const std::string& size) {
        commerceml::Offer result = offer("p1#" + size, "Футболка");
        result.characteristics = {{"", "Размер", size}};
        result.article = "A-" + size;
        result.property_values = {{"colour", {"red"}}};
        return result;
    }
    static std::string value_of(const Wish& wish, const std::string& property) {
        const std::vector<Field> fields = fields_of(wish, "property:" + property);
        if (fields.empty()) {
            return "(no group)";
        }
        const auto& values = std::get<PropertyValues>(fields.front().value);
        EXPECT_EQ(values.property, (EntityKey{SourceKind::property, property}));
        return values.entries.empty() ? "(empty)" : values.entries.front().text;
    }
    /// XML_ID of all properties that are wished for, in order.
    static std::vector<std::string> properties(const Converted& result) {
        std::vector<std::string> ids;
        for (const Wish& wish : result.wishes) {
            if (wish.entity == EntityKind::property) {
                ids.push_back(wish.source_id);
            }
        }
        return ids;
    }
};

TEST_F(Offers, HavePropertiesOfTheirOwnWithTheSameNamesTypesAndChoices) {
    const Converted result = convert({colour(), shirt("42")}, true);
    const auto wish = std::find_if(result.wishes.begin(), result.wishes.end(), [](const Wish& candidate) {
        return candidate.entity == EntityKind::offer;
    });
    ASSERT_NE(wish, result.wishes.end());
    EXPECT_EQ(value_of(*wish, "colour|offer"), "красный");
    EXPECT_EQ(value_of(*wish, "code:article|offer"), "A-42");
    EXPECT_EQ(value_of(*wish, "characteristic:размер|offer"), "42");
    EXPECT_FALSE(has_group(*wish, "property:colour"));
    EXPECT_EQ(properties(result),
              (std::vector<std::string>{"Colour", "Colour|offer", "CHARACTERISTIC:Размер|offer",
                                        "CODE:ARTICLE|offer"}))
        << "products have no characteristics, and none of these has an article";
    const Wish& twin = *std::find_if(result.wishes.begin(), result.wishes.end(), [](const Wish& candidate) {
        return candidate.source_id == "Colour|offer";
    });
    EXPECT_EQ(fields_of(twin, "name"), single("name", std::string("Цвет")));
    EXPECT_EQ(std::get<PropertyChoices>(fields_of(twin, "choices").front().value).choices.size(), 1U);
    EXPECT_EQ(owner_of(twin.key), PropertyOwner::offers);
    EXPECT_TRUE(result.messages({"CRM-NOT-MAPPED"}).empty());

    const Converted declared = convert({colour()}, true);
    EXPECT_EQ(properties(declared), (std::vector<std::string>{"Colour", "Colour|offer"}))
        << "both follow the classifier";
    const Converted priced = convert({offer("p1#42", std::nullopt, {{price("t", "1", "RUB")}})}, true);
    EXPECT_TRUE(properties(priced).empty()) << "a price file speaks of no property";
}

TEST_F(Offers, SendAChoiceThatIsNewToBothProperties) {
    static_cast<void>(convert({colour(), shirt("42")}, true));
    commerceml::Offer green = shirt("44");
    green.property_values = {{"colour", {"зелёный"}}};
    const Converted result = convert({green}, true);
    for (const char* id : {"Colour", "Colour|offer"}) {
        const auto grown = std::find_if(result.wishes.begin(), result.wishes.end(),
                                        [&](const Wish& wish) { return wish.source_id == id; });
        ASSERT_NE(grown, result.wishes.end()) << id;
        EXPECT_EQ(std::get<PropertyChoices>(fields_of(*grown, "choices").front().value).choices.size(), 2U);
    }
}

TEST_F(Offers, HavePicturesOfTheirOwn) {
    commerceml::Offer shown = shirt("42");
    shown.pictures = {{"front.png", std::nullopt}, {"back.png", std::nullopt}};
    const Converted result = convert({shown, shirt("44")}, true);
    std::vector<Wish> pictures;
    std::copy_if(result.wishes.begin(), result.wishes.end(), std::back_inserter(pictures),
                 [](const Wish& wish) { return wish.entity == EntityKind::pictures; });
    ASSERT_EQ(pictures.size(), 1U);
    EXPECT_EQ(pictures[0].owner, (EntityKey{SourceKind::variant, "p1#42"}));
    EXPECT_EQ(std::get<Pictures>(fields_of(pictures[0], "detail_picture").front().value).pictures.at(0).name,
              "front.png");
    const std::vector<Field> more = fields_of(pictures[0], "more_pictures");
    ASSERT_EQ(more.size(), 2U);
    EXPECT_EQ(more[1].value, (Value{Link{EntityKey{SourceKind::property, "code:more_photo|offer"}}}));
}

TEST_F(Offers, SayWhereAPropertyOfProductsIsNamedByItsNumber) {
    map_by(fields("variants = 'offers'\n[[product.field]]\nto = 'PROPERTY_118'\nfrom = 'Артикул'\n"));
    commerceml::Offer plain = shirt("42");
    plain.property_values.clear();
    const Converted result = convert({plain}, true);
    ASSERT_FALSE(result.messages({"CRM-NOT-MAPPED"}).empty());
    EXPECT_EQ(result.messages({"CRM-NOT-MAPPED"}).front().arguments.front(), "Предложение/Свойства");
}

TEST_F(Offers, ThatAreProductsSayTheirOwnPropertiesInPlaceOfTheirProducts) {
    mapping.product.variants = VariantWay::separate;
    commerceml::Product of_all = product("p1", "Футболка");
    of_all.property_values = {{"colour", {"синий"}}};
    const Converted result = convert({colour(), of_all, shirt("42")}, true);
    const auto wish = std::find_if(result.wishes.begin(), result.wishes.end(),
                                   [](const Wish& candidate) { return candidate.source_id == "p1#42"; });
    ASSERT_NE(wish, result.wishes.end());
    EXPECT_EQ(wish->entity, EntityKind::product);
    EXPECT_EQ(value_of(*wish, "colour"), "красный");
    EXPECT_FALSE(has_group(*wish, "property:characteristic:размер|offer"));
    const Converted price = convert({offer("p1#42", std::nullopt, {{}})}, true);
    EXPECT_TRUE(std::none_of(price.wishes.begin(), price.wishes.end(), [](const Wish& candidate) {
        return has_group(candidate, "property:colour");
    })) << "a price file must not hand the product's colour down";
}

TEST_F(Offers, LeaveACharacteristicWhereARuleSendsIt) {
    map_by(
        fields("variants = 'offers'\n[[product.field]]\nto = 'PROPERTY_SIZE'\n"
               "from = 'Характеристика.\"Размер\"'\n"));
    const Converted result = convert({shirt("42")}, true);
    const Wish& wish = *std::find_if(result.wishes.begin(), result.wishes.end(), [](const Wish& candidate) {
        return candidate.entity == EntityKind::offer;
    });
    EXPECT_EQ(value_of(wish, "code:size|offer"), "42");
    EXPECT_FALSE(has_group(wish, "property:characteristic:размер|offer"));
}

// ---- pictures --------------------------------------------------------------------------------------------

class PictureConversion : public MappedProducts {
  protected:
    PictureConversion() {
        find_picture = [this](const std::string& path,
                              const std::string& file) -> std::optional<Pictures::Picture> {
            EXPECT_EQ(file, "import.xml");
            return missing == path ? std::nullopt : std::optional(named(path));
        };
    }
    std::string missing;

    static Pictures::Picture named(const std::string& path) { return {path, "sha-" + path, "spool/" + path}; }
    static commerceml::Product with_pictures(const std::vector<std::string>& paths) {
        commerceml::Product result = product("P1", "Болт");
        for (const std::string& path : paths) {
            result.pictures.push_back({path, std::nullopt});
        }
        return result;
    }
    static std::vector<Wish> of_kind(const Converted& result, EntityKind kind) {
        std::vector<Wish> found;
        std::copy_if(result.wishes.begin(), result.wishes.end(), std::back_inserter(found),
                     [&](const Wish& wish) { return wish.entity == kind; });
        return found;
    }
    Wish pictures_of(const std::vector<std::string>& paths) {
        const std::vector<Wish> found = of_kind(convert({with_pictures(paths)}), EntityKind::pictures);
        return found.empty() ? Wish{} : found.front();
    }
};

TEST_F(PictureConversion, SendsTheFirstAsTheMainOneAndTheOthersToAProperty) {
    const Converted result = convert({with_pictures({"a.jpg", "b.jpg", "c.jpg"})}, true);
    const std::vector<Wish> found = of_kind(result, EntityKind::pictures);
    ASSERT_EQ(found.size(), 1U);
    const EntityKey owner{SourceKind::product, "p1"};
    EXPECT_EQ(found[0].key, (EntityKey{SourceKind::pictures, "p1"}));
    EXPECT_EQ(found[0].owner, owner);
    EXPECT_EQ(found[0].source_id, "P1");
    EXPECT_EQ(found[0].groups,
              (std::vector<FieldGroup>{
                  {"owner", {{"owner", Link{owner}}}},
                  {"detail_picture", {{"detail_picture", Pictures{{named("a.jpg")}}}}},
                  {"preview_picture", {{"preview_picture", Pictures{{named("a.jpg")}}}}},
                  {"more_pictures",
                   {{"more_pictures", Pictures{{named("b.jpg"), named("c.jpg")}}},
                    {"property", Link{EntityKey{SourceKind::property, "code:more_photo"}}}}}}));
    const std::vector<Wish> properties = of_kind(result, EntityKind::property);
    ASSERT_EQ(properties.size(), 1U);
    EXPECT_EQ(properties[0].groups,
              (std::vector<FieldGroup>{{"name", {{"name", "Картинки"}}},
                                       {"property_type", {{"property_type", "file"}, {"multiple", true}}},
                                       {"code", {{"code", "MORE_PHOTO"}}}}));
}

TEST_F(PictureConversion, TakesAwayFurtherOnesThatAreNoMore) {
    const Wish wish = pictures_of({"a.jpg"});
    ASSERT_EQ(wish.groups.size(), 4U);
    EXPECT_TRUE(is_clearing(wish.groups[3]));
    EXPECT_FALSE(is_clearing(wish.groups[1]));
}

TEST_F(PictureConversion, OfAProductWithoutAnyTouchesNothing) {
    EXPECT_EQ(convert({product("p1", "Болт")}).wishes.size(), 1U);
}

TEST_F(PictureConversion, LeavesAloneWhatItCannotFind) {
    missing = "b.jpg";
    const Converted result = convert({with_pictures({"a.jpg", "b.jpg"})}, true);
    EXPECT_EQ(group_names(of_kind(result, EntityKind::pictures).at(0)),
              (std::vector<std::string>{"owner", "detail_picture", "preview_picture"}));
    EXPECT_EQ(result.messages("CML-PICTURE-MISSING"),
              (std::vector<Message>{{"CML-PICTURE-MISSING", {"1", "2", "b.jpg"}}}));
    const auto record = with_pictures({"a.jpg", "b.jpg"});
    EXPECT_EQ(convert({record, record}, true).messages("CML-PICTURE-MISSING"),
              (std::vector<Message>{{"CML-PICTURE-MISSING", {"1", "2", "b.jpg"}}}))
        << "the same pictures count once";
    missing = "https://shop.ru/b.jpg";
    const Converted on_a_server = convert({with_pictures({"a.jpg", missing})}, true);
    EXPECT_TRUE(on_a_server.messages("CML-PICTURE-MISSING").empty());
    EXPECT_EQ(on_a_server.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"Картинка (http)", "1"}}}));
    missing = "a.jpg";
    EXPECT_TRUE(of_kind(convert({with_pictures({"a.jpg"})}), EntityKind::pictures).empty())
        << "of the only one nothing is there: pictures without pictures are not sent";
    EXPECT_EQ(group_names(pictures_of({"a.jpg", "b.jpg"})),
              (std::vector<std::string>{"owner", "more_pictures"}));
}

TEST_F(PictureConversion, SendsAllToAPropertyOfThePortal) {
    map_by("[[product.field]]\nto = 'MORE_PICTURES'\nfrom = 'Картинка'\nproperty = '118'");
    const Wish wish = pictures_of({"a.jpg", "b.jpg"});
    EXPECT_EQ(fields_of(wish, "more_pictures"),
              (std::vector<Field>{{"more_pictures", Pictures{{named("a.jpg"), named("b.jpg")}}},
                                  {"property", "PROPERTY_118"}}));
}

TEST_F(PictureConversion, CountsThemWhereNobodyFindsThem) {
    find_picture = nullptr;
    const Converted result = convert({with_pictures({"a.jpg", "b.jpg"})}, true);
    EXPECT_EQ(result.messages("CRM-NOT-MAPPED"),
              (std::vector<Message>{{"CRM-NOT-MAPPED", {"Картинка", "2"}}}));
    EXPECT_EQ(result.wishes.size(), 1U);
}

// ---- groups ----------------------------------------------------------------------------------------------

TEST_F(MappedProducts, StandInSectionsThatAreMappedToo) {
    map_by(
        "[[section.field]]\nto = 'NAME'\nfrom = '{Группа} / {Наименование}'\n"
        "[[section.field]]\nto = 'CODE'\nfrom = 'Ид'\nlower = true");
    const Converted result = convert({group("G1", "Товары"), group("G2", "Крепёж", "G1", 1)});
    EXPECT_EQ(result.wishes.at(1).groups,
              (std::vector<FieldGroup>{{"name", {{"name", "Товары / Крепёж"}}}, {"CODE", {{"CODE", "g2"}}}}))
        << "no rule for SECTION_ID, no parent";
}

TEST(GroupsOfOffers, AreThoseThatOffersAloneSpeakOf) {
    EXPECT_EQ(groups_of_offers(default_mapping()),
              (std::vector<std::string>{"price", "vat_included", "property:code:stock"}));
}

}  // namespace
}  // namespace obmen::crm
