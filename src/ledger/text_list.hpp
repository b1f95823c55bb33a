#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/database.hpp"
#include "support/message.hpp"

/// Lists of texts and messages, as the ledger stores them.
namespace obmen::ledger {

/// A JSON array of texts.
[[nodiscard]] std::string text_list_to_json(const std::vector<std::string>& texts);
[[nodiscard]] std::vector<std::string> text_list_from_json(std::string_view json);

/// The same as few bytes, for lists of which every object has one, and whose texts may be any bytes. Stored:
/// the format never changes.
[[nodiscard]] std::string packed_text_list(const std::vector<std::string>& texts);
/// Reads what either of them has written: packed as a blob, JSON as a text.
[[nodiscard]] std::vector<std::string> text_list_in(const Statement& row, int column);

/// Binds a message to two parameters, code and arguments; both NULL without one.
void bind_message(Statement& statement, const std::optional<Message>& message);
/// The message in `column` (code) and the next one (arguments).
[[nodiscard]] std::optional<Message> message_in(const Statement& statement, int column);

/// Binds NULL for an empty text.
void bind_text_or_null(Statement& statement, std::string_view text);

}  // namespace obmen::ledger
