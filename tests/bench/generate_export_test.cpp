#include "generate_export.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "checks/checks.hpp"
#include "commerceml/reader.hpp"

namespace obmen::bench {
namespace {

using Write = std::uint64_t (*)(std::ostream&, const ExportShape&, RecordsDigest&);

/// A file, and what the generator says is in it.
struct Written {
    std::string bytes;
    std::string digest;
};

Written written(Write write, const ExportShape& shape) {
    std::ostringstream out;
    RecordsDigest digest(true);
    const std::uint64_t size = write(out, shape, digest);
    EXPECT_EQ(size, out.str().size());
    return {.bytes = out.str(), .digest = digest.text()};
}

/// What the reader finds in it. Any finding fails the test.
std::string digest_of(const std::string& bytes) {
    commerceml::MemoryInput input(bytes);
    RecordsDigest digest(true);
    const FindingSink sink = [](const Finding& finding) {
        ADD_FAILURE() << full_text(finding.message, Language::english) << " at line " << finding.place.line;
    };
    commerceml::RecordReader reader(input, "file.xml", sink);
    while (const auto record = reader.next()) {
        checks::check_record(*record, "file.xml", sink);
        digest.add_record(record->record);
    }
    return digest.text();
}

constexpr ExportShape small{.products = 60};

TEST(GenerateExport, GivesTheSameBytesForTheSameShape) {
    EXPECT_EQ(written(write_catalogue, small).bytes, written(write_catalogue, small).bytes);
    EXPECT_EQ(written(write_offers, small).bytes, written(write_offers, small).bytes);
    ExportShape other = small;
    other.seed = 2;
    EXPECT_NE(written(write_offers, small).bytes, written(write_offers, other).bytes);
}

TEST(GenerateExport, IsReadWithoutFindingsAndWithThePromisedRecords) {
    for (const Write write : {write_catalogue, write_offers, write_contragents, write_combined}) {
        const Written file = written(write, small);
        EXPECT_EQ(digest_of(file.bytes), file.digest);
    }
    const std::string catalogue = written(write_catalogue, small).digest;
    EXPECT_TRUE(
        catalogue.starts_with("groups 1000 properties 60 price_types 0 products 60 offers 0 contragents 0 "))
        << catalogue;
    const std::string offers = written(write_offers, small).digest;
    EXPECT_TRUE(offers.starts_with("groups 0 properties 0 price_types 3 products 0 offers 60 contragents 0 "))
        << offers;
    const std::string contragents = written(write_contragents, small).digest;
    EXPECT_NE(contragents.find(" contragents 6 "), std::string::npos) << contragents;
}

TEST(GenerateExport, HoldsTheSameRecordsInEveryEncodingAndWithEveryLineEnd) {
    const std::string expected = written(write_combined, small).digest;
    for (const FileEncoding encoding : {FileEncoding::utf8, FileEncoding::windows1251}) {
        for (const bool crlf : {false, true}) {
            ExportShape shape = small;
            shape.encoding = encoding;
            shape.crlf = crlf;
            const Written file = written(write_combined, shape);
            EXPECT_EQ(file.digest, expected);
            EXPECT_EQ(digest_of(file.bytes), expected);
            EXPECT_EQ(file.bytes.starts_with("\xEF\xBB\xBF"), encoding == FileEncoding::utf8);
            EXPECT_EQ(file.bytes.find("\r\n") != std::string::npos, crlf);
        }
    }
}

TEST(GenerateExport, IsAboutAsLargeAsAskedFor) {
    constexpr std::uint64_t asked = 4'000'000;
    ExportShape shape;
    shape.products = products_for(asked, shape);
    const std::size_t size =
        written(write_catalogue, shape).bytes.size() + written(write_offers, shape).bytes.size();
    EXPECT_GT(size, asked * 95 / 100);
    EXPECT_LT(size, asked * 105 / 100);
}

}  // namespace
}  // namespace obmen::bench
