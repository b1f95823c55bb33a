#include "daemon/watched_exchange.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace obmen::tests {

namespace {

constexpr const char* program = OBMEN_BINARY_DIR "/src/obmen";

void write_private(const std::filesystem::path& path, const std::string& bytes) {
    write_file(path, bytes);
    std::filesystem::permissions(path,
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace

std::string export_of(std::size_t count, const std::string& prefix) {
    return catalogue_file(sample_groups(1), sample_products(count, 1, prefix));
}

WatchedExchange::WatchedExchange(const std::vector<std::string>& sandbox_options) {
    std::vector<std::string> options{"--time-scale", "100"};
    options.insert(options.end(), sandbox_options.begin(), sandbox_options.end());
    m_sandbox = std::make_unique<SandboxProcess>(m_directory.path(), options);
    std::filesystem::create_directories(m_directory / "out");
    std::filesystem::create_directories(m_directory / "in");
    write_private(m_directory / "portal", m_sandbox->url() + "\n");
    write_settings();
}

void WatchedExchange::write_settings(const std::string& source_more, const std::string& more,
                                     int settle_seconds) const {
    write_private(settings(),
                  "language = \"en\"\n"
                  "[portal]\nurl = \"@portal\"\n"
                  "[state]\ndirectory = \"state\"\n"
                  "[[source]]\nname = \"1c\"\nurl = \"folder:out\"\npoll_seconds = 20\nsettle_seconds = " +
                      std::to_string(settle_seconds) + "\n" + source_more +
                      "\n[source.receipts]\nurl = \"folder:in\"\n" + more);
}

void WatchedExchange::write_all_settings(const std::string& text) const {
    write_private(settings(), text);
}

std::map<std::string, std::string> WatchedExchange::environment() const {
    std::map<std::string, std::string> all = m_variables;
    all.merge(std::map<std::string, std::string>{{"OBMEN_TIME_SCALE", m_time_scale},
                                                 {"LC_ALL", "C.UTF-8"},
                                                 {"OBMEN_PORTAL", ""},
                                                 {"OBMEN_LIMITS", (m_directory / "limits").string()}});
    return all;
}

void WatchedExchange::start(const std::vector<std::string>& more) {
    std::vector<std::string> words{program, "watch", settings().string()};
    words.insert(words.end(), more.begin(), more.end());
    m_daemon = std::make_unique<Process>(words, m_directory.path(), environment());
}

void WatchedExchange::start_and_wait(const std::vector<std::string>& more) {
    start(more);
    const bool watches =
        eventually([&] { return said().find("watching") != std::string::npos || !m_daemon->is_running(); });
    if (!watches || !m_daemon->is_running()) {
        throw std::runtime_error("the daemon does not run: " + said());
    }
}

ProcessResult WatchedExchange::stop() {
    m_daemon->signal(SIGTERM);
    return m_daemon->wait();
}

void WatchedExchange::kill() {
    m_daemon->signal(SIGKILL);
    static_cast<void>(m_daemon->wait());
}

std::string WatchedExchange::said() const {
    return m_daemon->said();
}

ProcessResult WatchedExchange::run(const std::vector<std::string>& arguments) const {
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    return run_process(words, m_directory.path(), environment());
}

void WatchedExchange::drop(const std::string& name, const std::string& bytes,
                           const std::string& folder) const {
    const std::filesystem::path temporary = m_directory.path() / folder / (name + ".tmp");
    write_file(temporary, bytes);
    std::filesystem::rename(temporary, m_directory.path() / folder / name);
}

std::vector<std::filesystem::path> WatchedExchange::receipts() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(m_directory / "in")) {
        if (entry.path().string().ends_with(".receipt.xml")) {
            found.push_back(entry.path());
        }
    }
    std::ranges::sort(found);
    return found;
}

std::vector<ledger::Package> WatchedExchange::packages() const {
    ledger::Database database(m_directory / "state/ledger.db", ledger::Opening::guest);
    return ledger::Packages(database).list(0);
}

int WatchedExchange::creations() const {
    return m_sandbox->verdict().at("creations").get<int>() - 1;
}

bool WatchedExchange::has_duplicates() const {
    return !m_sandbox->verdict().at("duplicates").empty();
}

}  // namespace obmen::tests
