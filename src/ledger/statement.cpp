#include "ledger/database.hpp"
#include "ledger/failure.hpp"

#include <sqlite3.h>

#include <utility>

namespace obmen::ledger {

Statement::Statement(sqlite3* database, std::string_view sql) : m_database(database) {
    const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &m_statement, nullptr);
    if (code != SQLITE_OK) {
        throw_failure(database, code);
    }
}

Statement::~Statement() {
    sqlite3_finalize(m_statement);
}

Statement::Statement(Statement&& other) noexcept
    : m_database(std::exchange(other.m_database, nullptr)),
      m_statement(std::exchange(other.m_statement, nullptr)),
      m_bound(std::exchange(other.m_bound, 0)) {}

Statement& Statement::operator=(Statement&& other) noexcept {
    if (this != &other) {
        sqlite3_finalize(m_statement);
        m_database = std::exchange(other.m_database, nullptr);
        m_statement = std::exchange(other.m_statement, nullptr);
        m_bound = std::exchange(other.m_bound, 0);
    }
    return *this;
}

void Statement::fail(int code) {
    try {
        throw_failure(m_database, code);
    } catch (...) {
        reset();  // only now: it would overwrite the text of the error
        throw;
    }
}

Statement& Statement::bind(std::int64_t value) {
    if (const int code = sqlite3_bind_int64(m_statement, ++m_bound, value); code != SQLITE_OK) {
        fail(code);
    }
    return *this;
}

Statement& Statement::bind(std::string_view text) {
    // An empty view may have no address, and that would bind NULL.
    const char* const bytes = text.empty() ? "" : text.data();
    if (const int code =
            sqlite3_bind_text64(m_statement, ++m_bound, bytes, text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
        code != SQLITE_OK) {
        fail(code);
    }
    return *this;
}

Statement& Statement::bind_blob(std::string_view bytes) {
    const char* const start = bytes.empty() ? "" : bytes.data();
    if (const int code = sqlite3_bind_blob64(m_statement, ++m_bound, start, bytes.size(), SQLITE_TRANSIENT);
        code != SQLITE_OK) {
        fail(code);
    }
    return *this;
}

Statement& Statement::bind_real(double value) {
    if (const int code = sqlite3_bind_double(m_statement, ++m_bound, value); code != SQLITE_OK) {
        fail(code);
    }
    return *this;
}

Statement& Statement::bind_null() {
    if (const int code = sqlite3_bind_null(m_statement, ++m_bound); code != SQLITE_OK) {
        fail(code);
    }
    return *this;
}

std::int64_t Statement::run() {
    while (next()) {
    }
    return sqlite3_changes64(m_database);
}

bool Statement::next() {
    // A forgotten parameter would be NULL without a word.
    if (m_bound != sqlite3_bind_parameter_count(m_statement)) {
        reset();
        throw_bug("a statement was run with a parameter missing");
    }
    const int code = sqlite3_step(m_statement);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code != SQLITE_DONE) {
        fail(code);
    }
    reset();
    return false;
}

void Statement::reset() {
    if (m_statement != nullptr) {
        sqlite3_reset(m_statement);
        if (m_bound > 0) {
            sqlite3_clear_bindings(m_statement);
        }
        m_bound = 0;
    }
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(m_statement, column);
}

double Statement::real(int column) const {
    return sqlite3_column_double(m_statement, column);
}

std::string Statement::text(int column) const {
    // For a text, column_blob gives its UTF-8 bytes; a number has to be turned into text first.
    const void* const bytes = sqlite3_column_type(m_statement, column) == SQLITE_BLOB
                                  ? sqlite3_column_blob(m_statement, column)
                                  : static_cast<const void*>(sqlite3_column_text(m_statement, column));
    if (bytes == nullptr) {
        return {};
    }
    return {static_cast<const char*>(bytes),
            static_cast<std::size_t>(sqlite3_column_bytes(m_statement, column))};
}

bool Statement::is_null(int column) const {
    return sqlite3_column_type(m_statement, column) == SQLITE_NULL;
}

bool Statement::is_blob(int column) const {
    return sqlite3_column_type(m_statement, column) == SQLITE_BLOB;
}

}  // namespace obmen::ledger
