#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "commerceml/reading.hpp"

// Real and broken files, where they are at hand.
namespace obmen::commerceml {
namespace {

const std::filesystem::path samples = std::filesystem::path{OBMEN_SOURCE_DIR} / "../shared/samples";

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
    if (!std::filesystem::exists(samples / "INDEX.tsv")) {
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

TEST(Samples, BrokenOnesAreRefusedOrReadAsTheyShould) {
    if (!std::filesystem::exists(samples / "broken")) {
        GTEST_SKIP() << "no samples here";
    }
    const std::map<std::string, std::string> expected{{"01", "XML-TRUNCATED"},
                                                      {"03", "XML-EMPTY"},
                                                      {"05", "XML-CHARACTER"},
                                                      {"07", "XML-CHARACTER"},
                                                      {"09", ""},
                                                      {"11", ""},
                                                      {"13", "XML-MALFORMED"},
                                                      {"15", "XML-MALFORMED"},
                                                      {"17", "XML-MALFORMED"},
                                                      {"21", ""},
                                                      {"23", ""},
                                                      {"25", ""},
                                                      {"27", ""},
                                                      {"29", "CML-ROOT"},
                                                      {"31", "XML-DOCTYPE"},
                                                      {"33", ""},
                                                      {"35", ""}};
    std::size_t seen = 0;
    for (const std::filesystem::directory_entry& entry :
         std::filesystem::directory_iterator(samples / "broken")) {
        if (entry.path().extension() != ".xml") {
            continue;
        }
        const std::string name = entry.path().filename().string();
        const auto found = expected.find(name.substr(0, 2));
        ASSERT_NE(found, expected.end()) << name;
        EXPECT_EQ(read_file(entry.path()).code(), found->second) << name;
        ++seen;
    }
    EXPECT_EQ(seen, expected.size());
}

}  // namespace
}  // namespace obmen::commerceml
