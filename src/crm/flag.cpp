#include "crm/flag.hpp"

#include "support/text.hpp"

#include <algorithm>
#include <array>

namespace obmen::crm {

std::optional<bool> read_flag(std::string_view text) {
    constexpr auto yes = std::to_array<std::string_view>({"true", "истина", "да", "1"});
    constexpr auto no = std::to_array<std::string_view>({"false", "ложь", "нет", "0"});
    const std::string flag = folded(trimmed(text));
    if (std::find(yes.begin(), yes.end(), flag) != yes.end()) {
        return true;
    }
    if (std::find(no.begin(), no.end(), flag) != no.end()) {
        return false;
    }
    return std::nullopt;
}

}  // namespace obmen::crm
