#include "portal/part_commands.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "fakes.hpp"

namespace obmen::portal {
namespace {

using crm::EntityKind;
using crm::FieldGroup;
using crm::SourceKind;
using test::plain;

using Groups = std::vector<FieldGroup>;
using Names = std::vector<std::string>;

Decimal number(const char* text) {
    return *Decimal::parse(text);
}

Resolver resolver() {
    Resolver resolver;
    resolver.link = [](const crm::Link& link) { return link.target ? "id-" + link.target->id : "0"; };
    resolver.property = [](const crm::EntityKey& key) {
        return key == more_pictures_property() ? std::optional<std::string>("44") : std::nullopt;
    };
    resolver.picture = [](const crm::Pictures::Picture& picture) { return "bytes of " + picture.name; };
    return resolver;
}

BuiltCommand aspect(EntityKind kind, const Groups& groups, bool written_before = false,
                    const Resolver& known = resolver(), const std::string& owner = "$result[c3]") {
    return aspect_command({kind, "G|a", "1C", &groups}, owner, written_before, {}, known);
}

FieldGroup single(const char* name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

// ---- addresses and links -------------------------------------------------------------------------------

const Groups& address() {
    static const Groups groups{
        {"owner", {{"owner", crm::Link{crm::make_key(SourceKind::requisite, "r")}}}},
        {"address",
         {{"address_type", "6"}, {"ADDRESS_1", "ул. Мира, 1"}, {"CITY", "Тверь"}, {"PROVINCE", ""}}}};
    return groups;
}

TEST(Aspect, AnAddressIsAddedOnceAndThenUpdatedByItsTriple) {
    const BuiltCommand added = aspect(EntityKind::address, address());
    EXPECT_EQ(plain(added.command),
              "crm.address.add?fields[TYPE_ID]=6&fields[ENTITY_TYPE_ID]=8&fields[ENTITY_ID]=$result[c3]"
              "&fields[ADDRESS_1]=ул. Мира, 1&fields[CITY]=Тверь&fields[PROVINCE]=");
    EXPECT_EQ(added.groups, (Names{"owner", "address"}));
    EXPECT_EQ(aspect(EntityKind::address, address(), true).command.method, "crm.address.update");
}

TEST(Aspect, AnAddressWithoutItsTypeIsABug) {
    EXPECT_THROW(static_cast<void>(aspect(EntityKind::address, {single("CITY", "Тверь")})), std::logic_error);
}

TEST(Aspect, ALinkNamesContactAndCompany) {
    const BuiltCommand built = aspect(
        EntityKind::company_link, {single("company", crm::Link{crm::make_key(SourceKind::contragent, "c")})},
        false, resolver(), "12");
    EXPECT_EQ(plain(built.command), "crm.contact.company.add?id=12&fields[COMPANY_ID]=id-c");
    EXPECT_EQ(built.groups, (Names{"company"}));
    EXPECT_THROW(static_cast<void>(aspect(EntityKind::company_link, {})), std::logic_error);
}

TEST(Aspect, AKindWithAnIdIsNone) {
    EXPECT_THROW(static_cast<void>(aspect(EntityKind::requisite, address())), std::logic_error);
}

// ---- rows ----------------------------------------------------------------------------------------------

crm::ProductRows::Row row(const char* price, const char* discount, bool vat_included,
                          std::optional<crm::VatRate> vat) {
    crm::ProductRows::Row row;
    row.product = crm::make_key(SourceKind::product, "p");
    row.name = "Болт & гайка";
    row.price = number(price);
    row.quantity = number("2.500");
    row.discount = number(discount);
    row.vat = vat;
    row.vat_included = vat_included;
    row.okei = "0796";
    return row;
}

std::string rows_text(const std::vector<crm::ProductRows::Row>& rows) {
    return plain(
        aspect(EntityKind::deal_rows, {single("rows", crm::ProductRows{rows})}, false, resolver(), "7")
            .command);
}

TEST(DealRows, TravelUnderExplicitNumbers) {
    const Groups groups{single("rows", crm::ProductRows{{row("120", "0", true, crm::VatRate{Decimal(20)})}})};
    const BuiltCommand built = aspect(EntityKind::deal_rows, groups, false, resolver(), "7");
    EXPECT_EQ(encoded(built.command).substr(0, 76),
              "crm.deal.productrows.set?id=7&rows%5B0%5D%5BPRODUCT_ID%5D=id-p&rows%5B0%5D%5");
    EXPECT_EQ(plain(built.command),
              "crm.deal.productrows.set?id=7&rows[0][PRODUCT_ID]=id-p&rows[0][PRODUCT_NAME]=Болт & гайка"
              "&rows[0][PRICE]=120&rows[0][PRICE_EXCLUSIVE]=100&rows[0][PRICE_NETTO]=100"
              "&rows[0][PRICE_BRUTTO]=120&rows[0][QUANTITY]=2.5&rows[0][DISCOUNT_TYPE_ID]=1"
              "&rows[0][DISCOUNT_SUM]=0&rows[0][TAX_RATE]=20&rows[0][TAX_INCLUDED]=Y"
              "&rows[0][MEASURE_CODE]=796&rows[0][SORT]=10");
    EXPECT_EQ(built.groups, (Names{"rows"}));
}

TEST(DealRows, AreAllThereInTheirOrder) {
    crm::ProductRows::Row free = row("10", "0", true, std::nullopt);
    free.product.reset();
    free.okei.clear();
    const std::string text = rows_text({row("1", "0", true, std::nullopt), free});
    EXPECT_NE(text.find("&rows[1][PRODUCT_ID]=0&"), std::string::npos) << text;
    EXPECT_NE(text.find("&rows[1][SORT]=20"), std::string::npos);
    EXPECT_EQ(text.find("rows[1][MEASURE_CODE]"), std::string::npos);
    EXPECT_EQ(text.find("TAX_RATE"), std::string::npos) << "a rate that nobody knows is not sent";
}

TEST(DealRows, ADiscountIsTheDifferenceOfThePortalsPrices) {
    const std::string included = rows_text({row("100", "20", true, crm::VatRate{Decimal(20)})});
    EXPECT_NE(included.find("[PRICE]=100&rows[0][PRICE_EXCLUSIVE]=83.33&rows[0][PRICE_NETTO]=100"
                            "&rows[0][PRICE_BRUTTO]=120&"),
              std::string::npos)
        << included;
    EXPECT_NE(included.find("[DISCOUNT_SUM]=16.67&"), std::string::npos);
    const std::string excluded = rows_text({row("100", "20", false, crm::VatRate{Decimal(20)})});
    EXPECT_NE(excluded.find("[PRICE]=120&rows[0][PRICE_EXCLUSIVE]=100&rows[0][PRICE_NETTO]=120"
                            "&rows[0][PRICE_BRUTTO]=144&"),
              std::string::npos)
        << excluded;
    EXPECT_NE(excluded.find("[DISCOUNT_SUM]=20&rows[0][TAX_RATE]=20&rows[0][TAX_INCLUDED]=N"),
              std::string::npos);
}

TEST(DealRows, WithoutVatAllPricesAreOne) {
    const std::string text = rows_text({row("99.99", "0", true, crm::VatRate{})});
    EXPECT_NE(text.find("[PRICE]=99.99&rows[0][PRICE_EXCLUSIVE]=99.99&rows[0][PRICE_NETTO]=99.99"
                        "&rows[0][PRICE_BRUTTO]=99.99&"),
              std::string::npos)
        << text;
}

TEST(DealRows, NoRowsEmptyTheDeal) {
    EXPECT_EQ(rows_text({}), "crm.deal.productrows.set?id=7");
    EXPECT_THROW(static_cast<void>(aspect(EntityKind::deal_rows, {single("title", "a")})), std::logic_error);
}

// ---- pictures ------------------------------------------------------------------------------------------

crm::Pictures pictures(std::initializer_list<const char*> names) {
    crm::Pictures out;
    for (const char* name : names) {
        out.pictures.push_back({name, "abc", "spool/1"});
    }
    return out;
}

TEST(PictureCommand, SendsTheFirstPictureWithItsName) {
    const BuiltCommand built = aspect(
        EntityKind::pictures, {{"DETAIL_PICTURE", {{"DETAIL_PICTURE", pictures({"a.jpg", "b.jpg"})}}},
                               {"owner", {{"owner", crm::Link{crm::make_key(SourceKind::product, "p")}}}}});
    EXPECT_EQ(plain(built.command),
              "crm.product.update?id=$result[c3]&fields[DETAIL_PICTURE][fileData][0]=a.jpg"
              "&fields[DETAIL_PICTURE][fileData][1]=Ynl0ZXMgb2YgYS5qcGc=");
    EXPECT_EQ(built.groups, (Names{"DETAIL_PICTURE", "owner"}));
}

TEST(PictureCommand, NoPictureTakesTheOldOneAway) {
    EXPECT_EQ(plain(aspect(EntityKind::pictures, {single("preview_picture", pictures({}))}, true).command),
              "crm.product.update?id=$result[c3]&fields[PREVIEW_PICTURE][remove]=Y");
}

TEST(PictureCommand, MorePicturesReplaceOursByTheirValueIds) {
    Resolver known = resolver();
    known.file_values = [](const std::string& property) {
        EXPECT_EQ(property, "44");
        return std::vector<std::string>{"124"};
    };
    EXPECT_EQ(plain(aspect(EntityKind::pictures, {single("more_pictures", pictures({"c.png"}))}, true, known)
                        .command),
              "crm.product.update?id=$result[c3]&fields[PROPERTY_44][0][valueId]=124"
              "&fields[PROPERTY_44][0][value][remove]=Y&fields[PROPERTY_44][1][valueId]=0"
              "&fields[PROPERTY_44][1][fileData][0]=c.png"
              "&fields[PROPERTY_44][1][fileData][1]=Ynl0ZXMgb2YgYy5wbmc=");
}

TEST(PictureCommand, PicturesAreNeverDoubled) {
    const Groups groups{single("more_pictures", pictures({"c.png", "d.png"}))};
    EXPECT_EQ(aspect(EntityKind::pictures, groups).groups, (Names{"more_pictures"}));
    const BuiltCommand again = aspect(EntityKind::pictures, groups, true);
    EXPECT_EQ(again.command.method, "");
    ASSERT_EQ(again.withheld.size(), 1U);
    EXPECT_EQ(again.withheld[0].reason, (Message{"B24-OLD-PICTURES", {"2", ""}}));
}

TEST(PictureCommand, APropertyThatThePortalLacksHoldsNothingElseUp) {
    Resolver known = resolver();
    known.property = [](const crm::EntityKey&) { return std::optional<std::string>{}; };
    const BuiltCommand built =
        aspect(EntityKind::pictures,
               {single("detail_picture", pictures({"a.jpg"})), single("more_pictures", pictures({"b.jpg"})),
                single("PROPERTY_MORE_PHOTO", pictures({"b.jpg"}))},
               false, known);
    EXPECT_EQ(built.groups, (Names{"detail_picture"}));
    ASSERT_EQ(built.withheld.size(), 2U);
    EXPECT_EQ(built.withheld[0].reason, (Message{"B24-NO-PROPERTY", {"more_pictures", ""}}));
    EXPECT_EQ(built.withheld[1].reason, (Message{"B24-NO-PROPERTY", {"PROPERTY_MORE_PHOTO", ""}}));
}

TEST(PictureCommand, OfflineRunsNameThePictureByItsHash) {
    PortalFacts facts;
    facts.placeholders = true;
    const Groups groups{single("detail_picture", pictures({"a.jpg"}))};
    EXPECT_EQ(
        plain(aspect_command({EntityKind::pictures, "p", "1C", &groups}, "1", false, facts, {}).command),
        "crm.product.update?id=1&fields[DETAIL_PICTURE][fileData][0]=a.jpg"
        "&fields[DETAIL_PICTURE][fileData][1]={{picture abc}}");
}

// ---- answers -------------------------------------------------------------------------------------------

TEST(AspectAnswer, AFalseIsFineForALinkOnly) {
    EXPECT_TRUE(aspect_answer_is_fine(EntityKind::address, Done{true}));
    EXPECT_TRUE(aspect_answer_is_fine(EntityKind::deal_rows, Done{1}));
    EXPECT_TRUE(aspect_answer_is_fine(EntityKind::address, Done{"{{crm.address.add }}"}));
    EXPECT_FALSE(aspect_answer_is_fine(EntityKind::address, Done{false}));
    EXPECT_FALSE(aspect_answer_is_fine(EntityKind::address, Done{77}));
    EXPECT_TRUE(aspect_answer_is_fine(EntityKind::company_link, Done{false}));
    EXPECT_FALSE(aspect_answer_is_fine(EntityKind::company_link, Done{nullptr}));
    EXPECT_FALSE(aspect_answer_is_fine(EntityKind::deal_rows, Done{nlohmann::json::array()}));
}

TEST(AspectAnswer, RefusalsTellAddFromUpdate) {
    EXPECT_TRUE(means_exists_already({"", "TypeAddress exists."}));
    EXPECT_TRUE(means_exists_already({"TypeAddress exists", ""}));
    EXPECT_FALSE(means_exists_already({"", "TypeAddress not found."}));
    EXPECT_TRUE(means_not_there_yet({"", "TypeAddress not found."}));
    EXPECT_FALSE(means_not_there_yet({"", "Access denied."}));
}

}  // namespace
}  // namespace obmen::portal
