#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::endpoint {

/// A server's public key as the protocol has it.
struct HostKey {
    std::string type;  ///< `ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`, …
    std::string blob;  ///< all of it, type included
};

/// The key whose blob this is; its type is empty if the blob is none.
[[nodiscard]] HostKey host_key(std::string_view blob);
/// `SHA256:` and base64 without padding, as ssh-keygen -l shows it.
[[nodiscard]] std::string fingerprint(const HostKey& key);
/// The line of a known_hosts file that pins `key`.
[[nodiscard]] std::string known_hosts_line(std::string_view host, std::uint16_t port, const HostKey& key);

enum class HostKeyVerdict : std::uint8_t {
    known,
    unknown,  ///< nothing is pinned for this host, or only keys of a type that we could not ask the server
              ///< for
    changed,  ///< another key of this type is pinned, or one of a type that the server no longer has
    revoked
};

/// A known_hosts file of OpenSSH: hosts plain, by pattern (`*`, `?`, `!`), hashed, with ports. libssh2's own
/// reader knows neither patterns nor @revoked, and mixes up hosts with keys of several types (reference
/// exchange.md §6.3). Lines with @cert-authority are passed over: libssh2 knows no certificates. A host with
/// a port other than 22 is looked up as `[host]:port`, and if there is no such line, as `host`, as ssh does.
class KnownHosts {
  public:
    /// What cannot be understood is passed over.
    explicit KnownHosts(std::string_view text);
    /// What all of them pin together; a file that is not there pins nothing. Throws SYS-FILE.
    [[nodiscard]] static KnownHosts read(const std::vector<std::filesystem::path>& files);

    /// The types of the keys pinned for this host, each once.
    [[nodiscard]] std::vector<std::string> types(std::string_view host, std::uint16_t port) const;
    /// `offered` are the algorithms that the server named for its host keys.
    [[nodiscard]] HostKeyVerdict judge(std::string_view host, std::uint16_t port, const HostKey& key,
                                       const std::vector<std::string>& offered) const;

  private:
    struct Line {
        std::string hosts;
        bool revoked = false;
        HostKey key;
    };
    [[nodiscard]] std::vector<const Line*> lines_of(std::string_view host, std::uint16_t port) const;

    std::vector<Line> m_lines;
};

/// ~/.ssh/known_hosts of the user that this process runs as.
[[nodiscard]] std::filesystem::path default_known_hosts();
/// The files that count where a source names `named`: that one alone; where it names none, or the default,
/// that and the system's, as with ssh.
[[nodiscard]] std::vector<std::filesystem::path> known_hosts_files(const std::filesystem::path& named);

}  // namespace obmen::endpoint
