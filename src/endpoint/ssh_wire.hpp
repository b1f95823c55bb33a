#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The few pieces of the SSH wire format that libssh2 keeps to itself.
namespace obmen::endpoint {

/// Base64 without line breaks.
[[nodiscard]] std::string base64(std::string_view bytes);
/// Empty if `text` is not base64.
[[nodiscard]] std::string from_base64(std::string_view text);

/// Numbers and length-prefixed texts (RFC 4251 §5), from front to back. Nothing where the bytes end too soon.
class WireReader {
  public:
    explicit WireReader(std::string_view bytes) : m_rest(bytes) {}
    [[nodiscard]] std::optional<std::uint32_t> number();
    [[nodiscard]] std::optional<std::string_view> text();
    /// The next `count` bytes.
    [[nodiscard]] std::optional<std::string_view> bytes(std::size_t count);

  private:
    std::string_view m_rest;
};

/// The names of a comma-separated list.
[[nodiscard]] std::vector<std::string> split_names(std::string_view list);
[[nodiscard]] std::string joined_names(const std::vector<std::string>& names);

/// What a server names before the key exchange (SSH_MSG_KEXINIT, RFC 4253 §7.1).
struct ServerOffers {
    std::vector<std::string> key_exchanges;
    std::vector<std::string> host_keys;
    std::vector<std::string> ciphers;  ///< of what it receives, as the others
    std::vector<std::string> macs;
};

/// From the first bytes that a server has sent: its greeting line and what follows. Nothing if there is no
/// whole KEXINIT in them.
[[nodiscard]] std::optional<ServerOffers> server_offers(std::string_view first_bytes);

}  // namespace obmen::endpoint
