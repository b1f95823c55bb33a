#include "receipt/receipt.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <string>
#include <vector>

#include "crm/entity.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/pending.hpp"
#include "ledger/planning.hpp"
#include "receipt/receipt_schema.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::receipt {
namespace {

using ledger::PackageState;
using testing::receipt_schema_errors;

constexpr const char* package_id = "20260115103000-4f2a9";

/// A package of one file in a ledger of its own.
class Receipt : public ::testing::Test {
  protected:
    Receipt() { add_package(package_id); }

    void add_package(const std::string& id) {
        ledger::Package package;
        package.id = id;
        package.source = "samples";
        package.files.push_back(
            {"goods/1/import.xml", "0001.xml", 118388, std::string(64, 'a'), "2021-05-11T18:15:17"});
        m_packages.add(package);
    }

    void set(PackageState state, int revision) {
        m_packages.set_state(package_id, state);
        m_packages.set_receipt_revision(package_id, revision);
    }
    void add_findings(Severity severity, int count, const std::string& what) {
        for (int i = 0; i < count; ++i) {
            m_packages.add_finding(package_id,
                                   {.severity = severity,
                                    .message = Message{"CML-GROUP-UNKNOWN", {what + std::to_string(i)}},
                                    .file = "goods/1/import.xml"});
        }
    }
    /// Plans one product in a package, and an object that is left out.
    void plan(const std::string& id) {
        ledger::Planning planning(m_database, id, "1C");
        crm::Wish wish;
        wish.key = crm::make_key(crm::SourceKind::product, "p1");
        wish.source_id = "P1";
        wish.groups.push_back({"name", {{"name", std::string("Отвёртка")}}});
        wish.file = "goods/1/import.xml";
        planning.stage(wish);
        planning.leave_out({.key = crm::make_key(crm::SourceKind::product, "p2"),
                            .source_id = "p2",
                            .reason = Message{"CML-NAME-MISSING", {"Товар"}},
                            .is_error = true,
                            .file = "goods/1/import.xml",
                            .place = {31, 4}});
        planning.flush();
        ledger::Planning::merge(m_database, id);
    }
    /// The portal has taken everything.
    void settle_all() {
        ledger::Pending pending(m_database);
        for (const ledger::Operation& operation : pending.page({}, 100)) {
            pending.settle({{.entity = operation.entity,
                             .verdict = ledger::Verdict::created,
                             .remote_id = "4711",
                             .confirmed_groups = {"name"}}});
        }
    }
    [[nodiscard]] std::string text(const ReceiptOptions& options = {}) const {
        std::string receipt = receipt_text(m_packages, package_id, UtcTime{}, options);
        EXPECT_EQ(receipt_schema_errors(receipt), std::vector<std::string>{});
        return receipt;
    }

