#pragma once

#include <array>
#include <string_view>

namespace obmen {

/// A named place in a package's life where tests break the program: before or after each step that the disk,
/// the ledger, a source or the portal remembers (reference exchange.md §5.2).
struct Failpoint {
    std::string_view name;
    std::string_view place;  ///< what has just been done, or is about to be
};

/// Every failpoint there is. The tests walk this table, so a row here is a case there.
inline constexpr std::array failpoints{
    Failpoint{"file.write", "before bytes are written to a file of ours"},
    Failpoint{"file.sync", "before a file of ours, or its directory, is fsynced"},
    Failpoint{"file.close", "before a file of ours that has been fsynced is closed"},
    Failpoint{"file.synced", "a file of ours is on disk under its temporary name"},
    Failpoint{"file.name", "before a file of ours gets its name"},
    Failpoint{"file.published", "a file of ours has its name, the directory is not fsynced yet"},

    Failpoint{"ledger.commit", "before a transaction is committed"},
    Failpoint{"ledger.committed", "a transaction is on disk"},
    Failpoint{"ledger.close",
              "before a connection ends; the last one takes the write-ahead log into the file"},

    Failpoint{"folder.list", "before a folder is listed"},
    Failpoint{"folder.fetch", "before a file of a folder is read"},
    Failpoint{"folder.store", "before a file is written into a folder"},
    Failpoint{"folder.stored", "a file is on disk in a folder"},
    Failpoint{"folder.rename", "before a file of a folder gets another name"},
    Failpoint{"folder.renamed", "a file of a folder has another name"},
    Failpoint{"folder.remove", "before a file of a folder is removed"},
    Failpoint{"folder.removed", "a file of a folder is gone"},

    Failpoint{"source.listed", "a source has been listed, nothing of that is noted"},
    Failpoint{"source.seen", "what a source shows is in the ledger, nothing is copied yet"},
    Failpoint{"source.fetched", "all bytes of a file have been read, its copy has no name yet"},
    Failpoint{"source.copied", "the private copy is on disk, the ledger does not know"},
    Failpoint{"source.noted", "the private copies are in the ledger, in no package yet"},
    Failpoint{"package.linked", "a package's copies are in its directory, which has no name yet"},
    Failpoint{"package.named", "a package is whole in the spool, the ledger does not know"},
    Failpoint{"package.recorded", "a package is in the ledger, the copies it came from are still there"},
    Failpoint{"source.archived",
              "a file of an ended package is out of the source's way, the ledger does not know"},
    Failpoint{"source.forgotten", "what has been put away is out of the ledger, too"},

    Failpoint{"package.reading", "a package is about to be read"},
    Failpoint{"planning.chunk", "some wishes of a package that is being read are staged"},
    Failpoint{"package.read", "a package has been read to its end, nothing of it is merged"},
    Failpoint{"merge.chunk", "some wishes of a package have been merged"},
    Failpoint{"package.planned", "a package is merged, its removals are not planned"},
    Failpoint{"quarantine.reason", "the reason is on disk beside what is rejected, the ledger does not know"},
    Failpoint{"package.rejected", "a package is rejected, there is no receipt yet"},

    Failpoint{"batch.marked", "operations are marked as sent, their request has not left"},
    Failpoint{"request.leaving", "a request to the portal is about to leave"},
    Failpoint{"answer.arrived", "an answer of the portal is there, nobody has looked at it"},
    Failpoint{"answer.settled", "what a batch has done is in the ledger"},
    Failpoint{"doubt.marked", "operations whose answers are unknown are in doubt"},
    Failpoint{"doubt.looked", "the portal has said which objects in doubt it has, nothing of that is noted"},
    Failpoint{"doubt.settled", "what was in doubt is settled, or is to be sent again"},

    Failpoint{"receipt.written", "a receipt is on disk in the outbox, the package is not closed"},
    Failpoint{"receipt.issued", "a package is closed, its receipt waits for the courier"},
    Failpoint{"receipt.noted", "the receipt's temporary name is in the ledger, nothing is stored"},
    Failpoint{"receipt.stored", "a receipt is at its target under its temporary name"},
    Failpoint{"receipt.renamed", "a receipt is at its target, the ledger does not know"},
    Failpoint{"receipt.delivered", "a receipt is noted as delivered, its file is still in the outbox"},

    Failpoint{"request.done", "what a person wants is done, but not answered"},
    Failpoint{"request.answered", "what a person wants is answered"},
    Failpoint{"history.copies", "an old package's copies are gone, its rows are not"},
    Failpoint{"history.pruned", "an old package is pruned"},
    Failpoint{"backup.copied", "a backup is whole under its temporary name"},
};

/// The name of a row of `failpoints`; any other does not compile.
class FailpointName {
  public:
    // NOLINTNEXTLINE(google-explicit-constructor): call sites read as failpoint("file.write")
    consteval FailpointName(const char* name) : m_name(name) {
        for (const Failpoint& row : failpoints) {
            if (row.name == m_name) {
                return;
            }
        }
        throw "no row of `failpoints` has this name";
    }
    [[nodiscard]] constexpr std::string_view text() const { return m_name; }

  private:
    std::string_view m_name;
};

/// Does what the environment variable OBMEN_FAILPOINTS wants at this place: a list `NAME=ACTION[@N]` joined
/// by
/// `;`, where ACTION is
///   `kill`       SIGKILL, as if the process had lost its power
///   `delay:MS`   sleeps so many milliseconds
///   `ENOSPC`, `EIO`, `EROFS`, `EDQUOT`, `EMFILE`   the errno that is returned
/// and N the time of passing it counts from 1 at which it acts (once; without `@N`: every time). `*` is every
/// name. OBMEN_FAILPOINTS_SEEN=FILE: each name is appended to FILE when it is first passed.
/// \returns the errno that the caller is to fail with; 0: go on. Callers at a step that cannot fail by itself
/// ignore it.
/// In builds without the option OBMEN_FAILPOINTS (what a client runs) it does nothing and knows no variable.
/// Safe from every thread.
int failpoint(FailpointName name);

}  // namespace obmen
