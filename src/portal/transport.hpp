#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "support/secret.hpp"

namespace obmen::portal {

/// Where a portal is: the webhook address, taken apart.
class PortalAddress {
  public:
    /// `https://portal/rest/1/code/` (a trailing slash or `batch` is forgiven). http is accepted for
    /// 127.0.0.0/8, ::1 and localhost only, unless `allow_http`. Throws B24-PORTAL-URL, B24-URL-HTTP or
    /// B24-URL-PASSWORD (bad_config); the error never quotes the code.
    [[nodiscard]] static PortalAddress parse(const Secret& url, bool allow_http = false);
    /// Of an application (OAuth): `https://portal/rest/`, the `client_endpoint` of a token answer. Throws
    /// likewise.
    [[nodiscard]] static PortalAddress of_application(const std::string& client_endpoint,
                                                      bool allow_http = false);
    /// The same address on the host that a 302 answer names (reference bitrix24-rest.md §1.2); nothing if
    /// that is no place for our secrets: not https (unless both are on this machine), or neither of the same
    /// domain nor both of Bitrix24's cloud.
    [[nodiscard]] std::optional<PortalAddress> moved_to(const std::string& location) const;

    /// Address of a method.
    [[nodiscard]] Secret method_url(const std::string& method) const;
    /// `host:port` in lower case, without the default port: what a ledger is bound to. Not secret.
    [[nodiscard]] const std::string& identity() const { return m_identity; }
    /// `https://host:port`. Not secret.
    [[nodiscard]] std::string origin() const { return m_scheme + "://" + m_identity; }
    /// For people: scheme and host, the code masked.
    [[nodiscard]] std::string shown() const;

    /// Scheme, host (lower case) and port, the latter empty if it is the scheme's own.
    struct Origin {
        std::string scheme;
        std::string host;
        std::string port;
    };

  private:
    [[nodiscard]] static PortalAddress on(Origin origin, std::string path);

    Secret m_path;
    std::string m_identity;
    std::string m_scheme;
    std::string m_host;
};

/// What came back from one POST, or why nothing did.
struct HttpAnswer {
    enum class Delivery {
        answered,  ///< a complete HTTP answer
        not_sent,  ///< no byte of the body left: no connection, TLS refused, name unknown, proxy says no
        unknown    ///< bytes may have left: time-out, reset, answer cut off
    };
    Delivery delivery = Delivery::not_sent;
    long status = 0;
    std::string content_type;
    std::string location;  ///< of a 3xx answer
    std::string body;
    std::string error;  ///< for people, masked; empty when answered
    std::chrono::milliseconds took{
        0};  ///< from the first byte out to the last one in, by the machine's clock
};

/// An answer that has come home, and the request that it belongs to.
struct HttpArrival {
    std::uint64_t request = 0;
    HttpAnswer answer;
};

/// Carries bodies to the portal, several at once, and brings the answers home in any order. The seam where
/// tests and `obmen convert` stand in for the network. One thread owns it.
class Transport {
  public:
    virtual ~Transport() = default;
    /// One POST leaves. Does not wait for its answer.
    /// \param request a number of the caller's that is not on the wire
    virtual void send(std::uint64_t request, const Secret& url, const std::string& body,
                      std::chrono::milliseconds timeout) = 0;
    /// The next answer; waits for it. \pre something is on the wire
    virtual HttpArrival next() = 0;
    /// Would next() give an answer at once?
    [[nodiscard]] virtual bool has_answer() const = 0;
};

/// For those who stand in for the network: the answer is there before `send` returns.
class PromptTransport : public Transport {
  public:
    virtual HttpAnswer post(const Secret& url, const std::string& body,
                            std::chrono::milliseconds timeout) = 0;

    void send(std::uint64_t request, const Secret& url, const std::string& body,
              std::chrono::milliseconds timeout) override;
    HttpArrival next() override;
    [[nodiscard]] bool has_answer() const override { return !m_home.empty(); }

  private:
    std::deque<HttpArrival> m_home;
};

/// How requests leave this machine.
struct NetworkOptions {
    std::string proxy{};  ///< `http://host:port`; empty: as the environment says. Never for loopback
    std::filesystem::path ca_file{};  ///< PEM of authorities beside the system's; empty: none
    std::string basic_user{};         ///< for a password wall before the portal; empty: none
    Secret basic_password{};
};

/// libcurl: TLS verified, no redirects followed, a fresh connection for each POST so that libcurl never sends
/// one twice by itself (design: "Known traps"), body size of answers limited to 64 MiB. Each POST that is on
/// the wire has a thread of its own, which touches nothing but that POST.
class CurlTransport : public Transport {
  public:
    explicit CurlTransport(NetworkOptions network = {});
    /// Breaks off what is still on the wire.
    ~CurlTransport() override;

    /// One POST, on this thread; waits for the answer.
    [[nodiscard]] HttpAnswer post(const Secret& url, const std::string& body,
                                  std::chrono::milliseconds timeout);

    void send(std::uint64_t request, const Secret& url, const std::string& body,
              std::chrono::milliseconds timeout) override;
    /// Throws what kept a thread from its POST (no memory, libcurl unusable).
    HttpArrival next() override;
    [[nodiscard]] bool has_answer() const override;

  private:
    struct Wire;
    std::unique_ptr<Wire> m_wire;
};

/// One POST of a form (OAuth), as careful as those of CurlTransport; waits for the answer.
[[nodiscard]] HttpAnswer post_form(const Secret& url, const std::string& form,
                                   std::chrono::milliseconds timeout, const NetworkOptions& network);

}  // namespace obmen::portal
