#pragma once

#include "arrival/content.hpp"
#include "config/settings.hpp"
#include "exchange/record_source.hpp"

namespace obmen::exchange {

/// What is in an export file. Throws SYS-FILE (temporary) if it cannot be read now.
[[nodiscard]] arrival::FileContent content_of(const std::filesystem::path& copy, const std::string& name,
                                              arrival::ContentReader::Depth depth,
                                              const RecordSources& sources);

/// What is in export files, by the readers that read them later.
class ExportContentReader : public arrival::ContentReader {
  public:
    /// Throws as RecordSources.
    explicit ExportContentReader(const config::Settings& settings) : m_sources(settings) {}

    [[nodiscard]] arrival::FileContent read(const std::filesystem::path& copy, const std::string& name,
                                            Depth depth) override {
        return content_of(copy, name, depth, m_sources);
    }

  private:
    RecordSources m_sources;
};

}  // namespace obmen::exchange
