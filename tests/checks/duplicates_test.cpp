#include "checks/duplicates.hpp"

#include "support/text.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

namespace obmen::checks {
namespace {

std::vector<Duplicate> all_of(const DuplicateFinder& finder) {
    std::vector<Duplicate> found;
    finder.find([&](const Duplicate& duplicate) { found.push_back(duplicate); });
    return found;
}

TEST(Duplicates, DifferentIdsAreNone) {
    DuplicateFinder finder;
    finder.add(1, 7, "a", {1, 1}, 10);
    finder.add(1, 7, "b", {2, 1}, 10);
    EXPECT_TRUE(all_of(finder).empty());
}

TEST(Duplicates, TheSameIdTwiceIsOneWithBothPlaces) {
    DuplicateFinder finder;
    finder.add(1, 7, "Аб-1", {1, 1}, 10);
    finder.add(1, 7, "other", {2, 1}, 10);
    finder.add(1, 7, "аБ-1", {3, 4}, 10);
    const std::vector<Duplicate> found = all_of(finder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "Аб-1");
    EXPECT_EQ(found[0].kind, 7);
    EXPECT_EQ(found[0].places, (std::vector<Place>{{1, 1}, {3, 4}}));
    EXPECT_FALSE(found[0].differs);
}

TEST(Duplicates, OtherBytesAreAnotherMatter) {
    DuplicateFinder finder;
    finder.add(1, 7, "a", {1, 1}, 10);
    finder.add(1, 7, "a", {1, 70}, 10);
    finder.add(1, 7, "a", {1, 140}, 11);
    const std::vector<Duplicate> found = all_of(finder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].places.size(), 3U);
    EXPECT_TRUE(found[0].differs);
}

TEST(Duplicates, KindsAndListsAreKeptApart) {
    DuplicateFinder finder;
    finder.add(1, 7, "a", {1, 1}, 10);
    finder.add(1, 9, "a", {2, 1}, 11);
    finder.add(2, 9, "a", {3, 1}, 12);
    EXPECT_TRUE(all_of(finder).empty());
}

TEST(Duplicates, ARecordGivenAgainAtItsPlaceIsTheSameRecord) {
    DuplicateFinder finder;
    finder.add(1, 1, "g", {1, 1}, 10);
    finder.add(1, 1, "g", {1, 1}, 11);
    EXPECT_TRUE(all_of(finder).empty());
    finder.add(1, 1, "g", {9, 1}, 11);
    const std::vector<Duplicate> found = all_of(finder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_FALSE(found[0].differs) << "what was given last at the place counts";
}

TEST(Duplicates, NothingIsLeftAfterClearing) {
    DuplicateFinder finder;
    finder.add(1, 7, "a", {1, 1}, 10);
    finder.clear();
    finder.add(1, 7, "a", {2, 1}, 11);
    EXPECT_TRUE(all_of(finder).empty());
}

/// One id again and again: the list of places ends, the verdict does not change.
TEST(Duplicates, AnIdThatNeverEndsIsStillOne) {
    DuplicateFinder finder;
    for (std::uint64_t line = 1; line <= 5000; ++line) {
        finder.add(1, 7, "a", {line, 1}, line);
    }
    const std::vector<Duplicate> found = all_of(finder);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].places.size(), Spill::most_of_a_key);
    EXPECT_TRUE(found[0].differs);
}

/// What DuplicateFinder promises, in the plainest words.
class Model {
  public:
    void add(std::uint32_t list, std::uint16_t kind, const std::string& id, Place place, std::uint64_t hash) {
        m_records[{list, kind, folded(id)}][{place.line, place.column}] = hash;
    }
    [[nodiscard]] std::map<std::string, bool> duplicates() const {
        std::map<std::string, bool> found;
        for (const auto& [key, places] : m_records) {
            std::set<std::uint64_t> hashes;
            for (const auto& [place, hash] : places) {
                hashes.insert(hash);
            }
            if (places.size() > 1) {
                const auto& [list, kind, id] = key;
                found[std::to_string(list) + "/" + std::to_string(kind) + "/" + id] = hashes.size() > 1;
            }
        }
        return found;
    }

