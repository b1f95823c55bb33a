#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "ledger/packages.hpp"
#include "portal/crm_family.hpp"

namespace obmen::delivery {

/// Counts what the portal cannot take (an unknown currency, unit or VAT rate), so that a package's receipt
/// says it once with the number of objects instead of once per object.
class WithheldNotes {
  public:
    void count(const std::string& package, const portal::Withheld& withheld);
    /// One warning per package and cause; starts counting anew.
    void report(ledger::Packages& packages);

  private:
    struct Cause {
        Code code;
        std::string argument;
        std::uint64_t objects = 0;
    };
    std::map<std::tuple<std::string, std::string, std::string>, Cause> m_causes;
};

}  // namespace obmen::delivery
