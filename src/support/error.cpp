#include "support/error.hpp"

#include <utility>

namespace obmen {

Error::Error(FailureClass failure_class, Finding finding)
    : std::runtime_error(std::string(finding.message.code.text()) + ": " +
                         sentence(finding.message, Language::english)),
      m_class(failure_class),
      m_finding(std::move(finding)) {}

Error::Error(FailureClass failure_class, Message message)
    : Error(failure_class, Finding{.severity = Severity::fatal, .message = std::move(message)}) {}

}  // namespace obmen
