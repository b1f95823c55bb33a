#include "arrival/survey.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <iterator>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>

#include "arrival/names.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::arrival {

namespace {

[[noreturn]] void fail(const std::filesystem::path& path, const std::error_code& error) {
    throw Error(FailureClass::temporary, Message{"SYS-FILE", {shown_path(path), error.message()}});
}

[[noreturn]] void fail_with_errno(const std::filesystem::path& path) {
    fail(path, std::error_code(errno, std::generic_category()));
}

/// The same for all names of one file.
using FileIdentity = std::pair<dev_t, ino_t>;

struct NamedPath {
    std::filesystem::path target;
    FileIdentity identity;
    mode_t mode = 0;
};

NamedPath resolve(const std::filesystem::path& named) {
    std::error_code error;
    NamedPath out{.target = std::filesystem::canonical(named, error), .identity = {}};
    if (error) {
        fail(named, error);
    }
    struct stat info {};
    if (::lstat(out.target.c_str(), &info) != 0) {
        fail_with_errno(named);
    }
    out.identity = {info.st_dev, info.st_ino};
    out.mode = info.st_mode;
    return out;
}

/// Any of the records that a zip archive may begin with: an entry, the end of an empty archive, the mark of a
/// split one.
bool begins_like_zip(const std::filesystem::path& path) {
    // Not blocking: what was a file a moment ago may be a pipe by now.
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    std::array<char, 4> start{};
    const ssize_t count = file.is_open() ? ::pread(file.get(), start.data(), start.size(), 0) : -1;
    if (count < 0) {
        fail_with_errno(path);
    }
    const std::string_view signature(start.data(), static_cast<std::size_t>(count));
    return signature == "PK\x03\x04" || signature == "PK\x05\x06" || signature == "PK\x07\x08";
}

void require_readable(const std::filesystem::path& path) {
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) != 0) {
        fail_with_errno(path);
    }
}

Finding not_regular(Severity severity, const std::string& name) {
    return {.severity = severity, .message = {"PKG-NOT-REGULAR", {name}}, .file = name};
}

/// What a folder holds: its own files, and the archives in it.
struct Folder {
    Arrival own;
    std::vector<Arrival> archives;
};

/// Sorts one entry of a folder into `out`.
void take_entry(const std::filesystem::directory_entry& entry, const std::string& name, Folder& out) {
    Arrival& folder = out.own;
    if (entry.symlink_status().type() != std::filesystem::file_type::regular) {
        folder.notes.push_back(not_regular(Severity::warning, name));
    } else if (is_xml_name(name)) {
        require_readable(entry.path());
        folder.files.push_back({entry.path(), name});
    } else if (is_zip_name(name)) {
        require_readable(entry.path());
        out.archives.push_back(
            {.source = folder.source + '/' + name, .archive = entry.path(), .found_in_folder = true});
    } else {
        folder.other_files.push_back(name);
        if (is_picture_name(name)) {
            folder.pictures.push_back({entry.path(), name});
        }
    }
}

Folder walk(const std::filesystem::path& folder, const std::filesystem::path& named,
            const std::filesystem::path& spool) {
    Folder out{.own = {.source = shown_path(named)}, .archives = {}};
    for (auto entry = std::filesystem::recursive_directory_iterator(folder);
         entry != std::filesystem::recursive_directory_iterator(); ++entry) {
        const std::string name = shown_path(entry->path().lexically_relative(folder));
        const bool is_directory = entry->symlink_status().type() == std::filesystem::file_type::directory;
        if (is_directory && (is_left_alone(name) || entry->path() == spool)) {
            entry.disable_recursion_pending();
        } else if (!is_directory && !is_left_alone(name)) {
            take_entry(*entry, name, out);
        }
    }
    std::ranges::sort(out.own.files, natural_less, &FoundFile::name);
    std::ranges::sort(out.own.other_files, natural_less);
    std::ranges::sort(out.own.pictures, natural_less, &FoundFile::name);
    std::ranges::sort(out.own.notes, natural_less, &Finding::file);
    std::ranges::sort(out.archives, natural_less, &Arrival::source);
    return out;
}

/// The packages that a folder makes: its own files are one, each archive in it is another.
std::vector<Arrival> survey_folder(const std::filesystem::path& folder, const std::filesystem::path& named,
                                   const std::filesystem::path& spool) {
    try {
        Folder found = walk(folder, named, spool);
        if (found.own.files.empty() && found.archives.empty()) {
            throw Error(
                FailureClass::bad_input,
                Finding{.severity = Severity::fatal, .message = {"PKG-EMPTY"}, .file = found.own.source});
        }
        if (!found.own.files.empty()) {
            found.archives.insert(found.archives.begin(), std::move(found.own));
        }
        return std::move(found.archives);
    } catch (const std::filesystem::filesystem_error& error) {
        fail(error.path1().empty() ? named : error.path1(), error.code());
    }
}

Arrival package_of_loose_files(const std::vector<std::filesystem::path>& paths,
                               const std::vector<std::string>& sources) {
    Arrival out{.source = fmt::format("{}", fmt::join(sources, ", "))};
    const std::vector<std::string> names = distinguishing_names(paths);
    for (std::size_t i = 0; i < paths.size(); ++i) {
        out.files.push_back({paths[i], names[i]});
    }
    std::ranges::sort(out.files, natural_less, &FoundFile::name);
    return out;
}

}  // namespace

std::vector<Arrival> survey(const std::vector<std::filesystem::path>& named,
                            const std::filesystem::path& spool) {
    const std::filesystem::path real_spool = std::filesystem::weakly_canonical(spool);
    std::vector<Arrival> out;
    std::vector<std::filesystem::path> loose;
    std::vector<std::string> loose_sources;
    std::set<FileIdentity> seen;
    for (const std::filesystem::path& name : named) {
        const NamedPath path = resolve(name);
        if (!seen.insert(path.identity).second) {
            continue;
        }
        if (S_ISDIR(path.mode)) {
            std::ranges::move(survey_folder(path.target, name, real_spool), std::back_inserter(out));
        } else if (!S_ISREG(path.mode)) {
            throw Error(FailureClass::bad_input, not_regular(Severity::fatal, shown_path(name)));
        } else if (begins_like_zip(path.target)) {
            out.push_back({.source = shown_path(name), .archive = path.target});
        } else {
            loose.push_back(path.target);
            loose_sources.push_back(shown_path(name));
        }
    }
    if (!loose.empty()) {
        out.push_back(package_of_loose_files(loose, loose_sources));
    }
    return out;
}

}  // namespace obmen::arrival
