#include "portal/client.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

#include "portal/fakes.hpp"

namespace obmen::portal {
namespace {

using test::answered;
using test::FakeClock;
using test::FakeTransport;
using test::HeldTransport;
using test::MemoryLog;

constexpr Duration start{1'000'000};

TEST(LeakyBucket, LetsABurstThroughAndThenTheSteadyRate) {
    LeakyBucket bucket(50, 2);
    Duration now = start;
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(bucket.wait_before_next(now), Duration{0}) << i;
        bucket.count_request(now);
    }
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(bucket.wait_before_next(now), Duration{500}) << i;
        now += Duration{500};
        ASSERT_EQ(bucket.wait_before_next(now), Duration{0}) << i;
        bucket.count_request(now);
    }
}

TEST(LeakyBucket, LeaksContinuouslyDownToEmpty) {
    LeakyBucket bucket(50, 2);
    bucket.restore(10, start);
    EXPECT_DOUBLE_EQ(bucket.level(start + Duration{250}), 9.5);
    EXPECT_DOUBLE_EQ(bucket.level(start + Duration{60'000}), 0);
    bucket.fill(start);
    EXPECT_DOUBLE_EQ(bucket.level(start), 50);
}

TEST(LeakyBucket, IsNeverAboveItsBurstAndNeverStarves) {
    std::minstd_rand random(42);
    for (const auto& [burst, rate] :
         std::vector<std::pair<double, double>>{{50, 2}, {250, 5}, {1, 0.3}, {7, 3.7}}) {
        LeakyBucket bucket(burst, rate);
        Duration now = start;
        for (int i = 0; i < 5'000; ++i) {
            now += Duration{random() % 700};
            const Duration wait = bucket.wait_before_next(now);
            ASSERT_LE(wait.count(), static_cast<Duration::rep>(1000 / rate) + 1);
            now += wait;
            ASSERT_EQ(bucket.wait_before_next(now), Duration{0});
            bucket.count_request(now);
            ASSERT_LE(bucket.level(now), burst + 1e-6);
        }
    }
}

TEST(LeakyBucket, RefusesSizesThatCouldNeverLetARequestThrough) {
    EXPECT_THROW(LeakyBucket(0.5, 2), std::invalid_argument);
    EXPECT_THROW(LeakyBucket(50, 0), std::invalid_argument);
}

const std::string one_done =
    R"({"result":{"result":{"c0":77},"result_error":[],"result_total":[],"result_next":[],"result_time":[]}})";
const std::string too_many = R"({"error":"QUERY_LIMIT_EXCEEDED","error_description":"Too many requests"})";

struct ClientTest : testing::Test {
    FakeClock clock;
    MemoryLog log;
    const std::vector<Command> commands{
        {"crm.product.add", {{"fields", {ParameterMap{{"NAME", {"Болт"}}}}}}}};

    Client client_of(Transport& transport, const ClientOptions& options = {}) {
        return Client(PortalAddress::parse(Secret("https://p.example/rest/1/topsecret/")), transport, clock,
                      log, options);
    }
};

TEST_F(ClientTest, PostsTheBatchOnceAndReadsIt) {
    FakeTransport transport({answered(200, one_done)});
    Client client = client_of(transport);
    const BatchAnswer answer = client.batch(commands);
    EXPECT_EQ(std::get<Done>(std::get<BatchDone>(answer).answers.at(0)).result, 77);
    EXPECT_EQ(transport.urls, std::vector<std::string>{"https://p.example/rest/1/topsecret/batch"});
    EXPECT_EQ(transport.bodies, std::vector<std::string>{batch_body(commands)});
    EXPECT_EQ(transport.last_timeout, std::chrono::milliseconds{75'000});
    EXPECT_EQ(client.requests_sent(), 1U);
    EXPECT_TRUE(clock.sleeps().empty());
}

TEST_F(ClientTest, WaitsOutARateRefusalWithGrowingPausesAndSendsAgain) {
    FakeTransport transport(
        {answered(503, too_many), answered(503, too_many), answered(503, too_many), answered(200, one_done)});
    Client client = client_of(transport);
    EXPECT_TRUE(std::holds_alternative<BatchDone>(client.batch(commands)));
    EXPECT_EQ(client.requests_sent(), 4U);
    ASSERT_EQ(clock.sleeps().size(), 3U);
    double expected = 1500;
    for (const Duration pause : clock.sleeps()) {
        EXPECT_GE(static_cast<double>(pause.count()), expected * 0.9);
        EXPECT_LE(static_cast<double>(pause.count()), expected * 1.1 + 1);
        expected *= 1.5;
    }
}

TEST_F(ClientTest, ARateRefusalFillsTheBucket) {
    FakeTransport transport({answered(503, too_many)});
    Client client = client_of(transport, {.limit_retries = 0});
    EXPECT_TRUE(std::get<BatchRefused>(client.batch(commands)).temporary());
    EXPECT_GE(client.limits().level(), 49);
}

TEST_F(ClientTest, GivesUpAfterTheAllowedRetries) {
    FakeTransport transport({answered(503, too_many)});
    Client client = client_of(transport, {.limit_retries = 3});
    const BatchAnswer answer = client.batch(commands);
    EXPECT_TRUE(std::get<BatchRefused>(answer).temporary());
    EXPECT_EQ(transport.bodies.size(), 4U);
}

TEST_F(ClientTest, NeverSendsAgainWhatMayHaveRunOrWasRefusedForAnotherReason) {
    HttpAnswer lost;
    lost.delivery = HttpAnswer::Delivery::unknown;
    HttpAnswer not_sent;
    for (const HttpAnswer& answer :
         {lost, not_sent, answered(504, "<html>"), answered(500, R"({"error":"INTERNAL_SERVER_ERROR"})"),
          answered(200, "{"), answered(401, R"({"error":"NO_AUTH_FOUND"})"),
          answered(503, R"({"error":"OVERLOAD_LIMIT"})")}) {
        FakeTransport transport({answer});
        Client client = client_of(transport);
        EXPECT_FALSE(std::holds_alternative<BatchDone>(client.batch(commands)));
        EXPECT_EQ(transport.bodies.size(), 1U) << answer.body;
        EXPECT_EQ(client.requests_sent(), 1U);
        EXPECT_GT(client.limits().level(), 0.5) << "failed requests count, too";
    }
}

TEST_F(ClientTest, StaysWithinThePortalsLimits) {
    FakeTransport transport({answered(200, one_done)});
    Client client = client_of(transport, {.burst = 5, .requests_per_second = 2});
    const Duration begun = clock.steady();
    for (int i = 0; i < 25; ++i) {
        static_cast<void>(client.batch(commands));
        EXPECT_LE(client.limits().level(), 4 + 1e-6) << "one is kept back: arrivals bunch";
    }
    const Duration took = clock.steady() - begun;
    EXPECT_GE(took, Duration{10'500});
    EXPECT_LE(took, Duration{10'600}) << "and wastes nothing";
}

TEST_F(ClientTest, LogsEveryRequestWithoutTheAddress) {
    FakeTransport transport({answered(503, too_many), answered(200, one_done)});
    Client client = client_of(transport);
    static_cast<void>(client.batch(commands));
    ASSERT_EQ(log.lines.size(), 2U);
    EXPECT_EQ(log.lines[0].first, LogLevel::warning);
    EXPECT_EQ(log.lines[1].first, LogLevel::debug);
    for (const auto& [level, text] : log.lines) {
        EXPECT_NE(text.find("crm.product.add"), std::string::npos);
        EXPECT_EQ(text.find("topsecret"), std::string::npos);
        EXPECT_EQ(text.find("Болт"), std::string::npos);
    }
}

TEST_F(ClientTest, TakesAnswersInTheOrderInWhichTheyComeHome) {
    HeldTransport transport;
    Client client = client_of(transport);
    const Client::Ticket first = client.submit(commands);
    const Client::Ticket second = client.submit(commands);
    EXPECT_FALSE(client.poll());
    transport.land(1, answered(200, one_done));
    const auto arrived = client.poll();
    ASSERT_TRUE(arrived);
    EXPECT_EQ(arrived->ticket, second);
    transport.land(0, answered(504, "<html>"));
    const Client::Arrival last = client.take();
    EXPECT_EQ(last.ticket, first);
    EXPECT_TRUE(std::holds_alternative<BatchInDoubt>(last.answer));
}

TEST_F(ClientTest, SendsOnlyTheOneAgainThatWasRefusedForItsRate) {
    HeldTransport transport;
    Client client = client_of(transport);
    static_cast<void>(client.submit(commands));
    const Client::Ticket second = client.submit(commands);
    transport.land(1, answered(503, too_many));
    EXPECT_FALSE(client.poll());
    ASSERT_EQ(transport.on_wire.size(), 2U);
    transport.land(1, answered(200, one_done));
    EXPECT_EQ(client.take().ticket, second);
    EXPECT_EQ(client.requests_sent(), 3U);
}

TEST_F(ClientTest, OneWaveOfRefusalsIsOneReasonToWait) {
    HeldTransport transport;
    Client client = client_of(transport);
    for (int i = 0; i < 4; ++i) {
        static_cast<void>(client.submit(commands));
    }
    const Duration begun = clock.steady();
    for (int i = 0; i < 4; ++i) {
        transport.land(0, answered(503, too_many));
    }
    EXPECT_FALSE(client.poll());
    EXPECT_EQ(transport.on_wire.size(), 4U);
    EXPECT_LE(clock.steady() - begun, Duration{1'651 + 4 * 500}) << "four refusals, one pause, the rate";
}

/// What several processes know of each other.
struct SharedLimits : ClientTest {
    std::filesystem::path directory =
        std::filesystem::temp_directory_path() /
        ("obmen-limits-" + std::to_string(std::random_device{}()) + std::to_string(std::random_device{}()));
    const std::filesystem::path file = directory / "p.example.limits";
    FakeTransport transport{{answered(200, one_done)}};

    ~SharedLimits() override { std::filesystem::remove_all(directory); }

    Client sharing(Transport& wire) {
        return client_of(wire, {.burst = 5, .requests_per_second = 2, .limits_directory = directory});
    }
    void write(const std::string& text) const {
        std::filesystem::create_directories(directory);
        std::ofstream(file) << text;
    }
    std::size_t sent_before_the_first_wait(Client& client) {
        const std::size_t before = clock.sleeps().size();
        std::size_t sent = 0;
        for (; sent < 100; ++sent) {
            static_cast<void>(client.batch(commands));
            if (clock.sleeps().size() > before) {
                break;
            }
        }
        return sent;
    }
};

TEST_F(SharedLimits, AreOneCounterForAllProcesses) {
    Client one = sharing(transport);
    Client other = sharing(transport);
    static_cast<void>(one.batch(commands));
    static_cast<void>(one.batch(commands));
    EXPECT_EQ(sent_before_the_first_wait(other), 2U);
    namespace fs = std::filesystem;
    EXPECT_EQ(fs::status(file).permissions() & fs::perms::all,
              fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(SharedLimits, WaitsOutliveTheProcessAndTheWallClockMayBeSet) {
    for (const Duration set : {Duration{0}, Duration{-86'400'000}, Duration{86'400'000}}) {
        FakeTransport refusing({answered(503, too_many)});
        std::filesystem::remove_all(directory);
        static_cast<void>(
            client_of(refusing, {.limit_retries = 0, .limits_directory = directory}).batch(commands));
        clock.set_wall_clock(set);
        const Duration begun = clock.steady();
        Client next = sharing(transport);
        static_cast<void>(next.batch(commands));
        EXPECT_GE(clock.steady() - begun, Duration{1'350});
        EXPECT_LE(clock.steady() - begun, Duration{1'651});
    }
}

TEST_F(SharedLimits, AreBelievedToBeUsedUpWhereTheFileCannotBeUnderstood) {
    for (const char* text : {"{", "[]", R"({"boot":1})", R"({"boot":"","steady":"x"})"}) {
        write(text);
        Client client = sharing(transport);
        EXPECT_EQ(sent_before_the_first_wait(client), 0U) << text;
    }
    write(R"({"boot":"","steady":1e300,"wall":1e300,"level":1e99,"level_age":-1,"wait":1e99,"refusals":-4,)"
          R"("since_refusal":0,"methods":{"m":{"seconds":-1,"pause":1e99}}})");
    Client client = sharing(transport);
    EXPECT_LE(client.pause_of({{"m", {}}}), Duration{600'000});
    EXPECT_EQ(sent_before_the_first_wait(client), 0U);
    EXPECT_LE(clock.sleeps().back(), Duration{600'000});
}

TEST_F(SharedLimits, AreKnownToThisProcessOnlyWhereTheyCannotBeStored) {
    write("");
    Client client = client_of(
        transport, {.burst = 5, .requests_per_second = 2, .limits_directory = file / "below a file"});
    EXPECT_EQ(sent_before_the_first_wait(client), 4U);
    ASSERT_FALSE(log.lines.empty());
    EXPECT_EQ(log.lines.front().first, LogLevel::warning);
}

std::string one_done_after(double operating) {
    return R"({"result":{"result":{"c0":77},"result_error":[],"result_time":{"c0":{"duration":0.5,"finish":1700000000.5,
        "operating_reset_at":1700000040,"operating":)" +
           std::to_string(operating) + "}}}}";
}

TEST_F(SharedLimits, AMethodThatHasNearlyUsedUpItsTimePausesInAllProcesses) {
    FakeTransport busy({answered(200, one_done_after(400)), answered(200, one_done_after(433))});
    Client one = sharing(busy);
    static_cast<void>(one.batch(commands));
    EXPECT_EQ(one.pause_of(commands), Duration{0});
    EXPECT_DOUBLE_EQ(one.limits().seconds_of("crm.product.add"), 0.5);
    static_cast<void>(one.batch(commands));
    EXPECT_EQ(one.pause_of(commands), Duration{39'500});
    EXPECT_EQ(one.limits().pause_of("crm.product.list"), Duration{0}) << "others go on";
    clock.advance(Duration{500});
    EXPECT_EQ(sharing(transport).pause_of(commands), Duration{39'000});
    clock.advance(Duration{39'000});
    EXPECT_EQ(one.pause_of(commands), Duration{0});
}

TEST_F(ClientTest, AMethodThatHasUsedUpItsTimePausesUntilThePortalGivesItBack) {
    const std::vector<Command> two{commands.front(), commands.front()};
    FakeTransport transport(
        {answered(200, R"({"result":{"result":{"c0":1},"result_error":{"c1":{"error":"OPERATION_TIME_LIMIT"}},
        "result_time":{"c0":{"duration":1,"finish":1700000000,"operating_reset_at":1700000300,"operating":1}}}})")});
    Client client = client_of(transport);
    static_cast<void>(client.batch(two));
    EXPECT_EQ(client.pause_of(two), Duration{300'000});

    FakeTransport whole({answered(429, R"({"error":"OPERATION_TIME_LIMIT"})")});
    Client other = client_of(whole);
    EXPECT_EQ(std::get<BatchRefused>(other.batch(two)).why, Refusal::operating_time);
    EXPECT_EQ(other.pause_of(two), Duration{60'000}) << "nothing is known of when";
    EXPECT_EQ(other.requests_sent(), 1U);
}

TEST_F(ClientTest, OfSeveralRequestsNoneLeavesAfterOneThatWasNotAnsweredOrWhileItsMethodPauses) {
    const std::vector<std::vector<Command>> three(3, commands);
    const auto sent = [&](const HttpAnswer& answer) {
        FakeTransport transport({answer});
        const auto answers = client_of(transport, {.max_in_flight = 1}).batches(three);
        EXPECT_EQ(answers.size(), 3U);
        EXPECT_TRUE(answers[0].has_value());
        EXPECT_EQ(answers[2].has_value(), transport.bodies.size() == 3);
        return transport.bodies.size();
    };
    EXPECT_EQ(sent(answered(200, one_done)), 3U);
    HttpAnswer lost;
    lost.delivery = HttpAnswer::Delivery::unknown;
    EXPECT_EQ(sent(lost), 1U);
    EXPECT_EQ(sent(answered(502, "<html>")), 1U);
    EXPECT_EQ(sent(answered(
                  200, R"({"result":{"result":[],"result_error":{"c0":{"error":"OPERATION_TIME_LIMIT"}}}})")),
              1U);
}

TEST_F(ClientTest, WhereThePortalIsSilentACommandTookItsShareOfTheRequest) {
    HttpAnswer slow = answered(200, R"({"result":{"result":[1,2],"result_error":[]}})");
    slow.took = std::chrono::seconds(3);
    FakeTransport transport({slow});
    Client client = client_of(transport);
    static_cast<void>(client.batch({commands.front(), commands.front()}));
    EXPECT_DOUBLE_EQ(client.limits().seconds_of("crm.product.add"), 1.5);
}

TEST_F(ClientTest, ARequestThatWasCutForItsLengthMakesTheNextOnesShorter) {
    HttpAnswer cut = answered(504, "<html>");
    cut.took = std::chrono::seconds(60);
    FakeTransport transport({cut});
    Client client = client_of(transport);
    static_cast<void>(client.batch({commands.front(), commands.front()}));
    EXPECT_DOUBLE_EQ(client.limits().seconds_of("crm.product.add"), 30);
}

}  // namespace
}  // namespace obmen::portal
