#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "commerceml/names.hpp"
#include "config/nearest_name.hpp"
#include "config/refusal.hpp"
#include "config/toml_words.hpp"
#include "flat/mapping.hpp"
#include "flat/values.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

using config::refuse;

/// One value of the file with all that is needed to refuse it.
class Value {
  public:
    Value(const std::string& file, const toml::node& node, std::string name, std::string example)
        : m_file(file), m_node(node), m_name(std::move(name)), m_example(std::move(example)) {}

    [[nodiscard]] bool is_text() const { return m_node.is_string(); }
    [[nodiscard]] bool is_array() const { return m_node.is_array(); }

    [[nodiscard]] const std::string& text() const {
        require(m_node.is_string());
        return m_node.as_string()->get();
    }
    [[nodiscard]] std::string filled_text() const {
        std::string tidy = tidied(text());
        allow(!tidy.empty(), m_example);
        return tidy;
    }
    [[nodiscard]] const toml::table& table() const {
        require(m_node.is_table());
        return *m_node.as_table();
    }
    [[nodiscard]] const toml::array& array() const {
        require(m_node.is_array());
        return *m_node.as_array();
    }
    /// `node`, which stands inside this value.
    [[nodiscard]] Value inner(const toml::node& node) const { return {m_file, node, m_name, m_example}; }
    [[nodiscard]] Value inner(const toml::node& node, std::string_view key, std::string example) const {
        return {m_file, node, m_name + "." + quotable(key, 100), std::move(example)};
    }

    void allow(bool allowed, const std::string& what_is) const {
        if (!allowed) {
            refuse(Message{"CFG-RANGE", {m_file, line(), m_name, what_is}});
        }
    }

    [[nodiscard]] const std::string& file() const { return m_file; }
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] std::string line() const { return std::to_string(m_node.source().begin.line); }

  private:
    void require(bool right_type) const {
        if (!right_type) {
            refuse(Message{"CFG-TYPE", {m_file, line(), m_name, m_example}});
        }
    }

    const std::string& m_file;
    const toml::node& m_node;
    std::string m_name;
    std::string m_example;
};

/// A key that a table may hold, with an example for the person who wrote something else.
struct Key {
    std::string name;
    std::string example;
    std::function<void(const Value&)> take;
};

/// Hands every key of the table to its Key; refuses those that have none.
void read_table(const Value& table, const std::vector<Key>& keys) {
    for (const auto& [written, node] : table.table()) {
        const auto known = std::ranges::find(keys, written.str(), &Key::name);
        if (known == keys.end()) {
            std::vector<std::string> names;
            std::ranges::transform(keys, std::back_inserter(names), &Key::name);
            refuse(Message{
                "CFG-UNKNOWN-KEY",
                {table.file(), std::to_string(written.source().begin.line),
                 table.name() + "." + quotable(written.str(), 100),
                 config::nearest_name(written.str(), names), fmt::format("{}", fmt::join(names, ", "))}});
        }
        known->take(table.inner(node, written.str(), known->example));
    }
}

bool is_plain_name(std::string_view name) {
    return commerceml::is_name(name) && name.find(':') == std::string_view::npos;
}

std::vector<std::string_view> segments_of(std::string_view path) {
    std::vector<std::string_view> segments;
    for (;;) {
        const std::size_t slash = path.find('/');
        segments.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) {
            return segments;
        }
        path.remove_prefix(slash + 1);
    }
}

bool is_source(std::string_view text) {
    if (text == ".") {
        return true;
    }
    std::vector<std::string_view> segments = segments_of(text);
    if (segments.back().starts_with('@')) {
        segments.back().remove_prefix(1);
    }
    return std::ranges::all_of(segments,
                               [](std::string_view name) { return !name.empty() && is_plain_name(name); });
}

bool is_row_path(std::string_view text) {
    return std::ranges::all_of(segments_of(text), [](std::string_view name) {
        return name == "*" || (!name.empty() && is_plain_name(name));
    });
}

