#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "torture/history_parts.hpp"

namespace obmen::torture {

namespace {

bool is_over(const std::string& state) {
    return state == "applied" || state == "rejected" || state == "repeat" || state == "superseded";
}

/// How often each content was dropped.
std::map<std::string, std::size_t> times_dropped(const Truth& truth) {
    std::map<std::string, std::size_t> times;
    for (const Drop& drop : truth.drops) {
        for (const std::string& content : contents_of(drop)) {
            ++times[content];
        }
    }
    return times;
}

/// Is it rejected because it was behind a newer full export of its catalogue? Then that one was applied
/// before it, and nothing in the package was dropped after that one: it would have been lost with it.
bool is_rightly_stale(const History& history, const History::Part& part) {
    if (part.last == nullptr || !part.last->remarks.contains("PKG-STALE")) {
        return false;
    }
    return std::ranges::any_of(history.parts, [&](const History::Part& other) {
        return other.is_applied() && other.package->number < part.package->number &&
               std::ranges::any_of(other.drops, [&](const Drop* newer) {
                   return newer->full && std::ranges::all_of(part.drops, [&](const Drop* drop) {
                              return drop->catalogue == newer->catalogue && drop < newer;
                          });
               });
    });
}

void check_packages_of(const History& history, const Drop& drop, const std::string& content,
                       std::vector<std::string>& found) {
    const auto packages = history.by_content.find(content);
    if (packages == history.by_content.end()) {
        const bool names_itself = drop.expectation == Expectation::rejected && content != drop.sha256;
        if (drop.fate != Fate::gone && history.truth.whole && !names_itself) {
            found.push_back(fmt::format("{} ({}) is in no package: lost", drop.name, content.substr(0, 12)));
        }
        return;
    }
    for (const History::Part* part : packages->second) {
        const std::string& state = part->package->state;
        if (history.truth.whole && !is_over(state)) {
            found.push_back(
                fmt::format("package {} with {} is not settled: {}", part->package->id, drop.name, state));
        } else if (is_over(state) && (state == "rejected") != (drop.expectation == Expectation::rejected) &&
                   !is_rightly_stale(history, *part)) {
            found.push_back(
                fmt::format("package {} with {} has ended as {}", part->package->id, drop.name, state));
        }
    }
}

void check_numbers(const History& history, std::vector<std::string>& found) {
    std::map<std::string, std::size_t> allowed = times_dropped(history.truth);
    for (const History::Part& part : history.parts) {
        if (history.truth.forgotten.contains(part.package->id)) {
            for (const PackageFileSeen& file : part.package->files) {
                ++allowed[file.sha256];
            }
        }
    }
    for (const auto& [content, packages] : history.by_content) {
        const auto times = allowed.find(content);
        if (times == allowed.end()) {
            found.push_back(fmt::format("package {} holds {}, which nobody has dropped",
                                        packages.front()->package->id, content.substr(0, 12)));
        } else if (packages.size() > times->second) {
            found.push_back(fmt::format("{} is in {} packages, and was dropped {} times",
                                        content.substr(0, 12), packages.size(), times->second));
        }
    }
}

/// Packages call it as its source does: it is no archive, and no person has handed it over.
bool has_a_name(const Drop& drop) {
    return drop.entries.empty() && !drop.source.empty();
}

bool holds(const PackageSeen& package, const Drop& drop) {
    return std::ranges::any_of(package.files, [&](const PackageFileSeen& file) {
        return file.name == drop.name && file.sha256 == drop.sha256;
    });
}

/// Each file that was copied, or left where it lay, is in a package by its own name, whatever else holds the
/// same bytes.
void check_names(const History& history, std::vector<std::string>& found) {
    for (const Drop& drop : history.truth.drops) {
        const bool counts = history.truth.whole && drop.fate != Fate::gone && has_a_name(drop) &&
                            drop.expectation != Expectation::companion;
        const auto packages = history.by_content.find(drop.sha256);
        if (counts && packages != history.by_content.end() &&
            std::ranges::none_of(packages->second,
                                 [&](const History::Part* part) { return holds(*part->package, drop); })) {
            found.push_back(fmt::format("{} is in no package under its name", drop.name));
        }
    }
}

/// What was answered before another file was dropped has the smaller number.
void check_arrival_order(const History& history, std::vector<std::string>& found) {
    const auto numbers = [&](const Drop& drop) {
        std::vector<std::int64_t> list;
        for (const std::string& content : contents_of(drop)) {
            const auto packages = history.by_content.find(content);
            if (packages == history.by_content.end()) {
                continue;
            }
            for (const History::Part* part : packages->second) {
                if (!has_a_name(drop) || holds(*part->package, drop)) {
                    list.push_back(part->package->number);
                }
            }
        }
        return list;
    };
    for (const Drop& earlier : history.truth.drops) {
        if (earlier.answered_at == 0 || earlier.expectation == Expectation::companion) {
            continue;
        }
        for (const Drop& later : history.truth.drops) {
            if (later.dropped_at <= earlier.answered_at || earlier.sha256 == later.sha256 ||
                later.expectation == Expectation::companion) {
                continue;
            }
            const auto before = numbers(earlier);
            const auto after = numbers(later);
            if (!before.empty() && !after.empty() && std::ranges::min(before) > std::ranges::max(after)) {
                found.push_back(fmt::format("{} was answered before {} came, and is behind it in the order",
                                            earlier.name, later.name));
            }
        }
    }
}

/// Bytes of every drop are still there: where they lay, in the archive beside it, or in the spool.
void check_bytes(const History& history, std::vector<std::string>& found) {
    std::map<std::pair<std::string, std::string>, std::size_t> there;  // source, hash
    for (const FileSeen& file : history.evidence.files) {
        ++there[{file.source, file.sha256}];
    }
    std::map<std::pair<std::string, std::string>, std::size_t> wanted;
    std::map<std::pair<std::string, std::string>, std::string> names;
    std::set<std::string> known;
    for (const Drop& drop : history.truth.drops) {
        known.insert(drop.sha256);
        if (drop.fate == Fate::left && !drop.source.empty()) {
            ++wanted[{drop.source, drop.sha256}];
            names[{drop.source, drop.sha256}] = drop.name;
        }
    }
    for (const auto& [place, times] : wanted) {
        const std::size_t seen = there.contains(place) ? there.at(place) : 0;
        if (seen < times) {
            found.push_back(fmt::format("{} was dropped {} times into {}, and its bytes lie there {} times",
                                        names.at(place), times, place.first, seen));
        }
    }
    for (const FileSeen& file : history.evidence.files) {
        if (!file.source.empty() && !known.contains(file.sha256)) {
            found.push_back(fmt::format("{} in {} is nobody's, or its bytes are not what was dropped",
                                        file.name, file.source));
        }
    }
    for (const History::Part& part : history.parts) {
        for (const PackageFileSeen& file : part.package->files) {
            if (part.package->state != "repeat" && !there.contains({"", file.sha256})) {
                found.push_back(
                    fmt::format("the spool has no copy of {} of package {}", file.name, part.package->id));
            }
        }
    }
}

}  // namespace

void check_inputs(const History& history, std::vector<std::string>& found) {
    for (const Drop& drop : history.truth.drops) {
        if (drop.expectation == Expectation::companion) {
            continue;
        }
        std::vector<std::string> contents = contents_of(drop);
        if (drop.expectation == Expectation::rejected) {
            contents = {drop.sha256};
        }
        for (const std::string& content : contents) {
            check_packages_of(history, drop, content, found);
        }
    }
    check_numbers(history, found);
    check_names(history, found);
    check_arrival_order(history, found);
    check_bytes(history, found);
}

}  // namespace obmen::torture
