#include "endpoint/sftp_setup.hpp"

namespace obmen::endpoint::test {

Failure failure_of(const std::function<void()>& operation) {
    try {
        operation();
    } catch (const Error& error) {
        const Message& message = error.finding().message;
        return {std::string(message.code.text()), full_text(message, Language::english),
                error.failure_class()};
    }
    return {};
}

std::string fetched(Endpoint& endpoint, const std::string& name) {
    std::string bytes;
    endpoint.fetch(name, [&](std::string_view block) { bytes += block; });
    return bytes;
}

SftpSetup::SftpSetup(const tests::OpenSshOptions& options, double time_scale)
    : server(directory.path(), options), m_clock(time_scale) {}

config::EndpointSettings SftpSetup::settings() const {
    config::EndpointSettings settings;
    settings.url = server.url();
    settings.private_key = server.user_key();
    settings.known_hosts = server.known_hosts();
    return settings;
}

std::unique_ptr<Endpoint> SftpSetup::open(const config::EndpointSettings& settings) {
    return open_sftp_endpoint(settings, parse_address(settings.url), {m_clock, m_log, &interrupted});
}

std::filesystem::path SftpSetup::file(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = directory.path() / "files" / name;
    tests::write_file(path, text);
    std::filesystem::permissions(path, std::filesystem::perms(0600));
    return path;
}

}  // namespace obmen::endpoint::test
