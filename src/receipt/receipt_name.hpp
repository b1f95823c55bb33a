#pragma once

#include <string>
#include <string_view>

namespace obmen::receipt {

/// `name` as the first part of a file name on any system: without its extension; ASCII letters and digits,
/// Cyrillic letters,
/// `-`, `_` and `.` stay, everything else (path separators too) and leading dots become `_`; at most 100
/// bytes, cut between characters. Never empty.
[[nodiscard]] std::string safe_stem(std::string_view name);

/// `<stem>.<package>.receipt.xml`, from the second revision on `<stem>.<package>.rN.receipt.xml`. Each
/// revision has a name of its own, because a rename over an existing file fails on SFTP and SMB.
[[nodiscard]] std::string receipt_file_name(std::string_view first_file, const std::string& package,
                                            int revision);

}  // namespace obmen::receipt
