#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <regex>
#include <string_view>

#include "harness/process.hpp"
#include "harness/receipt_view.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::tests {
namespace {

/// A sample export and, under tests/golden/, the exact requests and the receipt that it leads to.
class Golden : public ::testing::TestWithParam<const char*> {};

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size()) {
            out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// One line per command, its parameters below it: a change of what is sent is a change that a reviewer can
/// read.
std::string readable_request(const std::string& name, const std::string& body) {
    const auto commands = nlohmann::ordered_json::parse(body).at("cmd");
    std::string out = name + "\n";
    for (const auto& [id, text] : commands.items()) {
        const std::string command = text.get<std::string>();
        const std::size_t question = command.find('?');
        out += "  " + id + " " + command.substr(0, question) + "\n";
        for (std::size_t begin = question; begin != std::string::npos;) {
            const std::size_t end = command.find('&', begin + 1);
            out +=
                "    " + percent_decoded(std::string_view(command).substr(begin + 1, end - begin - 1)) + "\n";
            begin = end;
        }
    }
    return out;
}

/// The receipt without what is different each time.
std::string stable_receipt(std::string text) {
    text = std::regex_replace(text, std::regex(R"(\d{14}-[0-9a-f]{5})"), "PACKAGE");
    return std::regex_replace(text, std::regex(R"(( Редакция="1" ДатаФормирования=")[^"]*)"), "$1NOW");
}

std::string conversion_of(const std::string& sample) {
    const TemporaryDirectory directory;
    const ProcessResult result =
        run_process({OBMEN_BINARY_DIR "/src/obmen", "convert", OBMEN_SOURCE_DIR "/samples/" + sample, "-o",
                     (directory / "out").string(), "--lang", "en"},
                    directory.path(), {{"LC_ALL", "C.UTF-8"}});
    std::string out = "exit code " + std::to_string(result.exit_code) + "\n";
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(directory / "out")) {
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::string receipt;
    for (const auto& file : files) {
        const std::string name = file.filename().string();
        if (name.ends_with(".receipt.xml")) {
            static_cast<void>(read_receipt(file));  // it must be a valid one
            receipt = stable_receipt(read_file(file));
        } else if (name == "plan.txt") {
            EXPECT_FALSE(read_file(file).empty());
        } else if (name.ends_with(".json") && name != "manifest.json") {
            out += readable_request(name, read_file(file));
        }
    }
    return out + receipt;
}

TEST_P(Golden, GivesExactlyTheseRequestsAndThisReceipt) {
    const std::string sample = GetParam();
    const std::filesystem::path expected =
        std::filesystem::path(OBMEN_SOURCE_DIR) / "tests" / "golden" / (sample + ".txt");
    const std::string actual = conversion_of(sample);
    if (std::getenv("OBMEN_UPDATE") != nullptr) {
        write_file(expected, actual);
    }
    EXPECT_EQ(actual, read_file(expected));
}

INSTANTIATE_TEST_SUITE_P(Samples, Golden,
                         ::testing::Values("shop-2.04", "trade-2.07", "bitrix-3.1", "contragents-2.09",
                                           "everything-2.09", "shop-1251", "faulty", "broken"),
                         [](const auto& tested) {
                             std::string name = tested.param;
                             std::ranges::replace_if(
                                 name, [](char c) { return c == '-' || c == '.'; }, '_');
                             return name;
                         });

}  // namespace
}  // namespace obmen::tests
