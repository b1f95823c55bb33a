#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

/// The program by itself, without a portal.
class CommandLine : public ::testing::Test {
  protected:
    ProcessResult run(const std::vector<std::string>& arguments,
                      const std::string& locale = "C.UTF-8") const {
        std::vector<std::string> words{Exchange::program()};
        words.insert(words.end(), arguments.begin(), arguments.end());
        return run_process(
            words, m_directory.path(),
            {{"LC_ALL", locale}, {"OBMEN_PORTAL", ""}, {"XDG_STATE_HOME", (m_directory / "home").string()}});
    }
    std::string file(const std::string& name, const std::string& bytes) const {
        write_file(m_directory / name, bytes);
        return (m_directory / name).string();
    }

    TemporaryDirectory m_directory;
};

TEST_F(CommandLine, HelpIsThereInBothLanguages) {
    EXPECT_EQ(run({"--help"}).exit_code, 0);
    EXPECT_NE(run({"--help"}).out.find("validate an export"), std::string::npos);
    EXPECT_NE(run({"--help"}, "ru_RU.UTF-8").out.find("проверить выгрузку"), std::string::npos);
    for (const char* command :
         {"check", "convert", "push", "approve", "mapping", "guess", "status", "doctor"}) {
        const ProcessResult english = run({command, "--help"});
        EXPECT_EQ(english.exit_code, 0) << command;
        EXPECT_NE(english.out.find("Exit codes:\n"), std::string::npos) << english.out;
        const ProcessResult russian = run({command, "--help", "--lang", "ru"});
        EXPECT_NE(russian.out.find("Коды возврата:\n"), std::string::npos) << russian.out;
    }
    EXPECT_NE(run({"--version"}).out.find("obmen "), std::string::npos);
}

TEST_F(CommandLine, WrongUsageIsExitCode64) {
    EXPECT_EQ(run({}).exit_code, 64);
    EXPECT_EQ(run({"send"}).exit_code, 64);
    EXPECT_EQ(run({"check"}).exit_code, 64);
    EXPECT_EQ(run({"push", "x.xml", "--lang", "de"}).exit_code, 64);
    EXPECT_EQ(run({"convert", "x.xml"}).exit_code, 64);
}

TEST_F(CommandLine, WrongUsageIsExplained) {
    const auto said = [this](const std::vector<std::string>& arguments, const std::string& text) {
        const ProcessResult result = run(arguments);
        EXPECT_EQ(result.exit_code, 64);
        EXPECT_NE(result.error.find(text), std::string::npos) << result.error;
    };
    said({"nonsense"}, "there is no command nonsense; the nearest are ");
    said({"pusch"}, "there is no command pusch; the nearest are push");
    said({"--lang", "ru", "pusch"}, "нет команды pusch; ближайшие: push");
    said({}, "no command is given; there are check, convert, push");
    said({"push", "--dry-rum", "x.xml"}, "obmen push has no option --dry-rum; the nearest are --dry-run");
    said({"check", "x.xml", "--language=ru"}, "obmen check has no option --language; the nearest are --lang");
    said({"check"}, "FILE is missing");
    said({"convert", "x.xml"}, "--output is missing");
    said({"status", "--last", "some"}, "--last takes a whole number");
    said({"status", "--state"}, "--state needs a value");
    said({"status", "--lang", "de"}, "--lang takes ru, en");
    said({"mapping", "--print", "--check", "m.toml"}, "--print and --check exclude each other");
    said({"mapping", "--print", "x.xml"}, "--print and FILE exclude each other");
    said({"auth", "--code", ""}, "--code needs a value");
    said({"status", "more"}, "unexpected: more");
}

TEST_F(CommandLine, WrongUsageNamesTheHelpOfTheCommand) {
    EXPECT_NE(run({"push", "--nothing"}).error.find("obmen push --help"), std::string::npos);
    EXPECT_NE(run({"nothing"}).error.find("Help: obmen --help"), std::string::npos);
}

TEST_F(CommandLine, WhatCannotBeWrittenIsAFailureUnlessNobodyWantsToReadOn) {
    const std::string words = Exchange::program() + " mapping --print";
    EXPECT_EQ(run_process({"/bin/sh", "-c", words + " > /dev/full"}, m_directory.path()).exit_code, 4);
    EXPECT_EQ(run_process({"/bin/bash", "-c", words + " | true; exit ${PIPESTATUS[0]}"}, m_directory.path())
                  .exit_code,
              0);
}

