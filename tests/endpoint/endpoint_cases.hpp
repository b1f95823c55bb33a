#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "config/settings.hpp"
#include "endpoint/endpoint.hpp"
#include "harness/temporary_directory.hpp"

/// The one set of promises that every endpoint keeps (src/endpoint/endpoint.hpp), run over real servers.
namespace obmen::tests {

/// A folder somewhere, with what this machine sees of it.
class EndpointPlace {
  public:
    EndpointPlace() = default;
    virtual ~EndpointPlace() = default;
    EndpointPlace(const EndpointPlace&) = delete;
    EndpointPlace& operator=(const EndpointPlace&) = delete;

    /// With time-outs long enough for a busy machine.
    [[nodiscard]] virtual config::EndpointSettings settings() const = 0;
    /// The very folder that the settings name.
    [[nodiscard]] virtual std::filesystem::path served() const = 0;

    /// A signal to the server and all its sessions.
    virtual void signal(int /*number*/) {}
    /// Ends the server and its sessions at once.
    virtual void kill() {}
    /// After kill(): at the same address.
    virtual void start() {}
};

/// One kind of place, and what it cannot do.
struct EndpointCase {
    std::string name;  ///< of the tests: letters and digits
    /// Nothing if this machine has no such server: the tests are skipped.
    /// \param writable false: whoever logs in may only read; a place that cannot be so returns nothing
    std::function<std::unique_ptr<EndpointPlace>(bool writable)> make;
    bool has_server = true;      ///< that can be stopped and killed, with a password
    bool identities = true;      ///< listings tell identities
    bool knows_pipes = true;     ///< listings tell pipes from files
    bool control_names = false;  ///< names with line breaks can be used
};

inline void PrintTo(const EndpointCase& value, std::ostream* out) {
    *out << value.name;
}

/// Tests of each promise: INSTANTIATE_TEST_SUITE_P(Kind, EndpointCases, testing::Values(EndpointCase{…}),
/// name_of_case) anywhere in the program. A server is started once for the tests of its case.
class EndpointCases : public testing::TestWithParam<EndpointCase> {
  protected:
    void SetUp() override;
    static void TearDownTestSuite();

    [[nodiscard]] EndpointPlace& place() { return *m_place; }
    [[nodiscard]] endpoint::Endpoint& endpoint() { return *m_endpoint; }
    [[nodiscard]] std::unique_ptr<endpoint::Endpoint> open(const config::EndpointSettings& settings);
    [[nodiscard]] std::filesystem::path served(const std::string& name) { return place().served() / name; }
    /// Writes a file of the served folder that everybody may read.
    void put(const std::string& name, const std::string& bytes);
    [[nodiscard]] std::string fetched(const std::string& name);
    [[nodiscard]] std::optional<endpoint::Entry> listed(const std::string& name);
    /// A file of our own with these bytes.
    [[nodiscard]] std::filesystem::path local(const std::string& bytes);
    /// The code that `step` fails with; empty if it does not fail.
    [[nodiscard]] static std::string code_of(const std::function<void()>& step);

    static std::atomic<bool> s_interrupted;

  private:
    TemporaryDirectory m_directory;
    EndpointPlace* m_place = nullptr;
    endpoint::Endpoint* m_endpoint = nullptr;
};

[[nodiscard]] std::string name_of_case(const testing::TestParamInfo<EndpointCase>& info);

/// `size` bytes without a pattern, the same each time.
[[nodiscard]] std::string noise(std::size_t size);

}  // namespace obmen::tests