Source read_source(const Value& value) {
    std::string source(trimmed(value.text()));
    value.allow(is_source(source), R"("Код", "@Код", "Цены/Розничная", ".")");
    return source;
}

/// One source or a list of them.
Sources read_sources(const Value& value) {
    if (!value.is_array()) {
        return {read_source(value)};
    }
    Sources sources;
    for (const toml::node& node : value.array()) {
        sources.push_back(read_source(value.inner(node)));
    }
    value.allow(!sources.empty(), R"(["Код", "@Код"])");
    return sources;
}

template <typename Meaning>
Meaning read_choice(const Value& value, const std::vector<std::pair<std::string, Meaning>>& choices) {
    const auto chosen = std::ranges::find(choices, value.text(), &std::pair<std::string, Meaning>::first);
    if (chosen == choices.end()) {
        std::vector<std::string> names;
        for (const auto& choice : choices) {
            names.push_back(fmt::format("\"{}\"", choice.first));
        }
        value.allow(false, fmt::format("{}", fmt::join(names, ", ")));
    }
    return chosen->second;
}

RecordKind read_kind(const Value& value) {
    return read_choice<RecordKind>(value, {{"product", RecordKind::product},
                                           {"group", RecordKind::group},
                                           {"offer", RecordKind::offer},
                                           {"contragent", RecordKind::contragent}});
}

ValueType read_type(const Value& value) {
    return read_choice<ValueType>(value, {{"text", ValueType::text},
                                          {"number", ValueType::number},
                                          {"date", ValueType::date},
                                          {"boolean", ValueType::boolean}});
}

void read_root_attributes(const Value& value, FlatMapping& mapping) {
    for (const auto& [name, node] : value.table()) {
        mapping.root_attributes[std::string(name.str())] =
            tidied(value.inner(node, name.str(), R"(root_attributes = { "Имя" = "Номенклатура" })").text());
    }
}

/// Only what this kind of record has.
void read_fields(const Value& value, FlatMapping& mapping) {
    std::vector<Key> keys;
    for (const FieldInfo& info : all_fields()) {
        if (info.field != Field::id && belongs_to(info.field, mapping.record)) {
            keys.push_back({std::string(info.name), fmt::format(R"({} = "Код")", info.name),
                            [&mapping, field = info.field](const Value& sources) {
                                mapping.sources_of(field) = read_sources(sources);
                            }});
        }
    }
    read_table(value, keys);
}

void read_constants(const Value& value, FlatMapping& mapping) {
    std::vector<Key> keys;
    for (const FieldInfo& info : all_fields()) {
        if (info.constant && belongs_to(info.field, mapping.record)) {
            keys.push_back({std::string(info.name), fmt::format(R"({} = "…")", info.name),
                            [&mapping, field = info.field](const Value& constant) {
                                mapping.constants[field] = constant.filled_text();
                            }});
        }
    }
    read_table(value, keys);
}

/// The entries of a table as a person wrote them: the parser keeps them by name, but of price types the first
/// one counts.
std::vector<std::pair<const toml::key*, const toml::node*>> in_file_order(const toml::table& table) {
    std::vector<std::pair<const toml::key*, const toml::node*>> entries;
    for (const auto& [written, node] : table) {
        entries.emplace_back(&written, &node);
    }
    std::ranges::stable_sort(entries, [](const auto& one, const auto& other) {
        const toml::source_position& left = one.first->source().begin;
        const toml::source_position& right = other.first->source().begin;
        return std::pair(left.line, left.column) < std::pair(right.line, right.column);
    });
    return entries;
}

void read_prices(const Value& value, FlatMapping& mapping) {
    for (const auto& [written, node] : in_file_order(value.table())) {
        PriceColumn column;
        column.type = tidied(written->str());
        const Value entry = value.inner(*node, written->str(), R"("Розничная" = "Цена")");
        entry.allow(!column.type.empty(), R"("Розничная" = "Цена")");
        if (entry.is_text()) {
            column.source = read_source(entry);
        } else {
            read_table(entry, {{"source", R"(source = "Цена")",
                                [&](const Value& source) { column.source = read_source(source); }},
                               {"currency", R"(currency = "RUB")",
                                [&](const Value& currency) { column.currency = currency.filled_text(); }}});
            entry.allow(!column.source.empty(), R"({ source = "Цена", currency = "RUB" })");
        }
        mapping.prices.push_back(std::move(column));
    }
}

