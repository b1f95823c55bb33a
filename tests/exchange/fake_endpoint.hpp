#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/endpoint.hpp"
#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen::exchange::test {

/// The process is gone: nothing catches it but the test.
struct Crash {};

/// A folder in memory whose every operation can be made to fail.
class FakeEndpoint : public endpoint::Endpoint {
  public:
    struct Fault {
        std::string operation;  ///< `store`, `look`, `rename`, `remove`, `fetch`; empty: any
        Error error;
        unsigned times = 1;
        std::string name{};  ///< only for names that begin so
    };

    [[nodiscard]] std::string shown() const override { return "fake://folder"; }

    endpoint::Listing list(const endpoint::ListOptions& /*options*/) override {
        step("list", "");
        endpoint::Listing listing;
        for (const auto& [name, bytes] : files) {
            listing.entries.push_back(entry(name, bytes));
        }
        return listing;
    }
    std::optional<endpoint::Entry> look(const std::string& name) override {
        step("look", name);
        const auto found = files.find(name);
        return found == files.end() ? std::nullopt : std::optional(entry(name, found->second));
    }
    void fetch(const std::string& name, const std::function<void(std::string_view)>& take) override {
        step("fetch", name);
        take(files.at(name));
    }
    void store(const std::string& name, const std::filesystem::path& local) override {
        count("store");
        const std::string bytes = read_whole_file(local);
        if (const auto* fault = fault_of("store", name)) {
            files[name] = bytes.substr(0, bytes.size() / 2);
            throw Error(*fault);
        }
        files[name] = short_stores > 0 ? bytes.substr(0, bytes.size() / 2) : bytes;
        short_stores -= short_stores > 0 ? 1 : 0;
        die_after();
    }
    void rename(const std::string& from, const std::string& to) override {
        step("rename", from);
        if (files.contains(to)) {
            throw Error(FailureClass::temporary, Message{"SRC-EXISTS", {shown(), to}});
        }
        auto moved = files.extract(from);
        if (moved.empty()) {
            throw Error(FailureClass::temporary, Message{"SRC-MISSING", {shown(), from}});
        }
        moved.key() = to;
        files.insert(std::move(moved));
        die_after();
    }
    void remove(const std::string& name) override {
        step("remove", name);
        files.erase(name);
        die_after();
    }
    void make_folder(const std::string& /*name*/) override {}
    void disconnect() noexcept override { ++disconnects; }

    std::map<std::string, std::string> files;
    std::vector<Fault> faults;
    std::vector<std::string> operations;  ///< all that was asked of it
    unsigned short_stores = 0;            ///< so many keep only a half, and say nothing
    unsigned disconnects = 0;
    std::optional<UtcTime> modified;            ///< of all files
    std::optional<std::size_t> crash_before{};  ///< the operation with this number, from 0
    std::optional<std::size_t> crash_after{};   ///< likewise, its effect being there

  private:
    [[nodiscard]] endpoint::Entry entry(const std::string& name, const std::string& bytes) const {
        return {.name = name, .size = bytes.size(), .modified = modified};
    }
    void count(const std::string& operation) {
        if (crash_before == operations.size()) {
            operations.push_back(operation);
            throw Crash{};
        }
        operations.push_back(operation);
    }
    void die_after() const {
        if (crash_after && *crash_after + 1 == operations.size()) {
            throw Crash{};
        }
    }
    void step(const std::string& operation, const std::string& name) {
        count(operation);
        if (const auto* fault = fault_of(operation, name)) {
            throw Error(*fault);
        }
    }
    const Error* fault_of(const std::string& operation, const std::string& name) {
        for (Fault& fault : faults) {
            if (fault.times > 0 && (fault.operation.empty() || fault.operation == operation) &&
                name.starts_with(fault.name)) {
                --fault.times;
                return &fault.error;
            }
        }
        return nullptr;
    }
};

}  // namespace obmen::exchange::test
