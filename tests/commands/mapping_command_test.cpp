#include <gtest/gtest.h>

#include "harness/process.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::tests {
namespace {

class MappingCommand : public ::testing::Test {
  protected:
    [[nodiscard]] ProcessResult run(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {OBMEN_BINARY_DIR "/src/obmen", "mapping", "--lang", "en"});
        return run_process(arguments, directory.path(), {{"LC_ALL", "C.UTF-8"}});
    }
    [[nodiscard]] std::string mapping(const std::string& text) const {
        write_file(directory / "mapping.toml", text);
        return (directory / "mapping.toml").string();
    }

    const std::string sample = OBMEN_SOURCE_DIR "/samples/everything-2.09";
    TemporaryDirectory directory;
};

TEST_F(MappingCommand, PrintsTheBuiltInMappingWhichIsAValidOne) {
    const ProcessResult printed = run({"--print"});
    ASSERT_EQ(printed.exit_code, 0);
    EXPECT_NE(printed.out.find("[[product.field]]"), std::string::npos);
    const ProcessResult checked = run({"--check", mapping(printed.out)});
    EXPECT_EQ(checked.exit_code, 0) << checked.error;
    EXPECT_NE(checked.out.find("The mapping is valid"), std::string::npos);
}

TEST_F(MappingCommand, ShowsTheFirstObjectsOfAnExportFieldByField) {
    const std::string file = mapping(
        "[product]\ndefault_fields = true\n[[product.field]]\nto = \"NAME\"\nfrom = \"{Артикул}: "
        "{Наименование}\"\n");
    const ProcessResult result = run({"--check", file, "--objects", "1", sample});
    ASSERT_EQ(result.exit_code, 0) << result.error;
    EXPECT_NE(result.out.find("create product «БМ-8#30: Болт М8×30"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("price: 12.5, currency: RUB"), std::string::npos) << result.out;
    EXPECT_EQ(result.out.find("ГМ-8: Гайка"), std::string::npos) << "one object of a kind";
}

TEST_F(MappingCommand, NamesTheLineOfAMistakeAndTheNearestKnownNames) {
    const ProcessResult source =
        run({"--check", mapping("[[product.field]]\nto = \"NAME\"\nfrom = \"Наименованье\"\n")});
    EXPECT_EQ(source.exit_code, 4);
    EXPECT_NE(source.error.find("mapping.toml:3: fatal"), std::string::npos) << source.error;
    EXPECT_NE(source.error.find("MAP-UNKNOWN-SOURCE"), std::string::npos) << source.error;
    EXPECT_NE(source.error.find("Наименование"), std::string::npos) << source.error;

    const ProcessResult target =
        run({"--check", mapping("[[company.field]]\nto = \"TITEL\"\nfrom = \"Наименование\"\n")});
    EXPECT_EQ(target.exit_code, 4);
    EXPECT_NE(target.error.find("mapping.toml:2: fatal"), std::string::npos) << target.error;
    EXPECT_NE(target.error.find("TITLE"), std::string::npos) << target.error;

    const ProcessResult key = run({"--check", mapping("[product]\nvarianst = \"fold\"\n")});
    EXPECT_EQ(key.exit_code, 4);
    EXPECT_NE(key.error.find("variants"), std::string::npos) << key.error;
}

}  // namespace
}  // namespace obmen::tests
