#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "commerceml/reader.hpp"
#include "flat/columns.hpp"

namespace obmen::flat {

/// Rows with one path, as the first of them show them.
struct RowKind {
    std::string path;
    std::uint64_t rows = 0;         ///< in the whole file
    std::size_t read = 0;           ///< looked at
    std::vector<Column> columns{};  ///< in the order of the file

    [[nodiscard]] const Column* find(std::string_view source) const;
};

struct Survey {
    std::string root;
    std::vector<RowKind> kinds;  ///< in the order of the file
};

/// Reads a file through to its end and looks at the first thousand rows of each kind. Elements that hold
/// nothing but other elements (Товары around Товар) are looked into, however deep. Memory: one row and the
/// columns. Throws obmen::Error (bad_input): XML-…, CML-FOREIGN, FLAT-COMMERCEML, FLAT-NOTHING-FOUND.
[[nodiscard]] Survey survey(commerceml::Input& input, const std::string& file_name,
                            const commerceml::ReaderLimits& limits = {});

}  // namespace obmen::flat
