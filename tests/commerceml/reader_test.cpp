#include "commerceml/reader.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "commerceml/reading.hpp"

namespace obmen::commerceml {
namespace {

/// Kinds and identifiers of all records, in order: `Classifier c; Group g; …`.
std::string order_of(const Reading& reading) {
    static constexpr std::array<const char*, 12> names{"Classifier",   "Group",     "Property",   "Unit",
                                                       "PriceType",    "Warehouse", "Catalogue",  "Product",
                                                       "OfferPackage", "Offer",     "Contragent", "Document"};
    std::string order;
    for (const LocatedRecord& located : reading.records) {
        order += names.at(located.record.index());
        order += ' ';
        order += std::visit([](const auto& record) { return record.id; }, located.record);
        order += "; ";
    }
    return order;
}

TEST(Reader, AnnouncesAContainerBeforeItsFirstObject) {
    const Reading reading = read_bytes(
        in_root("<Каталог><Ид>k0</Ид></Каталог>"
                "<Классификатор><Ид>c</Ид><Группы><Группа><Ид>g</Ид></Группа></Группы><Наименование>late</"
                "Наименование></Классификатор>"
                "<Каталог "
                "СодержитТолькоИзменения='true'><Ид>k</Ид><ИдКлассификатора>c</"
                "ИдКлассификатора><Наименование>К</Наименование>"
                "<Товары><Товар><Ид>p</Ид></Товар></Товары></Каталог>"
                "<ПакетПредложений><Ид>k#</Ид><ИдКаталога>k</ИдКаталога><СодержитТолькоИзменения>false</"
                "СодержитТолькоИзменения>"
                "<ТипыЦен><ТипЦены><Ид>t</Ид></ТипЦены></ТипыЦен><Склады><Склад><Ид>s</Ид></Склад></Склады>"
                "<Предложения><Предложение><Ид>p</Ид></Предложение></Предложения></ПакетПредложений>"));
    EXPECT_EQ(reading.code(), "");
    EXPECT_EQ(order_of(reading),
              "Catalogue k0; Classifier c; Group g; Catalogue k; Product p; OfferPackage k#; PriceType t; "
              "Warehouse s; Offer p; ");
    EXPECT_EQ(reading.all<Catalogue>()[1].only_changes, "true");
    EXPECT_EQ(reading.all<Catalogue>()[1].classifier_id, "c");
    EXPECT_EQ(reading.only<OfferPackage>().only_changes, "false");
    EXPECT_EQ(reading.only<OfferPackage>().catalogue_id, "k");
    EXPECT_FALSE(reading.only<Classifier>().only_changes);
    EXPECT_TRUE(reading.warnings.empty());
    EXPECT_TRUE(reading.kind.classifier && reading.kind.catalogue && reading.kind.offers);
    EXPECT_FALSE(reading.kind.contragents || reading.kind.documents);
}

TEST(Reader, AnnouncesEmptyContainersToo) {
    EXPECT_EQ(order_of(read_bytes(
                  in_root("<Каталог/><Классификатор/><ПакетПредложений><Предложения/></ПакетПредложений>"))),
              "Catalogue ; Classifier ; OfferPackage ; ");
}

std::string groups(std::string_view tree) {
    return in_root("<Классификатор><Ид>c</Ид><Группы>" + std::string{tree} + "</Группы></Классификатор>");
}

TEST(Reader, GivesAParentBeforeItsChildren) {
    const Reading reading =
        read_bytes(groups("<Группа><Ид>a</Ид><Наименование>А</Наименование><Группы><Группа><Ид>b</"
                          "Ид><Наименование>Б</Наименование><Группы>"
                          "<Группа><Ид>c</Ид></Группа></Группы></Группа><Группа><Ид>d</Ид></Группа></"
                          "Группы></Группа><Группа><Ид>e</Ид></Группа>"));
    EXPECT_EQ(order_of(reading), "Classifier c; Group a; Group b; Group c; Group d; Group e; ");
    const std::vector<Group> found = reading.all<Group>();
    EXPECT_EQ(found[0].parent_id, "");
    EXPECT_EQ(found[1].parent_id, "a");
    EXPECT_EQ(found[2].parent_id, "b");
    EXPECT_EQ(found[2].depth, 2U);
    EXPECT_EQ(found[3].parent_id, "a");
    EXPECT_EQ(found[4].depth, 0U);
}

TEST(Reader, HoldsChildrenBackUntilTheirParentIsKnown) {
    const Reading reading =
        read_bytes(groups("<Группа "
                          "Статус='Удален'><Группы><Группа><Группы><Группа><Ид>c</Ид></Группа></"
                          "Группы><Ид>b</Ид></Группа></Группы>"
                          "<Наименование>А</Наименование><Описание>о</Описание><Ид>a</Ид></Группа>"));
    EXPECT_EQ(order_of(reading), "Classifier c; Group a; Group b; Group c; ");
    const std::vector<Group> found = reading.all<Group>();
    EXPECT_EQ(found[0].description, "о");
    EXPECT_TRUE(found[0].marked_deleted);
    EXPECT_EQ(found[1].parent_id, "a");
    EXPECT_EQ(found[2].parent_id, "b");
}

TEST(Reader, GivesAGroupAgainWhenMoreIsSaidAfterItsChildren) {
    const Reading reading = read_bytes(
        groups("<Группа><Ид>a</Ид><Наименование>А</Наименование><Группы><Группа><Ид>b</Ид></Группа></Группы>"
               "<ПометкаУдаления>true</ПометкаУдаления></Группа>"));
    EXPECT_EQ(order_of(reading), "Classifier c; Group a; Group b; Group a; ");
    EXPECT_FALSE(reading.all<Group>()[0].marked_deleted);
    EXPECT_TRUE(reading.all<Group>()[2].marked_deleted);
}

TEST(Reader, LimitsTheGroupsItHoldsBack) {
    std::string tree = "<Группа><Группы>";
    for (int i = 0; i < 1000; ++i) {
        tree += "<Группа><Ид>g</Ид></Группа>";
    }
    const ReaderLimits limits{.record_bytes = 10'000};
    EXPECT_EQ(read_bytes(groups(tree), limits).code(), "XML-LIMIT");
}

TEST(Reader, LimitsTheDepthOfGroupsApartFromOtherDepth) {
    const ReaderLimits limits{.depth = 6, .group_depth = 200};
    const auto nested = [](int depth) {
        std::string tree;
        for (int i = 0; i < depth; ++i) {
            tree += "<Группа><Ид>g</Ид><Наименование/><Группы>";
        }
        for (int i = 0; i < depth; ++i) {
            tree += "</Группы></Группа>";
        }
        return groups(tree);
    };
    EXPECT_EQ(read_bytes(nested(200), limits).code(), "");
    EXPECT_EQ(read_bytes(nested(201), limits).code(), "XML-LIMIT");
    EXPECT_EQ(read_bytes(nested(10'000)).all<Group>().size(), 10'000U);
}

TEST(Reader, TellsPlacesInTheFile) {
    const Reading reading = read_bytes(
        "\xEF\xBB\xBF<?xml version='1.0'?>\r\n<КоммерческаяИнформация>\r\n <Каталог>\r\n  <Товары> <!-- ёж "
        "--> <Товар/>\r\n"
        "   <Товар>\r\r</Товар><Товар/></Товары></Каталог></КоммерческаяИнформация>");
    ASSERT_EQ(reading.records.size(), 4U);
    EXPECT_EQ(reading.records[0].place, (Place{3, 2}));
    EXPECT_EQ(reading.records[1].place, (Place{4, 24}));
    EXPECT_EQ(reading.records[2].place, (Place{5, 4}));
    EXPECT_EQ(reading.records[3].place, (Place{7, 9}));
}

TEST(Reader, HashesTheBytesOfARecordWhereverItStands) {
    const auto hash = [](const std::string& bytes) { return read_bytes(bytes).records.back().raw_hash; };
    const std::uint64_t first = hash(with_product("<Ид>1</Ид>"));
    EXPECT_NE(first, 0U);
    EXPECT_EQ(hash(in_root("<!-- x --><Каталог>\n<Товары> <Товар><Ид>1</Ид></Товар></Товары></Каталог>")),
              first);
    EXPECT_NE(hash(with_product("<Ид>2</Ид>")), first);
    EXPECT_EQ(read_bytes(with_product("<Ид>1</Ид>")).records.front().raw_hash, 0U);
}

TEST(Reader, HashesAGroupWithItsParent) {
    const auto hash = [](const std::string& tree) {
        return read_bytes(groups(tree)).records.back().raw_hash;
    };
    const std::string in_a =
        "<Группа><Ид>a</Ид><Наименование/><Группы><Группа><Ид>x</Ид></Группа></Группы></Группа>";
    const std::string in_b =
        "<Группа><Ид>b</Ид><Наименование/><Группы><Группа><Ид>x</Ид></Группа></Группы></Группа>";
    EXPECT_EQ(hash(in_a), hash(in_a));
    EXPECT_NE(hash(in_a), hash(in_b));
}

TEST(Reader, WarnsOnceOfAnUnknownElement) {
    const Reading reading = read_bytes(in_root(
        "<Каталог><Владелец><Ид>o</Ид></Владелец><Производители><Ид>x</Ид></Производители><Производители/>"
        "<Товары><Услуга/></Товары></Каталог>\n<Производители/>"));
    EXPECT_EQ(reading.code(), "");
    ASSERT_EQ(reading.warnings.size(), 3U);
    EXPECT_EQ(reading.warnings[0].message, (Message{"CML-UNKNOWN-ELEMENT", {"Производители", "Каталог"}}));
    EXPECT_EQ(reading.warnings[0].severity, Severity::warning);
    EXPECT_EQ(reading.warnings[1].message, (Message{"CML-UNKNOWN-ELEMENT", {"Услуга", "Товары"}}));
    EXPECT_EQ(reading.warnings[2].message.arguments[1], "КоммерческаяИнформация");
    EXPECT_EQ(reading.warnings[2].place, (Place{3, 1}));
    EXPECT_EQ(reading.warnings[2].file, "file.xml");
    EXPECT_EQ(reading.warnings[2].severity, Severity::warning);
    EXPECT_EQ(order_of(reading), "Catalogue ; ");
}

TEST(Reader, TellsObjectsThatItCannotReadAsErrors) {
    for (const char* lost :
         {"<Каталог><Товары><Товaр><Ид>1</Ид></Товaр></Товары></Каталог>",
          "<Каталог><Товары><товар><Ид>1</Ид></товар></Товары></Каталог>",
          "<Каталог><Товар><Ид>1</Ид></Товар></Каталог>", "<Товары><Товар/></Товары>",
          "<ПакетПредложений><Предложение/></ПакетПредложений>", "<Контрагенты><Партнер/></Контрагенты>",
          "<Контрагент/>", "<Контейнер><Заказ/></Контейнер>", "<Документы><Документ/></Документы>",
          "<Классификатор><Группа/></Классификатор>",
          "<Классификатор><Группы><группа/></Группы></Классификатор>"}) {
        const Reading reading = read_bytes(in_root(lost));
        EXPECT_EQ(reading.code(), "") << lost;
        ASSERT_EQ(reading.warnings.size(), 1U) << lost;
        EXPECT_EQ(reading.warnings[0].message.code, Code{"CML-UNKNOWN-ELEMENT"}) << lost;
        EXPECT_EQ(reading.warnings[0].severity, Severity::row_error) << lost;
    }
}

TEST(Reader, WarnsOnceOfAnUnknownFieldOfARecord) {
    const Reading reading = read_bytes(in_root(
        "<Каталог><Товары><Товар><Ид>1</Ид>\r\n <Изготовитель><Марка/></Изготовитель><п:БитриксТеги "
        "xmlns:п='u'>a</п:БитриксТеги></Товар><Товар><БитриксТеги/><Ид>2</Ид></Товар></Товары></Каталог>"
        "<ПакетПредложений><Предложения><Предложение><БитриксТеги/></Предложение></Предложения></"
        "ПакетПредложений>"));
    EXPECT_EQ(reading.code(), "");
    ASSERT_EQ(reading.warnings.size(), 2U);
    EXPECT_EQ(reading.warnings[0].message, (Message{"CML-UNKNOWN-ELEMENT", {"БитриксТеги", "Товар"}}));
    EXPECT_EQ(reading.warnings[0].place, (Place{3, 39}));
    EXPECT_EQ(reading.warnings[1].message, (Message{"CML-UNKNOWN-ELEMENT", {"БитриксТеги", "Предложение"}}));
}

TEST(Reader, WarnsOfAHundredUnknownElementsAtMost) {
    std::string unknown;
    for (int i = 0; i < 200; ++i) {
        unknown += "<x" + std::to_string(i) + "/>";
    }
    EXPECT_EQ(read_bytes(with_product(unknown)).warnings.size(), 100U);
}

TEST(Reader, KnowsTheFile) {
    const FileFacts facts =
        read_bytes(
            "<?xml version='1.0' encoding='utf-8' standalone='yes' ?><k:КоммерческаяИнформация "
            "xmlns:k='urn:1C.ru:commerceml_3' ВерсияСхемы='3.1' ДатаФормирования='2022-10-31UTC02:25:50'/>")
            .facts;
    EXPECT_EQ(facts.encoding, Encoding::utf8);
    EXPECT_EQ(facts.declared_encoding, "utf-8");
    EXPECT_EQ(facts.schema_version, "3.1");
    EXPECT_EQ(facts.namespace_uri, "urn:1C.ru:commerceml_3");
    EXPECT_EQ(facts.formed_at, "2022-10-31UTC02:25:50");
}

TEST(Reader, SaysWhichLetterOfTheRootIsLatin) {
    const Reading reading = read_bytes("<КоммерческаяИнформaция/>");
    EXPECT_EQ(reading.code(), "CML-ROOT");
    EXPECT_EQ(reading.fatal->message.arguments.at(0),
              as_argument({"CML-LATIN-LETTER", {"КоммерческаяИнформaция", "19", "a"}}));
    EXPECT_EQ(read_bytes("<Каталог/>").fatal->message, (Message{"CML-ROOT", {"Каталог"}}));
}

TEST(Reader, KnowsOtherFormats) {
    for (const char* bytes : {"<yml_catalog date='2020'/>",
                              "<?xml version='1.0'?><!DOCTYPE yml_catalog SYSTEM 'shops.dtd'><yml_catalog/>",
                              "<ФайлОбмена ВерсияФормата='2.0'/>",
                              "<V8Exch:_1CV8DtUD xmlns:V8Exch='http://www.1c.ru/V8/1CV8DtUD/'/>",
                              "<Message xmlns:msg='http://www.1c.ru/SSL/Exchange/Message'/>",
                              "<КоммерческаяИнформация xmlns='urn:moo-sodi.ru:commerceml_sodi'/>"}) {
        const Reading reading = read_bytes(bytes);
        EXPECT_EQ(reading.code(), "CML-FOREIGN") << bytes;
        EXPECT_EQ(reading.fatal->message.arguments.size(), 2U) << bytes;
    }
}

/// The login page of a hosting, saved in place of an export.
TEST(Reader, KnowsAWebPage) {
    for (const char* bytes : {"<html/>", "<!DOCTYPE html>\n<html><head><title>Вход</title>",
                              "\xEF\xBB\xBF<!doctype HTML PUBLIC '-'>",
                              "<!-- saved -->\n<html lang=ru><body>", "<HTML><BODY bgcolor=white>"}) {
        const Reading reading = read_bytes(bytes);
        ASSERT_EQ(reading.code(), "CML-FOREIGN") << bytes;
        EXPECT_EQ(reading.fatal->message.arguments.at(0), as_argument({"CML-FORMAT-PAGE"})) << bytes;
    }
    EXPECT_EQ(read_bytes("<!DOCTYPE note><КоммерческаяИнформация/>").code(), "XML-DOCTYPE");
    EXPECT_EQ(read_bytes(in_root("<html lang=ru>")).code(), "XML-MALFORMED");
}

TEST(Reader, TellsTheFirstOfTwoIds) {
    const auto other_ids = [](const std::string& inside) {
        std::vector<std::string> ids;
        for (const LocatedRecord& record : read_bytes(in_root(inside)).records) {
            if (!std::holds_alternative<Catalogue>(record.record) &&
                !std::holds_alternative<Classifier>(record.record)) {
                ids.push_back(record.other_id);
            }
        }
        return ids;
    };
    const std::string products =
        "<Каталог><Товары><Товар><Ид>a</Ид><Наименование>Болт</Наименование><Ид>b</Ид></"
        "Товар><Товар><Ид>c</Ид><Ид> C </Ид></Товар><Товар><Ид/><Ид>d</Ид></Товар>"
        "</Товары></Каталог>";
    EXPECT_EQ(other_ids(products), (std::vector<std::string>{"a", "", ""}));
    EXPECT_EQ(
        other_ids("<Классификатор><Группы><Группа><Ид>g1</Ид><Ид>g2</Ид><Наименование>Крепёж</Наименование>"
                  "</Группа></Группы></Классификатор>"),
        (std::vector<std::string>{"g1"}));
}

TEST(Reader, RefusesCommerceMl1) {
    for (const char* content :
         {"<Каталог Идентификатор='ID1' Наименование='Мебель'><Товар Идентификатор='ID2'/></Каталог>",
          "<ПакетПредложений Каталог='ID1'><Предложение Товар='ID2' Цена='1'/></ПакетПредложений>"}) {
        const Reading reading = read_bytes("<КоммерческаяИнформация ВерсияСхемы='1.05'>" +
                                           std::string(content) + "</КоммерческаяИнформация>");
        ASSERT_EQ(reading.code(), "CML-FOREIGN") << content;
        EXPECT_EQ(reading.fatal->message.arguments.at(0), "CommerceML 1.05 (≠ 2.03–3.1)");
    }
}

TEST(PeekKind, ReadsOnlyToTheFirstLongList) {
    const auto peek = [](std::string_view bytes) {
        MemoryInput input(bytes);
        const FileKind kind = peek_kind(input);
        return std::string(kind.classifier ? "C" : "") + (kind.catalogue ? "K" : "") +
               (kind.offers ? "O" : "") + (kind.contragents ? "A" : "") + (kind.documents ? "D" : "");
    };
    EXPECT_EQ(peek(in_root("<Каталог/><Классификатор><Ид>c</Ид><Склады><Склад/></Склады></Классификатор>")),
              "CK");
    EXPECT_EQ(peek(in_root("<Классификатор/><ПакетПредложений><Предложения><Предложение/>&bad;")), "CO");
    EXPECT_EQ(peek(in_root("<Контрагенты><Контрагент/></Контрагенты>")), "A");
    EXPECT_EQ(peek(in_root("<Контейнер/>")), "D");
    EXPECT_EQ(peek(in_root("<Документ/>")), "D");
    EXPECT_EQ(peek("<КоммерческаяИнформация><Каталог>"), "K");
    EXPECT_EQ(peek("<html>"), "");
    EXPECT_EQ(peek(""), "");
}

TEST(FileInput, ReadsAFileAndSaysWhatItCannotRead) {
    const std::filesystem::path path = std::filesystem::path{testing::TempDir()} /
                                       ("obmen_file_input_" + std::to_string(::getpid()) + ".xml");
    std::ofstream{path, std::ios::binary} << with_product("<Ид>1</Ид>");
    {
        FileInput input(path);
        EXPECT_EQ(read_input(input).only<Product>().id, "1");
        input.rewind();
        EXPECT_TRUE(peek_kind(input).catalogue);
    }
    std::filesystem::remove(path);
    try {
        FileInput{path};
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
        EXPECT_EQ(error.failure_class(), FailureClass::temporary);
    }
}

}  // namespace
}  // namespace obmen::commerceml
