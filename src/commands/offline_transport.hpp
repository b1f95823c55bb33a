#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "portal/transport.hpp"
#include "support/clock.hpp"

namespace obmen::commands {

/// Stands in for an empty portal: keeps each request body that writes, and answers that every command was
/// done. A creation gets the placeholder `{{METHOD KEY}}` for an id, so that later bodies name what they
/// need. Lists are empty, but for the product properties that were made here: delivery reads them back to
/// learn the ids of their choices, which are placeholders too.
class OfflineTransport : public portal::PromptTransport {
  public:
    using BodySink = std::function<void(std::uint64_t number, const std::string& body)>;

    explicit OfflineTransport(BodySink sink) : m_sink(std::move(sink)) {}
    portal::HttpAnswer post(const Secret& url, const std::string& body,
                            std::chrono::milliseconds timeout) override;

  private:
    /// Name and value of each parameter, decoded.
    using Parameters = std::map<std::string, std::string>;

    [[nodiscard]] nlohmann::json answer_to(std::string_view command);
    [[nodiscard]] nlohmann::json create(const std::string& method, const Parameters& parameters);
    void keep_choice(const Parameters& parameters);
    void keep_property(const std::string& id, const Parameters& parameters);

    BodySink m_sink;
    std::uint64_t m_number = 0;
    std::vector<nlohmann::json> m_properties;
};

/// A clock for work that waits for nobody.
class NoWaitClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override { return m_real.now(); }
    [[nodiscard]] Duration steady() const override { return m_real.steady() + m_slept; }
    void sleep(Duration duration) override { m_slept += duration; }

  private:
    SystemClock m_real;
    Duration m_slept{0};
};

}  // namespace obmen::commands
