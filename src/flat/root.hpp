#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commerceml/reader.hpp"
#include "flat/mapping.hpp"
#include "flat/row.hpp"

namespace obmen::flat {

/// What a file's root says of itself.
struct Root {
    std::string name;  ///< local name
    std::string tag;   ///< the start tag as written
    Row attributes;    ///< those without a prefix
};

/// The root of a file; nothing where the file is at fault before it ends: reading the file will say how.
/// Leaves the input anywhere: rewind() it before reading. Throws what the input throws.
[[nodiscard]] std::optional<Root> peek_root(commerceml::Input& input,
                                            const commerceml::ReaderLimits& limits = {});

/// True if the mapping is for files with this root.
[[nodiscard]] bool fits(const FlatMapping& mapping, const std::string& root_name, const Row& root_attributes);

/// True if one of the mappings is for files with this root, and no format that obmen knows by itself has it.
[[nodiscard]] bool fits(const std::vector<FlatMapping>& mappings, const Root& root);

/// What files of these mappings hold: decides the reading order of a package's files.
[[nodiscard]] commerceml::FileKind kind_of(const std::vector<FlatMapping>& mappings, const Root& root);

}  // namespace obmen::flat
