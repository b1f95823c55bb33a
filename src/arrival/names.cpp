#include "arrival/names.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>

#include "support/text.hpp"

namespace obmen::arrival {

namespace {

/// Bytes 0x80–0xFF of code page 866.
constexpr std::u32string_view cp866_upper_half =
    U"АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
    U"абвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐"
    U"└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀"
    U"рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■\u00A0";
static_assert(cp866_upper_half.size() == 128);

constexpr std::size_t longest_shown_name = 4096;

/// UTF-8 of a character below U+10000, as all of cp866 are.
void append_utf8(std::string& out, char32_t character) {
    const auto put = [&](char32_t byte) { out += static_cast<char>(byte); };
    if (character < 0x80) {
        put(character);
    } else if (character < 0x800) {
        put(0xC0 | (character >> 6U));
        put(0x80 | (character & 0x3FU));
    } else {
        put(0xE0 | (character >> 12U));
        put(0x80 | ((character >> 6U) & 0x3FU));
        put(0x80 | (character & 0x3FU));
    }
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::vector<std::string_view> parts_of(std::string_view name) {
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t slash = name.find('/');
        parts.push_back(name.substr(0, slash));
        if (slash == std::string_view::npos) {
            return parts;
        }
        name.remove_prefix(slash + 1);
    }
}

/// Takes a run of digits off the front of `text`, without its leading zeros.
std::string_view take_number(std::string_view& text) {
    const std::size_t length =
        static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
    std::string_view number = text.substr(0, length);
    text.remove_prefix(length);
    number.remove_prefix(std::min(number.find_first_not_of('0'), number.size()));
    return number;
}

/// Negative, zero or positive, like std::string::compare.
int compare_naturally(std::string_view left, std::string_view right) {
    while (!left.empty() && !right.empty()) {
        if (is_digit(left.front()) && is_digit(right.front())) {
            const std::string_view left_number = take_number(left);
            const std::string_view right_number = take_number(right);
            if (left_number.size() != right_number.size()) {
                return left_number.size() < right_number.size() ? -1 : 1;
            }
            if (const int order = left_number.compare(right_number)) {
                return order;
            }
            continue;
        }
        if (const int order = left.substr(0, 1).compare(right.substr(0, 1))) {
            return order;
        }
        left.remove_prefix(1);
        right.remove_prefix(1);
    }
    return left.compare(right);
}

std::filesystem::path last_parts(const std::filesystem::path& path, std::size_t count) {
    const std::filesystem::path relative = path.relative_path();
    const std::vector<std::filesystem::path> parts(relative.begin(), relative.end());
    std::filesystem::path out;
    for (std::size_t i = parts.size() > count ? parts.size() - count : 0; i < parts.size(); ++i) {
        out /= parts[i];
    }
    return out;
}

}  // namespace

std::string entry_name_as_utf8(std::string_view raw) {
    if (is_utf8(raw)) {
        return std::string(raw);
    }
    std::string out;
    for (const char c : raw) {
        const auto byte = static_cast<unsigned char>(c);
        append_utf8(out, byte < 0x80 ? byte : cp866_upper_half[byte - 0x80U]);
    }
    return out;
}

std::optional<std::string> tidy_entry_name(std::string_view name) {
    std::string slashed(name);
    std::ranges::replace(slashed, '\\', '/');
    if (slashed.empty() || slashed.front() == '/') {
        return std::nullopt;
    }
    std::string out;
    for (const std::string_view part : parts_of(slashed)) {
        if (part == "..") {
            return std::nullopt;
        }
        if (!part.empty() && part != ".") {
            out += out.empty() ? "" : "/";
            out += part;
        }
    }
    // Only now: `./C:x` begins with one, too.
    if (out.size() >= 2 && is_letter(out[0]) && out[1] == ':') {
        return std::nullopt;
    }
    out += slashed.back() == '/' ? "/" : "";
    return quotable(out, longest_shown_name);
}

std::string shown_path(const std::filesystem::path& path) {
    return quotable(path.string(), longest_shown_name);
}

bool is_xml_name(std::string_view name) {
    return folded(name).ends_with(".xml");
}

bool is_picture_name(std::string_view name) {
    constexpr auto endings =
        std::to_array<std::string_view>({".jpg", ".jpeg", ".png", ".gif", ".bmp", ".webp"});
    const std::string lower = folded(name);
    return std::ranges::any_of(endings, [&](std::string_view ending) { return lower.ends_with(ending); });
}

bool is_zip_name(std::string_view name) {
    return folded(name).ends_with(".zip");
}

bool is_left_alone(std::string_view name) {
    const std::vector<std::string_view> parts = parts_of(name);
    const bool hidden =
        std::ranges::any_of(parts, [](std::string_view part) { return part.starts_with('.'); });
    constexpr auto endings =
        std::to_array<std::string_view>({".tmp", ".part", ".partial", ".filepart", ".writing", ".camellock"});
    const std::string file = folded(parts.back());
    return hidden || file.starts_with("~$") || file == "thumbs.db" ||
           std::ranges::any_of(endings, [&](std::string_view ending) { return file.ends_with(ending); });
}

bool natural_less(std::string_view left, std::string_view right) {
    const int order = compare_naturally(folded(left), folded(right));
    return order != 0 ? order < 0 : left < right;
}

std::vector<std::string> distinguishing_names(const std::vector<std::filesystem::path>& paths) {
    std::vector<std::string> names(paths.size());
    std::vector<std::size_t> open(paths.size());
    std::iota(open.begin(), open.end(), std::size_t{0});
    for (std::size_t count = 1; !open.empty(); ++count) {
        std::map<std::string, std::vector<std::size_t>> alike;
        for (const std::size_t i : open) {
            alike[last_parts(paths[i], count).string()].push_back(i);
        }
        open.clear();
        for (const auto& sharing : alike) {
            const std::string& name = sharing.first;
            const std::vector<std::size_t>& members = sharing.second;
            for (const std::size_t i : members) {
                names[i] = quotable(name, longest_shown_name);
            }
            // A path that has no more parts keeps its whole self as its name.
            std::ranges::copy_if(members, std::back_inserter(open), [&](std::size_t i) {
                return members.size() > 1 && name != paths[i].relative_path().string();
            });
        }
    }
    return names;
}

}  // namespace obmen::arrival