  private:
    std::map<std::tuple<std::uint32_t, std::uint16_t, std::string>,
             std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t>>
        m_records;
};

TEST(Duplicates, AgreeWithAPlainMapOverAHundredThousandRandomRecords) {
    std::mt19937 random(20260115);
    const auto below = [&](std::uint32_t end) { return static_cast<std::uint32_t>(random() % end); };
    DuplicateFinder finder;
    Model model;
    for (int i = 0; i < 100'000; ++i) {
        std::string id = "d3b07384-" + std::to_string(below(60'000)) + "-Ид";
        if (below(2) == 0) {
            id[0] = 'D';
        }
        const std::uint32_t list = 1 + below(2);
        // A kind of its own for each list, so that what is found can be told apart.
        const auto kind = static_cast<std::uint16_t>(2 * list + below(2));
        const Place place{1 + below(60'000), 1 + below(3)};
        const std::uint64_t hash = below(2);
        finder.add(list, kind, id, place, hash);
        model.add(list, kind, id, place, hash);
    }
    std::map<std::string, bool> found;
    finder.find([&](const Duplicate& duplicate) {
        found[std::to_string(duplicate.kind / 2) + "/" + std::to_string(duplicate.kind) + "/" +
              folded(duplicate.id)] = duplicate.differs;
    });
    EXPECT_EQ(found, model.duplicates());
    EXPECT_GT(found.size(), 5'000U);
    EXPECT_TRUE(std::any_of(found.begin(), found.end(), [](const auto& entry) { return !entry.second; }));
}

TEST(Spill, KeepsFewEntriesInMemoryAndManyOnDisk) {
    Spill spill;
    for (std::uint64_t i = 0; i < 5'000; ++i) {
        spill.add({i * 0x9E3779B97F4A7C15U, i, {i, 1}, 1, 0, "d3b07384-d113-4ec2-a5a1-2f5c9b0d3e11"});
    }
    EXPECT_TRUE(spill.is_in_memory());
    for (std::uint64_t i = 0; i < 50'000; ++i) {
        spill.add({i * 0x9E3779B97F4A7C15U, i + 1, {i, 2}, 2, 3, "text " + std::to_string(i)});
    }
    EXPECT_FALSE(spill.is_in_memory());
    std::size_t pairs = 0;
    spill.for_each_key([](std::span<const Spill::Header> headers) { return headers.size() == 2; },
                       [&](std::span<const Spill::Entry> entries) {
                           ++pairs;
                           EXPECT_EQ(entries[0].value + 1, entries[1].value);
                           EXPECT_EQ(entries[0].text, "d3b07384-d113-4ec2-a5a1-2f5c9b0d3e11");
                           EXPECT_EQ(entries[1].text, "text " + std::to_string(entries[0].value));
                           EXPECT_EQ(entries[1].place, (Place{entries[0].value, 2}));
                           EXPECT_EQ(entries[1].kind, 2);
                           EXPECT_EQ(entries[1].file, 3);
                       });
    EXPECT_EQ(pairs, 5'000U);
}

TEST(Spill, LeavesNoFileBehind) {
    Spill spill;
    for (std::uint64_t i = 0; i < 50'000; ++i) {
        spill.add({i << 58U, i, {}, 1, 0, "a text that makes blocks full"});
    }
    ASSERT_FALSE(spill.is_in_memory());
    spill.clear();
    EXPECT_TRUE(spill.is_in_memory());
    std::size_t keys = 0;
    spill.for_each_key([](std::span<const Spill::Header>) { return true; },
                       [&](std::span<const Spill::Entry>) { ++keys; });
    EXPECT_EQ(keys, 0U);
}

TEST(Spill, CutsLongTexts) {
    Spill spill;
    spill.add({1, 1, {1, 1}, 1, 0, std::string(5000, 'x')});
    spill.for_each_key([](std::span<const Spill::Header>) { return true; },
                       [&](std::span<const Spill::Entry> entries) {
                           EXPECT_EQ(entries[0].text, std::string(Spill::most_text, 'x'));
                       });
}

}  // namespace
}  // namespace obmen::checks
