#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "commands/exchange.hpp"
#include "daemon/watched_exchange.hpp"
#include "servers/server_process.hpp"
#include "support/hash.hpp"

/// Names and links from outside lead nowhere; what obmen writes is for its owner alone; nobody is listened
/// to.
namespace obmen::tests {
namespace {

constexpr const char* victim_text = "somebody else's\n";

std::string sha256_of(const std::string& bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

/// Everything below `directory`, as it is named there.
std::set<std::string> tree_of(const std::filesystem::path& directory) {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        names.insert(std::filesystem::relative(entry.path(), directory).string());
    }
    return names;
}

void expect_private(const std::filesystem::path& directory) {
    struct stat info {};
    ASSERT_EQ(::stat(directory.c_str(), &info), 0) << directory;
    EXPECT_EQ(info.st_mode & 0777U, 0700U) << directory;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
        ASSERT_EQ(::lstat(entry.path().c_str(), &info), 0);
        EXPECT_EQ(info.st_mode & 0777U, S_ISDIR(info.st_mode) ? 0700U : 0600U) << entry.path();
    }
}

/// A product with a picture, which is called `path` in the export.
std::string export_with_picture(const std::string& path) {
    std::string text = export_of(1, "p");
    const std::string picture = "<Картинка>" + path + "</Картинка>";
    return text.insert(text.find("</Товар>"), picture);
}

std::string picture_bytes(const std::string& what) {
    return std::string("\x89PNG\r\n\x1a\n", 8) + what;
}

/// As somebody runs it whose umask lets everybody do everything.
ProcessResult push_openly(const Exchange& exchange, const std::filesystem::path& file) {
    std::vector<std::string> words{"/bin/sh", "-c", "umask 0; exec \"$0\" \"$@\""};
    const std::vector<std::string> push = exchange.push_words({file});
    words.insert(words.end(), push.begin(), push.end());
    return run_process(words, exchange.directory().path(), exchange.environment());
}

TEST(Permissions, WhatIsWrittenIsForItsOwnerWhateverTheUmask) {
    Exchange exchange;
    const auto folder = exchange.directory() / "exports/good";
    write_file(folder / "import.xml", export_with_picture("import_files/a.png"));
    write_file(folder / "import_files/a.png", picture_bytes("a"));
    ASSERT_EQ(push_openly(exchange, folder).exit_code, 0);
    // One that is rejected and kept, and one that waits.
    EXPECT_EQ(push_openly(exchange, exchange.file("broken.xml", "<КоммерческаяИнформация>")).exit_code, 2);
    exchange.order_fault({{"match", {{"every", 1}}}, {"times", 0}, {"action", "status"}, {"status", 502}});
    EXPECT_EQ(push_openly(exchange, exchange.file("late.xml", export_of(2, "late"))).exit_code, 3);
    for (const char* const directory : {"state", "receipts", "limits"}) {
        expect_private(exchange.directory() / directory);
    }
}

TEST(Paths, PicturesComeFromThePackageAndFromNowhereElse) {
    Exchange exchange;
    const std::string secret = picture_bytes("not for the portal");
    write_file(exchange.directory() / "secret.png", secret);
    const std::vector<std::string> names{"../../secret.png",
                                         "..\\..\\secret.png",
                                         (exchange.directory() / "secret.png").string(),
                                         "link.png",
                                         "linked/secret.png",
                                         "C:\\secret.png",
                                         "import_files/../../../secret.png",
                                         "file://" + (exchange.directory() / "secret.png").string()};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto folder = exchange.directory() / ("exports/" + std::to_string(i));
        write_file(folder / "import.xml", export_with_picture(names[i]));
        std::filesystem::create_symlink("../../secret.png", folder / "link.png");
        std::filesystem::create_directory_symlink("../..", folder / "linked");
        const ProcessResult result = exchange.push({folder}, {"--force"});
        EXPECT_LE(result.exit_code, 1) << names[i] << result.error;
    }
    for (const auto& file : exchange.sandbox().rows("file")) {
        EXPECT_NE(file.at("SHA256"), sha256_of(secret)) << file.dump();
    }
    for (const auto& entry : std::filesystem::recursive_directory_iterator(exchange.directory() / "state")) {
        if (entry.is_regular_file()) {
            EXPECT_EQ(read_file(entry.path()).find("not for the portal"), std::string::npos) << entry.path();
        }
    }
}

