#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

/// `obmen check` by itself.
class CheckCommand : public ::testing::Test {
  protected:
    ProcessResult check(std::vector<std::string> arguments) const {
        arguments.insert(arguments.begin(), {Exchange::program(), "check"});
        return run_process(arguments, m_directory.path(), {{"LC_ALL", "C.UTF-8"}});
    }
    std::string file(const std::string& name, const std::string& bytes) const {
        write_file(m_directory / name, bytes);
        return (m_directory / name).string();
    }
    [[nodiscard]] std::string page() const { return (m_directory / "page.html").string(); }

    static std::vector<json> objects_of(const std::string& lines) {
        std::vector<json> objects;
        std::istringstream stream(lines);
        for (std::string line; std::getline(stream, line);) {
            objects.push_back(json::parse(line));
        }
        return objects;
    }

    TemporaryDirectory m_directory;
};

/// Two rows without Ид, one price that is no number; three ways of leaving the standard.
const std::string faulty =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<КоммерческаяИнформация ВерсияСхемы=\"2.05\" ДатаФормирования=\"2026-01-15\">\n"
    "<Каталог><Ид>c</Ид><Наименование>К</Наименование><Владелец><Ид>o</Ид></Владелец><Товары>\n"
    "<Товар><Наименование>А</Наименование></Товар>\n"
    "<Товар><Наименование>Б</Наименование><Штрихкод>1</Штрихкод></Товар>\n"
    "<Товар><Ид>1</Ид><Наименование>В</Наименование><Штрихкод>2</Штрихкод></Товар>\n"
    "</Товары></Каталог></КоммерческаяИнформация>\n";

TEST_F(CheckCommand, ComparesWithTheSchemaOnlyWhenAsked) {
    const std::string path = file("faulty.xml", faulty);
    EXPECT_EQ(check({path}).out.find("XSD-"), std::string::npos);
    const ProcessResult result = check({"--xsd", path});
    EXPECT_NE(result.out.find(
                  "faulty.xml:5: schema XSD-SHORT ×2: Товар/Штрихкод: \"1\"; fewer characters than 8\n"),
              std::string::npos)
        << result.out;
    EXPECT_NE(result.out.find("schema CommerceML 2: kinds of deviations 2, in all 3\n"), std::string::npos)
        << result.out;
}

TEST_F(CheckCommand, DeviationsNeverChangeTheExitCode) {
    const std::string deviating =
        file("good.xml",
             "<КоммерческаяИнформация Чужой=\"1\"><Каталог><Ид>1</Ид><Чужое/></Каталог>"
             "</КоммерческаяИнформация>");
    EXPECT_EQ(check({deviating}).exit_code, check({"--xsd", deviating}).exit_code);
    EXPECT_EQ(check({"--xsd", deviating}).exit_code, 0);
    EXPECT_EQ(check({"--xsd", file("faulty.xml", faulty)}).exit_code, 1);
    const ProcessResult broken = check({"--xsd", file("broken.xml", faulty.substr(0, 300))});
    EXPECT_EQ(broken.exit_code, 2);
    EXPECT_EQ(broken.out.find("XSD-"), std::string::npos) << "what cannot be read is not compared";
}

