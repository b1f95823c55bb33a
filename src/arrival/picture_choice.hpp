#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "arrival/tracked_files.hpp"

namespace obmen::arrival {

/// A picture of the source that comes along with a package.
struct ChosenPicture {
    TrackedFile* file = nullptr;
    std::string name;  ///< within the package
};

/// The pictures that one listing shows, to be found by what export files call them. A Картинка is relative to
/// the folder of its file or to one above it (reference commerceml.md §3, §6).
class PictureChoice {
  public:
    /// `files` must outlive the object, and not change while it is used.
    explicit PictureChoice(TrackedFiles& files) : m_files(files) {}

    /// The pictures that these files name, in natural order; empty ones are left out. Names are such that
    /// PackagePictures finds them.
    [[nodiscard]] std::vector<ChosenPicture> named_by(const std::vector<TrackedFile*>& members);

  private:
    struct Place {
        TrackedFile* file = nullptr;
        std::size_t above = 0;  ///< where the path that was hashed begins in its name
    };
    void index();
    using Chosen = std::map<std::string, TrackedFile*>;  ///< by name within the package
    static void choose(const TrackedFile& member, const Place& place, Chosen& chosen);

    TrackedFiles& m_files;
    std::optional<std::unordered_multimap<std::uint64_t, Place>> m_by_key;
};

}  // namespace obmen::arrival
