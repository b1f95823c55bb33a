#pragma once

#include <cstdint>
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
    /// As catalog.* refuses: `error` is printed as a number (reference §5.3).
    Refusal(int status, std::int64_t error, const std::string& description)
        : std::runtime_error(description),
          m_status(status),
          m_error(std::to_string(error)),
          m_is_number(true) {}
    /// As the old crm.* methods refuse.
    explicit Refusal(const std::string& description) : Refusal(400, "", description) {}

    [[nodiscard]] int status() const { return m_status; }
    [[nodiscard]] const std::string& error() const { return m_error; }
    /// `error` is a number in the answer.
    [[nodiscard]] bool is_number() const { return m_is_number; }
    [[nodiscard]] std::string description() const { return what(); }

  private:
    int m_status;
    std::string m_error;
    bool m_is_number = false;
};

}  // namespace obmen::sandbox
