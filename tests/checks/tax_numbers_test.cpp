#include <gtest/gtest.h>

#include "checks/checks.hpp"
#include "checks/date.hpp"

namespace obmen::checks {
namespace {

TEST(TaxNumbers, TakeInnWithValidCheckDigits) {
    EXPECT_TRUE(is_valid_inn("7707083893"));
    EXPECT_TRUE(is_valid_inn("500100732259"));
}

TEST(TaxNumbers, RefuseInnWithWrongCheckDigits) {
    EXPECT_FALSE(is_valid_inn("7707083894"));
    EXPECT_FALSE(is_valid_inn("500100732258"));
    EXPECT_FALSE(is_valid_inn("500100732269"));
}

TEST(TaxNumbers, RefuseInnOfAnotherLengthOrWithLetters) {
    EXPECT_FALSE(is_valid_inn(""));
    EXPECT_FALSE(is_valid_inn("770708389"));
    EXPECT_FALSE(is_valid_inn("77070838930"));
    EXPECT_FALSE(is_valid_inn("77O7083893"));
}

TEST(TaxNumbers, KnowTheFormOfKpp) {
    EXPECT_TRUE(is_valid_kpp("773601001"));
    EXPECT_TRUE(is_valid_kpp("7736AZ001"));
    EXPECT_FALSE(is_valid_kpp("7736az001"));
    EXPECT_FALSE(is_valid_kpp("77360100"));
    EXPECT_FALSE(is_valid_kpp("7736010011"));
    EXPECT_FALSE(is_valid_kpp("A73601001"));
}

TEST(Dates, ReadWhatOneCWrites) {
    for (const char* text : {"2021-02-17", "2021-02-17+03:00", "2017-08-02T18:36:44", "2021-02-18T9:49:02",
                             "17.02.2021", "17.02.2021 9:49:02", "0001-01-01", "2024-02-29"}) {
        EXPECT_TRUE(is_readable_date(text)) << text;
    }
}

TEST(Dates, RefuseWhatIsNoDayOfTheCalendar) {
    for (const char* text : {"2021-02-30", "2021-13-01", "2023-02-29", "31.04.2021", "20210217", "2021-02-1",
                             "вчера", "2021-02-171", "2021/02/17"}) {
        EXPECT_FALSE(is_readable_date(text)) << text;
    }
}

}  // namespace
}  // namespace obmen::checks
