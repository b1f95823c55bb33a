#include "arrival/survey.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
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

/// Sorts one entry of a folder into `folder`.
void take_entry(const std::filesystem::directory_entry& entry, const std::string& name, Arrival& folder) {
    if (entry.symlink_status().type() != std::filesystem::file_type::regular) {
        folder.notes.push_back(not_regular(Severity::warning, name));
    } else if (is_xml_name(name)) {
        require_readable(entry.path());
        folder.files.push_back({entry.path(), name});
    } else {
        folder.other_files.push_back(name);
    }
}

Arrival walk(const std::filesystem::path& folder, const std::filesystem::path& named,
             const std::filesystem::path& spool) {
    Arrival out{.source = shown_path(named)};
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
    std::ranges::sort(out.files, natural_less, &FoundFile::name);
    std::ranges::sort(out.other_files, natural_less);
    std::ranges::sort(out.notes, natural_less, &Finding::file);
    return out;
}

Arrival survey_folder(const std::filesystem::path& folder, const std::filesystem::path& named,
                      const std::filesystem::path& spool) {
    try {
        Arrival out = walk(folder, named, spool);
        if (out.files.empty()) {
            throw Error(FailureClass::bad_input,
                        Finding{.severity = Severity::fatal, .message = {"PKG-EMPTY"}, .file = out.source});
        }
        return out;
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
            out.push_back(survey_folder(path.target, name, real_spool));
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
