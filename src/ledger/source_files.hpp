#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/message.hpp"

namespace obmen::ledger {

/// A row of source_file: a file that a source shows, and what has become of it.
struct SourceFile {
    std::string name;  ///< bytes as the source has them
    std::uint64_t size = 0;
    std::optional<UtcTime> modified{};
    std::string identity{};
    UtcTime first_seen{};
    UtcTime still_since{};
    int state = 0;  ///< arrival::SourceFileState
    std::uint64_t attempts = 0;
    std::string copy{};
    std::string sha256{};
    std::string package{};
    std::optional<Message> reason{};
};

struct SourceFileTotals {
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
};

/// The files of one source. Each call is one transaction unless the caller holds one.
class SourceFiles {
  public:
    SourceFiles(Database& database, std::string source) : m_database(database), m_source(std::move(source)) {}

    [[nodiscard]] std::vector<SourceFile> all() const;
    void put(const SourceFile& file);
    void forget(const std::string& name);
    /// Packages whose files are to be taken anew, each said once.
    [[nodiscard]] std::vector<std::string> take_forgotten();
    /// Packages that its files are in, and that have ended: applied, rejected or superseded with a receipt
    /// written, or a repeat.
    [[nodiscard]] std::vector<std::string> ended_packages() const;
    /// Files of its packages that have not ended, and their bytes.
    [[nodiscard]] SourceFileTotals in_unfinished_packages() const;

  private:
    Database& m_database;
    std::string m_source;
};

/// A private copy of a source's file that is in no package yet.
struct SourceCopy {
    std::string source;
    std::string copy;  ///< its name in the source's landing directory
};
[[nodiscard]] std::vector<SourceCopy> copies_in_no_package(Database& database);

/// Files of a source that its packages are done with, and that could not be put away.
struct FilesLeftBehind {
    std::string source;
    std::uint64_t files = 0;
    std::string first;  ///< name as the source has it
    Message reason;     ///< why that one is still there
    UtcTime since{};    ///< when the first of their packages ended
};
/// By source. Looks at the files that sources still show.
[[nodiscard]] std::vector<FilesLeftBehind> files_left_behind(Database& database);

/// Has this catalogue been read before, in any package of the source system?
[[nodiscard]] bool knows_catalogue(Database& database, const std::string& source_system,
                                   const std::string& catalogue_id);

}  // namespace obmen::ledger
