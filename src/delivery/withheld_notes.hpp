#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "portal/crm_family.hpp"

namespace obmen::delivery {

/// Tells what the portal cannot take (an unknown currency, unit or VAT rate): a note on each object, so that
/// none counts as applied without a word, and beyond `most_objects` of a package and cause their number.
class WithheldNotes {
  public:
    static constexpr std::uint64_t most_objects = 100;

    /// An operation may be looked at several times: it is told of once.
    void note(ledger::Pending& pending, const ledger::Operation& operation, const portal::Withheld& withheld);
    /// One warning per package and cause with the number of objects that have none of their own; starts
    /// anew.
    void report(ledger::Packages& packages);

  private:
    struct Cause {
        Code code;
        std::string argument;
        std::uint64_t objects = 0;
    };
    using Key = std::tuple<std::string, std::string, std::string>;  ///< package, code, what is lacking
    std::map<Key, Cause> m_causes;
    std::set<std::tuple<std::int64_t, Key>> m_told;  ///< by object
};

}  // namespace obmen::delivery