void read_extra(const Value& value, std::vector<ExtraColumn>& columns) {
    for (const auto& [written, node] : in_file_order(value.table())) {
        ExtraColumn column;
        column.name = tidied(written->str());
        const Value entry = value.inner(*node, written->str(), R"("Цвет" = "Цвет")");
        entry.allow(!column.name.empty(), R"("Цвет" = "Цвет")");
        if (entry.is_text()) {
            column.source = read_source(entry);
        } else {
            read_table(entry, {{"source", R"(source = "Вес")",
                                [&](const Value& source) { column.source = read_source(source); }},
                               {"type", R"(type = "number")",
                                [&](const Value& type) { column.type = read_type(type); }}});
            entry.allow(!column.source.empty(), R"({ source = "Вес", type = "number" })");
        }
        columns.push_back(std::move(column));
    }
}

void read_formats(const Value& value, Formats& formats) {
    read_table(value, {{"date", R"(date = "MM/dd/yyyy H:mm:ss")",
                        [&](const Value& pattern) {
                            formats.date = pattern.filled_text();
                            pattern.allow(is_date_pattern(formats.date), R"("dd.MM.yyyy H:mm:ss")");
                        }},
                       {"true", R"(true = ["Да", "+"])",
                        [&](const Value& words) {
                            for (const toml::node& node : words.array()) {
                                formats.true_words.push_back(words.inner(node).filled_text());
                            }
                            words.allow(!formats.true_words.empty(), R"(["Да", "+"])");
                        }},
                       {"decimal", R"(decimal = ",")", [&](const Value& mark) {
                            formats.decimal = read_choice<char>(mark, {{",", ','}, {".", '.'}});
                        }}});
}

/// All that a `[[flat]]` table may say, and where it goes: the one list behind README.md. `record` has been
/// read before: it says which fields there are.
std::vector<Key> keys_of(FlatMapping& mapping) {
    return {{"root", R"(root = "Справочник")",
             [&](const Value& value) {
                 mapping.root = value.filled_text();
                 value.allow(is_plain_name(mapping.root), R"("Справочник")");
             }},
            {"root_attributes", R"(root_attributes = { "Имя" = "Номенклатура" })",
             [&](const Value& value) { read_root_attributes(value, mapping); }},
            {"rows", R"(rows = "Товары/Строка")",
             [&](const Value& value) {
                 mapping.rows = value.filled_text();
                 value.allow(is_row_path(mapping.rows), R"("*", "Элемент", "Товары/Строка")");
             }},
            {"record", R"(record = "product")", [](const Value&) {}},
            {"key", R"(key = "Код")",
             [&](const Value& value) { mapping.sources_of(Field::id) = read_sources(value); }},
            {"fields", "[flat.fields]", [&](const Value& value) { read_fields(value, mapping); }},
            {"prices", "[flat.prices]", [&](const Value& value) { read_prices(value, mapping); }},
            {"properties", "[flat.properties]",
             [&](const Value& value) { read_extra(value, mapping.properties); }},
            {"requisites", "[flat.requisites]",
             [&](const Value& value) { read_extra(value, mapping.requisites); }},
            {"constants", "[flat.constants]", [&](const Value& value) { read_constants(value, mapping); }},
            {"formats", "[flat.formats]", [&](const Value& value) { read_formats(value, mapping.formats); }}};
}

void demand(const Value& table, const char* key, const char* example) {
    if (!table.table().contains(key)) {
        refuse(Message{"FLAT-REQUIRED", {table.file(), table.line(), key, example}});
    }
}

