#include "portal/transport.hpp"

#include <curl/curl.h>
#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <memory>

#include "portal/loopback_server.hpp"

namespace obmen::portal {
namespace {

using test::Connection;
using test::http_answer;
using test::LoopbackServer;
using Delivery = HttpAnswer::Delivery;
using std::chrono::milliseconds;

constexpr milliseconds patience{10'000};

HttpAnswer post(const std::string& url, const std::string& body = R"({"halt":0})",
                milliseconds timeout = patience) {
    CurlTransport transport;
    return transport.post(Secret(url), body, timeout);
}

/// A port of this machine that nobody listens on.
int closed_port() {
    LoopbackServer server([](Connection&) {});
    return server.port();
}

TEST(CurlTransport, SendsOnePlainJsonPost) {
    std::string request;
    LoopbackServer server([&](Connection& connection) {
        request = connection.read_request();
        connection.send_text(
            http_answer("200 OK", "Content-Type: application/json; charset=utf-8\r\n", "{\"result\":1}"));
    });
    const std::string body(200'000, 'x');
    const HttpAnswer answer = post(server.url(), body);
    EXPECT_EQ(answer.delivery, Delivery::answered);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "{\"result\":1}");
    EXPECT_EQ(answer.content_type, "application/json; charset=utf-8");
    EXPECT_EQ(answer.error, "");
    EXPECT_TRUE(request.starts_with("POST /rest/1/topsecret/batch HTTP/1.1\r\n")) << request.substr(0, 500);
    EXPECT_NE(request.find("\r\nContent-Type: application/json\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nAccept: application/json\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nUser-Agent: obmen/" OBMEN_VERSION "\r\n"), std::string::npos);
    EXPECT_NE(request.find("\r\nContent-Length: 200000\r\n"), std::string::npos);
    EXPECT_EQ(request.find("Expect:"), std::string::npos);
    EXPECT_TRUE(request.ends_with("\r\n\r\n" + body));
}

TEST(CurlTransport, GivesBackErrorStatusesWithTheirBodies) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text(http_answer("503 Busy", "", R"({"error":"QUERY_LIMIT_EXCEEDED"})"));
    });
    const HttpAnswer answer = post(server.url());
    EXPECT_EQ(answer.delivery, Delivery::answered);
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.body, R"({"error":"QUERY_LIMIT_EXCEEDED"})");
}

TEST(CurlTransport, DoesNotFollowRedirects) {
    LoopbackServer other([](Connection& connection) { static_cast<void>(connection.read_request()); });
    LoopbackServer server([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text(http_answer("302 Found", "Location: " + other.url() + "\r\n", ""));
    });
    const HttpAnswer answer = post(server.url());
    EXPECT_EQ(answer.delivery, Delivery::answered);
    EXPECT_EQ(answer.status, 302);
    EXPECT_EQ(answer.location, other.url());
    EXPECT_EQ(server.posts(), 1);
    EXPECT_EQ(other.connections(), 0U);
}

TEST(CurlTransport, ConnectionRefusedIsNotSent) {
    const HttpAnswer answer =
        post("http://127.0.0.1:" + std::to_string(closed_port()) + "/rest/1/topsecret/batch");
    EXPECT_EQ(answer.delivery, Delivery::not_sent);
    EXPECT_NE(answer.error, "");
    EXPECT_EQ(answer.error.find("topsecret"), std::string::npos) << answer.error;
}

TEST(CurlTransport, OtherSchemesAreNotSent) {
    EXPECT_EQ(post("file:///rest/1/topsecret/batch").delivery, Delivery::not_sent);
    EXPECT_EQ(post("nonsense://topsecret/rest/1/topsecret/batch").error.find("/topsecret"),
              std::string::npos);
}

TEST(CurlTransport, ResetAfterTheRequestIsUnknownAndNotRepeated) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.reset_on_close();
    });
    const HttpAnswer answer = post(server.url());
    EXPECT_EQ(answer.delivery, Delivery::unknown);
    EXPECT_NE(answer.error, "");
    EXPECT_EQ(server.posts(), 1);
    EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTransport, CloseWithoutAnAnswerIsUnknownAndNotRepeated) {
    LoopbackServer server([](Connection& connection) { static_cast<void>(connection.read_request()); });
    EXPECT_EQ(post(server.url()).delivery, Delivery::unknown);
    EXPECT_EQ(server.posts(), 1);
    EXPECT_EQ(server.connections(), 1U);
}

