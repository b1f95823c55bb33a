#include "flat/values.hpp"

#include <gtest/gtest.h>

#include "flat/columns.hpp"
#include "flat/units.hpp"

namespace obmen::flat {
namespace {

TEST(FlatValues, ReadsNumbersAsRussiansWriteThem) {
    EXPECT_EQ(normal_number("1\xC2\xA0"
                            "234,50",
                            {}),
              "1234.5");
    EXPECT_EQ(normal_number("1\xE2\x80\xAF"
                            "234 567",
                            {}),
              "1234567");
    EXPECT_EQ(normal_number(" 17,000 ", {}), "17");
    EXPECT_EQ(normal_number("-2", {}), "-2");
}

TEST(FlatValues, LeavesWhatIsNoNumberForTheChecks) {
    EXPECT_EQ(normal_number("по запросу", {}), "по запросу");
    EXPECT_EQ(normal_number("1,234.50", {}), "1,234.50");
}

TEST(FlatValues, TakesTheNamedDecimalMarkAndDropsTheOther) {
    Formats english;
    english.decimal = '.';
    EXPECT_EQ(normal_number("1,234.50", english), "1234.5");
    Formats german;
    german.decimal = ',';
    EXPECT_EQ(normal_number("1.234,50", german), "1234.5");
}

TEST(FlatValues, TurnsDatesIntoIso) {
    EXPECT_EQ(normal_date("31.12.2024", {}), "2024-12-31");
    EXPECT_EQ(normal_date("31.12.2024 0:00:00", {}), "2024-12-31");
    EXPECT_EQ(normal_date("1.2.2024 9:05:07", {}), "2024-02-01T09:05:07");
    EXPECT_EQ(normal_date("31.12.2024 9:05", {}), "2024-12-31T09:05:00");
    EXPECT_EQ(normal_date("2024-12-31T09:05:07", {}), "2024-12-31T09:05:07");
    EXPECT_EQ(normal_date("2024-12-31T00:00:00", {}), "2024-12-31");
    EXPECT_EQ(normal_date("20241231090507", {}), "2024-12-31T09:05:07");
}

TEST(FlatValues, TakesTheEmptyDateOf1CForNone) {
    EXPECT_EQ(normal_date("01.01.0001 0:00:00", {}), "");
    EXPECT_EQ(normal_date("0001-01-01T00:00:00", {}), "");
}

TEST(FlatValues, LeavesWhatIsNoDate) {
    EXPECT_EQ(normal_date("31.02.2024", {}), "31.02.2024");
    EXPECT_EQ(normal_date("31.12.2024 25:00:00", {}), "31.12.2024 25:00:00");
    EXPECT_EQ(normal_date("31.12.2024 г.", {}), "31.12.2024 г.");
    EXPECT_EQ(normal_date("вчера", {}), "вчера");
}

TEST(FlatValues, TakesAnotherDatePattern) {
    Formats american;
    american.date = "MM/dd/yyyy H:mm";
    EXPECT_EQ(normal_date("12/31/2024 9:05", american), "2024-12-31T09:05:00");
    EXPECT_EQ(normal_date("12/31/2024", american), "2024-12-31");
    EXPECT_EQ(normal_date("31.12.2024", american), "31.12.2024");
}

TEST(FlatValues, KnowsAUsableDatePattern) {
    EXPECT_TRUE(is_date_pattern("dd.MM.yyyy H:mm:ss"));
    EXPECT_TRUE(is_date_pattern("yyyyMMdd"));
    EXPECT_FALSE(is_date_pattern("dd.MM.yy"));
    EXPECT_FALSE(is_date_pattern("dd.MM"));
    EXPECT_FALSE(is_date_pattern("dd.dd.yyyy"));
    EXPECT_FALSE(is_date_pattern("dd.MM.yyyy hh"));
    EXPECT_FALSE(is_date_pattern(""));
}

TEST(FlatValues, KnowsTheWordsForTrue) {
    for (const char* word : {"Да", "ИСТИНА", "true", "1", "Так", " да "}) {
        EXPECT_TRUE(is_true(word, {})) << word;
    }
    for (const char* word : {"Нет", "Ложь", "false", "0", "", "2"}) {
        EXPECT_FALSE(is_true(word, {})) << word;
    }
    Formats other;
    other.true_words = {"Удалён"};
    EXPECT_TRUE(is_true("УДАЛЁН", other));
    EXPECT_FALSE(is_true("Да", other));
}

TEST(FlatValues, WritesBooleansAsTrueAndFalse) {
    EXPECT_EQ(normal_boolean("Да", {}), "true");
    EXPECT_EQ(normal_boolean("Ложь", {}), "false");
    EXPECT_EQ(normal_boolean("может быть", {}), "может быть");
}

TEST(FlatValues, KnowsBarcodesByTheirCheckDigit) {
    EXPECT_TRUE(is_barcode("4600000000015"));
    EXPECT_FALSE(is_barcode("4600000000016"));
    EXPECT_TRUE(is_barcode("96385074"));
    EXPECT_FALSE(is_barcode("460000000001"));
}

TEST(FlatValues, KnowsUnitsByTheirNames) {
    EXPECT_EQ(unit_code_of("Шт."), "796");
    EXPECT_EQ(unit_code_of("пог. м"), "018");
    EXPECT_EQ(unit_code_of("ведро"), "");
}

}  // namespace
}  // namespace obmen::flat
