#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <fstream>
#include <map>
#include <set>
#include <thread>
#include <utility>

#include "harness/temporary_directory.hpp"
#include "ledger/source_files.hpp"
#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/hash.hpp"
#include "torture/world.hpp"

namespace obmen::torture {

namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

}  // namespace

void World::act(const Step& step) {
    say(fmt::format("{} ({}, {})", name_of(step.deed), m_places.at(step.source)->name(), step.number % 1000));
    Place& place = *m_places.at(step.source);
    act_on_files(step, place);
    act_on_surroundings(step, place);
    act_as_person(step, place);
}

void World::act_on_files(const Step& step, Place& place) {
    Shop& shop = place.shop();
    switch (step.deed) {
        case Deed::changes:
            return drop(place, shop.changes());
        case Deed::prices:
            return drop(place, shop.prices());
        case Deed::full:
            return drop(place, shop.full(step.number % 3));
        case Deed::full_without_many:
            return drop(place, shop.full(14));
        case Deed::contragents:
            return drop(place, shop.contragents());
        case Deed::order:
            return drop(place, shop.order());
        case Deed::zip:
            return drop(place, Shop::zipped(shop.changes()));
        case Deed::broken:
            return drop(place, shop.broken());
        case Deed::mended:
            return mend(place);
        case Deed::half_and_rest:
        case Deed::half_for_ever:
            return drop_half(step, place);
        case Deed::repeat:
            return repeat(step, place);
        case Deed::wipe:
            return wipe(place);
        case Deed::rewrite:
            return rewrite(place);
        default:
            return;
    }
}

