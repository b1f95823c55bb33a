#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands/exchange.hpp"

namespace obmen::tests {
namespace {

using nlohmann::json;

const std::string sample = OBMEN_SOURCE_DIR "/samples/everything-2.09";

ProcessResult convert(const TemporaryDirectory& directory, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{OBMEN_BINARY_DIR "/src/obmen", "convert", sample, "-o",
                                   (directory / "out").string(),  "--lang",  "en"};
    words.insert(words.end(), more.begin(), more.end());
    return run_process(words, directory.path(), {{"LC_ALL", "C.UTF-8"}});
}

TEST(Convert, MarksBodiesThatHoldPlaceholdersAsNotSendable) {
    const TemporaryDirectory directory;
    ASSERT_EQ(convert(directory).exit_code, 0);
    const json manifest = json::parse(read_file(directory / "out" / "manifest.json"));
    ASSERT_GT(manifest.at("requests").size(), 1U);
    for (const json& request : manifest.at("requests")) {
        const std::string body = read_file(directory / "out" / request.at("file").get<std::string>());
        const bool holds = body.find("%7B%7B") != std::string::npos;
        EXPECT_EQ(request.at("sendable").get<bool>(), !holds) << request.dump();
        EXPECT_EQ(request.at("placeholders").empty(), !holds);
    }
}

TEST(Convert, WritesTheCurlLineBesideEachBodyThatCanBeSentAndNoAddress) {
    const TemporaryDirectory directory;
    ASSERT_EQ(convert(directory).exit_code, 0);
    EXPECT_FALSE(std::filesystem::exists(directory / "out" / "0002.curl")) << "that body holds placeholders";
    EXPECT_EQ(read_file(directory / "out" / "0001.curl"),
              "curl -sS -H 'Content-Type: application/json' --data-binary @0001.json "
              "\"${OBMEN_PORTAL%/}/batch\"\n");
}

TEST(Convert, TellsObjectByObjectWhatWouldBeMade) {
    const TemporaryDirectory directory;
    ASSERT_EQ(convert(directory).exit_code, 0);
    const std::string plan = read_file(directory / "out" / "plan.txt");
    for (const char* line :
         {"create section «Болты»", "create product «Шайба 8»", "create company «Вымпел-Пример»",
          "create requisites", "create deal «", "create product rows"}) {
        EXPECT_NE(plan.find(line), std::string::npos) << line << "\n" << plan;
    }
}

TEST(Convert, TakesIdsFromFactsThatTheDoctorWrote) {
    Exchange exchange;
    const std::string facts = (exchange.directory() / "facts.json").string();
    const ProcessResult asked =
        exchange.run({"doctor", "--portal", exchange.sandbox().url(), "--facts", facts, "--lang", "en"});
    ASSERT_EQ(asked.exit_code, 0) << asked.error;
    EXPECT_EQ(read_file(facts), read_file(OBMEN_SOURCE_DIR "/samples/sandbox-facts.json"))
        << "the facts in the samples are those of the practice portal";
    const TemporaryDirectory directory;
    ASSERT_EQ(convert(directory, {"--facts", facts}).exit_code, 0);
    const json manifest = json::parse(read_file(directory / "out" / "manifest.json"));
    std::set<std::string> names;
    for (const json& request : manifest.at("requests")) {
        for (const json& name : request.at("placeholders")) {
            names.insert(name.get<std::string>());
        }
    }
    for (const std::string& name : names) {
        EXPECT_EQ(name.find("measure"), std::string::npos) << name;
        EXPECT_EQ(name.find("vat"), std::string::npos) << name;
        EXPECT_EQ(name.find("preset"), std::string::npos) << name;
    }
}

}  // namespace
}  // namespace obmen::tests
