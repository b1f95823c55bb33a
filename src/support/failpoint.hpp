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
    Failpoint{"file.sync", "before a file of ours is fsynced"},
    Failpoint{"file.synced", "a file of ours is on disk under its temporary name"},
    Failpoint{"file.published", "a file of ours has its name, the directory is not fsynced yet"},
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