TEST_F(CheckCommand, JsonLinesAreFindingsDeviationsAndThenTheFile) {
    const std::string path = file("faulty.xml", faulty);
    const std::vector<json> objects = objects_of(check({"--xsd", "--json", path}).out);
    ASSERT_EQ(objects.size(), 6U) << "the last one holds the totals";
    EXPECT_EQ(objects[0], (json{{"level", "error"},
                                {"code", "CML-ID-MISSING"},
                                {"file", path},
                                {"line", 4},
                                {"column", 1},
                                {"id", ""},
                                {"text", "<Товар> has no Ид"},
                                {"remedy", "Fill in Ид in 1C."}}));
    EXPECT_EQ(objects[2].at("code"), "XSD-TYPE");
    EXPECT_EQ(objects[3], (json{{"level", "warning"},
                                {"code", "XSD-SHORT"},
                                {"file", path},
                                {"line", 5},
                                {"column", 0},
                                {"id", ""},
                                {"text", "Товар/Штрихкод: \"1\"; fewer characters than 8"},
                                {"remedy", ""},
                                {"count", 2},
                                {"parent", "Товар"},
                                {"element", "Штрихкод"},
                                {"attribute", ""},
                                {"value", "1"}}));
    EXPECT_EQ(objects[4], (json{{"file", path},
                                {"verdict", "with_errors"},
                                {"readable", true},
                                {"row_errors", 2},
                                {"warnings", 0},
                                {"encoding", "UTF-8"},
                                {"schema_version", "2.05"},
                                {"formed_at", "2026-01-15"},
                                {"records", {{"Каталог", 1}, {"Товар", 3}}},
                                {"xsd",
                                 {{"schema", "2"},
                                  {"deviations", 2},
                                  {"occurrences", 3},
                                  {"left_out", 0},
                                  {"complete", true}}}}));
}

TEST_F(CheckCommand, EveryFileEndsInOneObjectWhateverItIs) {
    const std::string good = file("good.xml", catalogue_file(sample_groups(2), sample_products(3, 2)));
    const std::string broken = file("broken.xml", faulty.substr(0, 300));
    const std::string archive = file("broken.zip", "PK\x03\x04 and no more");
    const std::vector<json> objects = objects_of(check({"--xsd", "--json", good, broken, archive}).out);
    std::vector<std::pair<std::string, bool>> files;
    for (const json& object : objects) {
        if (object.contains("records")) {
            files.emplace_back(object.at("verdict"), object.contains("xsd"));
        }
    }
    // The archive is a package of its own, and the loose files together are the last one.
    EXPECT_EQ(files, (std::vector<std::pair<std::string, bool>>{
                         {"unusable", false}, {"good", true}, {"unusable", false}}));
}

std::string with_pictures(const std::string& id, const std::string& pictures) {
    return "<КоммерческаяИнформация><Каталог><Ид>c</Ид><Товары>\n<Товар><Ид>" + id +
           "</Ид><Наименование>Болт</Наименование>" + pictures +
           "</Товар></Товары></Каталог></КоммерческаяИнформация>";
}

TEST_F(CheckCommand, NamesTheFirstPictureThatDidNotComeAlong) {
    const std::string picture = "<Картинка>import_files\\a1\\1.JPG</Картинка>";
    const std::string address = "<Картинка>https://shop.ru/2.jpg</Картинка>";
    const std::string missing =
        "<Картинка>import_files/3.jpg</Картинка><Картинка>import_files/4.jpg</Картинка>";
    std::filesystem::create_directories(m_directory / "export/goods/1/import_files/a1");
    file("export/goods/1/import.xml", with_pictures("p1", picture + address));
    file("export/goods/1/import_files/a1/1.jpg", "jpg");
    const std::string folder = (m_directory / "export").string();
    EXPECT_EQ(check({folder}).out.find("CML-PICTURE-MISSING"), std::string::npos) << check({folder}).out;

    file("export/goods/1/import.xml", with_pictures("p1", picture + address + missing));
    const ProcessResult result = check({folder});
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_NE(
        result.out.find("goods/1/import.xml:2:1: warning CML-PICTURE-MISSING [p1]: Pictures missing from the "
                        "package: 2 of 3; the first is \"import_files/3.jpg\""),
        std::string::npos)
        << result.out;
}

TEST_F(CheckCommand, SaysNothingOfThePicturesOfALoneFile) {
    const std::string lone =
        file("import.xml", with_pictures("p1", "<Картинка>import_files/3.jpg</Картинка>"));
    EXPECT_EQ(check({lone}).out.find("CML-PICTURE"), std::string::npos);
}

