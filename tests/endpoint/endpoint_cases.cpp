#include "endpoint/endpoint_cases.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <random>
#include <set>
#include <stdexcept>
#include <utility>

#include "support/error.hpp"

namespace obmen::tests {

namespace {

using endpoint::Endpoint;
using endpoint::Entry;
using endpoint::Listing;

/// A place with an endpoint that stays connected from test to test: to log in takes longer than most of them.
struct Open {
    std::unique_ptr<EndpointPlace> place;
    std::unique_ptr<Endpoint> endpoint;
};
using Places = std::map<std::string, Open>;

/// The servers of the tests that run at the moment.
Places& places() {
    static Places all;
    return all;
}

void empty(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::filesystem::remove_all(entry.path());
    }
}

std::set<std::string> names_of(const Listing& listing) {
    std::set<std::string> names;
    for (const Entry& entry : listing.entries) {
        names.insert(entry.name);
    }
    return names;
}

}  // namespace

std::string name_of_case(const testing::TestParamInfo<EndpointCase>& info) {
    return info.param.name;
}

std::string noise(std::size_t size) {
    std::mt19937_64 random(42);
    std::string bytes(size, '\0');
    std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
    return bytes;
}

std::atomic<bool> EndpointCases::s_interrupted = false;

void EndpointCases::SetUp() {
    Open& known = places()[GetParam().name];
    if (!known.place) {
        known.place = GetParam().make(true);
    }
    if (!known.place) {
        GTEST_SKIP() << "this machine has no " << GetParam().name << " (tools/setup brings it)";
    }
    if (!known.endpoint) {
        known.endpoint = open(known.place->settings());
    }
    m_place = known.place.get();
    m_endpoint = known.endpoint.get();
    empty(m_place->served());
}

void EndpointCases::TearDownTestSuite() {
    places().clear();
}

std::unique_ptr<Endpoint> EndpointCases::open(const config::EndpointSettings& settings) {
    static SystemClock clock;
    static SilentLog log;
    return endpoint::open_endpoint(settings, {clock, log, &s_interrupted});
}

void EndpointCases::put(const std::string& name, const std::string& bytes) {
    write_file(served(name), bytes);
}

std::string EndpointCases::fetched(const std::string& name) {
    std::string bytes;
    endpoint().fetch(name, [&](std::string_view block) { bytes += block; });
    return bytes;
}

std::optional<Entry> EndpointCases::listed(const std::string& name) {
    const Listing listing = endpoint().list({});
    const auto found =
        std::ranges::find_if(listing.entries, [&](const Entry& entry) { return entry.name == name; });
    return found == listing.entries.end() ? std::nullopt : std::optional(*found);
}

std::filesystem::path EndpointCases::local(const std::string& bytes) {
    const std::filesystem::path path = m_directory / "local";
    write_file(path, bytes);
    return path;
}

std::string EndpointCases::code_of(const std::function<void()>& step) {
    try {
        step();
    } catch (const Error& error) {
        return std::string(error.finding().message.code.text());
    }
    return {};
}

// ---- listing
// ------------------------------------------------------------------------------------------------

TEST_P(EndpointCases, AnEmptyFolderHasAnEmptyListing) {
    const Listing listing = endpoint().list({});
    EXPECT_TRUE(listing.entries.empty());
    EXPECT_TRUE(listing.unusable.empty());
}

TEST_P(EndpointCases, AMissingFolderIsAnErrorAndNoEmptyListing) {
    config::EndpointSettings settings = place().settings();
    settings.url += settings.url.ends_with('/') ? "nope" : "/nope";
    const std::unique_ptr<Endpoint> missing = open(settings);
    EXPECT_EQ(code_of([&] { missing->list({}); }), "SRC-MISSING");
}

