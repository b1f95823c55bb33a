#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "arrival/collector.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/hash.hpp"

namespace obmen::arrival {

/// Moved by hand; the wall clock and the steady one apart.
class HandClock : public Clock {
  public:
    [[nodiscard]] UtcTime now() const override { return m_now; }
    [[nodiscard]] Duration steady() const override { return m_steady; }
    void sleep(Duration duration) override { pass(duration); }
    void pass(Duration duration) {
        m_now += duration;
        m_steady += duration;
    }
    void set_back_or_forth(Duration jump) { m_now += jump; }
    /// As after a restart of the machine: steady time begins anew.
    void begin_anew() { m_steady = std::chrono::seconds(5); }

  private:
    UtcTime m_now = std::chrono::sys_days(std::chrono::year(2026) / 1 / 15) + std::chrono::hours(10);
    Duration m_steady = std::chrono::hours(50);
};

/// A folder in memory.
class FakeEndpoint : public endpoint::Endpoint {
  public:
    struct File {
        std::string bytes;
        std::optional<UtcTime> modified;
        std::string identity;
        endpoint::Entry::Kind kind = endpoint::Entry::Kind::file;
    };

    [[nodiscard]] std::string shown() const override { return "folder:/exports"; }

    [[nodiscard]] endpoint::Listing list(const endpoint::ListOptions& options) override {
        ++lists;
        endpoint::Listing listing;
        for (const auto& [name, file] : files) {
            bool entered = static_cast<unsigned>(std::ranges::count(name, '/')) < options.depth;
            for (std::size_t slash = name.find('/'); slash != std::string::npos && entered;
                 slash = name.find('/', slash + 1)) {
                entered = options.enters(name.substr(0, slash));
            }
            if (entered && std::ranges::find(missing_in_listings, name) == missing_in_listings.end()) {
                listing.entries.push_back(entry_of(name, file));
            }
        }
        listing.unusable = unusable;
        return listing;
    }
    [[nodiscard]] std::optional<endpoint::Entry> look(const std::string& name) override {
        const auto found = files.find(name);
        return found == files.end() ? std::nullopt : std::optional(entry_of(name, found->second));
    }
    void fetch(const std::string& name, const std::function<void(std::string_view)>& take) override {
        ++fetches;
        if (name == denied) {
            throw Error(FailureClass::temporary, Message{"SRC-DENIED", {shown(), name}});
        }
        const auto found = files.find(name);
        if (found == files.end()) {
            throw Error(FailureClass::temporary, Message{"SRC-MISSING", {shown(), name}});
        }
        const std::string bytes = found->second.bytes;
        if (on_fetch) {
            on_fetch(name);
        }
        take(bytes.substr(0, cut_after));
    }
    void store(const std::string& /*name*/, const std::filesystem::path& /*local*/) override {
        ADD_FAILURE() << "nothing of ours may go into a source";
    }
    void rename(const std::string& from, const std::string& to) override {
        if (rename_fault) {
            throw Error(FailureClass::temporary, *rename_fault);
        }
        if (files.contains(to)) {
            throw Error(FailureClass::temporary, Message{"SRC-EXISTS", {shown(), to}});
        }
        if (on_rename) {
            on_rename(from);
        }
        files[to] = files.at(from);
        files.erase(from);
        if (on_renamed) {
            on_renamed(from);
        }
    }
    void remove(const std::string& name) override { files.erase(name); }
    void make_folder(const std::string& name) override { folders.push_back(name); }
    void disconnect() noexcept override {}

    std::map<std::string, File> files;
    std::vector<std::string> unusable;
    std::vector<std::string> missing_in_listings;
    std::vector<std::string> folders;
    std::function<void(const std::string&)> on_fetch;
    std::function<void(const std::string&)> on_rename;
    std::function<void(const std::string&)> on_renamed;
    std::size_t cut_after = std::string::npos;  ///< so many bytes of each file are handed over
    std::optional<Message> rename_fault;
    std::string denied;
    int lists = 0;
    int fetches = 0;

