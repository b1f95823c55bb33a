#include "daemon/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <new>
#include <system_error>
#include <utility>

#include "support/secret.hpp"

namespace obmen::daemon {

namespace {

bool ends_process(const Error& error) {
    return error.failure_class() == FailureClass::bug || error.finding().message.code == Code{"SYS-FSYNC"};
}

}  // namespace

std::optional<Failure> failure_of(const std::function<void()>& work) {
    try {
        work();
        return std::nullopt;
    } catch (const Error& error) {
        if (ends_process(error)) {
            throw;
        }
        return Failure{.failure_class = error.failure_class(), .message = error.finding().message};
    } catch (const std::bad_alloc&) {
        throw;
    } catch (const std::filesystem::filesystem_error& error) {
        return Failure{.message = Message{"SYS-FILE", {error.path1().string(), error.code().message()}},
                       .is_known = false};
    } catch (const std::exception& error) {
        return Failure{.message = Message{"SYS-INTERNAL", {masked(error.what())}}, .is_known = false};
    }
}

void Worker::rest(Duration longest, double pace) {
    const auto real = Duration{static_cast<Duration::rep>(static_cast<double>(longest.count()) * pace)};
    // A turn that wants no rest at all gets a short one: nothing may spin.
    constexpr Duration shortest{1};
    std::vector<int> descriptors{m_bell.descriptor()};
    if (event_descriptor() >= 0) {
        descriptors.push_back(event_descriptor());
    }
    static_cast<void>(wait_for_any(descriptors, std::max(real, shortest)));
    m_bell.hush();
}

WorkerThread::WorkerThread(Worker& worker, const std::atomic<bool>& stopping, double pace,
                           std::function<void(std::exception_ptr)> on_end)
    : m_thread([&worker, &stopping, pace, on_end = std::move(on_end)] {
          std::exception_ptr end;
          try {
              while (!stopping.load()) {
                  const Duration rest = worker.turn();
                  if (!stopping.load()) {
                      worker.rest(rest, pace);
                  }
              }
          } catch (...) {
              end = std::current_exception();
          }
          on_end(end);
      }) {}

WorkerThread::~WorkerThread() {
    m_thread.join();
}

double pace_of(const Clock& clock) {
    const auto real =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch());
    const auto its_own = static_cast<double>(clock.steady().count());
    return its_own > 0 ? real.count() / its_own : 1.0;
}

std::string told(const Message& message, Language language) {
    return fmt::format("{}: {}", message.code.text(), full_text(message, language));
}

std::string told(Duration duration, Language language) {
    constexpr Duration two_minutes{std::chrono::minutes(2)};
    return duration < two_minutes
               ? said(language, "{} с", "{} s", std::chrono::ceil<std::chrono::seconds>(duration).count())
               : said(language, "{} мин", "{} min",
                      std::chrono::round<std::chrono::minutes>(duration).count());
}

std::string told_pause(Duration pause, Language language) {
    return said(language, " (следующая попытка через {})", " (the next attempt in {})",
                told(pause, language));
}

}  // namespace obmen::daemon
