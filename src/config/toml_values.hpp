#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/message.hpp"
#include "support/secret.hpp"

/// How the values of a settings file are read: strictly, each refusal with file and line. Inside this room.
namespace obmen::config {

/// One value of the file with all that is needed to refuse it. No refusal quotes the value: it may be a
/// secret that stands in the wrong place. What it is made of must outlive it.
class Value {
  public:
    Value(const std::filesystem::path& file, const toml::node& node, std::string name, std::string example)
        : m_file(file), m_node(node), m_name(std::move(name)), m_example(std::move(example)) {}

    // All of these throw CFG-TYPE for another type and CFG-RANGE for a value that is not allowed.
    [[nodiscard]] const toml::table& table() const;
    [[nodiscard]] const std::string& text() const;
    /// Trimmed; nothing in it that could end a line.
    [[nodiscard]] std::string line_of_text() const;
    [[nodiscard]] std::int64_t integer(std::int64_t smallest, std::int64_t largest) const;
    /// The same for a small number.
    [[nodiscard]] unsigned count(unsigned smallest, unsigned largest) const;
    [[nodiscard]] bool truth() const;
    [[nodiscard]] double number(double smallest, double largest) const;
    /// Relative to the file.
    [[nodiscard]] std::filesystem::path path() const;
    [[nodiscard]] std::vector<std::filesystem::path> paths() const;
    /// The values of a list, each of them by the name of the list.
    [[nodiscard]] std::vector<Value> elements() const;
    /// `"@file"`: a secret that is nowhere else. Throws as read_secret, too.
    [[nodiscard]] Secret secret() const;
    /// That of `file`, which this value names.
    [[nodiscard]] Secret secret_in(const std::filesystem::path& file) const;

    template <typename Meaning>
    [[nodiscard]] Meaning one_of(const std::vector<std::pair<std::string, Meaning>>& choices) const {
        const auto chosen = std::ranges::find(choices, text(), &std::pair<std::string, Meaning>::first);
        if (chosen == choices.end()) {
            std::vector<std::string> names;
            for (const auto& choice : choices) {
                names.push_back(fmt::format("\"{}\"", choice.first));
            }
            allow(false, fmt::format("{}", fmt::join(names, ", ")));
        }
        return chosen->second;
    }

    /// CFG-RANGE unless `allowed`; `what_is` names what would be.
    void allow(bool allowed, const std::string& what_is) const;

    [[nodiscard]] const std::filesystem::path& file() const { return m_file; }
    [[nodiscard]] const std::string& name() const { return m_name; }
    /// A decimal number, as messages want it.
    [[nodiscard]] std::string line() const { return std::to_string(m_node.source().begin.line); }

  private:
    void require(bool right_type) const;

    const std::filesystem::path& m_file;
    const toml::node& m_node;
    std::string m_name;
    std::string m_example;
};

/// A setting by its name within the section, with an example value for the person who wrote another type.
struct Key {
    std::string name;
    std::string example;
    std::function<void(const Value&)> take;
};

/// Hands every key of `table` to its Key; refuses those that have none (CFG-UNKNOWN-KEY). `section` is the
/// name of the table, empty for the whole file.
void read_table(const std::filesystem::path& file, const toml::table& table, const std::string& section,
                const std::vector<Key>& keys);

// Keys of the usual kinds. What they fill must outlive them.
[[nodiscard]] Key section(const std::string& name, std::vector<Key> keys);
[[nodiscard]] Key text_key(const std::string& name, const std::string& example, std::string& text);
[[nodiscard]] Key path_key(const std::string& name, const std::string& example, std::filesystem::path& path);
[[nodiscard]] Key secret_key(const std::string& name, Secret& secret);
/// The example is the default.
[[nodiscard]] Key truth_key(const std::string& name, bool& truth);
[[nodiscard]] Key count_key(const std::string& name, unsigned smallest, unsigned largest, unsigned& count);
[[nodiscard]] Key bytes_key(const std::string& name, std::int64_t smallest, std::int64_t largest,
                            std::uint64_t& bytes);

/// The file as TOML. Throws SYS-FILE and CFG-SYNTAX (bad_config).
[[nodiscard]] toml::table parse_toml(const std::filesystem::path& file);

}  // namespace obmen::config
