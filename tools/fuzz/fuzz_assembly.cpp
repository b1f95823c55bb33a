#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/assembly.hpp"
#include "arrival/names.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/recipe.hpp"
#include "support/text.hpp"

// The promises of arrival/assembly.hpp, for whatever names and contents the files of a source may have: each
// file is in one package; none is joined with what it does not belong to, whichever file was seen first; no
// package is taken before an older one that would undo it.
//
// The input is a recipe for the files.
namespace {

using namespace obmen;
using namespace obmen::arrival;

/// Files of one run are formed within this many seconds.
constexpr std::int64_t longest_run = 30 * 60;

struct SourceFile {
    std::string shown;
    FileContent content;
    bool is_archive = false;
};

/// Names as 1C and the Bitrix module give them, and whatever else the recipe says.
std::string name_in(Recipe& recipe) {
    static constexpr auto folders = std::to_array<std::string_view>(
        {"", "", "a/", "goods/1/", "goods/2/", "a/goods/1/", "offers/1/", "goods/"});
    static constexpr auto words = std::to_array<std::string_view>(
        {"import", "offers", "prices", "rests", "Goods", "OFFERS", "import0_", "offers0_", "import1",
         "goods_1_", "prices_", "documents", "contragents3_", "classifier"});
    std::string name{folders.at(recipe.number() % folders.size())};
    const std::size_t kind = recipe.number();
    if ((kind & 1U) != 0) {
        name += recipe.text(kind % 16);
    } else {
        name += words.at(kind / 2 % words.size());
        const std::size_t number = recipe.number();
        name += number < 128 ? "" : std::to_string(number % 4);
        name += number < 192 ? "" : "_" + std::to_string(number % 3);
    }
    return quotable(name, 100) + ((kind & 64U) != 0 ? "" : ".xml");
}

std::string time_in(Recipe& recipe) {
    const std::size_t kind = recipe.number();
    if (kind % 8 == 0) {
        return std::string(recipe.text(kind / 8));
    }
    if (kind % 8 == 1) {
        return {};
    }
    const auto two = [](std::size_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const std::string day = kind % 8 == 2 ? "16" : "15";
    return "2026-01-" + day + "T" + two(kind / 64) + ":" + two(recipe.number() % 60) + ":00";
}

std::vector<SourceFile> files_of(Recipe recipe) {
    static constexpr auto catalogues = std::to_array<std::string_view>({"", "k", "K#", " k ", "other", "#"});
    std::vector<SourceFile> files;
    std::set<std::string> names;
    while (!recipe.is_empty() && files.size() < 24) {
        SourceFile file{.shown = name_in(recipe), .content = {}};
        const std::size_t what = recipe.number();
        FileContent& content = file.content;
        content.catalogue = (what & 1U) != 0;
        content.offers = (what & 2U) != 0;
        content.classifier = (what & 4U) != 0;
        content.contragents = (what & 8U) != 0;
        content.documents = (what & 16U) != 0;
        content.has_halves = (what & 32U) == 0;

        if (what % 64 == 63) {
            content.verdict = FileContent::Verdict::damaged;
        }
        const std::size_t catalogue = recipe.number();
        file.is_archive = catalogue >= 240;
        content.catalogue_id = catalogues.at(catalogue % catalogues.size());
        content.formed_at = time_in(recipe);
        // A source has one file of a name.
        if (names.insert(file.shown).second) {
            files.push_back(std::move(file));
        }
    }
    return files;
}

std::string key_of_catalogue(const FileContent& content) {
    std::string key = folded(trimmed(content.catalogue_id));
    if (key.ends_with('#')) {
        key.pop_back();
    }
    return key;
}

/// Groups as the names of their files: to compare what was found by another way.
std::set<std::vector<std::string>> grouped_names(const std::vector<SourceFile>& files) {
    std::vector<AssemblyFile> given;
    for (const SourceFile& file : files) {
        given.push_back({.shown = file.shown, .content = &file.content, .is_archive = file.is_archive});
    }
    std::set<std::vector<std::string>> groups;
    for (const FileGroup& group : grouped(given)) {
        std::vector<std::string> names;
        for (const std::size_t index : group) {
            names.push_back(files.at(index).shown);
        }
        groups.insert(std::move(names));
    }
    return groups;
}

bool is_alone(const SourceFile& file) {
    return file.is_archive || file.content.verdict != FileContent::Verdict::whole || !file.content.has_halves;
}

void require_one_run(const std::vector<const SourceFile*>& members) {
    std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
    std::int64_t latest = std::numeric_limits<std::int64_t>::min();
    for (const SourceFile* file : members) {
        const std::optional<std::int64_t> formed = formed_seconds(file->content.formed_at);
        if (!formed) {
            return;  // what has no time belongs to any run
        }
        earliest = std::min(earliest, *formed);
        latest = std::max(latest, *formed);
    }
    require(latest - earliest <= longest_run, "files of two runs in one package");
}

/// Of files whose names do not say what they belong to.
void require_kinship(const std::vector<const SourceFile*>& members) {
    std::set<std::string> roles;
    std::set<std::string> folders;
    std::set<std::string> catalogues;
    for (const SourceFile* file : members) {
        const SetName name = set_name_of(file->shown);
        if (!name.is_packet) {
            folders.insert(name.folder);
        }
        if (name.is_exact) {
            continue;
        }
        require(!(file->content.catalogue && file->content.offers), "what has both halves was joined");
        catalogues.insert(key_of_catalogue(file->content));
        require(roles.insert(std::to_string(dependency_rank(file->content)) + name.word).second,
                "two files of one kind: " + file->shown);
    }
    require(folders.size() <= 1, "files of two folders");
    require(catalogues.size() <= 1 && !catalogues.contains(""), "files of two catalogues, or of none");
}

GroupFacts facts_of(const std::vector<const SourceFile*>& members) {
    GroupFacts facts;
    facts.rank = std::numeric_limits<int>::max();
    facts.name = members.front()->shown;
    for (const SourceFile* file : members) {
        facts.add(file->content);
    }
    return facts;
}

void require_order(const std::vector<GroupFacts>& packages) {
    const std::vector<std::size_t> order = in_taking_order(packages);
    require(std::set<std::size_t>(order.begin(), order.end()).size() == packages.size() &&
                order.size() == packages.size(),
            "a package is taken twice or never");
    for (std::size_t i = 0; i < order.size(); ++i) {
        require(!must_follow(packages[order[i]], packages[order[i]]), "a package that waits for itself");
        for (std::size_t later = i + 1; later < order.size(); ++later) {
            require(!must_follow(packages[order[i]], packages[order[later]]),
                    "a package is taken before one that would undo it");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::vector<SourceFile> files = files_of(Recipe{{reinterpret_cast<const char*>(data), size}});
    std::vector<AssemblyFile> given;
    for (const SourceFile& file : files) {
        given.push_back({.shown = file.shown, .content = &file.content, .is_archive = file.is_archive});
    }
    std::set<std::size_t> seen;
    std::vector<GroupFacts> packages;
    for (const FileGroup& group : grouped(given)) {
        std::vector<const SourceFile*> members;
        for (const std::size_t index : group) {
            require(index < files.size() && seen.insert(index).second, "a file in two packages");
            members.push_back(&files[index]);
        }
        require(!members.empty(), "a package of nothing");
        require(std::is_sorted(members.begin(), members.end(),
                               [](const SourceFile* left, const SourceFile* right) {
                                   return natural_less(left->shown, right->shown);
                               }),
                "files in no order");
        if (members.size() > 1) {
            require(std::none_of(members.begin(), members.end(),
                                 [](const SourceFile* file) { return is_alone(*file); }),
                    "what is a package of its own was joined");
            require_one_run(members);
            require_kinship(members);
        }
        packages.push_back(facts_of(members));
    }
    require(seen.size() == files.size(), "a file in no package");
    require_order(packages);

    const std::set<std::vector<std::string>> groups = grouped_names(files);
    std::reverse(files.begin(), files.end());
    require(grouped_names(files) == groups, "the order in which files are seen decides");
    return 0;
}
