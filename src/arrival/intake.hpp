#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "support/clock.hpp"
#include "support/file.hpp"
#include "support/finding.hpp"

namespace obmen::arrival {

/// A file of a package, privately owned: complete, fsynced, hashed.
struct SpooledFile {
    /// As it arrived, relative to the package (UTF-8, forward slashes): for people, never a local path.
    std::string name;
    std::string spool_name;  ///< file name in the package's spool directory: `0001.xml`, …
    std::uint64_t size = 0;
    std::string sha256;
};

/// What an export is made of once obmen owns it.
struct SpooledPackage {
    std::string id;                   ///< new_package_id()
    std::string source;               ///< what was named: paths, for people
    std::filesystem::path directory;  ///< spool directory of this package, mode 0700
    /// XML files in natural name order; reading order is decided by content later.
    std::vector<SpooledFile> files;
    /// Pictures and everything else that came along, by name.
    std::vector<std::string> other_files;
    /// Copies of those of `other_files` that are pictures, where they were asked for: `p00001`, …
    std::vector<SpooledFile> pictures{};
    /// Warnings: what a folder holds that was left because it is no regular file (PKG-NOT-REGULAR).
    std::vector<Finding> notes{};
};

/// What arrived could not be taken whole, but enough of it to answer: bytes that could be kept are in the
/// spool, and `fault` says why.
struct RejectedArrival {
    SpooledPackage package;  ///< with the archive itself as its only file
    Finding fault;
};

/// Limits of an archive, counted on real bytes (reference exchange.md rows 66–70).
struct ArchiveLimits {
    std::uint64_t entries = 100'000;
    std::uint64_t total_bytes = std::uint64_t{20} << 30U;  ///< of all entries that are unpacked
    /// Uncompressed to compressed, once an entry is over 1 MiB. Held for the archive as a whole too, so that
    /// entries which share their compressed bytes gain nothing.
    std::uint64_t ratio = 200;
    /// Bytes that unpacking must leave free on the disk, by what the entries claim to hold.
    std::uint64_t keep_free = 0;
};

/// Whether pictures are copied too: who only looks at a package does not need their bytes.
enum class PictureCopies : std::uint8_t { none, all };

struct Intake {
    std::vector<SpooledPackage> packages;
    std::vector<RejectedArrival> rejected;
    /// Held until the packages are recorded: nobody sweeps their directories away meanwhile (see
    /// SpoolDirectory).
    std::vector<FileDescriptor> locks{};
};

/// Takes files, folders and zip archives named by hand into the spool: every folder and every archive is a
/// package of its own, in the order they were named, all loose files together are one, the last. Archives
/// inside a folder (`*.zip` with XML in them) are packages of their own, after the folder's own files. The
/// originals are only read. Each copy is on disk (file and directory fsynced) when this returns. All named
/// paths are looked at before anything is copied.
///
/// Folders are walked without following symbolic links; XML files are `*.xml` in any case; hidden and
/// temporary names (is_left_alone), hidden folders and the spool itself are
/// left. A symbolic link named by hand stands for its target; what is named twice is taken once. Loose files
/// are taken whatever their name, and are called by as much of their path as tells them apart. Zip archives
/// are known by their first bytes. Archive entries: back-slashes are separators, names are UTF-8 or cp866,
/// directories and non-XML entries are listed only, and not read. Rejected: absolute names, drive letters and
/// `..` (PKG-ZIP-NAME), CRC errors, truncation and other damage (PKG-ZIP), encryption (PKG-ZIP-ENCRYPTED),
/// two XML entries of one name (PKG-ZIP-TWICE), exceeded limits (PKG-ZIP-LIMIT, PKG-ZIP-ENTRIES), no XML
/// (PKG-EMPTY). A picture that cannot be unpacked is a note (PKG-PICTURE) and costs nothing but itself.
///
/// Throws SYS-FILE (temporary) if something named cannot be read, PKG-CHANGED (temporary) if it changed
/// meanwhile, PKG-NOT-REGULAR (bad_input) for a named device or pipe, PKG-EMPTY (bad_input) if a folder holds
/// no XML file: nothing of the call is left in the spool then.
[[nodiscard]] Intake take_in(const std::vector<std::filesystem::path>& named,
                             const std::filesystem::path& spool, const ArchiveLimits& limits = {},
                             PictureCopies pictures = PictureCopies::none);

/// Removes what runs that were killed have left half-made in `spool`, but no package that a source is making
/// right now. Only for the owner of the state directory, while no take_in runs. Throws SYS-FILE (temporary).
void sweep_spool(const std::filesystem::path& spool);

}  // namespace obmen::arrival
