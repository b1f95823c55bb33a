#include "harness/sandbox_process.hpp"

#include <httplib.h>

#include <chrono>
#include <stdexcept>
#include <thread>

#include "harness/temporary_directory.hpp"

namespace obmen::tests {

namespace {

constexpr const char* webhook_code = "sandboxcode";
constexpr const char* program = OBMEN_BINARY_DIR "/tools/sandbox/obmen-sandbox";

nlohmann::json parsed(const httplib::Result& result, const std::string& path) {
    if (!result) {
        throw std::runtime_error("the sandbox does not answer " + path);
    }
    return result->body.empty() ? nlohmann::json() : nlohmann::json::parse(result->body);
}

}  // namespace

SandboxProcess::SandboxProcess(const std::filesystem::path& directory,
                               const std::vector<std::string>& options) {
    const std::filesystem::path port_file = directory / "sandbox.port";
    std::filesystem::remove(port_file);
    std::vector<std::string> arguments{program,     "--port",     "0",      "--port-file", port_file.string(),
                                       "--webhook", webhook_code, "--quiet"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    m_process = std::make_unique<Process>(arguments, directory);
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (m_port == 0) {
        if (!m_process->is_running() || std::chrono::steady_clock::now() > deadline) {
            throw std::runtime_error("the sandbox did not start: " + m_process->wait().error);
        }
        if (std::filesystem::exists(port_file)) {
            const std::string text = read_file(port_file);
            if (text.ends_with('\n')) {
                m_port = std::stoi(text);
                break;
            }
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

std::string SandboxProcess::url() const {
    return "http://127.0.0.1:" + std::to_string(m_port) + "/rest/1/" + webhook_code + "/";
}

nlohmann::json SandboxProcess::get(const std::string& path) const {
    httplib::Client client("127.0.0.1", m_port);
    return parsed(client.Get(path), path);
}

nlohmann::json SandboxProcess::post(const std::string& path, const nlohmann::json& body) const {
    httplib::Client client("127.0.0.1", m_port);
    const auto result = client.Post(path, body.dump(), "application/json");
    if (!result || result->status >= 300) {
        throw std::runtime_error("the sandbox refuses " + path + (result ? ": " + result->body : ""));
    }
    return parsed(result, path);
}

void SandboxProcess::clear_faults() const {
    httplib::Client client("127.0.0.1", m_port);
    const auto result = client.Delete("/sandbox/faults");
    if (!result || result->status >= 300) {
        throw std::runtime_error("the sandbox keeps its faults");
    }
}

nlohmann::json SandboxProcess::call(const std::string& method, const nlohmann::json& parameters,
                                    int user) const {
    httplib::Client client("127.0.0.1", m_port);
    const std::string path = "/rest/" + std::to_string(user) + "/" + webhook_code + "/" + method;
    // A test asks more quickly than a portal allows.
    constexpr int most_tries = 100;
    for (int i = 1;; ++i) {
        nlohmann::json answer = parsed(client.Post(path, parameters.dump(), "application/json"), path);
        if (answer.value("error", "") != "QUERY_LIMIT_EXCEEDED" || i == most_tries) {
            return answer;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
}

}  // namespace obmen::tests
