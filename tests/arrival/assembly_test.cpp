#include "arrival/assembly.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

namespace obmen::arrival {
namespace {

using Names = std::vector<std::string>;

/// Files as they are found: name, what they hold, of which catalogue, when they were formed.
class Files {
  public:
    FileContent& add(const std::string& name, const std::string& holds, const std::string& catalogue = {},
                     const std::string& formed_at = {}) {
        FileContent& content = m_contents.emplace_back();
        content.catalogue = holds == "goods" || holds == "both";
        content.offers = holds == "offers" || holds == "both";
        content.contragents = holds == "contragents";
        content.documents = holds == "documents";
        content.classifier = holds == "classifier";
        content.has_halves = holds != "flat";
        content.catalogue_id = catalogue;
        content.formed_at = formed_at;
        m_files.push_back({.shown = name, .content = &content});
        return content;
    }
    void add_archive(const std::string& name) {
        m_files.push_back({.shown = name, .content = &m_contents.emplace_back(), .is_archive = true});
    }

    /// The packages, each as its names in order, joined by spaces; sorted.
    [[nodiscard]] Names packages() const {
        Names out;
        for (const FileGroup& group : grouped(m_files)) {
            std::string names;
            for (const std::size_t index : group) {
                names += (names.empty() ? "" : " ") + m_files[index].shown;
            }
            out.push_back(names);
        }
        std::ranges::sort(out);
        return out;
    }

