#include "endpoint/exclusive_rename.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace obmen::endpoint {

namespace {

bool is_refused_means(int error) {
    return error == EINVAL || error == ENOSYS || error == ENOTSUP || error == EPERM || error == EMLINK;
}

int by_link(int from_folder, const char* from, int to_folder, const char* to) {
    if (::linkat(from_folder, from, to_folder, to, 0) != 0) {
        return errno;
    }
    return ::unlinkat(from_folder, from, 0) == 0 ? 0 : errno;
}

int by_look(int from_folder, const char* from, int to_folder, const char* to) {
    struct stat info {};
    if (::fstatat(to_folder, to, &info, AT_SYMLINK_NOFOLLOW) == 0) {
        return EEXIST;
    }
    if (errno != ENOENT) {
        return errno;
    }
    return ::renameat(from_folder, from, to_folder, to) == 0 ? 0 : errno;
}

}  // namespace

int rename_exclusively(int from_folder, const char* from, int to_folder, const char* to, RenameMeans first) {
    if (first == RenameMeans::no_replace) {
        const int error = ::renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0 ? 0 : errno;
        if (!is_refused_means(error)) {
            return error;
        }
    }
    if (first != RenameMeans::look) {
        const int error = by_link(from_folder, from, to_folder, to);
        if (!is_refused_means(error)) {
            return error;
        }
    }
    return by_look(from_folder, from, to_folder, to);
}

}  // namespace obmen::endpoint
