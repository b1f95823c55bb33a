#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

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

/// What can be told of a Товар or Предложение before its fields are read.
struct RecordOutline {
    bool is_offer = false;
    std::string id;                     ///< as the record would have it
    Text barcode;                       ///< Штрихкод
    std::vector<std::string> pictures;  ///< Картинка: paths, none empty
    Place place;
    std::uint64_t raw_hash = 0;  ///< as in LocatedRecord
};

/// \returns true if the record need not be read: it is not given then.
using PassOver = std::function<bool(const RecordOutline&)>;

/// One file as a stream of records, whatever its format.
class RecordSource {
  public:
    virtual ~RecordSource() = default;

    /// The next record; nothing once the file has been read to its end and is proven whole. Throws
    /// obmen::Error (bad_input) with a fatal finding as soon as the file is seen to be unusable: records
    /// given before that must not be acted upon.
    [[nodiscard]] virtual std::optional<LocatedRecord> next() = 0;

    /// Asks before it reads the fields of a Товар or Предложение. Sources that cannot tell a record before
    /// they have read it never ask.
    virtual void ask_before_reading(PassOver /*pass_over*/) {}  // NOLINT(performance-unnecessary-value-param)
    /// True if the outline of the record last given says all there is to be said of it beside its fields: a
    /// record of the same raw hash means the same.
    [[nodiscard]] virtual bool is_told_by_outline() const { return false; }

    [[nodiscard]] virtual const FileFacts& facts() const = 0;
    /// What has been seen so far.
    [[nodiscard]] virtual const FileKind& kind() const = 0;
};

}  // namespace obmen::commerceml
