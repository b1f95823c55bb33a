#include <iconv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/assembly.hpp"
#include "arrival/names.hpp"
#include "arrival/pictures.hpp"
#include "arrival/source_names.hpp"
#include "endpoint/name_text.hpp"
#include "endpoint/names.hpp"
#include "fuzz/promise.hpp"
#include "support/secret.hpp"
#include "support/text.hpp"

// The promises about foreign names and texts: names of archives, servers and exports lead nowhere outside
// (arrival, endpoint), times are within bounds; cp866 and windows-1251 are what iconv says; patterns end; and
// support/secret.hpp hides what its three rules say, in linear time.
namespace {

using namespace obmen;

/// What iconv makes of one byte of a code page; empty where it means nothing.
std::string by_iconv(const char* charset, unsigned char byte) {
    const iconv_t converter = iconv_open("UTF-8", charset);
    require(converter != iconv_t(-1), "no such charset");  // NOLINT(performance-no-int-to-ptr)
    char in = static_cast<char>(byte);
    std::array<char, 8> out{};
    char* from = &in;
    char* to = out.data();
    std::size_t in_left = 1;
    std::size_t out_left = out.size();
    const bool known = iconv(converter, &from, &in_left, &to, &out_left) != static_cast<std::size_t>(-1);
    iconv_close(converter);
    return known ? std::string(out.data(), out.size() - out_left) : std::string();
}

std::vector<std::string> table(const char* charset) {
    std::vector<std::string> characters;
    for (unsigned byte = 0; byte < 256; ++byte) {
        characters.push_back(by_iconv(charset, static_cast<unsigned char>(byte)));
    }
    return characters;
}

void try_charsets(const std::string& bytes) {
    static const std::vector<std::string> cp866 = table("CP866");
    static const std::vector<std::string> windows1251 = table("WINDOWS-1251");
    std::string in_cp866;
    std::string in_1251;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x80) {
            return;  // controls are shown otherwise; letters below 0x80 are tried by everything else
        }
        in_cp866 += cp866[byte];
        in_1251 += windows1251[byte].empty() ? "\\x98" : windows1251[byte];
    }
    require(endpoint::shown_name(bytes, config::NameCharset::cp866) == in_cp866, "not cp866");
    require(endpoint::shown_name(bytes, config::NameCharset::windows1251) == in_1251, "not windows-1251");
    if (!is_utf8(bytes)) {
        require(arrival::entry_name_as_utf8(bytes) == in_cp866, "a name in an archive is not cp866");
    }
}

bool leads_out(const std::string& name) {
    const std::string around = '/' + name + '/';
    return name.starts_with('/') || around.find("/../") != std::string::npos ||
           name.find('\\') != std::string::npos || name.find('\0') != std::string::npos ||
           (name.size() >= 2 && name[1] == ':' && std::isalpha(static_cast<unsigned char>(name[0])) != 0);
}

void try_names(const std::string& bytes) {
    const std::string utf8 = arrival::entry_name_as_utf8(bytes);
    require(is_utf8(utf8), "not UTF-8");
    const auto tidy = arrival::tidy_entry_name(utf8);
    const bool is_the_folder_itself = tidy && (tidy->empty() || *tidy == "/");
    if (tidy && !is_the_folder_itself) {
        require(!leads_out(*tidy), "a name to fear: " + *tidy);
        require(arrival::tidy_entry_name(*tidy) == tidy, "tidier the second time: " + *tidy);
    }
    if (endpoint::is_entry_name(bytes)) {
        const std::string around = '/' + bytes + '/';
        require(!bytes.starts_with('/') && around.find("/../") == std::string::npos &&
                    bytes.find('\0') == std::string::npos,
                "a name that leads out of its folder");
    }
    const arrival::PackagePictures pictures({"import_files/a.jpg", "b.PNG", "sub/c.gif"});
    if (const auto found = pictures.find(bytes, "sub/import.xml")) {
        require(*found == "import_files/a.jpg" || *found == "b.PNG" || *found == "sub/c.gif",
                "a picture that did not come along");
    }
    static_cast<void>(arrival::is_left_alone(bytes));
    const std::size_t half = bytes.size() / 2;
    const std::string one = bytes.substr(0, half);
    const std::string other = bytes.substr(half);
    require(!(arrival::natural_less(one, other) && arrival::natural_less(other, one)),
            "each before the other");
    require(one == other || arrival::natural_less(one, other) || arrival::natural_less(other, one),
            "neither before the other");
    static_cast<void>(arrival::matches_glob(one, other));
    require(arrival::matches_glob("**", other), "everything does not match");
}

/// ДатаФормирования, and the names by which files of one run are known: whatever stands there can be reckoned
/// with.
void try_runs(const std::string& text) {
    if (const auto seconds = arrival::formed_seconds(text)) {
        constexpr std::int64_t year_10000 = 253'402'300'800;
        require(*seconds > -year_10000 && *seconds <= year_10000 + 86'400, "a time out of all bounds");
    }
    const arrival::SetName name = arrival::set_name_of(text);
    require(name.is_exact || name.key().empty(), "a set of what has no exact name");
    require(text.starts_with(name.folder), "a folder that is not there");
}

/// The same three rules, as regular expressions say them: right, but their matcher needs stack for every
/// character.
std::string masked_by_rules(const std::string& text) {
    static const std::array<std::pair<std::regex, const char*>, 3> rules{{
        {std::regex(R"((/rest/\d+/)[^/?\s"'&]+)"), "$1***"},
        {std::regex(R"(((?:auth|access_token|refresh_token|client_secret)["']?\s*[=:]\s*["']?)[^&\s"',}]+)"),
         "$1***"},
        // Of the user alone only websites make a secret.
        {std::regex(R"((https?://)[^/@\s]+@|(://)[^/@\s]*:[^/@\s]*@)"), "$1$2***@"},
    }};
    std::string out = text;
    for (const auto& [pattern, replacement] : rules) {
        out = std::regex_replace(out, pattern, replacement);
    }
    return out;
}

void try_masks(const std::string& text) {
    const std::string hidden = masked(text);
    require(hidden == masked_by_rules(text), "not what the rules say: " + hidden);
    // Long secrets are as hidden as short ones.
    const std::string long_one = masked(text + " https://portal/rest/1/" + std::string(1'000, 's') + "/ end");
    require(text.find("sssss") != std::string::npos || long_one.find("sssss") == std::string::npos,
            "a long secret is shown");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    try_charsets(bytes);
    try_names(bytes);
    try_runs(bytes);
    try_masks(bytes);
    return 0;
}