  private:
    std::deque<FileContent> m_contents;
    std::vector<AssemblyFile> m_files;
};

TEST(Assembly, PlainNamesOfOneFolderAreOneExport) {
    Files files;
    files.add("webdata/offers.xml", "offers", "G", "2026-01-15T10:00:09");
    files.add("webdata/import.xml", "goods", "G", "2026-01-15T10:00:00");
    files.add("webdata/orders.xml", "documents");
    files.add("webdata/contragents.xml", "contragents");
    files.add("other/import.xml", "goods", "G");
    EXPECT_EQ(files.packages(), (Names{"other/import.xml", "webdata/contragents.xml",
                                       "webdata/import.xml webdata/offers.xml", "webdata/orders.xml"}));
}

TEST(Assembly, PartsOfOneRunAreOneExportAndOtherCataloguesAreOthers) {
    Files files;
    for (const char* name : {"import0_1.xml", "import0_2.xml", "import0_10.xml"}) {
        files.add(name, "goods", "G", "2026-01-15T10:00:00");
    }
    files.add("offers0_1.xml", "offers", "G", "2026-01-15T10:10:00");
    files.add("import1_1.xml", "goods", "H", "2026-01-15T10:10:00");
    files.add("offers1_1.xml", "offers", "H", "2026-01-15T10:10:00");
    files.add("contragents0_1.xml", "contragents", "", "2026-01-15T10:10:00");
    EXPECT_EQ(files.packages(),
              (Names{"contragents0_1.xml import0_1.xml import0_2.xml import0_10.xml offers0_1.xml",
                     "import1_1.xml offers1_1.xml"}));
}

TEST(Assembly, PartsOfAnotherRunAreAnotherExport) {
    Files files;
    files.add("import0_1.xml", "goods", "G", "2026-01-15T12:00:00");
    files.add("import0_2.xml", "goods", "G", "2026-01-15T10:00:00");
    files.add("offers0_1.xml", "offers", "G", "2026-01-15T12:00:10");
    EXPECT_EQ(files.packages(), (Names{"import0_1.xml offers0_1.xml", "import0_2.xml"}));
}

TEST(Assembly, APacketOfTheBitrixModuleIsOneExport) {
    Files files;
    files.add("000000002/properties/1/import.xml", "classifier");
    files.add("000000002/goods/1/import.xml", "goods", "G");
    files.add("000000002/goods/1/offers.xml", "offers", "G");
    files.add("000000002/goods/1/rests.xml", "offers", "G");
    files.add("000000002/contragents/1/contragents.xml", "contragents");
    files.add("000000002/goods/2/import.xml", "goods", "G");
    files.add("000000003/goods/1/import.xml", "goods", "G");
    EXPECT_EQ(files.packages(), (Names{"000000002/contragents/1/contragents.xml 000000002/goods/1/import.xml "
                                       "000000002/goods/1/offers.xml 000000002/goods/1/rests.xml "
                                       "000000002/properties/1/import.xml",
                                       "000000002/goods/2/import.xml", "000000003/goods/1/import.xml"}));
    Files newer;
    newer.add("goods/goods_1_1_2f1e.xml", "goods", "G");
    newer.add("goods/goods_1_2_2f1e.xml", "goods", "G");
    newer.add("prices/prices_1_1_aa00.xml", "offers", "G");
    newer.add("goods/goods_2_1_2f1e.xml", "goods", "G");
    EXPECT_EQ(newer.packages(),
              (Names{"goods/goods_1_1_2f1e.xml goods/goods_1_2_2f1e.xml prices/prices_1_1_aa00.xml",
                     "goods/goods_2_1_2f1e.xml"}));
}

TEST(Assembly, OtherNamesPairByCatalogueAndTimeAndEachKindComesOnce) {
    Files files;
    files.add("import___2f.xml", "goods", "G", "2026-01-15T10:00:00");
    files.add("offers___9c.xml", "offers", "g#", "2026-01-15T10:00:10");
    files.add("prices___aa.xml", "offers", "G", "2026-01-15T10:00:20");
    files.add("prices___0b.xml", "offers", "G", "2026-01-15T10:10:20");
    files.add("import9_23_14_12_4.xml", "goods", "H", "2026-01-15T10:00:00");
    files.add("offers9_23_14_12_9.xml", "offers", "H", "2026-01-15T10:00:05");
    files.add("offers9_23_15_50_0.xml", "offers", "H", "2026-01-15T11:38:00");
    EXPECT_EQ(files.packages(), (Names{"import9_23_14_12_4.xml offers9_23_14_12_9.xml",
                                       "import___2f.xml offers___9c.xml prices___aa.xml",
                                       "offers9_23_15_50_0.xml", "prices___0b.xml"}));
}

TEST(Assembly, AnExportWithBothHalvesIsItsOwnAndNothingIsJoinedAcrossIt) {
    Files files;
    files.add("prices-1.xml", "offers", "G", "2026-01-15T10:00:00");
    files.add("full-a.xml", "both", "G", "2026-01-15T10:01:00");
    files.add("import___2f.xml", "goods", "G", "2026-01-15T10:02:00");
    files.add("full-b.xml", "both", "G", "2026-01-15T10:03:00");
    files.add("offers___9c.xml", "offers", "G", "2026-01-15T10:04:00");
    files.add("changes-c.xml", "both", "H", "2026-01-15T10:02:30");
    EXPECT_EQ(files.packages(), (Names{"changes-c.xml", "full-a.xml", "full-b.xml", "import___2f.xml",
                                       "offers___9c.xml", "prices-1.xml"}));
}

TEST(Assembly, OffersJoinTheNewestGoodsOfTheirCatalogue) {
    Files files;
    files.add("import___1.xml", "goods", "G", "2026-01-15T10:00:00");  // its offers have never come
    files.add("import___2.xml", "goods", "G", "2026-01-15T10:10:00");
    files.add("offers___2.xml", "offers", "G", "2026-01-15T10:10:05");
    files.add("offers___3.xml", "offers", "G", "2026-01-15T10:20:00");
    EXPECT_EQ(files.packages(), (Names{"import___1.xml", "import___2.xml offers___2.xml", "offers___3.xml"}));
}

TEST(Assembly, ArchivesDamagedFilesAndOtherFormatsAreAlone) {
    Files files;
    files.add("import.xml", "goods", "G").verdict = FileContent::Verdict::damaged;
    files.add("offers.xml", "offers", "G");
    files.add("prices.xml", "flat");
    files.add_archive("goods.zip");
    EXPECT_EQ(files.packages(), (Names{"goods.zip", "import.xml", "offers.xml", "prices.xml"}));
}

std::string order_of(const std::vector<GroupFacts>& packages) {
    std::string names;
    for (const std::size_t index : in_taking_order(packages)) {
        names += packages[index].name + " ";
    }
    return names;
}

TEST(Assembly, PackagesComeInTheOrderTheyDependOnEachOther) {
    EXPECT_EQ(order_of({{.rank = 4, .formed_at = "2026-01-01", .name = "documents"},
                        {.rank = 3, .formed_at = "2026-01-02", .name = "contragents"},
                        {.rank = 2, .formed_at = "2026-01-03", .name = "offers"},
                        {.rank = 1, .formed_at = "2026-01-04", .name = "goods10"},
                        {.rank = 1, .formed_at = "2026-01-04", .name = "goods9"},
                        {.rank = 0, .formed_at = "2026-01-05", .name = "classifier"}}),
              "classifier goods9 goods10 offers contragents documents ");
}

TEST(Assembly, WhatWasFormedLaterIsNeverOverwrittenByWhatWasFormedBefore) {
    // Ten, twenty, ten: whatever the names, and although one of them brings goods too.
    EXPECT_EQ(
        order_of(
            {{.rank = 1,
              .formed_at = "2026-01-15T12:00:00",
              .name = "c",
              .catalogue_id = "G",
              .catalogue = true,
              .offers = true},
             {.rank = 2,
              .formed_at = "2026-01-15T11:00:00",
              .name = "a",
              .catalogue_id = "G#",
              .offers = true},
             {.rank = 2, .formed_at = "2026-01-15T9:00:00", .name = "b", .catalogue_id = "g", .offers = true},
             {.rank = 2,
              .formed_at = "2026-01-15T08:00:00",
              .name = "other",
              .catalogue_id = "H",
              .offers = true}}),
        "b a c other ");
}

TEST(Assembly, ReadsTheTimesThat1CWrites) {
    EXPECT_EQ(*formed_seconds("2026-01-15T10:00:05") - *formed_seconds("2026-01-15 9:59:05"), 60);
    EXPECT_EQ(*formed_seconds("2026-01-16") - *formed_seconds("2026-01-15T00:00:00"), 86'400);
    EXPECT_FALSE(formed_seconds(""));
    EXPECT_FALSE(formed_seconds("15.01.2026"));
    EXPECT_FALSE(formed_seconds("2026-13-01"));
    EXPECT_FALSE(formed_seconds("2026-257-01")) << "257 is no month, whatever is left of it in a byte";
    EXPECT_FALSE(formed_seconds("2026-01-15T10:99999999:00")) << "too many minutes to be counted in seconds";
    EXPECT_FALSE(formed_seconds("2026--1-15"));
}

}  // namespace
}  // namespace obmen::arrival