TEST_F(CheckCommand, FilesNamedTogetherAreOnePackage) {
    const std::string offers =
        file("a-offers.xml",
             "<КоммерческаяИнформация><ПакетПредложений><Ид>c#</Ид><Предложения><Предложение><Ид>1</"
             "Ид><Цены><Цена>"
             "<ИдТипаЦены>t1</ИдТипаЦены><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу><Валюта>RUB</Валюта></Цена></Цены>"
             "</Предложение></Предложения></ПакетПредложений></КоммерческаяИнформация>");
    const auto types = [&](const std::string& id) {
        return file("types-" + id + ".xml",
                    "<КоммерческаяИнформация><Классификатор><Ид>c</Ид><ТипыЦен><ТипЦены><Ид>" + id +
                        "</Ид><Наименование>Розничная</Наименование><Валюта>RUB</Валюта></ТипЦены></ТипыЦен>"
                        "</Классификатор></КоммерческаяИнформация>");
    };
    EXPECT_EQ(check({offers}).out.find("CML-PRICE-TYPE-UNKNOWN"), std::string::npos)
        << "nothing declares any";
    EXPECT_EQ(check({offers, types("t1")}).out.find("CML-PRICE-TYPE-UNKNOWN"), std::string::npos);
    EXPECT_NE(check({offers, types("t2")}).out.find("a-offers.xml:1:"), std::string::npos);
}

TEST_F(CheckCommand, KeepsToTheLimitsOfTheSettings) {
    const std::string settings = file("obmen.toml", "[limits]\nrecord_bytes = 100\n");
    const std::string lone =
        file("import.xml", with_pictures("p1", "<Описание>" + std::string(100, 'x') + "</Описание>"));
    EXPECT_EQ(check({lone}).exit_code, 0);
    const ProcessResult result = check({"--settings", settings, lone});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.out.find("import.xml:2:1: fatal XML-LIMIT"), std::string::npos) << result.out;
}

TEST_F(CheckCommand, WritesAPageInTheLanguageAskedFor) {
    const std::string path = file("faulty.xml", faulty);
    EXPECT_EQ(check({"--html", page(), "--xsd", "--lang", "ru", path}).exit_code, 1);
    const std::string russian = read_file(page());
    EXPECT_NE(russian.find("Что делать: Заполните Ид в 1С."), std::string::npos) << russian;
    EXPECT_NE(russian.find("<td>Каталог 1, Товар 3</td>"), std::string::npos);
    EXPECT_NE(russian.find("faulty.xml:4:1</span>: &lt;Товар&gt; без Ид"), std::string::npos);
    EXPECT_NE(russian.find("Товар/Штрихкод: «1»; знаков меньше, чем 8"), std::string::npos);
    EXPECT_EQ(check({"--html", page(), "--json", "--lang", "en", path}).exit_code, 1);
    const std::string english = read_file(page());
    EXPECT_NE(english.find("What to do: Fill in Ид in 1C."), std::string::npos);
    EXPECT_EQ(english.find("XSD-"), std::string::npos);
}

TEST_F(CheckCommand, WritesAPageAboutFilesThatCannotBeRead) {
    const std::string broken = file("broken.xml", faulty.substr(0, 300));
    EXPECT_EQ(check({"--html", page(), broken}).exit_code, 2);
    const std::string text = read_file(page());
    EXPECT_NE(text.find("The file cannot be used"), std::string::npos);
    EXPECT_NE(text.find("XML-TRUNCATED"), std::string::npos);
    EXPECT_NE(text.find("<td>2.05</td>"), std::string::npos) << "what was learnt before the fault";
}

TEST_F(CheckCommand, NeverWritesAPageOverAnExport) {
    const std::string first = file("import.xml", faulty);
    const std::string second = file("offers.xml", faulty);
    const ProcessResult result = check({"--html", first, second});
    EXPECT_EQ(result.exit_code, 4);
    EXPECT_NE(result.error.find("SYS-NOT-A-REPORT"), std::string::npos) << result.error;
    EXPECT_EQ(result.out, "") << "said before anything is checked";
    EXPECT_EQ(read_file(first), faulty);
}

}  // namespace
}  // namespace obmen::tests
