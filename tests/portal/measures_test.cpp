#include "portal/measures.hpp"

#include <gtest/gtest.h>

#include "fakes.hpp"

namespace obmen::portal {
namespace {

using test::plain;

TEST(MeasureAdd, NamesAKnownUnitByItsCodeAlone) {
    EXPECT_EQ(plain(measure_add_command("796", "штука товара")),
              "crm.measure.add?fields[CODE]=796&fields[MEASURE_TITLE]=Штука&fields[SYMBOL_RUS]=шт");
    EXPECT_EQ(plain(measure_add_command("006", "")),
              "crm.measure.add?fields[CODE]=6&fields[MEASURE_TITLE]=Метр&fields[SYMBOL_RUS]=м");
}

TEST(MeasureAdd, TakesOneCsNameForAnUnknownCode) {
    EXPECT_EQ(plain(measure_add_command("9999", " паллета ")),
              "crm.measure.add?fields[CODE]=9999&fields[MEASURE_TITLE]=паллета&fields[SYMBOL_RUS]=паллета");
    EXPECT_EQ(plain(measure_add_command("9999", " ")),
              "crm.measure.add?fields[CODE]=9999&fields[MEASURE_TITLE]=9999&fields[SYMBOL_RUS]=9999");
}

TEST(OkeiUnit, IsKnownWithOrWithoutLeadingZeros) {
    EXPECT_EQ(okei_unit("0166")->symbol, "кг");
    EXPECT_EQ(okei_unit("166")->name, "Килограмм");
    EXPECT_FALSE(okei_unit("").has_value());
    EXPECT_FALSE(okei_unit("12345").has_value());
}

}  // namespace
}  // namespace obmen::portal
