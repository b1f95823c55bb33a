#include "arrival/intake.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>
#include <utility>

#include "arrival/archive.hpp"
#include "arrival/names.hpp"
#include "arrival/pictures.hpp"
#include "arrival/spool.hpp"
#include "arrival/survey.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::arrival {

namespace {

/// Makes the packages of one take_in(); those that were not handed over are removed with it.
class NamedPackages {
  public:
    NamedPackages(std::filesystem::path spool, const ArchiveLimits& limits, PictureCopies pictures)
        : m_spool(std::move(spool)), m_limits(limits), m_pictures(pictures) {}

    void make(const Arrival& arrival) {
        if (arrival.archive) {
            make_from_archive(arrival, *arrival.archive);
        } else {
            make_from_files(arrival);
        }
    }

    /// Gives all packages their final names, and them away.
    Intake hand_over() {
        for (SpoolDirectory& directory : m_directories) {
            directory.publish();
        }
        for (SpoolDirectory& directory : m_directories) {
            directory.keep();
            m_intake.locks.push_back(directory.give_lock());
        }
        return std::move(m_intake);
    }

  private:
    SpooledPackage new_package(const Arrival& arrival) {
        const SpoolDirectory& directory =
            m_directories.emplace_back(m_spool, SpoolDirectory::Sweeping::shared);
        return {.id = directory.package_id(),
                .source = arrival.source,
                .directory = directory.final_directory(),
                .files = {},
                .other_files = arrival.other_files,
                .notes = arrival.notes};
    }

    [[nodiscard]] SpooledFile copy(const FoundFile& file, std::string spool_name) const {
        CopiedFile copied = copy_durably(file.path, m_directories.back().workplace() / spool_name);
        return {.name = file.name,
                .spool_name = std::move(spool_name),
                .size = copied.size,
                .sha256 = std::move(copied.sha256)};
    }

    void make_from_files(const Arrival& arrival) {
        SpooledPackage package = new_package(arrival);
        for (const FoundFile& file : arrival.files) {
            package.files.push_back(copy(file, fmt::format("{:04}.xml", package.files.size() + 1)));
        }
        if (m_pictures == PictureCopies::all) {
            for (const FoundFile& picture : arrival.pictures) {
                package.pictures.push_back(copy(picture, picture_spool_name(package.pictures.size() + 1)));
            }
        }
        keep_index(package);
        m_intake.packages.push_back(std::move(package));
    }

    void make_from_archive(const Arrival& arrival, const std::filesystem::path& archive) {
        const std::string name = shown_path(archive.filename());
        const std::optional<FileState> before = file_state(archive);
        SpooledPackage package = new_package(arrival);
        try {
            UnpackedArchive unpacked =
                unpack(archive, name, m_directories.back().workplace(), m_limits, m_pictures);
            require_unchanged(archive, before);
            package.files = std::move(unpacked.files);
            package.other_files = std::move(unpacked.other_files);
            package.pictures = std::move(unpacked.pictures);
            std::ranges::move(unpacked.notes, std::back_inserter(package.notes));
            keep_index(package);
            m_intake.packages.push_back(std::move(package));
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::bad_input) {
                throw;
            }
            m_directories.pop_back();
            if (arrival.found_in_folder && error.finding().message.code == Code{"PKG-EMPTY"}) {
                return;  // pictures, or something else that nobody named
            }
            keep_rejected(arrival, {archive, name}, error.finding());
            // An archive that is still being written looks damaged: no verdict on it yet.
            require_unchanged(archive, before);
        }
    }

    /// A package that is read again after a crash finds its pictures by it.
    void keep_index(const SpooledPackage& package) const {
        if (!package.pictures.empty()) {
            write_picture_index(m_directories.back().workplace(), package.pictures);
        }
    }

    void keep_rejected(const Arrival& arrival, const FoundFile& archive, const Finding& fault) {
        SpooledPackage package = new_package(arrival);
        package.files.push_back(copy(archive, "0001.zip"));
        m_intake.rejected.push_back({std::move(package), fault});
    }

    static void require_unchanged(const std::filesystem::path& path, const std::optional<FileState>& before) {
        if (file_state(path) != before) {
            throw Error(FailureClass::temporary, Message{"PKG-CHANGED", {shown_path(path)}});
        }
    }

    std::filesystem::path m_spool;
    ArchiveLimits m_limits;
    PictureCopies m_pictures;
    std::deque<SpoolDirectory> m_directories;
    Intake m_intake;
};

}  // namespace

Intake take_in(const std::vector<std::filesystem::path>& named, const std::filesystem::path& spool,
               const ArchiveLimits& limits, PictureCopies pictures) {
    const std::vector<Arrival> arrivals = survey(named, spool);
    make_own_directory(spool);
    NamedPackages maker(spool, limits, pictures);
    for (const Arrival& arrival : arrivals) {
        maker.make(arrival);
    }
    return maker.hand_over();
}

}  // namespace obmen::arrival