TEST(CurlTransport, AnswerCutOffIsUnknown) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"result\":");
    });
    EXPECT_EQ(post(server.url()).delivery, Delivery::unknown);
    EXPECT_EQ(server.posts(), 1);
}

TEST(CurlTransport, ChunkedAnswerCutOffIsUnknown) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"res\r\n");
    });
    EXPECT_EQ(post(server.url()).delivery, Delivery::unknown);
}

TEST(CurlTransport, SlowAnswerBeyondTheTimeOutIsUnknown) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        static_cast<void>(connection.read_request());  // ends when the client gives up
    });
    const HttpAnswer answer = post(server.url(), "{}", milliseconds{200});
    EXPECT_EQ(answer.delivery, Delivery::unknown);
    EXPECT_EQ(server.posts(), 1);
}

/// Answers the first request of a connection and drops later ones: a keep-alive connection that dies under
/// the client.
void answer_first_request_only(Connection& connection) {
    if (!connection.read_request().empty()) {
        connection.send_text(http_answer("200 OK", "Connection: keep-alive\r\n", "{}"));
        static_cast<void>(connection.read_request());
    }
}

TEST(CurlTransport, NeverSendsAPostTwiceOnADyingKeepAliveConnection) {
    LoopbackServer server(answer_first_request_only);
    CurlTransport transport;
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(transport.post(Secret(server.url()), "{}", patience).delivery, Delivery::answered);
    }
    EXPECT_EQ(server.posts(), 3);
    EXPECT_EQ(server.connections(), 3U);
}

/// The trap itself (design: "Known traps"), so that the test above is known to be able to fail.
TEST(LibcurlTrap, PlainLibcurlSendsThePostTwice) {
    LoopbackServer server(answer_first_request_only);
    const std::string url = server.url();
    const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(), &curl_easy_cleanup);
    curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, "{}");
    curl_easy_setopt(curl.get(), CURLOPT_PROXY, "");
    EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_OK);
    EXPECT_EQ(curl_easy_perform(curl.get()), CURLE_OK);
    EXPECT_EQ(server.posts(), 3) << "two calls, three POSTs";
}

TEST(CurlTransport, CarriesSeveralPostsAtOnceAndBringsThemHomeAsTheyAreAnswered) {
    std::atomic<bool> second_is_home = false;
    LoopbackServer slow([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        second_is_home.wait(false);
        connection.send_text(http_answer("200 OK", "", "first"));
    });
    LoopbackServer quick([&](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text(http_answer("200 OK", "", "second"));
    });
    CurlTransport transport;
    transport.send(1, Secret(slow.url()), "{}", patience);
    transport.send(2, Secret(quick.url()), "{}", patience);
    const HttpArrival second = transport.next();
    second_is_home = true;
    second_is_home.notify_all();
    const HttpArrival first = transport.next();
    EXPECT_EQ(second.request, 2U);
    EXPECT_EQ(second.answer.body, "second");
    EXPECT_EQ(first.request, 1U);
    EXPECT_EQ(first.answer.body, "first");
    EXPECT_FALSE(transport.has_answer());
}

TEST(CurlTransport, BreaksOffWhatIsOnTheWireWhenItGoes) {
    std::atomic<bool> is_there = false;
    std::string after = "nothing yet";
    {
        LoopbackServer server([&](Connection& connection) {
            static_cast<void>(connection.read_request());
            is_there = true;
            is_there.notify_all();
            after = connection.read_request();
        });
        CurlTransport transport;
        transport.send(1, Secret(server.url()), "{}", std::chrono::hours(1));
        is_there.wait(false);
    }
    EXPECT_EQ(after, "") << "the client has closed the connection";
}

TEST(CurlTransport, RefusesAnAnnouncedAnswerOfMoreThan64MiB) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n{");
    });
    const HttpAnswer answer = post(server.url());
    EXPECT_EQ(answer.delivery, Delivery::unknown);
    EXPECT_TRUE(answer.body.empty());
}

