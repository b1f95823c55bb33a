#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "settings.hpp"

namespace obmen::sandbox {

struct Options {
    int port = 0;                   ///< 0: any free one
    double time_scale = 1.0;        ///< 100 makes a second of the limits last 10 ms
    std::filesystem::path state{};  ///< read at start if it exists, written on a clean stop; empty: none
    Settings settings{};
};

/// The practice portal: serves on 127.0.0.1 from a thread of its own until it is stopped or destroyed.
class Sandbox {
  public:
    /// Throws std::runtime_error if the port or the state cannot be used.
    explicit Sandbox(const Options& options);
    ~Sandbox();
    Sandbox(const Sandbox&) = delete;
    Sandbox& operator=(const Sandbox&) = delete;

    [[nodiscard]] int port() const;
    /// `http://127.0.0.1:PORT`
    [[nodiscard]] std::string address() const;
    /// `http://127.0.0.1:PORT/rest/1/CODE/`
    [[nodiscard]] std::string webhook() const;
    /// Answers what is under way, then writes the state. Calling it again does nothing.
    void stop();

  private:
    struct Server;
    std::unique_ptr<Server> m_server;
};

}  // namespace obmen::sandbox
