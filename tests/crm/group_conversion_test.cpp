#include "conversion_fixture.hpp"

namespace obmen::crm {
namespace {

using GroupConversion = ConversionTest;

TEST_F(GroupConversion, MakesASectionAtTheRoot) {
    const Wish wish = wish_of(group("G1", "Крепёж"));
    EXPECT_EQ(wish.key, (EntityKey{SourceKind::group, "g1"}));
    EXPECT_EQ(wish.source_id, "G1");
    EXPECT_EQ(wish.entity, EntityKind::section);
    EXPECT_EQ(group_names(wish), (std::vector<std::string>{"name", "parent"}));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string("Крепёж")));
    EXPECT_EQ(fields_of(wish, "parent"), single("parent", Link{}));
    EXPECT_TRUE(wish.may_create);
    EXPECT_FALSE(wish.deletion_mark);
    EXPECT_EQ(wish.depth, 0U);
    EXPECT_EQ(wish.file, "import.xml");
    EXPECT_EQ(wish.place, (Place{1, 1}));
}

TEST_F(GroupConversion, LinksAChildToItsParent) {
    const Converted result = convert({group("G1", "Крепёж"), group("g2", "Болты", "g1", 1)});
    ASSERT_EQ(result.wishes.size(), 2U);
    EXPECT_EQ(fields_of(result.wishes[1], "parent"),
              single("parent", Link{EntityKey{SourceKind::group, "g1"}}));
    EXPECT_EQ(result.wishes[1].depth, 1U);
    EXPECT_TRUE(result.findings.empty());
    EXPECT_TRUE(references.knows_group("g1"));
    EXPECT_TRUE(references.knows_group("g2"));
}

TEST_F(GroupConversion, PutsAChildOfAnUnusableParentAtTheRootAndSaysSo) {
    const Converted result = convert({group("g2", "Болты", "g1", 1)});
    EXPECT_EQ(fields_of(result.wishes.at(0), "parent"), single("parent", Link{}));
    EXPECT_EQ(result.messages("CML-GROUP-UNKNOWN"), (std::vector<Message>{{"CML-GROUP-UNKNOWN", {"g1"}}}));
}

TEST_F(GroupConversion, LeavesAGroupThatStandsInsideItselfWhereItWas) {
    const Converted result = convert({group("a", "А"), group("b", "Б", "a", 1), group("a", "А", "b", 2),
                                      group("c", "В"), group("c", "В", "c", 1)});
    ASSERT_EQ(result.wishes.size(), 5U);
    EXPECT_FALSE(has_group(result.wishes[2], "parent"));
    EXPECT_TRUE(has_group(result.wishes[2], "name"));
    EXPECT_FALSE(has_group(result.wishes[4], "parent"));
    EXPECT_EQ(references.fact(References::FactKind::group, "a"), (std::vector<std::string>{"А", ""}));
}

TEST_F(GroupConversion, TurnsATreeRound) {
    static_cast<void>(convert({group("a", "А"), group("b", "Б", "a", 1)}));
    const Converted result = convert({group("b", "Б"), group("a", "А", "b", 1)});
    EXPECT_EQ(fields_of(result.wishes.at(0), "parent"), single("parent", Link{}));
    EXPECT_EQ(fields_of(result.wishes.at(1), "parent"),
              single("parent", Link{EntityKey{SourceKind::group, "b"}}));
}

TEST_F(GroupConversion, PassesADeletionMarkOn) {
    commerceml::Group marked = group("g1", std::nullopt);
    marked.marked_deleted = true;
    const Wish wish = wish_of(marked);
    EXPECT_TRUE(wish.deletion_mark);
    EXPECT_FALSE(wish.may_create);
    EXPECT_FALSE(has_group(wish, "name"));
    EXPECT_FALSE(references.knows_group("g1"));
}

TEST_F(GroupConversion, CutsALongName) {
    const Wish wish = wish_of(group("g1", std::string(300, 'x')));
    EXPECT_EQ(fields_of(wish, "name"), single("name", std::string(255, 'x')));
}

TEST_F(GroupConversion, MakesNothingWithoutAnId) {
    const Converted result =
        convert({group("", "Крепёж"), product("", "Болт"), offer("", "Болт"), commerceml::Contragent{},
                 commerceml::Document{}, commerceml::PriceType{}, commerceml::Unit{}});
    EXPECT_TRUE(result.wishes.empty());
    EXPECT_TRUE(result.left_out.empty());
}

}  // namespace
}  // namespace obmen::crm
