#include "arrival/package_maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "arrival/archive.hpp"
#include "arrival/names.hpp"
#include "arrival/pictures.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/file.hpp"

namespace obmen::arrival {

namespace {

/// Names that are told of a package's origin; there may be very many.
constexpr std::size_t most_names_told = 5;

std::string origin_of(const endpoint::Endpoint& source, const std::vector<TrackedFile*>& members) {
    std::string text = source.shown() + ":";
    for (std::size_t i = 0; i < std::min(members.size(), most_names_told); ++i) {
        text += (i == 0 ? " " : ", ") + members[i]->shown;
    }
    return members.size() > most_names_told ? text + ", …" : text;
}

/// The last bytes of a file, `most` at the most.
std::string tail_of(const std::filesystem::path& path, std::uint64_t most) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const auto size = static_cast<std::uint64_t>(std::max<std::streamoff>(file.tellg(), 0));
    std::string tail(std::min(size, most), '\0');
    file.seekg(static_cast<std::streamoff>(size - tail.size()));
    file.read(tail.data(), static_cast<std::streamsize>(tail.size()));
    return tail;
}

unsigned little_endian_16(std::string_view bytes) {
    return static_cast<unsigned char>(bytes[0]) | (unsigned{static_cast<unsigned char>(bytes[1])} << 8U);
}

}  // namespace

bool is_archive(const std::filesystem::path& copy, std::string_view shown) {
    std::array<char, 4> start{};
    std::ifstream(copy, std::ios::binary).read(start.data(), start.size());
    const std::string_view signature(start.data(), start.size());
    return is_zip_name(shown) || signature == "PK\x03\x04" || signature == std::string_view("PK\x05\x06");
}

bool has_archive_end(const std::filesystem::path& copy) {
    constexpr std::uint64_t longest_end = 22 + 65'535;  // the record and its comment
    constexpr std::size_t record_size = 22;
    constexpr std::size_t comment_length_at = 20;
    const std::string tail = tail_of(copy, longest_end);
    for (std::size_t at = tail.rfind("PK\x05\x06"); at != std::string::npos;
         at = at == 0 ? std::string::npos : tail.rfind("PK\x05\x06", at - 1)) {
        if (tail.size() - at >= record_size &&
            tail.size() - at - record_size >=
                little_endian_16(std::string_view(tail).substr(at + comment_length_at, 2))) {
            return true;
        }
    }
    return false;
}

PackageMaker::PackageMaker(std::filesystem::path spool, ArchiveLimits limits, endpoint::Endpoint& source,
                           SourceMemory& memory, ContentReader& reader, Clock& clock, Landing& landing)
    : m_spool(std::move(spool)),
      m_limits(limits),
      m_source(source),
      m_memory(memory),
      m_reader(reader),
      m_clock(clock),
      m_landing(landing) {
    make_own_directory(m_spool);
}

NewPackage PackageMaker::begin(const std::vector<TrackedFile*>& members) const {
    NewPackage package;
    package.directory = std::make_unique<SpoolDirectory>(m_spool, SpoolDirectory::Sweeping::shared);
    package.collected.package = {.id = package.directory->package_id(),
                                 .source = origin_of(m_source, members),
                                 .directory = package.directory->final_directory(),
                                 .files = {},
                                 .other_files = {}};
    package.members = members;
    return package;
}

SpooledFile PackageMaker::link(const TrackedFile& file, const NewPackage& package,
                               const std::string& spool_name) const {
    link_or_copy(m_landing.path_of(file.row.copy), package.directory->workplace() / spool_name);
    return {.name = file.shown, .spool_name = spool_name, .size = file.row.size, .sha256 = file.row.sha256};
}

NewPackage PackageMaker::from_files(const std::vector<TrackedFile*>& members,
                                    const std::vector<ChosenPicture>& pictures) {
    NewPackage package = begin(members);
    SpooledPackage& spooled = package.collected.package;
    for (const TrackedFile* file : members) {
        spooled.files.push_back(link(*file, package, fmt::format("{:04}.xml", spooled.files.size() + 1)));
    }
    require_room(pictures);
    for (const ChosenPicture& picture : pictures) {
        spooled.other_files.push_back(picture.name);
        take_picture(package, picture);
    }
    if (!spooled.pictures.empty()) {
        write_picture_index(package.directory->workplace(), spooled.pictures);
    }
    return package;
}

/// For pictures that are not on this disk yet.
void PackageMaker::require_room(const std::vector<ChosenPicture>& pictures) const {
    std::uint64_t needed = m_limits.keep_free;
    for (const ChosenPicture& picture : pictures) {
        needed += picture.file->row.copy.empty() ? picture.file->row.size : 0;
    }
    if (needed == m_limits.keep_free) {
        return;
    }
    if (const std::uint64_t free = free_bytes_of(m_spool); free < needed) {
        throw Error(
            FailureClass::temporary,
            Message{"SYS-DISK-LOW", {m_spool.string(), std::to_string(free), std::to_string(needed)}});
    }
}

