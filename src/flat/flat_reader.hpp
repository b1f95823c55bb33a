#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "commerceml/reader.hpp"
#include "commerceml/record_source.hpp"
#include "flat/mapping.hpp"

namespace obmen::flat {

/// Reads one flat dump as a stream of records, in bounded memory: a row at a time, and all groups.
///
/// Order: the groups of the file, every parent before its children; then, for each mapping, its price types
/// and properties before its first row; then the rows in the order of the file, an offer right after its
/// product. To know the groups first, a file whose mapping can give groups is read twice.
///
/// Of several mappings with the same path, the one counts whose sources the first row of that path has most
/// of; of equals the first. That is settled once per file.
///
/// Throws obmen::Error (bad_input) with a fatal finding: XML-… as for CommerceML, CML-FOREIGN,
/// FLAT-NO-MAPPING where no mapping is for this root, FLAT-NO-ROWS where the root holds elements but none
/// that a mapping knows. Warns of XML-ENCODING-DECLARED and FLAT-SOURCES-UNSEEN.
class FlatReader : public commerceml::RecordSource {
  public:
    /// `file_name` is what findings name. `input`, which stands at its first byte, and `warnings` must
    /// outlive the reader.
    FlatReader(commerceml::Input& input, std::string file_name, std::vector<FlatMapping> mappings,
               const FindingSink& warnings, const commerceml::ReaderLimits& limits = {});
    /// A sink that would be gone before the first warning.
    FlatReader(commerceml::Input& input, std::string file_name, std::vector<FlatMapping> mappings,
               FindingSink&& warnings, const commerceml::ReaderLimits& limits = {}) = delete;
    ~FlatReader() override;
    FlatReader(const FlatReader&) = delete;
    FlatReader& operator=(const FlatReader&) = delete;

    [[nodiscard]] std::optional<commerceml::LocatedRecord> next() override;
    [[nodiscard]] const commerceml::FileFacts& facts() const override;
    [[nodiscard]] const commerceml::FileKind& kind() const override;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::flat
