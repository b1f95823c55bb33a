#include "life/life.hpp"

namespace obmen::tests {
namespace {

using ledger::PackageState;
using ledger::Verdict;

TEST_F(Life, AHundredTimesTheSameExportIsSentOnceAndAnsweredTwice) {
    const std::string first = arrive(price_export("10"));
    round();
    ASSERT_EQ(state_of(first), PackageState::applied);
    const int requests_of_the_first = requests();
    std::vector<std::string> repeats;
    for (int i = 0; i < 99; ++i) {
        m_clock.move(std::chrono::minutes(1));
        repeats.push_back(arrive(price_export("10")));
        round();
    }
    for (const std::string& id : repeats) {
        ASSERT_EQ(state_of(id), PackageState::repeat);
        EXPECT_EQ(package(id).other, first);
    }
    EXPECT_EQ(requests(), requests_of_the_first);
    EXPECT_EQ(receipts_in(m_settings.receipts.directory).size(), 2U);
    const std::vector<ReceiptView> answered = receipts_of(repeats.front());
    ASSERT_EQ(answered.size(), 1U);
    EXPECT_EQ(answered[0].state, "Выполнено");
    EXPECT_TRUE(answered[0].has_code("PKG-REPEAT"));
    EXPECT_TRUE(answered[0].objects.empty());
    EXPECT_EQ(answered[0].totals, receipts_of(first).at(0).totals);
}

TEST_F(Life, ARepeatIsAnsweredOnceADay) {
    arrive(price_export("10"));
    round();
    const std::string first = arrive(price_export("10"));
    round();
    m_clock.move(std::chrono::hours(23));
    const std::string second = arrive(price_export("10"));
    round();
    m_clock.move(std::chrono::hours(2));
    const std::string third = arrive(price_export("10"));
    round();
    EXPECT_EQ(receipts_of(first).size(), 1U);
    EXPECT_EQ(receipts_of(second).size(), 0U);
    EXPECT_EQ(receipts_of(third).size(), 1U);
    EXPECT_EQ(state_of(third), PackageState::repeat);
}

TEST_F(Life, ThereAndBackAgainEndsWhereItBegan) {
    for (const char* price : {"10", "20", "10"}) {
        const std::string id = arrive(price_export(price));
        round();
        EXPECT_EQ(state_of(id), PackageState::applied) << price;
        EXPECT_EQ(products().at(0).at("PRICE").get<std::string>(), std::string(price) + ".00");
    }
}

TEST_F(Life, WhatAPersonHandsOverIsNeverARepeat) {
    arrive(price_export("10"));
    round();
    const std::string by_hand = arrive(price_export("10"), "");
    round();
    EXPECT_EQ(state_of(by_hand), PackageState::applied);
    EXPECT_GT(count(by_hand, Verdict::unchanged), 0U);
}

TEST_F(Life, OtherSettingsMakeTheSameBytesNews) {
    arrive(price_export("10"));
    round();
    m_settings.default_currency = "USD";
    reopen();
    const std::string again = arrive(price_export("10"));
    round();
    EXPECT_EQ(state_of(again), PackageState::applied);
}

TEST_F(Life, AnObjectThatFailedMakesTheSameBytesNews) {
    const std::string faulty = catalogue_file({}, {{"p1", "", "", "10"}, {"p2", "Молоток", "", "20"}});
    const std::string first = arrive(faulty);
    round();
    ASSERT_GT(count(first, Verdict::failed), 0U);
    const std::string again = arrive(faulty);
    round();
    EXPECT_EQ(state_of(again), PackageState::applied);
}

TEST_F(Life, ANewerFullExportTakesThePlaceOfOneThatHasNotBegun) {
    const std::string older = arrive(price_export("10"));
    const std::string newer = arrive(price_export("20"));
    round();
    EXPECT_EQ(state_of(older), PackageState::superseded);
    EXPECT_EQ(package(older).other, newer);
    EXPECT_EQ(state_of(newer), PackageState::applied);
    EXPECT_EQ(products().at(0).at("PRICE").get<std::string>(), "20.00");
    const std::vector<ReceiptView> answered = receipts_of(older);
    ASSERT_EQ(answered.size(), 1U);
    EXPECT_TRUE(answered[0].has_code("PKG-SUPERSEDED"));
    EXPECT_TRUE(answered[0].objects.empty());
}

/// Prices and stock as full exports of offers, each in a file of its own.
std::string offers_file(const std::string& formed_at, const std::string& value) {
    return "<КоммерческаяИнформация xmlns=\"urn:1C.ru:commerceml_2\" ВерсияСхемы=\"2.08\" "
           "ДатаФормирования=\"" +
           formed_at +
           "\"><ПакетПредложений СодержитТолькоИзменения=\"false\"><Ид>c1#</Ид><ИдКаталога>c1</ИдКаталога>"
           "<Предложения><Предложение><Ид>p1</Ид>" +
           value + "</Предложение></Предложения></ПакетПредложений></КоммерческаяИнформация>";
}

TEST_F(Life, PricesAndStockInFilesOfTheirOwnDoNotStandInForEachOther) {
    arrive(price_export("10"));
    round();
    const std::string price =
        "<Цены><Цена><ИдТипаЦены>t1</ИдТипаЦены><ЦенаЗаЕдиницу>25</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></"
        "Цена></Цены>";
    const std::string stock = "<Количество>7</Количество>";
    const std::string prices = arrive(offers_file("2026-01-16T10:00:00", price), "1c", "prices");
    const std::string rests = arrive(offers_file("2026-01-16T10:15:00", stock), "1c", "rests");
    round();
    EXPECT_EQ(state_of(prices), PackageState::applied);
    EXPECT_EQ(state_of(rests), PackageState::applied);
    EXPECT_EQ(products().at(0).at("PRICE").get<std::string>(), "25.00");
    // Formed before the stock, and here after it: no reason to refuse it.
    const std::string late = arrive(offers_file("2026-01-16T10:14:00", price), "1c", "prices");
    round();
    EXPECT_NE(state_of(late), PackageState::rejected);
    const std::string old = arrive(offers_file("2026-01-15T10:14:00", price), "1c", "prices");
    round();
    EXPECT_EQ(state_of(old), PackageState::rejected) << "older prices than those that were applied";
}

TEST_F(Life, AFullExportStaysWhereTheNewerOneCannotBeRead) {
    const std::string older = arrive(price_export("10"));
    const std::string whole = price_export("20");
    const std::string newer = arrive(whole.substr(0, whole.size() - 30));
    round();
    EXPECT_EQ(state_of(older), PackageState::applied);
    EXPECT_EQ(state_of(newer), PackageState::rejected);
    EXPECT_EQ(products().at(0).at("PRICE").get<std::string>(), "10.00");
    EXPECT_TRUE(std::filesystem::exists(m_exchange->spool() / newer / "reason.json"));
    const nlohmann::json reason =
        nlohmann::json::parse(read_file(m_exchange->spool() / newer / "reason.json"));
    EXPECT_EQ(reason.at("code").get<std::string>().substr(0, 4), "XML-");
    EXPECT_EQ(receipts_of(newer).at(0).state, "Отклонено");
}

TEST_F(Life, ChangesBetweenTwoFullExportsAreNotLost) {
    const std::string full = arrive(price_export("10"));
    const std::string delta = arrive(catalogue_file({}, {{"p2", "Молоток", "", "7"}}, /*only_changes=*/true));
    const std::string last = arrive(price_export("30"));
    round();
    EXPECT_EQ(state_of(full), PackageState::applied);
    EXPECT_EQ(state_of(delta), PackageState::applied);
    EXPECT_EQ(state_of(last), PackageState::applied);
    EXPECT_EQ(products().size(), 2U);
}

TEST_F(Life, AFullExportWithMoreThanTheNewerOneIsApplied) {
    const std::string both = price_export("10");
    const std::string older = arrive(both);
    const auto offers = both.find("<ПакетПредложений");
    const std::string goods = both.substr(0, offers) + "</КоммерческаяИнформация>\n";
    const std::string newer = arrive(goods);
    round();
    EXPECT_EQ(state_of(older), PackageState::applied);
    EXPECT_EQ(state_of(newer), PackageState::applied);
}

}  // namespace
}  // namespace obmen::tests
