#include "daemon/journal_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

#include "ledger/scoped_reset.hpp"
#include "support/error.hpp"

namespace obmen::daemon {

namespace {

constexpr std::int64_t rows_at_once = 2'000;
constexpr const char* progress_name = "journal written to";

std::int64_t number_of(ledger::Database& database, std::string_view sql) {
    ledger::Statement& query = database.statement(sql);
    const ledger::ScopedReset reset(query);
    return query.next() ? query.integer(0) : 0;
}

std::string line_of(const ledger::Statement& row, const std::string& exchange) {
    const nlohmann::ordered_json line{{"exchange", exchange},
                                      {"id", row.integer(0)},
                                      {"timestamp", utc_date_time(UtcTime{Duration{row.integer(1)}})},
                                      {"operation", row.text(2)},
                                      {"source_system", row.text(3)},
                                      {"target_system", row.text(4)},
                                      {"package", row.text(5)},
                                      {"object_id", row.text(6)},
                                      {"status", row.text(7)},
                                      {"details", row.text(8)}};
    return line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace

JournalFile::JournalFile(std::filesystem::path path, std::string exchange, ledger::Database& database)
    : m_path(std::move(path)), m_exchange(std::move(exchange)), m_database(database) {}

std::int64_t JournalFile::last_written() {
    ledger::Statement& query = m_database.statement("SELECT value FROM meta WHERE name = ?");
    const ledger::ScopedReset reset(query);
    query.bind(std::string_view(progress_name));
    return query.next() ? query.integer(0) : 0;
}

bool JournalFile::write_on() {
    std::int64_t last = last_written();
    if (number_of(m_database, "SELECT max(id) FROM journal") <= last) {
        return false;
    }
    std::string lines;
    std::int64_t rows = 0;
    {
        ledger::Statement& query = m_database.statement(
            "SELECT id, timestamp, operation, source_system, target_system, package, object_id, status, "
            "details"
            " FROM journal WHERE id > ? ORDER BY id LIMIT ?");
        const ledger::ScopedReset reset(query);
        query.bind(last).bind(rows_at_once);
        for (; query.next(); ++rows) {
            last = query.integer(0);
            lines += line_of(query, m_exchange);
        }
    }
    append(lines);
    m_database
        .statement(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value ="
            " excluded.value")
        .bind(std::string_view(progress_name))
        .bind(last)
        .run();
    return rows == rows_at_once;
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
        m_context.log.warning(fmt::format("journal: {} (the next attempt in {})",
                                          told(failure->message, m_context.language), told(rest)));
    }
    return rest;
}

}  // namespace obmen::daemon
