#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "flat/mapping.hpp"

namespace obmen::flat {

/// What the rows looked at say about one source. Memory: a hash for each of the rows, three examples.
struct Column {
    Source source;
    std::size_t present = 0;  ///< rows that have it
    std::size_t filled = 0;   ///< rows where it is not empty
    std::size_t numbers = 0;  ///< filled ones that are numbers, and so on
    std::size_t dates = 0;
    std::size_t booleans = 0;
    std::size_t guids = 0;
    std::size_t barcodes = 0;     ///< 8 or 13 digits with a valid check digit
    std::size_t tax_numbers = 0;  ///< valid ИНН
    std::size_t emails = 0;
    std::size_t phones = 0;
    std::unordered_set<std::uint64_t> distinct{};  ///< hashes of folded values
    std::vector<std::string> examples{};           ///< up to three different ones

    /// Takes the value of one row.
    void take(const std::string& text);

    /// Filled in all of `rows`, and nowhere the same.
    [[nodiscard]] bool is_key_of(std::size_t rows) const {
        return rows > 0 && filled == rows && distinct.size() == rows;
    }
    /// At least four fifths of what is filled.
    [[nodiscard]] bool is_mostly(std::size_t Column::*what) const {
        return filled > 0 && this->*what * 5 >= filled * 4;
    }
    /// How many of `other`'s values stand in this column.
    [[nodiscard]] std::size_t covered(const Column& other) const;
};

[[nodiscard]] bool is_guid(std::string_view text);
/// EAN-13 or EAN-8 with a valid check digit.
[[nodiscard]] bool is_barcode(std::string_view text);

}  // namespace obmen::flat
