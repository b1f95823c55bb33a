#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "commands/exchange.hpp"
#include "support/hash.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

std::string id_between(const std::string& text, const std::string& before) {
    const std::size_t end = text.find(before);
    const std::size_t begin = text.rfind("<Ид>", end) + std::string("<Ид>").size();
    return text.substr(begin, text.find("</Ид>", begin) - begin);
}

/// The sample with everything, in a folder of its own where it can be edited, and the portal that gets it, by
/// the methods of the family that is the parameter. What the portal has then is the same: it is looked at by
/// the methods of `crm.*`.
class WholeExchange : public ::testing::TestWithParam<std::string> {
  protected:
    WholeExchange() {
        std::filesystem::copy(OBMEN_SOURCE_DIR "/samples/everything-2.09", folder(),
                              std::filesystem::copy_options::recursive);
        write_file(settings(), "[portal]\napi = \"" + GetParam() + "\"\n");
        if (by_catalog()) {
            // The name of a price type of the sample; the chosen one goes to the base price.
            exchange.sandbox().call("catalog.priceType.add", {{"fields", {{"name", "Оптовая"}}}});
        }
    }

    [[nodiscard]] bool by_catalog() const { return GetParam() == "catalog"; }
    [[nodiscard]] std::filesystem::path settings() const { return exchange.directory() / "obmen.toml"; }
    /// What `crm.*` or, by the other family, `catalog.*` and `crm.item.*` would say.
    template <typename Said>
    [[nodiscard]] Said said(Said by_crm, Said by_catalog_methods) const {
        return by_catalog() ? by_catalog_methods : by_crm;
    }

    [[nodiscard]] std::filesystem::path folder() const { return exchange.directory() / "export"; }

    /// Replaces `before`, which must stand there just once, in a file of the export.
    void edit(const std::string& file, const std::string& before, const std::string& after) const {
        std::string text = read_file(folder() / file);
        const std::size_t at = text.find(before);
        ASSERT_NE(at, std::string::npos) << before;
        ASSERT_EQ(text.find(before, at + 1), std::string::npos) << before << " stands there more than once";
        write_file(folder() / file, text.replace(at, before.size(), after));
    }

    /// Ид of the product, contragent, … whose Наименование begins so.
    [[nodiscard]] std::string id_of(const std::string& file, const std::string& name) const {
        return id_between(read_file(folder() / file), "<Наименование>" + name);
    }

    ProcessResult push() {
        m_journal_before = journal().size();
        return exchange.push({folder()}, {"--settings", settings().string()});
    }
    void push_all() {
        const ProcessResult result = push();
        ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    }

    [[nodiscard]] json journal() const { return exchange.sandbox().get("/sandbox/journal"); }
    /// Writes of the last push: `METHOD` and the parameters.
    [[nodiscard]] std::vector<json> written() const {
        const json all = journal();
        return {all.begin() + static_cast<std::ptrdiff_t>(m_journal_before), all.end()};
    }
    [[nodiscard]] std::vector<std::string> written_methods() const {
        std::vector<std::string> methods;
        for (const json& entry : written()) {
            methods.push_back(entry.at("method").get<std::string>());
        }
        return methods;
    }