TEST(CurlTransport, RefusesAnEndlessAnswer) {
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        const std::string block(std::size_t{1} << 20U, ' ');
        for (int i = 0; i < 66; ++i) {
            connection.send_text(block);
        }
    });
    constexpr milliseconds enough_for_a_busy_machine{120'000};
    const HttpAnswer answer = post(server.url(), "{}", enough_for_a_busy_machine);
    EXPECT_EQ(answer.delivery, Delivery::unknown);
    EXPECT_EQ(answer.error, "answer > 64 MiB");
}

/// Sets a variable of the environment for the life of one test.
class Environment {
  public:
    Environment(std::string name, const std::string& value) : m_name(std::move(name)) {
        ::setenv(m_name.c_str(), value.c_str(), 1);
    }
    ~Environment() { ::unsetenv(m_name.c_str()); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

  private:
    std::string m_name;
};

TEST(CurlTransport, TheProxyOfTheEnvironmentIsNotAskedForThisMachine) {
    LoopbackServer proxy([](Connection&) {});
    LoopbackServer server([](Connection& connection) {
        static_cast<void>(connection.read_request());
        connection.send_text(http_answer("200 OK", "", "{}"));
    });
    const Environment environment("http_proxy", "http://127.0.0.1:" + std::to_string(proxy.port()));
    EXPECT_EQ(post(server.url()).status, 200);
    EXPECT_EQ(proxy.connections(), 0U);
}

TEST(CurlTransport, WhatTheProxyRefusesIsNotSent) {
    std::string request;
    LoopbackServer proxy([&](Connection& connection) {
        request = connection.read_request();
        connection.send_text(http_answer("403 Forbidden", "", "no"));
    });
    const Environment environment("https_proxy", "http://127.0.0.1:" + std::to_string(proxy.port()));
    const HttpAnswer answer = post("https://p.example/rest/1/topsecret/batch");
    EXPECT_EQ(answer.delivery, Delivery::not_sent) << answer.error;
    EXPECT_TRUE(request.starts_with("CONNECT p.example:443 ")) << request;
    EXPECT_EQ(request.find("topsecret"), std::string::npos);
}

TEST(CurlTransport, AServerWithoutTlsIsNotSent) {
    LoopbackServer server([](Connection& connection) { connection.send_text("220 hello\r\n"); });
    const HttpAnswer answer = post(server.url("https"));
    EXPECT_EQ(answer.delivery, Delivery::not_sent) << answer.error;
}

TEST(CurlTransport, AHandshakeThatNeverEndsIsNotSent) {
    LoopbackServer server([](Connection& connection) { static_cast<void>(connection.read_request()); });
    const HttpAnswer answer = post(server.url("https"), "{}", milliseconds{200});
    EXPECT_EQ(answer.delivery, Delivery::not_sent) << answer.error;
}

template <auto Free>
struct Freer {
    template <typename Object>
    void operator()(Object* object) const {
        Free(object);
    }
};

/// A TLS server context whose certificate nobody has signed but itself.
std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> self_signed_context() {
    std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>> key(EVP_EC_gen("P-256"));
    std::unique_ptr<X509, Freer<X509_free>> certificate(X509_new());
    X509_set_version(certificate.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key.get());
    const std::array<unsigned char, 9> name{'1', '2', '7', '.', '0', '.', '0', '.', '1'};
    X509_NAME* subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name.data(), static_cast<int>(name.size()), -1,
                               0);
    X509_set_issuer_name(certificate.get(), subject);
    X509_sign(certificate.get(), key.get(), EVP_sha256());
    std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    return context;
}

TEST(CurlTransport, ACertificateThatNobodySignedIsRefusedBeforeAnythingIsSent) {
    const auto context = self_signed_context();
    bool shaken = false;
    HttpAnswer answer;
    {
        LoopbackServer server([&](Connection& connection) {
            const std::unique_ptr<SSL, Freer<SSL_free>> tls(SSL_new(context.get()));
            SSL_set_fd(tls.get(), connection.descriptor());
            std::array<char, 16> buffer{};
            shaken = SSL_accept(tls.get()) == 1 &&
                     SSL_read(tls.get(), buffer.data(), static_cast<int>(buffer.size())) > 0;
        });
        answer = post(server.url("https"));
    }  // only now has the server seen all that came
    EXPECT_EQ(answer.delivery, Delivery::not_sent) << answer.error;
    EXPECT_NE(answer.error.find("certificate"), std::string::npos) << answer.error;
    EXPECT_FALSE(shaken);
}

}  // namespace
}  // namespace obmen::portal
