#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "flat/guess.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

/// Comments in both languages.
struct Words {
    Language language;
    [[nodiscard]] const char* operator()(const char* russian, const char* english) const {
        return language == Language::russian ? russian : english;
    }
};

/// A TOML string. Sources and names cannot hold control characters: they are names of elements.
std::string toml_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : quotable(text, text.size())) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

std::string toml_text(const Sources& sources) {
    if (sources.size() == 1) {
        return toml_text(sources.front());
    }
    std::vector<std::string> all;
    for (const Source& source : sources) {
        all.push_back(toml_text(source));
    }
    return fmt::format("[{}]", fmt::join(all, ", "));
}

std::string_view name_of(RecordKind kind) {
    constexpr std::array<std::string_view, 4> names{"product", "group", "offer", "contragent"};
    return names[static_cast<std::size_t>(kind)];
}

class MappingWriter {
  public:
    MappingWriter(const Guess& guess, std::string file_name, Language language)
        : m_guess(guess), m_file_name(quotable(file_name)), m_words{language} {}

    [[nodiscard]] std::string write() {
        head();
        for (const GuessedKind& kind : m_guess.kinds) {
            if (kind.mapped) {
                table(kind);
            }
        }
        for (const GuessedKind& kind : m_guess.kinds) {
            if (!kind.mapped) {
                not_understood(kind);
            }
        }
        return std::move(m_out);
    }

  private:
    void line(std::string_view text) {
        m_out += text;
        m_out += '\n';
    }
    /// `text` and a comment, in columns.
    void line(const std::string& text, const std::string& comment) {
        const std::size_t width = character_count(text);
        const std::size_t gap = width < comment_column ? comment_column - width : 1;
        line(comment.empty() ? text : text + std::string(gap, ' ') + "# " + comment);
    }

    void head() {
        line(fmt::format(fmt::runtime(m_words("# Описание файла «{}», предложенное obmen по первым строкам.",
                                              "# Mapping of \"{}\", proposed by obmen from its first rows.")),
                         m_file_name));
        line(m_words("# Проверьте его и поправьте; все ключи — в src/flat/README.md. Затем:",
                     "# Look it over and mend it; all keys are in src/flat/README.md. Then:"));
        line(m_words("#   obmen check --flat ОПИСАНИЕ.toml ФАЙЛ.xml",
                     "#   obmen check --flat MAPPING.toml FILE.xml"));
        line(m_words("# и в настройках:  [flat]  mappings = [\"ОПИСАНИЕ.toml\"]",
                     "# and in the settings:  [flat]  mappings = [\"MAPPING.toml\"]"));
    }

    void table(const GuessedKind& kind) {
        const FlatMapping& mapping = kind.mapping;
        line("");
        for (const Doubt doubt : kind.doubts) {
            line(doubt_text(doubt));
        }
        line("[[flat]]");
        line(fmt::format("root = {}", toml_text(mapping.root)));
        line(
            fmt::format("rows = {}", toml_text(mapping.rows)),
            fmt::format(fmt::runtime(m_words("таких строк {}, просмотрено {}", "{} such rows, {} looked at")),
                        kind.rows.rows, kind.rows.read));
        line(fmt::format("record = \"{}\"", name_of(mapping.record)), reasons(kind));
        line(fmt::format("key = {}", toml_text(mapping.sources_of(Field::id))),
             seen(kind, mapping.sources_of(Field::id)));
        fields(kind);
        prices(kind);
        extras(kind);
    }

    [[nodiscard]] std::string reasons(const GuessedKind& kind) const {
        if (kind.reasons.empty()) {
            return {};
        }
        std::vector<Source> first(kind.reasons.begin(),
                                  kind.reasons.begin() + static_cast<std::ptrdiff_t>(
                                                             std::min<std::size_t>(kind.reasons.size(), 6)));
        return fmt::format(fmt::runtime(m_words("судя по: {}", "judging by: {}")), fmt::join(first, ", "));
    }

