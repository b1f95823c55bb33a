#include "daemon/supervisor.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

#include "support/error.hpp"
#include "support/secret.hpp"

namespace obmen::daemon {

namespace {

/// The main thread looks at the clock and at the engines so often at the least.
constexpr Duration tick{std::chrono::seconds(30)};
/// One step of an engine, such as reading a large export, may take so long.
constexpr Duration longest_step{std::chrono::hours(1)};
/// How long a step in hand may take when the process is to end. Whatever is cut off goes on at the next
/// start.
constexpr Duration grace{std::chrono::seconds(15)};
constexpr int signal_exit = 128;
constexpr int failed_exit = 4;  // as commands::ExitCode::failed

FileDescriptor listen_to_signals() {
    sigset_t set{};
    sigemptyset(&set);
    for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
        sigaddset(&set, number);
    }
    // Threads that are started from here on inherit it.
    if (const int error = ::pthread_sigmask(SIG_BLOCK, &set, nullptr); error != 0) {
        throw std::system_error(error, std::generic_category(), "pthread_sigmask");
    }
    FileDescriptor descriptor(::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!descriptor.is_open()) {
        throw std::system_error(errno, std::generic_category(), "signalfd");
    }
    return descriptor;
}

std::string text_of(const std::exception_ptr& end, Language language) {
    try {
        std::rethrow_exception(end);
    } catch (const Error& error) {
        return told(error.finding().message, language);
    } catch (const std::exception& error) {
        return told(Message{"SYS-INTERNAL", {masked(error.what())}}, language);
    } catch (...) {
        return told(Message{"SYS-INTERNAL", {"?"}}, language);
    }
}

std::string line_of(const Finding& finding, Language language) {
    const std::string place = finding.place.line > 0
                                  ? fmt::format("{}:{}: ", finding.file, finding.place.line)
                              : finding.file.empty() ? std::string()
                                                     : finding.file + ": ";
    return place + told(finding.message, language);
}

}  // namespace

void News::opened() {
    const std::lock_guard lock(m_mutex);
    ++m_item.opened;
    m_bell.ring();
}

void News::held(const Message& who) {
    const std::lock_guard lock(m_mutex);
    m_item.held = who;
    m_bell.ring();
}

void News::refused(const Message& why) {
    const std::lock_guard lock(m_mutex);
    m_item.refusals.push_back(why);
    m_bell.ring();
}

void News::thread_ended(const std::exception_ptr& end) {
    const std::lock_guard lock(m_mutex);
    if (end) {
        m_item.ends.push_back(end);
    }
    m_bell.ring();
}

News::Item News::take() {
    const std::lock_guard lock(m_mutex);
    m_bell.hush();
    return std::exchange(m_item, {});
}

Supervisor::Supervisor(const WatchPlan& plan, Clock& clock, Log& log)
    : m_plan(plan), m_clock(clock), m_log(log), m_clock_watch(clock.now(), time_since_boot()) {}

WatchEnd Supervisor::run() {
    m_signals = listen_to_signals();
    SettingsSet set = load_settings_set(m_plan.files, m_plan.environment, m_clock);
    if (!set.mistakes.empty()) {
        return {.mistakes = std::move(set.mistakes)};
    }
    m_to_open = set.exchanges.size();
    for (ExchangeSettings& settings : set.exchanges) {
        Slot slot;
        slot.running = start(std::move(settings), true);
        m_slots.push_back(std::move(slot));
    }
    if (m_plan.interrupted != nullptr && m_plan.interrupted->load()) {
        on_signal(SIGTERM);
    }
    while (!(m_is_stopping && has_ended())) {
        listen();
    }
    m_slots.clear();
    m_log.info(said(m_plan.language, "остановлен", "stopped"));
    return std::move(m_end);
}

std::unique_ptr<RunningExchange> Supervisor::start(ExchangeSettings settings, bool is_first) {
    return std::make_unique<RunningExchange>(
        std::move(settings),
        ExchangeHost{.clock = m_clock,
                     .log = m_log,
                     .pace = pace_of(m_clock),
                     .verbose = m_plan.verbose,
                     .is_first = is_first,
                     .on_open = [this] { m_news.opened(); },
                     .on_held = [this](const Message& who) { m_news.held(who); },
                     .on_refused = [this](const Message& why) { m_news.refused(why); },
                     .on_thread_end = [this](const std::exception_ptr& end) { m_news.thread_ended(end); }});
}

void Supervisor::listen() {
    Duration longest = std::min(tick, m_service.heartbeat().value_or(tick));
    if (m_is_stopping) {
        longest = std::clamp(m_stop_deadline - time_since_boot(), Duration{0}, longest);
    }
    static_cast<void>(wait_for_any({m_signals.get(), m_news.bell().descriptor()}, longest));
    signalfd_siginfo signal{};
    while (::read(m_signals.get(), &signal, sizeof signal) == static_cast<ssize_t>(sizeof signal)) {
        on_signal(static_cast<int>(signal.ssi_signo));
    }
    take_news();
    replace_ended();
    beat();
    if (m_is_stopping && !has_ended() && time_since_boot() >= m_stop_deadline) {
        end_now(m_end.failed ? failed_exit : 0,
                said(m_plan.language, "начатый шаг слишком долог; он продолжится при следующем запуске",
                     "a step takes too long; it goes on at the next start"));
    }
}

