#include "config/endpoint_place.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <system_error>
#include <utility>

#include "support/text.hpp"

namespace obmen::config {

namespace {

constexpr std::array<std::pair<std::string_view, std::uint16_t>, 4> server_schemes{
    {{"ftp", std::uint16_t{21}},
     {"ftps", std::uint16_t{990}},
     {"ftpes", std::uint16_t{21}},
     {"sftp", std::uint16_t{22}}}};

/// Without empty and `.` parts; `..` takes back the one before it.
std::vector<std::string> folders_of(std::string_view path) {
    std::vector<std::string> folders;
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        const std::string_view folder = path.substr(0, slash);
        path.remove_prefix(std::min(slash + 1, path.size()));
        if (folder == "..") {
            if (!folders.empty()) {
                folders.pop_back();
            }
        } else if (!folder.empty() && folder != ".") {
            folders.emplace_back(folder);
        }
    }
    return folders;
}

/// Where nothing can be told of links (no rights, a loop), the path as it is written.
std::vector<std::string> local_folders(std::string_view path) {
    std::error_code unknown;
    const std::filesystem::path real =
        std::filesystem::weakly_canonical(std::filesystem::path(path), unknown);
    return folders_of(unknown ? std::string(path) : real.string());
}

std::optional<EndpointPlace> place_of_folder(std::string_view path) {
    // `folder://name/…` looks as if `name` were a host.
    const bool like_a_host = path.starts_with("//") && !path.starts_with("///");
    if (!path.starts_with('/') || like_a_host) {
        return std::nullopt;
    }
    EndpointPlace place{.scheme = "folder", .user = {}, .host = {}, .folders = local_folders(path)};
    return place;
}

bool take_port(std::string_view text, std::uint16_t& port) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, port);
    return error == std::errc() && stop == end && port > 0;
}

/// `host`, `host:port`, `[::1]`, `[::1]:port`
bool take_host(std::string_view text, EndpointPlace& place) {
    const bool bracketed = text.starts_with('[');
    const std::size_t end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos) {
        return false;
    }
    const std::size_t host_end = bracketed ? end + 1 : end;
    place.host = folded(text.substr(0, host_end));
    const std::string_view port = text.substr(host_end);
    const bool good_port = port.empty() || (port.starts_with(':') && take_port(port.substr(1), place.port));
    return good_port && host_end > (bracketed ? 2U : 0U) &&
           place.host.find_first_of(" \t\\?#%") == std::string::npos;
}

std::optional<EndpointPlace> place_of_server(std::string_view scheme, std::uint16_t port,
                                             std::string_view rest) {
    EndpointPlace place{.scheme = std::string(scheme), .user = {}, .host = {}, .port = port, .folders = {}};
    const std::size_t path = std::min(rest.find('/'), rest.size());
    std::string_view authority = rest.substr(0, path);
    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        place.user = authority.substr(0, at);
        authority.remove_prefix(at + 1);
        if (place.user.empty() || place.user.find(':') != std::string::npos) {
            return std::nullopt;
        }
    } else if (!authority.starts_with('[') && authority.find(':') != std::string_view::npos &&
               rest.find('@') != std::string_view::npos) {
        return std::nullopt;  // `user:12/34@host`: a password with a slash, not a port and a path
    }
    if (!take_host(authority, place)) {
        return std::nullopt;
    }
    place.folders = folders_of(rest.substr(path));
    return place;
}

bool same_server(const EndpointPlace& one, const EndpointPlace& other) {
    const bool ftp = one.scheme.starts_with("ftp") && other.scheme.starts_with("ftp");
    const bool same_scheme = one.scheme == other.scheme;
    return one.host == other.host && one.user == other.user && (same_scheme ? one.port == other.port : ftp);
}

}  // namespace

std::optional<EndpointPlace> place_of(std::string_view url) {
    const bool printable =
        std::ranges::none_of(url, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
    if (!printable) {
        return std::nullopt;
    }
    if (url.starts_with("folder:")) {
        return place_of_folder(url.substr(std::string_view("folder:").size()));
    }
    const std::size_t colon = std::min(url.find("://"), url.size());
    const auto known = std::ranges::find(server_schemes, url.substr(0, colon),
                                         &std::pair<std::string_view, std::uint16_t>::first);
    return known == server_schemes.end()
               ? std::nullopt
               : place_of_server(known->first, known->second, url.substr(colon + 3));
}

bool is_within(const EndpointPlace& inner, const EndpointPlace& outer) {
    if (!same_server(inner, outer) || inner.folders.size() < outer.folders.size()) {
        return false;
    }
    const bool inner_home = !inner.folders.empty() && inner.folders.front() == "~";
    const bool outer_home = !outer.folders.empty() && outer.folders.front() == "~";
    return inner_home == outer_home &&
           std::equal(outer.folders.begin(), outer.folders.end(), inner.folders.begin());
}

}  // namespace obmen::config
