#include "ledger/sql_functions.hpp"

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "crm/entity.hpp"
#include "ledger/compact.hpp"

namespace obmen::ledger {
namespace {

std::string_view bytes_in(sqlite3_value* value) {
    const void* const bytes = sqlite3_value_blob(value);
    return {static_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void has_bit(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
    const auto* const bytes = static_cast<const unsigned char*>(sqlite3_value_blob(arguments[0]));
    const std::int64_t size = sqlite3_value_bytes(arguments[0]);
    const std::int64_t index = sqlite3_value_int64(arguments[1]);
    const bool there = index >= 0 && index / 8 < size;
    sqlite3_result_int(context, there && (bytes[index / 8] >> (index % 8) & 1U) != 0 ? 1 : 0);
}

void rank_of_kind(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
    sqlite3_result_int(context,
                       crm::sending_rank(static_cast<crm::EntityKind>(sqlite3_value_int(arguments[0]))));
}

void stored_id(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
    const std::string_view id = bytes_in(arguments[0]);
    if (const std::string bytes = guid_bytes(id); !bytes.empty()) {
        sqlite3_result_blob64(context, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
    } else {
        sqlite3_result_text64(context, id.data(), id.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    }
}

void key_hash(sqlite3_context* context, int /*count*/, sqlite3_value** arguments) {
    const auto kind = static_cast<crm::SourceKind>(sqlite3_value_int(arguments[0]));
    sqlite3_result_int64(context, hash_of_key(kind, bytes_in(arguments[1])));
}

}  // namespace

void add_sql_functions(sqlite3* connection) {
    constexpr int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    const auto add = [&](const char* name, int arguments,
                         void (*function)(sqlite3_context*, int, sqlite3_value**)) {
        sqlite3_create_function_v2(connection, name, arguments, flags, nullptr, function, nullptr, nullptr,
                                   nullptr);
    };
    add("has_bit", 2, &has_bit);
    add("sending_rank", 1, &rank_of_kind);
    add("stored_id", 1, &stored_id);
    add("key_hash", 2, &key_hash);
}

}  // namespace obmen::ledger
