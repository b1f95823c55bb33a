#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "commerceml/records.hpp"

namespace obmen::commerceml {

enum class Encoding : std::uint8_t { utf8, windows1251, utf16_little, utf16_big };

/// What is known of a file before and beside its records. Complete once the first record, or the end, has
/// been read.
struct FileFacts {
    Encoding encoding = Encoding::utf8;
    std::string declared_encoding;  ///< as written in the XML declaration, empty if absent
    std::string schema_version;     ///< ВерсияСхемы of the root, empty if absent
    std::string namespace_uri;      ///< of the root, empty if none
    std::string formed_at;  ///< ДатаФормирования as written: not reliably a date (reference §4)
};

/// What stands directly under the root: decides the reading order of a package's files, never by name
/// (reference §3).
struct FileKind {
    bool classifier = false;
    bool catalogue = false;
    bool offers = false;
    bool contragents = false;
    bool documents = false;
};

/// One file as a stream of records, whatever its format.
class RecordSource {
  public:
    virtual ~RecordSource() = default;

    /// The next record; nothing once the file has been read to its end and is proven whole. Throws
    /// obmen::Error (bad_input) with a fatal finding as soon as the file is seen to be unusable: records
    /// given before that must not be acted upon.
    [[nodiscard]] virtual std::optional<LocatedRecord> next() = 0;

    [[nodiscard]] virtual const FileFacts& facts() const = 0;
    /// What has been seen so far.
    [[nodiscard]] virtual const FileKind& kind() const = 0;
};

}  // namespace obmen::commerceml
