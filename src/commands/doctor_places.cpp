#include "commands/doctor_places.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <system_error>

#include "commands/place_trial.hpp"
#include "config/schedule.hpp"
#include "endpoint/endpoint.hpp"
#include "exchange/receipt_target.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "support/file.hpp"

namespace obmen::commands {

namespace {

constexpr std::chrono::seconds largest_skew{120};

/// A local file with a few bytes, which goes with the object.
class LocalScratch {
  public:
    LocalScratch() : m_path(std::filesystem::temp_directory_path() / ("obmen-trial-" + new_package_id())) {
        write_durably(m_path, "obmen doctor\n");
    }
    ~LocalScratch() {
        std::error_code nothing_to_be_done;
        std::filesystem::remove(m_path, nothing_to_be_done);
    }
    LocalScratch(const LocalScratch&) = delete;
    LocalScratch& operator=(const LocalScratch&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

/// Opens an endpoint, lets `work` try it, and says how it went.
/// \returns whether it went well
bool try_place(DoctorLines& lines, DoctorTopic topic, const std::string& name,
               const config::EndpointSettings& place, Surroundings& surroundings,
               const std::function<Wording(endpoint::Endpoint&, PlaceTrial&)>& work) {
    try {
        const LocalScratch scratch;
        const auto endpoint = endpoint::open_endpoint(
            place,
            {.clock = surroundings.clock, .log = surroundings.log, .interrupted = surroundings.interrupted});
        PlaceTrial trial(*endpoint, scratch.path(), surroundings.clock);
        try {
            const Wording found = work(*endpoint, trial);
            lines.ok(topic, name,
                     {endpoint->shown() + ": " + found.russian, endpoint->shown() + ": " + found.english});
            endpoint->disconnect();
            return true;
        } catch (const TrialFailure& failure) {
            lines.failed(topic, name, endpoint->shown(), failure.step, failure.why);
        }
    } catch (const Error& error) {
        if (error.finding().message.code == Code{"SYS-INTERRUPTED"}) {
            throw;
        }
        lines.failed(topic, name, error.finding().message);
    }
    return false;
}

/// \param what of the place: a source may be away while the folder for its receipts is there
void check_clock(DoctorLines& lines, const std::string& name, const Wording& what,
                 const config::EndpointSettings& place, std::optional<Duration> skew) {
    if (!skew) {
        return;
    }
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(*skew).count();
    if (std::chrono::abs(*skew) > largest_skew) {
        lines.failed(DoctorTopic::clock, name, {"SRC-SKEW", {place.url, std::to_string(seconds)}});
        return;
    }
    lines.ok(DoctorTopic::clock, name,
             {fmt::format("{} расходятся с нашими на {} с", what.russian, seconds),
              fmt::format("{} is {} s off ours", what.english, seconds)});
}

/// Reads the smallest file, if there is one.
Wording read_one(const endpoint::Listing& listing, PlaceTrial& trial) {
    const endpoint::Entry* smallest = nullptr;
    std::size_t files = 0;
    for (const endpoint::Entry& entry : listing.entries) {
        if (entry.kind == endpoint::Entry::Kind::file) {
            ++files;
            smallest = smallest == nullptr || entry.size < smallest->size ? &entry : smallest;
        }
    }
    if (smallest == nullptr) {
        return {"файлов нет, чтение не проверено", "no files, reading was not tried"};
    }
    trial.read(smallest->name);
    return {fmt::format("файлов {}, {} прочитан", files, smallest->name),
            fmt::format("{} files, {} was read", files, smallest->name)};
}

void demand_sentinel(const config::SourceSettings& source, endpoint::Endpoint& endpoint, PlaceTrial& trial) {
    if (!source.sentinel.empty() && !trial.look(source.sentinel)) {
        throw TrialFailure{{"контрольный файл", "the sentinel file"},
                           {"SRC-SENTINEL", {endpoint.shown(), source.sentinel}}};
    }
}

void check_source(DoctorLines& lines, const config::SourceSettings& source, Surroundings& surroundings) {
    std::optional<Duration> skew;
    try_place(lines, DoctorTopic::source, source.name, source.place, surroundings,
              [&](endpoint::Endpoint& endpoint, PlaceTrial& trial) -> Wording {
                  const bool moves = source.archive == config::ArchivePolicy::move;
                  demand_sentinel(source, endpoint, trial);
                  const Wording read = read_one(
                      trial.list(source.depth, moves ? source.archive_folder : std::string{}), trial);
                  if (source.archive == config::ArchivePolicy::leave) {
                      return {read.russian + "; запись не проверена: здесь она не нужна",
                              read.english + "; writing was not tried: it is not needed here"};
                  }
                  skew = moves ? trial.write_and_rename(source.archive_folder) : trial.write_and_remove();
                  return {read.russian + "; запись, переименование и удаление возможны",
                          read.english + "; files can be written, renamed and removed"};
              });
    check_clock(lines, source.name, {"часы источника", "the source's clock"}, source.place, skew);
}

void check_schedule(DoctorLines& lines, const config::SourceSettings& source, UtcTime now) {
    if (source.schedule.empty()) {
        lines.ok(DoctorTopic::schedule, source.name,
                 {fmt::format("каждые {} с", source.poll_seconds),
                  fmt::format("every {} s", source.poll_seconds)});
        return;
    }
    try {
        const UtcTime next = config::Schedule::parse(source.schedule, source.time_zone).next_after(now);
        lines.ok(DoctorTopic::schedule, source.name,
                 {"следующий раз " + local_date_time(next) + " по времени этой машины",
                  "next at " + local_date_time(next) + ", this machine's time"});
    } catch (const Error& error) {
        lines.failed(DoctorTopic::schedule, source.name, error.finding().message);
    }
}

/// Receipts that wait need not wait longer: the courier tries with its next run.
void end_pause(const config::Settings& settings, const std::string& source) {
    const std::filesystem::path file = settings.state_directory / "ledger.db";
    if (!std::filesystem::exists(file)) {
        return;
    }
    try {
        ledger::Database database(file, ledger::Opening::guest);
        ledger::ReceiptDeliveries(database).forget_trouble(source);
    } catch (const Error&) {
        return;  // the line about the ledger says what is wrong with it
    }
}

void check_receipts(DoctorLines& lines, const config::Settings& settings,
                    const config::SourceSettings& source, Surroundings& surroundings) {
    const config::EndpointSettings place = exchange::receipt_target(settings, source);
    std::optional<Duration> skew;
    if (!source.receipts) {
        make_directories(settings.receipts.directory);
    }
    const bool well = try_place(lines, DoctorTopic::receipts, source.name, place, surroundings,
                                [&](endpoint::Endpoint& /*endpoint*/, PlaceTrial& trial) -> Wording {
                                    skew = trial.write_and_rename({});
                                    return {"запись, переименование и удаление возможны",
                                            "files can be written, renamed and removed"};
                                });
    if (source.receipts) {  // else they go into a folder of this machine, by its own clock
        check_clock(lines, source.name, {"часы места квитанций", "the receipt target's clock"}, place, skew);
    }
    if (well) {
        end_pause(settings, source.name);
    }
}

}  // namespace

void check_places(DoctorLines& lines, const config::Settings& settings, Surroundings& surroundings) {
    for (const config::SourceSettings& source : settings.sources) {
        check_source(lines, source, surroundings);
        check_schedule(lines, source, surroundings.clock.now());
        check_receipts(lines, settings, source, surroundings);
    }
}

}  // namespace obmen::commands