TEST_F(CommandLine, WrongUsageIsAFindingForPrograms) {
    const std::vector<std::vector<std::string>> lines{
        {"pusch", "--json"}, {"--json", "check"}, {"status", "--json", "--last", "x"}, {"--json"}};
    for (const std::vector<std::string>& line : lines) {
        const ProcessResult result = run(line);
        EXPECT_EQ(result.exit_code, 64);
        const auto finding = nlohmann::json::parse(result.error);
        EXPECT_EQ(finding.at("code"), "SYS-USAGE") << result.error;
        EXPECT_EQ(finding.at("level"), "fatal");
        EXPECT_NE(finding.at("text").get<std::string>().find("Wrong usage: "), std::string::npos);
    }
}

TEST_F(CommandLine, SpeaksTheLanguageOfTheSettingsEvenOfTheirMistakes) {
    const std::string settings = file("s.toml", "language = \"ru\"\n[receipts]\nlanguag = \"ru\"\n");
    const ProcessResult russian = run({"status", "--settings", settings});
    EXPECT_EQ(russian.exit_code, 4);
    EXPECT_NE(russian.error.find("s.toml:3: отказ CFG-UNKNOWN-KEY: Неизвестная настройка receipts.languag"),
              std::string::npos)
        << russian.error;
    EXPECT_NE(run({"status", "--settings", settings, "--lang", "en"}).error.find("Unknown setting"),
              std::string::npos);
    EXPECT_NE(run({"status", "--settings", settings, "--nothing"}).error.find("нет ключа --nothing"),
              std::string::npos);
}

TEST_F(CommandLine, MistakesOfAMappingHaveTheirPlaceForPrograms) {
    const std::string mapping = file("m.toml", "[product]\nmissing = 'forget'\n");
    const auto finding = nlohmann::json::parse(run({"mapping", "--check", mapping, "--json"}).error);
    EXPECT_EQ(finding.at("code"), "MAP-VALUE");
    EXPECT_EQ(finding.at("file"), mapping);
    EXPECT_EQ(finding.at("line"), 2);
    EXPECT_EQ(finding.at("level"), "fatal");
}

TEST_F(CommandLine, APriceTypeWithoutACurrencyIsFineWhereThereIsADefaultOne) {
    const std::string types =
        "<КоммерческаяИнформация><ПакетПредложений><ИдКаталога>k</ИдКаталога><ТипыЦен>\n"
        "<ТипЦены><Ид>t</Ид><Наименование>Опт</Наименование></ТипЦены>\n"
        "<ТипЦены><Ид>t</Ид><Наименование>Опт</Наименование></ТипЦены>\n"
        "</ТипыЦен></ПакетПредложений></КоммерческаяИнформация>";
    const std::string input = file("offers.xml", types);
    const auto count = [](const std::string& text) {
        std::size_t found = 0;
        for (std::size_t at = text.find("CML-PRICE-TYPE-CURRENCY"); at != std::string::npos;
             at = text.find("CML-PRICE-TYPE-CURRENCY", at + 1)) {
            ++found;
        }
        return found;
    };
    EXPECT_EQ(count(run({"check", input}).out), 1U);
    EXPECT_EQ(count(run({"convert", input, "-o", (m_directory / "one").string()}).out), 1U);
    const std::string settings = file("s.toml", "[mapping]\ndefault_currency = \"RUB\"\n");
    EXPECT_EQ(count(run({"check", input, "--settings", settings}).out), 0U);
    EXPECT_EQ(
        count(run({"convert", input, "--settings", settings, "-o", (m_directory / "two").string()}).out), 0U);
}

TEST_F(CommandLine, AMissingFileIsNamed) {
    const ProcessResult result = run({"check", (m_directory / "nowhere.xml").string()});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.error.find("nowhere.xml"), std::string::npos) << result.error;
    EXPECT_NE(result.error.find("SYS-FILE"), std::string::npos);
}

TEST_F(CommandLine, CheckTellsGoodFromFaultyFromBroken) {
    const std::string good = catalogue_file(sample_groups(2), sample_products(3, 2));
    EXPECT_EQ(run({"check", file("good.xml", good)}).exit_code, 0);

    auto products = sample_products(3, 2);
    products[1].id = "";
    const ProcessResult faulty =
        run({"check", file("faulty.xml", catalogue_file(sample_groups(2), products))});
    EXPECT_EQ(faulty.exit_code, 1);
    EXPECT_NE(faulty.out.find("error CML-ID-MISSING"), std::string::npos) << faulty.out;

    const ProcessResult broken = run({"check", file("broken.xml", good.substr(0, good.size() / 2))});
    EXPECT_EQ(broken.exit_code, 2);
    EXPECT_NE(broken.out.find("fatal XML-TRUNCATED"), std::string::npos) << broken.out;
    EXPECT_NE(broken.out.find("broken.xml:"), std::string::npos);
}

