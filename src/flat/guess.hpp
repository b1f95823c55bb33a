#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/reader.hpp"
#include "flat/mapping.hpp"
#include "flat/survey.hpp"
#include "support/message.hpp"

namespace obmen::flat {

/// What a person must look at before a proposed mapping is used.
enum class Doubt : std::uint8_t {
    no_key,            ///< no column is filled in every row and different in each: key is the likeliest one
    no_name,           ///< no column looks like a name
    kind_unclear,      ///< nothing tells products from contragents: taken for products
    groups_elsewhere,  ///< groups are named by an Ид or code that no row of this file has: told, but no
                       ///< reason for distrust
    groups_around      ///< the rows stand inside their groups, which a mapping cannot read: likewise
};

/// One kind of row of the file and what it was taken for.
struct GuessedKind {
    RowKind rows;
    bool mapped = false;  ///< false: not understood, `mapping` means nothing
    FlatMapping mapping;
    std::vector<Source> reasons;   ///< columns that decided what the rows are
    std::vector<Source> unplaced;  ///< columns that the mapping does not use
    std::vector<Doubt> doubts;
};

struct Guess {
    std::string root;
    std::vector<GuessedKind> kinds;  ///< in the order of the file; at least one is mapped

    /// Nothing that would make the mapping useless is in doubt.
    [[nodiscard]] bool is_certain() const;
    [[nodiscard]] std::vector<FlatMapping> mappings() const;
};

/// Proposes a mapping for a file by the names of its columns (known_names.hpp) and by the values of the first
/// thousand rows. The whole file is read, in bounded memory. Throws obmen::Error (bad_input): XML-…,
/// CML-FOREIGN, FLAT-COMMERCEML, FLAT-NOTHING-FOUND.
[[nodiscard]] Guess guess(commerceml::Input& input, const std::string& file_name,
                          const commerceml::ReaderLimits& limits = {});

/// The guess as a mapping file: what load_mappings() reads, with comments that say what was seen, what could
/// not be placed and what to look at.
[[nodiscard]] std::string mapping_text(const Guess& guess, const std::string& file_name, Language language);

}  // namespace obmen::flat
