#pragma once

#include <memory>
#include <string>
#include <vector>

#include "commerceml/reader.hpp"
#include "commerceml/record_source.hpp"
#include "flat/mapping.hpp"

namespace obmen::commands {

/// The reader for a file, chosen by its root element: CommerceML and the foreign formats that it names go to
/// commerceml::RecordReader, everything else to flat::FlatReader where there are mappings. `input`, which
/// stands at its first byte, and `warnings` must outlive the source.
[[nodiscard]] std::unique_ptr<commerceml::RecordSource> open_source(
    commerceml::Input& input, const std::string& file_name, const FindingSink& warnings,
    const std::vector<flat::FlatMapping>& mappings);

/// What a file holds, whatever its format: its place in the reading order. Leaves the input anywhere.
[[nodiscard]] commerceml::FileKind peek_source_kind(commerceml::Input& input,
                                                    const std::vector<flat::FlatMapping>& mappings);

}  // namespace obmen::commands
