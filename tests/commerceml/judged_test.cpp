#include <gtest/gtest.h>

#include <array>

#include "commerceml/encodings.hpp"
#include "commerceml/reading.hpp"
#include "commerceml/small_samples.hpp"
#include "commerceml/trials.hpp"
#include "fuzz/trial.hpp"
#include "harness/waiting.hpp"

// obmen against libxml2 and expat: what is well-formed, and what stands in it. What may differ is listed in
// tools/fuzz/README.md.
namespace obmen::commerceml {
namespace {

using namespace std::string_literals;

/// What damage is made of.
const std::vector<std::string>& shards() {
    static const std::vector<std::string> all{"<",
                                              ">",
                                              "&",
                                              "&amp;",
                                              "&#x41;",
                                              "&#xD800;",
                                              "&nbsp;",
                                              "]]>",
                                              "<![CDATA[",
                                              "<![CDATA[ ]]>",
                                              "<!--",
                                              "-->",
                                              "--",
                                              "<!-- - -->",
                                              "<?",
                                              "?>",
                                              "<?x y?>",
                                              "<?xml version='1.0'?>",
                                              "<x>",
                                              "</x>",
                                              "<x/>",
                                              "<Ид>",
                                              "</Ид>",
                                              "<Ид/>",
                                              "<Товар>",
                                              "</Товар>",
                                              "<Группа><Ид>7</Ид></Группа>",
                                              " a='b'",
                                              " a=\"b\"",
                                              " xmlns='u'",
                                              " xmlns:k='u'",
                                              " k:a='1'",
                                              "k:",
                                              ":",
                                              "/",
                                              "=",
                                              "'",
                                              "\"",
                                              " ",
                                              "\r",
                                              "\n",
                                              "\xC2\xA0",
                                              "\xEF\xBB\xBF",
                                              "\xEF\xBF\xBE",
                                              "\xF0\x9F\x98\x80",
                                              "\xED\xA0\x80",
                                              "\xC3\x97",
                                              "\xCB\xB5",
                                              "\xFF",
                                              "\xD0",
                                              "\v",
                                              "\0"s};
    return all;
}

const std::vector<std::string> whole_shards{"&lt;",
                                            "<![CDATA[a<b]]>",
                                            "<!-- - -->",
                                            "<?x y?>",
                                            "<x>7</x>",
                                            "<Ид>7</Ид>",
                                            "<Ид/>",
                                            "<Значение>7</Значение>",
                                            "<Товар><Ид>7</Ид></Товар>",
                                            "\r\n ",
                                            "7",
                                            "<Количество/>"};

std::string damaged(std::string bytes, const std::string& other, Dice& dice) {
    const std::size_t at = dice.roll(bytes.size() + 1);
    const std::size_t length = std::min<std::size_t>(dice.roll(24), bytes.size() - at);
    switch (dice.roll(8)) {
        case 0:
            return bytes.erase(at, length);
        case 1:
            return bytes.insert(dice.roll(bytes.size() + 1), bytes.substr(at, length));
        case 2:
            return bytes.insert(at, other.substr(dice.roll(other.size()), dice.roll(200)));
        case 3:
            if (at < bytes.size()) {
                bytes[at] = static_cast<char>(dice.roll(256));
            }
            return bytes;
        case 4:
            return bytes.replace(at, length, shards()[dice.roll(shards().size())]);
        case 5:
            return bytes.insert(at, shards()[dice.roll(shards().size())]);
        default: {
            // Between elements much can be added that leaves the document whole.
            const std::size_t tag = bytes.find('<', at);
            const std::string& shard = whole_shards[dice.roll(whole_shards.size())];
            return tag == std::string::npos ? bytes : bytes.insert(tag, shard);
        }
    }
}

class Judged : public testing::TestWithParam<std::size_t> {};

TEST_P(Judged, DamagedExportsAreReadAsLibxml2AndExpatReadThem) {
    const std::vector<Sample> samples = inline_samples();
    Dice dice("judged " + std::to_string(GetParam()));
    const std::size_t documents = tests::is_complete_run() ? 20'000 : 500;
    std::size_t whole = 0;
    for (std::size_t i = 0; i < documents; ++i) {
        // The first six are UTF-8, where most can go wrong without all going wrong.
        const Sample& sample = samples[dice.roll(4) == 0 ? dice.roll(samples.size()) : dice.roll(6)];
        std::string bytes = sample.bytes;
        for (std::size_t left = 1 + dice.roll(2); left > 0; --left) {
            bytes = damaged(std::move(bytes), samples[dice.roll(samples.size())].bytes, dice);
        }
        const Reading reading = read_bytes(bytes);
        whole += reading.fatal ? 0U : 1U;
        ASSERT_EQ(judges::disagreement(bytes, reading), "") << sample.label << " " << i << "\n" << bytes;
    }
    // Documents of which nothing survives prove little.
    EXPECT_GT(whole, documents / 20);
    EXPECT_LT(whole, documents - documents / 4);
}

INSTANTIATE_TEST_SUITE_P(Chunk, Judged, testing::Range<std::size_t>(0, 6));

TEST(Judges, AgreeOnEverySample) {
    for (const Sample& sample : small_samples()) {
        const Reading reading = read_bytes(sample.bytes);
        EXPECT_EQ(reading.code(), "") << sample.label;
        EXPECT_GT(reading.records.size(), 0U) << sample.label;
        EXPECT_EQ(judges::disagreement(sample.bytes, reading), "") << sample.label;
    }
}

TEST(Judges, NoticeEveryKindOfMistake) {
    const std::string bytes = inline_samples().at(0).bytes;
    const Reading right = read_bytes(bytes);
    ASSERT_EQ(judges::disagreement(bytes, right), "");

    Reading wrong = right;
    wrong.fatal = Finding{.severity = Severity::fatal, .message = {"XML-MALFORMED"}};
    EXPECT_NE(judges::disagreement(bytes, wrong), "");
    wrong.fatal->message = {"XML-DOCTYPE"};
    EXPECT_NE(judges::disagreement(bytes, wrong), "");
    wrong.fatal->message = {"CML-ROOT", {"x"}};
    EXPECT_NE(judges::disagreement(bytes, wrong), "");
    wrong.fatal->message = {"SYS-INTERNAL", {"x"}};
    EXPECT_NE(judges::disagreement(bytes, wrong), "");

    EXPECT_NE(judges::disagreement(bytes + "x", right), "");
    EXPECT_NE(judges::disagreement(bytes.substr(0, bytes.size() - 1), right), "");

    for (std::size_t i = 0; i < right.records.size(); ++i) {
        wrong = right;
        wrong.records.erase(wrong.records.begin() + static_cast<std::ptrdiff_t>(i));
        EXPECT_NE(judges::disagreement(bytes, wrong), "") << i;
        wrong = right;
        ++wrong.records[i].place.column;
        EXPECT_NE(judges::disagreement(bytes, wrong), "") << i;
        wrong = right;
        std::visit([](auto& record) { record.id += "x"; }, wrong.records[i].record);
        EXPECT_NE(judges::disagreement(bytes, wrong), "") << i;
    }
    wrong = right;
    wrong.records.push_back(right.records.back());
    ++wrong.records.back().place.line;
    EXPECT_NE(judges::disagreement(bytes, wrong), "");
}

}  // namespace
}  // namespace obmen::commerceml
