#pragma once

#include <string>

struct sqlite3;

namespace obmen::ledger {

/// Throws what SQLite's (extended) result `code` means for obmen, with the text of `database`'s last error.
[[noreturn]] void throw_failure(sqlite3* database, int code);

/// A broken invariant of this room or of its caller.
[[noreturn]] void throw_bug(const std::string& what);

}  // namespace obmen::ledger
