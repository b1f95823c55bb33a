#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace obmen::sandbox {

/// A call that the portal refuses: HTTP status, `error` (empty for the old crm.* methods) and
/// `error_description` (reference bitrix24-rest.md §2.2, §2.3).
class Refusal : public std::runtime_error {
  public:
    Refusal(int status, std::string error, const std::string& description)
        : std::runtime_error(description), m_status(status), m_error(std::move(error)) {}
    /// As the old crm.* methods refuse.
    explicit Refusal(const std::string& description) : Refusal(400, "", description) {}

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] const std::string& error() const { return m_error; }
    [[nodiscard]] std::string description() const { return what(); }

  private:
    int m_status;
    std::string m_error;
};

}  // namespace obmen::sandbox
