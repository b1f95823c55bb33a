#include <gtest/gtest.h>

#include "commands/exchange.hpp"

/// Groups that are described behind the goods that stand in them: in the same file, or weeks later.
namespace obmen::tests {
namespace {

std::string product(const std::string& id, const std::string& group) {
    return "<Товар><Ид>" + id + "</Ид><Наименование>" + id + "</Наименование><Группы><Ид>" + group +
           "</Ид></Группы></Товар>";
}

std::string group(const std::string& id) {
    return "<Группа><Ид>" + id + "</Ид><Наименование>" + id + "</Наименование></Группа>";
}

std::string goods(const std::string& products) {
    return "<Каталог><Ид>k</Ид><Товары>" + products + "</Товары></Каталог>";
}

std::string groups(const std::string& inside) {
    return "<Классификатор><Ид>k</Ид><Группы>" + inside + "</Группы></Классификатор>";
}

std::string variant(const std::string& id) {
    return "<ПакетПредложений><Ид>k#</Ид><ИдКаталога>k</ИдКаталога><Предложения><Предложение><Ид>" + id +
           "</Ид><Наименование>" + id + "</Наименование></Предложение></Предложения></ПакетПредложений>";
}

std::string export_of(const std::string& inside) {
    return "<КоммерческаяИнформация ВерсияСхемы=\"2.07\">" + inside + "</КоммерческаяИнформация>";
}

/// The section that the portal has the product of this Ид in; empty: the root.
std::string section_of(const Exchange& exchange, const std::string& id) {
    for (const auto& row : exchange.sandbox().rows("product")) {
        if (row.at("XML_ID") == id) {
            return row.at("SECTION_ID").is_null() ? "" : row.at("SECTION_ID").get<std::string>();
        }
    }
    return "no product";
}

std::string id_of(const Exchange& exchange, const std::string& id) {
    const ReceiptView receipt = exchange.last_receipt();
    const auto* row = receipt.find("Группа", id);
    return row == nullptr ? "no group" : row->remote_id;
}

TEST(LateGroups, BehindTheirProductsInOneFileAreAsGoodAsBeforeThem) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", export_of(goods(product("p1", "g1") + product("p2", "g2")) +
                                                            groups(group("g1") + group("g2"))));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_FALSE(receipt.has_code("CML-GROUP-UNKNOWN"));
    EXPECT_EQ(receipt.count("Товар", "Создан"), 2);
    EXPECT_EQ(section_of(exchange, "p1"), id_of(exchange, "g1"));
    EXPECT_EQ(section_of(exchange, "p2"), id_of(exchange, "g2"));
    EXPECT_EQ(exchange.writes(), 4) << "nothing is made in the root first";
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
}

TEST(LateGroups, OfALaterPackageTakeTheirProductsAndVariants) {
    Exchange exchange;
    const auto first = exchange.file(
        "first.xml", export_of(goods(product("p1", "g1") + product("p2", "g2")) + variant("p1#red")));
    ASSERT_EQ(exchange.push({first}).exit_code, 0);
    EXPECT_TRUE(exchange.last_receipt().has_code("CML-GROUP-UNKNOWN"));
    const std::string root = section_of(exchange, "p1");

    const auto second = exchange.file("second.xml", export_of(groups(group("g1"))));
    ASSERT_EQ(exchange.push({second}).exit_code, 0);
    EXPECT_EQ(section_of(exchange, "p1"), id_of(exchange, "g1"));
    EXPECT_EQ(section_of(exchange, "p1#red"), id_of(exchange, "g1"));
    EXPECT_EQ(section_of(exchange, "p2"), root) << "its group has not come";
    EXPECT_EQ(exchange.writes(), 3) << "the section, and two moves";
    EXPECT_EQ(exchange.last_receipt().find("Товар", "p1")->action, "Обновлён");
    EXPECT_EQ(exchange.last_receipt().find("Товар", "p2"), nullptr);

    const auto third = exchange.file("third.xml", export_of(groups(group("g1") + group("g2"))));
    ASSERT_EQ(exchange.push({third}).exit_code, 0);
    EXPECT_EQ(section_of(exchange, "p2"), id_of(exchange, "g2"));
    EXPECT_EQ(exchange.writes(), 2);
    EXPECT_EQ(exchange.last_receipt().find("Товар", "p1"), nullptr) << "it has been told";
}

}  // namespace
}  // namespace obmen::tests