    [[nodiscard]] json rows(const std::string& method, const json& filter,
                            const json& select = json::array({"*", "UF_*", "PROPERTY_*", "PHONE",
                                                              "EMAIL"})) const {
        return exchange.sandbox().call(method, {{"filter", filter}, {"select", select}}).at("result");
    }
    [[nodiscard]] json only_row(const std::string& method, const json& filter) const {
        const json found = rows(method, filter);
        EXPECT_EQ(found.size(), 1U) << method << " " << filter.dump();
        return found.empty() ? json::object() : found.at(0);
    }
    [[nodiscard]] json product(const std::string& name) const {
        return only_row("crm.product.list", {{"XML_ID", id_of("import0_1.xml", name)}});
    }
    [[nodiscard]] json property(const std::string& name) const {
        for (const json& row : rows("crm.product.property.list", json::object())) {
            if (row.at("NAME") == name) {
                return row;
            }
        }
        ADD_FAILURE() << "no property " << name;
        return json::object();
    }
    /// Price type → price of a product; the base one under `base`.
    [[nodiscard]] std::map<std::string, std::string> prices(const std::string& product_name) const {
        std::map<std::string, std::string> types;
        const json all_types = result_of("catalog.priceType.list", json::object());
        for (const json& type : all_types.at("priceTypes")) {
            types[type.at("id").dump()] =
                type.at("base") == "Y" ? "base" : type.at("name").get<std::string>();
        }
        std::map<std::string, std::string> found;
        const json filter{{"productId", product(product_name).at("ID")}};
        const json list = result_of("catalog.price.list", {{"filter", filter}});
        for (const json& price : list.at("prices")) {
            found[types.at(price.at("catalogGroupId").dump())] = price.at("price").dump();
        }
        return found;
    }
    [[nodiscard]] json result_of(const std::string& method, const json& parameters) const {
        return exchange.sandbox().call(method, parameters).at("result");
    }
    /// What a product has in a property: the texts of all its values.
    [[nodiscard]] std::vector<std::string> values(const json& row, const std::string& property_name) const {
        const json definition = property(property_name);
        const json& value = row.at("PROPERTY_" + definition.at("ID").get<std::string>());
        std::vector<std::string> texts;
        const auto take = [&](const json& entry) {
            const std::string text = entry.at("value").get<std::string>();
            texts.push_back(definition.at("PROPERTY_TYPE") == "L"
                                ? definition.at("VALUES").at(text).at("VALUE").get<std::string>()
                                : text);
        };
        if (value.is_array()) {
            std::ranges::for_each(value, take);
        } else if (value.is_object()) {
            take(value);
        }
        return texts;
    }

    Exchange exchange;

  private:
    std::size_t m_journal_before = 0;
};

using Texts = std::vector<std::string>;

TEST_P(WholeExchange, BringsEveryFieldOfEveryProduct) {
    push_all();
    const json bolt = product("Болт М8");
    EXPECT_EQ(bolt.at("NAME"), "Болт М8×30 «А&Б» +5% #1 \"прочный\" 🔩");
    EXPECT_EQ(bolt.at("DESCRIPTION"),
              "Сталь 45 & цинк: 100% проверено.\nВторая строка: a+b=c; <не тег>; \"кавычки\"; №5 #7");
    EXPECT_EQ(bolt.at("DESCRIPTION_TYPE"), "text");
    EXPECT_EQ(bolt.at("PRICE"), "12.50");
    if (by_catalog()) {
        EXPECT_EQ(prices("Болт М8"),
                  (std::map<std::string, std::string>{{"base", "12.5"}, {"Оптовая", "9.8"}}));
    }
    EXPECT_EQ(bolt.at("CURRENCY_ID"), "RUB");
    EXPECT_EQ(bolt.at("VAT_INCLUDED"), "Y");
    EXPECT_EQ(bolt.at("ACTIVE"), "Y");
    EXPECT_EQ(values(bolt, "Цвет"), Texts{"Оцинкованный"});
    EXPECT_EQ(values(bolt, "Шаг резьбы, мм"), Texts{"1.25"});
    EXPECT_EQ(values(bolt, "Применение"), (Texts{"мебель", "авто & мото"}));
    EXPECT_EQ(values(bolt, "Артикул"), Texts{"БМ-8#30"});
    EXPECT_EQ(values(bolt, "Штрихкод"), Texts{"4006381333931"});
    EXPECT_EQ(values(bolt, "Остаток"), Texts{"1235"});
    const json section = only_row("crm.productsection.list", {{"ID", bolt.at("SECTION_ID")}});
    EXPECT_EQ(section.at("NAME"), "Болты");
    EXPECT_EQ(only_row("crm.productsection.list", {{"ID", section.at("SECTION_ID")}}).at("NAME"), "Крепёж");
    const json whole = exchange.sandbox().call("crm.product.get", {{"id", bolt.at("ID")}}).at("result");
    EXPECT_FALSE(whole.at("DETAIL_PICTURE").is_null());
    EXPECT_FALSE(whole.at("PREVIEW_PICTURE").is_null());

    const json washer = product("Шайба 8");
    EXPECT_EQ(values(washer, "Цвет"), Texts{});
    EXPECT_EQ(values(washer, "Остаток"), Texts{"41.5"});
    EXPECT_TRUE(rows("crm.product.list", {{"NAME", "Заклёпка старая"}}).empty())
        << "what is marked as deleted is not made";
}

