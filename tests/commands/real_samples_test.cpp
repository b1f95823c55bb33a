#include <gtest/gtest.h>

#include <map>
#include <pugixml.hpp>
#include <set>
#include <sstream>

#include "commands/exchange.hpp"
#include "support/text.hpp"

namespace obmen::tests {
namespace {

const std::filesystem::path samples = OBMEN_SOURCE_DIR "/../shared/samples";

std::vector<std::filesystem::path> files_in(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    if (std::filesystem::exists(samples / folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(samples / folder)) {
            files.push_back(entry.path());
        }
    }
    std::ranges::sort(files);
    return files;
}

/// Folded local names would be overkill here: real files use the default namespace or none.
std::set<std::string> product_ids(const std::filesystem::path& file) {
    pugi::xml_document document;
    std::set<std::string> ids;
    if (!document.load_file(file.c_str())) {
        return ids;
    }
    for (const pugi::xpath_node& node : document.select_nodes("/*/Каталог/Товары/Товар/Ид")) {
        ids.insert(node.node().child_value());
    }
    return ids;
}

std::string folded_id(std::string_view id) {
    std::string out = obmen::folded(obmen::tidied(id));
    return out.ends_with('#') ? out.substr(0, out.size() - 1) : out;
}

/// Ид of all elements of a name, wherever they stand, as obmen compares them; those without one are left out.
std::set<std::string> ids_in(const pugi::xml_document& document, const std::string& path) {
    std::set<std::string> ids;
    for (const pugi::xpath_node& node : document.select_nodes((path + "/Ид").c_str())) {
        if (const std::string id = folded_id(node.node().child_value()); !id.empty()) {
            ids.insert(id);
        }
    }
    return ids;
}

std::set<std::string> ids_of(const ReceiptView& receipt, const std::set<std::string>& kinds) {
    std::set<std::string> ids;
    for (const ReceiptView::Row& row : receipt.objects) {
        if (kinds.contains(row.kind) && !row.id.empty()) {
            ids.insert(folded_id(row.id));
        }
    }
    return ids;
}

/// Every object of the file has its row, and nothing has one that is not in the file.
void expect_object_for_object(const std::filesystem::path& file, const ReceiptView& receipt) {
    pugi::xml_document document;
    if (receipt.state == "Отклонено" || !document.load_file(file.c_str()) ||
        std::string(document.document_element().name()) != "КоммерческаяИнформация") {
        return;  // the paths below know no prefixes
    }
    EXPECT_EQ(ids_of(receipt, {"Группа"}), ids_in(document, "//Классификатор//Группа"));
    EXPECT_EQ(ids_of(receipt, {"Документ"}), ids_in(document, "//Документ"));
    std::set<std::string> goods = ids_in(document, "//Каталог/Товары/Товар");
    goods.merge(ids_in(document, "//Предложения/Предложение"));
    EXPECT_EQ(ids_of(receipt, {"Товар", "Предложение"}), goods);
    const std::set<std::string> contragents = ids_of(receipt, {"Контрагент"});
    for (const std::string& id : ids_in(document, "/КоммерческаяИнформация/Контрагенты/Контрагент")) {
        EXPECT_TRUE(contragents.contains(id)) << id;
    }
}

/// Import and offers of one export.
using Pair = std::vector<std::string>;

const std::vector<Pair>& real_pairs() {
    static const std::vector<Pair> pairs{
        {"bigperson_exchange1c__tests_xml_import.xml", "bigperson_exchange1c__tests_xml_offers.xml"},
        {"carono_php-commerceml__tests_xml_import.xml", "carono_php-commerceml__tests_xml_offers.xml"},
        {"dobromyslov_commerceml-parser__data_import0_1.xml",
         "dobromyslov_commerceml-parser__data_offers0_1.xml"},
        {"iMega_commerceml2teleport__parser_fixture_import.xml",
         "iMega_commerceml2teleport__parser_fixture_offer.xml"},
        {"sukhikh18_woocommerce-ml__tests_fixtures_import0_1__hb2a8946.xml",
         "sukhikh18_woocommerce-ml__tests_fixtures_offers0_1__h4afc99a.xml"},
        {"BrandyMint_CommerceML__spec_fixtures_catalog.xml",
         "BrandyMint_CommerceML__spec_fixtures_pricelist.xml"},
        {"wagood_commerceml__example_commerce-ml3_import___5335d080-66b0-4355-887c-d54bba6f1f08.xml",
         "wagood_commerceml__example_commerce-ml3_import___57c55968-51d1-46f0-b5d7-927f420b8fd4.xml",
         "wagood_commerceml__example_commerce-ml3_offers___13955e2c-c7d0-4189-8db7-9bc863cde645.xml",
         "wagood_commerceml__example_commerce-ml3_prices___478f43af-4dba-47c9-b3fa-d9737c14a30f.xml",
         "wagood_commerceml__example_commerce-ml3_rests___9ebdccc5-f70a-43db-8c03-0103301aad32.xml"}};
    return pairs;
}

TEST(RealPairs, GoThroughWithoutLossAndWithoutDuplicates) {
    if (!std::filesystem::exists(samples)) {
        GTEST_SKIP() << "no real samples here";
    }
    for (const Pair& pair : real_pairs()) {
        SCOPED_TRACE(pair.front());
        Exchange exchange;
        std::vector<std::filesystem::path> files;
        std::set<std::string> ids;
        for (const std::string& name : pair) {
            files.push_back(samples / "real" / name);
            ids.merge(product_ids(files.back()));
        }
        const ProcessResult result = exchange.push(files);
        EXPECT_LE(result.exit_code, 1) << result.out << result.error;
        const ReceiptView receipt = exchange.last_receipt();
        for (const std::string& id : ids) {
            EXPECT_NE(receipt.find("Товар", id), nullptr) << id;
        }
        EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
        EXPECT_LE(exchange.push(files).exit_code, 1);
        EXPECT_EQ(exchange.writes(), 0);
    }
}

/// One of so many slices of the files: each push has a portal of its own, and tests run side by side.
class RealFilesOfSlice : public ::testing::TestWithParam<std::size_t> {};
constexpr std::size_t slices = 12;

/// Every real file by itself, whatever it holds.
TEST_P(RealFilesOfSlice, NeverCrashAndAlwaysGetAReceipt) {
    const std::vector<std::filesystem::path> files = files_in("real");
    for (std::size_t i = GetParam(); i < files.size(); i += slices) {
        const std::filesystem::path& file = files[i];
        SCOPED_TRACE(file.filename().string());
        Exchange exchange;
        const ProcessResult result = exchange.push({file});
        EXPECT_LE(result.exit_code, 3) << result.out << result.error;
        ASSERT_EQ(exchange.receipt_count(), 1U) << result.out << result.error;
        const ReceiptView receipt = exchange.last_receipt();
        expect_object_for_object(file, receipt);
        EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
    }
}

INSTANTIATE_TEST_SUITE_P(Slice, RealFilesOfSlice, ::testing::Range(std::size_t{0}, slices));

/// What is ordinary in exports must not drown what is wrong with them.
TEST(RealFiles, GiveNoFloodOfFindings) {
    for (const auto& file : files_in("real")) {
        SCOPED_TRACE(file.filename().string());
        const Exchange exchange;
        std::istringstream out(exchange.run({"check", "--json", file.string()}).out);
        std::map<std::string, int> codes;
        for (std::string line; std::getline(out, line);) {
            const auto said = nlohmann::json::parse(line);
            if (said.contains("code")) {
                ++codes[said.at("code")];
                EXPECT_EQ(said.at("level"), "warning") << line;
            }
        }
        for (const auto& [code, count] : codes) {
            EXPECT_LE(count, 3) << code;
        }
    }
}

/// What each hostile file must be answered with; none: it is used.
TEST(HostileFiles, GetACodeAPlaceAndARejectedReceipt) {
    const std::map<std::string, std::set<std::string>> rejected{
        {"01-truncated-mid-element.xml", {"XML-TRUNCATED", "XML-MALFORMED"}},
        {"03-empty.xml", {"XML-EMPTY"}},
        {"05-control-char-0x0B.xml", {"XML-CHARACTER"}},
        {"07-nul-bytes-tail.xml", {"XML-CHARACTER", "XML-MALFORMED"}},
        {"13-leading-newline.xml", {"XML-MALFORMED"}},
        {"15-trailing-html.xml", {"XML-MALFORMED"}},
        {"17-chunks-swapped.xml", {"XML-MALFORMED", "XML-TRUNCATED"}},
        {"29-wrong-root.xml", {"CML-ROOT"}},
        {"31-doctype-billion-laughs.xml", {"XML-DOCTYPE"}},
        {"52-zip-slip.zip", {"PKG-ZIP-NAME"}},
        {"56-bomb-100MB-of-zeros.zip", {"PKG-ZIP-LIMIT"}}};
    for (const auto& file : files_in("broken")) {
        const std::string name = file.filename().string();
        SCOPED_TRACE(name);
        Exchange exchange;
        const ProcessResult result = exchange.push({file});
        ASSERT_EQ(exchange.receipt_count(), 1U) << result.out << result.error;
        const ReceiptView receipt = exchange.last_receipt();
        const auto expected = rejected.find(name);
        if (expected == rejected.end()) {
            EXPECT_LE(result.exit_code, 1) << result.out << result.error;
            continue;
        }
        EXPECT_EQ(result.exit_code, 2);
        EXPECT_EQ(receipt.state, "Отклонено");
        ASSERT_EQ(receipt.findings.size(), 1U);
        EXPECT_TRUE(expected->second.contains(receipt.findings.front().code))
            << receipt.findings.front().code;
        EXPECT_EQ(exchange.requests(), 0);
    }
}

}  // namespace
}  // namespace obmen::tests
