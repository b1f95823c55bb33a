#include "endpoint/known_hosts.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "endpoint/ssh_wire.hpp"
#include "support/file.hpp"

namespace obmen::endpoint {

namespace {

std::string lower_host(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

/// Cuts the first word off `line`.
std::string_view next_word(std::string_view& line) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = std::min(line.find_first_not_of(blanks), line.size());
    const std::size_t end = std::min(line.find_first_of(blanks, begin), line.size());
    const std::string_view word = line.substr(begin, end - begin);
    line.remove_prefix(end);
    return word;
}

/// `*` and `?`. Only the last `*` need ever be tried again, so the work is bounded by both lengths.
bool fits(std::string_view pattern, std::string_view name) {
    std::size_t in_pattern = 0;
    std::size_t in_name = 0;
    std::size_t star = std::string_view::npos;
    std::size_t after_star = 0;
    while (in_name < name.size()) {
        const bool more = in_pattern < pattern.size();
        if (more && pattern[in_pattern] == '*') {
            star = in_pattern++;
            after_star = in_name;
        } else if (more && (pattern[in_pattern] == '?' || pattern[in_pattern] == name[in_name])) {
            ++in_pattern;
            ++in_name;
        } else if (star != std::string_view::npos) {
            in_pattern = star + 1;
            in_name = ++after_star;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == std::string_view::npos;
}

/// `|1|salt|hash`: HMAC-SHA1 of the name.
bool fits_hashed(std::string_view hashed, std::string_view name) {
    hashed.remove_prefix(3);
    const std::size_t bar = hashed.find('|');
    if (bar == std::string_view::npos) {
        return false;
    }
    const std::string salt = from_base64(hashed.substr(0, bar));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (::HMAC(::EVP_sha1(), salt.data(), static_cast<int>(salt.size()),
               reinterpret_cast<const unsigned char*>(name.data()), name.size(), digest.data(),
               &size) == nullptr) {
        return false;
    }
    return std::string_view(reinterpret_cast<const char*>(digest.data()), size) ==
           from_base64(hashed.substr(bar + 1));
}

/// A list of patterns; one that begins with `!` and fits makes the whole line not fit.
bool names(std::string_view hosts, std::string_view name) {
    if (hosts.starts_with("|1|")) {
        return fits_hashed(hosts, name);
    }
    bool found = false;
    while (!hosts.empty()) {
        const std::size_t comma = std::min(hosts.find(','), hosts.size());
        const std::string_view pattern = hosts.substr(0, comma);
        hosts.remove_prefix(std::min(comma + 1, hosts.size()));
        if (pattern.starts_with('!') && fits(pattern.substr(1), name)) {
            return false;
        }
        found = found || fits(pattern, name);
    }
    return found;
}

std::string name_in_file(std::string_view host, std::uint16_t port) {
    const std::string name = lower_host(host);
    return port == 22 ? name : "[" + name + "]:" + std::to_string(port);
}

bool contains(const std::vector<std::string>& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

/// Whether a server that names `offered` has a key of this type.
bool still_there(const std::string& type, const std::vector<std::string>& offered) {
    return contains(offered, type) ||
           (type == "ssh-rsa" && (contains(offered, "rsa-sha2-256") || contains(offered, "rsa-sha2-512")));
}

}  // namespace

HostKey host_key(std::string_view blob) {
    return {std::string(WireReader(blob).text().value_or("")), std::string(blob)};
}

std::string fingerprint(const HostKey& key) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    ::EVP_Digest(key.blob.data(), key.blob.size(), digest.data(), &size, ::EVP_sha256(), nullptr);
    std::string text = base64({reinterpret_cast<const char*>(digest.data()), size});
    text.erase(text.find_last_not_of('=') + 1);
    return "SHA256:" + text;
}

std::string known_hosts_line(std::string_view host, std::uint16_t port, const HostKey& key) {
    return name_in_file(host, port) + " " + key.type + " " + base64(key.blob);
}

KnownHosts::KnownHosts(std::string_view text) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        std::string_view hosts = next_word(line);
        const std::string_view mark = hosts.starts_with('@') ? hosts : std::string_view();
        if (!mark.empty()) {
            hosts = next_word(line);
        }
        const std::string_view type = next_word(line);
        HostKey key = host_key(from_base64(next_word(line)));
        const bool usable = mark.empty() || mark == "@revoked";
        if (!hosts.empty() && !hosts.starts_with('#') && usable && !key.type.empty() && key.type == type) {
            m_lines.push_back({hosts.starts_with("|1|") ? std::string(hosts) : lower_host(hosts),
                               !mark.empty(), std::move(key)});
        }
    }
}

KnownHosts KnownHosts::read(const std::vector<std::filesystem::path>& files) {
    std::string text;
    for (const std::filesystem::path& file : files) {
        std::error_code ignored;
        text += std::filesystem::exists(file, ignored) ? read_whole_file(file) + "\n" : "";
    }
    return KnownHosts(text);
}

std::vector<const KnownHosts::Line*> KnownHosts::lines_of(std::string_view host, std::uint16_t port) const {
    std::vector<const Line*> found;
    const std::string name = name_in_file(host, port);
    for (const Line& line : m_lines) {
        if (names(line.hosts, name)) {
            found.push_back(&line);
        }
    }
    return found.empty() && port != 22 ? lines_of(host, 22) : found;
}

std::vector<std::string> KnownHosts::types(std::string_view host, std::uint16_t port) const {
    std::vector<std::string> out;
    for (const Line* line : lines_of(host, port)) {
        if (!line->revoked && !contains(out, line->key.type)) {
            out.push_back(line->key.type);
        }
    }
    return out;
}

HostKeyVerdict KnownHosts::judge(std::string_view host, std::uint16_t port, const HostKey& key,
                                 const std::vector<std::string>& offered) const {
    bool known = false;
    bool other_key = false;
    bool other_type_gone = false;
    bool other_type_there = false;
    for (const Line* line : lines_of(host, port)) {
        const bool same = line->key.blob == key.blob;
        if (line->revoked && same) {
            return HostKeyVerdict::revoked;
        }
        if (line->revoked) {
            continue;
        }
        known = known || same;
        if (line->key.type == key.type) {
            other_key = other_key || !same;
        } else if (still_there(line->key.type, offered)) {
            other_type_there = true;
        } else {
            other_type_gone = true;
        }
    }
    if (known) {
        return HostKeyVerdict::known;
    }
    if (other_key || (other_type_gone && !other_type_there)) {
        return HostKeyVerdict::changed;
    }
    return HostKeyVerdict::unknown;
}

std::filesystem::path default_known_hosts() {
    const char* home = std::getenv("HOME");
    if (home == nullptr || *home == '\0') {
        const passwd* user = ::getpwuid(::geteuid());
        home = user == nullptr ? "/" : user->pw_dir;
    }
    return std::filesystem::path(home) / ".ssh" / "known_hosts";
}

std::vector<std::filesystem::path> known_hosts_files(const std::filesystem::path& named) {
    const std::filesystem::path by_default = default_known_hosts();
    if (!named.empty() && named != by_default) {
        return {named};
    }
    return {by_default, "/etc/ssh/ssh_known_hosts"};
}

}  // namespace obmen::endpoint
