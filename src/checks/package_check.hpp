#pragma once

#include "checks/checks.hpp"
#include "commerceml/record_source.hpp"
#include "commerceml/records.hpp"
#include "support/finding.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace obmen::checks {

/// An object that one list of a file describes in different ways. Which of them is right only 1C knows: none
/// may be applied.
struct Conflict {
    enum class Of : std::uint8_t { product, offer, contragent, document };
    Of of{};
    Finding finding;  ///< row error CML-ID-CONFLICT; `object_id` is the Ид, `place` the last of its records
};

/// What is wrong between the records of one package: ids given twice, references to what nothing declares,
/// names, barcodes and tax numbers that several objects share.
///
/// Feed it the files in reading order: `begin_file`, each record, `end_file`; then `finish`. Memory is flat
/// whatever the package holds: what is remembered of each record goes to unnamed temporary files (Spill).
/// A file that turns out to be unusable is not ended; the next one may begin.
class PackageCheck {
  public:
    using ConflictSink = std::function<void(const Conflict&)>;

    /// \param next what crm/ says itself (unknown groups) is left to it where a conversion follows
    PackageCheck(FindingSink findings, ConflictSink conflicts, Next next = Next::nobody);
    ~PackageCheck();
    PackageCheck(const PackageCheck&) = delete;
    PackageCheck& operator=(const PackageCheck&) = delete;

    void begin_file(std::string name);
    void take(const commerceml::LocatedRecord& record);
    /// In place of `take`, for a record that has been taken in an earlier package, word for word, and of
    /// which nothing was said (`remarks`).
    void pass_over(const commerceml::RecordOutline& outline);
    /// Grows whenever something is said of the record taken, or would be had it not been said of another one
    /// before; not with what several records come to together.
    [[nodiscard]] std::uint64_t remarks() const;
    /// What records refer to was declared behind them: `remarks` did not know it yet.
    [[nodiscard]] bool was_declared_late() const;
    /// Tells what can be told of this file alone: duplicates. May throw SYS-FILE (temporary), as `take` may.
    /// \param schema_version ВерсияСхемы: packets of 3.x are never complete, whatever they say
    void end_file(std::string_view schema_version);
    /// Tells what could only be known at the end of the package.
    void finish();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::checks
