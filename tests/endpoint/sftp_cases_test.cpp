#include "endpoint/endpoint_cases.hpp"
#include "servers/openssh_server.hpp"

namespace obmen::tests {

namespace {

class SftpPlace : public EndpointPlace {
  public:
    explicit SftpPlace(bool writable)
        : m_server(m_directory.path(), {.config = {writable ? "" : "ForceCommand internal-sftp -R"}}) {}

    [[nodiscard]] config::EndpointSettings settings() const override {
        config::EndpointSettings settings;
        settings.url = m_server.url();
        settings.password = Secret(m_server.password());
        settings.known_hosts = m_server.known_hosts();
        settings.connect_seconds = 20;
        settings.stall_seconds = 20;
        return settings;
    }
    [[nodiscard]] std::filesystem::path served() const override { return m_server.folder(); }
    void signal(int number) override { m_server.signal(number); }
    void kill() override { m_server.stop(); }
    void start() override { m_server.start(); }

  private:
    TemporaryDirectory m_directory;
    OpenSshServer m_server;
};

std::unique_ptr<EndpointPlace> make_place(bool writable) {
    if (!OpenSshServer::why_not().empty()) {
        return nullptr;
    }
    return std::make_unique<SftpPlace>(writable);
}

INSTANTIATE_TEST_SUITE_P(
    Sftp, EndpointCases,
    testing::Values(EndpointCase{
        .name = "OpenSsh", .make = &make_place, .identities = false, .control_names = true}),
    name_of_case);

}  // namespace

}  // namespace obmen::tests