TEST_P(EndpointCases, ListsFilesWithTheirSizesAndTimes) {
    put("import.xml", "12345");
    put("empty.xml", "");
    const timespec written{.tv_sec = 1'768'473'000, .tv_nsec = 0};  // 2026-01-15T10:30:00Z
    const timespec times[2] = {written, written};
    ASSERT_EQ(::utimensat(AT_FDCWD, served("import.xml").c_str(), times, 0), 0);
    const UtcTime expected{std::chrono::seconds{written.tv_sec}};

    const std::optional<Entry> listed_entry = listed("import.xml");
    ASSERT_TRUE(listed_entry);
    EXPECT_EQ(listed_entry->kind, Entry::Kind::file);
    EXPECT_EQ(listed_entry->size, 5U);
    EXPECT_EQ(listed_entry->modified, expected);
    EXPECT_EQ(listed_entry->identity.empty(), !GetParam().identities);
    EXPECT_EQ(listed("empty.xml")->size, 0U);

    const std::optional<Entry> looked_at = endpoint().look("import.xml");
    ASSERT_TRUE(looked_at);
    EXPECT_EQ(looked_at->size, 5U);
    EXPECT_EQ(looked_at->modified, expected);
    EXPECT_EQ(looked_at->identity, listed_entry->identity);
}

TEST_P(EndpointCases, AnotherFileUnderAnOldNameHasAnotherIdentity) {
    if (!GetParam().identities) {
        GTEST_SKIP() << "no identities here";
    }
    put("a.xml", "1");
    const std::string before = endpoint().look("a.xml")->identity;
    put("b.xml", "1");
    std::filesystem::rename(served("b.xml"), served("a.xml"));
    EXPECT_NE(endpoint().look("a.xml")->identity, before);
}

TEST_P(EndpointCases, ListsFoldersToTheDepthThatIsAskedFor) {
    put("a.xml", "a");
    put("goods/b.xml", "b");
    put("goods/1/c.xml", "c");
    put("left/d.xml", "d");

    EXPECT_EQ(names_of(endpoint().list({})), (std::set<std::string>{"a.xml", "goods", "left"}));
    EXPECT_EQ(names_of(endpoint().list({.depth = 2})),
              (std::set<std::string>{"a.xml", "goods/b.xml", "goods/1", "left/d.xml"}));
    const auto enters = [](std::string_view name) { return name != "left"; };
    EXPECT_EQ(names_of(endpoint().list({.depth = 9, .enters = enters})),
              (std::set<std::string>{"a.xml", "goods/b.xml", "goods/1/c.xml", "left"}));
    EXPECT_EQ(endpoint().look("goods")->kind, Entry::Kind::folder);
    EXPECT_EQ(fetched("goods/1/c.xml"), "c");
}

TEST_P(EndpointCases, HiddenFilesAreListed) {
    put(".hidden.xml", "1");
    put(".folder/a.xml", "1");
    EXPECT_EQ(names_of(endpoint().list({.depth = 2})),
              (std::set<std::string>{".hidden.xml", ".folder/a.xml"}));
}

TEST_P(EndpointCases, LinksAndPipesAreNeverOpened) {
    put("a.xml", "a");
    std::filesystem::create_symlink("/etc/passwd", served("file-link"));
    std::filesystem::create_symlink("/etc", served("folder-link"));
    std::filesystem::create_symlink("nowhere", served("dead-link"));
    ASSERT_EQ(::mkfifo(served("pipe").c_str(), 0666), 0);

    const Listing listing = endpoint().list({.depth = 3});
    for (const Entry& entry : listing.entries) {
        const bool other = entry.name != "a.xml" && (entry.name != "pipe" || GetParam().knows_pipes);
        EXPECT_EQ(entry.kind, other ? Entry::Kind::other : Entry::Kind::file) << entry.name;
    }
    std::set<std::string> names = names_of(listing);
    names.erase("dead-link");  // ProFTPD keeps silent about it
    EXPECT_EQ(names, (std::set<std::string>{"a.xml", "file-link", "folder-link", "pipe"}));
    EXPECT_EQ(endpoint().look("file-link")->kind, Entry::Kind::other);
    EXPECT_EQ(endpoint().look("pipe")->kind, Entry::Kind::other);
    EXPECT_EQ(code_of([&] { static_cast<void>(fetched("pipe")); }).substr(0, 4), "SRC-");
}

// ---- names
// --------------------------------------------------------------------------------------------------

TEST_P(EndpointCases, NamesAreBytes) {
    const std::vector<std::string> names{
        "Товары за январь.xml",
        "\xD2\xEE\xE2\xE0\xF0\xFB \xFF\xED\xE2\xE0\xF0\xFF.xml",  // the same in windows-1251
        "\xEF\xFF\xF2\xFC \xFF\xFF\xFB\xFF\xFE\xFF\xF4.xml",      // what Telnet takes for commands
        "-la",
        "sp  ace.xml",
        " leading.xml",
        "100%25 #1?.xml",
        "a&b;c='d'\"e\".xml",
        "[1]*{2}.xml",
        "a -> b.xml",
        "~",
        std::string(240, 'n') + ".xml",
    };
    for (const std::string& name : names) {
        put(name, "of " + name);
    }
    EXPECT_EQ(names_of(endpoint().list({})), std::set<std::string>(names.begin(), names.end()));
    for (const std::string& name : names) {
        const std::optional<Entry> entry = endpoint().look(name);
        ASSERT_TRUE(entry) << name;
        EXPECT_EQ(entry->name, name);
        EXPECT_EQ(fetched(name), "of " + name);
        endpoint().remove(name);
    }
    EXPECT_TRUE(std::filesystem::is_empty(place().served()));
}

TEST_P(EndpointCases, ANameWithALineBreakSpoilsNoOther) {
    put("a.xml", "a");
    put("b\nb.xml", "b");
    put("c.xml", "c");
    const Listing listing = endpoint().list({});
    std::set<std::string> expected{"a.xml", "c.xml"};
    if (GetParam().control_names) {
        expected.insert("b\nb.xml");
        EXPECT_EQ(fetched("b\nb.xml"), "b");
    } else {
        EXPECT_LE(listing.unusable.size(), 1U);  // pure-ftpd keeps silent about it
    }
    EXPECT_EQ(names_of(listing), expected);
}

TEST_P(EndpointCases, NamesNeverLeadOut) {
    put("a.xml", "a");
    std::filesystem::create_directory(served("inner"));
    for (const std::string name :
         {"../a.xml", "inner/../../a.xml", "/etc/passwd", "inner//a.xml", ".", "..", ""}) {
        EXPECT_EQ(code_of([&] { static_cast<void>(fetched(name)); }), "SRC-MISSING") << name;
    }
}

// ---- reading
// ------------------------------------------------------------------------------------------------

TEST_P(EndpointCases, FetchesEveryByte) {
    const std::string bytes = noise(5'000'000);
    put("big.zip", bytes);
    put("lines.xml", "a\r\nb\nc\r");
    put("empty.xml", "");
    EXPECT_TRUE(fetched("big.zip") == bytes);
    EXPECT_EQ(fetched("lines.xml"), "a\r\nb\nc\r");
    EXPECT_EQ(fetched("empty.xml"), "");
}

TEST_P(EndpointCases, WhatIsNotThereIsSaidSo) {
    EXPECT_EQ(endpoint().look("nope.xml"), std::nullopt);
    EXPECT_EQ(endpoint().look("nope/nope.xml"), std::nullopt);
    EXPECT_EQ(code_of([&] { static_cast<void>(fetched("nope.xml")); }), "SRC-MISSING");
    EXPECT_EQ(code_of([&] { endpoint().rename("nope.xml", "other.xml"); }), "SRC-MISSING");
}

TEST_P(EndpointCases, WhoeverTakesTheBytesMayBreakOff) {
    put("big.zip", noise(3'000'000));
    const auto take = [](std::string_view /*block*/) { throw std::out_of_range("enough"); };
    EXPECT_THROW(endpoint().fetch("big.zip", take), std::out_of_range);
    EXPECT_EQ(endpoint().list({}).entries.size(), 1U);
}

// ---- writing
// ------------------------------------------------------------------------------------------------

TEST_P(EndpointCases, StoresLooksAndRenames) {
    const std::string bytes = noise(3'000'000);
    endpoint().store("receipt.tmp", local(bytes));
    EXPECT_EQ(endpoint().look("receipt.tmp")->size, bytes.size());
    endpoint().rename("receipt.tmp", "квитанция.xml");
    EXPECT_TRUE(read_file(served("квитанция.xml")) == bytes);
    EXPECT_EQ(endpoint().look("receipt.tmp"), std::nullopt);
    for (const std::string name : {"1.xml", "2.xml", "3.xml"}) {
        endpoint().store(name, local(name));
    }
    endpoint().store("empty.xml", local(""));
    EXPECT_EQ(read_file(served("1.xml")) + read_file(served("2.xml")) + read_file(served("3.xml")),
              "1.xml2.xml3.xml");
    EXPECT_EQ(read_file(served("empty.xml")), "");
}

TEST_P(EndpointCases, NothingIsWrittenOverWhatIsThere) {
    put("a.xml", "a");
    put("b.xml", "b");
    EXPECT_EQ(code_of([&] { endpoint().store("a.xml", local("new")); }), "SRC-EXISTS");
    EXPECT_EQ(code_of([&] { endpoint().rename("b.xml", "a.xml"); }), "SRC-EXISTS");
    EXPECT_EQ(code_of([&] { endpoint().rename("a.xml", "a.xml"); }), "SRC-EXISTS");
    std::filesystem::create_directory(served("folder"));
    EXPECT_EQ(code_of([&] { endpoint().store("folder", local("new")); }), "SRC-EXISTS");
    EXPECT_EQ(read_file(served("a.xml")), "a");
    EXPECT_EQ(read_file(served("b.xml")), "b");
}

TEST_P(EndpointCases, FoldersAreMadeAndFilesRemovedOnce) {
    endpoint().make_folder("archive");
    endpoint().make_folder("archive");
    EXPECT_TRUE(std::filesystem::is_directory(served("archive")));
    endpoint().store("a.xml", local("a"));
    endpoint().rename("a.xml", "archive/a.xml");
    EXPECT_EQ(read_file(served("archive/a.xml")), "a");
    endpoint().remove("archive/a.xml");
    endpoint().remove("archive/a.xml");
    EXPECT_TRUE(std::filesystem::is_empty(served("archive")));
    EXPECT_EQ(code_of([&] { endpoint().store("nope/a.xml", local("a")); }).substr(0, 4), "SRC-");
}

TEST_P(EndpointCases, ALocalFileThatCannotBeReadIsNoFaultOfTheServer) {
    EXPECT_EQ(code_of([&] { endpoint().store("a.xml", "/nonexistent/file"); }), "SYS-FILE");
}

TEST_P(EndpointCases, WhereReadingAloneIsAllowedWritingIsDenied) {
    const std::unique_ptr<EndpointPlace> readable = GetParam().make(false);
    if (!readable) {
        GTEST_SKIP() << "cannot be set up here";
    }
    write_file(readable->served() / "a.xml", "a");
    const std::unique_ptr<Endpoint> reader = open(readable->settings());
    EXPECT_EQ(reader->list({}).entries.size(), 1U);
    EXPECT_EQ(code_of([&] { reader->store("b.xml", local("b")); }), "SRC-DENIED");
    EXPECT_EQ(code_of([&] { reader->rename("a.xml", "b.xml"); }), "SRC-DENIED");
    EXPECT_EQ(code_of([&] { reader->remove("a.xml"); }), "SRC-DENIED");
    EXPECT_EQ(code_of([&] { reader->make_folder("c"); }), "SRC-DENIED");
    EXPECT_EQ(read_file(readable->served() / "a.xml"), "a");
}

// ---- what goes wrong
// ----------------------------------------------------------------------------------------

TEST_P(EndpointCases, AWrongPasswordIsForAPersonToMend) {
    if (!GetParam().has_server) {
        GTEST_SKIP() << "no login here";
    }
    config::EndpointSettings settings = place().settings();
    settings.password = Secret("wr0ng-pa55word");
    const std::unique_ptr<Endpoint> stranger = open(settings);
    try {
        static_cast<void>(stranger->list({}));
        FAIL() << "logged in";
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code.text(), "SRC-LOGIN");
        EXPECT_EQ(error.failure_class(), FailureClass::bad_config);
        EXPECT_EQ(std::string(error.what()).find("wr0ng"), std::string::npos);
    }
}