TEST_P(WholeExchange, BringsCompaniesWithTheirRequisitesAddressesAccountsAndPeople) {
    push_all();
    const json company = only_row("crm.company.list", {{"TITLE", "Вымпел-Пример"}});
    const json requisite =
        only_row("crm.requisite.list", {{"ENTITY_TYPE_ID", 4}, {"ENTITY_ID", company.at("ID")}});
    EXPECT_EQ(requisite.at("RQ_INN"), "0010000105");
    EXPECT_EQ(requisite.at("RQ_KPP"), "001001001");
    EXPECT_EQ(requisite.at("RQ_OKPO"), "00000000");
    EXPECT_EQ(requisite.at("RQ_COMPANY_FULL_NAME"), "ООО \"Вымпел-Пример\"");
    const json addresses =
        rows("crm.address.list", {{"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", requisite.at("ID")}});
    ASSERT_EQ(addresses.size(), 2U);
    const json& legal = addresses.at(addresses.at(0).at("TYPE_ID") == "6" ? 0 : 1);
    EXPECT_EQ(legal.at("CITY"), "Москва");
    EXPECT_EQ(legal.at("POSTAL_CODE"), "101000");
    EXPECT_EQ(legal.at("ADDRESS_2"), "12");
    const json account = only_row("crm.requisite.bankdetail.list", {{"ENTITY_ID", requisite.at("ID")}});
    EXPECT_EQ(account.at("RQ_ACC_NUM"), "40702810000000000001");
    EXPECT_EQ(account.at("RQ_BIK"), "040000001");

    const json person = only_row("crm.contact.list", {{"LAST_NAME", "Петрова"}});
    EXPECT_EQ(person.at("NAME"), "Анна");
    EXPECT_EQ(person.at("COMPANY_ID"), company.at("ID"));
    const json sole_trader = only_row("crm.company.list", {{"TITLE", "ИП Черновик А. С."}});
    const json of_sole_trader =
        only_row("crm.requisite.list", {{"ENTITY_TYPE_ID", 4}, {"ENTITY_ID", sole_trader.at("ID")}});
    EXPECT_EQ(of_sole_trader.at("RQ_INN"), "000100000004");
    EXPECT_NE(of_sole_trader.at("PRESET_ID"), requisite.at("PRESET_ID"));
}

TEST_P(WholeExchange, BringsOrdersAsDealsWithTheirRows) {
    push_all();
    const json deal = only_row("crm.deal.list",
                               {{"ORIGIN_ID", id_between(read_file(folder() / "orders.xml"), "БГ-000123")}});
    const json company = only_row("crm.company.list", {{"TITLE", "Вымпел-Пример"}});
    EXPECT_EQ(deal.at("COMPANY_ID"), company.at("ID"));
    EXPECT_EQ(std::stod(deal.at("OPPORTUNITY").get<std::string>()), 1700.0);
    EXPECT_EQ(deal.at("CURRENCY_ID"), "RUB");
    EXPECT_EQ(deal.at("COMMENTS"), "Позвонить за час; вход со двора");
    const json lines =
        exchange.sandbox().call("crm.deal.productrows.get", {{"id", deal.at("ID")}}).at("result");
    ASSERT_EQ(lines.size(), 2U);
    const json bolt = product("Болт М8");
    const auto of_bolt = std::ranges::find_if(lines, [&](const json& line) {
        return line.at("PRODUCT_ID").dump() == bolt.at("ID").get<std::string>();
    });
    ASSERT_NE(of_bolt, lines.end());
    EXPECT_DOUBLE_EQ(of_bolt->at("PRICE").get<double>(), 12.0) << "12.50 less 50 for a hundred";
    EXPECT_DOUBLE_EQ(of_bolt->at("QUANTITY").get<double>(), 100.0);
}

