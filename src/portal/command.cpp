#include "portal/command.hpp"

#include <array>
#include <cstdint>
#include <stdexcept>

#include "support/text.hpp"

namespace obmen::portal {

namespace {

constexpr std::string_view encoded_open = "%5B";
constexpr std::string_view encoded_close = "%5D";

/// Writes `key=value` pairs the way PHP's http_build_query does. One key buffer serves all levels: batches
/// are built for every changed object, so nothing is copied that need not be.
class QueryWriter {
  public:
    explicit QueryWriter(std::string& out) : m_out(out) {}

    void write_top_level(const ParameterMap& parameters) {
        for (const auto& [name, parameter] : parameters) {
            m_key.clear();
            append_percent_encoded(m_key, name);
            write(parameter);
        }
    }

  private:
    void write(const Parameter& parameter) {
        if (const auto* text = std::get_if<std::string>(&parameter.value)) {
            write_pair(*text);
        } else if (const auto* list = std::get_if<ParameterList>(&parameter.value)) {
            write_list(*list);
        } else {
            write_map(std::get<ParameterMap>(parameter.value));
        }
    }

    void write_list(const ParameterList& list) {
        refuse_empty(list.empty());
        for (std::size_t i = 0; i < list.size(); ++i) {
            write_member(std::to_string(i), list[i]);
        }
    }

    void write_map(const ParameterMap& map) {
        refuse_empty(map.empty());
        for (const auto& [name, parameter] : map) {
            write_member(name, parameter);
        }
    }

    void write_member(std::string_view name, const Parameter& parameter) {
        const std::size_t outer = m_key.size();
        m_key += encoded_open;
        append_percent_encoded(m_key, name);
        m_key += encoded_close;
        write(parameter);
        m_key.resize(outer);
    }

    void write_pair(std::string_view value) {
        m_out += m_first ? '?' : '&';
        m_first = false;
        m_out += m_key;
        m_out += '=';
        append_percent_encoded(m_out, value);
    }

    void refuse_empty(bool empty) const {
        if (empty) {
            throw std::logic_error("empty list or map under " + m_key + ": it would vanish in form encoding");
        }
    }

    std::string& m_out;
    std::string m_key;
    bool m_first = true;
};

std::size_t percent_encoded_size(std::string_view text) {
    // Letters are counted by what the encoder does to them one by one, so that there is one table only.
    static const std::array<std::uint8_t, 256> sizes = [] {
        std::array<std::uint8_t, 256> table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            std::string encoded;
            const char character = static_cast<char>(i);
            append_percent_encoded(encoded, std::string_view(&character, 1));
            table[i] = static_cast<std::uint8_t>(encoded.size());
        }
        return table;
    }();
    std::size_t size = 0;
    for (const char c : text) {
        size += sizes[static_cast<unsigned char>(c)];
    }
    return size;
}

/// Bytes of all pairs below `parameter`, whose key and separators take `key` bytes.
std::size_t pairs_size(const Parameter& parameter, std::size_t key) {
    if (const auto* text = std::get_if<std::string>(&parameter.value)) {
        return key + percent_encoded_size(*text);
    }
    constexpr std::size_t brackets = encoded_open.size() + encoded_close.size();
    std::size_t size = 0;
    if (const auto* list = std::get_if<ParameterList>(&parameter.value)) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            size += pairs_size((*list)[i], key + brackets + std::to_string(i).size());
        }
        return size;
    }
    for (const auto& [name, member] : std::get<ParameterMap>(parameter.value)) {
        size += pairs_size(member, key + brackets + percent_encoded_size(name));
    }
    return size;
}

void append_encoded(std::string& out, const Command& command) {
    append_percent_encoded(out, command.method);
    QueryWriter(out).write_top_level(command.parameters);
}

}  // namespace

std::string encoded(const Command& command) {
    std::string out;
    append_encoded(out, command);
    return out;
}

std::size_t encoded_size(const Command& command) {
    std::size_t size = percent_encoded_size(command.method);
    for (const auto& [name, parameter] : command.parameters) {
        // `?` or `&`, and `=` in each pair.
        size += pairs_size(parameter, percent_encoded_size(name) + 2);
    }
    return size;
}

std::string command_id(std::size_t index) {
    return "c" + std::to_string(index);
}

std::string result_reference(std::size_t index) {
    return "$result[" + command_id(index) + "]";
}

std::string batch_body(const std::vector<Command>& commands) {
    if (commands.empty() || commands.size() > batch_commands) {
        throw std::logic_error("a batch takes 1 to 50 commands, not " + std::to_string(commands.size()));
    }
    std::string body = R"({"halt":0,"cmd":{)";
    for (std::size_t i = 0; i < commands.size(); ++i) {
        body += i == 0 ? "\"" : ",\"";
        body += command_id(i);
        body += "\":\"";
        // Percent-encoding has left only letters, digits and `-._~%?&=`, so JSON has nothing to escape here.
        append_encoded(body, commands[i]);
        body += '"';
    }
    body += "}}";
    return body;
}

}  // namespace obmen::portal
