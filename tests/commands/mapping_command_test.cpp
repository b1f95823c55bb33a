#include <gtest/gtest.h>

#include "commands/exchange.hpp"
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

TEST_F(MappingCommand, AndPushSayWhichListOfFieldsCouldMakeNothing) {
    const std::string file =
        mapping("on_conflict = \"report\"\n[[company.field]]\nto = \"COMMENTS\"\nfrom = \"Комментарий\"\n");
    const std::string says =
        "mapping.toml:2: warning MAP-DEFAULTS: The mapping lacks field TITLE ([company]), without which";
    const ProcessResult checked = run({"--check", file, sample});
    EXPECT_EQ(checked.exit_code, 0) << checked.error;
    EXPECT_NE(checked.out.find(says), std::string::npos) << checked.out;
    EXPECT_EQ(checked.out.find("MAP-DEFAULTS"), checked.out.rfind("MAP-DEFAULTS")) << "once";

    Exchange exchange;
    write_file(directory / "obmen.toml", "[mapping]\nfile = \"mapping.toml\"\n");
    const ProcessResult pushed = exchange.push({OBMEN_SOURCE_DIR "/samples/contragents-2.09/contragents.xml"},
                                               {"--settings", (directory / "obmen.toml").string()});
    EXPECT_NE(pushed.out.find(says), std::string::npos) << pushed.out;
    EXPECT_TRUE(exchange.last_receipt().has_code("MAP-DEFAULTS"));
    const auto goods = exchange.file("goods.xml", catalogue_file(sample_groups(1), sample_products(1, 1)));
    Exchange of_goods;
    const ProcessResult other = of_goods.push({goods}, {"--settings", (directory / "obmen.toml").string()});
    EXPECT_EQ(other.exit_code, 0) << other.out << other.error;
    EXPECT_EQ(other.out.find("MAP-DEFAULTS"), std::string::npos) << "no contragents, nothing to say";
}

TEST_F(MappingCommand, SaysWhichNamesTheExportAndThePortalLack) {
    const Exchange exchange;
    exchange.sandbox().call("crm.deal.userfield.add",
                            {{"fields", {{"FIELD_NAME", "UF_CRM_SOURCE"}, {"USER_TYPE_ID", "string"}}}});
    const std::string file = mapping(
        "[product]\nonly_groups = [\"Крипёж\"]\ndefault_fields = true\n"
        "[[product.field]]\nto = \"PROPERTY_4711\"\nfrom = \"Артикул\"\n"
        "[deal]\ncategory = 99\ndefault_fields = true\n"
        "[[deal.stage]]\nstage = \"WONN\"\n"
        "[[deal.field]]\nto = \"UF_CRM_SOURCE\"\nfrom = \"Номер\"\n"
        "[[deal.field]]\nto = \"UF_CRM_SAUCE\"\nfrom = \"Номер\"\n");
    write_file(directory / "portal.txt", exchange.sandbox().url());
    std::filesystem::permissions(directory / "portal.txt", std::filesystem::perms::owner_read);
    write_file(directory / "obmen.toml", "[portal]\nurl = \"@portal.txt\"\n");
    const ProcessResult result =
        run({"--settings", (directory / "obmen.toml").string(), "--check", file, "--objects", "1", sample});
    EXPECT_EQ(result.exit_code, 0) << result.error;
    const auto says = [&](const std::string& text) {
        EXPECT_NE(result.out.find(text), std::string::npos) << text << "\n" << result.out;
    };
    says("line 2: the data of 1C have no Группа \"Крипёж\"");
    says("line 4: the portal has no PROPERTY_4711");
    says("line 8: the portal has no category = 99");
    says("line 11: the portal has no stage = \"WONN\"");
    says("The portal has: WON");
    says("line 15: the portal has no UF_CRM_SAUCE");
    EXPECT_EQ(result.out.find("no UF_CRM_SOURCE"), std::string::npos) << result.out;
}

}  // namespace
}  // namespace obmen::tests
