#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>

#include "commerceml/reading.hpp"
#include "commerceml/small_samples.hpp"
#include "commerceml/trials.hpp"
#include "fuzz/trial.hpp"
#include "harness/waiting.hpp"

// Whatever happens to a file on its way, the reader either reads it to its end or says what is wrong; a file
// that lacks its end is never whole; and what it reads of a damaged file is what libxml2 and expat read of
// it.
//
// Each test reads a limited number of bytes, at places that are always the same; with OBMEN_COMPLETE=1, as
// tools/nightly sets it, it tries every place (of what is long: every place near both ends and 2,000
// between).
namespace obmen::commerceml {

void PrintTo(const Sample& sample, std::ostream* out) {
    *out << sample.label;
}

namespace {

constexpr std::size_t near_an_end = std::size_t{16} << 10U;
constexpr std::size_t places_far_from_ends = 2'000;

/// How many places to try where each costs that many bytes.
std::size_t affordable(std::size_t cost, std::size_t usual, std::size_t complete) {
    return (tests::is_complete_run() ? complete : usual) / std::max<std::size_t>(cost, 1);
}

void expect_cut_is_noticed(const std::string& bytes, std::size_t length) {
    const std::string_view cut = std::string_view{bytes}.substr(0, length);
    const Reading reading = read_bytes(cut);
    if (length < end_of_root(bytes)) {
        const std::string code = reading.code();
        // A byte order mark and half a character say nothing yet: the bytes are blamed, not the end.
        const bool nothing_yet = length < 4 && static_cast<unsigned char>(bytes.front()) >= 0x80;
        EXPECT_TRUE(reading.fatal) << "cut at " << length;
        EXPECT_TRUE(nothing_yet || code == "XML-TRUNCATED" || code == "XML-EMPTY")
            << "cut at " << length << ": " << code;
    } else {
        EXPECT_EQ(judges::disagreement(cut, reading), "") << "cut at " << length;
    }
}

void expect_survival(const std::string& bytes, std::size_t at, char value) {
    if (bytes[at] == value) {
        return;
    }
    std::string damaged = bytes;
    damaged[at] = value;
    EXPECT_EQ(judges::disagreement(damaged, read_bytes(damaged)), "")
        << "byte " << at << " is " << static_cast<int>(static_cast<unsigned char>(value));
}

/// Another value than is there.
char other_value(char value, Dice& dice) {
    return static_cast<char>(static_cast<unsigned char>(value) ^ (1U + dice.roll(255)));
}

void expect_survival_of_flips(const std::string& bytes, const std::vector<std::size_t>& places, Dice& dice) {
    for (const std::size_t at : places) {
        expect_survival(bytes, at, other_value(bytes[at], dice));
        if (dice.roll(8) == 0) {
            for (const char value : {'<', '>', '&', '\0', '\xFF'}) {
                expect_survival(bytes, at, value);
            }
        }
    }
}

class Survival : public testing::TestWithParam<Sample> {};

TEST_P(Survival, OfEveryCut) {
    const std::string& bytes = GetParam().bytes;
    Dice dice("cuts of " + GetParam().label);
    const std::size_t most = affordable(bytes.size() / 2, 500'000, SIZE_MAX);
    for (const std::size_t length : places_between(0, bytes.size() + 1, most, dice)) {
        expect_cut_is_noticed(bytes, length);
    }
}

TEST_P(Survival, OfEveryChangedByte) {
    const std::string& bytes = GetParam().bytes;
    ASSERT_EQ(judges::disagreement(bytes, read_bytes(bytes)), "");
    Dice dice("changes of " + GetParam().label);
    // Those that are still well-formed are read three times: by obmen and by both judges.
    const std::size_t most = affordable(bytes.size(), 300'000, SIZE_MAX);
    expect_survival_of_flips(bytes, places_between(0, bytes.size(), most, dice), dice);
}

INSTANTIATE_TEST_SUITE_P(Small, Survival, testing::ValuesIn(small_samples()),
                         [](const testing::TestParamInfo<Sample>& sample) { return sample.param.label; });

/// Cuts near both ends and between; the part of them that is this chunk's.
void expect_cuts_of_long_file(const std::string& bytes, std::size_t most, Dice& dice, std::size_t chunk,
                              std::size_t chunks) {
    const std::size_t head = std::min(near_an_end, bytes.size());
    const std::size_t tail = std::max(head, bytes.size() - std::min(near_an_end, bytes.size()));
    std::vector<std::size_t> lengths = places_between(0, head, most * bytes.size() / head, dice);
    const std::vector<std::size_t> last = places_between(tail, bytes.size() + 1, most, dice);
    const std::vector<std::size_t> between =
        places_between(head, tail, std::min(places_far_from_ends, most), dice);
    lengths.insert(lengths.end(), last.begin(), last.end());
    lengths.insert(lengths.end(), between.begin(), between.end());
    for (std::size_t i = chunk; i < lengths.size(); i += chunks) {
        expect_cut_is_noticed(bytes, lengths[i]);
    }
}

constexpr std::size_t chunks = 8;

class LongSurvival : public testing::TestWithParam<std::size_t> {};

TEST_P(LongSurvival, OfCuts) {
    const std::string bytes = long_sample(300'000);
    Dice dice("cuts of a long sample");
    const std::size_t most = affordable(bytes.size(), 6'000'000, SIZE_MAX / bytes.size());
    expect_cuts_of_long_file(bytes, most, dice, GetParam(), chunks);
}

TEST_P(LongSurvival, OfChangedBytes) {
    const std::string bytes = long_sample(300'000);
    Dice dice("changes of a long sample " + std::to_string(GetParam()));
    const std::size_t most =
        std::min(places_far_from_ends / chunks, affordable(bytes.size(), 600'000, SIZE_MAX));
    expect_survival_of_flips(bytes, places_between(0, bytes.size(), most, dice), dice);
}

INSTANTIATE_TEST_SUITE_P(Chunk, LongSurvival, testing::Range<std::size_t>(0, chunks));

std::vector<std::filesystem::path> real_files() {
    std::vector<std::filesystem::path> files;
    const std::filesystem::path folder = std::filesystem::path{OBMEN_SOURCE_DIR} / "../shared/samples/real";
    if (std::filesystem::exists(folder)) {
        for (const auto& entry : std::filesystem::directory_iterator(folder)) {
            if (entry.path().extension() == ".xml") {
                files.push_back(entry.path());
            }
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

class RealSurvival : public testing::TestWithParam<std::size_t> {};

TEST_P(RealSurvival, OfCutsAndChangedBytes) {
    const std::vector<std::filesystem::path> files = real_files();
    if (files.empty()) {
        GTEST_SKIP() << "no samples here";
    }
    for (std::size_t i = GetParam(); i < files.size(); i += chunks) {
        SCOPED_TRACE(files[i]);
        std::ifstream stream(files[i], std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
        Dice dice(files[i].filename().string());
        // Large files would take days.
        const std::size_t most = affordable(bytes.size(), 200'000, 60'000'000);
        expect_cuts_of_long_file(bytes, std::max<std::size_t>(most, 1), dice, 0, 1);
        expect_survival_of_flips(
            bytes, places_between(0, bytes.size(), std::max<std::size_t>(most / 4, 1), dice), dice);
    }
}

INSTANTIATE_TEST_SUITE_P(Chunk, RealSurvival, testing::Range<std::size_t>(0, chunks));

}  // namespace
}  // namespace obmen::commerceml
