#include <gtest/gtest.h>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

/// What happens to what people do in the CRM.
class People : public ::testing::Test {
  protected:
    ProcessResult push(const std::filesystem::path& file, const std::string& mapping,
                       const std::vector<std::string>& more = {}) {
        write_file(exchange.directory() / "mapping.toml", mapping);
        write_file(exchange.directory() / "obmen.toml", "[mapping]\nfile = \"mapping.toml\"\n");
        std::vector<std::string> words{"--settings", (exchange.directory() / "obmen.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return exchange.push({file}, words);
    }
    [[nodiscard]] std::filesystem::path products(const std::string& name, const std::string& price) const {
        return exchange.file(name, catalogue_file({}, {{"p1", "Болт", "", price}, {"p2", "Гайка", "", "5"}}));
    }
    [[nodiscard]] json product(const std::string& key) const {
        return exchange.sandbox()
            .call("crm.product.list", {{"filter", {{"XML_ID", key}}}})
            .at("result")
            .at(0);
    }
    void set_price(const std::string& key, const std::string& price) const {
        exchange.sandbox().call(
            "crm.product.update",
            {{"id", product(key).at("ID")}, {"fields", {{"PRICE", price}, {"CURRENCY_ID", "RUB"}}}});
    }
    /// 1C, then a person, then 1C again give a price.
    ReceiptView contested(const std::string& mapping) {
        EXPECT_EQ(push(products("1.xml", "10"), mapping).exit_code, 0);
        set_price("p1", "99");
        EXPECT_EQ(push(products("2.xml", "11"), mapping).exit_code, 0);
        return exchange.last_receipt();
    }

    Exchange exchange;
};

TEST_F(People, GiveWayTo1CUnlessTheMappingSaysOtherwise) {
    const ReceiptView receipt = contested("");
    EXPECT_EQ(std::stod(product("p1").at("PRICE").get<std::string>()), 11.0);
    EXPECT_EQ(receipt.find("Товар", "p1")->action, "Обновлён");
    EXPECT_FALSE(receipt.has_code("CRM-CONFLICT"));
}

TEST_F(People, AreReportedWhereTheMappingSaysSo) {
    const ReceiptView receipt = contested("on_conflict = \"report\"\n");
    EXPECT_EQ(std::stod(product("p1").at("PRICE").get<std::string>()), 11.0);
    EXPECT_TRUE(receipt.has_code("CRM-CONFLICT"));
}

TEST_F(People, KeepWhatTheyChangedUntil1CChangesItAgain) {
    const std::string mapping = "on_conflict = \"keep_crm\"\n";
    const ReceiptView receipt = contested(mapping);
    EXPECT_EQ(std::stod(product("p1").at("PRICE").get<std::string>()), 99.0);
    EXPECT_EQ(receipt.find("Товар", "p1")->action, "Оставлен");

    ASSERT_EQ(push(products("3.xml", "11"), mapping).exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0) << "the same price again is no news";
    EXPECT_EQ(std::stod(product("p1").at("PRICE").get<std::string>()), 99.0);
}

TEST_F(People, AreAskedWithOneRequestMoreForManyObjects) {
    const std::string mapping = "on_conflict = \"keep_crm\"\n";
    ASSERT_EQ(push(products("1.xml", "10"), mapping).exit_code, 0);
    ASSERT_EQ(push(products("2.xml", "11"), mapping).exit_code, 0);
    EXPECT_EQ(exchange.requests(), 1 + 1 + 1 + 1) << "start-up, reading, writing, reading back";
}

std::string company(const std::string& id, const std::string& inn, const std::string& name) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.09\" "
           "ДатаФормирования=\"2026-01-15T10:00:00\"><Контрагенты><Контрагент><Ид>" +
           id + "</Ид><Наименование>" + name + "</Наименование><ОфициальноеНаименование>" + name +
           "</ОфициальноеНаименование><ИНН>" + inn +
           "</ИНН></Контрагент></Контрагенты></КоммерческаяИнформация>\n";
}

/// A card that a person has made, with a requisite.
std::string made_by_hand(const SandboxProcess& sandbox, const std::string& title, const std::string& inn) {
    const std::string id =
        sandbox.call("crm.company.add", {{"fields", {{"TITLE", title}}}}).at("result").dump();
    json preset;
    const json presets = sandbox.call("crm.requisite.preset.list", json::object()).at("result");
    for (const json& row : presets) {
        if (row.at("COUNTRY_ID") == "1" &&
            row.at("XML_ID").get<std::string>().find("COMPANY") != std::string::npos) {
            preset = row.at("ID");
        }
    }
    sandbox.call("crm.requisite.add", {{"fields",
                                        {{"ENTITY_TYPE_ID", 4},
                                         {"ENTITY_ID", id},
                                         {"PRESET_ID", preset},
                                         {"NAME", title},
                                         {"RQ_INN", inn}}}});
    return id;
}

TEST_F(People, FindTheirOwnCardTakenOverByItsTaxNumber) {
    const std::string id = made_by_hand(exchange.sandbox(), "Вымпел (вручную)", "0010000105");
    const auto file = exchange.file("c.xml", company("c1", "0010000105", "ООО Вымпел"));
    const ProcessResult result = push(file, "");
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.find("Контрагент", "c1")->action, "Связан");
    EXPECT_EQ(receipt.find("Контрагент", "c1")->remote_id, id);
    const json cards = exchange.sandbox().call("crm.company.list", json::object()).at("result");
    ASSERT_EQ(cards.size(), 1U) << "no second card";
    EXPECT_EQ(cards.at(0).at("TITLE"), "Вымпел (вручную)") << "what a person has filled in is left alone";
    EXPECT_EQ(cards.at(0).at("ORIGIN_ID"), "c1");
    EXPECT_EQ(exchange.sandbox().call("crm.requisite.list", json::object()).at("result").size(), 1U);

