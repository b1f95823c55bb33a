#include <CLI/CLI.hpp>
#include <iostream>
#include <sstream>
#include <string>

#include "fault_proxy/fault_proxy.hpp"

/// Stands before a server and breaks its connections; commands come on standard input.
namespace {

using namespace obmen::fault_proxy;

constexpr const char* commands =
    "Commands, one a line on standard input:\n"
    "  ACTION [connection=N] [kind=any|control|data] [direction=to-client|to-server] [byte=N] "
    "[milliseconds=N] "
    "[times=N]\n"
    "      cut, reset, stall, slice, delay, corrupt or refuse, for connections that come from now on\n"
    "  draw SEED SHARE    a share of connections (0 to 1) meets what the seed draws\n"
    "  clear              no rules any more; what stalls goes on\n"
    "  down, up           nobody listens; somebody does again\n"
    "  status             connections, data connections, how many met a fault\n"
    "It ends with its standard input.";

void answer_draw(FaultProxy& proxy, std::istringstream& words) {
    Draw draw;
    if (words >> draw.seed >> draw.share) {
        proxy.draw(draw);
    } else {
        std::cout << "draw SEED SHARE\n";
    }
}

void answer(FaultProxy& proxy, const std::string& line) {
    std::istringstream words(line);
    std::string command;
    words >> command;
    if (command == "clear") {
        proxy.clear();
    } else if (command == "down" || command == "up") {
        proxy.set_down(command == "down");
    } else if (command == "draw") {
        answer_draw(proxy, words);
    } else if (command == "status") {
        std::cout << proxy.connections() << ' ' << proxy.data_connections() << ' ' << proxy.acted()
                  << std::endl;
    } else if (!command.empty()) {
        Rule rule;
        const std::string fault = read_rule(line, rule);
        if (fault.empty()) {
            proxy.order(rule);
        } else {
            std::cout << fault << std::endl;
        }
    }
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("A proxy on 127.0.0.1 that breaks TCP connections on purpose.");
    app.footer(commands);
    Options options;
    std::vector<std::string> rules;
    app.add_option("--server", options.server_port, "port of the server on 127.0.0.1")->required();
    app.add_option("--port", options.port, "port of the proxy; a free one by default, printed first");
    app.add_flag("--ftp", options.ftp, "also lead FTP's passive data connections through it");
    app.add_option("--rule", rules, "a command to begin with; may be repeated");
    CLI11_PARSE(app, count, words);
    try {
        FaultProxy proxy(options);
        std::cout << proxy.port() << std::endl;
        for (const std::string& rule : rules) {
            answer(proxy, rule);
        }
        for (std::string line; std::getline(std::cin, line);) {
            answer(proxy, line);
        }
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
