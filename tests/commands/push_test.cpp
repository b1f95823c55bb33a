#include <gtest/gtest.h>

#include <set>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

TEST(Push, CreatesEverythingAndTellsTheIds) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(4), sample_products(10, 4)));
    const ProcessResult result = exchange.push({file});
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;

    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.state, "Выполнено");
    EXPECT_EQ(receipt.count("Группа", "Создан"), 4);
    EXPECT_EQ(receipt.count("Товар", "Создан"), 10);
    for (const ReceiptView::Row& row : receipt.objects) {
        EXPECT_FALSE(row.remote_id.empty()) << row.id;
    }
    EXPECT_EQ(exchange.writes(), 14 + 1) << "and the property for the stock";
}

TEST(Push, SendsSectionsAndProductsOfAnEmptyPortalInAsFewRequestsAsTheyNeed) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(10), sample_products(90, 10)));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    EXPECT_EQ(exchange.requests(), 1 + 2 + 2)
        << "start-up, the properties that are there, the one for the stock, and 100 commands in two batches";
}

TEST(Push, PutsEveryProductIntoItsSectionWithItsPrice) {
    Exchange exchange;
    const auto products = sample_products(60, 7);
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(7), products));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    const ReceiptView receipt = exchange.last_receipt();
    for (const SampleProduct& product : products) {
        const auto* row = receipt.find("Товар", product.id);
        ASSERT_NE(row, nullptr);
        const auto object = exchange.sandbox().call("crm.product.get", {{"id", row->remote_id}}).at("result");
        EXPECT_EQ(object.at("NAME"), product.name);
        EXPECT_EQ(object.at("XML_ID"), product.id);
        EXPECT_EQ(std::stod(object.at("PRICE").get<std::string>()), std::stod(product.price));
        EXPECT_EQ(object.at("CURRENCY_ID"), "RUB");
        EXPECT_EQ(object.at("SECTION_ID"), receipt.find("Группа", product.group)->remote_id);
        EXPECT_EQ(object.at("ACTIVE"), "Y");
    }
}

TEST(Push, OfTheSameFileAgainAsksNothingAndWritesNothing) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(3), sample_products(20, 3)));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    EXPECT_EQ(exchange.requests(), 0);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(exchange.receipt_count(), 2U);
    EXPECT_EQ(receipt.count("Товар", "БезИзменений"), 20);
    EXPECT_EQ(receipt.count("Группа", "БезИзменений"), 3);
    EXPECT_FALSE(receipt.find("Товар", "p0001")->remote_id.empty());
}

TEST(Push, OfAThousandNewProductsTakesTwentyOneRequestsAndStartUp) {
    Exchange exchange;
    const auto first =
        exchange.file("first.xml", catalogue_file(sample_groups(5), sample_products(60, 5, "a")));
    ASSERT_EQ(exchange.push({first}).exit_code, 0);
    const auto second =
        exchange.file("second.xml", catalogue_file(sample_groups(5), sample_products(1000, 5, "b")));
    ASSERT_EQ(exchange.push({second}).exit_code, 0);
    EXPECT_LE(exchange.requests(), 21 + 2);
    EXPECT_EQ(exchange.writes(), 1000);

    auto changed = sample_products(1000, 5, "b");
    for (SampleProduct& product : changed) {
        product.price = "77";
    }
    const auto third = exchange.file("third.xml", catalogue_file({}, changed));
    ASSERT_EQ(exchange.push({third}).exit_code, 0);
    EXPECT_LE(exchange.requests(), 20 + 2);
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Обновлён"), 1000);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
}

