#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace obmen::tests {

/// A receipt as 1C would see it.
struct ReceiptView {
    struct Row {
        std::string kind;       ///< Вид
        std::string id;         ///< Ид
        std::string action;     ///< Действие
        std::string remote_id;  ///< ИдВБитрикс24
        std::string code;       ///< Код
        std::string line;       ///< Строка
        std::string text;
    };
    std::string state;  ///< Состояние
    std::vector<Row> objects;
    std::vector<Row> findings;                                 ///< Замечание
    std::map<std::string, std::map<std::string, int>> totals;  ///< Вид → counter → number

    [[nodiscard]] const Row* find(const std::string& kind, const std::string& id) const;
    [[nodiscard]] int count(const std::string& kind, const std::string& action) const;
    [[nodiscard]] bool has_code(const std::string& code) const;
};

/// Reads and validates a receipt; throws std::runtime_error if it is no valid receipt.
[[nodiscard]] ReceiptView read_receipt(const std::filesystem::path& path);

/// All receipts in a directory, the oldest first.
[[nodiscard]] std::vector<std::filesystem::path> receipts_in(const std::filesystem::path& directory);

}  // namespace obmen::tests
