#pragma once

#include "arrival/content.hpp"
#include "config/settings.hpp"
#include "exchange/record_source.hpp"

namespace obmen::exchange {

/// What is in export files, by the readers that read them later.
class ExportContentReader : public arrival::ContentReader {
  public:
    /// Throws as RecordSources.
    explicit ExportContentReader(const config::Settings& settings) : m_sources(settings) {}

    [[nodiscard]] arrival::FileContent read(const std::filesystem::path& copy, const std::string& name,
                                            Depth depth) override;

  private:
    RecordSources m_sources;
};

}  // namespace obmen::exchange