TEST_P(WholeExchange, OfTheSameExportAgainWritesNothing) {
    push_all();
    push_all();
    EXPECT_EQ(written_methods(), Texts{});
    const ReceiptView receipt = exchange.last_receipt();
    for (const ReceiptView::Row& row : receipt.objects) {
        EXPECT_TRUE(row.action == "БезИзменений" || row.action == "Пропущен") << row.id << " " << row.action;
    }
}

TEST_P(WholeExchange, SendsOnePriceAlone) {
    push_all();
    edit("offers0_1.xml", "<ЦенаЗаЕдиницу>4</ЦенаЗаЕдиницу>", "<ЦенаЗаЕдиницу>4.20</ЦенаЗаЕдиницу>");
    push_all();
    const std::vector<json> writes = written();
    if (!by_catalog()) {
        ASSERT_EQ(written_methods(), Texts{"crm.product.update"});
        EXPECT_EQ(writes[0].at("parameters").at("fields"), (json{{"PRICE", "4.2"}, {"CURRENCY_ID", "RUB"}}));
        return;
    }
    // One command, which the journal shows with each of the product's prices.
    ASSERT_EQ(written_methods(), (Texts{"catalog.price.modify", "catalog.price.modify"}));
    EXPECT_EQ(writes[0].at("command"), writes[1].at("command"));
    EXPECT_EQ(writes[0].at("request"), writes[1].at("request"));
    EXPECT_EQ(product("Гайка М8").at("PRICE"), "4.20");
    EXPECT_EQ(prices("Гайка М8"), (std::map<std::string, std::string>{{"base", "4.2"}, {"Оптовая", "3.1"}}))
        << "the price that has not changed stays";
}

TEST_P(WholeExchange, SendsOneChangedPhoneAndLeavesAPersonsOwnAlone) {
    push_all();
    const json before = only_row("crm.contact.list", {{"LAST_NAME", "Иванов"}});
    exchange.sandbox().call(
        "crm.contact.update",
        {{"id", before.at("ID")},
         {"fields", {{"PHONE", json::array({{{"VALUE", "+7 999 111-22-33"}, {"VALUE_TYPE", "HOME"}}})}}}});
    edit("contragents.xml", "8 900 000 00 06", "8 900 000 00 66");
    push_all();
    ASSERT_EQ(written_methods(), Texts{said("crm.contact.update", "crm.item.update")});
    std::set<std::string> phones;
    const json after = only_row("crm.contact.list", {{"LAST_NAME", "Иванов"}});
    for (const json& phone : after.at("PHONE")) {
        phones.insert(phone.at("VALUE").get<std::string>());
    }
    EXPECT_EQ(phones, (std::set<std::string>{"8 900 000 00 66", "+7 999 111-22-33"}));
}

TEST_P(WholeExchange, SendsOneRenameAlone) {
    push_all();
    edit("import0_1.xml", "<Наименование>Шайба 8</Наименование>",
         "<Наименование>Шайба 8 пружинная</Наименование>");
    push_all();
    ASSERT_EQ(written_methods(), Texts{said("crm.product.update", "catalog.product.update")});
    EXPECT_EQ(written()[0].at("parameters").at("fields"),
              (json{{said("NAME", "name"), "Шайба 8 пружинная"}}));
}

TEST_P(WholeExchange, SendsOneMoveAlone) {
    push_all();
    const std::string bolts = id_of("import0_1.xml", "Болты");
    const std::string washer = id_of("import0_1.xml", "Шайба 8");
    std::string text = read_file(folder() / "import0_1.xml");
    const std::size_t group = text.find("<Группы>", text.find(washer));
    const std::size_t begin = text.find("<Ид>", group) + std::string("<Ид>").size();
    text.replace(begin, text.find("</Ид>", begin) - begin, bolts);
    write_file(folder() / "import0_1.xml", text);
    push_all();
    ASSERT_EQ(written_methods(), Texts{said("crm.product.update", "catalog.product.update")});
    const json section = only_row("crm.productsection.list", {{"XML_ID", bolts}});
    EXPECT_EQ(written()[0].at("parameters").at("fields"),
              (json{{said("SECTION_ID", "iblockSectionId"), section.at("ID")}}));
}

