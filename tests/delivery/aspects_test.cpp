#include <algorithm>

#include "portal/part_commands.hpp"
#include "practice.hpp"

namespace obmen::delivery {
namespace {

Wish pictures(const std::string& product_id, const std::vector<std::string>& names,
              const std::string& field = "detail_picture") {
    crm::Pictures value;
    for (const std::string& name : names) {
        value.pictures.push_back({name, "hash of " + name, "spool/" + name});
    }
    return part(SourceKind::pictures, product_id, EntityKind::pictures,
                crm::make_key(SourceKind::product, product_id), {one_field(field, value)});
}

Wish file_property() {
    Wish files = wish(
        SourceKind::property, "more_pictures", EntityKind::property,
        {{"name",
          {{"name", std::string("Картинки")}, {"property_type", std::string("file")}, {"multiple", true}}}});
    files.key = portal::more_pictures_property();
    return files;
}

DeliveryOptions with_pictures(std::size_t bytes) {
    DeliveryOptions options;
    options.read_picture = [bytes](const crm::Pictures::Picture& picture) {
        return picture.name + std::string(bytes, 'x');
    };
    return options;
}

class Aspects : public Practice {
  protected:
    [[nodiscard]] json addresses() const {
        return list("address", {{"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", id_of(SourceKind::requisite, "c1")}});
    }
};

TEST_F(Aspects, AnAddressIsUpdatedInPlace) {
    plan("p1", {company("c1"), requisite("c1", "7701234567"), address("c1", "Тверь")});
    deliver_all();
    plan("p2", {company("c1"), requisite("c1", "7701234567"), address("c1", "Псков")});
    deliver_all();
    EXPECT_EQ(requests(), 1);
    ASSERT_EQ(addresses().size(), 1U);
    EXPECT_EQ(addresses()[0].at("CITY"), "Псков");
    EXPECT_EQ(outcome("p2", "c1").verdict, Verdict::updated);
}

TEST_F(Aspects, ARequisiteWithoutATemplateWaitsForIt) {
    const json no_templates{{"match", {{"method", "crm.requisite.preset.list"}}},
                            {"times", 1},
                            {"action", "command_error"},
                            {"error", "insufficient_scope"},
                            {"description", "no templates"}};
    const std::vector<Wish> wishes{company("c1"), requisite("c1", "7701234567"), address("c1")};
    for (const char* const package : {"p1", "p2"}) {
        order_fault(no_templates);
        plan(package, wishes);
        EXPECT_FALSE(deliver().stop);
        EXPECT_EQ(codes(package), std::vector<std::string>{"B24-NO-PRESET"});
        EXPECT_EQ(list("requisite", json::object()).size(), 0U);
    }
    plan("p3", wishes);
    deliver_all();
    EXPECT_EQ(list("requisite", json::object()).size(), 1U);
    EXPECT_EQ(addresses().size(), 1U);
    EXPECT_TRUE(codes("p3").empty());
}

TEST_F(Aspects, AnAddressThatAPersonEnteredIsChangedAndNotDoubled) {
    plan("p1", {company("c1"), requisite("c1", "7701234567")});
    deliver_all();
    add("address", {{"TYPE_ID", 6},
                    {"ENTITY_TYPE_ID", 8},
                    {"ENTITY_ID", id_of(SourceKind::requisite, "c1")},
                    {"CITY", "Москва"}});
    plan("p2", {address("c1", "Тверь")});
    deliver_all();
    ASSERT_EQ(addresses().size(), 1U);
    EXPECT_EQ(addresses()[0].at("CITY"), "Тверь");
}

TEST_F(Aspects, AnAddressThatSomebodyDeletedIsAddedAgain) {
    plan("p1", {company("c1"), requisite("c1", "7701234567"), address("c1", "Тверь")});
    deliver_all();
    sandbox.call(
        "crm.address.delete",
        {{"fields",
          {{"TYPE_ID", 6}, {"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", id_of(SourceKind::requisite, "c1")}}}});
    plan("p2", {address("c1", "Псков")});
    deliver_all();
    ASSERT_EQ(addresses().size(), 1U);
}

TEST_F(Aspects, ALinkThatIsThereAlreadyIsFine) {
    plan("p1", {company("c1"), person("k1")});
    deliver_all();
    sandbox.call("crm.contact.company.add",
                 {{"id", id_of(SourceKind::contragent, "k1")},
                  {"fields", {{"COMPANY_ID", id_of(SourceKind::contragent, "c1")}}}});
    plan("p2", {company_link("k1", "c1")});
    deliver_all();
    EXPECT_TRUE(codes("p2").empty());
}

TEST_F(Aspects, PicturesFollowTheirProductsInSmallBatches) {
    std::vector<Wish> wishes;
    for (int i = 0; i < 6; ++i) {
        const std::string id = "p" + std::to_string(i);
        wishes.push_back(product(id));
        wishes.push_back(pictures(id, {id + ".jpg"}));
    }
    plan("p1", wishes);
    DeliveryOptions options = with_pictures(30'000);
    options.picture_batch_bytes = 100'000;
    deliver_all(options);
    EXPECT_EQ(requests(), 1 + 3) << "two pictures of 40 KB each fit into 100 KB";
    EXPECT_FALSE(get("product", id_of(SourceKind::product, "p5")).at("DETAIL_PICTURE").is_null());
    plan("p2", wishes);
    deliver_all(options);
    EXPECT_EQ(requests(), 0);
}

TEST_F(Aspects, APictureThatIsTooLargeIsANoteAndItsProductIsFine) {
    plan("p1", {product("p"), pictures("p", {"large.jpg"})});
    DeliveryOptions options = with_pictures(2'000);
    options.largest_picture = 1'000;
    deliver_all(options);
    EXPECT_EQ(outcome("p1", "p").verdict, Verdict::created);
    EXPECT_EQ(codes("p1"), std::vector<std::string>{"CRM-PART-FAILED"});
}

TEST_F(Aspects, FilesOfAPropertyMakePlaceForTheirSuccessors) {
    const Wish files = file_property();
    plan("p1", {files, product("p"), pictures("p", {"a.jpg", "b.jpg"}, "more_pictures")});
    deliver_all(with_pictures(10));
    const auto count = [&] {
        const json product = get("product", id_of(SourceKind::product, "p"));
        const json value = product.at("PROPERTY_" + id_of(SourceKind::property, "more_pictures"));
        return value.is_object() && value.contains("value") ? 1U : value.size();
    };
    EXPECT_EQ(count(), 2U);
    order_fault({{"match", {{"method", "crm.product.update"}}}, {"times", 1}, {"action", "drop_after"}});
    plan("p2", {pictures("p", {"c.jpg", "d.jpg", "e.jpg"}, "more_pictures")});
    deliver_all(with_pictures(10));
    EXPECT_EQ(count(), 3U) << "also if the first answer was lost";
}

TEST_F(Aspects, PicturesMayNameTheirPropertyThemselves) {
    Wish files = wish(SourceKind::property, "CODE:MORE_PHOTO", EntityKind::property,
                      {one_field("name", std::string("Картинки")),
                       {"property_type", {{"property_type", std::string("file")}, {"multiple", true}}},
                       one_field("code", std::string("MORE_PHOTO"))});
    Wish more = pictures("p", {"a.jpg", "b.jpg"}, "more_pictures");
    more.groups[0].fields.push_back({"property", crm::Link{files.key}});
    plan("p1", {files, product("p"), more});
    deliver_all(with_pictures(10));
    const std::string field = "PROPERTY_" + id_of(SourceKind::property, "CODE:MORE_PHOTO");
    EXPECT_EQ(get("product", id_of(SourceKind::product, "p")).at(field).size(), 2U);
    EXPECT_TRUE(codes("p1").empty());
}

TEST_F(Aspects, NoPicturesForAPropertyThatIsNotThereAreNothingToSpeakOf) {
    Wish both = pictures("p", {"a.jpg"});
    both.groups.push_back(
        {"more_pictures",
         {{"more_pictures", crm::Pictures{}},
          {"property", crm::Link{crm::make_key(SourceKind::property, "CODE:MORE_PHOTO")}}}});
    plan("p1", {product("p"), both});
    deliver_all(with_pictures(10));
    EXPECT_FALSE(get("product", id_of(SourceKind::product, "p")).at("DETAIL_PICTURE").is_null());
    EXPECT_TRUE(codes("p1").empty());

    Wish none = pictures("q", {}, "more_pictures");
    none.groups[0].fields.push_back(both.groups[1].fields[1]);
    plan("p2", {product("q"), none});
    deliver_all(with_pictures(10));
    plan("p3", {product("q"), none});
    EXPECT_EQ(pending.count(), 0U) << "known as settled, though it was settled beside its product's creation";
}

TEST_F(Aspects, FilesOfAProductThatIsRecognisedInTheSamePageAreNotDoubled) {
    const Wish files = file_property();
    plan("p1", {files, product("p"), pictures("p", {"a.jpg", "b.jpg"}, "more_pictures")});
    deliver_all(with_pictures(10));
    EXPECT_TRUE(pending.forget(crm::make_key(SourceKind::product, "p"), "1C"));
    plan("p2", {files, product("p"), pictures("p", {"a.jpg", "b.jpg"}, "more_pictures")});
    deliver_all(with_pictures(10));
    const json product = get("product", id_of(SourceKind::product, "p"));
    EXPECT_EQ(product.at("PROPERTY_" + id_of(SourceKind::property, "more_pictures")).size(), 2U);
}

}  // namespace
}  // namespace obmen::delivery
