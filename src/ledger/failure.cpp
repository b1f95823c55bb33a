#include "ledger/failure.hpp"

#include "support/error.hpp"

#include <sqlite3.h>

namespace obmen::ledger {
namespace {

FailureClass class_of(int code) {
    constexpr int primary_code_mask = 0xFF;
    switch (code & primary_code_mask) {
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
        case SQLITE_PERM:
        case SQLITE_READONLY:
        case SQLITE_CANTOPEN:
        case SQLITE_AUTH:
        case SQLITE_NOLFS:
            return FailureClass::bad_config;
        case SQLITE_ERROR:
        case SQLITE_INTERNAL:
        case SQLITE_CONSTRAINT:
        case SQLITE_MISMATCH:
        case SQLITE_MISUSE:
        case SQLITE_RANGE:
        case SQLITE_TOOBIG:
            return FailureClass::bug;
        default:
            return FailureClass::temporary;
    }
}

}  // namespace

void throw_failure(sqlite3* database, int code) {
    // sqlite3_errmsg names tables and columns, never the values bound to a statement.
    const std::string text = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
    if (code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC) {
        throw Error(FailureClass::temporary,
                    Message{"SYS-FSYNC", {"ledger.db", text + " (" + std::to_string(code) + ")"}});
    }
    throw Error(class_of(code), Message{"SYS-LEDGER", {text + " (" + std::to_string(code) + ")"}});
}

void throw_bug(const std::string& what) {
    throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"ledger: " + what}});
}

}  // namespace obmen::ledger