TEST(Paths, NamesOfFilesMakeReceiptsInTheirFolderAndNowhereElse) {
    Exchange exchange;
    ASSERT_EQ(exchange.push({exchange.file("first.xml", export_of(1, "first"))}).exit_code, 0);
    const std::set<std::string> before = tree_of(exchange.directory() / "receipts");
    const std::vector<std::string> names{
        "..\\..\\evil.xml", "-rf.xml", "$(touch evil).xml", "a\nb.xml",
        "\xE4\xE5.xml",     "...xml",  "C:evil.xml",        std::string(200, 'n') + ".xml"};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto file = exchange.file(names[i], export_of(1, "n" + std::to_string(i)));
        EXPECT_EQ(exchange.push({file}).exit_code, 0) << names[i];
    }
    std::size_t made = 0;
    for (const std::string& name : tree_of(exchange.directory() / "receipts")) {
        made += before.contains(name) ? 0 : 1;
        EXPECT_TRUE(name.ends_with(".receipt.xml")) << name;
        EXPECT_EQ(name.find_first_of("/\\$(\n:"), std::string::npos) << name;
    }
    EXPECT_EQ(made, names.size());
    for (const std::string& name : tree_of(exchange.directory().path())) {
        EXPECT_TRUE(name.find("evil") == std::string::npos || name.starts_with("exports/") ||
                    name.starts_with("receipts/"))
            << name;
    }
}

TEST(Paths, APackageOnTheCommandLineIsNoPath) {
    Exchange exchange;
    ASSERT_EQ(exchange.push({exchange.file("a.xml", export_of(1, "a"))}).exit_code, 0);
    const std::string state = (exchange.directory() / "state").string();
    write_file(exchange.directory() / "victim", victim_text);
    const std::set<std::string> before = tree_of(exchange.directory() / "state");
    for (const std::string id : {"../victim", "../../victim", "/etc/passwd", ".", "..", "%2e%2e",
                                 "x' OR '1'='1", "a/../../victim", "*"}) {
        for (const char* const command : {"receipt", "report", "retry", "forget", "approve"}) {
            const ProcessResult result = exchange.run({command, id, "--state", state});
            EXPECT_TRUE(result.exit_code == 4 || result.exit_code == 64)
                << command << ' ' << id << result.out;
            EXPECT_EQ((result.out + result.error).find(victim_text), std::string::npos)
                << command << ' ' << id;
            EXPECT_EQ(result.out.find("root:"), std::string::npos) << command << ' ' << id;
        }
    }
    EXPECT_EQ(tree_of(exchange.directory() / "state"), before);
    EXPECT_EQ(read_file(exchange.directory() / "victim"), victim_text);

    const std::string name = receipts_in(exchange.directory() / "receipts").front().filename().string();
    const std::string id = name.substr(name.find('.') + 1, 20);
    const std::string victim = (exchange.directory() / "victim").string();
    EXPECT_EQ(exchange.run({"receipt", id, "--state", state, "-o", victim}).exit_code, 4);
    EXPECT_EQ(read_file(victim), victim_text) << "a receipt took the place of another file";
}

/// Puts a link to `victim` where obmen keeps a file of its own.
void plant(const std::filesystem::path& name, const std::filesystem::path& victim) {
    std::filesystem::remove(name);
    std::filesystem::create_symlink(victim, name);
}

