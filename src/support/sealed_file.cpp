#include "support/sealed_file.hpp"

#include <sodium.h>
#include <sys/stat.h>

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "support/error.hpp"
#include "support/file.hpp"

namespace obmen {

namespace {

constexpr std::string_view magic = "obmen sealed 1\n";

void initialise_sodium() {
    if (sodium_init() < 0) {
        throw std::runtime_error("libsodium cannot be used");
    }
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

bool is_there(const std::filesystem::path& path) {
    std::error_code ignored;
    return std::filesystem::exists(path, ignored);
}

}  // namespace

SealedFile::SealedFile(std::filesystem::path file, std::filesystem::path key_file)
    : m_file(std::move(file)), m_key_file(std::move(key_file)) {
    initialise_sodium();
}

Secret SealedFile::key() const {
    struct stat info {};
    if (::stat(m_key_file.c_str(), &info) == 0 && (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        throw Error(FailureClass::bad_config, Message{"SYS-KEY-READABLE", {m_key_file.string()}});
    }
    std::string key = read_whole_file(m_key_file);
    if (key.size() != crypto_secretbox_KEYBYTES) {
        throw Error(FailureClass::bad_config, Message{"SYS-SEALED", {m_file.string(), m_key_file.string()}});
    }
    return Secret(std::move(key));
}

std::optional<Secret> SealedFile::read() const {
    if (!is_there(m_file)) {
        return std::nullopt;
    }
    const std::string sealed = read_whole_file(m_file);
    const std::string_view all = sealed;
    constexpr std::size_t around = magic.size() + crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    const Message closed{"SYS-SEALED", {m_file.string(), m_key_file.string()}};
    if (all.size() < around || !all.starts_with(magic) || !is_there(m_key_file)) {
        throw Error(FailureClass::bad_config, closed);
    }
    const std::string_view nonce = all.substr(magic.size(), crypto_secretbox_NONCEBYTES);
    const std::string_view box = all.substr(magic.size() + crypto_secretbox_NONCEBYTES);
    std::string text(box.size() - crypto_secretbox_MACBYTES, '\0');
    if (crypto_secretbox_open_easy(bytes_of(text), bytes_of(box), box.size(), bytes_of(nonce),
                                   bytes_of(key().reveal())) != 0) {
        throw Error(FailureClass::bad_config, closed);
    }
    return Secret(std::move(text));
}

void SealedFile::write(const Secret& text) const {
    if (!is_there(m_key_file)) {
        std::string fresh(crypto_secretbox_KEYBYTES, '\0');
        crypto_secretbox_keygen(bytes_of(fresh));
        write_durably(m_key_file, fresh);
    }
    std::string nonce(crypto_secretbox_NONCEBYTES, '\0');
    randombytes_buf(nonce.data(), nonce.size());
    const std::string& plain = text.reveal();
    std::string box(plain.size() + crypto_secretbox_MACBYTES, '\0');
    if (crypto_secretbox_easy(bytes_of(box), bytes_of(plain), plain.size(), bytes_of(nonce),
                              bytes_of(key().reveal())) != 0) {
        throw std::runtime_error("libsodium could not seal a file");
    }
    DurableFile file(m_file);
    file.write(std::string(magic) + nonce + box);
    file.replace();
}

void SealedFile::remove() const {
    if (std::filesystem::remove(m_file)) {
        sync_directory(m_file.parent_path());
    }
}

}  // namespace obmen
