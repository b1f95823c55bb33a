#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "arrival/assembly.hpp"
#include "arrival/landing.hpp"
#include "arrival/picture_choice.hpp"
#include "arrival/source_memory.hpp"
#include "arrival/spool.hpp"
#include "arrival/tracked_files.hpp"
#include "endpoint/endpoint.hpp"

namespace obmen::arrival {

/// A package that is being put together in the spool; gone unless record() succeeds.
struct NewPackage {
    std::unique_ptr<SpoolDirectory> directory;
    CollectedPackage collected;
    std::vector<TrackedFile*> members;
    std::vector<ChosenPicture> pictures;  ///< as in SpooledPackage::pictures
    GroupFacts facts;
};

/// Puts packages together from private copies, and hands them over to the memory.
class PackageMaker {
  public:
    /// \param spool made if need be. What is named must outlive the object.
    PackageMaker(std::filesystem::path spool, ArchiveLimits limits, endpoint::Endpoint& source,
                 SourceMemory& memory, ContentReader& reader, Clock& clock, Landing& landing);

    /// The XML files of a group and its pictures, which are copied now; one that cannot be had is left out,
    /// with a note. Throws as Endpoint::fetch().
    [[nodiscard]] NewPackage from_files(const std::vector<TrackedFile*>& members,
                                        const std::vector<ChosenPicture>& pictures);
    /// What an archive holds; one that cannot be used is rejected, and kept.
    [[nodiscard]] NewPackage from_archive(TrackedFile& archive);
    /// A file that cannot become a package of its own accord: kept as it is, with the reason.
    [[nodiscard]] NewPackage rejected(TrackedFile& file, const Finding& fault);

    /// Makes the package durable, and known together with what has become of its files. \returns its id
    std::string record(NewPackage package);

  private:
    [[nodiscard]] NewPackage begin(const std::vector<TrackedFile*>& members) const;
    [[nodiscard]] SpooledFile link(const TrackedFile& file, const NewPackage& package,
                                   const std::string& spool_name) const;
    void require_room(const std::vector<ChosenPicture>& pictures) const;
    void take_picture(NewPackage& package, const ChosenPicture& picture);
    [[nodiscard]] std::optional<Message> fetch_picture(const ChosenPicture& picture,
                                                       const std::filesystem::path& target,
                                                       SpooledFile& copy);
    void note_archive_facts(NewPackage& package);

    std::filesystem::path m_spool;
    ArchiveLimits m_limits;
    endpoint::Endpoint& m_source;
    SourceMemory& m_memory;
    ContentReader& m_reader;
    Clock& m_clock;
    Landing& m_landing;
};

/// Zip archives are known by their first bytes, or by a name that says so.
[[nodiscard]] bool is_archive(const std::filesystem::path& copy, std::string_view shown);
/// Has the archive got its end, the central directory? One that is cut off has not.
[[nodiscard]] bool has_archive_end(const std::filesystem::path& copy);

}  // namespace obmen::arrival
