#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/endpoint.hpp"

/// What FTP servers write about files. Pure functions over hostile bytes; all linear in their input.
namespace obmen::endpoint {

/// One row of a listing. The name is that of the entry alone: no folders, no control characters, neither `.`
/// nor `..`.
struct FtpRow {
    Entry entry;
    bool size_known = true;
    /// LIST: its time as the server wrote it. It has no zone, tells minutes at best, and changes its form
    /// after half a year: good for nothing but to see that it is another one than before.
    std::string written{};

    bool operator==(const FtpRow&) const = default;
};

struct FtpRows {
    std::vector<FtpRow> rows;
    /// Bytes of names that cannot be sent back in a command: with control characters or slashes, and those
    /// that break a row in two.
    std::vector<std::string> unusable;
    bool shows_itself = false;  ///< there was a row for the folder itself: also hidden names are shown

    bool operator==(const FtpRows&) const = default;
};

/// `20260115103000`, with or without a fraction: UTC (RFC 3659 §2.3). Nothing if it is no such time.
[[nodiscard]] std::optional<UtcTime> parse_ftp_time(std::string_view text);
/// Decimal digits and nothing else.
[[nodiscard]] std::optional<std::uint64_t> parse_ftp_size(std::string_view text);

/// One row of MLSD or MLST, without its line break: `type=file;size=3;modify=20260115103000; name`; where it
/// is MLST's, the name is all of the path that follows. Nothing if it is not one, and for a name that a row
/// may not have.
[[nodiscard]] std::optional<FtpRow> parse_mlst_row(std::string_view line);

/// What MLSD answers (RFC 3659 §7). Rows of the folder itself and its parent are left out. Nothing if it is
/// no such listing.
[[nodiscard]] std::optional<FtpRows> parse_mlsd(std::string_view listing);

/// What LIST answers, in the form of `ls -l` or of Windows. Its times are not read (FtpRow::written). Nothing
/// if it is in another form.
[[nodiscard]] std::optional<FtpRows> parse_list(std::string_view listing);

/// Kind of the one entry that `STAT path` tells of, by the first letter of a row of `ls -l`; nothing if that
/// is not what came.
[[nodiscard]] std::optional<Entry::Kind> kind_of_list_row(std::string_view line);

}  // namespace obmen::endpoint