void World::act_on_surroundings(const Step& step, Place& place) {
    fault_proxy::FaultProxy* const proxy = place.proxy();
    switch (step.deed) {
        case Deed::kill:
            return kill(SIGKILL);
        case Deed::terminate:
            return kill(SIGTERM);
        case Deed::failpoint:
            return fail_at(step.number);
        case Deed::second_daemon:
            return second_daemon();
        case Deed::portal_faults:
            ++m_outcome.faults;
            m_portal->post("/sandbox/faults/random",
                           {{"seed", step.number % 1'000'000},
                            {"share", 0.1 + 0.05 * static_cast<double>(step.number % 5)},
                            {"slow_milliseconds", 1300}});
            return;
        case Deed::portal_late:
            return lose_answers_of_late_requests(step, place);
        case Deed::portal_down:
            ++m_outcome.faults;
            m_portal->post("/sandbox/down", {{"seconds", 30 + step.number % 300}});
            return;
        case Deed::portal_calm:
            return m_portal->clear_faults();
        case Deed::proxy_faults:
            if (proxy != nullptr) {
                using fault_proxy::Action;
                ++m_outcome.faults;
                // Nobody promises to notice another byte where neither the way nor the content says so.
                std::vector<Action> actions{Action::cut,   Action::reset, Action::stall,
                                            Action::slice, Action::delay, Action::refuse};
                if (!place.is_plain()) {
                    actions.push_back(Action::corrupt);
                }
                proxy->draw(
                    {.seed = step.number, .share = 0.4, .longest = milliseconds(300), .actions = actions});
            }
            return;
        case Deed::proxy_down:
            if (proxy != nullptr) {
                ++m_outcome.faults;
                proxy->set_down(true);
            }
            return;
        case Deed::proxy_calm:
            if (proxy != nullptr) {
                proxy->clear();
                proxy->set_down(false);
            }
            return;
        case Deed::server_away:
            ++m_outcome.faults;
            return place.go_away();
        case Deed::server_back:
            return place.come_back();
        case Deed::disk_full:
            ++m_outcome.faults;
            m_disk_was_full = true;
            return m_disk.fill(step.number % 200'000);
        case Deed::disk_free:
            return m_disk.free();
        case Deed::clock_forward:
            if (step.number % 2 == 0) {
                return move_clock_while_something_waits(step, place);
            }
            return move_clock(static_cast<std::int64_t>(1 + step.number % 150) * 3600);
        case Deed::clock_back:
            return move_clock(-static_cast<std::int64_t>(1 + step.number % 150) * 3600);
        default:
            return;
    }
}

void World::act_as_person(const Step& step, Place& place) {
    const std::vector<ledger::Package> known =
        step.deed == Deed::retry || step.deed == Deed::forget || step.deed == Deed::approve
            ? packages()
            : std::vector<ledger::Package>{};
    switch (step.deed) {
        case Deed::retry:
        case Deed::forget:
            if (!known.empty()) {
                const std::string& id = known.at(step.number % known.size()).id;
                (step.deed == Deed::forget ? m_truth.forgotten : m_reopened).insert(id);
                static_cast<void>(order(step.deed == Deed::forget ? "forget" : "retry", {id}));
            }
            return;
        case Deed::approve:
            for (const ledger::Package& package : known) {
                if (package.removals_held) {
                    const int exit_code = order("approve", {package.id});
                    constexpr int not_done = 4;
                    if (exit_code != not_done) {
                        (exit_code == 0 ? m_truth.approved : m_truth.perhaps_approved).insert(package.id);
                    }
                }
            }
            return;
        case Deed::pause: {
            const std::vector<std::string> what =
                step.number % 2 == 0 ? std::vector<std::string>{} : std::vector<std::string>{place.name()};
            static_cast<void>(order("pause", what));
            wait(milliseconds(200));
            static_cast<void>(order("resume", what));
            return;
        }
        case Deed::push:
            return push(place);
        case Deed::status:
            static_cast<void>(order("status", {}));
            return;
        default:
            return;
    }
}

/// The portal takes its time over what makes something or changes it, and the connection is gone when it is
/// done. Well below the minute (scaled) after which nothing runs any more.
void World::lose_answers_of_late_requests(const Step& step, Place& place) {
    ++m_outcome.faults;
    nlohmann::json rules = nlohmann::json::array();
    for (const char* method : {"crm.product.add", "catalog.product.add", "crm.deal.add", "crm.company.add",
                               "crm.product.update", "catalog.product.update", "crm.company.update"}) {
        rules.push_back({{"action", "late"},
                         {"seconds", 5 + step.number % 20},
                         {"times", 1 + step.number / 100 % 2},
                         {"match", {{"method", method}}}});
    }
    m_portal->post("/sandbox/faults", rules);
    drop(place, step.number / 1000 % 2 == 0 ? place.shop().order() : place.shop().changes());
}

/// The clock is set while something waits for a portal that is down: time has not passed because of that.
void World::move_clock_while_something_waits(const Step& step, Place& place) {
    m_portal->post("/sandbox/down", {{"seconds", 300}});
    drop(place, place.shop().order());
    wait(milliseconds(800));
    move_clock(static_cast<std::int64_t>(80 + step.number % 70) * 3600);
    wait(milliseconds(500));
    m_portal->post("/sandbox/down", {{"seconds", 0}});
}

void World::drop(Place& place, Export made) {
    m_bytes[made.drop.sha256] = made.bytes;
    made.drop.source = place.name();
    made.drop.dropped_at = m_now;
    if (!made.pictures_come_late) {
        put_pictures(place, made.pictures);
    }
    m_truth.drops.push_back(made.drop);
    place.put(made.name, made.bytes);
    if (made.pictures_come_late) {
        put_pictures(place, made.pictures);
    }
}

/// What lies there under a name: what was dropped last under it, unless it has gone already.
Drop* World::lying(const Place& place, const std::string& name) {
    if (!fs::exists(place.out() / name)) {
        return nullptr;
    }
    for (std::size_t i = m_truth.drops.size(); i > 0; --i) {
        Drop& drop = m_truth.drops[i - 1];
        if (drop.source == place.name() && drop.name == name) {
            return drop.fate == Fate::left ? &drop : nullptr;
        }
    }
    return nullptr;
}

void World::put_pictures(Place& place, const std::vector<Picture>& pictures) {
    for (const Picture& picture : pictures) {
        if (Drop* const earlier = lying(place, picture.name)) {
            earlier->fate = Fate::gone;
        }
        m_truth.drops.push_back({.source = place.name(),
                                 .name = picture.name,
                                 .sha256 = sha256_hex(picture.bytes),
                                 .expectation = Expectation::companion,
                                 .dropped_at = m_now});
        place.put(picture.name, picture.bytes);
    }
}

/// An uploader that has no temporary names, and is cut off; it may go on later.
void World::drop_half(const Step& step, Place& place) {
    const Export whole = place.shop().half();
    const std::string part = whole.bytes.substr(0, 1 + step.number % (whole.bytes.size() - 10));
    Drop half = whole.drop;
    half.source = place.name();
    half.sha256 = sha256_hex(part);
    half.expectation = Expectation::rejected;
    half.dropped_at = m_now;
    place.append(whole.name, part);
    m_truth.drops.push_back(half);
    if (step.deed == Deed::half_for_ever) {
        return;
    }
    const std::size_t at = m_truth.drops.size() - 1;
    wait(milliseconds(step.number % 400));
    const fs::path file = place.out() / whole.name;
    const int open = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    Drop rest = whole.drop;
    rest.source = place.name();
    rest.dropped_at = m_now;
    m_truth.drops.push_back(rest);
    if (open < 0) {  // it is rejected already, and has been put away
        return place.put(whole.name, whole.bytes);
    }
    m_truth.drops.at(at).fate = Fate::gone;
    const std::string_view left = std::string_view(whole.bytes).substr(part.size());
    const bool is_written = ::write(open, left.data(), left.size()) == static_cast<ssize_t>(left.size());
    ::close(open);
    if (!is_written) {
        throw std::runtime_error("the rest of an upload could not be written");
    }
}

namespace {

/// Has something else been said of one of its objects since?
bool is_overtaken(const Drop& drop, const std::vector<Drop>& drops) {
    std::map<std::pair<std::string, std::string>, const Told*> told;
    for (const Told& object : drop.told) {
        told[{object.kind, object.id}] = &object;
    }
    return std::ranges::any_of(drops, [&](const Drop& later) {
        return &later > &drop && later.expectation == Expectation::accepted &&
               std::ranges::any_of(later.told, [&](const Told& object) {
                   const auto known = told.find({object.kind, object.id});
                   return known != told.end() && known->second->values != object.values;
               });
    });
}

}  // namespace

/// The very same bytes under another name: what was said last costs nothing, what was said before takes
/// everything back that has come since (full exports excepted: those are stale).
void World::repeat(const Step& step, Place& place) {
    const bool takes_back = step.number % 3 != 0;
    std::vector<const Drop*> earlier;
    for (const Drop& drop : m_truth.drops) {
        if (drop.source == place.name() && drop.expectation == Expectation::accepted &&
            m_bytes.contains(drop.sha256) &&
            (!takes_back || (!drop.full && is_overtaken(drop, m_truth.drops)))) {
            earlier.push_back(&drop);
        }
    }
    if (earlier.empty()) {
        return;
    }
    constexpr std::size_t newest = 6;
    Export made;
    made.drop = *earlier.at(earlier.size() - 1 - step.number / 3 % std::min(earlier.size(), newest));
    made.drop.fate = Fate::left;
    made.drop.answered_at = 0;
    made.bytes = m_bytes.at(made.drop.sha256);
    made.name = fmt::format("again{}-{}", m_truth.drops.size(), made.drop.name);
    made.drop.name = made.name;
    say("  " + made.name);
    drop(place, std::move(made));
}

bool World::is_copied(const Drop& drop) const {
    try {
        ledger::Database database(m_disk.directory() / "state/ledger.db", ledger::Opening::guest);
        const std::vector<ledger::SourceFile> files = ledger::SourceFiles(database, drop.source).all();
        return std::ranges::any_of(files, [&](const ledger::SourceFile& file) {
            return file.name == drop.name && file.sha256 == drop.sha256 &&
                   (!file.copy.empty() || !file.package.empty());
        });
    } catch (const Error&) {
        return false;
    }
}

/// 1C clears its folder before its next export.
void World::wipe(Place& place) {
    std::set<std::string> names;
    for (const Drop& drop : m_truth.drops) {
        if (drop.source == place.name()) {
            names.insert(drop.name);
        }
    }
    for (const std::string& name : names) {
        Drop* const drop = lying(place, name);
        const bool was_copied = drop != nullptr && is_copied(*drop);
        std::error_code error;
        if (drop != nullptr && fs::remove(place.out() / name, error)) {
            drop->fate = was_copied ? Fate::gone_after_copy : Fate::gone;
        }
    }
}

/// 1C writes another export under a name that is still there.
void World::rewrite(Place& place) {
    for (std::size_t i = m_truth.drops.size(); i > 0; --i) {
        const Drop& drop = m_truth.drops[i - 1];
        const bool is_export = drop.expectation == Expectation::accepted && drop.entries.empty();
        if (drop.source == place.name() && drop.fate == Fate::left && is_export &&
            fs::exists(place.out() / drop.name)) {
            Export made = place.shop().changes();
            made.name = drop.name;
            made.drop.name = drop.name;
            return drop_over(place, std::move(made));
        }
    }
}

/// The file that could not be read comes again, whole this time.
void World::mend(Place& place) {
    if (std::optional<Export> made = place.shop().mended()) {
        drop_over(place, *std::move(made));
    }
}

void World::drop_over(Place& place, Export made) {
    if (Drop* const earlier = lying(place, made.name)) {
        earlier->fate = is_copied(*earlier) ? Fate::gone_after_copy : Fate::gone;
    }
    drop(place, std::move(made));
}

/// A person hands a further file over, beside the daemon or without it.
void World::push(Place& place) {
    const Export made = place.shop().changes();
    const fs::path file = m_directory / "pushed" / made.name;
    tests::write_file(file, made.bytes);
    m_bytes[made.drop.sha256] = made.bytes;
    Drop drop = made.drop;
    drop.dropped_at = m_now;
    const int exit_code = order("push", {file.string()});
    constexpr int deferred = 3;
    drop.fate = exit_code >= 0 && exit_code <= deferred ? Fate::left : Fate::gone;
    m_truth.drops.push_back(drop);
}

int World::order(const std::string& command, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{m_programs.obmen.string(), command};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.insert(words.end(), {"--settings", (m_directory / "shop.toml").string()});
    tests::Process process(words, m_directory, environment());
    // A person loses patience; the daemon goes on with it.
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(8);
    while (process.is_running() && std::chrono::steady_clock::now() < until) {
        wait(milliseconds(10));
    }
    if (process.is_running()) {
        process.signal(SIGKILL);
    }
    const tests::ProcessResult result = process.wait();
    for (const char* crime : {"AddressSanitizer", "runtime error:", "terminate called", "SYS-INTERNAL"}) {
        if (result.error.find(crime) != std::string::npos) {
            m_outcome.violations.push_back(fmt::format("{} said «{}»: {}", command, crime, result.error));
        }
    }
    say(fmt::format("  {} {}: {}", command, fmt::join(arguments, " "), result.exit_code));
    return result.exit_code;
}

void World::kill(int signal) {
    keep_running();
    m_end_is_expected = true;
    m_daemon->signal(signal);
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(25);
    while (m_daemon->is_running() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(milliseconds(2));
    }
    if (m_daemon->is_running()) {
        m_outcome.violations.emplace_back("obmen does not end when it is told to");
        m_daemon->signal(SIGKILL);
    }
    note_end();
    start();
}

/// Ended, and started with a place where it is to break.
void World::fail_at(std::uint64_t number) {
    keep_running();
    m_end_is_expected = true;
    m_daemon->signal(SIGKILL);
    note_end();
    constexpr std::array<const char*, 8> actions{"kill",   "kill", "kill",   "kill",
                                                 "ENOSPC", "EIO",  "EMFILE", "delay:200"};
    const std::string wish =
        fmt::format("{}={}@{}", failpoints.at(number % failpoints.size()).name,
                    actions.at(number / 1000 % actions.size()), 1 + number / 100'000 % 12);
    say("  " + wish);
    start(wish);
}

/// Two at once: the second has no business here.
void World::second_daemon() {
    keep_running();
    const bool end_was_expected = m_end_is_expected;
    m_end_is_expected = true;  // if it has only just begun, the other one may be the first
    tests::Process second({m_programs.obmen.string(), "watch", (m_directory / "shop.toml").string()},
                          m_directory, environment());
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (second.is_running() && m_daemon->is_running() && std::chrono::steady_clock::now() < until) {
        std::this_thread::sleep_for(milliseconds(20));
    }
    if (second.is_running() && m_daemon->is_running()) {
        m_outcome.violations.emplace_back("two daemons have one state directory");
    }
    if (second.is_running()) {
        second.signal(SIGTERM);
    }
    static_cast<void>(second.wait());
    if (m_daemon->is_running()) {
        m_end_is_expected = end_was_expected;  // a failpoint of it may still come
    }
}

void World::move_clock(std::int64_t seconds) {
    ++m_outcome.faults;
    m_moved_seconds += seconds;
    say(fmt::format("  the clock stands {} h off", m_moved_seconds / 3600));
    std::fstream file(m_directory / "moved", std::ios::binary | std::ios::in | std::ios::out);
    file.write(reinterpret_cast<const char*>(&m_moved_seconds), sizeof m_moved_seconds);
}

}  // namespace obmen::torture
