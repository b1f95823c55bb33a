#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "flat/reading.hpp"

// The samples of samples/flat with the mappings beside them.
namespace obmen::flat {
namespace {

using Lines = std::vector<std::string>;

const std::filesystem::path samples = std::filesystem::path{OBMEN_SOURCE_DIR} / "samples" / "flat";

Reading read_sample(const std::string& name) {
    commerceml::FileInput input(samples / (name + ".xml"));
    return read_input(input, load_mappings({samples / (name + ".toml")}));
}

TEST(FlatSamples, GoodsInWindows1251) {
    const Reading reading = read_sample("nomenklatura");
    EXPECT_EQ(
        described(reading),
        (Lines{"group 00000000001 «Инструмент ручной» in [] depth 0",
               "group 00000000002 «Молотки» in [00000000001] depth 1", "price type Розничная RUB",
               "price type Оптовая RUB", "property Цвет Строка", "property Дата поступления Дата",
               "product 00000000012 «Молоток слесарный 500 г» full=Молоток слесарный, ручка из ясеня, 500 г "
               "article=МС-500 barcode=4600000000015 unit=шт. okei=796 in [00000000002] НДС=20% "
               "<Цвет=Чёрный> <Дата поступления=2025-12-09>",
               "offer 00000000012 Розничная=1234.5 RUB Оптовая=1100 RUB quantity=17",
               "product 00000000013 «Отвёртка «Мастер» PH2» full=Отвёртка крестовая PH2x100 article= "
               "barcode=4600000000022 unit=шт. okei=796 in [00000000001] НДС=20% <Цвет=> "
               "<Дата поступления=2025-11-21T14:05:30>",
               "offer 00000000013 Розничная=310 RUB quantity=0",
               "product 00000000014 «Линейка металлическая 30 см» full=Линейка металлическая 30 см "
               "article=ЛМ-30 barcode=4600000000039 unit=шт. okei=796 in [] НДС=Без НДС <Цвет=Серый> "
               "<Дата поступления=> DELETED",
               "offer 00000000014 Розничная=95.9 RUB Оптовая=80 RUB quantity=-2 DELETED"}));
    EXPECT_EQ(reading.facts.encoding, commerceml::Encoding::windows1251);
    EXPECT_EQ(reading.facts.formed_at, "15.01.2026 10:30:00");
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(FlatSamples, PricesInAttributes) {
    const Reading reading = read_sample("prais");
    EXPECT_EQ(
        described(reading),
        (Lines{"group Мебель «Мебель» in [] depth 0", "group Канцтовары «Канцтовары» in [] depth 0",
               "price type Розничная -",
               "product 6f1c1f3a-0c5e-11f0-8000-0a0027000001 «Кресло офисное «Прима»» unit=шт okei=796 "
               "in [Мебель] (Код=ТД-00101)",
               "offer 6f1c1f3a-0c5e-11f0-8000-0a0027000001 Розничная=7990 руб. quantity=4",
               "product 6f1c1f3a-0c5e-11f0-8000-0a0027000002 «Стол письменный 120×60» unit=шт okei=796 "
               "in [Мебель] (Код=ТД-00102)",
               "offer 6f1c1f3a-0c5e-11f0-8000-0a0027000002 Розничная=11450.5 руб. quantity=1",
               "product 6f1c1f3a-0c5e-11f0-8000-0a0027000003 «Бумага А4, 500 листов» unit=упак okei=778 "
               "in [Канцтовары] (Код=ТД-00103)",
               "offer 6f1c1f3a-0c5e-11f0-8000-0a0027000003 Розничная=389 руб. quantity=120"}));
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(FlatSamples, Contragents) {
    const Reading reading = read_sample("kontragenty");
    EXPECT_EQ(
        described(reading),
        (Lines{
            "contragent 11111111-2222-11f0-8000-0a0027000011 «Ромашка ООО» official=Общество с ограниченной "
            "ответственностью «Ромашка» inn=7707083893 kpp=770701001 born= legal address=127000, Москва, ул. "
            "Примерная, д. 1 (Телефон рабочий: +7 (495) 000-00-11) (Почта: info@romashka.example) account "
            "40702810000000000011 044525000",
            "contragent 11111111-2222-11f0-8000-0a0027000012 «Петрова Анна Сергеевна» full=Петрова Анна "
            "Сергеевна inn= kpp= born=1988-03-07 legal address= (Телефон рабочий: +7 (900) 000-00-12)",
            "contragent 11111111-2222-11f0-8000-0a0027000013 «ИП Сидоров П. П.» full=Индивидуальный "
            "предприниматель Сидоров Пётр Петрович inn=500100732259 kpp= born=1975-12-24 legal address= "
            "(Телефон рабочий: +7 (900) 000-00-13) (Почта: sidorov@mail.example) DELETED"}));
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(FlatSamples, LatinNamesAndTwoKindsOfRows) {
    const Reading reading = read_sample("catalog");
    EXPECT_EQ(
        described(reading),
        (Lines{"group C1 «Чай» in [] depth 0", "group C2 «Чай зелёный» in [C1] depth 1",
               "price type Розничная -", "price type Оптовая -",
               "product 000501 «Чай зелёный «Утро», 100 г» barcode=4600000000107 unit=pcs okei=796 in [C2]",
               "offer 000501 Розничная=249.9 RUB Оптовая=199 RUB quantity=35",
               "product 000502 «Чай чёрный «Вечер», 250 г» barcode=4600000000114 unit=pcs okei=796 in [C1] "
               "DELETED",
               "offer 000502 Розничная=399 RUB Оптовая=330.5 RUB quantity=0 DELETED"}));
    EXPECT_TRUE(reading.warnings.empty());
}

TEST(FlatSamples, TheSettingsNameAllMappings) {
    std::vector<std::filesystem::path> files;
    for (const char* name : {"nomenklatura", "prais", "kontragenty", "catalog"}) {
        files.push_back(samples / (std::string(name) + ".toml"));
    }
    EXPECT_EQ(load_mappings(files).size(), 5U);
}

TEST(FlatSamples, EachIsReadByTheMappingThatIsGuessedForIt) {
    for (const char* name : {"nomenklatura", "prais", "kontragenty", "catalog"}) {
        commerceml::FileInput input(samples / (std::string(name) + ".xml"));
        const Guess guessed = guess(input, name);
        EXPECT_TRUE(guessed.is_certain()) << name;
        commerceml::FileInput again(samples / (std::string(name) + ".xml"));
        const Reading by_guess = read_input(again, guessed.mappings());
        const Reading by_hand = read_sample(name);
        EXPECT_EQ(by_guess.code(), "") << name;
        EXPECT_EQ(by_guess.all<commerceml::Group>().size(), by_hand.all<commerceml::Group>().size()) << name;
        EXPECT_EQ(by_guess.all<commerceml::Product>().size(), by_hand.all<commerceml::Product>().size())
            << name;
        EXPECT_EQ(by_guess.all<commerceml::Offer>().size(), by_hand.all<commerceml::Offer>().size()) << name;
        EXPECT_EQ(by_guess.all<commerceml::Contragent>().size(), by_hand.all<commerceml::Contragent>().size())
            << name;
    }
}

}  // namespace
}  // namespace obmen::flat
