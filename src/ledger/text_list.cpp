#include "ledger/text_list.hpp"

#include "support/error.hpp"
#include "support/packed.hpp"

#include <nlohmann/json.hpp>

namespace obmen::ledger {
namespace {

/// The first byte of a packed list.
constexpr char packed_format = 1;

[[noreturn]] void refuse_text_list() {
    throw Error(FailureClass::bad_config, Message{"SYS-LEDGER", {"a list of texts cannot be read"}});
}

}  // namespace

std::string text_list_to_json(const std::vector<std::string>& texts) {
    // Foreign bytes in a message must not stop the step that reports them.
    return nlohmann::json(texts).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> text_list_from_json(std::string_view json) {
    try {
        return nlohmann::json::parse(json).get<std::vector<std::string>>();
    } catch (const nlohmann::json::exception&) {
        refuse_text_list();
    }
}

std::string packed_text_list(const std::vector<std::string>& texts) {
    std::string out(1, packed_format);
    for (const std::string& text : texts) {
        append_text(out, text);
    }
    return out;
}

std::vector<std::string> text_list_in(const Statement& row, int column) {
    const std::string stored = row.text(column);
    if (!row.is_blob(column)) {
        return text_list_from_json(stored);
    }
    if (!stored.starts_with(packed_format)) {
        refuse_text_list();
    }
    std::string_view rest = std::string_view(stored).substr(1);
    std::vector<std::string> texts;
    while (!rest.empty()) {
        std::optional<std::string> text = take_text(rest);
        if (!text) {
            refuse_text_list();
        }
        texts.push_back(std::move(*text));
    }
    return texts;
}

void bind_message(Statement& statement, const std::optional<Message>& message) {
    if (!message) {
        statement.bind_null().bind_null();
        return;
    }
    statement.bind(message->code.text());
    if (message->arguments.empty()) {
        statement.bind_null();
    } else {
        statement.bind(text_list_to_json(message->arguments));
    }
}

std::optional<Message> message_in(const Statement& statement, int column) {
    if (statement.is_null(column)) {
        return std::nullopt;
    }
    const std::string text = statement.text(column);
    const std::optional<Code> code = Code::find(text);
    if (!code) {
        return Message{"SYS-INTERNAL", {"unknown code " + text}};
    }
    Message message{*code};
    if (!statement.is_null(column + 1)) {
        message.arguments = text_list_from_json(statement.text(column + 1));
    }
    return message;
}

void bind_text_or_null(Statement& statement, std::string_view text) {
    if (text.empty()) {
        statement.bind_null();
    } else {
        statement.bind(text);
    }
}

}  // namespace obmen::ledger