TEST_F(CommandLine, CheckCountsRecordsForPrograms) {
    const ProcessResult result =
        run({"check", "--json", file("good.xml", catalogue_file(sample_groups(2), sample_products(3, 2)))});
    std::istringstream out(result.out);
    nlohmann::json summary;
    nlohmann::json totals;
    for (std::string line; std::getline(out, line);) {
        nlohmann::json object = nlohmann::json::parse(line);
        (object.contains("totals") ? totals : summary) = std::move(object);
    }
    EXPECT_EQ(summary.at("records").at("Товар"), 3);
    EXPECT_EQ(summary.at("records").at("Группа"), 2);
    EXPECT_EQ(summary.at("records").at("Предложение"), 3);
    EXPECT_TRUE(summary.at("readable").get<bool>());
    EXPECT_EQ(totals.at("exit_code"), 0);
    EXPECT_EQ(totals.at("totals").at("files"), 1);
    EXPECT_EQ(totals.at("totals").at("records").at("Товар"), 3);
}

TEST_F(CommandLine, FindingsAreInOneLanguageThroughout) {
    const std::string two_roots = "<КоммерческаяИнформация/><КоммерческаяИнформация/>";
    const ProcessResult english = run({"check", "--lang", "en", file("two.xml", two_roots)});
    EXPECT_NE(english.out.find("a second root element"), std::string::npos) << english.out;
    const ProcessResult russian = run({"check", "--lang", "ru", file("two.xml", two_roots)});
    EXPECT_NE(russian.out.find("второй корневой элемент"), std::string::npos) << russian.out;
}

TEST_F(CommandLine, ConvertWritesRequestsThatNeedNoPortalIds) {
    const std::string input = file("import.xml", catalogue_file(sample_groups(3), sample_products(5, 3)));
    const ProcessResult result = run({"convert", input, "-o", (m_directory / "out").string()});
    ASSERT_EQ(result.exit_code, 0) << result.error;
    const auto manifest = nlohmann::json::parse(read_file(m_directory / "out" / "manifest.json"));
    ASSERT_EQ(manifest.at("requests").size(), 2U) << "the property for the stock, then everything else";
    EXPECT_TRUE(manifest.at("requests")[0].at("sendable").get<bool>());
    EXPECT_EQ(manifest.at("requests")[1].at("commands"), 8);
    EXPECT_FALSE(manifest.at("requests")[1].at("sendable").get<bool>())
        << "units and VAT have ids of the portal's own";
    const std::string body = read_file(m_directory / "out" / "0002.json");
    EXPECT_NE(body.find("%24result%5Bc0%5D"), std::string::npos);
    EXPECT_EQ(run({"convert", input, "-o", (m_directory / "out").string()}).exit_code, 4)
        << "never over what is there";
}

TEST_F(CommandLine, StatusWithoutALedgerSaysSo) {
    const ProcessResult result = run({"status", "--state", (m_directory / "none").string()});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.error.find("SYS-NO-LEDGER"), std::string::npos);
}

TEST_F(CommandLine, CheckTakesAllItsFilesAsOnePackageInReadingOrder) {
    const std::string offers =
        "<КоммерческаяИнформация><ПакетПредложений><ИдКаталога>k</ИдКаталога><Предложения>\n"
        "<Предложение><Ид>p1</Ид></Предложение>\n<Предложение><Ид>нет</Ид></Предложение>\n"
        "</Предложения></ПакетПредложений></КоммерческаяИнформация>";
    const std::string products =
        "<КоммерческаяИнформация><Каталог СодержитТолькоИзменения=\"false\"><Ид>k</Ид><Товары>\n"
        "<Товар><Ид>p1</Ид><Наименование>Болт</Наименование></Товар>\n"
        "<Товар><Ид>p2</Ид><Наименование>Гайка</Наименование></Товар>\n"
        "<Товар><Ид>p2</Ид><Наименование>Шайба</Наименование></Товар>\n"
        "</Товары></Каталог></КоммерческаяИнформация>";
    const ProcessResult result = run({"check", file("a.xml", offers), file("b.xml", products)});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_NE(result.out.find("b.xml:4:1: error CML-ID-CONFLICT [p2]"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("a.xml:3:1: warning CML-OFFER-WITHOUT-PRODUCT"), std::string::npos)
        << result.out;
    EXPECT_LT(result.out.find("b.xml: with errors"), result.out.find("a.xml: good")) << result.out;
}

TEST(Status, ListsPackagesWithTheirVerdicts) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
    ASSERT_EQ(exchange.push({file}).exit_code, 0);
    const ProcessResult text =
        exchange.run({"status", "--lang", "en", "--state", (exchange.directory() / "state").string()});
    EXPECT_EQ(text.exit_code, 0);
    EXPECT_NE(text.out.find("Products: created 3"), std::string::npos) << text.out;
    const ProcessResult json =
        exchange.run({"status", "--json", "--state", (exchange.directory() / "state").string()});
    const auto package = nlohmann::json::parse(json.out.substr(0, json.out.find('\n')));
    EXPECT_EQ(package.at("state"), "applied");
    EXPECT_EQ(package.at("totals").at("Products").at("created"), 3);
}

