#pragma once

#include <memory>
#include <string>
#include <vector>

#include "arrival/intake.hpp"
#include "commerceml/reader.hpp"
#include "commerceml/record_source.hpp"
#include "config/settings.hpp"
#include "flat/mapping.hpp"
#include "flat/root.hpp"

namespace obmen::exchange {

/// How files are read under some settings: the formats, chosen by the root element, and the limits.
class RecordSources {
  public:
    /// Loads the mapping files that the settings name. Throws their errors (bad_config).
    explicit RecordSources(const config::Settings& settings);

    /// CommerceML and the foreign formats that it names go to commerceml::RecordReader, everything else to
    /// flat::FlatReader where there are mappings. `input`, which stands at its first byte, and `warnings`
    /// must outlive the source.
    [[nodiscard]] std::unique_ptr<commerceml::RecordSource> open(commerceml::Input& input,
                                                                 const std::string& file_name,
                                                                 const FindingSink& warnings) const;

    /// What a file holds, whatever its format: its place in the reading order. Leaves the input anywhere.
    [[nodiscard]] commerceml::FileKind kind_of(commerceml::Input& input) const;

    /// True for what open() does not give to the flat reader. Rewinds the input.
    [[nodiscard]] bool is_commerceml(commerceml::Input& input) const;

  private:
    [[nodiscard]] std::optional<flat::Root> flat_root(commerceml::Input& input) const;

    std::vector<flat::FlatMapping> m_mappings;
    commerceml::ReaderLimits m_limits;
};

/// What the settings say of archives.
[[nodiscard]] arrival::ArchiveLimits archive_limits(const config::LimitSettings& limits);

}  // namespace obmen::exchange
