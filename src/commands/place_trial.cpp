#include "commands/place_trial.hpp"

#include <fmt/format.h>

#include <random>
#include <utility>

#include "support/file.hpp"

namespace obmen::commands {

namespace {

/// Enough has been read.
struct Enough {};

template <typename Work>
auto try_step(Wording name, const Work& work) {
    try {
        return work();
    } catch (const Error& error) {
        if (error.finding().message.code == Code{"SYS-INTERRUPTED"} ||
            error.failure_class() == FailureClass::bug) {
            throw;
        }
        throw TrialFailure{std::move(name), error.finding().message};
    }
}

std::string scratch_name() {
    std::random_device chance;
    return fmt::format("obmen-trial-{:08x}.tmp", chance());
}

}  // namespace

PlaceTrial::PlaceTrial(endpoint::Endpoint& endpoint, std::filesystem::path scratch, Clock& clock)
    : m_endpoint(endpoint), m_scratch(std::move(scratch)), m_clock(clock), m_name(scratch_name()) {}

endpoint::Listing PlaceTrial::list(unsigned depth, const std::string& leaves) {
    return try_step({"список файлов", "listing"}, [&] {
        return m_endpoint.list(
            {.depth = depth, .enters = [&](std::string_view folder) { return folder != leaves; }});
    });
}

std::optional<endpoint::Entry> PlaceTrial::look(const std::string& name) {
    return try_step({"свойства файла", "looking at a file"}, [&] { return m_endpoint.look(name); });
}

void PlaceTrial::read(const std::string& name) {
    constexpr std::size_t most_bytes = std::size_t{1} << 20U;
    try_step({"чтение", "reading"}, [&] {
        std::size_t bytes = 0;
        try {
            m_endpoint.fetch(name, [&](std::string_view block) {
                bytes += block.size();
                if (bytes > most_bytes) {
                    throw Enough{};
                }
            });
        } catch (const Enough&) {
            m_endpoint.disconnect();  // what is still on the wire is of no use
        }
    });
}

std::optional<Duration> PlaceTrial::write_and_rename(const std::string& folder) {
    const std::optional<Duration> skew = store(m_name);
    const std::string renamed = folder.empty() ? "renamed-" + m_name : folder + "/" + m_name;
    try {
        if (!folder.empty()) {
            try_step({"создание папки", "making a folder"}, [&] { m_endpoint.make_folder(folder); });
        }
        try_step({"переименование", "renaming"}, [&] { m_endpoint.rename(m_name, renamed); });
    } catch (const TrialFailure&) {
        take_away(m_name);
        take_away(renamed);
        throw;
    }
    try_step({"удаление", "removing"}, [&] { m_endpoint.remove(renamed); });
    return skew;
}

std::optional<Duration> PlaceTrial::write_and_remove() {
    const std::optional<Duration> skew = store(m_name);
    try_step({"удаление", "removing"}, [&] { m_endpoint.remove(m_name); });
    return skew;
}

std::optional<Duration> PlaceTrial::store(const std::string& name) {
    try {
        try_step({"запись", "writing"}, [&] { m_endpoint.store(name, m_scratch); });
        const auto entry = look(name);
        const UtcTime now = m_clock.now();
        const std::uint64_t size = file_state(m_scratch).value_or(FileState{}).size;
        if (!entry || entry->size != size) {
            throw TrialFailure{
                {"запись", "writing"},
                {"SRC-SIZE",
                 {m_endpoint.shown(), std::to_string(entry ? entry->size : 0), std::to_string(size)}}};
        }
        return entry->modified ? std::optional<Duration>(*entry->modified - now) : std::nullopt;
    } catch (const TrialFailure&) {
        take_away(name);
        throw;
    }
}

void PlaceTrial::take_away(const std::string& name) {
    try {
        m_endpoint.remove(name);
    } catch (const Error&) {
        return;  // what has failed is told already
    }
}

}  // namespace obmen::commands
