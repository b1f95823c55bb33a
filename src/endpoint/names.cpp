#include "endpoint/names.hpp"

#include <algorithm>

namespace obmen::endpoint {

bool is_entry_name(std::string_view name) {
    constexpr std::size_t longest = 4096;
    if (name.size() > longest || name.find('\0') != std::string_view::npos) {
        return false;
    }
    while (true) {
        const std::string_view part = name.substr(0, name.find('/'));
        if (part.empty() || part == "." || part == "..") {
            return false;
        }
        if (part.size() == name.size()) {
            return true;
        }
        name.remove_prefix(part.size() + 1);
    }
}

}  // namespace obmen::endpoint
