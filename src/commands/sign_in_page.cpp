#include "commands/sign_in_page.hpp"

#include <httplib.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/error.hpp"

namespace obmen::commands {

namespace {

std::string page(Language language) {
    const bool russian = language == Language::russian;
    return std::string("<!doctype html><meta charset=\"utf-8\"><title>obmen</title><p>") +
           (russian ? "Вход принят. Это окно можно закрыть." : "Signed in. You may close this window.");
}

}  // namespace

struct SignInPage::State {
    httplib::Server server;
    std::thread thread;
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<std::string> redirect;
};

SignInPage::SignInPage(std::uint16_t port, Language language)
    : m_address("http://127.0.0.1:" + std::to_string(port) + "/"), m_state(std::make_unique<State>()) {
    State& state = *m_state;
    state.server.Get(".*", [&state, language](const httplib::Request& request, httplib::Response& response) {
        // A browser also asks for an icon.
        if (!request.has_param("code") && !request.has_param("error")) {
            response.status = 404;
            return;
        }
        response.set_content(page(language), "text/html; charset=utf-8");
        const std::lock_guard lock(state.mutex);
        state.redirect = request.target;
        state.arrived.notify_all();
    });
    // By default httplib shares the port with whoever listens there already.
    state.server.set_socket_options([](socket_t socket) {
        const int yes = 1;
        ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    });
    if (!state.server.bind_to_port("127.0.0.1", port)) {
        throw Error(FailureClass::bad_config, Message{"SYS-FILE", {m_address, "portal.oauth.redirect_port"}});
    }
    state.thread = std::thread([&state] { state.server.listen_after_bind(); });
}

SignInPage::~SignInPage() {
    // stop() of cpp-httplib does nothing before the loop runs: the thread would never end.
    while (!m_state->server.is_running()) {
        std::this_thread::yield();
    }
    m_state->server.stop();
    m_state->thread.join();
}

std::optional<std::string> SignInPage::wait(std::chrono::seconds patience,
                                            const std::atomic<bool>* interrupted) {
    State& state = *m_state;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    std::unique_lock lock(state.mutex);
    while (!state.redirect && std::chrono::steady_clock::now() < deadline &&
           (interrupted == nullptr || !interrupted->load())) {
        state.arrived.wait_for(lock, std::chrono::milliseconds(200));
    }
    return state.redirect;
}

}  // namespace obmen::commands
