#include "portal/limit_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "support/boot_time.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::portal {

namespace {

using nlohmann::json;

/// Nothing that the portal says of its limits reaches further.
constexpr Duration longest_wait{std::chrono::minutes(10)};
constexpr double longest_call = 600;
constexpr double most_refusals = 100;
/// Milliseconds; anything beyond is no time.
constexpr double farthest_time = 1e15;
constexpr std::size_t largest_file = std::size_t{1} << 20U;
/// Real time: whoever holds the lock needs it for milliseconds, unless it has been stopped.
constexpr int lock_tries = 200;
constexpr std::chrono::milliseconds lock_pause{10};

bool lock(int descriptor) {
    for (int i = 0; i < lock_tries; ++i) {
        if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
            return true;
        }
        if (errno != EWOULDBLOCK && errno != EINTR) {
            return false;
        }
        std::this_thread::sleep_for(lock_pause);
    }
    return false;
}

std::optional<std::string> first_line(int descriptor) {
    std::string text;
    std::array<char, 4096> block{};
    while (text.size() < largest_file) {
        const ssize_t count =
            ::pread(descriptor, block.data(), block.size(), static_cast<off_t>(text.size()));
        if (count < 0) {
            return std::nullopt;
        }
        if (count == 0) {
            break;
        }
        text.append(block.data(), static_cast<std::size_t>(count));
    }
    return text.substr(0, text.find('\n'));
}

/// In place: whoever dies between two of these steps leaves a first line that is whole, or none.
bool write_line(int descriptor, const std::string& line) {
    return ::pwrite(descriptor, line.data(), line.size(), 0) == static_cast<ssize_t>(line.size()) &&
           ::ftruncate(descriptor, static_cast<off_t>(line.size())) == 0;
}

double number_in(const json& object, const char* name, double least, double most) {
    const double value = object.at(name).get<double>();
    return std::isfinite(value) ? std::clamp(value, least, most) : most;
}

Duration time_in(const json& object, const char* name) {
    return Duration{static_cast<Duration::rep>(number_in(object, name, -farthest_time, farthest_time))};
}

Duration wait_in(const json& object, const char* name) {
    return Duration{
        static_cast<Duration::rep>(number_in(object, name, 0, static_cast<double>(longest_wait.count())))};
}

Duration distance(Duration later, Duration now) {
    return std::clamp(later - now, Duration{0}, longest_wait);
}

}  // namespace

LimitFile::LimitFile(std::filesystem::path path, double full, Clock& clock, Log& log)
    : m_path(std::move(path)), m_full(full), m_clock(clock), m_log(log) {
    m_state.at = clock.steady();
    if (m_path.empty()) {
        return;
    }
    try {
        make_directories(m_path.parent_path());
    } catch (const Error& error) {
        warn(sentence(error.finding().message, Language::english));
        m_path.clear();
    }
}

void LimitFile::update(const std::function<void(LimitState&)>& change) {
    const FileDescriptor file(
        m_path.empty()
            ? -1
            : ::open(m_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
    if (!m_path.empty() && !file.is_open()) {
        warn(m_path.string() + ": " + std::strerror(errno));
    }
    const bool locked = file.is_open() && lock(file.get());
    if (file.is_open() && !locked) {
        warn(m_path.string() + ": locked");
    }
    bool current = true;
    if (locked) {
        current = read(file.get());
    }
    const LimitState before = m_state;
    change(m_state);
    // Closing the file lets go of the lock.
    if (locked && (m_state != before || !current) && !write_line(file.get(), printed(m_state))) {
        warn(m_path.string() + ": " + std::strerror(errno));
    }
}

bool LimitFile::read(int descriptor) {
    const std::optional<std::string> line = first_line(descriptor);
    if (!line || line->empty()) {
        return true;
    }
    try {
        return parse(*line);
    } catch (const json::exception&) {
        m_state = {};
        m_state.level = m_full;
        m_state.at = m_clock.steady();
        return false;
    }
}

bool LimitFile::parse(const std::string& line) {
    const json stored = json::parse(line);
    const Duration now = m_clock.steady();
    const Duration written = time_in(stored, "steady");
    const bool same_boot = stored.at("boot").get<std::string>() == boot_id() && written <= now;
    const Duration passed =
        same_boot ? now - written : m_clock.now().time_since_epoch() - time_in(stored, "wall");
    const Duration then = now - std::clamp(passed, Duration{0}, longest_wait);
    LimitState state;
    state.at = then - wait_in(stored, "level_age");
    state.level = number_in(stored, "level", 0, m_full);
    state.not_before = then + wait_in(stored, "wait");
    state.refusals = static_cast<unsigned>(number_in(stored, "refusals", 0, most_refusals));
    state.refused_at = then - wait_in(stored, "since_refusal");
    const json& methods = stored.at("methods");
    for (const auto& [name, use] : methods.items()) {
        state.methods[name] = {.seconds = number_in(use, "seconds", 0, longest_call),
                               .paused_until = then + wait_in(use, "pause")};
    }
    m_state = std::move(state);
    return same_boot;
}

std::string LimitFile::printed(const LimitState& state) const {
    const Duration now = m_clock.steady();
    json methods = json::object();
    for (const auto& [name, use] : state.methods) {
        methods[name] = {{"seconds", use.seconds}, {"pause", distance(use.paused_until, now).count()}};
    }
    const json stored{{"boot", boot_id()},
                      {"steady", now.count()},
                      {"wall", m_clock.now().time_since_epoch().count()},
                      {"level", state.level},
                      {"level_age", distance(now, state.at).count()},
                      {"wait", distance(state.not_before, now).count()},
                      {"refusals", state.refusals},
                      {"since_refusal", distance(now, state.refused_at).count()},
                      {"methods", std::move(methods)}};
    return stored.dump() + "\n";
}

void LimitFile::warn(const std::string& text) {
    if (!std::exchange(m_warned, true)) {
        m_log.warning("the portal's limits are not shared with other processes: " + text);
    }
}

std::filesystem::path LimitFile::path_for(const std::filesystem::path& directory,
                                          const std::string& identity) {
    if (directory.empty()) {
        return {};
    }
    std::string name = identity;
    std::ranges::replace_if(
        name,
        [](char c) { return !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'); },
        '_');
    return directory / (name + ".limits");
}

}  // namespace obmen::portal
