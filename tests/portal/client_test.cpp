#include "portal/client.hpp"

#include <gtest/gtest.h>

#include <random>
#include <stdexcept>

#include "portal/fakes.hpp"

namespace obmen::portal {
namespace {

using test::answered;
using test::FakeClock;
using test::FakeTransport;
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
    EXPECT_TRUE(std::get<BatchRefused>(client.batch(commands)).temporary);
    EXPECT_GE(client.bucket().level(clock.steady()), 50);
    EXPECT_GE(client.bucket().wait_before_next(clock.steady()), Duration{500});
}

TEST_F(ClientTest, GivesUpAfterTheAllowedRetries) {
    FakeTransport transport({answered(503, too_many)});
    Client client = client_of(transport, {.limit_retries = 3});
    const BatchAnswer answer = client.batch(commands);
    EXPECT_TRUE(std::get<BatchRefused>(answer).temporary);
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
        EXPECT_GT(client.bucket().level(clock.steady()), 0.5) << "failed requests count, too";
    }
}

TEST_F(ClientTest, StaysWithinThePortalsLimits) {
    FakeTransport transport({answered(200, one_done)});
    Client client = client_of(transport, {.burst = 5, .requests_per_second = 2});
    const Duration begun = clock.steady();
    for (int i = 0; i < 25; ++i) {
        static_cast<void>(client.batch(commands));
        EXPECT_LE(client.bucket().level(clock.steady()), 5 + 1e-6);
    }
    const Duration took = clock.steady() - begun;
    EXPECT_GE(took, Duration{10'000});
    EXPECT_LE(took, Duration{10'100}) << "and wastes nothing";
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

}  // namespace
}  // namespace obmen::portal
