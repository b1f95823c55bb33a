#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "endpoint/endpoint.hpp"
#include "support/error.hpp"

namespace obmen::arrival {

/// What a source shows of a file is what it showed before: as far as both looks can tell.
[[nodiscard]] bool is_same_file(const endpoint::Entry& left, const endpoint::Entry& right);

/// What became of an attempt to copy a file.
struct FetchedFile {
    enum class Result : std::uint8_t {
        copied,
        changed,  ///< it is another one than was listed, or became one meanwhile
        gone
    };
    Result result = Result::copied;
    std::uint64_t size = 0;
    std::string sha256{};
};

/// Copies a file of a source to `target`, which is on disk (file and directory) when this returns `copied`.
/// The source must show the same before and after as when it was listed; else nothing is left of the copy: a
/// reader sees a clean end on a file that still grows (reference exchange.md §1.2). One that is gone after
/// all of its bytes had been read is `copied`. Throws as Endpoint::fetch().
[[nodiscard]] FetchedFile fetch_durably(endpoint::Endpoint& source, const endpoint::Entry& listed,
                                        const std::filesystem::path& target);

/// True for what a source says of one file alone: others may still be had.
[[nodiscard]] bool concerns_one_file(const Error& error);

/// The directory in which private copies wait until they are in a package. Names are ours: `000001`, …
class Landing {
  public:
    /// Made if need be. Throws SYS-FILE (temporary).
    explicit Landing(std::filesystem::path directory);

    /// Removes what nobody knows of: copies that were cut off, and those whose package is made.
    void sweep(const std::set<std::string>& known);
    [[nodiscard]] std::string new_name();
    [[nodiscard]] std::filesystem::path path_of(const std::string& copy) const { return m_directory / copy; }
    /// A copy that is not there is no failure; one that cannot be removed goes at the next start.
    void remove(const std::string& copy) noexcept;

  private:
    std::filesystem::path m_directory;
    std::uint64_t m_next = 1;
};

/// Gives a private copy a second name in another directory of ours, without copying where the disk allows
/// that. \pre the copy is on disk. The new name is, once its directory is fsynced.
void link_or_copy(const std::filesystem::path& copy, const std::filesystem::path& target);

}  // namespace obmen::arrival
