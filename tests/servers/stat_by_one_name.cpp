/// For LD_PRELOAD, before libfaketime: 0.9.10 shows files in another time by stat, lstat and fstat, but
/// vsftpd asks by their names of large files, which on this machine mean the same.
#include <sys/stat.h>

static_assert(sizeof(struct stat) == sizeof(struct stat64));

extern "C" {

int stat64(const char* path, struct stat64* info) noexcept {
    return ::stat(path, reinterpret_cast<struct stat*>(info));
}

int lstat64(const char* path, struct stat64* info) noexcept {
    return ::lstat(path, reinterpret_cast<struct stat*>(info));
}

int fstat64(int descriptor, struct stat64* info) noexcept {
    return ::fstat(descriptor, reinterpret_cast<struct stat*>(info));
}
}
