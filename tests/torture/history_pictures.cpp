#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "torture/history_parts.hpp"

namespace obmen::torture {

namespace {

bool names(const Drop& drop, const std::string& picture) {
    return std::ranges::any_of(drop.told, [&](const Told& told) {
        const auto name = told.values.find("PICTURE");
        return name != told.values.end() && name->second == picture;
    });
}

/// The pictures that files of a source, or an archive, have brought under a name.
std::set<std::string> brought(const Truth& truth, const Drop& by, const std::string& name) {
    if (const auto inside = by.inside.find(name); inside != by.inside.end()) {
        return {inside->second};
    }
    std::set<std::string> all;
    for (const Drop& drop : truth.drops) {
        if (drop.expectation == Expectation::companion && drop.source == by.source && drop.name == name) {
            all.insert(drop.sha256);
        }
    }
    return all;
}

/// Was the picture there before the export that names it, and did it stay until it was fetched for it?
/// Another package that names it takes it along into the archive.
bool must_come_along(const History& history, const Drop& drop, const std::string& name) {
    if (drop.inside.contains(name)) {
        return true;
    }
    const Drop* picture = nullptr;
    for (const Drop& other : history.truth.drops) {
        const bool is_it =
            other.expectation == Expectation::companion && other.source == drop.source && other.name == name;
        if (is_it && &other < &drop) {
            picture = &other;
        } else if (is_it && picture != nullptr) {
            return false;
        }
    }
    if (drop.source.empty() || picture == nullptr || picture->fate != Fate::left) {
        return false;
    }
    return std::ranges::none_of(history.truth.drops, [&](const Drop& other) {
        const bool is_over = other.answered_at != 0 && other.answered_at < picture->dropped_at;
        return &other != &drop && !is_over && other.source == drop.source && names(other, name);
    });
}

void check_picture(const History& history, const History::Part& part, const Drop& drop,
                   const std::string& name, std::vector<std::string>& found) {
    const auto copy = part.package->pictures.find(name);
    if (copy == part.package->pictures.end()) {
        if (must_come_along(history, drop, name) && !history.truth.forgotten.contains(part.package->id)) {
            found.push_back(
                fmt::format("{} came without the picture {} that lay beside it", drop.name, name));
        }
    } else if (!brought(history.truth, drop, name).contains(copy->second)) {
        found.push_back(fmt::format("{} came with a picture {} that nobody has dropped", drop.name, name));
    }
}

}  // namespace

void check_pictures(const History& history, std::vector<std::string>& found) {
    for (const History::Part& part : history.parts) {
        const bool is_alone = part.drops.size() == 1;  // else nobody knows whose picture a name means
        if (!part.is_applied() || !is_alone) {
            continue;
        }
        std::set<std::string> pictures;
        for (const Told& told : part.drops.front()->told) {
            if (const auto name = told.values.find("PICTURE"); name != told.values.end()) {
                pictures.insert(name->second);
            }
        }
        for (const std::string& name : pictures) {
            check_picture(history, part, *part.drops.front(), name, found);
        }
    }
}

}  // namespace obmen::torture
