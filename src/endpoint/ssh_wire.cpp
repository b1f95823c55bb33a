#include "endpoint/ssh_wire.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace obmen::endpoint {

namespace {

constexpr char kexinit = 20;
constexpr std::size_t cookie_size = 16;

/// What follows the line that begins with `SSH-`; other lines may come before it (RFC 4253 §4.2).
std::optional<std::string_view> after_greeting(std::string_view bytes) {
    while (true) {
        const std::size_t end = bytes.find('\n');
        if (end == std::string_view::npos) {
            return std::nullopt;
        }
        const bool greeting = bytes.starts_with("SSH-");
        bytes.remove_prefix(end + 1);
        if (greeting) {
            return bytes;
        }
    }
}

/// The payload of the first packet, which is not encrypted.
std::optional<std::string_view> first_payload(std::string_view bytes) {
    const std::optional<std::string_view> packet = WireReader(bytes).text();
    if (!packet || packet->empty()) {
        return std::nullopt;
    }
    const std::size_t padding = static_cast<unsigned char>(packet->front());
    if (packet->size() < padding + 1) {
        return std::nullopt;
    }
    return packet->substr(1, packet->size() - 1 - padding);
}

}  // namespace

std::string base64(std::string_view bytes) {
    std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
    const int size = ::EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                       reinterpret_cast<const unsigned char*>(bytes.data()),
                                       static_cast<int>(bytes.size()));
    out.resize(static_cast<std::size_t>(size));
    return out;
}

std::string from_base64(std::string_view text) {
    const auto padding = static_cast<std::size_t>(std::count(text.begin(), text.end(), '='));
    std::string out(text.size(), '\0');
    const int size =
        ::EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                          reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (size < 0 || padding > 2 || static_cast<std::size_t>(size) < padding) {
        return {};
    }
    out.resize(static_cast<std::size_t>(size) - padding);
    return out;
}

std::optional<std::string_view> WireReader::bytes(std::size_t count) {
    if (count > m_rest.size()) {
        return std::nullopt;
    }
    const std::string_view out = m_rest.substr(0, count);
    m_rest.remove_prefix(count);
    return out;
}

std::optional<std::uint32_t> WireReader::number() {
    const std::optional<std::string_view> four = bytes(4);
    if (!four) {
        return std::nullopt;
    }
    std::uint32_t out = 0;
    for (const char byte : *four) {
        out = (out << 8U) | static_cast<unsigned char>(byte);
    }
    return out;
}

std::optional<std::string_view> WireReader::text() {
    const std::optional<std::uint32_t> size = number();
    return size ? bytes(*size) : std::nullopt;
}

std::vector<std::string> split_names(std::string_view list) {
    std::vector<std::string> out;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        out.emplace_back(list.substr(0, comma));
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return out;
}

std::string joined_names(const std::vector<std::string>& names) {
    std::string out;
    for (const std::string& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

std::optional<ServerOffers> server_offers(std::string_view first_bytes) {
    const std::optional<std::string_view> packets = after_greeting(first_bytes);
    const std::optional<std::string_view> payload = packets ? first_payload(*packets) : std::nullopt;
    if (!payload || payload->empty() || payload->front() != kexinit) {
        return std::nullopt;
    }
    WireReader reader(payload->substr(1));
    if (!reader.bytes(cookie_size)) {
        return std::nullopt;
    }
    // Key exchange, host key, cipher to and from the server, MAC to and from it.
    std::vector<std::vector<std::string>> lists;
    for (int i = 0; i < 6; ++i) {
        const std::optional<std::string_view> list = reader.text();
        if (!list) {
            return std::nullopt;
        }
        lists.push_back(split_names(*list));
    }
    return ServerOffers{lists[0], lists[1], lists[2], lists[4]};
}

}  // namespace obmen::endpoint