TEST_P(WholeExchange, SendsOneDeletionAlone) {
    push_all();
    const std::string washer = id_of("import0_1.xml", "Шайба 8");
    std::string text = read_file(folder() / "import0_1.xml");
    const std::size_t tag = text.rfind("<Товар>", text.find(washer));
    write_file(folder() / "import0_1.xml",
               text.replace(tag, std::string("<Товар>").size(), "<Товар Статус=\"Удален\">"));
    push_all();
    ASSERT_EQ(written_methods(), Texts{said("crm.product.update", "catalog.product.update")});
    EXPECT_EQ(written()[0].at("parameters").at("fields"), (json{{said("ACTIVE", "active"), "N"}}));
    EXPECT_EQ(exchange.last_receipt().find("Товар", washer)->action, "Деактивирован");
}

TEST_P(WholeExchange, SendsOneNewPropertyValueWithItsChoice) {
    push_all();
    const std::string red = "Красный</Значение>\n\t\t\t\t\t</Справочник>";
    edit("import0_1.xml", red,
         red +
             "\n\t\t\t\t\t<Справочник>\n\t\t\t\t\t\t<ИдЗначения>bl-ue</ИдЗначения>\n"
             "\t\t\t\t\t\t<Значение>Синий #2 & «C»</Значение>\n\t\t\t\t\t</Справочник>");
    std::string text = read_file(folder() / "import0_1.xml");
    const std::size_t ampersand = text.find("#2 & ");
    text.replace(ampersand, 5, "#2 &amp; ");
    const std::size_t nut = text.find("ГМ-8</Артикул>");
    const std::size_t value = text.find("<Значение>", nut) + std::string("<Значение>").size();
    text.replace(value, text.find("</Значение>", value) - value, "bl-ue");
    write_file(folder() / "import0_1.xml", text);
    push_all();
    ASSERT_EQ(written_methods(), said(Texts{"crm.product.property.update", "crm.product.update"},
                                      Texts{"catalog.productpropertyenum.add", "catalog.product.update"}));
    EXPECT_EQ(values(product("Гайка М8"), "Цвет"), Texts{"Синий #2 & «C»"});
    EXPECT_EQ(values(product("Болт М8"), "Цвет"), Texts{"Оцинкованный"}) << "nothing is lost from the list";
    EXPECT_EQ(property("Цвет").at("VALUES").size(), 3U);
}

TEST_P(WholeExchange, SendsOnePictureWhoseBytesChanged) {
    push_all();
    write_file(folder() / "import_files/bo/nut.png", read_file(folder() / "import_files/bo/bolt_1.png"));
    push_all();
    ASSERT_EQ(written_methods(), Texts{said("crm.product.update", "catalog.product.update")});
    std::set<std::string> fields;
    const json parameters = written()[0].at("parameters").at("fields");
    for (const auto& [name, value] : parameters.items()) {
        fields.insert(name);
    }
    EXPECT_EQ(fields, (std::set<std::string>{said("DETAIL_PICTURE", "detailPicture"),
                                             said("PREVIEW_PICTURE", "previewPicture")}));
}

TEST_P(WholeExchange, MakesNothingTwiceWhenTheAnswerToABatchOfCreationsIsLost) {
    exchange.order_fault({{"match", {{"method", said("crm.product.add", "catalog.product.add")}}},
                          {"times", 1},
                          {"action", "drop_after"}});
    push_all();
    const json verdict = exchange.sandbox().verdict();
    EXPECT_TRUE(verdict.at("duplicates").empty()) << verdict.dump();
    EXPECT_EQ(rows("crm.product.list", json::object()).size(), 4U);
    push_all();
    EXPECT_EQ(written_methods(), Texts{});
    if (by_catalog()) {
        EXPECT_EQ(prices("Болт М8"),
                  (std::map<std::string, std::string>{{"base", "12.5"}, {"Оптовая", "9.8"}}));
    }
}