    [[nodiscard]] const char* doubt_text(Doubt doubt) const {
        switch (doubt) {
            case Doubt::no_key:
                return m_words(
                    "# ВНИМАНИЕ: нет поля, которое заполнено во всех строках и нигде не повторяется. "
                    "Выберите key сами.",
                    "# ATTENTION: no field is filled in every row and different in each. Choose key "
                    "yourself.");
            case Doubt::no_name:
                return m_words("# ВНИМАНИЕ: не найдено наименование. Впишите name в [flat.fields].",
                               "# ATTENTION: no name was found. Put name into [flat.fields].");
            case Doubt::kind_unclear:
                return m_words(
                    "# ВНИМАНИЕ: не ясно, товары это или контрагенты (record = \"contragent\").",
                    "# ATTENTION: these may be products or contragents (record = \"contragent\").");
            case Doubt::groups_elsewhere:
                return m_words(
                    "# Самих групп в этом файле не видно: их Ид должны прийти другим файлом.",
                    "# The groups themselves were not seen in this file: another one must bring them.");
            case Doubt::groups_around:
                return m_words(
                    "# Строки стоят внутри своих групп; описание до групп не дотянется: товары придут без "
                    "них.",
                    "# The rows stand inside their groups, which a mapping cannot reach: they come without.");
        }
        return "";
    }

    /// How many rows have it, and what it looks like.
    [[nodiscard]] std::string seen(const GuessedKind& kind, const Sources& sources) const {
        const Column* const column = kind.rows.find(sources.front());
        if (column == nullptr) {
            return {};
        }
        std::vector<std::string> examples;
        for (const std::string& example : column->examples) {
            examples.push_back(fmt::format("\"{}\"", example));
        }
        const bool unique = column->is_key_of(kind.rows.read);
        return fmt::format(fmt::runtime(m_words("заполнено {} из {}{}{}{}", "filled {} of {}{}{}{}")),
                           column->filled, kind.rows.read,
                           unique ? m_words(", все разные", ", all different") : "",
                           examples.empty() ? "" : ": ", fmt::join(examples, ", "));
    }

    void fields(const GuessedKind& kind) {
        bool begun = false;
        for (const FieldInfo& info : all_fields()) {
            const Sources& sources = kind.mapping.sources_of(info.field);
            if (info.field == Field::id || sources.empty()) {
                continue;
            }
            if (!begun) {
                line("");
                line("[flat.fields]");
                begun = true;
            }
            line(fmt::format("{} = {}", info.name, toml_text(sources)), seen(kind, sources));
        }
    }

    void prices(const GuessedKind& kind) {
        if (kind.mapping.prices.empty()) {
            return;
        }
        line("");
        line("[flat.prices]", m_words("вид цены = откуда", "price type = source"));
        for (const PriceColumn& column : kind.mapping.prices) {
            line(fmt::format("{} = {}", toml_text(column.type), toml_text(column.source)),
                 seen(kind, {column.source}));
        }
        if (kind.mapping.sources_of(Field::currency).empty()) {
            line("");
            line(m_words("# Валюты в файле нет: уберите знаки # или задайте default_currency в настройках.",
                         "# The file says no currency: take off the signs #, or set default_currency."));
            line("# [flat.constants]");
            line("# currency = \"RUB\"");
        }
    }

    void extras(const GuessedKind& kind) {
        std::vector<const Column*> columns;
        for (const Source& source : kind.unplaced) {
            if (const Column* column = kind.rows.find(source); column != nullptr) {
                columns.push_back(column);
            }
        }
        if (columns.empty()) {
            return;
        }
        const bool product = kind.mapping.record == RecordKind::product;
        line("");
        line(product
                 ? m_words("# Не размещено. Чтобы передать как свойства товара, уберите знаки #:",
                           "# Not placed. To send them as properties of the product, take off the signs #:")
                 : m_words("# Не размещено:", "# Not placed:"));
        if (product) {
            line("# [flat.properties]");
        }
        for (const Column* column : columns) {
            line(product ? property_line(*column) : "# " + column->source, seen(kind, {column->source}));
        }
    }

    [[nodiscard]] static std::string property_line(const Column& column) {
        const std::string name = toml_text(column.source.substr(column.source.find_first_not_of('@')));
        const char* type = column.is_mostly(&Column::dates)      ? "date"
                           : column.is_mostly(&Column::booleans) ? "boolean"
                                                                 : nullptr;
        return type == nullptr ? fmt::format("# {} = {}", name, toml_text(column.source))
                               : fmt::format("# {} = {{ source = {}, type = \"{}\" }}", name,
                                             toml_text(column.source), type);
    }

    void not_understood(const GuessedKind& kind) {
        line("");
        line(fmt::format(
            fmt::runtime(m_words("# Не разобрано: {} (строк {})", "# Not understood: {} ({} rows)")),
            kind.rows.path, kind.rows.rows));
    }

    static constexpr std::size_t comment_column = 44;

    const Guess& m_guess;
    std::string m_file_name;
    Words m_words;
    std::string m_out;
};

}  // namespace

std::string mapping_text(const Guess& guess, const std::string& file_name, Language language) {
    return MappingWriter(guess, file_name, language).write();
}

}  // namespace obmen::flat
