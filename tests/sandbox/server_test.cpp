#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "harness/waiting.hpp"
#include "json.hpp"
#include "sandbox.hpp"

namespace obmen::sandbox {
namespace {

constexpr const char* product_add = "/rest/1/practice/crm.product.add";
constexpr const char* form = "application/x-www-form-urlencoded";

class Server : public testing::Test {
  protected:
    Json verdict() { return Json::parse(client.Get("/sandbox/verdict")->body); }
    void order(const char* rule) {
        ASSERT_EQ(client.Post("/sandbox/faults", rule, "application/json")->status, 200);
    }

    Sandbox sandbox{Options{}};
    httplib::Client client{sandbox.address()};
};

TEST_F(Server, AnswersOverHttp) {
    const auto answer = client.Post(product_add, "fields[NAME]=A", form);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->get_header_value("Content-Type"), "application/json; charset=utf-8");
    EXPECT_EQ(Json::parse(answer->body)["result"], 5001);
    EXPECT_EQ(client.Get("/")->status, 200);
    EXPECT_EQ(client.Get("/elsewhere")->status, 404);
    EXPECT_EQ(sandbox.webhook(), sandbox.address() + "/rest/1/practice/");
}

TEST_F(Server, TakesLongFormsAndMultipart) {
    ASSERT_TRUE(client.Post(product_add, "fields[NAME]=" + std::string(100'000, 'x'), form));
    const httplib::MultipartFormDataItems parts{{"fields[NAME]", "Multi part", "", ""}};
    const auto answer = client.Post(product_add, parts);
    ASSERT_TRUE(answer);
    EXPECT_EQ(Json::parse(answer->body)["result"], 5002);
}

TEST_F(Server, ADroppedRequestHasNoAnswerAtAll) {
    order(R"([{"action":"drop_before"},{"action":"drop_after"}])");
    EXPECT_FALSE(client.Post(product_add, "fields[NAME]=A", form));
    EXPECT_EQ(verdict()["writes"], 0);
    EXPECT_FALSE(client.Post(product_add, "fields[NAME]=B", form));
    EXPECT_EQ(verdict()["writes"], 1);
    EXPECT_TRUE(client.Post(product_add, "fields[NAME]=C", form));
}

TEST_F(Server, ASlowAnswerIsLateButExecuted) {
    order(R"({"action":"slow","milliseconds":60000})");
    client.set_read_timeout(std::chrono::milliseconds(100));
    EXPECT_FALSE(client.Post(product_add, "fields[NAME]=A", form));
    client.set_read_timeout(std::chrono::seconds(30));
    EXPECT_TRUE(tests::eventually([&] { return verdict()["writes"] == 1; }));
    // Stopping does not wait for it.
    const auto start = std::chrono::steady_clock::now();
    sandbox.stop();
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(40));
}

TEST_F(Server, RedirectsCarryTheirLocation) {
    order(R"({"action":"redirect","location":"http://127.0.0.1:9/rest/1/x/"})");
    const auto answer = client.Post(product_add, "fields[NAME]=A", form);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 302);
    EXPECT_EQ(answer->get_header_value("Location"), "http://127.0.0.1:9/rest/1/x/");
}

TEST_F(Server, ShowsItsWallAndItsNewNameInHeaders) {
    const auto set = [&](const std::string& settings) {
        return client.Post("/sandbox/settings", settings, "application/json")->status;
    };
    ASSERT_EQ(set(R"({"basic_user":"u","basic_password":"p"})"), 200);
    const auto closed = client.Post(product_add, "fields[NAME]=A", form);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->status, 401);
    EXPECT_EQ(closed->get_header_value("WWW-Authenticate"), "Basic realm=\"Restricted area\"");
    client.set_basic_auth("u", "p");
    EXPECT_EQ(client.Post(product_add, "fields[NAME]=A", form)->status, 200);

    const std::string name = "localhost:" + std::to_string(sandbox.port());
    ASSERT_EQ(set(R"({"basic_user":"","renamed_to":")" + name + "\"}"), 200);
    const auto moved = client.Post(product_add, "fields[NAME]=B", form);
    ASSERT_TRUE(moved);
    EXPECT_EQ(moved->get_header_value("Location"), "http://" + name + product_add);
    EXPECT_EQ(client.Post(product_add, {{"Host", name}}, "fields[NAME]=B", form)->status, 200);
    EXPECT_EQ(verdict()["writes"], 2);
}

TEST_F(Server, TakesTokensOverHttp) {
    const auto code = client.Get("/oauth/authorize/?client_id=local.practice&redirect_uri=http://127.0.0.1/");
    ASSERT_TRUE(code);
    EXPECT_EQ(code->status, 302);
    const Json tokens = Json::parse(client.Post("/sandbox/oauth/issue", "{}", "application/json")->body);
    EXPECT_EQ(tokens["client_endpoint"], sandbox.address() + "/rest/");
    const std::string bearer = "Bearer " + tokens["access_token"].get<std::string>();
    EXPECT_EQ(client.Get("/rest/profile", {{"Authorization", bearer}})->status, 200);
    EXPECT_EQ(client.Get("/rest/profile")->status, 401);
}

/// What the portal sends back to these bytes within some seconds: httplib's client adds headers of its own.
std::string answer_to(int port, const std::string& bytes) {
    const int connection = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval longest{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof(longest));
    std::string answer(100, '\0');
    ssize_t length = -1;
    if (::connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()))
        length = ::recv(connection, answer.data(), answer.size(), 0);
    ::close(connection);
    answer.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return answer;
}

TEST_F(Server, DoesNotWaitForABodyThatIsNotThere) {
    const std::string answer =
        answer_to(sandbox.port(), "POST /sandbox/reset HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
}

TEST_F(Server, ServesManyAtOnceAndKeepsConnections) {
    constexpr int clients = 4;
    constexpr int requests = 10;
    std::vector<std::thread> threads;
    for (int number = 0; number < clients; ++number) {
        threads.emplace_back([&] {
            httplib::Client own(sandbox.address());
            own.set_keep_alive(true);
            for (int request = 0; request < requests; ++request)
                own.Post(product_add, "fields[NAME]=A", form);
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(verdict()["creations"], clients * requests);
}

TEST(Sandbox, KeepsItsStateBetweenRuns) {
    const auto directory =
        std::filesystem::temp_directory_path() / ("obmen-sandbox-test-" + std::to_string(::getpid()));
    std::filesystem::create_directories(directory);
    const Options options{.state = directory / "state.json"};
    {
        Sandbox sandbox(options);
        httplib::Client client(sandbox.address());
        ASSERT_TRUE(client.Post(product_add, "fields[NAME]=A", form));
        sandbox.stop();
    }
    {
        Sandbox sandbox(options);
        httplib::Client client(sandbox.address());
        const auto answer = client.Post(product_add, "fields[NAME]=B", form);
        ASSERT_TRUE(answer);
        EXPECT_EQ(Json::parse(answer->body)["result"], 5002);
    }
    std::ofstream(directory / "state.json") << "{";
    EXPECT_THROW(Sandbox{options}, std::runtime_error);
    std::filesystem::remove_all(directory);
}

TEST(Sandbox, RefusesAPortThatIsTaken) {
    const Sandbox first{Options{}};
    EXPECT_THROW(Sandbox{Options{.port = first.port()}}, std::runtime_error);
}

}  // namespace
}  // namespace obmen::sandbox
