#include <gtest/gtest.h>
#include <libxml/xmlreader.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <regex>
#include <sstream>

#include "arrival/intake.hpp"
#include "commerceml/encodings.hpp"
#include "commerceml/reading.hpp"
#include "commerceml/small_samples.hpp"
#include "fuzz/trial.hpp"

// Real and broken files, where they are at hand, and the same kinds of damage to a sample of our own.
namespace obmen::commerceml {
namespace {

using namespace std::string_literals;

const std::filesystem::path samples = std::filesystem::path{OBMEN_SOURCE_DIR} / "../shared/samples";

bool are_samples_here() {
    return std::filesystem::exists(samples / "INDEX.tsv");
}

std::string content_of(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

/// A directory for what is unpacked, removed at the end.
struct Spool {
    Spool() = default;
    Spool(const Spool&) = delete;
    Spool& operator=(const Spool&) = delete;
    ~Spool() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    std::filesystem::path path =
        std::filesystem::path{testing::TempDir()} / ("obmen_samples_" + std::to_string(::getpid()));
};

/// The real exports, and those in real archives, unpacked into `spool`.
std::vector<std::filesystem::path> real_exports(const std::filesystem::path& spool) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(samples / "real")) {
        if (entry.path().extension() != ".zip") {
            files.push_back(entry.path());
            continue;
        }
        const arrival::Intake intake = arrival::take_in({entry.path()}, spool);
        EXPECT_EQ(intake.packages.size(), 1U) << entry.path();
        for (const arrival::SpooledPackage& package : intake.packages) {
            for (const arrival::SpooledFile& file : package.files) {
                files.push_back(package.directory / file.spool_name);
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

struct IndexRow {
    std::string file;
    std::string kind;
    std::size_t groups = 0;
    std::size_t products = 0;
    std::size_t offers = 0;
    std::size_t documents = 0;
    std::size_t contragents = 0;
};

std::vector<IndexRow> read_index() {
    std::vector<IndexRow> rows;
    std::ifstream index(samples / "INDEX.tsv");
    std::string line;
    std::getline(index, line);
    while (std::getline(index, line)) {
        std::vector<std::string> cells;
        std::istringstream cutter(line);
        for (std::string cell; std::getline(cutter, cell, '\t');) {
            cells.push_back(cell);
        }
        if (cells.size() < 12 || cells[11] != "y") {
            continue;
        }
        const auto number = [&](std::size_t cell) {
            return static_cast<std::size_t>(std::stoul(cells.at(cell)));
        };
        rows.push_back({cells[0], cells[5], number(6), number(7), number(8), number(9), number(10)});
    }
    return rows;
}

Reading read_file(const std::filesystem::path& path) {
    FileInput input(path);
    return read_input(input);
}

TEST(Samples, GiveAsManyRecordsAsTheyHold) {
    if (!are_samples_here()) {
        GTEST_SKIP() << "no samples here";
    }
    const std::vector<IndexRow> rows = read_index();
    EXPECT_GT(rows.size(), 50U);
    for (const IndexRow& row : rows) {
        const Reading reading = read_file(samples / row.file);
        EXPECT_EQ(reading.code(), "") << row.file;
        EXPECT_EQ(reading.all<Group>().size(), row.groups) << row.file;
        EXPECT_EQ(reading.all<Offer>().size(), row.offers) << row.file;
        EXPECT_EQ(reading.all<Document>().size(), row.documents) << row.file;
        if (row.kind == "orders") {
            std::size_t lines = 0;
            std::size_t contragents = 0;
            for (const Document& document : reading.all<Document>()) {
                lines += document.lines.size();
                contragents += document.contragents.size();
                EXPECT_FALSE(document.id.empty()) << row.file;
            }
            EXPECT_EQ(lines, row.products) << row.file;
            EXPECT_EQ(contragents, row.contragents) << row.file;
        } else {
            EXPECT_EQ(reading.all<Product>().size(), row.products) << row.file;
            EXPECT_EQ(reading.all<Contragent>().size(), row.contragents) << row.file;
        }
        for (const Product& product : reading.all<Product>()) {
            EXPECT_FALSE(product.id.empty() || product.name.value_or("").empty()) << row.file;
        }
        for (const Offer& offer : reading.all<Offer>()) {
            EXPECT_FALSE(offer.id.empty()) << row.file;
        }
    }
}

/// A record's kind, as its index in Record, and the line of its start tag.
using Sighting = std::pair<std::size_t, std::size_t>;

/// Where the path from the root says that an element is a record; indices as in Record.
std::optional<std::size_t> kind_of(const std::string& path) {
    static const std::array<std::regex, 12> paths{
        std::regex{"/Классификатор"},
        std::regex{"/Классификатор(/Группы/Группа)+"},
        std::regex{"/Классификатор/Свойства/(Свойство|СвойствоНоменклатуры)"},
        std::regex{"/Классификатор/ЕдиницыИзмерения/ЕдиницаИзмерения"},
        std::regex{"/(Классификатор|(ИзмененияПакета|Пакет)Предложений)/ТипыЦен/ТипЦены"},
        std::regex{"/(Классификатор|(ИзмененияПакета|Пакет)Предложений)/Склады/Склад"},
        std::regex{"/Каталог"},
        std::regex{"/Каталог/Товары/Товар"},
        std::regex{"/(ИзмененияПакета|Пакет)Предложений"},
        std::regex{"/(ИзмененияПакета|Пакет)Предложений/Предложения/Предложение"},
        std::regex{"/Контрагенты/Контрагент"},
        std::regex{"(/Контейнер)?/Документ"}};
    for (std::size_t kind = 0; kind < paths.size(); ++kind) {
        if (std::regex_match(path, paths.at(kind))) {
            return kind;
        }
    }
    return std::nullopt;
}

/// What libxml2's xmlTextReader sees in the file as it stands on the disk, in order.
std::vector<Sighting> seen_by_libxml2(const std::filesystem::path& path) {
    const std::unique_ptr<xmlTextReader, decltype(&xmlFreeTextReader)> reader{
        xmlReaderForFile(path.c_str(), nullptr, XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_HUGE),
        &xmlFreeTextReader};
    std::vector<Sighting> seen;
    std::vector<std::string> names;
    while (xmlTextReaderRead(reader.get()) == 1) {
        if (xmlTextReaderNodeType(reader.get()) != XML_READER_TYPE_ELEMENT) {
            continue;
        }
        names.resize(static_cast<std::size_t>(xmlTextReaderDepth(reader.get())));
        names.emplace_back(reinterpret_cast<const char*>(xmlTextReaderConstLocalName(reader.get())));
        // Records stand no deeper, but for groups.
        if (names.size() > 4 && names.back() != "Группа") {
            continue;
        }
        std::string path_from_root;
        for (std::size_t i = 1; i < names.size(); ++i) {
            path_from_root += '/' + names[i];
        }
        if (const std::optional<std::size_t> kind = kind_of(path_from_root)) {
            const auto line = static_cast<std::size_t>(xmlGetLineNo(xmlTextReaderCurrentNode(reader.get())));
            seen.emplace_back(*kind, line);
        }
    }
    return seen;
}

std::vector<Sighting> seen_by_obmen(const Reading& reading) {
    std::vector<Sighting> seen;
    for (const LocatedRecord& record : reading.records) {
        seen.emplace_back(record.record.index(), record.place.line);
    }
    return seen;
}

std::vector<Sighting> sorted(std::vector<Sighting> seen) {
    std::sort(seen.begin(), seen.end());
    return seen;
}

TEST(Samples, RealOnesHoldWhatLibxml2SeesInThemAndWhere) {
    if (!are_samples_here()) {
        GTEST_SKIP() << "no samples here";
    }
    const Spool spool;
    const std::vector<std::filesystem::path> files = real_exports(spool.path);
    EXPECT_GT(files.size(), 50U);
    for (const std::filesystem::path& file : files) {
        SCOPED_TRACE(file);
        const std::string bytes = content_of(file);
        const Reading reading = read_bytes(bytes);
        EXPECT_EQ(reading.code(), "");
        EXPECT_EQ(sorted(seen_by_obmen(reading)), sorted(seen_by_libxml2(file)));
        EXPECT_EQ(judges::disagreement(bytes, reading), "");
    }
}

TEST(Samples, OwnOnesHoldWhatLibxml2SeesInThemAndWhere) {
    std::size_t records = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::filesystem::path{OBMEN_SOURCE_DIR} / "samples")) {
        if (entry.path().extension() == ".xml" && entry.path().parent_path().filename() != "broken") {
            const Reading reading = read_file(entry.path());
            EXPECT_EQ(sorted(seen_by_obmen(reading)), sorted(seen_by_libxml2(entry.path()))) << entry.path();
            records += reading.records.size();
        }
    }
    EXPECT_GT(records, 100U);
}

/// What a file is refused for, and where; or how many records it gives, and with which warning.
struct Diagnosis {
    std::string code{};
    Place place{};
    std::size_t records = 0;
    std::string warning{};  ///< code of the first one that is not about unknown elements
};

Diagnosis diagnosis_of(const Reading& reading) {
    Diagnosis diagnosis;
    if (reading.fatal) {
        diagnosis.code = reading.code();
        diagnosis.place = reading.fatal->place;
    } else {
        diagnosis.records = reading.records.size();
    }
    for (const Finding& warning : reading.warnings) {
        if (warning.message.code != Code{"CML-UNKNOWN-ELEMENT"} && diagnosis.warning.empty()) {
            diagnosis.warning = warning.message.code.text();
        }
    }
    return diagnosis;
}

void expect_diagnosis(const Reading& reading, const Diagnosis& expected) {
    const Diagnosis diagnosis = diagnosis_of(reading);
    EXPECT_EQ(diagnosis.code, expected.code);
    EXPECT_EQ(diagnosis.place.line, expected.place.line);
    EXPECT_EQ(diagnosis.place.column, expected.place.column);
    EXPECT_EQ(diagnosis.records, expected.records);
    EXPECT_EQ(diagnosis.warning, expected.warning);
}

TEST(Samples, BrokenOnesAreRefusedOrReadAsTheyShould) {
    if (!are_samples_here()) {
        GTEST_SKIP() << "no samples here";
    }
    // Checked by hand against the files.
    const std::map<std::string, Diagnosis> expected{
        {"01", {.code = "XML-TRUNCATED", .place = {126, 44}}},  // in the middle of a group's Ид
        {"03", {.code = "XML-EMPTY", .place = {1, 1}}},         //
        {"05", {.code = "XML-CHARACTER", .place = {6, 23}}},    // U+000B, the first of three
        {"07", {.code = "XML-CHARACTER", .place = {185, 26}}},  // NULs right behind the root
        {"09",
         {.records = 14, .warning = "XML-ENCODING-DECLARED"}},  // windows-1251 under a declaration of UTF-8
        {"11", {.records = 14}},                                // UTF-16, honestly declared
        {"13", {.code = "XML-MALFORMED", .place = {2, 1}}},     // the declaration on the second line
        {"15", {.code = "XML-MALFORMED", .place = {186, 1}}},   // a page of a proxy behind the root
        {"17", {.code = "XML-MALFORMED", .place = {1, 1}}},     // begins with the end of a name
        {"21", {.records = 14}},
        {"23", {.records = 14}},
        {"25", {.records = 14}},
        {"27", {.records = 4}},
        {"29", {.code = "CML-ROOT", .place = {2, 1}}},
        {"31", {.code = "XML-DOCTYPE", .place = {1, 22}}},
        {"33", {.records = 3001}},
        {"35", {.records = 14}}};
    std::size_t seen = 0;
    for (const auto& entry : std::filesystem::directory_iterator(samples / "broken")) {
        if (entry.path().extension() != ".xml") {
            continue;
        }
        const std::string name = entry.path().filename().string();
        SCOPED_TRACE(name);
        const auto found = expected.find(name.substr(0, 2));
        ASSERT_NE(found, expected.end());
        const std::string bytes = content_of(entry.path());
        const Reading reading = read_bytes(bytes);
        expect_diagnosis(reading, found->second);
        EXPECT_EQ(judges::disagreement(bytes, reading), "");
        ++seen;
    }
    EXPECT_EQ(seen, expected.size());
}

// The same damage to an export of our own.

/// Two products, a group and names with letters of two bytes, on lines of their own.
const std::string sound =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                         // 1
    "<КоммерческаяИнформация ВерсияСхемы=\"2.05\">\n"                      // 2
    "\t<Классификатор>\n"                                                  // 3
    "\t\t<Ид>c</Ид>\n"                                                     // 4
    "\t\t<Группы><Группа><Ид>g</Ид></Группа></Группы>\n"                   // 5
    "\t</Классификатор>\n"                                                 // 6
    "\t<Каталог>\n"                                                        // 7
    "\t\t<Товары>\n"                                                       // 8
    "\t\t\t<Товар><Ид>1</Ид><Наименование>Болт</Наименование></Товар>\n"   // 9
    "\t\t\t<Товар><Ид>2</Ид><Наименование>Гайка</Наименование></Товар>\n"  // 10
    "\t\t</Товары>\n"                                                      // 11
    "\t</Каталог>\n"                                                       // 12
    "</КоммерческаяИнформация>";                                           // 13

std::string changed(std::string_view what, std::string_view into) {
    std::string bytes = sound;
    const std::size_t at = bytes.find(what);
    EXPECT_NE(at, std::string::npos);
    return bytes.replace(at, what.size(), into);
}

std::string from(std::string_view what) {
    return sound.substr(sound.find(what));
}
std::string up_to(std::string_view what) {
    return sound.substr(0, sound.find(what));
}

void expect_diagnosis(const std::string& bytes, const Diagnosis& expected) {
    SCOPED_TRACE(bytes.substr(0, 2000));
    const Reading reading = read_bytes(bytes);
    expect_diagnosis(reading, expected);
    EXPECT_EQ(judges::disagreement(bytes, reading), "");
}

TEST(DamagedExports, AreRefusedWhereTheDamageIs) {
    expect_diagnosis(up_to("айка"), {.code = "XML-TRUNCATED", .place = {10, 36}});
    expect_diagnosis(sound.substr(0, sound.find("айка") + 1), {.code = "XML-TRUNCATED", .place = {10, 36}});
    expect_diagnosis(up_to("\t</Каталог>"), {.code = "XML-TRUNCATED", .place = {12, 1}});
    expect_diagnosis(sound.substr(0, sound.size() - 1), {.code = "XML-TRUNCATED", .place = {13, 25}});
    expect_diagnosis("", {.code = "XML-EMPTY", .place = {1, 1}});
    expect_diagnosis(changed("Гайка", "Гай\vка"), {.code = "XML-CHARACTER", .place = {10, 38}});
    expect_diagnosis(sound + std::string(512, '\0'), {.code = "XML-CHARACTER", .place = {13, 26}});
    expect_diagnosis("\n" + sound, {.code = "XML-MALFORMED", .place = {2, 1}});
    expect_diagnosis(sound + "\n<html><body>504 Gateway Time-out</body></html>",
                     {.code = "XML-MALFORMED", .place = {14, 1}});
    expect_diagnosis("<b>Warning</b>: mysql_connect() in <b>1c.php</b>\n" + sound,
                     {.code = "CML-ROOT", .place = {1, 1}});
    // The second part of an upload before the first, and a part that came twice.
    expect_diagnosis(from("Болт") + up_to("Болт"), {.code = "XML-MALFORMED", .place = {1, 1}});
    expect_diagnosis(up_to("</Товары>") + from("Болт"), {.code = "XML-MALFORMED", .place = {11, 3}});
    expect_diagnosis(changed("<КоммерческаяИнформация", "<КоммерческaяИнформация"),
                     {.code = "CML-ROOT", .place = {2, 1}});
    expect_diagnosis(changed("\n<Комм", "\n<!DOCTYPE l [<!ENTITY a \"б\"><!ENTITY b \"&a;&a;&a;\">]>\n<Комм"),
                     {.code = "XML-DOCTYPE", .place = {2, 1}});
    expect_diagnosis(changed("Болт", "Болт & Ко"), {.code = "XML-MALFORMED", .place = {9, 40}});
    expect_diagnosis(changed("</Товар>", "</Товаp>"), {.code = "XML-MALFORMED", .place = {9, 54}});
}

TEST(DamagedExports, AreReadWhereNothingIsLost) {
    const std::size_t all = 5;
    expect_diagnosis(sound, {.records = all});
    expect_diagnosis(to_windows1251(sound), {.records = all, .warning = "XML-ENCODING-DECLARED"});
    expect_diagnosis(to_utf16(changed("UTF-8", "UTF-16"), true), {.records = all});
    expect_diagnosis(to_utf16(sound, false), {.records = all, .warning = "XML-ENCODING-DECLARED"});
    expect_diagnosis(changed("<Ид>2</Ид>", "<Ид></Ид>"), {.records = all});
    expect_diagnosis(changed("Гайка", ""), {.records = all});
    expect_diagnosis(changed("<Ид>2</Ид>", "<Ид>2</Ид><Моё><Ид>3</Ид></Моё><ШтрихКод>46</ШтрихКод>"),
                     {.records = all});
    expect_diagnosis(changed("<Ид>2</Ид>", "<Ид>2</Ид><Картинка>C:\\a\\b.jpg</Картинка>"), {.records = all});

    const Reading reading =
        read_bytes(changed("<Ид>2</Ид>", "<Ид/><ШтрихКод>46</ШтрихКод><Картинка>C:\\a\\b.jpg</Картинка>"));
    ASSERT_EQ(reading.all<Product>().size(), 2U);
    EXPECT_EQ(reading.all<Product>()[1].id, "");
    EXPECT_EQ(reading.all<Product>()[1].barcode, "46");
    EXPECT_EQ(reading.all<Product>()[1].pictures.at(0).path, "C:\\a\\b.jpg");
    const Reading offer =
        read_bytes(with_offer("<Ид>1</Ид><Цены><Цена><ЦенаЗаЕдиницу>1\xC2\xA0"
                              "234,50</ЦенаЗаЕдиницу></Цена></Цены>"));
    EXPECT_EQ(offer.only<Offer>().prices->at(0).value, "1 234,50");
}

TEST(DamagedExports, ThatFitTogetherByChanceAreNotNoticed) {
    expect_diagnosis(up_to("Болт") + from("Гайка"), {.records = 4});
}

TEST(DamagedExports, MayNestGroupsByTheThousand) {
    std::string tree;
    for (int depth = 0; depth < 3000; ++depth) {
        tree += "<Группа><Ид>" + std::to_string(depth) + "</Ид><Наименование/><Группы>";
    }
    for (int depth = 0; depth < 3000; ++depth) {
        tree += "</Группы></Группа>";
    }
    const std::string bytes =
        in_root("<Классификатор><Ид>c</Ид><Группы>" + tree + "</Группы></Классификатор>");
    const Reading reading = read_bytes(bytes);
    EXPECT_EQ(reading.code(), "");
    EXPECT_EQ(reading.all<Group>().size(), 3000U);
    EXPECT_EQ(judges::disagreement(bytes, reading), "");
}

}  // namespace
}  // namespace obmen::commerceml
