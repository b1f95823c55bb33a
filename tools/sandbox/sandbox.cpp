#include "sandbox.hpp"

#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <fstream>
#include <iterator>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "control.hpp"
#include "dropping_server.hpp"
#include "engine.hpp"
#include "oauth.hpp"
#include "page.hpp"
#include "rest_front.hpp"
#include "web.hpp"

namespace obmen::sandbox {

namespace {

constexpr const char* loopback = "127.0.0.1";
constexpr size_t worker_threads = 32;
constexpr size_t requests_per_connection = 1000;
constexpr time_t idle_seconds = 15;

Json read_state(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file)
        throw std::runtime_error(fmt::format("cannot read {}", path.string()));
    const Json state = Json::parse(text, nullptr, false);
    if (state.is_discarded())
        throw std::runtime_error(fmt::format("{} is not JSON", path.string()));
    return state;
}

void write_state(const std::filesystem::path& path, const Json& state) {
    const std::filesystem::path temporary = path.string() + ".new";
    std::ofstream file(temporary, std::ios::binary);
    file << state.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
    file.close();
    if (!file)
        throw std::runtime_error(fmt::format("cannot write {}", temporary.string()));
    std::filesystem::rename(temporary, path);
}

/// The body, which cpp-httplib would otherwise cut at 8 KiB for forms. Without a length there is none
/// (RFC 9112 §6.3): cpp-httplib would wait for it.
void read_body(const httplib::Request& request, const httplib::ContentReader& reader, WebRequest& web) {
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding"))
        return;
    if (!request.is_multipart_form_data()) {
        reader([&](const char* bytes, size_t size) {
            web.body.append(bytes, size);
            return true;
        });
        return;
    }
    reader(
        [&](const httplib::MultipartFormData& part) {
            web.parts.emplace_back(part.name, std::string());
            return true;
        },
        [&](const char* bytes, size_t size) {
            web.parts.back().second.append(bytes, size);
            return true;
        });
}

WebRequest web_request(const httplib::Request& request) {
    return {.verb = request.method,
            .target = request.target,
            .content_type = request.get_header_value("Content-Type"),
            .address = request.remote_addr,
            .host = request.get_header_value("Host"),
            .authorization = request.get_header_value("Authorization")};
}

}  // namespace

struct Sandbox::Server {
    explicit Server(const Options& options)
        : engine(options.settings, options.time_scale), state(options.state) {
        if (!state.empty() && std::filesystem::exists(state))
            engine.load(read_state(state));
        configure();
        port = options.port == 0 ? http.bind_to_any_port(loopback)
                                 : (http.bind_to_port(loopback, options.port) ? options.port : -1);
        if (port <= 0)
            throw std::runtime_error(fmt::format("port {} cannot be used", options.port));
        thread = std::thread([this] { http.listen_after_bind(); });
    }

    void configure() {
        http.new_task_queue = [] { return new httplib::ThreadPool(worker_threads); };
        http.set_tcp_nodelay(true);
        http.set_keep_alive_max_count(requests_per_connection);
        http.set_keep_alive_timeout(idle_seconds);
        // Its default lets two processes share a port.
        http.set_socket_options([](socket_t socket) {
            const int on = 1;
            ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
        });
        http.set_exception_handler(
            [](const httplib::Request&, httplib::Response& response, std::exception_ptr) {
                response.status = 500;
                response.set_content(
                    R"({"error":"INTERNAL_SERVER_ERROR","error_description":"Internal server error"})",
                    "application/json");
            });
        const std::string everything = R"(/.*)";
        http.Get(everything, [this](const httplib::Request& request, httplib::Response& response) {
            answer(web_request(request), response);
        });
        http.Delete(everything, [this](const httplib::Request& request, httplib::Response& response) {
            answer(web_request(request), response);
        });
        http.Post(everything, [this](const httplib::Request& request, httplib::Response& response,
                                     const httplib::ContentReader& reader) {
            WebRequest web = web_request(request);
            read_body(request, reader, web);
            answer(web, response);
        });
    }

    void answer(const WebRequest& request, httplib::Response& response) {
        const WebReply reply = reply_to(request);
        wait(std::chrono::milliseconds(reply.delay));
        response.status = reply.dropped ? no_answer : reply.status;
        response.set_content(reply.body, reply.content_type);
        if (!reply.location.empty())
            response.set_header("Location", reply.location);
        if (!reply.authenticate.empty())
            response.set_header("WWW-Authenticate", reply.authenticate);
    }

    WebReply reply_to(const WebRequest& request) {
        const std::lock_guard lock(mutex);
        const std::string path = path_of(request.target);
        if (path.starts_with("/sandbox/"))
            return answer_control(engine, request);
        if (path == "/")
            return {.content_type = "text/html; charset=utf-8", .body = page(engine)};
        if (path.starts_with("/oauth/"))
            return answer_oauth(engine, request);
        if (path.find("/rest/") == std::string::npos)
            return {.status = 404, .content_type = "text/plain; charset=utf-8", .body = "Not found\n"};
        return answer_rest(engine, request);
    }

    /// Ends early when the portal stops.
    void wait(std::chrono::milliseconds duration) {
        std::unique_lock lock(waiting);
        stopped.wait_for(lock, duration, [this] { return stopping; });
    }

    void stop() {
        {
            const std::lock_guard lock(waiting);
            if (stopping)
                return;
            stopping = true;
        }
        stopped.notify_all();
        // stop() of cpp-httplib does nothing before the loop runs.
        while (!http.is_running())
            std::this_thread::yield();
        http.stop();
        thread.join();
        if (!state.empty())
            write_state(state, engine.dump());
    }

    Engine engine;
    std::filesystem::path state;
    DroppingServer http;
    int port = 0;
    std::mutex mutex;  ///< around the engine: the portal runs one command at a time
    std::mutex waiting;
    std::condition_variable stopped;
    bool stopping = false;
    std::thread thread;
};

Sandbox::Sandbox(const Options& options) try : m_server(std::make_unique<Server>(options)) {
} catch (const Refusal& refusal) {
    throw std::runtime_error(refusal.description());
}

Sandbox::~Sandbox() {
    try {
        stop();
    } catch (const std::exception& error) {
        fmt::print(stderr, "obmen-sandbox: {}\n", error.what());
    }
}

int Sandbox::port() const {
    return m_server->port;
}

std::string Sandbox::address() const {
    return fmt::format("http://{}:{}", loopback, port());
}

std::string Sandbox::webhook() const {
    const std::lock_guard lock(m_server->mutex);  // its code is a setting, which the control API changes
    return fmt::format("{}/rest/1/{}/", address(), m_server->engine.settings.code);
}

void Sandbox::stop() {
    m_server->stop();
}

}  // namespace obmen::sandbox