    ledger::Database m_database{":memory:"};
    ledger::Packages m_packages{m_database};
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::size_t occurrences(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST_F(Receipt, NamesThePackageItsFilesAndItsState) {
    set(PackageState::applied, 1);
    const std::string receipt = text();
    EXPECT_TRUE(contains(receipt, "Ид=\"20260115103000-4f2a9-1\" Редакция=\"1\" ДатаФормирования="));
    EXPECT_TRUE(contains(receipt, "Состояние=\"Выполнено\" Пакет=\"20260115103000-4f2a9\""));
    EXPECT_TRUE(contains(receipt, "<Файл Имя=\"goods/1/import.xml\" Размер=\"118388\" SHA256=\"aaa"));
    EXPECT_TRUE(contains(receipt, "ДатаФормирования=\"2021-05-11T18:15:17\"/>"));
}

TEST_F(Receipt, OfARejectedPackageGivesTheReason) {
    set(PackageState::rejected, 1);
    m_packages.add_finding(package_id, {.severity = Severity::fatal,
                                        .message = Message{"XML-TRUNCATED", {"Товар"}},
                                        .file = "goods/1/import.xml",
                                        .place = {812, 7}});
    const std::string receipt = text({.language = Language::english});
    EXPECT_TRUE(contains(receipt, "Состояние=\"Отклонено\""));
    EXPECT_TRUE(
        contains(receipt,
                 "<Замечание Код=\"XML-TRUNCATED\" Уровень=\"Отказ\" Файл=\"goods/1/import.xml\" "
                 "Строка=\"812\" Колонка=\"7\">The file breaks off: element &lt;Товар&gt; is not closed. "));
}

TEST_F(Receipt, GivesEachObjectItsRow) {
    plan(package_id);
    settle_all();
    set(PackageState::applied, 1);
    const std::string receipt = text();
    EXPECT_TRUE(contains(receipt, "<Итог Вид=\"Товар\" Всего=\"2\" Создано=\"1\""));
    EXPECT_TRUE(contains(receipt,
                         "<Объект Ид=\"P1\" Вид=\"Товар\" Действие=\"Создан\" ИдВБитрикс24=\"4711\" "
                         "ВидВБитрикс24=\"Товар\"/>"));
    EXPECT_TRUE(contains(receipt,
                         "<Объект Ид=\"p2\" Вид=\"Товар\" Действие=\"Ошибка\" Код=\"CML-NAME-MISSING\" "
                         "Файл=\"goods/1/import.xml\" Строка=\"31\">&lt;Товар&gt; без наименования. "));
    EXPECT_TRUE(contains(receipt, "Состояние=\"ВыполненоСОшибками\""));
}

TEST_F(Receipt, IsInterimBeforeThePackageIsSent) {
    plan(package_id);
    m_packages.set_receipt_revision(package_id, 1);
    const std::string receipt = text();
    EXPECT_TRUE(contains(receipt, "Состояние=\"Отложено\""));
    EXPECT_TRUE(contains(receipt, "<Объект Ид=\"P1\" Вид=\"Товар\" Действие=\"Отложен\""));
}

TEST_F(Receipt, CountsUnchangedObjectsInsteadOfListingThemWhenThereAreMany) {
    plan(package_id);
    settle_all();
    add_package("20260115104500-77777");
    plan("20260115104500-77777");
    m_packages.set_state("20260115104500-77777", PackageState::applied);
    const auto receipt_of_two = [this](std::uint64_t list_up_to) {
        std::string receipt =
            receipt_text(m_packages, "20260115104500-77777", UtcTime{}, {.list_unchanged_up_to = list_up_to});
        EXPECT_EQ(receipt_schema_errors(receipt), std::vector<std::string>{});
        return receipt;
    };
    const std::string listed = receipt_of_two(2);
    EXPECT_TRUE(contains(listed,
                         "<Объект Ид=\"P1\" Вид=\"Товар\" Действие=\"БезИзменений\" ИдВБитрикс24=\"4711\" "
                         "ВидВБитрикс24=\"Товар\"/>"));
    EXPECT_FALSE(contains(listed, "БезИзмененийПеречислены"));

    const std::string counted = receipt_of_two(1);
    EXPECT_FALSE(contains(counted, "Ид=\"P1\""));
    EXPECT_TRUE(contains(counted, "<Объект Ид=\"p2\""));
    EXPECT_TRUE(contains(counted, "БезИзменений=\"1\""));
    EXPECT_TRUE(contains(counted, "БезИзмененийПеречислены=\"false\""));
}

TEST_F(Receipt, SaysThatRowsWithoutIdFailed) {
    set(PackageState::applied, 1);
    add_findings(Severity::row_error, 1, "g");
    EXPECT_TRUE(contains(text(), "Состояние=\"ВыполненоСОшибками\""));
}

TEST_F(Receipt, ListsErrorsBeforeWarningsWhenThereAreTooMany) {
    set(PackageState::applied, 1);
    add_findings(Severity::warning, 20, "warning");
    add_findings(Severity::row_error, 3, "error");
    const std::string receipt = text({.language = Language::english, .most_findings = 5});
    EXPECT_EQ(occurrences(receipt, "Group error"), 3U);
    EXPECT_EQ(occurrences(receipt, "Group warning"), 2U);
    EXPECT_TRUE(contains(receipt,
                         "<Замечание Код=\"RCP-MORE-FINDINGS\" Уровень=\"Предупреждение\">18 more findings"));
}

TEST_F(Receipt, ThatLeavesOutErrorsSaysSo) {
    set(PackageState::applied, 1);
    add_findings(Severity::row_error, 3, "error");
    const std::string receipt = text({.most_findings = 2});
    EXPECT_TRUE(contains(receipt, "<Замечание Код=\"RCP-MORE-FINDINGS\" Уровень=\"Ошибка\">"));
}

TEST_F(Receipt, IsAFileWithANewNameForEachRevision) {
    const tests::TemporaryDirectory directory;
    const std::filesystem::path receipts = directory.path() / "out" / "receipts";
    set(PackageState::deferred, 1);
    const auto first = write_receipt(m_packages, package_id, receipts, UtcTime{});
    EXPECT_EQ(first, receipts / "goods_1_import.20260115103000-4f2a9.receipt.xml");
    EXPECT_EQ(read_whole_file(first), text());
    EXPECT_THROW(write_receipt(m_packages, package_id, receipts, UtcTime{}), Error);

    set(PackageState::applied, 2);
    const auto second = write_receipt(m_packages, package_id, receipts, UtcTime{});
    EXPECT_EQ(second, receipts / "goods_1_import.20260115103000-4f2a9.r2.receipt.xml");
    EXPECT_TRUE(contains(read_whole_file(second), "Редакция=\"2\" Заменяет=\"20260115103000-4f2a9-1\""));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(receipts), {}), 2);
}

/// Whole, valid and hidden: whoever reads all files of the folder would find the package twice.
TEST_F(Receipt, ThatAKilledProcessHasNotNamedIsGoneOnceThePackageHasOne) {
    const tests::TemporaryDirectory directory;
    plan(package_id);
    settle_all();
    set(PackageState::applied, 1);
    const std::string whole = text();
    set(PackageState::applied, 0);
    ledger::Package closed = m_packages.find(package_id).value();
    closed.receipt_revision = 1;
    const std::filesystem::path named = directory / "goods_1_import.20260115103000-4f2a9.receipt.xml";
    const std::filesystem::path of_another = directory / "goods_1_import.20260115103000-4f2a9.r2.receipt.xml";
    for (const std::filesystem::path& path : {named, of_another}) {
        EXPECT_EXIT(
            {
                DurableFile file(path);
                file.write(whole);
                std::raise(SIGKILL);
            },
            ::testing::KilledBySignal(SIGKILL), "");
    }
    ASSERT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 2);

    EXPECT_EQ(write_receipt(m_packages, closed, directory.path(), UtcTime{}, {}), named);
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        names.push_back(entry.path().filename().string());
    }
    std::ranges::sort(names);
    ASSERT_EQ(names.size(), 2U) << ::testing::PrintToString(names);
    // Another revision may be being written: it is let alone.
    EXPECT_TRUE(names.front().starts_with("." + of_another.filename().string())) << names.front();
    EXPECT_EQ(names.back(), named.filename().string());
}

TEST_F(Receipt, OfAnUnknownPackageIsABug) {
    EXPECT_THROW((void)receipt_text(m_packages, "no-such", UtcTime{}), Error);
}

}  // namespace
}  // namespace obmen::receipt
