/// A library to be preloaded (LD_PRELOAD): the wall clock of the process is off by as many seconds as the
/// file OBMEN_MOVED_TIME says, at every moment anew. Time that nobody can set (monotonic, since boot) is as
/// it is, and so are the times that the kernel gives to files.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

/// Seconds, as 8 bytes of this machine; 0 where there is no such file.
const volatile std::int64_t& moved() {
    static const std::int64_t nothing = 0;
    static const volatile std::int64_t* const seconds = []() -> const volatile std::int64_t* {
        const char* path = std::getenv("OBMEN_MOVED_TIME");
        const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            return &nothing;
        }
        void* const place = ::mmap(nullptr, sizeof nothing, PROT_READ, MAP_SHARED, file, 0);
        ::close(file);
        return place == MAP_FAILED ? &nothing : static_cast<const std::int64_t*>(place);
    }
    ();
    return *seconds;
}

using ClockGettime = int (*)(clockid_t, timespec*);

ClockGettime real_clock_gettime() {
    static const auto real = reinterpret_cast<ClockGettime>(::dlsym(RTLD_NEXT, "clock_gettime"));
    return real;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
    const int result = real_clock_gettime()(clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += moved();
    }
    return result;
}

int gettimeofday(timeval* now, void* /*zone*/) noexcept {
    timespec precise{};
    const int result = clock_gettime(CLOCK_REALTIME, &precise);
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return result;
}

time_t time(time_t* now) noexcept {
    timespec precise{};
    static_cast<void>(clock_gettime(CLOCK_REALTIME, &precise));
    if (now != nullptr) {
        *now = precise.tv_sec;
    }
    return precise.tv_sec;
}

}  // extern "C"
