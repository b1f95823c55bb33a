#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

const std::string samples = OBMEN_SOURCE_DIR "/samples/flat/";

/// guess, and --flat where a file is read.
class Flat : public ::testing::Test {
  protected:
    ProcessResult run(const std::vector<std::string>& arguments) const {
        std::vector<std::string> words{Exchange::program()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run_process(words, m_directory.path(),
                           {{"LC_ALL", "C.UTF-8"},
                            {"OBMEN_PORTAL", ""},
                            {"XDG_STATE_HOME", (m_directory / "home").string()}});
    }

    TemporaryDirectory m_directory;
};

TEST_F(Flat, GuessPrintsAMappingThatCheckTakes) {
    const ProcessResult guess = run({"guess", samples + "nomenklatura.xml"});
    ASSERT_EQ(guess.exit_code, 0) << guess.error;
    write_file(m_directory / "m.toml", guess.out);
    const ProcessResult check =
        run({"check", "--flat", (m_directory / "m.toml").string(), samples + "nomenklatura.xml"});
    EXPECT_EQ(check.exit_code, 0) << check.out << check.error;
    EXPECT_NE(check.out.find("Группа 2, ТипЦены 2, Товар 3, Предложение 3"), std::string::npos) << check.out;
}

TEST_F(Flat, GuessWritesANewFileAndOverwritesNone) {
    const std::string mapping = (m_directory / "m.toml").string();
    const ProcessResult first = run({"guess", samples + "prais.xml", "-o", mapping, "--lang", "ru"});
    EXPECT_EQ(first.exit_code, 0) << first.error;
    EXPECT_NE(first.out.find("obmen check --flat"), std::string::npos) << first.out;
    const std::string written = read_file(mapping);
    EXPECT_NE(written.find("судя по"), std::string::npos);
    const ProcessResult second = run({"guess", samples + "catalog.xml", "-o", mapping});
    EXPECT_EQ(second.exit_code, 4);
    EXPECT_EQ(read_file(mapping), written);
}

TEST_F(Flat, GuessSaysWhatCommerceMlIs) {
    const ProcessResult result = run({"guess", OBMEN_SOURCE_DIR "/samples/shop-2.04/import.xml"});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    EXPECT_NE(result.error.find("FLAT-COMMERCEML"), std::string::npos) << result.error;
}

TEST_F(Flat, GuessInDoubtIsExitCode1) {
    write_file(m_directory / "twice.xml",
               "<С><Э><Код>1</Код><Имя>а</Имя><Цена>1</Цена></Э>"
               "<Э><Код>1</Код><Имя>а</Имя><Цена>1</Цена></Э></С>");
    const ProcessResult result = run({"guess", "--json", (m_directory / "twice.xml").string()});
    EXPECT_EQ(result.exit_code, 1);
    const auto answer = nlohmann::json::parse(result.out);
    EXPECT_FALSE(answer.at("certain").get<bool>());
    EXPECT_EQ(answer.at("tables"), 1);
}

TEST_F(Flat, AFileThatNoMappingIsForSaysToGuess) {
    const ProcessResult without = run({"check", samples + "prais.xml"});
    EXPECT_EQ(without.exit_code, 2);
    EXPECT_NE(without.out.find("CML-ROOT"), std::string::npos) << without.out;
    EXPECT_NE(without.out.find("obmen guess"), std::string::npos) << without.out;
    const ProcessResult other = run({"check", "--flat", samples + "catalog.toml", samples + "prais.xml"});
    EXPECT_EQ(other.exit_code, 2);
    EXPECT_NE(other.out.find("FLAT-NO-MAPPING"), std::string::npos) << other.out;
}

TEST_F(Flat, AWrongMappingIsNamedBeforeAnythingIsRead) {
    write_file(m_directory / "m.toml", "[[flat]]\nrecord = \"product\"\n");
    const ProcessResult result =
        run({"check", "--flat", (m_directory / "m.toml").string(), samples + "prais.xml"});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.error.find("FLAT-REQUIRED"), std::string::npos) << result.error;
    EXPECT_EQ(result.out, "");
}

TEST_F(Flat, CommerceMlAndFlatFilesGoTogether) {
    const ProcessResult result =
        run({"check", "--flat", samples + "catalog.toml", "--flat", samples + "prais.toml",
             OBMEN_SOURCE_DIR "/samples/shop-2.04", samples + "catalog.xml", samples + "prais.xml"});
    EXPECT_EQ(result.exit_code, 0) << result.out;
}

TEST_F(Flat, ConvertTakesMappingsFromTheSettings) {
    write_file(m_directory / "settings" / "obmen.toml",
               "[flat]\nmappings = [\"m.toml\"]\n[mapping]\ndefault_currency = \"RUB\"\n");
    write_file(m_directory / "settings" / "m.toml", read_file(samples + "catalog.toml"));
    const ProcessResult result =
        run({"convert", "--settings", (m_directory / "settings" / "obmen.toml").string(),
             samples + "catalog.xml", "-o", (m_directory / "out").string()});
    EXPECT_EQ(result.exit_code, 0) << result.out << result.error;
    EXPECT_NE(read_file(m_directory / "out" / "plan.txt").find("000501"), std::string::npos);
}

TEST(FlatPush, SendsAFlatFileOnceAndNothingTheSecondTime) {
    Exchange exchange;
    const auto file = exchange.file("catalog.xml", read_file(samples + "catalog.xml"));
    const std::vector<std::string> flat{"--flat", samples + "catalog.toml"};
    const ProcessResult first = exchange.push({file}, flat);
    ASSERT_EQ(first.exit_code, 0) << first.out << first.error;
    EXPECT_NE(first.out.find("Products: created 1"), std::string::npos) << first.out;
    const ProcessResult second = exchange.push({file}, flat);
    EXPECT_EQ(second.exit_code, 0) << second.error;
    EXPECT_NE(second.out.find("of them writes: 0"), std::string::npos) << second.out;
}

}  // namespace
}  // namespace obmen::tests
