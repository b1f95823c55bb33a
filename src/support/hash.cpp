#include "support/hash.hpp"

#include <openssl/evp.h>
#include <xxhash.h>

#include <stdexcept>

namespace obmen {

std::uint64_t quick_hash(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();

    State() {
        if (context == nullptr || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) {
            throw std::runtime_error("OpenSSL has no SHA-256");
        }
    }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
    if (EVP_DigestUpdate(m_state->context, bytes.data(), bytes.size()) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
}

std::string Sha256::hex() {
    std::array<unsigned char, 32> digest{};
    if (EVP_DigestFinal_ex(m_state->context, digest.data(), nullptr) != 1) {
        throw std::runtime_error("SHA-256 failed");
    }
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const unsigned char byte : digest) {
        out += digits[byte >> 4U];
        out += digits[byte & 0x0FU];
    }
    return out;
}

std::string sha256_hex(std::string_view bytes) {
    Sha256 hash;
    hash.add(bytes);
    return hash.hex();
}

}  // namespace obmen
