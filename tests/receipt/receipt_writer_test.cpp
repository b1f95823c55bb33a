#include "receipt/receipt_writer.hpp"

#include <gtest/gtest.h>

#include <array>

#include "receipt/receipt_schema.hpp"
#include "support/error.hpp"

namespace obmen::receipt {
namespace {

using ledger::Outcome;
using ledger::PackageState;
using ledger::Totals;
using ledger::Verdict;
using testing::receipt_schema_errors;

constexpr std::string_view sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

template <typename Rows>
std::string written(const Rows& rows, TextEncoding encoding = TextEncoding::utf8_with_bom,
                    Language language = Language::russian) {
    std::string text;
    ReceiptWriter writer([&text](std::string_view bytes) { text += bytes; }, encoding, language);
    rows(writer);
    writer.finish();
    return text;
}

std::string only_object(const Outcome& outcome, TextEncoding encoding = TextEncoding::utf8_with_bom) {
    return written(
        [&](ReceiptWriter& writer) {
            writer.head({.package = "p-1"});
            writer.object(outcome);
        },
        encoding);
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(ReceiptWriter, WritesEveryKindOfRow) {
    Totals totals{.source_kind = 2};
    totals.count[static_cast<std::size_t>(Verdict::created)] = 3;
    totals.count[static_cast<std::size_t>(Verdict::unchanged)] = 53;
    totals.count[static_cast<std::size_t>(Verdict::failed)] = 1;
    totals.count[static_cast<std::size_t>(Verdict::planned)] = 2;
    totals.count[static_cast<std::size_t>(Verdict::deferred)] = 4;
    const std::string text = written([&](ReceiptWriter& writer) {
        writer.head({.package = "20260115103000-4f2a9", .revision = 2, .state = ReceiptState::with_errors});
        writer.file({"import0_1.xml", "0", 118388, std::string(sha256), "2021-05-11T18:15:17"});
        writer.totals(totals);
        writer.object({2, "bd72d8f9", Verdict::created, "4711", std::nullopt, "import0_1.xml", {7, 1}, 2});
        writer.object({2,
                       "bd72d8fa",
                       Verdict::failed,
                       "",
                       Message{"B24-REFUSED", {"нет прав"}},
                       "import0_1.xml",
                       {812, 3}});
        writer.note(
            {Severity::warning, Message{"CML-GROUP-UNKNOWN", {"g1"}}, "import0_1.xml", {9, 4}, "bd72d8f9"});
    });
    EXPECT_TRUE(text.starts_with(
        "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<РезультатОбмена ВерсияСхемы=\"1.0\" "
        "Ид=\"20260115103000-4f2a9-2\" Редакция=\"2\" Заменяет=\"20260115103000-4f2a9-1\" "));
    EXPECT_TRUE(contains(text, "Состояние=\"ВыполненоСОшибками\" Пакет=\"20260115103000-4f2a9\">\n"));
    EXPECT_TRUE(contains(text, "<Файл Имя=\"import0_1.xml\" Размер=\"118388\" SHA256=\"e3b0"));
    EXPECT_TRUE(contains(
        text,
        "<Итог Вид=\"Товар\" Всего=\"63\" Создано=\"3\" Обновлено=\"0\" Связано=\"0\" Деактивировано=\"0\" "
        "Удалено=\"0\" БезИзменений=\"53\" Оставлено=\"0\" Заменено=\"0\" Отложено=\"6\" Пропущено=\"0\" "
        "Ошибок=\"1\"/>"));
    EXPECT_TRUE(contains(text,
                         "<Объект Ид=\"bd72d8f9\" Вид=\"Товар\" Действие=\"Создан\" ИдВБитрикс24=\"4711\" "
                         "ВидВБитрикс24=\"Товар\"/>"));
    EXPECT_TRUE(
        contains(text,
                 "<Объект Ид=\"bd72d8fa\" Вид=\"Товар\" Действие=\"Ошибка\" Код=\"B24-REFUSED\" "
                 "Файл=\"import0_1.xml\" Строка=\"812\">Битрикс24 отказал: нет прав. Устраните причину "
                 "и выгрузите объект снова.</Объект>"));
    EXPECT_TRUE(contains(text,
                         "<Замечание Код=\"CML-GROUP-UNKNOWN\" Уровень=\"Предупреждение\" Ид=\"bd72d8f9\" "
                         "Файл=\"import0_1.xml\" Строка=\"9\" Колонка=\"4\">Группа g1 нигде не описана. "));
    EXPECT_EQ(receipt_schema_errors(text), std::vector<std::string>{});
}

TEST(ReceiptWriter, SpeaksEnglishInTextsOnly) {
    const std::string text = written(
        [](ReceiptWriter& writer) {
            writer.head({.package = "p-1"});
            writer.note({Severity::warning, Message{"CML-GROUP-UNKNOWN", {"g1"}}});
        },
        TextEncoding::utf8_with_bom, Language::english);
    EXPECT_TRUE(contains(
        text,
        "<Замечание Код=\"CML-GROUP-UNKNOWN\" Уровень=\"Предупреждение\">Group g1 is described nowhere. "));
}

TEST(ReceiptWriter, SchemaKnowsEveryWord) {
    const std::string text = written([](ReceiptWriter& writer) {
        writer.head({.package = "p-1", .unchanged_listed = false});
        for (std::uint8_t kind = 1; kind <= 6; ++kind) {
            writer.totals({.source_kind = kind});
        }
        for (std::uint8_t verdict = 0; verdict <= 11; ++verdict) {
            writer.object({1, "g", static_cast<Verdict>(verdict), "", std::nullopt, "", {}, 0});
        }
        for (const CatalogueEntry& entry : catalogue) {
            writer.note({Severity::fatal, Message{Code::find(entry.code).value()}});
        }
        writer.note({Severity::row_error, Message{"CML-ROOT"}});
    });
    EXPECT_EQ(receipt_schema_errors(text), std::vector<std::string>{});
    for (const ReceiptState state :
         {ReceiptState::done, ReceiptState::with_errors, ReceiptState::rejected, ReceiptState::deferred}) {
        const std::string head =
            written([&](ReceiptWriter& writer) { writer.head({.package = "p", .state = state}); });
        EXPECT_EQ(receipt_schema_errors(head), std::vector<std::string>{});
    }
}

TEST(ReceiptWriter, SchemaRefusesAnUnknownWord) {
    std::string text = only_object({1, "g", Verdict::created, "", std::nullopt, "", {}, 0});
    text.replace(text.find("Создан"), std::string_view("Создан").size(), "Сделан");
    EXPECT_FALSE(receipt_schema_errors(text).empty());
    EXPECT_FALSE(receipt_schema_errors(text.substr(0, text.size() - 5)).empty());
}

TEST(ReceiptWriter, RefusesAKindThatNoVersionKnows) {
    EXPECT_THROW(only_object({7, "g", Verdict::created, "", std::nullopt, "", {}, 0}), Error);
}

TEST(ReceiptWriter, StaysWellFormedWhateverTheValuesHold) {
    std::string every_byte;
    for (int byte = 0; byte < 256; ++byte) {
        every_byte += static_cast<char>(byte);
    }
    for (const TextEncoding encoding : {TextEncoding::utf8_with_bom, TextEncoding::windows1251}) {
        const std::string text = only_object({2,
                                              every_byte,
                                              Verdict::failed,
                                              every_byte,
                                              Message{"B24-REFUSED", {every_byte}},
                                              every_byte,
                                              {1, 1}},
                                             encoding);
        EXPECT_EQ(receipt_schema_errors(text), std::vector<std::string>{});
    }
}

TEST(ReceiptWriter, WritesWindows1251WithReferences) {
    const std::string text =
        only_object({2, "Ә-№5", Verdict::created, "", std::nullopt, "", {}}, TextEncoding::windows1251);
    EXPECT_TRUE(text.starts_with("<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n<\xD0\xE5"));
    EXPECT_TRUE(contains(text,
                         "\"&#x4D8;-\xB9"
                         "5\""));
    EXPECT_EQ(receipt_schema_errors(text), std::vector<std::string>{});
}

TEST(ReceiptWriter, HandsOverBlocksInsteadOfCollecting) {
    std::size_t largest = 0;
    std::size_t all = 0;
    ReceiptWriter writer(
        [&](std::string_view bytes) {
            largest = std::max(largest, bytes.size());
            all += bytes.size();
        },
        TextEncoding::utf8_with_bom, Language::russian);
    writer.head({.package = "p-1"});
    for (int i = 0; i < 20'000; ++i) {
        writer.object({2, std::to_string(i), Verdict::created, "1", std::nullopt, "", {}, 0});
    }
    writer.finish();
    EXPECT_GT(all, 1'000'000U);
    EXPECT_LT(largest, 70'000U);
}

Totals with(Verdict verdict) {
    Totals totals{.source_kind = 2};
    totals.count[static_cast<std::size_t>(Verdict::created)] = 5;
    totals.count[static_cast<std::size_t>(verdict)] += 1;
    return totals;
}

ReceiptState applied_with(Verdict verdict, bool row_errors = false) {
    const std::array<Totals, 1> totals{with(verdict)};
    return receipt_state(PackageState::applied, totals, row_errors);
}

TEST(ReceiptState, FollowsItsRules) {
    EXPECT_EQ(applied_with(Verdict::unchanged), ReceiptState::done);
    EXPECT_EQ(applied_with(Verdict::skipped), ReceiptState::done);
    EXPECT_EQ(applied_with(Verdict::failed), ReceiptState::with_errors);
    EXPECT_EQ(applied_with(Verdict::unchanged, true), ReceiptState::with_errors);
    EXPECT_EQ(applied_with(Verdict::deferred), ReceiptState::deferred);
    EXPECT_EQ(applied_with(Verdict::planned), ReceiptState::deferred);
    EXPECT_EQ(applied_with(Verdict::deferred, true), ReceiptState::with_errors);
    EXPECT_EQ(receipt_state(PackageState::applied, {}, false), ReceiptState::done);
}

TEST(ReceiptState, IsInterimUntilThePackageIsApplied) {
    const std::array<Totals, 1> failed{with(Verdict::failed)};
    for (const PackageState state : {PackageState::received, PackageState::planning, PackageState::planned,
                                     PackageState::delivering, PackageState::deferred}) {
        EXPECT_EQ(receipt_state(state, failed, true), ReceiptState::deferred);
    }
    EXPECT_EQ(receipt_state(PackageState::rejected, failed, true), ReceiptState::rejected);
}

}  // namespace
}  // namespace obmen::receipt
