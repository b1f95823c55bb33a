#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/message.hpp"

namespace obmen::crm {

/// Throws bad_config, at the place that the first two arguments name.
[[noreturn]] void refuse_mapping(Message message);

/// One value of a mapping file with all that is needed to refuse it.
class TomlValue {
  public:
    TomlValue(const std::string& file, const toml::node& node, std::string name, std::string example)
        : m_file(file), m_node(node), m_name(std::move(name)), m_example(std::move(example)) {}

    [[nodiscard]] bool is_text() const { return m_node.is_string(); }
    [[nodiscard]] bool is_array() const { return m_node.is_array(); }
    [[nodiscard]] bool is_flag() const { return m_node.is_boolean(); }
    [[nodiscard]] bool is_table() const { return m_node.is_table(); }

    [[nodiscard]] const std::string& text() const;
    /// Tidied; refused if there is nothing in it.
    [[nodiscard]] std::string filled_text() const;
    [[nodiscard]] bool flag() const;
    [[nodiscard]] std::int64_t integer(std::int64_t smallest, std::int64_t largest) const;
    [[nodiscard]] const toml::table& table() const;
    [[nodiscard]] const toml::array& array() const;
    /// One filled text, or a list of them.
    [[nodiscard]] std::vector<std::string> texts() const;
    /// Number of the one of `choices` that the text is.
    [[nodiscard]] std::size_t choice(const std::vector<std::string>& choices) const;

    /// `node`, which stands inside this value.
    [[nodiscard]] TomlValue inner(const toml::node& node) const { return {m_file, node, m_name, m_example}; }
    [[nodiscard]] TomlValue inner(const toml::node& node, std::string_view key, std::string example) const;

    /// Refuses the value (MAP-VALUE) unless `allowed`.
    void allow(bool allowed, const std::string& what_is) const;
    /// Refuses the value (MAP-TYPE, with the example) unless it is of the `right_type`.
    void require(bool right_type) const;

    [[nodiscard]] const std::string& file() const { return m_file; }
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] std::size_t line_number() const { return m_node.source().begin.line; }
    [[nodiscard]] std::string line() const { return std::to_string(line_number()); }

  private:
    const std::string& m_file;
    const toml::node& m_node;
    std::string m_name;
    std::string m_example;
};

/// A key that a table may hold, with an example for the person who wrote something else.
struct TomlKey {
    std::string name;
    std::string example;
    std::function<void(const TomlValue&)> take;
};

/// Hands every key of the table to its TomlKey, in the order of the file; refuses those that have none
/// (MAP-UNKNOWN-KEY).
void read_table(const TomlValue& table, const std::vector<TomlKey>& keys);

/// The entries of a table as a person wrote them: the parser keeps them by name.
[[nodiscard]] std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(
    const toml::table& table);

}  // namespace obmen::crm
