#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "commerceml/record_source.hpp"
#include "commerceml/records.hpp"
#include "support/file.hpp"
#include "support/finding.hpp"

namespace obmen::commerceml {

/// Where a file's bytes come from, in order. Implementations throw obmen::Error when reading fails.
class Input {
  public:
    virtual ~Input() = default;
    /// Up to `size` bytes into `buffer`; 0 only at the end.
    virtual std::size_t read(char* buffer, std::size_t size) = 0;
    /// Back to the first byte. Called only where the encoding cannot be told from the beginning of the file.
    virtual void rewind() = 0;
};

class FileInput : public Input {
  public:
    explicit FileInput(const std::filesystem::path& path);
    FileInput(const FileInput&) = delete;
    FileInput& operator=(const FileInput&) = delete;
    std::size_t read(char* buffer, std::size_t size) override;
    void rewind() override;

  private:
    FileDescriptor m_file;
    std::filesystem::path m_path;
};

/// Bytes that are in memory already (tests, fuzzing). Does not own them.
class MemoryInput : public Input {
  public:
    explicit MemoryInput(std::string_view bytes) : m_bytes(bytes) {}
    std::size_t read(char* buffer, std::size_t size) override;
    void rewind() override { m_at = 0; }

  private:
    std::string_view m_bytes;
    std::size_t m_at = 0;
};

/// A file that trips one of these is refused in bounded memory.
struct ReaderLimits {
    std::size_t depth = 64;                             ///< nesting of elements outside the group tree
    std::size_t group_depth = 10'000;                   ///< nesting of Группа
    std::size_t attributes = 64;                        ///< per element
    std::size_t name_bytes = std::size_t{1} << 20U;     ///< one name or attribute value
    std::size_t record_bytes = std::size_t{16} << 20U;  ///< one record element
    std::size_t record_elements = 500'000;              ///< inside one record element
};

/// Reads one CommerceML file as a stream of records, in bounded memory.
///
/// The file is a frame of few elements around long lists. The frame is followed by a strict tokenizer of
/// XML 1.0 without DTDs (UTF-8 validity, legal characters, references, unique quoted attributes, comments,
/// nesting, one root, nothing around it); each record element is cut out and written down by the same
/// tokenizer as an ElementTree, from which its fields are read. Elements are known by their local name,
/// whatever the prefix, the namespace or the version says.
///
/// Throws obmen::Error (bad_input) with a fatal finding — code XML-…, CML-ROOT or CML-FOREIGN, file, line and
/// column — as soon as the file is seen to be unusable. Records given before that must not be acted upon
/// until the end has been reached.
class RecordReader : public RecordSource {
  public:
    /// `file_name` is what findings name. `warnings` takes warnings; both must outlive the reader.
    RecordReader(Input& input, std::string file_name, const FindingSink& warnings,
                 const ReaderLimits& limits = {});
    /// A sink that would be gone before the first warning.
    RecordReader(Input& input, std::string file_name, FindingSink&& warnings,
                 const ReaderLimits& limits = {}) = delete;
    ~RecordReader() override;
    RecordReader(const RecordReader&) = delete;
    RecordReader& operator=(const RecordReader&) = delete;

    /// The next record; nothing once the closing root tag, and nothing but white space and comments after it,
    /// has been read: only then is the file proven whole.
    [[nodiscard]] std::optional<LocatedRecord> next() override;
    void ask_before_reading(PassOver pass_over) override;
    [[nodiscard]] bool is_told_by_outline() const override;

    [[nodiscard]] const FileFacts& facts() const override;
    /// What has been seen under the root so far.
    [[nodiscard]] const FileKind& kind() const override;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

/// What stands under the root of the file, read only as far as needed to know the file's place in the reading
/// order: to the first Товар, Предложение, Контрагент or Документ. Malformed files give what was seen before
/// the fault: the fault itself is found when the file is read. Leaves the input anywhere: rewind() it before
/// reading.
[[nodiscard]] FileKind peek_kind(Input& input, const ReaderLimits& limits = {});

}  // namespace obmen::commerceml
