#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace obmen::tests {

/// What a practice portal holds, as texts by kind that can be compared with those of another one: ids are
/// replaced by the keys of what they name, numbers that the portal gives and times of writing are left out.
[[nodiscard]] std::map<std::string, std::multiset<std::string>> comparable(const nlohmann::json& state);

}  // namespace obmen::tests
