#include "arrival/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <memory>
#include <system_error>

#include "arrival/names.hpp"
#include "arrival/pictures.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/hash.hpp"

namespace obmen::arrival {

namespace {

constexpr std::size_t block_size = std::size_t{256} << 10U;
constexpr std::uint64_t small_entry = std::uint64_t{1}
                                      << 20U;  ///< up to here no ratio is held against an entry

struct DiscardArchive {
    void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct CloseEntry {
    void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};
struct CloseStream {
    void operator()(std::FILE* stream) const { static_cast<void>(std::fclose(stream)); }
};

std::uint64_t saturated_product(std::uint64_t a, std::uint64_t b) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return b != 0 && a > most / b ? most : a * b;
}

std::uint64_t saturated_sum(std::uint64_t a, std::uint64_t b) {
    constexpr auto most = std::numeric_limits<std::uint64_t>::max();
    return a > most - b ? most : a + b;
}

/// An entry that will be unpacked.
struct Entry {
    zip_uint64_t index = 0;
    std::string name;
};

class ArchiveReader {
  public:
    ArchiveReader(const std::filesystem::path& path, std::string name, const ArchiveLimits& limits)
        : m_path(path), m_name(std::move(name)), m_limits(limits) {
        open();
    }

    UnpackedArchive unpack_into(const std::filesystem::path& directory, PictureCopies pictures) {
        UnpackedArchive out;
        Listing listing = list();
        // No honest archive gets here what its entries could not get one by one.
        const std::uint64_t entries = listing.xml.size() + listing.pictures.size();
        m_allowed = std::min(m_limits.total_bytes, saturated_sum(saturated_product(entries, small_entry),
                                                                 saturated_product(m_size, m_limits.ratio)));
        require_room(listing, directory, pictures);
        for (const Entry& entry : listing.xml) {
            const std::string spool_name = fmt::format("{:04}.xml", out.files.size() + 1);
            out.files.push_back(unpack_entry(entry, directory / spool_name));
            m_allowed -= out.files.back().size;
        }
        if (pictures == PictureCopies::all) {
            for (const Entry& entry : listing.pictures) {
                unpack_picture(entry, directory, out);
            }
        }
        out.other_files = std::move(listing.other_files);
        return out;
    }

  private:
    struct Listing {
        std::vector<Entry> xml;
        std::vector<Entry> pictures;
        std::vector<std::string> other_files;  ///< pictures as well
    };

    /// Before the disk is filled, not after. What lies about its size meets the limits, or the full disk.
    void require_room(const Listing& listing, const std::filesystem::path& directory,
                      PictureCopies pictures) const {
        std::uint64_t needed = m_limits.keep_free;
        const auto add = [&](const std::vector<Entry>& entries) {
            for (const Entry& entry : entries) {
                zip_stat_t state;
                const bool is_known = zip_stat_index(m_archive.get(), entry.index, 0, &state) == 0 &&
                                      (state.valid & ZIP_STAT_SIZE) != 0;
                needed = saturated_sum(needed, is_known ? std::min<std::uint64_t>(state.size, m_allowed) : 0);
            }
        };
        add(listing.xml);
        if (pictures == PictureCopies::all) {
            add(listing.pictures);
        }
        if (const std::uint64_t free = free_bytes_of(directory); free < needed) {
            throw Error(
                FailureClass::temporary,
                Message{"SYS-DISK-LOW", {directory.string(), std::to_string(free), std::to_string(needed)}});
        }
    }

    /// A damaged picture costs nothing but itself.
    void unpack_picture(const Entry& entry, const std::filesystem::path& directory, UnpackedArchive& out) {
        try {
            out.pictures.push_back(
                unpack_entry(entry, directory / picture_spool_name(out.pictures.size() + 1)));
            m_allowed -= out.pictures.back().size;
        } catch (const Error& error) {
            if (error.failure_class() != FailureClass::bad_input) {
                throw;
            }
            out.notes.push_back(
                {.severity = Severity::warning, .message = {"PKG-PICTURE", {entry.name}}, .file = m_name});
        }
    }

