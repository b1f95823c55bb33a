#include "commerceml/element_tree.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/record_splitter.hpp"

namespace obmen::commerceml {
namespace {

/// Shows `look` the only product of a file.
void with_element(std::string_view product, const std::function<void(Element)>& look) {
    const std::string file = "<КоммерческаяИнформация xmlns:п='urn:п'><Каталог><Товары>" +
                             std::string{product} + "</Товары></Каталог></КоммерческаяИнформация>";
    MemoryInput input(file);
    RecordSplitter splitter(input, "f.xml", {});
    bool seen = false;
    for (Piece piece = splitter.next(); piece.kind != Piece::Kind::finished; piece = splitter.next()) {
        if (piece.kind == Piece::Kind::record) {
            look(piece.element);
            seen = true;
        }
    }
    ASSERT_TRUE(seen);
}

std::string text_in(std::string_view content) {
    std::string text = "nothing was read";
    with_element("<Товар>" + std::string{content} + "</Товар>",
                 [&](Element product) { text = product.text(); });
    return text;
}

std::vector<std::string> names_of(Element::Children children) {
    std::vector<std::string> names;
    for (const Element child : children) {
        names.emplace_back(child.name());
    }
    return names;
}

TEST(ElementTree, GivesPlainTextAsItStands) {
    EXPECT_EQ(text_in(" Болт М6 ]] "), " Болт М6 ]] ");
    EXPECT_EQ(text_in(""), "");
}

TEST(ElementTree, ResolvesReferences) {
    EXPECT_EQ(text_in("&lt;b&gt;&amp;amp;&quot;&apos;&#1041;&#x41E;&#x1F600;"), "<b>&amp;\"'БО😀");
    EXPECT_EQ(text_in("&#13;&#10;&#9;"), "\r\n\t");
}

TEST(ElementTree, MakesLineEndsLineFeeds) {
    EXPECT_EQ(text_in("а\r\nб\rв\nг\r\r\n"), "а\nб\nв\nг\n\n");
    EXPECT_EQ(text_in("а\r\n&amp;\rб<![CDATA[\r\nв\r]]>\r"), "а\n&\nб\nв\n\n");
}

TEST(ElementTree, PutsPiecesOfTextTogether) {
    EXPECT_EQ(text_in("Бо<!-- <Ид>1</Ид> & -->л<?да > ?>т"), "Болт");
    EXPECT_EQ(text_in("<![CDATA[<b>&amp;]]]]><![CDATA[>]]>&lt;"), "<b>&amp;]]><");
    EXPECT_EQ(text_in("а<Ид>1<Ид>2</Ид></Ид>б<Картинка/>в<п:Ид/>"), "абв");
}

TEST(ElementTree, KnowsDirectChildrenOnly) {
    with_element("<Товар><Ид>1</Ид><Группы><Ид>2</Ид><Ид>3</Ид></Группы><п:Ид>4</п:Ид><Картинка/></Товар>",
                 [](Element product) {
                     EXPECT_EQ(names_of(product.children()),
                               (std::vector<std::string>{"Ид", "Группы", "Ид", "Картинка"}));
                     EXPECT_EQ(names_of(product.children("Ид")), (std::vector<std::string>{"Ид", "Ид"}));
                     EXPECT_EQ(product.child("Ид").text(), "1");
                     const Element groups = product.child("Группы");
                     EXPECT_EQ(names_of(groups.children()), (std::vector<std::string>{"Ид", "Ид"}));
                     EXPECT_EQ((*++groups.children("Ид").begin()).text(), "3");
                     EXPECT_EQ((*++product.children("Ид").begin()).prefix(), "п");
                     EXPECT_FALSE(product.child("Артикул"));
                     EXPECT_TRUE(names_of(product.child("Картинка").children()).empty());
                 });
}

TEST(ElementTree, SaysNothingOfNoElement) {
    const Element none;
    EXPECT_FALSE(none);
    EXPECT_EQ(none.text(), "");
    EXPECT_EQ(none.attribute("Код"), std::nullopt);
    EXPECT_FALSE(none.child("Ид"));
    EXPECT_TRUE(names_of(none.children()).empty());
}

TEST(ElementTree, NormalisesAttributes) {
    with_element("<Товар Код=\"796 \" п:Код='a\tb\r\nc\rd' Пусто='' Знаки=\"&quot;&#10;&lt;\"/>",
                 [](Element product) {
                     EXPECT_EQ(product.attribute("Код"), "796 ");
                     EXPECT_EQ(product.attribute("п:Код"), "a b c d");
                     EXPECT_EQ(product.attribute("Пусто"), "");
                     EXPECT_EQ(product.attribute("Знаки"), "\"\n<");
                     EXPECT_EQ(product.attribute("Нет"), std::nullopt);
                     EXPECT_EQ(product.text(), "");
                 });
}

TEST(ElementTree, KeepsAttributesOfEveryElementApart) {
    with_element("<Товар а='1'><Ид а='2' б='3'/><Ид/><Ид а='4'>5</Ид></Товар>", [](Element product) {
        std::string all = product.attribute("а").value_or("-");
        for (const Element child : product.children()) {
            all += child.attribute("а").value_or("-") + child.attribute("б").value_or("-");
        }
        EXPECT_EQ(all, "123--4-");
    });
}

}  // namespace
}  // namespace obmen::commerceml
