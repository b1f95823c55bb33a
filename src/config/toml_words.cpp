#include "config/toml_words.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "support/bilingual.hpp"
#include "support/text.hpp"

namespace obmen::config {

namespace {

struct Words {
    std::string_view english;
    std::string_view russian;
};

/// What was being read: `Error while parsing SCOPE: `.
constexpr auto scopes = std::to_array<Words>({{"comment", "примечании"},
                                              {"string", "тексте"},
                                              {"literal string", "тексте"},
                                              {"unicode scalar sequence", "коде символа"},
                                              {"boolean", "значении true или false"},
                                              {"floating-point", "числе"},
                                              {"hexadecimal floating-point", "числе"},
                                              {"integer", "числе"},
                                              {"decimal integer", "числе"},
                                              {"hexadecimal integer", "числе"},
                                              {"octal integer", "числе"},
                                              {"binary integer", "числе"},
                                              {"date", "дате"},
                                              {"time", "времени"},
                                              {"date-time", "дате и времени"},
                                              {"date-time offset", "часовом поясе"},
                                              {"value", "значении"},
                                              {"key", "имени настройки"},
                                              {"table header", "заголовке раздела"},
                                              {"key-value pair", "настройке"},
                                              {"root table", "файле"},
                                              {"array", "списке"},
                                              {"inline table", "наборе в фигурных скобках"}});

/// Reasons of toml++ 3.3; `{}` is what stands there in the file, or the name of a kind of value.
constexpr auto reasons = std::to_array<Words>({
    {"encountered end-of-file", "файл кончился раньше времени: чего-то не закрыли или не дописали"},
    {"could not determine value type", "непонятно, что это за значение; тексты пишутся в кавычках"},
    {"expected value, saw '{}'", "после «=» нет значения, стоит «{}»"},
    {"expected '=', saw '{}'", "нет знака «=», стоит «{}»"},
    {"expected ']', saw '{}'", "нет закрывающей «]», стоит «{}»"},
    {"expected comma or closing ']', saw '{}'", "нет запятой или закрывающей «]», стоит «{}»"},
    {"expected value or closing ']', saw comma", "лишняя запятая"},
    {"expected comma or closing '}', saw '{}'", "нет запятой или закрывающей фигурной скобки, стоит «{}»"},
    {"expected key or closing '}', saw '{}'", "нет имени или закрывающей фигурной скобки, стоит «{}»"},
    {"expected key-value pair or closing '}', saw comma", "лишняя запятая"},
    {"expected key-value pair, saw closing '}' (dangling comma)", "лишняя запятая перед закрывающей скобкой"},
    {"expected a comment or whitespace, saw '{}'", "в конце строки лишнее: «{}»"},
    {"expected keys, tables, whitespace or comments, saw '{}'",
     "здесь может быть имя, раздел или примечание, а стоит «{}»; имена не из латинских букв и цифр пишутся в "
     "кавычках"},
    {"expected bare key starting character or string delimiter, saw '{}'",
     "имя не может начинаться с «{}»; имена не из латинских букв и цифр пишутся в кавычках"},
    {"expected value-terminator, saw '{}'", "после значения лишнее: «{}»"},
    {"expected 'true', saw '{}'", "ожидалось true, стоит «{}»; тексты пишутся в кавычках"},
    {"expected 'false', saw '{}'", "ожидалось false, стоит «{}»; тексты пишутся в кавычках"},
    {"cannot redefine existing table '{}'", "раздел «{}» указан дважды"},
    {"cannot redefine existing {} '{}' as table", "имя «{1}» уже занято: под ним {0}, а не раздел"},
    {"cannot redefine existing {} '{}' as array-of-tables",
     "имя «{1}» уже занято: под ним {0}, а не повторяемый раздел"},
    {"cannot redefine existing {} as dotted key-value pair", "имя уже занято: под ним {0}"},
    {"cannot redefine existing {} '{}'", "«{1}» указано дважды"},
    {"cannot insert '{}' into existing inline table", "в набор в фигурных скобках ничего не добавить: «{}»"},
    {"tables with blank bare keys are explicitly prohibited", "у раздела нет имени"},
    {"[[array-of-table]] brackets must be contiguous (i.e. [ [ this ] ] is prohibited)",
     "скобки «[[» пишутся слитно"},
    {"multi-line strings are prohibited in keys", "имя не может занимать несколько строк"},
    {"unknown escape sequence '\\{}'", "в тексте непонятное «\\{}»; обратная черта пишется дважды: «\\\\»"},
    {"expected hex digit, saw '{}'", "ожидалась шестнадцатеричная цифра, стоит «{}»"},
    {"values may not begin with underscores", "значение не может начинаться с подчёркивания"},
    {"underscores may only follow digits", "подчёркивание может стоять только между цифрами"},
    {"underscores must be followed by digits", "подчёркивание может стоять только между цифрами"},
    {"leading zeroes are prohibited", "число не может начинаться с нуля"},
    {"expected digit, saw '{}'", "ожидалась цифра, стоит «{}»"},
    {"expected decimal digit, saw '{}'", "ожидалась цифра, стоит «{}»"},
    {"unescaped control characters other than TAB (U+0009) are explicitly prohibited",
     "нет закрывающей кавычки, или в тексте есть управляющий символ"},
    {"unexpected control character", "недопустимый управляющий символ"},
    {"control characters other than TAB (U+0009) are explicitly prohibited in comments",
     "недопустимый управляющий символ"},
    {"control characters other than TAB (U+0009) are explicitly prohibited",
     "нет закрывающей кавычки, или в тексте есть управляющий символ"},
    {"Encountered invalid utf-8 sequence", "файл должен быть в UTF-8"},
    {"Encountered overlong utf-8 sequence", "файл должен быть в UTF-8"},
    {"Encountered incomplete utf-8 sequence", "файл должен быть в UTF-8"},
});

/// What a name stands for already, and what nobody sees in a file.
constexpr auto kinds = std::to_array<Words>({{"table", "раздел"},
                                             {"array", "список"},
                                             {"string", "текст"},
                                             {"integer", "число"},
                                             {"floating-point", "число"},
                                             {"boolean", "true или false"},
                                             {"date", "дата"},
                                             {"time", "время"},
                                             {"date-time", "дата и время"},
                                             {"\\n", "конец строки"},
                                             {"\\r", "конец строки"}});

template <std::size_t size>
std::optional<std::string_view> russian_in(const std::array<Words, size>& words, std::string_view english) {
    const auto found = std::ranges::find(words, english, &Words::english);
    return found == words.end() ? std::nullopt : std::optional(found->russian);
}

/// What `text` has in place of each `{}` of `pattern`; nothing if it is another text.
std::optional<std::vector<std::string_view>> fitted(std::string_view pattern, std::string_view text) {
    std::vector<std::string_view> places;
    while (true) {
        const std::size_t place = pattern.find("{}");
        const std::string_view before = pattern.substr(0, place);
        if (!text.starts_with(before)) {
            return std::nullopt;
        }
        text.remove_prefix(before.size());
        if (place == std::string_view::npos) {
            return text.empty() ? std::optional(places) : std::nullopt;
        }
        pattern.remove_prefix(place + 2);
        const std::string_view after = pattern.substr(0, pattern.find("{}"));
        const std::size_t end = after.size() == pattern.size() ? text.rfind(after) : text.find(after);
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        places.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

/// `pattern` with `{}` and `{N}` replaced.
std::string filled(std::string_view pattern, const std::vector<std::string_view>& places) {
    std::string text;
    while (!pattern.empty()) {
        const bool is_next = pattern.starts_with("{}");
        const bool is_numbered = pattern.starts_with("{0}") || pattern.starts_with("{1}");
        if (!is_next && !is_numbered) {
            text += pattern.front();
            pattern.remove_prefix(1);
            continue;
        }
        const std::string_view place = places.at(is_next ? 0 : static_cast<std::size_t>(pattern[1] - '0'));
        text += russian_in(kinds, place).value_or(trimmed(place));
        pattern.remove_prefix(is_next ? 2 : 3);
    }
    return text;
}

std::optional<std::string> russian_reason(std::string_view reason) {
    for (const Words& words : reasons) {
        if (const auto places = fitted(words.english, reason)) {
            return filled(words.russian, *places);
        }
    }
    return std::nullopt;
}

std::string russian_of(std::string_view description) {
    constexpr std::string_view begin = "Error while parsing ";
    const std::size_t colon = description.find(": ");
    const bool has_scope = description.starts_with(begin) && colon != std::string_view::npos;
    const auto scope =
        has_scope ? russian_in(scopes, description.substr(begin.size(), colon - begin.size())) : std::nullopt;
    const std::string place = scope ? "в " + std::string(*scope) + ": " : "";
    const auto reason = russian_reason(has_scope ? description.substr(colon + 2) : description);
    return reason ? place + *reason : place + "это не TOML (" + std::string(description) + ")";
}

}  // namespace

std::string told_in_both_languages(std::string_view description) {
    return in_both_languages(russian_of(description), description);
}

}  // namespace obmen::config
