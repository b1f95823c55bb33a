#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "ledger/known_records.hpp"

namespace obmen::ledger {

/// Takes the wishes of one package while it is read, compares them with what the CRM is known to have, and
/// keeps only the difference. Nothing of it is visible to delivery before `merge()`.
///
/// Writes go in short transactions of `rows_per_transaction` steps (a wish, the end of a record), or of
/// `bytes_per_transaction` of their values; what else is written meanwhile
/// (references, findings) joins them. A transaction is open from construction to `flush()` and from the next
/// wish on. They do not wait for the disk: the first commit of the merge, or any other after `flush()`, takes
/// them along. The destructor commits too, unless a write
/// has failed. A crash before `merge()` leaves a package in state `planning`, which the next run reads again
/// from its private copy after `discard()`.
class Planning {
  public:
    static constexpr std::size_t rows_per_transaction = 4000;
    static constexpr std::size_t bytes_per_transaction = std::size_t{3} * 1024 * 1024;

    /// What is staged: everything, or, where a package is read once more for the sake of objects that are
    /// gone from the CRM, only objects without a remote id, or of which nothing is confirmed (they are other
    /// ones now). All others have had their turn, and newer packages may have changed them since.
    /// Or, where a person has it tried again, only objects whose verdict is open (see reopen_failed), and
    /// their parts.
    enum class Of : std::uint8_t { all_objects, absent_objects, failed_objects };

    /// Puts the package into state `planning`, after finishing merges that were interrupted.
    Planning(Database& database, const std::string& package_id, const std::string& source_system,
             Of of = Of::all_objects);
    ~Planning();
    Planning(const Planning&) = delete;
    Planning& operator=(const Planning&) = delete;

    /// Compares with the confirmed hashes and with wishes still pending from earlier packages; stages what
    /// differs; notes the object's outcome (`unchanged` or `planned`). A second wish for an object of the
    /// same package adds its groups; a group that was wished already is replaced by the later one. A wish
    /// that may not create an object that neither the ledger nor this package has is parked
    /// (Verdict::deferred, CRM-PARKED), and taken up as soon as a wish that may create it is staged. A
    /// deletion mark on an object without a remote id is skipped (CRM-MARKED-DELETED).
    ///
    /// A write-once group is staged only while no value of it is confirmed; one that clears only where
    /// another value is confirmed, so never for a new object; both also if something pending speaks of the
    /// group. A part (Wish::owner) has no outcome; an aspect may always be created.
    void stage(const crm::Wish& wish);
    /// An object that is left alone: its row in the receipt. A row error stays, whatever a wish for the
    /// object becomes; a record left alone on purpose gives way to any wish for the object. A part gets a
    /// warning instead of a row.
    void leave_out(const crm::LeftOut& object);
    /// Takes back what the package has staged for an object so far, these groups of it or, where none are
    /// named, all: two of its records have turned out to contradict each other (`object` is a row error), or
    /// it is no object after all. What is staged for it afterwards is kept. Where no groups are named, its
    /// parts go with it.
    void withdraw(const crm::LeftOut& object, const std::vector<std::string>& groups = {});
    /// A record of a variant that is a part of its product: it gets a row, which says what becomes of the
    /// product (`tell_of_variants`).
    void fold(const crm::FoldedInto& variant);
    /// What is staged or left out from here to `end_catalogue()` stands in this catalogue (Ид of Каталог):
    /// products and variants are noted as seen in it by this package, whatever becomes of their records. May
    /// be called again for the same catalogue. An object belongs to every catalogue that has ever named it.
    /// Records of ПакетПредложений stand in no catalogue, unless they are given one with a name of its own:
    /// an object that only a catalogue's offers have named would be missing from each export without offers.
    /// \param whole it is a full export: what is passed over is noted in a set for the whole package
    void begin_catalogue(std::string_view catalogue_id, bool whole = false);
    void end_catalogue();
    /// This package holds a complete full export of the catalogue. Takes effect when the package is merged:
    /// then `Removals` can tell what is missing from it.
    void full_export(std::string_view catalogue_id);

    // The short way; see known_records.hpp. Records that are planned stand between `begin_record` and
    // `end_record`, and are remembered by their stamp; those that come again with the same stamp may be
    // passed over.

    /// A record's bytes and all that their meaning depends on, as a hash; and what it adds to the package
    /// (crm/additions.hpp).
    struct RecordStamp {
        std::uint64_t hash = 0;  ///< never 0
        std::string additions;
    };
    void begin_record(RecordKind kind);
    /// \param stamp of a record that gave nothing but wishes; none: it has to be read again when it comes
    /// again
    void end_record(const RecordStamp* stamp);

    /// Reads which records are known. To be called before the first record; without it none is.
    /// \param most_listed as many objects that are passed over get a row as unchanged ones; more are counted
    void begin_short_way(std::uint64_t most_listed);
    /// The object whose record of this hash may be passed over: it is as it was, nothing is on its way, and
    /// this package has planned no record of it.
    [[nodiscard]] std::optional<KnownRecords::Known> find_known(RecordKind kind, std::uint64_t hash) const;
    /// The object is unchanged, and was seen in the catalogue. \param source_id as the record has it
    void pass_over(const KnownRecords::Known& known, RecordKind kind, const std::string& source_id,
                   const std::string& file, const Place& place);
    [[nodiscard]] std::string additions(std::int64_t number) const;

    /// Commits what is open, with what was passed over; the next commit that waits for the disk puts it
    /// there.
    void flush();

    /// Turns the staged wishes into pending operations, in short transactions, and the package into
    /// `planned`. May be called again after a crash: what has been merged stays merged. A newer wish replaces
    /// an unsent one, group by group, and the older package's outcome becomes `replaced` if nothing of it is
    /// left.
    static void merge(Database& database, const std::string& package_id);
    /// Drops everything staged for the package. If `merge()` was interrupted, finishes it instead: older
    /// wishes have given way by then. Reading the package again is right after both.
    static void discard(Database& database, const std::string& package_id);

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::ledger