TEST(Push, TellsProgramsTheTotalsAndEveryFinding) {
    Exchange exchange;
    auto products = sample_products(3, 2);
    products[1].id = "";
    products[2].name = "";
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), products));
    const ProcessResult result = exchange.push({file}, {"--json"});
    std::vector<nlohmann::json> lines;
    std::istringstream out(result.out);
    for (std::string line; std::getline(out, line);) {
        lines.push_back(nlohmann::json::parse(line));
    }
    ASSERT_GE(lines.size(), 2U) << result.out;
    const nlohmann::json& package = lines.back();
    EXPECT_EQ(package.at("totals").at("Products").at("created"), 1) << result.out;
    EXPECT_GE(package.at("totals").at("Products").at("failed"), 1);
    EXPECT_EQ(package.at("exit_code"), result.exit_code);
    const nlohmann::json& finding = lines.front();
    EXPECT_EQ(finding.at("level"), "error");
    EXPECT_EQ(finding.at("file"), "import.xml");
    EXPECT_GT(finding.at("line"), 0);
    for (const char* const key : {"code", "id", "text", "remedy"}) {
        EXPECT_TRUE(finding.contains(key)) << key;
    }
}

TEST(Secrets, TheWebhookCodeIsNowhereToBeSeen) {
    Exchange exchange;
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
    const std::string code = "sandboxcode";
    ProcessResult result = exchange.push({file}, {"-v"});
    ASSERT_EQ(result.exit_code, 0) << result.error;
    EXPECT_EQ((result.out + result.error).find(code), std::string::npos);
    exchange.order_fault({{"match", {{"every", 1}}}, {"times", 0}, {"action", "status"}, {"status", 502}});
    const auto other = exchange.file("other.xml", catalogue_file({}, sample_products(2, 0, "q")));
    result = exchange.push({other}, {"-v"});
    EXPECT_EQ(result.exit_code, 3);
    EXPECT_EQ((result.out + result.error).find(code), std::string::npos);
    for (const char* folder : {"state", "receipts"}) {
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(exchange.directory() / folder)) {
            if (entry.is_regular_file()) {
                EXPECT_EQ(read_file(entry.path()).find(code), std::string::npos) << entry.path();
                EXPECT_EQ(entry.status().permissions() & std::filesystem::perms(0077),
                          std::filesystem::perms::none)
                    << entry.path();
            }
        }
    }
}

TEST(Secrets, TheProcessListDoesNotShowTheAddress) {
    Exchange exchange({"--latency", "300"});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
    Process process(exchange.push_words({file}), exchange.directory().path(), exchange.environment());
    while (process.is_running() && exchange.sandbox().verdict().at("requests").get<int>() == 0) {
    }
    const std::string command_line = read_file("/proc/" + std::to_string(process.id()) + "/cmdline");
    EXPECT_NE(command_line.find("push"), std::string::npos);
    EXPECT_EQ(command_line.find("sandboxcode"), std::string::npos);
    EXPECT_EQ(process.wait().exit_code, 0);
}

TEST(Push, BesideAnotherOneWaitsForItAndGoesOnByItself) {
    Exchange exchange({"--latency", "500"});
    const auto file = exchange.file("import.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
    const auto other = exchange.file("other.xml", catalogue_file(sample_groups(2), sample_products(4, 2)));
    Process first(exchange.push_words({file}), exchange.directory().path(), exchange.environment());
    while (first.is_running() && exchange.sandbox().verdict().at("requests").get<int>() == 0) {
    }
    const ProcessResult second = exchange.push({other});
    EXPECT_EQ(second.exit_code, 0) << second.out << second.error;
    EXPECT_EQ(first.wait().exit_code, 0);
    EXPECT_EQ(exchange.sandbox().rows("product").size(), 4U);
    EXPECT_EQ(exchange.receipt_count(), 2U);
    EXPECT_TRUE(exchange.sandbox().verdict().at("duplicates").empty());
}

}  // namespace
}  // namespace obmen::tests
