#include "config/toml_values.hpp"

#include "config/nearest_name.hpp"
#include "config/refusal.hpp"
#include "config/settings.hpp"
#include "config/toml_words.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::config {

const toml::table& Value::table() const {
    require(m_node.is_table());
    return *m_node.as_table();
}

const std::string& Value::text() const {
    require(m_node.is_string());
    return m_node.as_string()->get();
}

std::string Value::line_of_text() const {
    const std::string_view line = trimmed(text());
    const bool printable =
        std::ranges::none_of(line, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    allow(!line.empty() && printable, m_example);
    return std::string(line);
}

std::int64_t Value::integer(std::int64_t smallest, std::int64_t largest) const {
    require(m_node.is_integer());
    const std::int64_t number = m_node.as_integer()->get();
    allow(number >= smallest && number <= largest, fmt::format("{}–{}", smallest, largest));
    return number;
}

unsigned Value::count(unsigned smallest, unsigned largest) const {
    return static_cast<unsigned>(integer(smallest, largest));
}

bool Value::truth() const {
    require(m_node.is_boolean());
    return m_node.as_boolean()->get();
}

double Value::number(double smallest, double largest) const {
    require(m_node.is_number());
    const double number = m_node.value<double>().value_or(0);
    // NaN compares false, and is refused with the rest.
    allow(number >= smallest && number <= largest, fmt::format("{}–{}", smallest, largest));
    return number;
}

std::filesystem::path Value::path() const {
    // A NUL inside would silently name another file.
    allow(!text().empty() && text().find('\0') == std::string::npos, m_example);
    return (m_file.parent_path() / text()).lexically_normal();
}

std::vector<std::filesystem::path> Value::paths() const {
    std::vector<std::filesystem::path> paths;
    const std::vector<Value> values = elements();
    std::ranges::transform(values, std::back_inserter(paths), &Value::path);
    return paths;
}

std::vector<Value> Value::elements() const {
    require(m_node.is_array());
    std::vector<Value> values;
    for (const toml::node& node : *m_node.as_array()) {
        values.emplace_back(m_file, node, m_name, m_example);
    }
    return values;
}

Secret Value::secret() const {
    const std::string_view given = trimmed(text());
    allow(given.size() > 1 && given.starts_with('@'), "@file");
    return secret_in(m_file.parent_path() / trimmed(given.substr(1)));
}

Secret Value::secret_in(const std::filesystem::path& file) const {
    try {
        return read_secret(file);
    } catch (const Error& error) {
        Finding finding = error.finding();
        if (finding.place.line == 0) {  // the file cannot be read at all: this is where it is named
            finding.file = m_file.string();
            finding.place = {m_node.source().begin.line, 0};
        }
        throw Error(error.failure_class(), std::move(finding));
    }
}

void Value::allow(bool allowed, const std::string& what_is) const {
    if (!allowed) {
        refuse(Message{"CFG-RANGE", {m_file.string(), line(), m_name, what_is}});
    }
}

void Value::require(bool right_type) const {
    if (!right_type) {
        refuse(Message{"CFG-TYPE", {m_file.string(), line(), m_name, m_example}});
    }
}

void read_table(const std::filesystem::path& file, const toml::table& table, const std::string& section,
                const std::vector<Key>& keys) {
    const std::string prefix = section.empty() ? std::string() : section + ".";
    for (const auto& [written, node] : table) {
        const auto known = std::ranges::find(keys, written.str(), &Key::name);
        if (known == keys.end()) {
            std::vector<std::string> names;
            std::ranges::transform(keys, std::back_inserter(names), &Key::name);
            refuse(Message{"CFG-UNKNOWN-KEY",
                           {file.string(), std::to_string(written.source().begin.line),
                            masked(prefix + quotable(written.str(), 100)), nearest_name(written.str(), names),
                            fmt::format("{}", fmt::join(names, ", "))}});
        }
        known->take(Value(file, node, prefix + known->name, known->example));
    }
}

Key section(const std::string& name, std::vector<Key> keys) {
    return {name, fmt::format("[{}]", name), [keys = std::move(keys)](const Value& value) {
                read_table(value.file(), value.table(), value.name(), keys);
            }};
}

Key text_key(const std::string& name, const std::string& example, std::string& text) {
    return {name, fmt::format("{} = \"{}\"", name, example),
            [&text](const Value& value) { text = trimmed(value.text()); }};
}

Key path_key(const std::string& name, const std::string& example, std::filesystem::path& path) {
    return {name, fmt::format("{} = \"{}\"", name, example),
            [&path](const Value& value) { path = value.path(); }};
}

Key secret_key(const std::string& name, Secret& secret) {
    return {name, fmt::format("{} = \"@secret\"", name),
            [&secret](const Value& value) { secret = value.secret(); }};
}

Key truth_key(const std::string& name, bool& truth) {
    return {name, fmt::format("{} = {}", name, truth),
            [&truth](const Value& value) { truth = value.truth(); }};
}

Key count_key(const std::string& name, unsigned smallest, unsigned largest, unsigned& count) {
    return {name, fmt::format("{} = {}", name, count),
            [smallest, largest, &count](const Value& value) { count = value.count(smallest, largest); }};
}

Key bytes_key(const std::string& name, std::int64_t smallest, std::int64_t largest, std::uint64_t& bytes) {
    return {name, fmt::format("{} = {}", name, bytes), [smallest, largest, &bytes](const Value& value) {
                bytes = static_cast<std::uint64_t>(value.integer(smallest, largest));
            }};
}

toml::table parse_toml(const std::filesystem::path& file) {
    std::string content;
    try {
        content = read_whole_file(file);
    } catch (const Error& error) {
        refuse(error.finding().message);
    }
    try {
        return toml::parse(content);
    } catch (const toml::parse_error& error) {
        refuse(Message{"CFG-SYNTAX",
                       {file.string(), std::to_string(error.source().begin.line),
                        told_in_both_languages(masked(error.description()))}});
    }
}

}  // namespace obmen::config