void Supervisor::on_signal(int number) {
    if (number == SIGHUP) {
        if (!m_is_stopping) {
            reload();
        }
    } else if (m_is_stopping) {
        end_now(signal_exit + number,
                said(m_plan.language, "остановлен сразу; начатое продолжится при следующем запуске",
                     "stopped at once; what was begun goes on at the next start"));
    } else {
        m_log.info(said(m_plan.language, "получен сигнал остановки: заканчивается начатый шаг",
                        "told to stop: the step in hand is finished"));
        stop_all();
    }
}

void Supervisor::take_news() {
    News::Item news = m_news.take();
    for (const Message& refusal : news.refusals) {
        m_end.mistakes.push_back({.severity = Severity::fatal, .message = refusal});
    }
    for (const std::exception_ptr& end : news.ends) {
        m_log.error(said(m_plan.language, "процесс не может продолжать: {}", "the process cannot go on: {}",
                         text_of(end, m_plan.language)));
        m_end.failed = true;
    }
    if (!m_is_stopping && (!news.refusals.empty() || !news.ends.empty())) {
        stop_all();
    }
    if (news.held && !m_is_stopping) {
        m_service.status(sentence(*news.held, m_plan.language));
    }
    if (m_to_open > 0 && !m_is_stopping) {
        m_to_open -= std::min<std::size_t>(m_to_open, news.opened);
        if (m_to_open == 0) {
            m_log.info(status());
            m_service.ready(status());
        }
    } else if (news.opened > 0 && !m_is_stopping) {
        m_service.status(status());
    }
}

/// Where nothing is wrong with the new settings, exchanges whose settings have changed begin anew; the others
/// go on, and try at once what they were waiting for.
void Supervisor::reload() {
    m_service.reloading();
    m_log.info(said(m_plan.language, "настройки перечитываются", "the settings are read again"));
    SettingsSet set = load_settings_set(m_plan.files, m_plan.environment, m_clock);
    for (const Finding& mistake : set.mistakes) {
        m_log.error(line_of(mistake, m_plan.language));
    }
    if (!set.mistakes.empty()) {
        m_log.error(said(m_plan.language, "в настройках ошибки: действуют прежние",
                         "the settings have mistakes: the old ones stand"));
    } else {
        for (std::size_t i = 0; i < m_slots.size(); ++i) {
            Slot& slot = m_slots[i];
            ExchangeSettings& settings = set.exchanges[i];
            if (!slot.is_stopping && slot.running->settings().fingerprint == settings.fingerprint) {
                slot.running->look_now();
                continue;
            }
            m_log.info(said(m_plan.language, "{}: начинает заново с другими настройками",
                            "{}: begins anew with other settings", settings.name));
            slot.successor = std::move(settings);
            slot.is_stopping = true;
            slot.running->stop();
        }
    }
    if (m_to_open == 0) {
        m_service.ready(status());
    }
}

void Supervisor::replace_ended() {
    for (Slot& slot : m_slots) {
        if (slot.successor && slot.running->has_ended() && !m_is_stopping) {
            slot.running.reset();
            slot.running = start(std::move(*slot.successor), false);
            slot.successor.reset();
            slot.is_stopping = false;
            slot.running->look_now();
        }
    }
}

void Supervisor::beat() {
    if (const auto jump = m_clock_watch.look(m_clock.now(), time_since_boot())) {
        m_log.warning(told(
            Message{"SYS-CLOCK",
                    {(*jump < Duration{0} ? "-" : "+") + told(std::chrono::abs(*jump), m_plan.language)}},
            m_plan.language));
        for (const Slot& slot : m_slots) {
            slot.running->look_now();  // what is to be done at a time of the clock waits for another one
        }
    }
    const bool all_live = std::ranges::all_of(m_slots, [](const Slot& slot) {
        return slot.running->has_ended() || slot.running->is_alive(longest_step);
    });
    if (all_live) {
        m_service.alive();
    }
    if (all_live && m_to_open > 0 && !m_is_stopping) {
        m_service.still_starting(2 * tick);
    }
}

void Supervisor::stop_all() {
    m_is_stopping = true;
    m_stop_deadline = time_since_boot() + grace;
    m_service.stopping();
    for (Slot& slot : m_slots) {
        slot.running->stop();
    }
}

/// Everything that counts is on disk: there is nothing to tidy up.
void Supervisor::end_now(int code, const std::string& why) {
    m_log.warning(why);
    ::_exit(code);
}

bool Supervisor::has_ended() const {
    return std::ranges::all_of(m_slots, [](const Slot& slot) { return slot.running->has_ended(); });
}

std::string Supervisor::status() const {
    std::vector<std::string> names;
    std::size_t sources = 0;
    for (const Slot& slot : m_slots) {
        const ExchangeSettings& settings = slot.successor ? *slot.successor : slot.running->settings();
        names.push_back(settings.name);
        sources += settings.settings.sources.size();
    }
    return said(m_plan.language, "под наблюдением: {} (источников: {})", "watching {} (sources: {})",
                fmt::join(names, ", "), sources);
}

}  // namespace obmen::daemon
