#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "support/catalogue.hpp"

namespace obmen {
namespace {

constexpr const char* readme_path = OBMEN_SOURCE_DIR "/schemas/README.md";
constexpr std::string_view table_begin = "<!-- codes: begin -->\n";
constexpr std::string_view table_end = "<!-- codes: end -->\n";

std::string cell(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '|' || c == '<' || c == '>') {
            out += '\\';
        }
        out += c;
    }
    return out;
}

std::string with_remedy(std::string_view text, std::string_view remedy) {
    return remedy.empty() ? cell(text) : cell(text) + ". *" + cell(remedy) + "*";
}

std::string catalogue_table() {
    std::string table = "| code | по-русски | in English |\n| --- | --- | --- |\n";
    for (const CatalogueEntry& entry : catalogue) {
        table += "| `" + std::string(entry.code) + "` | " + with_remedy(entry.russian, entry.russian_remedy) +
                 " | " + with_remedy(entry.english, entry.english_remedy) + " |\n";
    }
    return table;
}

/// The first line that only one of them has; empty if they are equal.
std::string first_difference(const std::string& left, const std::string& right) {
    std::istringstream left_lines(left);
    std::istringstream right_lines(right);
    while (true) {
        std::string left_line;
        std::string right_line;
        const bool left_has = static_cast<bool>(std::getline(left_lines, left_line));
        const bool right_has = static_cast<bool>(std::getline(right_lines, right_line));
        if (left_has != right_has || left_line != right_line) {
            return "in README.md: " + left_line.append("; in the catalogue: ").append(right_line);
        }
        if (!left_has) {
            return {};
        }
    }
}

std::string whole_file(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(CodeTable, InSchemasReadmeIsTheCatalogue) {
    std::string readme = whole_file(readme_path);
    const std::size_t marker = readme.find(table_begin);
    const std::size_t end = readme.find(table_end);
    ASSERT_NE(marker, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    const std::size_t begin = marker + table_begin.size();
    ASSERT_LE(begin, end);
    if (std::getenv("OBMEN_UPDATE") != nullptr) {
        readme.replace(begin, end - begin, catalogue_table());
        std::ofstream(readme_path, std::ios::binary) << readme;
        return;
    }
    EXPECT_EQ(first_difference(readme.substr(begin, end - begin), catalogue_table()), "")
        << "the catalogue has changed: run this test with OBMEN_UPDATE=1";
}

}  // namespace
}  // namespace obmen
