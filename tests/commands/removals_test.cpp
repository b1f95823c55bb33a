#include <gtest/gtest.h>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

/// What else an export says.
struct Export {
    bool has_offers = true;
    std::size_t marked = 0;  ///< as deleted, from the first on
    std::string formed_at = "2026-01-15T10:00:00";
};

/// A catalogue with `products` and their prices, complete or not.
std::string catalogue(const std::string& id, const std::vector<std::string>& products, bool complete,
                      const Export& how = {}) {
    const std::string changes = complete ? "false" : "true";
    std::string goods;
    std::string offers;
    std::size_t marks = how.marked;
    for (const std::string& product : products) {
        const std::string status = marks > 0 ? " Статус=\"Удален\"" : "";
        marks -= marks > 0 ? 1 : 0;
        goods += "<Товар" + status + "><Ид>" + product + "</Ид><Наименование>Товар " + product +
                 "</Наименование></Товар>\n";
        offers += "<Предложение><Ид>" + product +
                  "</Ид><Цены><Цена><ИдТипаЦены>t</ИдТипаЦены>"
                  "<ЦенаЗаЕдиницу>10</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены></Предложение>\n";
    }
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<КоммерческаяИнформация ВерсияСхемы=\"2.07\" ДатаФормирования=\"" +
           how.formed_at +
           "\">\n"
           "<Каталог СодержитТолькоИзменения=\"" +
           changes + "\"><Ид>" + id + "</Ид><ИдКлассификатора>" + id + "</ИдКлассификатора><Наименование>" +
           id + "</Наименование><Товары>\n" + goods + "</Товары></Каталог>\n" +
           (how.has_offers ? "<ПакетПредложений СодержитТолькоИзменения=\"" + changes + "\"><Ид>" + id +
                                 "#</Ид><ИдКаталога>" + id +
                                 "</ИдКаталога><ТипыЦен><ТипЦены><Ид>t</Ид><Наименование>Розничная"
                                 "</Наименование><Валюта>RUB</Валюта></ТипЦены></ТипыЦен><Предложения>\n" +
                                 offers + "</Предложения></ПакетПредложений>\n"
                           : std::string{}) +
           "</КоммерческаяИнформация>\n";
}

std::vector<std::string> numbered(const std::string& prefix, std::size_t from, std::size_t to) {
    std::vector<std::string> ids;
    for (std::size_t i = from; i <= to; ++i) {
        ids.push_back(prefix + std::to_string(i));
    }
    return ids;
}

/// Exports whose absences count.
class Removals : public ::testing::Test {
  protected:
    Removals() {
        write_file(exchange.directory() / "mapping.toml", "[product]\nmissing = \"deactivate\"\n");
        write_file(exchange.directory() / "obmen.toml", "[mapping]\nfile = \"mapping.toml\"\n");
    }

    ProcessResult push(const std::string& name, const std::string& bytes,
                       const std::vector<std::string>& more = {}) {
        std::vector<std::string> words{"--settings", (exchange.directory() / "obmen.toml").string()};
        words.insert(words.end(), more.begin(), more.end());
        return exchange.push({exchange.file(name, bytes)}, words);
    }
    ProcessResult approve(const std::string& package) {
        return exchange.run({"approve", package, "--settings", (exchange.directory() / "obmen.toml").string(),
                             "--portal", exchange.sandbox().url(), "--state",
                             (exchange.directory() / "state").string(), "--receipts",
                             (exchange.directory() / "receipts").string(), "--lang", "en"});
    }
    [[nodiscard]] std::size_t active() const {
        return exchange.sandbox()
            .call("crm.product.list", {{"filter", {{"ACTIVE", "Y"}}}, {"select", {"ID"}}, {"start", 0}})
            .at("total")
            .get<std::size_t>();
    }
    [[nodiscard]] std::string newest_package() const {
        const ProcessResult status = exchange.run(
            {"status", "--json", "--last", "1", "--state", (exchange.directory() / "state").string()});
        return nlohmann::json::parse(status.out.substr(0, status.out.find('\n'))).at("package");
    }

    Exchange exchange;
};

TEST_F(Removals, OfAFewProductsAreMadeAtOnce) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 100), true)).exit_code, 0);
    const ProcessResult result = push("fewer.xml", catalogue("c", numbered("p", 1, 97), true));
    ASSERT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_EQ(active(), 97U);
    EXPECT_EQ(exchange.writes(), 3);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.count("Товар", "Деактивирован"), 3);
    EXPECT_EQ(receipt.count("Товар", "БезИзменений"), 97);
}

