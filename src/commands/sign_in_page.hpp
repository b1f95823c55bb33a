#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "support/message.hpp"

namespace obmen::commands {

/// Waits on the loopback interface for the browser that comes back from a sign-in, and tells the person in it
/// that the window may be closed.
class SignInPage {
  public:
    /// Listens on 127.0.0.1. Throws SYS-FILE (bad_config), with the address, if the port is taken.
    SignInPage(std::uint16_t port, Language language);
    ~SignInPage();
    SignInPage(const SignInPage&) = delete;
    SignInPage& operator=(const SignInPage&) = delete;

    /// `http://127.0.0.1:8765/`
    [[nodiscard]] const std::string& address() const { return m_address; }
    /// The address, with its query, that a browser asked for and that carries a code or an error. Nothing
    /// after `patience` or an interruption.
    [[nodiscard]] std::optional<std::string> wait(std::chrono::seconds patience,
                                                  const std::atomic<bool>* interrupted);

  private:
    struct State;
    std::string m_address;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::commands
