#include "commerceml/names.hpp"

#include <algorithm>

#include "commerceml/utf8.hpp"

namespace obmen::commerceml {

namespace {

struct Range {
    char32_t first;
    char32_t last;
};

constexpr std::array<Range, 16> start_ranges{{{':', ':'},
                                              {'A', 'Z'},
                                              {'_', '_'},
                                              {'a', 'z'},
                                              {0xC0, 0xD6},
                                              {0xD8, 0xF6},
                                              {0xF8, 0x2FF},
                                              {0x370, 0x37D},
                                              {0x37F, 0x1FFF},
                                              {0x200C, 0x200D},
                                              {0x2070, 0x218F},
                                              {0x2C00, 0x2FEF},
                                              {0x3001, 0xD7FF},
                                              {0xF900, 0xFDCF},
                                              {0xFDF0, 0xFFFD},
                                              {0x10000, 0xEFFFF}}};
constexpr std::array<Range, 6> further_ranges{
    {{'-', '-'}, {'.', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}};

template <typename Ranges>
bool in_any(const Ranges& ranges, char32_t character) {
    return std::any_of(ranges.begin(), ranges.end(), [=](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

}  // namespace

bool is_name(std::string_view name) {
    for (std::size_t at = 0; at < name.size();) {
        const std::string_view rest = name.substr(at);
        const char32_t character = first_character(rest);
        if (!in_any(start_ranges, character) && (at == 0 || !in_any(further_ranges, character))) {
            return false;
        }
        at += utf8_sequence(rest).length;
    }
    return !name.empty();
}

bool is_qualified_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos) {
        return true;
    }
    const std::string_view local = name.substr(colon + 1);
    return colon > 0 && local.find(':') == std::string_view::npos && is_name(local);
}

std::string_view prefix_of(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view{} : name.substr(0, colon);
}

std::string_view local_name(std::string_view name) {
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

}  // namespace obmen::commerceml
