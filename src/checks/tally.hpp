#pragma once

#include "support/finding.hpp"

#include <cstdint>
#include <functional>
#include <unordered_set>
#include <utility>
#include <vector>

namespace obmen::checks {

/// Findings of one code, one for each distinct subject, however often it is met: the first hundred are told,
/// the others counted, those beyond ten thousand not even that.
class Tally {
  public:
    /// \param make gives the finding; called only where it will be told
    template <typename Make>
    void note(std::uint64_t subject, const Make& make) {
        if (subject != m_latest && is_to_be_told(subject)) {
            m_told.emplace_back(subject, make());
        }
        m_latest = subject;
    }

    /// Tells all but what is settled by now, in the order of files and places.
    void tell(
        const FindingSink& findings,
        const std::function<bool(std::uint64_t)>& is_settled = [](std::uint64_t) { return false; });

  private:
    [[nodiscard]] bool is_to_be_told(std::uint64_t subject);

    std::uint64_t m_latest = 0;  ///< what is met is often met again at once
    std::vector<std::pair<std::uint64_t, Finding>> m_told;
    std::unordered_set<std::uint64_t> m_subjects;  ///< all of them
};

}  // namespace obmen::checks
