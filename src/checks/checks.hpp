#pragma once

#include "commerceml/records.hpp"
#include "support/finding.hpp"

#include <cstdint>
#include <string>
#include <string_view>

/// What is wrong with a record, whatever is made of it later. Findings only: nothing is changed.
namespace obmen::checks {

/// Who looks at the records next. What `crm/` finds too, knowing the ledger and the settings (negative
/// prices, unknown groups), is left to it where a conversion follows, so that nothing is said twice.
enum class Next : std::uint8_t { nobody, conversion };

/// Reports row errors (missing or impossible Ид, missing name, values that are no numbers where numbers are
/// used) and warnings (tax numbers, barcodes, over-long values, odd dates, …; README.md lists them) of one
/// record. Without state: the same record gives the same findings.
///
/// \returns true if the record can be used: no row error, and no reference data without an Ид.
bool check_record(const commerceml::LocatedRecord& record, const std::string& file,
                  const FindingSink& findings, Next next = Next::nobody);

/// 10 or 12 digits with valid check digits (order of the Russian tax service MM-7-6/435).
[[nodiscard]] bool is_valid_inn(std::string_view inn);
/// 9 characters: four digits, two digits or capital letters, three digits.
[[nodiscard]] bool is_valid_kpp(std::string_view kpp);

}  // namespace obmen::checks