  private:
    static endpoint::Entry entry_of(const std::string& name, const File& file) {
        return {.name = name,
                .kind = file.kind,
                .size = file.bytes.size(),
                .modified = file.modified,
                .identity = file.identity};
    }
};

/// Remembers over "restarts" of the collector.
class TestMemory : public SourceMemory {
  public:
    [[nodiscard]] RememberedSource load() override {
        RememberedSource out{.files = {}, .listed_at = listed_at, .has_both_halves = both};
        for (const auto& [name, row] : rows) {
            out.files.push_back(row);
        }
        return out;
    }
    void save(const std::vector<RememberedFile>& changed,
              const std::vector<std::string>& forgotten) override {
        fail_if_wanted("save");
        writes += changed.size() + forgotten.size();
        for (const RememberedFile& row : changed) {
            rows[row.name] = row;
        }
        for (const std::string& name : forgotten) {
            rows.erase(name);
        }
    }
    void note_listing(UtcTime now) override { listed_at = now; }
    void record(const CollectedPackage& package, const std::vector<RememberedFile>& files,
                UtcTime now) override {
        fail_if_wanted("record");
        EXPECT_TRUE(std::filesystem::is_directory(package.package.directory));
        packages.push_back(package);
        recorded_at = now;
        both = both || package.has_both_halves;
        for (const RememberedFile& row : files) {
            rows[row.name] = row;
        }
    }
    [[nodiscard]] std::vector<std::string> ended_packages() override { return ended; }
    [[nodiscard]] Backlog backlog() override { return waiting; }
    [[nodiscard]] bool knows_catalogue(const std::string& id) override {
        return std::ranges::find(catalogues, id) != catalogues.end();
    }

    std::map<std::string, RememberedFile> rows;
    std::vector<CollectedPackage> packages;
    std::vector<std::string> ended;
    std::vector<std::string> catalogues;
    std::optional<UtcTime> listed_at;
    UtcTime recorded_at{};
    Backlog waiting;
    bool both = false;
    std::size_t writes = 0;
    std::string fails_at;  ///< `save` or `record`: the process dies there

  private:
    void fail_if_wanted(std::string_view call) {
        if (fails_at == call) {
            fails_at.clear();
            throw Error(FailureClass::temporary, Message{"SYS-LEDGER", {"killed"}});
        }
    }
};

/// Files of the tests are lines: `catalogue G`, `offers G`, `contragents`, `documents`, `formed 2026-…`,
/// `picture path`, `broken`, and `end`, without which they are not finished.
class LineReader : public ContentReader {
  public:
    [[nodiscard]] FileContent read(const std::filesystem::path& copy, const std::string& name,
                                   Depth /*depth*/) override {
        ++reads;
        FileContent content{.verdict = FileContent::Verdict::unfinished};
        content.fault =
            Finding{.severity = Severity::fatal, .message = {"XML-TRUNCATED", {"x"}}, .file = name};
        content.has_halves = true;
        std::istringstream lines(read_whole_file(copy));
        for (std::string line; std::getline(lines, line);) {
            const std::string word = line.substr(0, line.find(' '));
            const std::string value = line.substr(std::min(line.size(), word.size() + 1));
            if (word == "catalogue" || word == "offers") {
                (word == "offers" ? content.offers : content.catalogue) = true;
                content.catalogue_id = value;
            } else if (word == "contragents") {
                content.contragents = true;
            } else if (word == "documents") {
                content.documents = true;
            } else if (word == "formed") {
                content.formed_at = value;
            } else if (word == "picture") {
                content.pictures.push_back(picture_key(value).value());
            } else if (word == "broken") {
                content.verdict = FileContent::Verdict::damaged;
                return content;
            } else if (word == "end") {
                content.verdict = FileContent::Verdict::whole;
                content.fault.reset();
            }
        }
        std::ranges::sort(content.pictures);
        return content;
    }
    int reads = 0;
};

/// A source, a state directory and everything between them; a look every ten seconds.
class CollectorTest : public ::testing::Test {
  protected:
    using Names = std::vector<std::string>;

    CollectorTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "obmen-collector-XXXXXX").string();
        m_directory = ::mkdtemp(pattern.data());
        settings.source.name = "1c";
        settings.landing = m_directory / "landing";
        settings.spool = m_directory / "spool";
        settings.free_bytes = [this](const std::filesystem::path&) { return free_bytes; };
    }
    ~CollectorTest() override {
        m_collector.reset();
        std::error_code ignored;
        std::filesystem::remove_all(m_directory, ignored);
    }

    /// Writes a file as 1C does: in place, under its final name.
    void write(const std::string& name, const std::string& bytes) {
        FakeEndpoint::File& file = source.files[name];
        file.bytes = bytes;
        file.modified = clock.now();
        if (file.identity.empty()) {
            file.identity = std::to_string(++m_identities);
        }
    }

    CollectorReport look() {
        if (!m_collector) {
            m_collector = std::make_unique<Collector>(settings, source, memory, reader, clock);
        }
        CollectorReport report = m_collector->look();
        for (const Finding& finding : report.notes) {
            notes.emplace_back(finding.message.code.text());
        }
        return report;
    }
    /// Looks every ten seconds for so long. \returns packages that came of it
    std::size_t look_for(Duration time) {
        const std::size_t before = memory.packages.size();
        for (Duration passed{0}; passed < time; passed += step) {
            look();
            clock.pass(std::min<Duration>(step, time - passed));
        }
        look();
        return memory.packages.size() - before;
    }
    void restart() { m_collector.reset(); }

    /// Names of the files of a package, in order; a rejected one begins with its code.
    [[nodiscard]] Names files_of(std::size_t package) const {
        Names names;
        if (package >= memory.packages.size()) {
            return {"no such package"};
        }
        const CollectedPackage& collected = memory.packages[package];
        if (collected.fault) {
            names.emplace_back(collected.fault->message.code.text());
        }
        for (const SpooledFile& file : collected.package.files) {
            names.push_back(file.name);
        }
        return names;
    }
    [[nodiscard]] std::string bytes_of(std::size_t package, std::size_t file) const {
        const SpooledPackage& spooled = memory.packages.at(package).package;
        const std::string bytes = read_whole_file(spooled.directory / spooled.files.at(file).spool_name);
        EXPECT_EQ(sha256_hex(bytes), spooled.files[file].sha256);
        EXPECT_EQ(bytes.size(), spooled.files[file].size);
        return bytes;
    }
    [[nodiscard]] Names codes_of(std::size_t package) const {
        Names codes;
        for (const Finding& note : memory.packages.at(package).package.notes) {
            codes.emplace_back(note.message.code.text());
        }
        return codes;
    }
    [[nodiscard]] static std::size_t entries_in(const std::filesystem::path& directory) {
        return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory),
                                                      std::filesystem::directory_iterator()));
    }

    static constexpr Duration step = std::chrono::seconds(10);
    static constexpr Duration settle = std::chrono::seconds(20);
    static constexpr Duration minute = std::chrono::minutes(1);

    static inline const std::string goods = "catalogue G\nformed 2026-01-15T10:00:00\nend\n";
    static inline const std::string offers = "offers G\nformed 2026-01-15T10:00:05\nend\n";
    static inline const std::string contragents = "contragents\nend\n";

    HandClock clock;
    FakeEndpoint source;
    TestMemory memory;
    LineReader reader;
    CollectorSettings settings;
    std::uint64_t free_bytes = std::uint64_t{1} << 40U;
    Names notes;

  private:
    std::filesystem::path m_directory;
    std::unique_ptr<Collector> m_collector;
    int m_identities = 0;
};

}  // namespace obmen::arrival