    [[noreturn]] void reject(Message message) const {
        message.arguments.insert(message.arguments.begin(), m_name);
        throw Error(FailureClass::bad_input,
                    Finding{.severity = Severity::fatal, .message = std::move(message), .file = m_name});
    }

    /// Whatever libzip says against `what` is the archive's fault, unless the disk under it failed.
    [[noreturn]] void refuse(zip_error_t* error, const std::string& what) const {
        const int number = zip_error_code_system(error);
        if (zip_error_system_type(error) == ZIP_ET_SYS && number != 0 && number != EINVAL &&
            number != EOVERFLOW) {
            fail(number);
        }
        const std::string text = zip_error_strerror(error);
        reject(Message{"PKG-ZIP", {what.empty() ? text : what + ": " + text}});
    }

    [[noreturn]] void fail(int number) const {
        const std::string reason = std::error_code(number, std::generic_category()).message();
        throw Error(FailureClass::temporary, Message{"SYS-FILE", {shown_path(m_path), reason}});
    }

    void open() {
        FileDescriptor file(::open(m_path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
        const off_t size = file.is_open() ? ::lseek(file.get(), 0, SEEK_END) : -1;
        const int descriptor = size >= 0 ? ::dup(file.get()) : -1;
        std::unique_ptr<std::FILE, CloseStream> stream(descriptor >= 0 ? ::fdopen(descriptor, "rb")
                                                                       : nullptr);
        if (stream == nullptr) {
            const int number = errno;
            if (descriptor >= 0) {
                ::close(descriptor);
            }
            fail(number);
        }
        m_size = static_cast<std::uint64_t>(size);
        open_stream(std::move(stream));
    }

    void open_stream(std::unique_ptr<std::FILE, CloseStream> stream) {
        zip_error_t error;
        zip_error_init(&error);
        const std::unique_ptr<zip_error_t, decltype(&zip_error_fini)> cleanup(&error, &zip_error_fini);
        zip_source_t* source = zip_source_filep_create(stream.get(), 0, -1, &error);
        if (source == nullptr) {
            refuse(&error, {});
        }
        static_cast<void>(stream.release());  // the source closes it
        m_archive.reset(zip_open_from_source(source, ZIP_RDONLY, &error));
        if (m_archive == nullptr) {
            zip_source_free(source);
            refuse(&error, {});
        }
    }

    /// Names of all entries, judged before anything is unpacked, in natural order.
    [[nodiscard]] Listing list() const {
        const auto count =
            static_cast<std::uint64_t>(std::max<zip_int64_t>(zip_get_num_entries(m_archive.get(), 0), 0));
        if (count > m_limits.entries) {
            reject(Message{"PKG-ZIP-ENTRIES", {std::to_string(count), std::to_string(m_limits.entries)}});
        }
        Listing out;
        for (zip_uint64_t index = 0; index < count; ++index) {
            std::string name = name_of(index);
            if (name.empty() || name.ends_with('/') || is_left_alone(name)) {
                continue;
            }
            if (is_xml_name(name)) {
                out.xml.push_back({index, std::move(name)});
                continue;
            }
            if (is_picture_name(name)) {
                out.pictures.push_back({index, name});
            }
            out.other_files.push_back(std::move(name));
        }
        std::ranges::sort(out.xml, natural_less, &Entry::name);
        std::ranges::sort(out.pictures, natural_less, &Entry::name);
        std::ranges::sort(out.other_files, natural_less);
        require_some_and_no_twins(out.xml);
        return out;
    }

    [[nodiscard]] std::string name_of(zip_uint64_t index) const {
        const char* raw = zip_get_name(m_archive.get(), index, ZIP_FL_ENC_RAW);
        if (raw == nullptr) {
            refuse(zip_get_error(m_archive.get()), std::to_string(index + 1));
        }
        const std::string name = entry_name_as_utf8(raw);
        const std::optional<std::string> tidy = tidy_entry_name(name);
        if (!tidy) {
            reject(Message{"PKG-ZIP-NAME", {shown_path(name)}});
        }
        return *tidy;
    }

    void require_some_and_no_twins(const std::vector<Entry>& entries) const {
        if (entries.empty()) {
            throw Error(FailureClass::bad_input,
                        Finding{.severity = Severity::fatal, .message = {"PKG-EMPTY"}, .file = m_name});
        }
        const auto twins = std::ranges::adjacent_find(entries, {}, &Entry::name);
        if (twins != entries.end()) {
            reject(Message{"PKG-ZIP-TWICE", {twins->name}});
        }
    }

    [[nodiscard]] SpooledFile unpack_entry(const Entry& entry, const std::filesystem::path& target) const {
        zip_stat_t state;
        if (zip_stat_index(m_archive.get(), entry.index, 0, &state) != 0) {
            refuse(zip_get_error(m_archive.get()), entry.name);
        }
        if ((state.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && state.encryption_method != ZIP_EM_NONE) {
            reject(Message{"PKG-ZIP-ENCRYPTED", {entry.name}});
        }
        const std::unique_ptr<zip_file_t, CloseEntry> opened(
            zip_fopen_index(m_archive.get(), entry.index, 0));
        if (opened == nullptr) {
            refuse(zip_get_error(m_archive.get()), entry.name);
        }
        // What an entry claims to be packed into cannot be more than there is.
        const std::uint64_t packed =
            (state.valid & ZIP_STAT_COMP_SIZE) != 0 ? std::min(state.comp_size, m_size) : m_size;
        const std::uint64_t allowed =
            std::min(m_allowed, std::max(small_entry, saturated_product(packed, m_limits.ratio)));
        SpooledFile out = copy(opened.get(), entry, target, allowed);
        require_claimed(state, out);
        return out;
    }

    /// libzip (1.7.3) hands out an entry that claims to be packed into nothing as empty, and checks neither
    /// its size nor its CRC.
    void require_claimed(const zip_stat_t& state, const SpooledFile& file) const {
        const bool other_size = (state.valid & ZIP_STAT_SIZE) != 0 && state.size != file.size;
        const bool lost = file.size == 0 && (state.valid & ZIP_STAT_CRC) != 0 && state.crc != 0;
        if (other_size || lost) {
            zip_error_t error;
            zip_error_init_with_code(&error, ZIP_ER_INCONS);
            const std::unique_ptr<zip_error_t, decltype(&zip_error_fini)> cleanup(&error, &zip_error_fini);
            refuse(&error, file.name);
        }
    }

    [[nodiscard]] SpooledFile copy(zip_file_t* opened, const Entry& entry,
                                   const std::filesystem::path& target, std::uint64_t allowed) const {
        SpooledFile out{
            .name = entry.name, .spool_name = target.filename().string(), .size = 0, .sha256 = {}};
        DurableFile file(target);
        Sha256 hash;
        std::vector<char> block(block_size);
        while (true) {
            const zip_int64_t count = zip_fread(opened, block.data(), block.size());
            if (count < 0) {
                refuse(zip_file_get_error(opened), entry.name);
            }
            if (count == 0) {
                break;
            }
            const std::string_view bytes(block.data(), static_cast<std::size_t>(count));
            out.size += bytes.size();
            if (out.size > allowed) {
                reject(Message{"PKG-ZIP-LIMIT", {entry.name, std::to_string(allowed)}});
            }
            file.write(bytes);
            hash.add(bytes);
        }
        file.publish();
        out.sha256 = hash.hex();
        return out;
    }

    std::filesystem::path m_path;
    std::string m_name;
    ArchiveLimits m_limits;
    std::uint64_t m_size = 0;     ///< of the archive
    std::uint64_t m_allowed = 0;  ///< bytes that may still be unpacked
    std::unique_ptr<zip_t, DiscardArchive> m_archive;
};

}  // namespace

UnpackedArchive unpack(const std::filesystem::path& archive, const std::string& name,
                       const std::filesystem::path& directory, const ArchiveLimits& limits,
                       PictureCopies pictures) {
    return ArchiveReader(archive, name, limits).unpack_into(directory, pictures);
}

}  // namespace obmen::arrival