TEST(Push, SendsOnlyTheFieldsThatChanged) {
    Exchange exchange;
    auto products = sample_products(3, 2);
    ASSERT_EQ(exchange.push({exchange.file("a.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    products[1].price = "5";
    products[2].name = "Другое имя";
    ASSERT_EQ(exchange.push({exchange.file("b.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);

    const auto journal = exchange.sandbox().get("/sandbox/journal");
    const auto& writes = journal.is_array() ? journal : journal.at("writes");
    ASSERT_EQ(exchange.writes(), 2);
    const auto price = writes.at(writes.size() - 2).at("parameters").at("fields");
    const auto name = writes.at(writes.size() - 1).at("parameters").at("fields");
    EXPECT_EQ(price, (nlohmann::json{{"PRICE", "5"}, {"CURRENCY_ID", "RUB"}}));
    EXPECT_EQ(name, (nlohmann::json{{"NAME", "Другое имя"}}));
}

TEST(Push, FindsWhatAnotherLedgerMadeAndMakesNoSecondOne) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(6), sample_products(130, 6)));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    std::filesystem::remove_all(exchange.directory() / "state");
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
    EXPECT_EQ(exchange.since_push("creations"), 0);
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Обновлён"), 130);
}

TEST(Push, AsksKeyByKeyWhereThePortalDoesNotUnderstandLists) {
    for (const char* mode : {"first", "ignored"}) {
        Exchange exchange;
        exchange.sandbox().post("/sandbox/settings", {{"in_array", mode}});
        const auto file =
            exchange.file("import.xml", catalogue_file(sample_groups(6), sample_products(130, 6)));
        ASSERT_EQ(exchange.push({file}).exit_code, 0);
        std::filesystem::remove_all(exchange.directory() / "state");
        ASSERT_EQ(exchange.push({file}).exit_code, 0);
        EXPECT_EQ(exchange.since_push("creations"), 0) << mode;
        EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty()) << mode;
    }
}

TEST(Push, NeverMakesAThirdObjectWhereThePortalHasTwo) {
    Exchange exchange;
    for (int i = 0; i < 2; ++i) {
        exchange.sandbox().call("crm.product.add", {{"fields", {{"NAME", "Двойник"}, {"XML_ID", "p0001"}}}});
    }
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(5, 2)));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    const ReceiptView receipt = exchange.last_receipt();
    ASSERT_NE(receipt.find("Товар", "p0001"), nullptr);
    EXPECT_EQ(receipt.find("Товар", "p0001")->action, "Ошибка");
    EXPECT_EQ(receipt.find("Товар", "p0001")->code, "B24-DUPLICATE");
    EXPECT_EQ(receipt.count("Товар", "Создан"), 4);
    EXPECT_EQ(receipt.state, "ВыполненоСОшибками");
}

TEST(Push, ReportsARefusalWithAnEmptyCodeAsAnError) {
    Exchange exchange;
    exchange.order_fault({{"match", {{"key", "p0003"}}},
                          {"times", 1},
                          {"action", "command_error"},
                          {"error", ""},
                          {"description", "Неверное значение"}});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(6, 2)));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    const ReceiptView receipt = exchange.last_receipt();
    ASSERT_NE(receipt.find("Товар", "p0003"), nullptr);
    EXPECT_EQ(receipt.find("Товар", "p0003")->action, "Ошибка");
    EXPECT_NE(receipt.find("Товар", "p0003")->text.find("Неверное значение"), std::string::npos);
    EXPECT_EQ(receipt.count("Товар", "Создан"), 5);

    ASSERT_EQ(exchange.push({file}).exit_code, 0) << "the next export tries again";
    EXPECT_EQ(exchange.last_receipt().find("Товар", "p0003")->action, "Создан");
    EXPECT_EQ(exchange.writes(), 1);
}

TEST(Push, MendsWhatARefusedSectionMisplaced) {
    Exchange exchange;
    exchange.order_fault({{"match", {{"key", "g1"}}},
                          {"times", 1},
                          {"action", "command_error"},
                          {"error", ""},
                          {"description", "нет"}});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(6, 2)));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.find("Группа", "g1")->action, "Ошибка");
    EXPECT_EQ(receipt.find("Товар", "p0001")->action, "Создан");
    EXPECT_EQ(receipt.find("Товар", "p0001")->code, "B24-MISPLACED");

    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.find("Группа", "g1")->action, "Создан");
    const auto product = exchange.sandbox()
                             .call("crm.product.get", {{"id", receipt.find("Товар", "p0001")->remote_id}})
                             .at("result");
    EXPECT_EQ(product.at("SECTION_ID"), receipt.find("Группа", "g1")->remote_id);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
}

