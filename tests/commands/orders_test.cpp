#include <gtest/gtest.h>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

struct Line {
    std::string product;
    std::string quantity;
    std::string sum;
};

std::string order(const std::string& id, const std::string& status, const std::vector<Line>& lines,
                  const std::string& operation = "Заказ товара") {
    std::string goods;
    for (const Line& line : lines) {
        goods += "<Товар><Ид>" + line.product + "</Ид><Наименование>Товар " + line.product +
                 "</Наименование><ЦенаЗаЕдиницу>10</ЦенаЗаЕдиницу><Количество>" + line.quantity +
                 "</Количество><Сумма>" + line.sum + "</Сумма></Товар>";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.09\" "
           "ДатаФормирования=\"2026-01-15T10:00:00\"><Документ><Ид>" +
           id + "</Ид><Номер>7</Номер><Дата>2026-01-15</Дата><ХозОперация>" + operation +
           "</ХозОперация><Роль>Продавец</Роль><Валюта>RUB</Валюта><Сумма>100</"
           "Сумма><Контрагенты><Контрагент><Ид>buyer"
           "</Ид><Наименование>Иванов Пётр</Наименование><ПолноеНаименование>Иванов "
           "Пётр</ПолноеНаименование><Роль>"
           "Покупатель</Роль></Контрагент></Контрагенты><Товары>" +
           goods +
           "</Товары><ЗначенияРеквизитов><ЗначениеРеквизита><Наименование>Статус "
           "заказа</Наименование><Значение>" +
           status +
           "</Значение></ЗначениеРеквизита></ЗначенияРеквизитов></Документ></КоммерческаяИнформация>\n";
}

/// Orders of 1C and the deals that they become.
class Orders : public ::testing::Test {
  protected:
    ProcessResult push(const std::string& name, const std::string& bytes, const std::string& mapping = {},
                       const std::vector<std::string>& more = {}) {
        write_file(exchange.directory() / "mapping.toml", stages + mapping);
        write_file(exchange.directory() / "obmen.toml", "[mapping]\nfile = \"mapping.toml\"\n");
        std::vector<std::string> words{"--settings", (exchange.directory() / "obmen.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return exchange.push({exchange.file(name, bytes)}, words);
    }
    [[nodiscard]] json deal() const {
        const json found = exchange.sandbox().call("crm.deal.list", {{"select", {"*"}}}).at("result");
        EXPECT_EQ(found.size(), 1U);
        return found.at(0);
    }
    [[nodiscard]] json rows() const {
        return exchange.sandbox().call("crm.deal.productrows.get", {{"id", deal().at("ID")}}).at("result");
    }

    const std::string stages =
        "[[deal.stage]]\nstage = \"WON\"\nwhen = { 'Реквизит.\"Статус заказа\"' = \"Закрыт\" }\n"
        "[[deal.stage]]\nstage = \"EXECUTING\"\nwhen = { 'Реквизит.\"Статус заказа\"' = \"В работе\" }\n"
        "[[deal.stage]]\nstage = \"NEW\"\nwhen = { 'Реквизит.\"Статус заказа\"' = \"Новый\" }\n";
    const std::string products = catalogue_file({}, {{"p1", "Болт", "", "10"}, {"p2", "Гайка", "", "10"}});
    Exchange exchange;
};

TEST_F(Orders, MoveThroughTheStagesOfTheMappingAndNeverBack) {
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    ASSERT_EQ(push("1.xml", order("o1", "Новый", {{"p1", "10", "100"}})).exit_code, 0);
    EXPECT_EQ(deal().at("STAGE_ID"), "NEW");
    ASSERT_EQ(push("2.xml", order("o1", "В работе", {{"p1", "10", "100"}})).exit_code, 0);
    EXPECT_EQ(deal().at("STAGE_ID"), "EXECUTING");
    EXPECT_EQ(exchange.writes(), 1) << "the stage alone";
    const ProcessResult back = push("3.xml", order("o1", "Новый", {{"p1", "10", "100"}}));
    EXPECT_EQ(back.exit_code, 0) << back.out << back.error;
    EXPECT_EQ(deal().at("STAGE_ID"), "EXECUTING");
    EXPECT_EQ(exchange.writes(), 0);
    EXPECT_TRUE(exchange.last_receipt().has_code("B24-STAGE-KEPT") ||
                exchange.last_receipt().find("Документ", "o1")->action == "Оставлен");
}

TEST_F(Orders, WhoseRowsWaitAreShownSoByADryRun) {
    const std::string bytes = order("o1", "Новый", {{"p1", "10", "100"}});
    const ProcessResult shown = push("1.xml", bytes, {}, {"--dry-run"});
    EXPECT_EQ(shown.exit_code, 3) << shown.out << shown.error;
    EXPECT_NE(shown.out.find("CRM-PART-WAITS [o1]"), std::string::npos) << shown.out;
    EXPECT_EQ(push("1.xml", bytes).exit_code, 3);
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    EXPECT_EQ(push("1.xml", bytes, {}, {"--dry-run"}).exit_code, 0);
}

TEST_F(Orders, OfWhichOnlyRowsChangeAreShownByADryRunWithBoth) {
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    ASSERT_EQ(push("1.xml", order("o1", "Новый", {{"p1", "10", "100"}})).exit_code, 0);
    const std::string next = order("o1", "Новый", {{"p1", "4", "40"}, {"p2", "6", "60"}});
    const ProcessResult shown = push("2.xml", next, {}, {"--dry-run"});
    ASSERT_EQ(shown.exit_code, 0) << shown.out << shown.error;
    EXPECT_NE(shown.out.find("change product rows"), std::string::npos) << shown.out;
    EXPECT_NE(
        shown.out.find("    100 = Товар p1 10 × 10 → rows: 100 = «Товар p1» 4 × 10, «Товар p2» 6 × 10, "),
        std::string::npos)
        << shown.out;
    EXPECT_EQ(shown.out.find("owner"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("Documents: to be changed 1\n"), std::string::npos) << shown.out;
    EXPECT_NE(shown.out.find("Contragents: unchanged 1\n"), std::string::npos) << shown.out;

    const ProcessResult lines = push("2.xml", next, {}, {"--dry-run", "--json"});
    EXPECT_NE(lines.out.find(R"("totals":{"Contragents":{"unchanged":1},"Documents":{"to be changed":1}})"),
              std::string::npos)
        << lines.out;
    EXPECT_NE(lines.out.find(R"("exit_code":0)"), std::string::npos) << lines.out;
    ASSERT_EQ(push("2.xml", next).exit_code, 0);
    EXPECT_EQ(exchange.last_receipt().count("Документ", "Обновлён"), 1) << "as the dry run has said";
}

TEST_F(Orders, WithoutANamedBuyerAndMarkedOnesHaveARowThatSaysSo) {
    std::string guest = order("o1", "Новый", {});
    for (const char* const element : {"Наименование", "ПолноеНаименование"}) {
        const std::string name = std::string("<") + element + ">Иванов Пётр</" + element + ">";
        guest.erase(guest.find(name), name.size());
    }
    const ProcessResult result = push("guest.xml", guest);
    EXPECT_EQ(result.exit_code, 1) << result.out << result.error;
    const ReceiptView receipt = exchange.last_receipt();
    const ReceiptView::Row* const buyer = receipt.find("Контрагент", "buyer");
    ASSERT_NE(buyer, nullptr);
    EXPECT_EQ(buyer->action, "Ошибка");
    EXPECT_EQ(buyer->code, "CRM-NAMELESS");
    EXPECT_EQ(receipt.find("Документ", "o1")->action, "Создан");

    std::string marked = order("o1", "Отгружен", {});
    marked.insert(marked.find("<Номер>"), "<ПометкаУдаления>true</ПометкаУдаления>");
    ASSERT_EQ(push("marked.xml", marked).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
    EXPECT_EQ(deal().at("STAGE_ID"), "NEW");
    EXPECT_EQ(exchange.last_receipt().find("Документ", "o1")->code, "CRM-DOCUMENT-MARKED");
}

TEST_F(Orders, MoveBackWhereTheMappingLetsThem) {
    const std::string backwards = "[deal]\nmove_backwards = true\n";
    const auto with = [&](const std::string& status) { return order("o1", status, {{"p1", "10", "100"}}); };
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    // The table must come before its list in TOML.
    ASSERT_EQ(push("1.xml", with("В работе")).exit_code, 0);
    write_file(exchange.directory() / "mapping.toml", backwards + stages);
    write_file(exchange.directory() / "obmen.toml", "[mapping]\nfile = \"mapping.toml\"\n");
    ASSERT_EQ(exchange
                  .push({exchange.file("2.xml", with("Новый"))},
                        {"--settings", (exchange.directory() / "obmen.toml").string()})
                  .exit_code,
              0);
    EXPECT_EQ(deal().at("STAGE_ID"), "NEW");
}

TEST_F(Orders, KeepTheirRowsUntilEveryProductIsThere) {
    const ProcessResult early = push("1.xml", order("o1", "Новый", {{"p1", "6", "60"}, {"p2", "4", "40"}}));
    EXPECT_LE(early.exit_code, 3) << early.out << early.error;
    EXPECT_EQ(deal().at("STAGE_ID"), "NEW") << "the deal itself waits for nothing";
    EXPECT_TRUE(rows().empty());
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    EXPECT_EQ(rows().size(), 2U) << "the rows have come with the products";
    for (const json& row : rows()) {
        EXPECT_NE(row.at("PRODUCT_ID"), 0);
    }
}

std::string without(std::string text, const std::string& from, const std::string& to) {
    const std::size_t begin = text.find(from);
    return text.erase(begin, text.find(to, begin) + to.size() - begin);
}

TEST_F(Orders, NeedNeitherABuyerNorAProduct) {
    const std::string free_row =
        "<Товар><Наименование>Доставка</Наименование><ЦенаЗаЕдиницу>1 300,50</ЦенаЗаЕдиницу>"
        "<Количество>1</Количество><Сумма>1 300,50</Сумма></Товар>";
    std::string bytes = without(order("d1", "Новый", {}), "<Контрагенты>", "</Контрагенты>");
    bytes.insert(bytes.find("</Товары>"), free_row);
    const ProcessResult result = push("order.xml", bytes);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    ASSERT_EQ(rows().size(), 1U);
    EXPECT_EQ(rows()[0].at("PRODUCT_NAME"), "Доставка");
    EXPECT_EQ(rows()[0].at("PRODUCT_ID"), 0);
    EXPECT_EQ(rows()[0].at("PRICE"), 1300.5);
}

TEST_F(Orders, InACurrencyThatThePortalLacksComeWithoutMoneyAndSaySo) {
    ASSERT_EQ(push("products.xml", products).exit_code, 0);
    std::string bytes = order("d1", "Новый", {{"p1", "2", "20"}});
    bytes.replace(bytes.find("RUB"), 3, "XAF");
    const ProcessResult result = push("order.xml", bytes);
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_NE(result.out.find("B24-NO-CURRENCY [d1]: Currency XAF"), std::string::npos) << result.out;
    EXPECT_TRUE(rows().empty());
}

TEST_F(Orders, ThatStandTwiceInAFileMakeOneDealOrNone) {
    const auto twice = [](const std::string& first, const std::string& second) {
        const std::size_t begin = second.find("<Документ>");
        const std::size_t end = second.find("</КоммерческаяИнформация>");
        std::string bytes = first;
        return bytes.insert(bytes.find("</КоммерческаяИнформация>"), second.substr(begin, end - begin));
    };
    const std::string one = order("d1", "Новый", {});
    const ProcessResult conflict = push("two.xml", twice(one, order("d1", "В работе", {})));
    EXPECT_EQ(conflict.exit_code, 1);
    EXPECT_NE(conflict.out.find("error CML-ID-CONFLICT [d1]"), std::string::npos) << conflict.out;
    EXPECT_TRUE(exchange.sandbox().call("crm.deal.list", json::object()).at("result").empty());
    const ProcessResult same = push("same.xml", twice(one, one));
    EXPECT_EQ(same.exit_code, 0) << same.out;
    EXPECT_EQ(deal().at("STAGE_ID"), "NEW");
}

TEST_F(Orders, SendTheirRowsWholeWhenOneChanges) {
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    ASSERT_EQ(push("1.xml", order("o1", "Новый", {{"p1", "6", "60"}, {"p2", "4", "40"}})).exit_code, 0);
    ASSERT_EQ(push("2.xml", order("o1", "Новый", {{"p1", "7", "70"}, {"p2", "4", "40"}})).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 1);
    ASSERT_EQ(rows().size(), 2U);
    double total = 0;
    const json all = rows();
    for (const json& row : all) {
        total += row.at("PRICE").get<double>() * row.at("QUANTITY").get<double>();
    }
    EXPECT_DOUBLE_EQ(total, 110.0);
}

TEST_F(Orders, OfOtherOperationsAreLeftOutUnlessTheMappingNamesThem) {
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    const std::string shipment = order("s1", "Новый", {{"p1", "1", "10"}}, "Отпуск товара");
    ASSERT_EQ(push("1.xml", shipment).exit_code, 0);
    EXPECT_EQ(exchange.last_receipt().find("Документ", "s1")->action, "Пропущен");
    EXPECT_TRUE(exchange.sandbox().call("crm.deal.list", json::object()).at("result").empty());
    write_file(exchange.directory() / "mapping.toml", "[deal]\noperations = [\"Отпуск товара\"]\n");
    ASSERT_EQ(exchange
                  .push({exchange.file("2.xml", shipment)},
                        {"--settings", (exchange.directory() / "obmen.toml").string()})
                  .exit_code,
              0);
    EXPECT_EQ(exchange.last_receipt().find("Документ", "s1")->action, "Создан");
}

TEST_F(Orders, ThatPeopleDeletedInTheCrmAreNotMadeAgain) {
    ASSERT_EQ(push("p.xml", products).exit_code, 0);
    ASSERT_EQ(push("1.xml", order("o1", "Новый", {{"p1", "6", "60"}})).exit_code, 0);
    exchange.sandbox().call("crm.deal.delete", {{"id", deal().at("ID")}});
    ASSERT_LE(push("2.xml", order("o1", "Закрыт", {{"p1", "6", "60"}})).exit_code, 3);
    EXPECT_EQ(exchange.last_receipt().find("Документ", "o1")->action, "Оставлен");
    EXPECT_TRUE(exchange.sandbox().call("crm.deal.list", json::object()).at("result").empty());
}

}  // namespace
}  // namespace obmen::tests