TEST_P(EndpointCases, AServerThatDiesIsFoundAgain) {
    if (!GetParam().has_server) {
        GTEST_SKIP() << "no server to kill";
    }
    put("big.zip", noise(30'000'000));
    std::size_t blocks = 0;
    const auto take = [&](std::string_view /*block*/) {
        if (++blocks == 2) {
            place().kill();
        }
    };
    try {
        endpoint().fetch("big.zip", take);
        FAIL() << "fetched from a dead server";
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::temporary) << error.what();
    }
    EXPECT_EQ(code_of([&] { static_cast<void>(endpoint().list({})); }), "SRC-CONNECT");
    place().start();
    EXPECT_EQ(endpoint().list({}).entries.size(), 1U);
}

TEST_P(EndpointCases, AServerThatFallsSilentIsNotWaitedForForEver) {
    if (!GetParam().has_server) {
        GTEST_SKIP() << "no server to stop";
    }
    put("a.xml", "a");
    config::EndpointSettings settings = place().settings();
    EXPECT_EQ(fetched("a.xml"), "a");
    settings.stall_seconds = 1;
    const std::unique_ptr<Endpoint> hasty = open(settings);
    // Where the machine is too busy for a second, what matters has not begun.
    while (code_of([&] { static_cast<void>(hasty->list({})); }) == "SRC-STALLED") {
    }
    place().signal(SIGSTOP);
    const std::string code = code_of([&] { static_cast<void>(hasty->list({})); });
    place().signal(SIGCONT);
    EXPECT_EQ(code, "SRC-STALLED");
    EXPECT_EQ(fetched("a.xml"), "a");
}

TEST_P(EndpointCases, TheEndOfTheProcessEndsATransfer) {
    put("big.zip", noise(8'000'000));
    const auto take = [&](std::string_view /*block*/) { s_interrupted = true; };
    EXPECT_EQ(code_of([&] { endpoint().fetch("big.zip", take); }), "SYS-INTERRUPTED");
    EXPECT_EQ(code_of([&] { static_cast<void>(endpoint().list({})); }), "SYS-INTERRUPTED");
    s_interrupted = false;
    EXPECT_EQ(endpoint().list({}).entries.size(), 1U);
}

TEST_P(EndpointCases, ADisconnectedEndpointConnectsAgain) {
    put("a.xml", "a");
    EXPECT_EQ(fetched("a.xml"), "a");
    endpoint().disconnect();
    EXPECT_EQ(fetched("a.xml"), "a");
}

}  // namespace obmen::tests