TEST_P(WholeExchange, MovesASectionAlone) {
    push_all();
    const std::string nuts = id_of("import0_1.xml", "Гайки и шайбы");
    const std::string bolts = id_of("import0_1.xml", "Болты");
    std::string text = read_file(folder() / "import0_1.xml");
    // «Гайки и шайбы» go into «Болты», their neighbour.
    const std::size_t group = text.rfind("<Группа>", text.find(nuts));
    const std::size_t end = text.find("</Группа>", group) + std::string("</Группа>").size();
    const std::string moved = text.substr(group, end - group);
    text.erase(group, end - group);
    const std::size_t inside = text.find("</Группа>", text.find(bolts));
    text.insert(inside, "<Группы>" + moved + "</Группы>");
    write_file(folder() / "import0_1.xml", text);
    push_all();
    ASSERT_EQ(written_methods(), Texts{said("crm.productsection.update", "catalog.section.update")});
    const json parent = only_row("crm.productsection.list", {{"XML_ID", bolts}});
    const json section = only_row("crm.productsection.list", {{"XML_ID", nuts}});
    EXPECT_EQ(section.at("SECTION_ID"), parent.at("ID"));
    EXPECT_EQ(section.at("NAME"), "Гайки и шайбы");
}

TEST_P(WholeExchange, MakesAProductAnewThatPeopleDeletedWhenOnlyItsPictureChanges) {
    push_all();
    const json nut = product("Гайка М8");
    exchange.sandbox().call("crm.product.delete", {{"id", nut.at("ID")}});
    write_file(folder() / "import_files/bo/nut.png", read_file(folder() / "import_files/bo/bolt_1.png"));
    push_all();
    const json anew = product("Гайка М8");
    EXPECT_NE(anew.at("ID"), nut.at("ID"));
    EXPECT_EQ(anew.at("PRICE"), nut.at("PRICE"));
    EXPECT_EQ(values(anew, "Цвет"), Texts{"Красный"});
    const json whole = exchange.sandbox().call("crm.product.get", {{"id", anew.at("ID")}}).at("result");
    EXPECT_FALSE(whole.at("DETAIL_PICTURE").is_null());
    push_all();
    EXPECT_EQ(written_methods(), Texts{});
}

TEST_P(WholeExchange, SendsAllValuesOfAPropertyThatPeopleDeletedAgain) {
    push_all();
    exchange.sandbox().call("crm.product.property.delete", {{"id", property("Цвет").at("ID")}});
    const std::string red = "Красный</Значение>\n\t\t\t\t\t</Справочник>";
    edit("import0_1.xml", red,
         red +
             "\n\t\t\t\t\t<Справочник>\n\t\t\t\t\t\t<ИдЗначения>bl-ue</ИдЗначения>\n"
             "\t\t\t\t\t\t<Значение>Синий</Значение>\n\t\t\t\t\t</Справочник>");
    push_all();
    EXPECT_EQ(values(product("Гайка М8"), "Цвет"), Texts{"Красный"});
    EXPECT_EQ(values(product("Болт М8"), "Цвет"), Texts{"Оцинкованный"});
    push_all();
    EXPECT_EQ(written_methods(), Texts{});
}

TEST_P(WholeExchange, MakesAUnitOfACodeOfOnesOwnByTheNameThat1cHas) {
    edit("import0_1.xml", "Код=\"166 \" НаименованиеПолное=\"Килограмм\" МеждународноеСокращение=\"KGM\">кг<",
         "Код=\"2009\" НаименованиеПолное=\"Мешок\">меш<");
    push_all();
    const json unit = only_row("crm.measure.list", {{"CODE", "2009"}});
    EXPECT_EQ(unit.at("MEASURE_TITLE"), "меш");
}

TEST_P(WholeExchange, KeepsTheFamilyThatItWasBegunWith) {
    push_all();
    const std::string other = said<std::string>("catalog", "crm");
    write_file(settings(), "[portal]\napi = \"" + other + "\"\n");
    const ProcessResult changed = push();
    EXPECT_EQ(changed.exit_code, 4);
    EXPECT_NE((changed.out + changed.error).find("begun with api = \"" + GetParam() + "\""),
              std::string::npos)
        << changed.out << changed.error;
    write_file(settings(), "[portal]\napi = \"auto\"\n");
    push_all();
    EXPECT_EQ(written_methods(), Texts{});
}

INSTANTIATE_TEST_SUITE_P(By, WholeExchange, ::testing::Values("crm", "catalog"),
                         [](const auto& family) { return family.param; });

}  // namespace
}  // namespace obmen::tests
