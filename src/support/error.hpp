#pragma once

#include <cstdint>
#include <stdexcept>

#include "support/finding.hpp"

namespace obmen {

/// What kind of trouble stopped a step. What concerns one object is never an exception but an outcome.
enum class FailureClass : std::uint8_t {
    temporary,   ///< network, full disk, busy portal: the same step may succeed later
    bad_input,   ///< the package itself cannot be used: quarantine and answer
    bad_config,  ///< settings, rights or plan: hold everything, tell a person, blame no package
    bug          ///< a broken invariant of obmen itself
};

/// A step could not be done. Carries a Finding so that every error has a code, a place and a text in both
/// languages.
class Error : public std::runtime_error {
  public:
    Error(FailureClass failure_class, Finding finding);
    Error(FailureClass failure_class, Message message);

    [[nodiscard]] FailureClass failure_class() const { return m_class; }
    [[nodiscard]] const Finding& finding() const { return m_finding; }

  private:
    FailureClass m_class;
    Finding m_finding;
};

}  // namespace obmen