TEST(Links, InPlaceOfLocksAndLimitsLeadNowhere) {
    WatchedExchange exchange;
    const std::string settings = exchange.settings().string();
    const auto go_on = [&](const std::string& name) {
        const auto file = exchange.directory() / (name + ".xml");
        write_file(file, export_of(1, name));
        static_cast<void>(exchange.run({"watch", "--once", settings}));
        return exchange.run({"push", "--settings", settings, file.string()}).exit_code;
    };
    ASSERT_EQ(go_on("first"), 0);
    const auto victim = exchange.directory() / "victim";
    write_file(victim, victim_text);
    std::vector<std::filesystem::path> own;
    for (const char* const directory : {"state", "limits"}) {
        for (const auto& entry : std::filesystem::directory_iterator(exchange.directory() / directory)) {
            const std::string name = entry.path().filename().string();
            if (name == "lock" || name.ends_with(".lock") || name.ends_with(".limits")) {
                own.push_back(entry.path());
            }
        }
    }
    ASSERT_EQ(own.size(), 3U) << "the state's lock, a source's, the portal's limits: "
                              << ::testing::PrintToString(tree_of(exchange.directory() / "limits"));
    for (const std::filesystem::path& name : own) {
        plant(name, victim);
        static_cast<void>(go_on(name.filename().string()));
        EXPECT_EQ(read_file(victim), victim_text) << name;
        std::filesystem::remove(name);
    }
}

/// Local addresses of the sockets on which `process` waits for connections, as /proc/net has them.
std::vector<std::string> listeners_of(const Process& process) {
    std::set<std::string> own;
    const std::filesystem::path proc = "/proc/" + std::to_string(process.id());
    for (const auto& entry : std::filesystem::directory_iterator(proc / "fd")) {
        std::error_code ignored;
        own.insert(std::filesystem::read_symlink(entry.path(), ignored).string());
    }
    std::vector<std::string> addresses;
    for (const char* const table : {"net/tcp", "net/tcp6"}) {
        std::ifstream lines(proc / table);
        for (std::string line; std::getline(lines, line);) {
            std::istringstream words(line);
            std::vector<std::string> fields;
            for (std::string word; words >> word;) {
                fields.push_back(word);
            }
            const bool listens = fields.size() > 9 && fields[3] == "0A";
            if (listens && own.contains("socket:[" + fields[9] + "]")) {
                addresses.push_back(fields[1].substr(0, fields[1].find(':')));
            }
        }
    }
    return addresses;
}

TEST(Listeners, OnlyTheSignInWaitsForConnectionsAndOnlyFromThisMachine) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root sees the sockets of a process that keeps its memory private";
    }
    const std::string loopback = "0100007F";
    WatchedExchange exchange;
    exchange.start_and_wait();
    EXPECT_TRUE(listeners_of(exchange.daemon()).empty());

    const auto settings = exchange.directory() / "app.toml";
    write_file(exchange.directory() / "secret", "practice-secret\n");
    std::filesystem::permissions(exchange.directory() / "secret", std::filesystem::perms(0600));
    write_file(settings,
               "[portal.oauth]\nportal = \"http://127.0.0.1:9\"\nclient_id = \"local.practice\"\n"
               "client_secret = \"@secret\"\nserver = \"http://127.0.0.1:9\"\nredirect_port = " +
                   std::to_string(free_port()) +
                   "\n"
                   "[state]\ndirectory = \"app\"\n");
    Process auth({Exchange::program(), "auth", "--settings", settings.string()}, exchange.directory().path(),
                 {{"OBMEN_PORTAL", ""}, {"OBMEN_LIMITS", (exchange.directory() / "limits").string()}});
    std::vector<std::string> waits;
    ASSERT_TRUE(eventually([&] {
        waits = listeners_of(auth);
        return !waits.empty() || !auth.is_running();
    }));
    EXPECT_EQ(waits, std::vector<std::string>{loopback});
    auth.signal(SIGTERM);
    static_cast<void>(auth.wait());
}

}  // namespace
}  // namespace obmen::tests