TEST_F(Removals, OfHalfACatalogueAreHeldWhileTheRestGoesOnUntilAPersonApproves) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 40), true)).exit_code, 0);
    std::vector<std::string> half = numbered("p", 1, 20);
    half.push_back("new");
    const ProcessResult result = push("half.xml", catalogue("c", half, true));
    EXPECT_EQ(result.exit_code, 3) << result.out << result.error;
    EXPECT_EQ(active(), 41U) << "the new one is made, nothing is switched off";
    EXPECT_TRUE(exchange.last_receipt().has_code("PKG-REMOVALS-HELD"));

    const ProcessResult approved = approve(newest_package());
    ASSERT_EQ(approved.exit_code, 0) << approved.out << approved.error;
    EXPECT_EQ(active(), 21U);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_EQ(receipt.count("Товар", "Деактивирован"), 20);
    EXPECT_FALSE(receipt.has_code("PKG-REMOVALS-HELD"));

    const ProcessResult again = approve(newest_package());
    EXPECT_EQ(again.exit_code, 4);
    EXPECT_NE(again.error.find("PKG-NOTHING-HELD"), std::string::npos) << again.error;
}

TEST_F(Removals, ThatANewerExportTakesOverGiveTheOlderOneItsFinalReceipt) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 40), true)).exit_code, 0);
    ASSERT_EQ(push("half.xml", catalogue("c", numbered("p", 1, 20), true)).exit_code, 3);
    ASSERT_EQ(exchange.last_receipt().state, "Отложено");
    push("less.xml", catalogue("c", numbered("p", 1, 19), true, {.formed_at = "2026-01-15T11:00:00"}));
    EXPECT_EQ(active(), 40U);
    std::map<std::string, std::string> last;  // of the receipts of each export
    for (const auto& path : receipts_in(exchange.directory() / "receipts")) {
        last[path.filename().string().substr(0, 4)] = read_receipt(path).state;
    }
    EXPECT_EQ(last.at("half"), "Выполнено") << "it waits for nobody any more";
    EXPECT_EQ(last.at("less"), "Отложено");
}

TEST_F(Removals, ThatWouldBeHeldAreListedByADryRun) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 30), true)).exit_code, 0);
    for (const std::string& bytes :
         {catalogue("c", numbered("p", 1, 15), true),
          catalogue("c", numbered("p", 16, 30), false, {.has_offers = true, .marked = 15})}) {
        const ProcessResult shown = push("next.xml", bytes, {"--dry-run"});
        EXPECT_EQ(shown.exit_code, 3) << shown.out << shown.error;
        EXPECT_NE(shown.out.find("hold product «Товар p16» [p16] → "), std::string::npos) << shown.out;
        EXPECT_NE(shown.out.find("hold product «Товар p30» [p30] → "), std::string::npos) << shown.out;
        EXPECT_EQ(shown.out.find("hold product «Товар p15»"), std::string::npos) << shown.out;
        EXPECT_NE(shown.out.find("products: hold 15"), std::string::npos) << shown.out;
        EXPECT_NE(shown.out.find("-HELD"), std::string::npos) << shown.out;
        EXPECT_EQ(shown.out.find("obmen approve"), std::string::npos) << shown.out;

        const ProcessResult lines = push("next.xml", bytes, {"--dry-run", "--json"});
        EXPECT_EQ(lines.exit_code, 3);
        EXPECT_NE(lines.out.find(R"("action":"hold")"), std::string::npos) << lines.out;
        EXPECT_NE(lines.out.find(R"("name":"Товар p16")"), std::string::npos) << lines.out;
        EXPECT_NE(lines.out.find(R"({"held":{"products":{"hold":15}}})"), std::string::npos) << lines.out;
        EXPECT_NE(lines.out.find(R"("exit_code":3)"), std::string::npos) << lines.out;
        EXPECT_EQ(lines.out.find("obmen approve"), std::string::npos) << lines.out;
    }
    EXPECT_EQ(active(), 30U);
}

TEST_F(Removals, AreNotMadeByExportsOfChanges) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 30), true)).exit_code, 0);
    ASSERT_EQ(push("change.xml", catalogue("c", numbered("p", 1, 1), false)).exit_code, 0);
    EXPECT_EQ(active(), 30U);
}

