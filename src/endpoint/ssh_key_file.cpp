#include "endpoint/ssh_key_file.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "endpoint/ssh_wire.hpp"

namespace obmen::endpoint {

namespace {

constexpr std::string_view openssh_begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view openssh_magic{"openssh-key-v1\0", 15};

/// What stands between the BEGIN and END lines, decoded.
std::string armoured_bytes(std::string_view text) {
    text.remove_prefix(openssh_begin.size());
    std::string lines(text.substr(0, text.find("-----")));
    lines.erase(std::remove_if(lines.begin(), lines.end(), [](char c) { return c == '\n' || c == '\r'; }),
                lines.end());
    return from_base64(lines);
}

/// Magic, cipher, key derivation, its options, number of keys, public key (OpenSSH's PROTOCOL.key).
KeyFile inspect_openssh(std::string_view text) {
    const std::string bytes = armoured_bytes(text);
    if (!bytes.starts_with(openssh_magic)) {
        return {};
    }
    WireReader reader(std::string_view(bytes).substr(openssh_magic.size()));
    const std::optional<std::string_view> cipher = reader.text();
    const bool skipped = reader.text() && reader.text() && reader.number();
    const std::optional<std::string_view> key = reader.text();
    if (!cipher || !skipped || !key) {
        return {};
    }
    const std::string type(WireReader(*key).text().value_or(""));
    return {KeyFile::Kind::usable, *cipher != "none", type};
}

int give_passphrase(char* out, int size, int /*writing*/, void* passphrase) {
    const std::string& text = static_cast<const Secret*>(passphrase)->reveal();
    const auto count = std::min(text.size(), static_cast<std::size_t>(size));
    std::copy_n(text.data(), count, out);
    return static_cast<int>(count);
}

KeyFile inspect_pem(std::string_view text, Secret passphrase) {
    const std::unique_ptr<BIO, int (*)(BIO*)> bio(
        ::BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), ::BIO_free);
    const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(
        ::PEM_read_bio_PrivateKey(bio.get(), nullptr, give_passphrase, &passphrase), ::EVP_PKEY_free);
    const bool encrypted = text.find("ENCRYPTED") != std::string_view::npos;
    if (key == nullptr) {
        return {encrypted ? KeyFile::Kind::usable : KeyFile::Kind::unreadable, encrypted, ""};
    }
    const bool rsa = ::EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA;
    return {KeyFile::Kind::usable, encrypted, rsa ? "ssh-rsa" : ""};
}

}  // namespace

KeyFile inspect_key_file(std::string_view text, const Secret& passphrase) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    text.remove_prefix(begin);
    if (text.starts_with("PuTTY-User-Key-File")) {
        return {KeyFile::Kind::putty, false, ""};
    }
    return text.starts_with(openssh_begin) ? inspect_openssh(text) : inspect_pem(text, passphrase);
}

}  // namespace obmen::endpoint
