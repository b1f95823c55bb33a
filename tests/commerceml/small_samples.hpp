#pragma once

#include <string>
#include <vector>

namespace obmen::commerceml {

/// A whole, well-formed export.
struct Sample {
    std::string label;  ///< letters, digits and underscores
    std::string bytes;
};

/// Short exports, one for every kind of record with everything in it that is read, one with all the markup
/// that XML has, and some of them in the other encodings.
[[nodiscard]] std::vector<Sample> inline_samples();

/// The files of samples/ that are whole.
[[nodiscard]] std::vector<Sample> sample_files();

/// Both.
[[nodiscard]] std::vector<Sample> small_samples();

/// An export of about `size` bytes: groups, then products.
[[nodiscard]] std::string long_sample(std::size_t size);

/// Where the closing tag of the root ends, in bytes, whatever the encoding.
[[nodiscard]] std::size_t end_of_root(const std::string& bytes);

}  // namespace obmen::commerceml
