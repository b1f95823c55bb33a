#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace obmen::torture {

/// What one file says of one object: what the portal shows once the file has been applied.
struct Told {
    std::string kind;  ///< Вид of a receipt: Товар, Группа, Контрагент, Документ
    std::string id;  ///< Ид
    /// Field of the portal's row → value; only these are compared, numbers as numbers. Beside the portal's
    /// own names: `SECTION`, the Ид of the section that a product or section lies in; `PHONE` and `EMAIL`,
    /// all values of a card, sorted, joined by a comma; `ROWS`, the rows of a deal, sorted, each
    /// `Ид*QUANTITY*PRICE`, joined by `;`; `PICTURE`, the name of the file that is its main picture.
    std::map<std::string, std::string> values;
    /// Marked as deleted: an object that is there is switched off, one that is not is not made.
    bool marked = false;
};

/// What must become of a file.
enum class Expectation : std::uint8_t {
    accepted,   ///< a good export
    rejected,   ///< it cannot be read; nothing of it may come into the portal
    companion,  ///< goes along with exports and is no package of its own: a picture, a sidecar
};

/// Whether the world left the file where it lay.
enum class Fate : std::uint8_t {
    left,
    gone_after_copy,  ///< wiped or overwritten when obmen had its copy: must still be answered
    gone,             ///< wiped or overwritten, perhaps before it was copied: may have been missed
};

/// A file that was put before obmen.
struct Drop {
    std::string source{};  ///< [[source]]; empty: handed over by a person
    std::string name{};    ///< within the source
    std::string sha256{};  ///< of its bytes as they were dropped
    /// What receipts and packages name instead: the XML entries of an archive; empty: the file itself.
    std::vector<std::string> entries{};
    std::map<std::string, std::string> inside{};  ///< pictures of an archive: name → SHA-256
    Expectation expectation = Expectation::accepted;
    Fate fate = Fate::left;
    std::string catalogue{};  ///< that its products belong to; empty: none that is ever exported whole
    bool full = false;        ///< a full export of it: what it lacks is switched off
    std::vector<Told> told{};
    /// Steps of the world's own clock: when it was dropped, and when it was seen to have a final receipt (0:
    /// not looked). What was answered before another was dropped must not come after it.
    int dropped_at = 0;
    int answered_at = 0;
};

/// What really happened, by the one who did it.
struct Truth {
    std::vector<Drop> drops;
    std::set<std::string> forgotten;  ///< packages whose files a person let in again
    std::set<std::string> approved;   ///< packages whose removals a person let through
    /// Packages of which nobody knows whether that has come about: the command was not answered.
    std::set<std::string> perhaps_approved;
    bool missing_deactivates = false;        ///< [product] missing = "deactivate"
    std::set<std::string> secrets;           ///< that nobody may find in any file or command line
    std::vector<std::string> command_lines;  ///< seen in /proc while obmen ran
    bool one_address = true;                 ///< all requests came from one machine: the bucket must hold
    bool whole = true;                       ///< obmen was left in peace in the end: all must be settled
};

}  // namespace obmen::torture
