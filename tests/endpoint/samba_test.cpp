#include "servers/samba_server.hpp"

#include <gtest/gtest.h>

#include "endpoint/endpoint.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::endpoint {
namespace {

/// The usual way of 1C on Windows: it writes into a share, and obmen runs where the folder is.
TEST(SharedFolder, ShowsWhatComesOverTheNetworkAndGivesReceiptsBack) {
    if (!tests::SambaServer::why_not().empty()) {
        GTEST_SKIP() << tests::SambaServer::why_not();
    }
    const tests::TemporaryDirectory directory;
    tests::SambaServer server(directory / "samba");
    SystemClock clock;
    SilentLog log;
    config::EndpointSettings settings;
    settings.url = "folder:" + server.folder().string();
    const auto endpoint = open_endpoint(settings, {clock, log});
    const std::string bytes(3'000'000, 'x');
    tests::write_file(directory / "local.xml", bytes);

    const tests::ProcessResult put =
        server.run("mkdir webdata; put " + (directory / "local.xml").string() + " webdata/Выгрузка.xml");
    ASSERT_EQ(put.exit_code, 0) << put.out << put.error;
    const std::string name = "webdata/Выгрузка.xml";
    const Listing listing = endpoint->list({.depth = 2, .enters = {}});
    ASSERT_EQ(listing.entries.size(), 1U);
    EXPECT_EQ(listing.entries.front().name, name);
    EXPECT_EQ(listing.entries.front().size, bytes.size());
    std::string fetched;
    endpoint->fetch(name, [&](std::string_view block) { fetched += block; });
    EXPECT_TRUE(fetched == bytes);

    endpoint->store("квитанция.tmp", directory / "local.xml");
    endpoint->rename("квитанция.tmp", "квитанция.xml");
    const std::filesystem::path back = directory / "back.xml";
    const tests::ProcessResult get = server.run("get квитанция.xml " + back.string() + "; rm " + name);
    ASSERT_EQ(get.exit_code, 0) << get.out << get.error;
    EXPECT_TRUE(tests::read_file(back) == bytes);
    EXPECT_FALSE(endpoint->look(name));
}

}  // namespace
}  // namespace obmen::endpoint