FlatMapping read_mapping(const Value& table) {
    demand(table, "record", R"(record = "product")");
    demand(table, "key", R"(key = "Код")");
    FlatMapping mapping;
    mapping.record = read_kind(table.inner(*table.table().get("record"), "record", R"(record = "product")"));
    read_table(table, keys_of(mapping));
    const Value prices = table;
    const bool priced = mapping.record == RecordKind::product || mapping.record == RecordKind::offer;
    prices.allow(mapping.prices.empty() || priced, R"([flat.prices]: record = "product", "offer")");
    const bool extra = !mapping.properties.empty() || !mapping.requisites.empty();
    prices.allow(!extra || mapping.record == RecordKind::product,
                 R"([flat.properties], [flat.requisites]: record = "product")");
    return mapping;
}

toml::table parse(std::string_view toml, const std::string& file) {
    try {
        return toml::parse(toml);
    } catch (const toml::parse_error& error) {
        refuse(Message{"CFG-SYNTAX",
                       {file, std::to_string(error.source().begin.line),
                        config::told_in_both_languages(error.description())}});
    }
}

bool may_have_one_root(const FlatMapping& one, const FlatMapping& other) {
    return (one.root.empty() || other.root.empty() || one.root == other.root) &&
           std::ranges::none_of(one.root_attributes, [&](const auto& attribute) {
               const auto same = other.root_attributes.find(attribute.first);
               return same != other.root_attributes.end() && same->second != attribute.second;
           });
}

/// Where a mapping was read, to name it when it does not go together with another.
struct Origin {
    std::string file;
    std::string line;
};

void refuse_nested_rows(const std::vector<FlatMapping>& mappings, const std::vector<Origin>& origins) {
    for (std::size_t i = 0; i < mappings.size(); ++i) {
        for (std::size_t j = 0; j < mappings.size(); ++j) {
            const FlatMapping& outer = mappings[i];
            const FlatMapping& inner = mappings[j];
            if (outer.rows != "*" && may_have_one_root(outer, inner) &&
                inner.rows.starts_with(outer.rows + "/")) {
                refuse(
                    Message{"FLAT-NESTED",
                            {origins[j].file, origins[j].line, quotable(inner.rows), quotable(outer.rows)}});
            }
        }
    }
}

void append_mappings(std::string_view toml, const std::string& file, std::vector<FlatMapping>& mappings,
                     std::vector<Origin>& origins) {
    const toml::table content = parse(toml, file);
    const Value top(file, content, "[[flat]]", "[[flat]]");
    const std::size_t before = mappings.size();
    for (const auto& [written, node] : content) {
        if (written.str() != "flat") {
            refuse(Message{"CFG-UNKNOWN-KEY",
                           {file, std::to_string(written.source().begin.line), quotable(written.str(), 100),
                            "flat", "[[flat]]"}});
        }
        const Value tables = top.inner(node);
        for (const toml::node& table : tables.array()) {
            const Value entry(file, table, "flat", "[[flat]]");
            mappings.push_back(read_mapping(entry));
            origins.push_back({file, entry.line()});
        }
    }
    if (mappings.size() == before) {
        refuse(Message{"FLAT-NO-TABLE", {file}});
    }
}

std::string read_file(const std::filesystem::path& file) {
    try {
        return read_whole_file(file);
    } catch (const Error& error) {
        refuse(error.finding().message);
    }
}

}  // namespace

std::vector<FlatMapping> load_mappings(const std::vector<std::filesystem::path>& files) {
    std::vector<FlatMapping> mappings;
    std::vector<Origin> origins;
    for (const std::filesystem::path& file : files) {
        append_mappings(read_file(file), file.string(), mappings, origins);
    }
    refuse_nested_rows(mappings, origins);
    return mappings;
}

std::vector<FlatMapping> parse_mappings(std::string_view toml, const std::filesystem::path& file) {
    std::vector<FlatMapping> mappings;
    std::vector<Origin> origins;
    append_mappings(toml, file.string(), mappings, origins);
    refuse_nested_rows(mappings, origins);
    return mappings;
}

}  // namespace obmen::flat
