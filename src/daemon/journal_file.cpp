#include "daemon/journal_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "support/bilingual.hpp"
#include "support/error.hpp"

namespace obmen::daemon {

namespace {

constexpr std::size_t rows_at_once = 2'000;

std::string line_of(const ledger::JournalRow& row, const std::string& exchange) {
    const ledger::JournalEntry& entry = row.entry;
    const nlohmann::ordered_json line{{"exchange", exchange},
                                      {"id", row.id},
                                      {"timestamp", utc_date_time(entry.time)},
                                      {"operation", entry.operation},
                                      {"source_system", entry.source_system},
                                      {"target_system", entry.target_system},
                                      {"package", entry.package},
                                      {"object_id", entry.object_id},
                                      {"status", entry.status},
                                      {"details", argument_text(entry.details, Language::english)}};
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

JournalFile::JournalFile(std::filesystem::path path, std::string exchange, ledger::Database& database)
    : m_path(std::move(path)), m_exchange(std::move(exchange)), m_journal(database) {}

bool JournalFile::write_on() {
    const std::vector<ledger::JournalRow> rows = m_journal.after(m_journal.written_on_to(), rows_at_once);
    if (rows.empty()) {
        return false;
    }
    std::string lines;
    for (const ledger::JournalRow& row : rows) {
        lines += line_of(row, m_exchange);
    }
    append(lines);
    m_journal.set_written_on_to(rows.back().id);
    return rows.size() == rows_at_once;
}

void JournalFile::append(const std::string& lines) {
    std::string text;
    if (!m_file.is_open()) {
        m_file = FileDescriptor(
            ::open(m_path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
        if (!m_file.is_open()) {
            fail_with_file(m_path, errno);
        }
        // Half a line that a full disk or a crash has left must not spoil the next one.
        const off_t size = ::lseek(m_file.get(), 0, SEEK_END);
        char last = '\n';
        if (size > 0 && ::pread(m_file.get(), &last, 1, size - 1) == 1 && last != '\n') {
            text = "\n";
        }
    }
    text += lines;
    try {
        append_fully(m_file, text, m_path);
    } catch (const Error&) {
        m_file.close();  // the next attempt looks at how far this one came
        throw;
    }
}

void JournalFile::reopen() {
    m_file.close();
}

JournalWorker::JournalWorker(const WorkerContext& context, std::filesystem::path path, std::string exchange,
                             std::function<std::unique_ptr<ledger::Database>()> open)
    : m_context(context), m_path(std::move(path)), m_exchange(std::move(exchange)), m_open(std::move(open)) {}

void JournalWorker::reopen() noexcept {
    m_is_moved.store(true);
    wake();
}

Duration JournalWorker::turn() {
    constexpr Duration interval{std::chrono::seconds(1)};
    Duration rest = interval;
    const auto failure = failure_of([&] {
        if (!m_file) {
            m_database = m_open();
            m_file = std::make_unique<JournalFile>(m_path, m_exchange, *m_database);
        }
        if (m_is_moved.exchange(false)) {
            m_file->reopen();
        }
        rest = m_file->write_on() ? Duration{0} : interval;
        m_failures = 0;
    });
    if (failure && !m_context.stopping.load()) {
        rest = pause_after(failure->failure_class, ++m_failures, m_context.random);
        m_context.log.warning(said(m_context.language, "журнал: {}{}", "journal: {}{}",
                                   told(failure->message, m_context.language),
                                   told_pause(rest, m_context.language)));
    }
    return rest;
}

}  // namespace obmen::daemon
