#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/finding.hpp"

namespace obmen::arrival {

/// What a private copy of an export file holds.
struct FileContent {
    enum class Verdict : std::uint8_t {
        whole,       ///< proven from its content
        unfinished,  ///< breaks off, and may have been copied before its end
        damaged      ///< cannot be used, whatever may still come
    };
    Verdict verdict = Verdict::whole;
    std::optional<Finding> fault{};  ///< unless whole

    bool classifier = false;
    bool catalogue = false;
    bool offers = false;
    bool contragents = false;
    bool documents = false;
    bool has_halves = false;  ///< of a format that comes as goods and offers apart
    std::string catalogue_id{};  ///< Каталог/Ид or ПакетПредложений/ИдКаталога; empty: none
    std::string formed_at{};  ///< ДатаФормирования as written
    /// picture_key() of every Картинка, sorted; each once.
    std::vector<std::uint64_t> pictures{};
    bool wants_all_pictures = false;  ///< it names more than are kept in `pictures`
};

/// A picture's path, however it is written (`\`, case), as a number; nothing for addresses and for paths that
/// lead out of the package.
[[nodiscard]] std::optional<std::uint64_t> picture_key(std::string_view path);

/// Classifiers, catalogues, offers, contragents, documents, other: the order in which packages are taken.
[[nodiscard]] int dependency_rank(const FileContent& content);

/// Knows what is in export files; arrival does not.
class ContentReader {
  public:
    enum class Depth : std::uint8_t { whole, head };

    ContentReader() = default;
    virtual ~ContentReader() = default;
    ContentReader(const ContentReader&) = delete;
    ContentReader& operator=(const ContentReader&) = delete;

    /// Reads a private copy, in bounded memory: all of it, or only as far as needed to know what it is, when
    /// it was formed and of which catalogue. \param name for findings
    /// Throws SYS-FILE (temporary) if it cannot be read now.
    [[nodiscard]] virtual FileContent read(const std::filesystem::path& copy, const std::string& name,
                                           Depth depth) = 0;
};

}  // namespace obmen::arrival
