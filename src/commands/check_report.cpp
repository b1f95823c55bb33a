#include "commands/check_report.hpp"

#include <algorithm>
#include <array>

namespace obmen::commands {

namespace {

/// CommerceML's names of the records, in the order of commerceml::Record.
constexpr std::array<std::string_view, std::variant_size_v<commerceml::Record>> record_names{
    "Классификатор", "Группа", "Свойство",         "ЕдиницаИзмерения", "ТипЦены",    "Склад",
    "Каталог",       "Товар",  "ПакетПредложений", "Предложение",      "Контрагент", "Документ"};

}  // namespace

void FileReport::take(const Finding& finding) {
    readable = readable && finding.severity != Severity::fatal;
    row_errors += finding.severity == Severity::row_error ? 1 : 0;
    warnings += finding.severity == Severity::warning ? 1 : 0;
}

std::vector<std::pair<std::string, std::uint64_t>> FileReport::counted_records() const {
    std::vector<std::pair<std::string, std::uint64_t>> counted;
    for (std::size_t i = 0; i < record_names.size(); ++i) {
        if (records.at(i) > 0) {
            counted.emplace_back(record_names.at(i), records.at(i));
        }
    }
    return counted;
}

ExitCode FileReport::exit() const {
    return !readable ? ExitCode::rejected : row_errors > 0 ? ExitCode::with_errors : ExitCode::applied;
}

void CheckTotals::add(const FileReport& report) {
    ++files;
    row_errors += report.row_errors;
    warnings += report.warnings;
    const auto counted = report.counted_records();
    for (const auto& [kind, count] : counted) {
        records[kind] += count;
    }
    readable = readable && report.readable;
    exit = std::max(exit, report.exit());
}

std::string_view encoding_name(commerceml::Encoding encoding) {
    switch (encoding) {
        case commerceml::Encoding::utf8:
            return "UTF-8";
        case commerceml::Encoding::windows1251:
            return "windows-1251";
        case commerceml::Encoding::utf16_little:
            return "UTF-16LE";
        case commerceml::Encoding::utf16_big:
            return "UTF-16BE";
    }
    return "";
}

std::string_view schema_name(checks::CommercemlSchema schema) {
    return schema == checks::CommercemlSchema::version_2 ? "2" : "3.1";
}

}  // namespace obmen::commands
