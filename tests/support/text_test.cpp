#include "support/text.hpp"

#include <gtest/gtest.h>

#include "support/decimal.hpp"
#include "support/message.hpp"
#include "support/secret.hpp"

namespace obmen {
namespace {

TEST(Text, TrimsNbspAndBomLikeSpaces) {
    EXPECT_EQ(trimmed(" \t796\xC2\xA0 "), "796");
    EXPECT_EQ(trimmed("\xEF\xBB\xBFимя"), "имя");
    EXPECT_EQ(trimmed(" \xC2\xA0"), "");
    EXPECT_EQ(tidied("1\xC2\xA0"
                     "905"),
              "1 905");
}

TEST(Text, KeepsLettersThatEndLikeWhiteSpace) {
    // The last bytes of Р, Я and п are those of NBSP, narrow NBSP and the byte order mark.
    for (const std::string letter : {"Р", "Я", "п", "«", "…", "ﬁ"}) {
        EXPECT_EQ(trimmed(letter), letter);
        EXPECT_EQ(tidied(" " + letter + "\xC2\xA0"), letter);
    }
    EXPECT_EQ(trimmed("\xE2\x80\xAF"
                      "1\xE2\x80\xAF"),
              "1");
    EXPECT_EQ(tidied("а\xC2\xA0\xC2\xA0б\xC2"), "а  б\xC2");
    EXPECT_EQ(tidied(""), "");
}

TEST(Text, FoldsIdentifiers) {
    EXPECT_EQ(folded("ÀÞ×Ø Ω ЀЁЏАЯѠҐӐ ԮԱ €😀"),
              "àþ×ø ω ѐёџаяѡґӑ ԯԱ €😀");
    EXPECT_EQ(folded("A\xD0"), "a\xD0");
    EXPECT_EQ(folded("BD72D8F9-АБВЁ"), "bd72d8f9-абвё");
    EXPECT_EQ(folded("\xFF"), "\xFF");
}

TEST(Text, CutsBetweenCharacters) {
    EXPECT_EQ(first_characters("шт.", 2), "шт");
    EXPECT_EQ(first_characters("шт", 5), "шт");
    EXPECT_EQ(character_count("шт."), 3U);
}

TEST(Text, KnowsUtf8) {
    EXPECT_TRUE(is_utf8("Болт М6 😀"));
    EXPECT_FALSE(is_utf8("\xC1\xAF"));
    EXPECT_FALSE(is_utf8("\xED\xA0\x80"));
    EXPECT_FALSE(is_utf8("\xD0"));
    EXPECT_TRUE(is_utf8("Перфораторы")) << "four letters at a time";
    const std::string letters = "Молотилка";  // two bytes each, of D0 and D1
    for (std::size_t at = 0; at < letters.size(); ++at) {
        for (const char wrong : {'\x41', '\x80', '\xC0', '\xC1', '\xE0', '\xFF'}) {
            std::string damaged = letters;
            damaged[at] = wrong;
            const bool is_another_letter = at % 2 == 1 && wrong == '\x80';
            EXPECT_EQ(is_utf8(damaged), is_another_letter) << at << ' ' << static_cast<int>(wrong);
        }
    }
}

TEST(Text, PercentEncodes) {
    std::string out;
    append_percent_encoded(out, "guid#1 +%Б");
    EXPECT_EQ(out, "guid%231%20%2B%25%D0%91");
}

TEST(Decimal, ReadsWhatPeopleWrite) {
    EXPECT_EQ(Decimal::parse("1 234,50")->text(), "1234.5");
    EXPECT_EQ(Decimal::parse("1\xE2\x80\xAF"
                             "234\xE2\x80\x89"
                             "567,50")
                  ->text(),
              "1234567.5");
    EXPECT_FALSE(
        Decimal::parse("1\xE2\x80\x94"
                       "2"));
    EXPECT_EQ(Decimal::parse("1\xC2\xA0"
                             "905.00")
                  ->text(),
              "1905");
    EXPECT_EQ(Decimal::parse(" 7\xC2\xA0")->text(), "7");
    EXPECT_EQ(Decimal::parse("-0.00")->text(), "0");
    EXPECT_EQ(Decimal::parse(".5")->text(), "0.5");
    EXPECT_EQ(Decimal::parse("007")->text(), "7");
    EXPECT_FALSE(Decimal::parse("1,234.50"));
    EXPECT_FALSE(Decimal::parse(""));
    EXPECT_FALSE(Decimal::parse("-"));
    EXPECT_FALSE(Decimal::parse("12a"));
    EXPECT_FALSE(Decimal::parse("1234567890123456789"));
}

TEST(Message, FillsInBothLanguages) {
    const Message message{"CML-GROUP-UNKNOWN", {"g1"}};
    EXPECT_EQ(sentence(message, Language::russian), "Группа g1 нигде не описана");
    EXPECT_EQ(sentence(message, Language::english), "Group g1 is described nowhere");
    EXPECT_FALSE(remedy(message, Language::russian).empty());
    EXPECT_EQ(Code::find("CML-GROUP-UNKNOWN"), Code{"CML-GROUP-UNKNOWN"});
    EXPECT_FALSE(Code::find("CML-NO-SUCH-CODE"));
}

TEST(Message, ShowsAMessageInsideAnotherInTheLanguageOfTheWhole) {
    const Message message{"XML-MALFORMED", {as_argument({"CML-GROUP-UNKNOWN", {"g1"}})}};
    EXPECT_EQ(sentence(message, Language::english), "XML error: Group g1 is described nowhere");
    EXPECT_EQ(sentence(message, Language::russian), "Ошибка XML: Группа g1 нигде не описана");
}

/// Which placeholders a text uses, as a bit set.
unsigned placeholders(std::string_view text) {
    unsigned used = 0;
    for (std::size_t i = 0; i + 2 < text.size(); ++i) {
        if (text[i] == '{' && text[i + 2] == '}' && text[i + 1] >= '0' && text[i + 1] <= '9') {
            used |= 1U << static_cast<unsigned>(text[i + 1] - '0');
        }
    }
    return used;
}

TEST(Catalogue, LanguagesAgreeAndCodesAreUnique) {
    for (std::size_t i = 0; i < catalogue.size(); ++i) {
        const CatalogueEntry& entry = catalogue[i];
        EXPECT_EQ(placeholders(entry.russian), placeholders(entry.english)) << entry.code;
        EXPECT_EQ(entry.russian_remedy.empty(), entry.english_remedy.empty()) << entry.code;
        for (std::size_t j = i + 1; j < catalogue.size(); ++j) {
            EXPECT_NE(entry.code, catalogue[j].code);
        }
    }
}

TEST(Secret, IsMaskedWherePeopleLook) {
    EXPECT_EQ(masked("POST https://p.example/rest/1/abcdef/batch"),
              "POST https://p.example/rest/1/***/batch");
    EXPECT_EQ(masked("{\"auth\":\"AT1\"}"), "{\"auth\":\"***\"}");
    EXPECT_EQ(masked("https://user:pw@p.example/"), "https://***@p.example/");
    EXPECT_EQ(masked("sftp://user:pw@files.example/in"), "sftp://***@files.example/in");
    EXPECT_EQ(masked("sftp://obmen@files.example/in"), "sftp://obmen@files.example/in");
    for (const std::string name : {"auth", "access_token", "refresh_token", "client_secret"}) {
        EXPECT_EQ(masked(name + "=s3cret"), name + "=***");
    }
    EXPECT_EQ(masked("import/offers0_1.xml"), "import/offers0_1.xml");
}

TEST(Quotable, HidesWhatSteersATerminal) {
    EXPECT_EQ(quotable("a\x1B[31m"), "a?[31m");
    EXPECT_EQ(quotable("a\xC2\x9B"
                       "31m\x7F"),
              "a?31m?");
    EXPECT_EQ(quotable("a\xC2\xA0"
                       "b"),
              "a\xC2\xA0"
              "b");
}

}  // namespace
}  // namespace obmen
