#include "alerts/mail.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <random>

#include "alerts/smtp.hpp"
#include "support/text.hpp"

namespace obmen::alerts {

namespace {

std::string base64(std::string_view bytes) {
    constexpr int variant = sodium_base64_VARIANT_ORIGINAL;
    std::string out(sodium_base64_encoded_len(bytes.size(), variant), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(bytes.data()),
                      bytes.size(), variant);
    out.pop_back();  // its NUL
    return out;
}

bool is_plain(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// A header's value: as it is, or in encoded words of at most 75 characters.
std::string header_value(const std::string& text) {
    const std::string clean = quotable(text, text.size());
    if (is_plain(clean)) {
        return clean;
    }
    constexpr std::size_t characters_in_a_word = 15;  // of four bytes at most, each
    std::string out;
    std::string_view rest = clean;
    while (!rest.empty()) {
        const std::string_view piece = first_characters(rest, characters_in_a_word);
        out += (out.empty() ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?") + base64(piece) + "?=";
        rest.remove_prefix(piece.size());
    }
    return out;
}

/// `Name <address>`, the name encoded where it must be.
std::string header_address(const std::string& address) {
    const std::size_t bracket = address.rfind('<');
    if (bracket == std::string::npos) {
        return header_value(address);
    }
    return header_value(std::string(trimmed(address.substr(0, bracket)))) + " <" + bare_address(address) +
           ">";
}

std::string mail_date(UtcTime time) {
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} +0000",
                       days.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                       months.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900, parts.tm_hour,
                       parts.tm_min, parts.tm_sec);
}

/// RFC 2045 §6.7: lines of at most 76 characters.
std::string quoted_printable(std::string_view text) {
    constexpr std::size_t longest_line = 75;
    std::string out;
    std::size_t column = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (text.substr(i).starts_with("\r\n")) {
            out += "\r\n";
            column = 0;
            ++i;
            continue;
        }
        const bool at_end = text.substr(i + 1).starts_with("\r\n");
        const bool plain = c >= '!' && c <= '~' && c != '=';
        const std::string piece = plain || (c == ' ' && !at_end)
                                      ? std::string(1, c)
                                      : fmt::format("={:02X}", static_cast<unsigned char>(c));
        if (column + piece.size() > longest_line) {
            out += "=\r\n";
            column = 0;
        }
        out += piece;
        column += piece.size();
    }
    return out;
}

}  // namespace

std::string bare_address(std::string_view address) {
    const std::size_t begin = address.rfind('<');
    const std::size_t end = address.rfind('>');
    const bool has_brackets = begin != std::string_view::npos && end != std::string_view::npos && begin < end;
    const std::string_view bare = has_brackets ? address.substr(begin + 1, end - begin - 1) : address;
    return quotable(trimmed(bare), bare.size());
}

std::string mail_text(const config::MailSettings& settings, const AlertText& alert, UtcTime now,
                      std::string_view id) {
    std::string to;
    for (const std::string& address : settings.to) {
        to += (to.empty() ? "" : ",\r\n ") + header_address(address);
    }
    return fmt::format(
        "Date: {}\r\nFrom: {}\r\nTo: {}\r\nSubject: {}\r\nMessage-ID: <{}@{}>\r\n"
        "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n{}",
        mail_date(now), header_address(settings.from), to, header_value(alert.subject), id, host_name(),
        quoted_printable(alert.body));
}

std::vector<std::string> send_mail(const config::MailSettings& settings, const AlertText& alert) {
    std::random_device chance;
    const SystemClock clock;
    const std::string id =
        fmt::format("{:x}.{:08x}{:08x}", clock.now().time_since_epoch().count(), chance(), chance());
    return send_by_smtp(settings, mail_text(settings, alert, clock.now(), id));
}

}  // namespace obmen::alerts
