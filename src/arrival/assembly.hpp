#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/content.hpp"
#include "support/clock.hpp"

/// Which files of a source make one package (reference commerceml.md §3, §13). Pure: knows no disk.
namespace obmen::arrival {

/// What the name of an export file tells of the set it belongs to.
struct SetName {
    std::string folder;  ///< where it lies; of a packet's files: where the folders of its packets lie
    std::string word;    ///< `import`, `offers`, `prices`, … in lower case; empty: no word of an export
    /// `0` of `import0_1`, `1` of `import1` and of `goods/1/`, empty for a plain `import.xml`.
    std::string number;
    bool is_packet = false;  ///< of the Bitrix module: `goods/1/import.xml`, `goods/goods_1_5_GUID.xml`
    bool is_exact = false;   ///< the name says it all: files of one folder and number belong together

    /// Equal for files whose names say that they belong together. Empty unless is_exact.
    [[nodiscard]] std::string key() const;
};
/// \param shown relative to the source, UTF-8
[[nodiscard]] SetName set_name_of(std::string_view shown);

/// A private copy that is whole (or damaged for good) and waits for its package.
struct AssemblyFile {
    std::string shown;
    const FileContent* content = nullptr;
    bool is_archive = false;  ///< a package of its own
};

/// Files of one package, as indexes into what was given, in natural order of their names.
using FileGroup = std::vector<std::size_t>;

/// Sorts files into packages:
/// * an archive, a damaged file, a format without halves: each its own;
/// * a packet of the Bitrix module, and files of one folder whose names have the same number (`import0_1`,
///   `import0_2`, `offers0_1`), whatever they hold, if they were formed within half an hour;
/// * `import.xml` and `offers.xml` of one folder, and goods and offers of one catalogue in one folder formed
///   within half an hour: each kind once, the oldest first, so that of three price files each is its own.
///   A file that has both lacks nothing: it is its own. Nothing is joined across the time of another of its
///   catalogue: it would be taken behind that one, and undo it;
/// * contragents and documents: each their own, unless a number ties them to a set.
[[nodiscard]] std::vector<FileGroup> grouped(const std::vector<AssemblyFile>& files);

/// What a package is, for its place in the order.
struct GroupFacts {
    int rank = 0;             ///< the least dependency_rank() of its files
    std::string formed_at{};  ///< the latest of its files; compared as text
    std::string name{};       ///< of its first file
    std::string catalogue_id{};
    bool catalogue = false;
    bool offers = false;

    /// Takes what one of its files holds into account.
    void add(const FileContent& content);
};

/// Would what `later` says be undone by `earlier`, of the same catalogue and formed before it, if that were
/// taken after it?
[[nodiscard]] bool must_follow(const GroupFacts& later, const GroupFacts& earlier);

/// The order in which packages are taken: by what they depend on, then by the time they were formed, then by
/// name. But what was formed later never goes before what it would be overwritten by: of two packages of one
/// catalogue that both have offers, or goods, the older one goes first. \returns indexes
[[nodiscard]] std::vector<std::size_t> in_taking_order(const std::vector<GroupFacts>& packages);

/// ДатаФормирования as seconds, to compare; nothing where it is no date. Takes `2021-05-11T18:15:17`,
/// `2021-05-11 18:15:17`, `2021-05-11`, with one-digit hours too (reference commerceml.md §15.13).
[[nodiscard]] std::optional<std::int64_t> formed_seconds(std::string_view formed_at);

}  // namespace obmen::arrival
