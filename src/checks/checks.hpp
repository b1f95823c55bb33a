#pragma once

#include "commerceml/records.hpp"
#include "support/finding.hpp"

#include <string>
#include <string_view>

/// What is wrong with a record, whatever is made of it later. Findings only: nothing is changed.
namespace obmen::checks {

/// Reports row errors (missing Ид, missing name, values that are no numbers where numbers are used) and
/// warnings (ИНН and КПП check sums, over-long values, odd dates) of one record. Without state: the same
/// record gives the same findings.
///
/// \returns true if the record can be used: no row error, and no reference data without an Ид.
bool check_record(const commerceml::LocatedRecord& record, const std::string& file,
                  const FindingSink& findings);

/// 10 or 12 digits with valid check digits (order of the Russian tax service MM-7-6/435).
[[nodiscard]] bool is_valid_inn(std::string_view inn);
/// 9 characters: four digits, two digits or capital letters, three digits.
[[nodiscard]] bool is_valid_kpp(std::string_view kpp);

}  // namespace obmen::checks
