#include "receipt/check_page.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/temporary_directory.hpp"
#include "support/error.hpp"

namespace obmen::receipt {
namespace {

using tests::read_file;
using tests::TemporaryDirectory;
using tests::write_file;

PageFile sample_file() {
    PageFile file{.name = "import.xml", .row_errors = 1};
    file.records = {{"Товар", 3}, {"Группа", 2}};
    file.encoding = "windows-1251";
    file.schema_version = "2.05";
    file.formed_at = "2026-01-15";
    file.findings.add({.severity = Severity::row_error,
                       .message = {"CML-ID-MISSING", {"Товар"}},
                       .file = "import.xml",
                       .place = {.line = 812, .column = 4}});
    return file;
}

CheckPage page_with(PageFile file, Language language = Language::russian) {
    return {.language = language, .checked_at = UtcTime{}, .files = {std::move(file)}};
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, std::string_view part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) {
        ++count;
    }
    return count;
}

TEST(CheckPage, SaysWhatAFileIsAndWhatToDoAboutIt) {
    const std::string page = check_page_text(page_with(sample_file()));
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    EXPECT_TRUE(has(page, "<html lang=\"ru\">"));
    EXPECT_TRUE(has(page, "<h2 id=\"file0\">import.xml</h2>"));
    EXPECT_TRUE(has(page, "с ошибками"));
    EXPECT_TRUE(has(page, "Товар 3, Группа 2"));
    EXPECT_TRUE(has(page, "<td>windows-1251</td>"));
    EXPECT_TRUE(has(page, "<td>2.05</td>"));
    EXPECT_TRUE(has(page, "import.xml:812:4</span>: &lt;Товар&gt; без Ид</li>")) << page;
    EXPECT_TRUE(has(page, "Что делать: Заполните Ид в 1С."));
    EXPECT_FALSE(has(page, "Сличение")) << "nobody asked for it";
}

TEST(CheckPage, IsInEnglishThroughout) {
    PageFile file = sample_file();
    file.compared = true;
    file.schema = "2";
    file.deviations.push_back({{"XSD-LONG", {"Товар/Наименование", "x", "255"}}, 7, 12});
    const std::string page = check_page_text(page_with(file, Language::english));
    EXPECT_TRUE(has(page, "<html lang=\"en\">"));
    EXPECT_TRUE(has(page, "with errors"));
    EXPECT_TRUE(has(page, "What to do: Fill in Ид in 1C."));
    EXPECT_TRUE(has(page, "more characters than 255"));
    EXPECT_FALSE(has(page, "ошиб"));
    EXPECT_FALSE(has(page, "Строка"));
}

TEST(CheckPage, NeedsNothingElseAndRunsNothing) {
    const std::string page = check_page_text(page_with(sample_file()));
    for (const char* reference : {"src=", "http://", "https://", "<script", "<link", "url("}) {
        EXPECT_FALSE(has(page, reference)) << reference;
    }
    EXPECT_TRUE(has(page, "default-src 'none'"));
}

TEST(CheckPage, EscapesWhateverComesFromAFile) {
    const std::string hostile = "</td><script>alert(\"&'\x01\xFF\")</script>";
    PageFile file{.name = hostile};
    file.records = {{hostile, 1}};
    file.encoding = hostile;
    file.schema_version = hostile;
    file.formed_at = hostile;
    file.findings.add({.message = {"CML-NUMBER", {hostile, hostile}}, .file = hostile, .object_id = hostile});
    file.findings.add({.message = {"CML-FOREIGN", {hostile, hostile}}});
    file.compared = true;
    file.schema = hostile;
    file.deviations.push_back({{"XSD-LONG", {hostile, hostile, hostile}}, 1, 1});
    const std::string page = check_page_text(page_with(file));
    EXPECT_FALSE(has(page, "<script"));
    EXPECT_GE(count_of(page, "&lt;/td&gt;&lt;script&gt;alert("), 12U);
    EXPECT_FALSE(has(page, "\x01"));
    EXPECT_FALSE(has(page, "\xFF"));
}

TEST(CheckPage, ListsTheFirstPlacesAndCountsTheOthers) {
    PageFile file{.name = "a.xml"};
    for (std::uint64_t line = 1; line <= 1000; ++line) {
        file.findings.add({.message = {"CML-DATE", {"Дата", "нет"}},
                           .file = "a.xml",
                           .place = {.line = line, .column = 7}});
    }
    file.findings.add({.severity = Severity::fatal, .message = {"XML-EMPTY"}, .file = "a.xml"});
    const std::string page = check_page_text(page_with(file));
    EXPECT_TRUE(has(page, "a.xml:20:7"));
    EXPECT_FALSE(has(page, "a.xml:21:7"));
    EXPECT_TRUE(has(page, "и ещё 980"));
    EXPECT_TRUE(has(page, "всего 1000"));
    EXPECT_LT(page.find("XML-EMPTY"), page.find("CML-DATE")) << "the gravest first";
    EXPECT_LT(page.size(), 20'000U);
}

TEST(CheckPage, ListsDeviationsUpToALimit) {
    PageFile file{.name = "a.xml"};
    file.compared = true;
    file.schema = "3.1";
    EXPECT_TRUE(has(check_page_text(page_with(file)), "Отклонений нет."));
    for (int i = 0; i < 205; ++i) {
        file.deviations.push_back({{"XSD-OTHER", {"place", "", "sentence " + std::to_string(i)}}, 2, 3});
    }
    file.deviations_left_out = 4;
    const std::string page = check_page_text(page_with(file));
    EXPECT_TRUE(has(page, "CommerceML 3.1"));
    EXPECT_TRUE(has(page, "sentence 199"));
    EXPECT_FALSE(has(page, "sentence 200"));
    EXPECT_TRUE(has(page, "Отклонений других видов: 14;"))
        << "5 kinds twice each, and the 4 never told apart";
    EXPECT_FALSE(has(page, "Отклонений нет."));
}

TEST(CheckPage, IsWrittenForItsOwnerOnlyAndOverAnEarlierOne) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "page.html";
    CheckPageFile(path).publish(page_with(sample_file()));
    EXPECT_EQ(read_file(path), check_page_text(page_with(sample_file())));
    EXPECT_EQ(std::filesystem::status(path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    CheckPageFile(path).publish(page_with(sample_file(), Language::english));
    EXPECT_EQ(read_file(path), check_page_text(page_with(sample_file(), Language::english)));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory.path()), {}), 1);
}

TEST(CheckPage, NeverTakesThePlaceOfAnExport) {
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "import.xml";
    write_file(path, "<КоммерческаяИнформация/>");
    try {
        const CheckPageFile file(path);
        FAIL() << "refused";
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code, Code{"SYS-NOT-A-REPORT"});
    }
    EXPECT_THROW(CheckPageFile{directory.path()}, Error);
    EXPECT_EQ(read_file(path), "<КоммерческаяИнформация/>");
    EXPECT_THROW(CheckPageFile{directory / "none" / "page.html"}, Error);
}

TEST(CheckPage, LeavesNothingBehindWhenTheCheckIsBrokenOff) {
    const TemporaryDirectory directory;
    { const CheckPageFile file(directory / "page.html"); }
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace obmen::receipt
