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

/// Tells what the portal cannot take (an unknown currency, unit or VAT rate): one warning of the package with
/// the number of objects, and a note on each object that would otherwise count as unchanged without a word.
class WithheldNotes {
  public:
    /// Of a package and cause; what goes beyond is counted.
    static constexpr std::uint64_t most_objects = 100;

    /// The rest of the object was written.
    void count(const ledger::Operation& operation, const portal::Withheld& withheld);
    /// Nothing of the object could be written. It may be looked at several times: it is told of once.
    void note(ledger::Pending& pending, const ledger::Operation& operation, const portal::Withheld& withheld);
    /// The warnings of packages; starts anew.
    void report(ledger::Packages& packages);

  private:
    struct Cause {
        Code code;
        std::string argument;
        std::uint64_t counted = 0;
        std::uint64_t noted = 0;
    };
    using Key = std::tuple<std::string, std::string, std::string>;  ///< package, code, what is lacking

    [[nodiscard]] static Key key_of(const std::string& package, const portal::Withheld& withheld);
    Cause& cause_of(const Key& key, const portal::Withheld& withheld);

    std::map<Key, Cause> m_causes;
    std::set<std::tuple<std::int64_t, Key>> m_told;  ///< by object
};

}  // namespace obmen::delivery
