#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "endpoint/ftp_listing.hpp"
#include "endpoint/name_text.hpp"
#include "endpoint/names.hpp"
#include "fuzz/promise.hpp"
#include "support/text.hpp"

// The promises of endpoint/ftp_listing.hpp, for whatever a server may send: names that stay inside the folder
// and can be sent back in a command, no more of them than there was text for, the same with either line
// break, and names that people and patterns can read.
namespace {

using namespace obmen;
using namespace obmen::endpoint;

void try_name(const std::string& name) {
    const bool control =
        std::any_of(name.begin(), name.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    require(is_entry_name(name) && name.find('/') == std::string::npos && !control,
            "a name that leads elsewhere");
}

void try_shown(const std::string& bytes) {
    for (const auto charset :
         {config::NameCharset::utf8, config::NameCharset::windows1251, config::NameCharset::cp866}) {
        const std::string shown = shown_name(bytes, charset);
        require(is_utf8(shown) && quotable(shown, shown.size()) == shown, "a name that cannot be shown");
    }
}

void try_rows(const std::optional<FtpRows>& rows, const std::string& listing) {
    if (!rows) {
        return;
    }
    std::size_t bytes = 0;
    for (const FtpRow& row : rows->rows) {
        try_name(row.entry.name);
        try_shown(row.entry.name);
        require(is_utf8(row.entry.identity), "an identity that cannot be kept");
        require(row.entry.kind == Entry::Kind::file || row.entry.size == 0, "a folder with a size");
        bytes += row.entry.name.size() + 1;
    }
    for (const std::string& name : rows->unusable) {
        try_shown(name);
        bytes += name.size() + 1;
    }
    require(bytes <= listing.size() + 1, "more names than text");
}

std::string with_carriage_returns(std::string_view text) {
    std::string out;
    for (const char c : text) {
        out += c == '\n' ? "\r\n" : std::string(1, c);
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::optional<FtpRows> facts = parse_mlsd(text);
    const std::optional<FtpRows> list = parse_list(text);
    try_rows(facts, text);
    try_rows(list, text);
    require(!facts || !list || (facts->rows.empty() && list->rows.empty()), "two meanings");
    if (text.find('\r') == std::string::npos) {
        require(parse_mlsd(with_carriage_returns(text)) == facts, "line breaks matter to MLSD");
        require(parse_list(with_carriage_returns(text)) == list, "line breaks matter to LIST");
    }
    if (const std::optional<FtpRow> row = parse_mlst_row(text)) {
        try_name(row->entry.name);
    }
    static_cast<void>(kind_of_list_row(text));
    static_cast<void>(parse_ftp_time(text));
    static_cast<void>(parse_ftp_size(text));
    return 0;
}
