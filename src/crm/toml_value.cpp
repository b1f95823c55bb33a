#include "crm/toml_value.hpp"

#include "config/nearest_name.hpp"
#include "config/refusal.hpp"
#include "support/text.hpp"

#include <algorithm>

namespace obmen::crm {

void refuse_mapping(Message message) {
    config::refuse(std::move(message));
}

const std::string& TomlValue::text() const {
    require(m_node.is_string());
    return m_node.as_string()->get();
}

std::string TomlValue::filled_text() const {
    std::string tidy = tidied(text());
    require(!tidy.empty());
    return tidy;
}

bool TomlValue::flag() const {
    allow(m_node.is_boolean(), "true, false");
    return m_node.as_boolean()->get();
}

std::int64_t TomlValue::integer(std::int64_t smallest, std::int64_t largest) const {
    const std::string range = std::to_string(smallest) + "–" + std::to_string(largest);
    allow(m_node.is_integer(), range);
    const std::int64_t number = m_node.as_integer()->get();
    allow(number >= smallest && number <= largest, range);
    return number;
}

const toml::table& TomlValue::table() const {
    require(m_node.is_table());
    return *m_node.as_table();
}

const toml::array& TomlValue::array() const {
    require(m_node.is_array());
    return *m_node.as_array();
}

std::vector<std::string> TomlValue::texts() const {
    if (!is_array()) {
        return {filled_text()};
    }
    std::vector<std::string> texts;
    for (const toml::node& node : array()) {
        texts.push_back(inner(node).filled_text());
    }
    return texts;
}

std::size_t TomlValue::choice(const std::vector<std::string>& choices) const {
    std::string names;
    for (const std::string& name : choices) {
        names += (names.empty() ? "\"" : ", \"") + name + '"';
    }
    allow(m_node.is_string(), names);
    const auto chosen = std::find(choices.begin(), choices.end(), text());
    allow(chosen != choices.end(), names);
    return static_cast<std::size_t>(chosen - choices.begin());
}

TomlValue TomlValue::inner(const toml::node& node, std::string_view key, std::string example) const {
    constexpr std::size_t shown = 100;
    return {m_file, node, m_name.empty() ? quotable(key, shown) : m_name + "." + quotable(key, shown),
            std::move(example)};
}

void TomlValue::allow(bool allowed, const std::string& what_is) const {
    if (!allowed) {
        refuse_mapping({"MAP-VALUE", {m_file, line(), m_name, what_is}});
    }
}

void TomlValue::require(bool right_type) const {
    if (!right_type) {
        refuse_mapping({"MAP-TYPE", {m_file, line(), m_name, m_example}});
    }
}

std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(const toml::table& table) {
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [written, node] : table) {
        entries.emplace_back(&written, &node);
    }
    std::stable_sort(entries.begin(), entries.end(), [](const auto& one, const auto& other) {
        const toml::source_position& left = one.first->source().begin;
        const toml::source_position& right = other.first->source().begin;
        return std::pair(left.line, left.column) < std::pair(right.line, right.column);
    });
    return entries;
}

void read_table(const TomlValue& table, const std::vector<TomlKey>& keys) {
    for (const auto& [written, node] : in_file_order(table.table())) {
        const std::string_view name = written->str();
        const auto known =
            std::find_if(keys.begin(), keys.end(), [&](const TomlKey& key) { return key.name == name; });
        if (known == keys.end()) {
            std::vector<std::string> names;
            std::string joined;
            for (const TomlKey& key : keys) {
                names.push_back(key.name);
                joined += (joined.empty() ? "" : ", ") + key.name;
            }
            const std::string full = (table.name().empty() ? "" : table.name() + ".") + quotable(name, 100);
            refuse_mapping({"MAP-UNKNOWN-KEY",
                            {table.file(), std::to_string(written->source().begin.line), full,
                             config::nearest_name(name, names), joined}});
        }
        known->take(table.inner(*node, name, known->example));
    }
}

}  // namespace obmen::crm
