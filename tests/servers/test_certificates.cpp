#include "servers/test_certificates.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "harness/temporary_directory.hpp"

namespace obmen::tests {

namespace {

template <auto Free>
struct Freed {
    template <typename Value>
    void operator()(Value* value) const {
        Free(value);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

constexpr long day = 24L * 60 * 60;

void require(bool done) {
    if (!done) {
        throw std::runtime_error("OpenSSL made no certificate");
    }
}

struct Identity {
    Key key;
    Certificate certificate;
};

void add_extension(X509* certificate, int kind, const char* value) {
    const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value));
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

/// Signed by `issuer`, or by itself.
Identity make_identity(const std::string& name, long days_left, const Identity* issuer) {
    Identity made{Key(EVP_EC_gen("P-256")), Certificate(X509_new())};
    require(made.key && made.certificate);
    X509* certificate = made.certificate.get();
    static long serial = 0;
    X509_set_version(certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -30 * day);
    X509_gmtime_adj(X509_getm_notAfter(certificate), days_left * day);
    X509_set_pubkey(certificate, made.key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    const Identity& signer = issuer == nullptr ? made : *issuer;
    X509_set_issuer_name(certificate, X509_get_subject_name(signer.certificate.get()));
    if (issuer == nullptr) {
        add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    } else {
        add_extension(certificate, NID_subject_alt_name, "IP:127.0.0.1,DNS:localhost");
    }
    require(X509_sign(certificate, signer.key.get(), EVP_sha256()) > 0);
    return made;
}

std::filesystem::path write_pem(const std::filesystem::path& path, const Identity& identity, bool with_key) {
    const Memory memory(BIO_new(BIO_s_mem()));
    require(PEM_write_bio_X509(memory.get(), identity.certificate.get()) == 1);
    require(!with_key || PEM_write_bio_PrivateKey(memory.get(), identity.key.get(), nullptr, nullptr, 0,
                                                  nullptr, nullptr) == 1);
    char* bytes = nullptr;
    const long size = BIO_ctrl(memory.get(), BIO_CTRL_INFO, 0, &bytes);
    write_file(path, std::string(bytes, static_cast<std::size_t>(size)));
    ::chmod(path.c_str(), 0600);
    return path;
}

}  // namespace

TestCertificates make_certificates(const std::filesystem::path& directory) {
    const Identity authority = make_identity("obmen tests", 30, nullptr);
    const Identity stranger = make_identity("obmen tests, another", 30, nullptr);
    return {
        .authority = write_pem(directory / "authority.pem", authority, false),
        .other_authority = write_pem(directory / "other-authority.pem", stranger, false),
        .server = write_pem(directory / "server.pem", make_identity("127.0.0.1", 30, &authority), true),
        .expired = write_pem(directory / "expired.pem", make_identity("127.0.0.1", -1, &authority), true)};
}

}  // namespace obmen::tests
