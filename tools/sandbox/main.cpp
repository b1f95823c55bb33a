#include <fmt/format.h>
#include <signal.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

#include "sandbox.hpp"

namespace {

using obmen::sandbox::Options;
using obmen::sandbox::Sandbox;

/// The port appears under its name only when it is whole: a script that waits for the file never reads half a
/// number.
void write_port(const std::string& path, int port) {
    const std::string temporary = path + ".new";
    std::ofstream file(temporary);
    file << port << '\n';
    file.close();
    if (!file)
        throw std::runtime_error("cannot write " + path);
    std::filesystem::rename(temporary, path);
}

/// Signals wait in a set from the first thread on, so that all threads inherit it and none is interrupted.
sigset_t block_stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    return signals;
}

void serve(const Options& options, const std::string& port_file, bool quiet) {
    const sigset_t signals = block_stop_signals();
    Sandbox sandbox(options);
    fmt::print("{}\n", sandbox.webhook());
    if (!quiet)
        fmt::print("What the portal holds: {}/   Ctrl+C stops it.\n", sandbox.address());
    std::fflush(stdout);
    if (!port_file.empty())
        write_port(port_file, sandbox.port());
    int signal = 0;
    sigwait(&signals, &signal);
    sandbox.stop();
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    std::string port_file;
    std::string state;
    bool quiet = false;
    CLI::App app{
        "A practice portal that behaves like the REST interface of Bitrix24.\n"
        "It listens on 127.0.0.1 only and prints the address of its incoming webhook; open "
        "http://127.0.0.1:PORT/\n"
        "to see what it holds. Nothing leaves this machine.",
        "obmen-sandbox"};
    app.add_option("--port", options.port, "Port to listen on; 0 takes any free one")
        ->check(CLI::Range(0, 65535))
        ->capture_default_str();
    app.add_option("--port-file", port_file, "Write the port into this file once the portal answers")
        ->type_name("FILE");
    app.add_option("--webhook", options.settings.code, "Secret code in the webhook's address")
        ->type_name("CODE")
        ->capture_default_str();
    app.add_option("--state", state,
                   "Load what the portal holds from this file if it exists; save it there on a clean stop")
        ->type_name("FILE");
    app.add_option("--time-scale", options.time_scale,
                   "How much faster the limits' clock runs: 100 makes a second last 10 ms")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--latency", options.settings.latency, "Milliseconds that every answer takes longer")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--burst", options.settings.burst,
                   "Requests at once before QUERY_LIMIT_EXCEEDED; 0: no limit")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--rate", options.settings.rate, "Requests per second in the long run")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--catalogue", options.settings.catalogue_id, "Id of the catalogue of products")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--offers-catalogue", options.settings.offers_catalogue_id,
                   "Id of the catalogue of offers")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_flag("--quiet", quiet, "Print only the webhook's address");
    app.set_version_flag("--version", OBMEN_VERSION);
    CLI11_PARSE(app, argc, argv);
    options.state = state;
    try {
        serve(options, port_file, quiet);
    } catch (const std::exception& error) {
        fmt::print(stderr, "obmen-sandbox: {}\n", error.what());
        return 1;
    }
    return 0;
}