TEST(Push, MakesAProductAnewThatPeopleDeleted) {
    Exchange exchange;
    auto products = sample_products(5, 2);
    ASSERT_EQ(exchange.push({exchange.file("a.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    const std::string old_id = exchange.last_receipt().find("Товар", "p0002")->remote_id;
    exchange.sandbox().call("crm.product.delete", {{"id", old_id}});
    products[2].price = "9";
    ASSERT_EQ(exchange.push({exchange.file("b.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    const ReceiptView receipt = exchange.last_receipt();
    const std::string new_id = receipt.find("Товар", "p0002")->remote_id;
    EXPECT_NE(new_id, old_id);
    EXPECT_TRUE(receipt.has_code("B24-GONE"));
    const auto object = exchange.sandbox().call("crm.product.get", {{"id", new_id}}).at("result");
    EXPECT_EQ(object.at("NAME"), products[2].name);
    EXPECT_EQ(object.at("SECTION_ID"), receipt.find("Группа", "g0")->remote_id);
}

TEST(Push, MakesASectionAnewThatPeopleDeletedWithItsProducts) {
    Exchange exchange;
    auto products = sample_products(5, 2);
    ASSERT_EQ(exchange.push({exchange.file("a.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    const std::string old_id = exchange.last_receipt().find("Группа", "g0")->remote_id;
    exchange.sandbox().call("crm.productsection.delete", {{"id", old_id}}, 7);
    products[2].price = "9";
    ASSERT_EQ(exchange.push({exchange.file("b.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.find("Товар", "p0002")->action, "Создан");
    ASSERT_NE(receipt.find("Группа", "g0"), nullptr);
    const std::string new_id = receipt.find("Группа", "g0")->remote_id;
    EXPECT_NE(new_id, old_id);
    const auto product = exchange.sandbox()
                             .call("crm.product.get", {{"id", receipt.find("Товар", "p0002")->remote_id}})
                             .at("result");
    EXPECT_EQ(product.at("SECTION_ID"), new_id);
    ASSERT_EQ(exchange.push({exchange.file("c.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    EXPECT_EQ(exchange.writes(), 0);
}

TEST(Push, SendsAProductWithoutASectionThatPeopleDeletedAndAnExportOfChangesLacks) {
    Exchange exchange;
    auto products = sample_products(5, 2);
    ASSERT_EQ(exchange.push({exchange.file("a.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    exchange.sandbox().call("crm.productsection.delete",
                            {{"id", exchange.last_receipt().find("Группа", "g0")->remote_id}}, 7);
    products[2].price = "9";
    const auto changes = exchange.file("b.xml", catalogue_file({}, products));
    EXPECT_NE(exchange.push({changes}).exit_code, 1) << "it waits for the section, and has not failed";
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.find("Товар", "p0002")->action, "Создан");
    EXPECT_EQ(receipt.find("Товар", "p0002")->code, "B24-MISPLACED");
    EXPECT_NE(exchange.push({changes}).exit_code, 1);
    EXPECT_EQ(exchange.writes(), 0) << "there is nothing more to be sent";
    ASSERT_EQ(exchange.push({exchange.file("c.xml", catalogue_file(sample_groups(2), products))}).exit_code,
              0);
    const auto product = exchange.sandbox()
                             .call("crm.product.get", {{"id", receipt.find("Товар", "p0002")->remote_id}})
                             .at("result");
    EXPECT_EQ(product.at("SECTION_ID"), exchange.last_receipt().find("Группа", "g0")->remote_id);
}

TEST(Push, KeepsPhonesSingleAndLeavesPeoplesOwn) {
    Exchange exchange;
    std::vector<SampleContragent> people{
        {"k1",
         "ООО Ромашка",
         true,
         {{"Телефон рабочий", "+7 495 111-22-33"}, {"Почта", "a@romashka.example"}}},
        {"k2", "Иванов Иван Иванович", false, {{"Телефон мобильный", "8 916 000-00-01"}}}};
    ASSERT_EQ(exchange.push({exchange.file("a.xml", contragents_file(people))}).exit_code, 0);
    const std::string id = exchange.last_receipt().find("Контрагент", "k1")->remote_id;
    exchange.sandbox().call(
        "crm.company.update",
        {{"id", id}, {"fields", {{"PHONE", {{{"VALUE", "+7 999 7777777"}, {"VALUE_TYPE", "WORK"}}}}}}});
    people[0].contacts[0].second = "+7 495 111-22-44";
    ASSERT_EQ(exchange.push({exchange.file("b.xml", contragents_file(people))}).exit_code, 0);
    const auto company = exchange.sandbox().call("crm.company.get", {{"id", id}}).at("result");
    std::multiset<std::string> phones;
    for (const auto& phone : company.at("PHONE")) {
        phones.insert(phone.at("VALUE").get<std::string>());
    }
    EXPECT_EQ(phones, (std::multiset<std::string>{"+7 495 111-22-44", "+7 999 7777777"}));
    EXPECT_EQ(company.at("EMAIL").size(), 1U);
    EXPECT_EQ(company.at("ORIGIN_ID"), "k1");
    EXPECT_EQ(company.at("ORIGINATOR_ID"), "1C");

    const auto contact =
        exchange.sandbox()
            .call("crm.contact.get", {{"id", exchange.last_receipt().find("Контрагент", "k2")->remote_id}})
            .at("result");
    EXPECT_EQ(contact.at("LAST_NAME"), "Иванов");
    EXPECT_EQ(contact.at("SECOND_NAME"), "Иванович");
}

TEST(Push, RejectsABrokenFileWithAPlaceAndSendsNothing) {
    Exchange exchange;
    std::string bytes = catalogue_file(sample_groups(2), sample_products(30, 2));
    bytes.resize(bytes.size() - 200);
    const ProcessResult result = exchange.push({exchange.file("import.xml", bytes)});
    EXPECT_EQ(result.exit_code, 2);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.state, "Отклонено");
    EXPECT_TRUE(receipt.objects.empty());
    EXPECT_TRUE(receipt.has_code("XML-TRUNCATED") || receipt.has_code("XML-MALFORMED"));
    EXPECT_FALSE(receipt.findings.front().line.empty());
    EXPECT_EQ(exchange.requests(), 0);
}

TEST(Push, DefersWhenThePortalIsDownAndGoesOnLater) {
    Exchange exchange;
    exchange.order_fault({{"match", {{"every", 1}}}, {"times", 0}, {"action", "status"}, {"status", 503}});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(60, 2)));
    EXPECT_EQ(exchange.push({file}).exit_code, 3);
    EXPECT_EQ(exchange.last_receipt().state, "Отложено");
    exchange.sandbox().clear_faults();

    const auto other = exchange.file("other.xml", catalogue_file({}, sample_products(1, 0, "z")));
    ASSERT_EQ(exchange.push({other}).exit_code, 0);
    EXPECT_EQ(exchange.since_push("creations"), 2 + 60 + 1 + 1) << "and the property for the stock";
    EXPECT_EQ(exchange.receipt_count(), 3U) << "interim, then final for the first; one for the second";
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
}

TEST(Push, RefusesAWebhookThatIsNoAdministrators) {
    Exchange exchange;
    exchange.sandbox().post("/sandbox/settings", {{"administrator", false}});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
    const ProcessResult result = exchange.push({file});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ(exchange.writes(), 0);
    EXPECT_TRUE(exchange.last_receipt().has_code("B24-NOT-ADMIN"));
}

TEST(Push, ShowsADryRunAndSendsNothing) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(30, 2)));
    const ProcessResult result = exchange.push({file}, {"--dry-run"});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ(exchange.requests(), 0);
    EXPECT_EQ(exchange.receipt_count(), 0U);
    EXPECT_NE(result.out.find("products: create 30"), std::string::npos) << result.out;
}

TEST(Push, EndsADryRunAsItWouldEndItself) {
    Exchange exchange;
    const std::filesystem::path faulty = OBMEN_SOURCE_DIR "/samples/faulty";
    EXPECT_EQ(exchange.push({faulty}, {"--dry-run"}).exit_code, 1);
    EXPECT_EQ(exchange.push({faulty}).exit_code, 1);
    EXPECT_EQ(exchange.push({OBMEN_SOURCE_DIR "/samples/broken"}, {"--dry-run"}).exit_code, 2);
}

TEST(Push, EndsWithErrorsWhereObjectsCannotBeReadAtAll) {
    Exchange exchange;
    const auto file = exchange.file("import.xml",
                                    "<КоммерческаяИнформация ВерсияСхемы=\"2.07\"><Каталог><Ид>c</Ид><Товары>"
                                    "<товар><Ид>p1</Ид><Наименование>Болт</Наименование></товар>"
                                    "</Товары></Каталог></КоммерческаяИнформация>");
    EXPECT_EQ(exchange.push({file}, {"--dry-run"}).exit_code, 1);
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    EXPECT_EQ(exchange.last_receipt().state, "ВыполненоСОшибками");
    EXPECT_TRUE(exchange.last_receipt().has_code("CML-UNKNOWN-ELEMENT"));
}

TEST(Push, TellsALedgerOfAnotherPortalApart) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(1), sample_products(1, 1)));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    const ProcessResult result = exchange.run({"push", file.string(), "--lang", "en", "--portal",
                                               "https://other.example/rest/1/topsecret/", "--state",
                                               (exchange.directory() / "state").string(), "--receipts",
                                               (exchange.directory() / "receipts").string()});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.error.find("SYS-LEDGER-PORTAL"), std::string::npos) << result.error;
    EXPECT_EQ((result.error + result.out).find("topsecret"), std::string::npos);
}

/// A product as products_file() writes it: one line.
std::string product_line(const std::string& id, const std::string& name) {
    return "<Товар><Ид>" + id + "</Ид><Наименование>" + name + "</Наименование></Товар>\n";
}

/// Products from line 2 on, and the offers of the same file after them.
std::string products_file(const std::string& products, const std::string& offers = {}) {
    const std::string package = offers.empty() ? ""
                                               : "<ПакетПредложений><Ид>k#</Ид><Предложения>\n" + offers +
                                                     "</Предложения></ПакетПредложений>";
    return "<КоммерческаяИнформация ВерсияСхемы=\"2.07\"><Каталог><Ид>k</Ид><Товары>\n" + products +
           "</Товары></Каталог>\n" + package + "</КоммерческаяИнформация>";
}

std::string offer_line(const std::string& id, const std::string& price) {
    return "<Предложение><Ид>" + id + "</Ид><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены><ЦенаЗаЕдиницу>" + price +
           "</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены></Предложение>\n";
}

TEST(Push, AppliesNoneOfTwoRecordsThatContradictEachOther) {
    Exchange exchange;
    const auto file = exchange.file(
        "import.xml",
        products_file(product_line("p1", "Болт") + product_line("twice", "Гайка") +
                          product_line("p2", "Винт") + product_line("TWICE", "Шайба") +
                          product_line("p3", "Шпилька"),
                      offer_line("p1", "1") + offer_line("twice", "2") + offer_line("p2", "3")));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.count("Товар", "Создан"), 3);
    EXPECT_EQ(receipt.count("Товар", "Ошибка"), 1);
    const auto* row = receipt.find("Товар", "twice");
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->action, "Ошибка");
    EXPECT_EQ(row->code, "CML-ID-CONFLICT");
    EXPECT_EQ(row->line, "5");
    EXPECT_NE(row->text.find("3, 5"), std::string::npos) << row->text;
    EXPECT_TRUE(row->remote_id.empty());
    EXPECT_EQ(exchange.since_push("creations"), 3);
    const std::string portal =
        exchange.sandbox().state().dump() + exchange.sandbox().get("/sandbox/journal").dump();
    for (const char* trace : {"twice", "TWICE", "Гайка", "Шайба"}) {
        EXPECT_EQ(portal.find(trace), std::string::npos) << trace;
    }

    // Mended in 1C, it comes with the next export.
    const auto mended = exchange.file("mended.xml", products_file(product_line("twice", "Гайка")));
    EXPECT_EQ(exchange.push({mended}).exit_code, 0);
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Создан"), 1);
}

TEST(Push, OfPricesThatContradictEachOtherTouchesThePriceAlone) {
    Exchange exchange;
    const auto file = exchange.file(
        "import.xml",
        products_file(product_line("p1", "Болт"), offer_line("p1", "1") + offer_line("p1", "2")));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    const ReceiptView receipt = exchange.last_receipt();
    const auto* row = receipt.find("Товар", "p1");
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->code, "CML-ID-CONFLICT");
    const auto object = exchange.sandbox().call("crm.product.get", {{"id", row->remote_id}}).at("result");
    EXPECT_EQ(object.at("NAME"), "Болт");
    EXPECT_TRUE(object.at("PRICE").is_null()) << object.dump();
}

TEST(Push, TakesTheSameRecordTwiceOnce) {
    Exchange exchange;
    const auto file =
        exchange.file("import.xml", products_file(product_line("p1", "Болт") + product_line("p1", "Болт")));
    EXPECT_EQ(exchange.push({file}).exit_code, 0);
    EXPECT_EQ(exchange.since_push("creations"), 1);
    EXPECT_TRUE(exchange.last_receipt().has_code("CML-ID-REPEATED"));
}

TEST(Push, AnswersForBothIdsOfARecordThatHasTwo) {
    Exchange exchange;
    const auto file = exchange.file(
        "import.xml",
        products_file(product_line("p1", "Болт") +
                      "<Товар><Ид>p2</Ид><Ид>p3</Ид><Наименование>Гайка</Наименование></Товар>"));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    EXPECT_EQ(exchange.since_push("creations"), 1);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.count("Товар", "Ошибка"), 2);
    EXPECT_EQ(receipt.find("Товар", "p2")->code, "CML-ID-TWICE");
    EXPECT_EQ(receipt.find("Товар", "p3")->code, "CML-ID-TWICE");
    EXPECT_EQ(
        exchange.push({exchange.file("mended.xml", products_file(product_line("p2", "Гайка")))}).exit_code,
        0);
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Создан"), 1);
}

TEST(Push, SaysOnceWhatBothTheChecksAndTheConversionSee) {
    Exchange exchange;
    const auto file = exchange.file(
        "import.xml",
        catalogue_file({{"g0", "Крепёж", ""}}, {{"p1", "Болт", "нет", "1"}, {"p2", "Гайка", "g0", "-5"}}));
    EXPECT_EQ(exchange.push({file}).exit_code, 1);
    const ReceiptView receipt = exchange.last_receipt();
    std::map<std::string, int> codes;
    for (const ReceiptView::Row& finding : receipt.findings) {
        ++codes[finding.code];
    }
    EXPECT_EQ(codes["CML-GROUP-UNKNOWN"], 1);
    EXPECT_FALSE(codes.contains("CML-PRICE-NEGATIVE"));
    EXPECT_EQ(receipt.find("Товар", "p2")->code, "CRM-PRICE-NEGATIVE");
}

}  // namespace
}  // namespace obmen::tests