    ASSERT_EQ(push(file, "").exit_code, 0);
    EXPECT_EQ(exchange.writes(), 0);
}

TEST_F(People, AreAskedWhereSeveralOfTheirCardsFit) {
    const std::string first = made_by_hand(exchange.sandbox(), "Вымпел 1", "0010000105");
    const std::string second = made_by_hand(exchange.sandbox(), "Вымпел 2", "0010000105");
    const ProcessResult result = push(exchange.file("c.xml", company("c1", "0010000105", "ООО Вымпел")), "");
    EXPECT_EQ(result.exit_code, 1) << result.out << result.error;
    const ReceiptView receipt = exchange.last_receipt();
    const ReceiptView::Row* row = receipt.find("Контрагент", "c1");
    EXPECT_EQ(row->action, "Ошибка");
    EXPECT_NE(row->text.find(first), std::string::npos) << row->text;
    EXPECT_NE(row->text.find(second), std::string::npos) << row->text;
    EXPECT_EQ(exchange.sandbox().call("crm.company.list", json::object()).at("result").size(), 2U);
}

TEST_F(People, KeepTheirCardsWhereAdoptionIsOff) {
    made_by_hand(exchange.sandbox(), "Вымпел", "0010000105");
    const ProcessResult result = push(exchange.file("c.xml", company("c1", "0010000105", "ООО Вымпел")),
                                      "[contragent]\nadopt_by_inn = false\n");
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_EQ(exchange.sandbox().call("crm.company.list", json::object()).at("result").size(), 2U);
}

TEST_F(People, SeeInADryRunWhatWouldBecomeOfWhat) {
    ASSERT_EQ(push(products("1.xml", "10"), "").exit_code, 0);
    const ProcessResult result = push(products("2.xml", "11.50"), "", {"--dry-run"});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_EQ(exchange.writes(), 0);
    EXPECT_NE(result.out.find("change product"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("10"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("→ price: 11.5, currency: RUB"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("products: change 1"), std::string::npos) << result.out;
}

TEST_F(People, SeeInADryRunWhatWouldBeLeftAsTheyHaveIt) {
    const std::string mapping = "on_conflict = \"keep_crm\"\n";
    ASSERT_EQ(push(products("1.xml", "10"), mapping).exit_code, 0);
    set_price("p1", "99");
    const auto next = exchange.file(
        "2.xml", catalogue_file({}, {{"p1", "Болт", "", "11"}, {"p2", "Гайка стальная", "", "6"}}));
    const ProcessResult preview = push(next, mapping, {"--dry-run"});
    ASSERT_EQ(preview.exit_code, 0) << preview.out << preview.error;
    EXPECT_EQ(exchange.writes(), 0);
    for (const char* line : {"leave product", ": left (in 1C price: 11", "change product", "→ price: 6",
                             "products: change 1, leave 1", "Products: to be changed 1, left 1",
                             "requests to the portal: about 4, of them writes 1"}) {
        EXPECT_NE(preview.out.find(line), std::string::npos) << line << "\n" << preview.out;
    }
    ASSERT_EQ(push(next, mapping).exit_code, 0);
    EXPECT_EQ(exchange.requests(), 4) << "as the dry run has said";
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Оставлен"), 1);
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Обновлён"), 1);
}

TEST_F(People, SeeInADryRunWhichOfTheirChangesWouldBeOverwritten) {
    const std::string mapping = "on_conflict = \"report\"\n";
    ASSERT_EQ(push(products("1.xml", "10"), mapping).exit_code, 0);
    set_price("p1", "99");
    const ProcessResult preview = push(products("2.xml", "11"), mapping, {"--dry-run"});
    EXPECT_NE(preview.out.find("→ price: 11, currency: RUB (changed in the CRM by a person)"),
              std::string::npos)
        << preview.out;
    EXPECT_NE(preview.out.find("products: change 1"), std::string::npos) << preview.out;
}

}  // namespace
}  // namespace obmen::tests
