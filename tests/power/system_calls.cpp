#include "power/system_calls.hpp"

#include <unistd.h>

#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace obmen::tests {

namespace {

constexpr const char* strace = "/usr/bin/strace";
constexpr const char* changing =
    "trace=write,writev,pwrite64,fsync,fdatasync,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,"
    "ftruncate,mkdir,mkdirat,openat";

bool writes(const SystemCall& call) {
    return call.name == "write" || call.name == "pwrite64";
}

/// What it is done to: the first argument with its path, `write(7</disk/state/ledger.db`.
std::string target_of(const SystemCall& call) {
    return call.text.substr(0, call.text.find(','));
}

/// Of a row of writes to one file the first and the last.
std::vector<SystemCall> without_inner_writes(const std::vector<SystemCall>& calls) {
    std::vector<SystemCall> out;
    for (std::size_t i = 0; i < calls.size(); ++i) {
        const auto is_same = [&](std::size_t other) {
            return writes(calls[other]) && target_of(calls[other]) == target_of(calls[i]);
        };
        const bool is_inner =
            writes(calls[i]) && i > 0 && is_same(i - 1) && i + 1 < calls.size() && is_same(i + 1);
        if (!is_inner) {
            out.push_back(calls[i]);
        }
    }
    return out;
}

}  // namespace

std::string reason_against_tracing(const std::filesystem::path& directory) {
    if (::access(strace, X_OK) != 0) {
        return "there is no strace";
    }
    const ProcessResult tried = run_process({strace, "-f", "-qq", "-o", (directory / "trial").string(), "-e",
                                             "inject=getpid:error=EPERM", "/bin/true"},
                                            directory);
    return tried.exit_code == 0 ? "" : "strace may not trace: " + tried.error;
}

std::vector<std::string> traced(const std::vector<std::string>& options) {
    std::vector<std::string> words{strace, "-f", "-qq"};
    words.insert(words.end(), options.begin(), options.end());
    return words;
}

std::vector<SystemCall> changing_calls(const DiskExchange& exchange) {
    const std::filesystem::path log = exchange.directory() / "calls";
    // The sanitizer for leaks cannot look at a process that is traced.
    static_cast<void>(exchange.once(traced({"-y", "-s", "0", "-o", log.string(), "-e", changing}),
                                    {{"ASAN_OPTIONS", "detect_leaks=0"}}));
    std::vector<SystemCall> calls;
    std::map<std::string, std::size_t> counts;
    std::string first_thread;
    std::ifstream file(log);
    const std::regex shape("([0-9]+) +([a-z0-9]+)(\\(.*)");
    const std::string disk = exchange.disk().string();
    for (std::string line; std::getline(file, line);) {
        std::smatch parts;
        if (!std::regex_match(line, parts, shape)) {
            continue;
        }
        first_thread = first_thread.empty() ? parts[1].str() : first_thread;
        if (parts[1] != first_thread) {
            continue;
        }
        const std::string name = parts[2];
        const std::size_t number = ++counts[name];
        const bool changes = line.find(disk) != std::string::npos &&
                             (name != "openat" || line.find("O_CREAT") != std::string::npos);
        if (changes) {
            calls.push_back({.name = name, .number = number, .text = name + parts[3].str()});
        }
    }
    return without_inner_writes(calls);
}

}  // namespace obmen::tests
