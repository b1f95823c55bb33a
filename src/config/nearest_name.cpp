#include "config/nearest_name.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace obmen::config {

namespace {

std::size_t edit_distance(std::string_view from, std::string_view to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (const char c : from) {
        std::size_t diagonal = row.front()++;
        for (std::size_t i = 0; i < to.size(); ++i) {
            const std::size_t replaced = diagonal + (to[i] == c ? 0 : 1);
            diagonal = row[i + 1];
            row[i + 1] = std::min({replaced, row[i] + 1, row[i + 1] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
    // A key may be as long as the file; comparing more than a name's worth of it would take for ever.
    const std::string_view compared = name.substr(0, 100);
    return *std::ranges::min_element(
        known, {}, [&](const std::string& candidate) { return edit_distance(compared, candidate); });
}

}  // namespace obmen::config