TEST_F(Removals, OfCataloguesThatAreEachCompleteForThemselvesTouchNothingOfEachOther) {
    for (const char* id : {"a", "b", "c"}) {
        ASSERT_EQ(push(std::string(id) + ".xml", catalogue(id, numbered(id, 1, 20), true)).exit_code, 0);
    }
    EXPECT_EQ(active(), 60U);
    ASSERT_EQ(push("a2.xml", catalogue("a", numbered("a", 1, 19), true)).exit_code, 0);
    EXPECT_EQ(active(), 59U);
    // What moves from one catalogue into another is never missing.
    std::vector<std::string> moved = numbered("b", 1, 20);
    moved.push_back("a19");
    ASSERT_EQ(push("b2.xml", catalogue("b", moved, true)).exit_code, 0);
    ASSERT_EQ(push("a3.xml", catalogue("a", numbered("a", 1, 18), true)).exit_code, 0);
    EXPECT_EQ(active(), 59U);
}

TEST_F(Removals, AreTakenBackWhenTheProductComesAgain) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 30), true)).exit_code, 0);
    ASSERT_EQ(push("fewer.xml", catalogue("c", numbered("p", 1, 29), true)).exit_code, 0);
    EXPECT_EQ(active(), 29U);
    ASSERT_EQ(push("again.xml", catalogue("c", numbered("p", 1, 30), true)).exit_code, 0);
    EXPECT_EQ(active(), 30U);
}

TEST_F(Removals, CanBeMadeByGoodsAlone) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 30), true)).exit_code, 0);
    ASSERT_EQ(push("goods.xml", catalogue("c", numbered("p", 1, 29), true, {.has_offers = false})).exit_code,
              0);
    EXPECT_EQ(active(), 29U);
}

TEST_F(Removals, ByDeletionMarksAreHeldLikeAbsencesUntilAPersonApproves) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 30), true)).exit_code, 0);
    const ProcessResult marked =
        push("marked.xml", catalogue("c", numbered("p", 1, 20), false, {.has_offers = true, .marked = 20}));
    EXPECT_EQ(marked.exit_code, 3) << marked.out << marked.error;
    EXPECT_EQ(active(), 30U);
    EXPECT_TRUE(exchange.last_receipt().has_code("PKG-MARKS-HELD"));
    const ProcessResult approved = approve(newest_package());
    ASSERT_EQ(approved.exit_code, 0) << approved.out << approved.error;
    EXPECT_EQ(active(), 10U);
    EXPECT_EQ(exchange.last_receipt().count("Товар", "Деактивирован"), 20);
}

TEST_F(Removals, OfAnOvertakenExportNameTheNewerOne) {
    ASSERT_EQ(push("all.xml", catalogue("c", numbered("p", 1, 40), true)).exit_code, 0);
    EXPECT_EQ(push("half.xml", catalogue("c", numbered("p", 1, 20), true)).exit_code, 3);
    const std::string older = newest_package();
    EXPECT_EQ(push("other.xml", catalogue("c", numbered("p", 1, 21), true)).exit_code, 3);
    const ProcessResult approved = approve(older);
    EXPECT_EQ(approved.exit_code, 4);
    EXPECT_NE(approved.error.find("PKG-OVERTAKEN"), std::string::npos) << approved.error;
    EXPECT_NE(approved.error.find(newest_package()), std::string::npos) << approved.error;
}

TEST_F(Removals, AreNotMadeByAnExportThatIsOlderThanWhatWasApplied) {
    ASSERT_EQ(
        push("new.xml", catalogue("c", numbered("p", 1, 30), true,
                                  {.has_offers = true, .marked = 0, .formed_at = "2026-01-16T09:00:00"}))
            .exit_code,
        0);
    const std::string old = catalogue("c", numbered("p", 1, 29), true);
    const ProcessResult stale = push("old.xml", old);
    EXPECT_EQ(stale.exit_code, 2) << stale.out << stale.error;
    EXPECT_EQ(active(), 30U);
    const ReceiptView receipt = exchange.last_receipt();
    EXPECT_TRUE(receipt.has_code("PKG-STALE"));
    const ProcessResult forced =
        exchange.push({exchange.file("old.xml", old)},
                      {"--force", "--settings", (exchange.directory() / "obmen.toml").string()});
    EXPECT_EQ(forced.exit_code, 0) << forced.out << forced.error;
    EXPECT_EQ(active(), 29U);
}

TEST_F(Removals, AreMadeByAnExportAfterOneOfTheFuture) {
    ASSERT_EQ(
        push("future.xml", catalogue("c", numbered("p", 1, 30), true,
                                     {.has_offers = true, .marked = 0, .formed_at = "9999-12-31T00:00:00"}))
            .exit_code,
        0);
    const ProcessResult next = push("next.xml", catalogue("c", numbered("p", 1, 29), true));
    EXPECT_EQ(next.exit_code, 0) << next.out << next.error;
    EXPECT_EQ(active(), 29U);
}

}  // namespace
}  // namespace obmen::tests
