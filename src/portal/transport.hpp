#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "support/secret.hpp"

namespace obmen::portal {

/// Where a portal is: the webhook address, taken apart.
class PortalAddress {
  public:
    /// `https://portal/rest/1/code/` (a trailing slash or `batch` is forgiven). http is accepted for
    /// 127.0.0.0/8, ::1 and localhost only. Throws B24-PORTAL-URL, B24-URL-HTTP or B24-URL-PASSWORD
    /// (bad_config); the error never quotes the code.
    [[nodiscard]] static PortalAddress parse(const Secret& url);

    /// Address of a method.
    [[nodiscard]] Secret method_url(const std::string& method) const;
    /// `host:port` in lower case, without the default port: what a ledger is bound to. Not secret.
    [[nodiscard]] const std::string& identity() const { return m_identity; }
    /// For people: scheme and host, the code masked.
    [[nodiscard]] std::string shown() const;

  private:
    Secret m_base;
    std::string m_identity;
    std::string m_scheme;
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
};

/// Carries a body to the portal. The seam where tests and `obmen convert` stand in for the network.
class Transport {
  public:
    virtual ~Transport() = default;
    virtual HttpAnswer post(const Secret& url, const std::string& body,
                            std::chrono::milliseconds timeout) = 0;
};

/// libcurl: TLS verified, no redirects followed, a fresh connection for each POST so that libcurl never sends
/// one twice by itself (design: "Known traps"), body size of answers limited to 64 MiB.
class CurlTransport : public Transport {
  public:
    CurlTransport();
    ~CurlTransport() override;
    HttpAnswer post(const Secret& url, const std::string& body, std::chrono::milliseconds timeout) override;

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::portal