void PackageMaker::take_picture(NewPackage& package, const ChosenPicture& picture) {
    SpooledPackage& spooled = package.collected.package;
    const std::string spool_name = picture_spool_name(spooled.pictures.size() + 1);
    SpooledFile copy{.name = picture.name,
                     .spool_name = spool_name,
                     .size = picture.file->row.size,
                     .sha256 = picture.file->row.sha256};
    const std::filesystem::path target = package.directory->workplace() / spool_name;
    if (std::optional<Message> fault = fetch_picture(picture, target, copy)) {
        spooled.notes.push_back(
            {.severity = Severity::warning, .message = *std::move(fault), .file = picture.name});
        return;
    }
    spooled.pictures.push_back(std::move(copy));
    package.pictures.push_back(picture);
}

/// A copy that an earlier package made of the very same file spares the transfer.
/// \returns why there is none
std::optional<Message> PackageMaker::fetch_picture(const ChosenPicture& picture,
                                                   const std::filesystem::path& target, SpooledFile& copy) {
    const RememberedFile& row = picture.file->row;
    const std::filesystem::path earlier = m_spool / row.copy;
    const bool is_known = row.state == SourceFileState::packaged && !row.copy.empty();
    const std::optional<FileState> state = is_known ? file_state(earlier) : std::nullopt;
    if (state && state->regular && state->size == row.size) {
        link_or_copy(earlier, target);
        return std::nullopt;
    }
    try {
        FetchedFile fetched = fetch_durably(m_source, entry_of(row), target);
        if (fetched.result == FetchedFile::Result::copied) {
            copy.sha256 = std::move(fetched.sha256);
            return std::nullopt;
        }
        return fetched.result == FetchedFile::Result::gone ? Message{"PKG-WIPED", {picture.name}}
                                                           : Message{"PKG-CHANGED", {picture.name}};
    } catch (const Error& error) {
        if (!concerns_one_file(error)) {
            throw;
        }
        return error.finding().message;
    }
}

NewPackage PackageMaker::from_archive(TrackedFile& archive) {
    NewPackage package = begin({&archive});
    SpooledPackage& spooled = package.collected.package;
    try {
        UnpackedArchive unpacked = unpack(m_landing.path_of(archive.row.copy), archive.shown,
                                          package.directory->workplace(), m_limits, PictureCopies::all);
        spooled.files = std::move(unpacked.files);
        spooled.other_files = std::move(unpacked.other_files);
        spooled.pictures = std::move(unpacked.pictures);
        spooled.notes = std::move(unpacked.notes);
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            throw;
        }
        return rejected(archive, error.finding());
    }
    if (!spooled.pictures.empty()) {
        write_picture_index(package.directory->workplace(), spooled.pictures);
    }
    note_archive_facts(package);
    return package;
}

void PackageMaker::note_archive_facts(NewPackage& package) {
    GroupFacts& facts = package.facts;
    facts.name = package.members.front()->shown;
    facts.rank = dependency_rank({});
    for (const SpooledFile& file : package.collected.package.files) {
        facts.add(m_reader.read(package.directory->workplace() / file.spool_name, file.name,
                                ContentReader::Depth::head));
    }
}

NewPackage PackageMaker::rejected(TrackedFile& file, const Finding& fault) {
    NewPackage package = begin({&file});
    package.collected.package.files.push_back(link(file, package, file.is_archive ? "0001.zip" : "0001.xml"));
    package.collected.fault = fault;
    package.facts.name = file.shown;
    package.facts.rank = dependency_rank({});
    return package;
}

std::string PackageMaker::record(NewPackage package) {
    sync_directory(package.directory->workplace());
    failpoint("package.linked");
    package.directory->publish();
    failpoint("package.named");
    const std::string id = package.directory->package_id();
    std::vector<RememberedFile> rows;
    const auto add_row = [&](const TrackedFile& file, std::string copy, const std::string& sha256) {
        RememberedFile& row = rows.emplace_back(file.row);
        row.state = SourceFileState::packaged;
        row.copy = std::move(copy);
        row.sha256 = sha256;
        row.package = id;
        row.attempts = 0;
        row.reason.reset();
    };
    for (const TrackedFile* file : package.members) {
        add_row(*file, {}, file->row.sha256);
    }
    const std::vector<SpooledFile>& copies = package.collected.package.pictures;
    for (std::size_t i = 0; i < package.pictures.size(); ++i) {
        add_row(*package.pictures[i].file, id + "/" + copies[i].spool_name, copies[i].sha256);
    }
    m_memory.record(package.collected, rows, m_clock.now());
    failpoint("package.recorded");
    package.directory->keep();
    std::size_t next = 0;
    const auto settle = [&](TrackedFile& file) {
        m_landing.remove(file.row.state == SourceFileState::copied ? file.row.copy : std::string{});
        file.row = std::move(rows[next++]);
        file.content.reset();
        file.sidecar_fault.reset();
        file.sidecars.clear();
        file.retry_at = Duration{0};
        file.dirty = false;
    };
    std::ranges::for_each(package.members, [&](TrackedFile* file) { settle(*file); });
    std::ranges::for_each(package.pictures, [&](const ChosenPicture& picture) { settle(*picture.file); });
    return id;
}

}  // namespace obmen::arrival
