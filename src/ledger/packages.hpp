#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ledger/database.hpp"
#include "support/clock.hpp"
#include "support/finding.hpp"

namespace obmen::ledger {

/// A package's life (design: "A package's life"). Stored as text: the words never change.
enum class PackageState : std::uint8_t {
    received,  ///< private copies are on disk
    planning,  ///< being read; what is staged is invisible to delivery
    planned,   ///< read to the end without a fatal finding; wishes merged
    delivering,
    applied,     ///< every object is settled
    rejected,    ///< cannot be read
    deferred,    ///< portal is down or refuses everything: tried again later
    repeat,      ///< the same has been taken in already (Package::other): nothing is done
    superseded,  ///< a newer full export (Package::other) came before this one was begun
};
[[nodiscard]] std::string_view name_of(PackageState state);

struct PackageFile {
    std::string name;        ///< as it arrived (UTF-8), relative to the package
    std::string spool_name;  ///< name of the private copy in the spool; ours, never from outside
    std::uint64_t size = 0;
    std::string sha256;
    std::string formed_at{};  ///< ДатаФормирования as written; known after reading
};

struct Package {
    std::string id;
    std::string source;  ///< where it came from, for people
    PackageState state = PackageState::received;
    UtcTime received_at{};
    int receipt_revision = 0;  ///< 0: no receipt written yet
    std::vector<PackageFile> files{};
    bool removals_held = false;  ///< objects missing from it wait for a person (see Removals); only read
    /// Read to the end and merged once; from there on its verdicts count, whatever its state; only read
    bool was_planned = false;
    std::string origin{};        ///< [[source]] it came from; empty: handed over by a person
    std::string other{};         ///< of a repeat or a superseded one: the package that counts; only read
    std::uint64_t attempts = 0;  ///< to send it, in vain; only read
    std::optional<UtcTime> next_attempt{};  ///< only read
    std::optional<UtcTime> settled_at{};    ///< only read
    /// A person let a full export in that is older than what was applied
    bool takes_stale = false;
    std::int64_t number = 0;                 ///< grows from package to package; only read
    bool receipt_due = false;                ///< it has ended, and its receipt is to be made; only read
    bool retrying = false;                   ///< to be read again for the objects that failed; only read
    std::optional<UtcTime> waiting_since{};  ///< when it was first tried to be sent in vain; only read
    bool pruned = false;  ///< its private copies, verdicts and findings are gone; only read
};

/// True for states that end a package's life (a person may still `retry` it).
[[nodiscard]] bool is_end(PackageState state);

/// What became of one object of one package. Stored: the numbers never change.
enum class Verdict : std::uint8_t {
    planned = 0,      ///< not settled yet
    created = 1,      ///< Создан
    updated = 2,      ///< Обновлён
    unchanged = 3,    ///< БезИзменений
    linked = 4,       ///< Связан
    deactivated = 5,  ///< Деактивирован
    deleted = 6,      ///< Удалён
    left = 7,         ///< Оставлен
    replaced = 8,     ///< Заменён
    deferred = 9,     ///< Отложен
    skipped = 10,     ///< Пропущен
    failed = 11,      ///< Ошибка
};

/// One object's row: identity, verdict and, where there is one, the reason.
struct Outcome {
    std::uint8_t source_kind = 0;  ///< crm::SourceKind
    std::string source_id;         ///< Ид as written
    Verdict verdict = Verdict::planned;
    std::string remote_id;  ///< id in the CRM, empty if none is known
    std::optional<Message> reason;
    std::string file;
    Place place;
    /// crm::EntityKind of `remote_id`: companies and contacts are numbered apart. 0 if not known.
    std::uint8_t entity_kind = 0;
};

struct Totals {
    std::uint8_t source_kind = 0;
    std::array<std::uint64_t, 12> count{};  ///< by Verdict
};

/// Packages, their files, findings and outcomes. Each call is one transaction unless the caller holds one.
class Packages {
  public:
    explicit Packages(Database& database) : m_database(database) {}

    void add(const Package& package);
    /// A package that is rejected, a repeat or superseded is owed a receipt from here on.
    void set_state(const std::string& id, PackageState state);
    /// An applied package has news.
    void owe_receipt(const std::string& id);
    /// State and receipt revision as given: the package has its receipt. Where it has ended, it waits for
    /// nothing any more.
    void close(const Package& closed, UtcTime now);
    void set_takes_stale(const std::string& id);
    /// The package that counts for a repeat or a superseded one.
    void set_other(const std::string& id, const std::string& other);
    /// It was tried to be sent, in vain.
    void put_off(const std::string& id, UtcTime now, UtcTime next_attempt);
    /// Nothing of it waits for a stored time any more; its attempts are not counted on.
    void forget_attempts(const std::string& id);
    void set_formed_at(const std::string& id, const std::string& file, const std::string& formed_at);
    void set_receipt_revision(const std::string& id, int revision);
    [[nodiscard]] std::optional<Package> find(const std::string& id) const;
    /// The newest first; all if `most` is 0.
    [[nodiscard]] std::vector<Package> list(std::size_t most) const;
    /// Those in one of the unfinished states (received … delivering, deferred), and those that have ended and
    /// are owed a receipt, in the order in which they came, whatever the clock says.
    [[nodiscard]] std::vector<Package> unfinished() const;
    /// Is there one in this state?
    [[nodiscard]] bool any(PackageState state) const;
    /// Ids of those whose removals wait for a person, oldest first.
    [[nodiscard]] std::vector<std::string> with_removals_held() const;
    /// Has something of an object of this package stayed behind, to be sent later: rows of an order whose
    /// product has not come, a picture that a run which stopped has not sent?
    [[nodiscard]] bool has_waiting_parts(const std::string& id) const;
    /// Drops findings of the package as a whole (with no object) that have this code.
    void drop_findings(const std::string& id, Code code);

    void add_finding(const std::string& id, const Finding& finding);
    /// In the order they were added, `most` at the most (0: all).
    [[nodiscard]] std::vector<Finding> findings(const std::string& id, std::size_t most) const;
    [[nodiscard]] std::uint64_t finding_count(const std::string& id) const;
    /// Calls `take` for each finding in the order they were added. Memory: one row.
    void for_each_finding(const std::string& id, const std::function<void(const Finding&)>& take) const;
    /// Drops findings and outcomes, for reading the package anew.
    void clear_results(const std::string& id);

    /// Variants that are parts of their products get the verdicts of these: before rows are told or counted.
    void tell_of_variants(const std::string& id);
    [[nodiscard]] std::vector<Totals> totals(const std::string& id) const;
    /// Calls `take` for each outcome in the order the objects were first met. Memory: one row.
    /// With `without_unchanged`, rows with Verdict::unchanged are left out.
    void for_each_outcome(const std::string& id, bool without_unchanged,
                          const std::function<void(const Outcome&)>& take) const;

  private:
    Database& m_database;
};

}  // namespace obmen::ledger
