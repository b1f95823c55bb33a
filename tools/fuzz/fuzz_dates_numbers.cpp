#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "checks/date.hpp"
#include "commerceml/utf8.hpp"
#include "fuzz/promise.hpp"
#include "support/decimal.hpp"
#include "support/text.hpp"

// The promises of support/decimal.hpp, checks/date.hpp and support/text.hpp, for any bytes: what is read is
// in its shortest form and means the same when it is read again, and no text function leaves half a character
// or loses one.
namespace {

using namespace obmen;

bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

std::size_t digits_in(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) {
        ++count;
    }
    return count;
}

/// `-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?`, at most 18 digits on either side, and no `-0`.
bool is_shortest_form(std::string_view text) {
    const bool negative = text.starts_with('-');
    if (negative) {
        text.remove_prefix(1);
    }
    const std::size_t whole = digits_in(text);
    if (whole == 0 || whole > 18 || (whole > 1 && text.front() == '0')) {
        return false;
    }
    const std::string_view rest = text.substr(whole);
    if (rest.empty()) {
        return !negative || text != "0";
    }
    const std::string_view fraction = rest.substr(1);
    return rest.front() == '.' && !fraction.empty() && fraction.size() <= 18 &&
           digits_in(fraction) == fraction.size() && fraction.back() != '0';
}

void try_number(const std::string& text) {
    const std::optional<Decimal> number = Decimal::parse(text);
    if (!number) {
        return;
    }
    require(is_shortest_form(number->text()), "not the shortest form: " + number->text());
    const std::string variants[] = {
        number->text(), ' ' + text + "\xC2\xA0",
        number->text() + (number->text().find('.') == std::string::npos ? ".0" : "0")};
    for (const std::string& variant : variants) {
        const bool too_long = variant.size() > 19;
        const std::optional<Decimal> again = Decimal::parse(variant);
        require(again ? *again == *number : too_long, "another number: " + variant);
    }
    require(number->is_zero() == (number->text() == "0"), "zero");
    require(number->is_negative() == number->text().starts_with('-'), "negative");
    if (!number->is_zero()) {
        const std::string opposite = number->is_negative() ? number->text().substr(1) : '-' + number->text();
        const std::optional<Decimal> other = Decimal::parse(opposite);
        require(other && other->text() == opposite && *other != *number, "opposite of " + number->text());
    }
    // Every digit that counts is in the text, in order.
    std::string given;
    std::string kept;
    for (const char byte : text) {
        given += is_digit(byte) ? std::string(1, byte) : "";
    }
    for (const char byte : number->text()) {
        kept += is_digit(byte) ? std::string(1, byte) : "";
    }
    require(number->is_zero() || given.find(number->text().front() == '0' || number->text().starts_with("-0")
                                                ? kept.substr(1)
                                                : kept) != std::string::npos,
            "digits of " + text + " / " + number->text());
}

bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool is_calendar_day(int year, int month, int day) {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12 || day < 1) {
        return false;
    }
    const int last = days.at(static_cast<std::size_t>(month - 1)) + (month == 2 && is_leap(year) ? 1 : 0);
    return day <= last;
}

void try_dates(const std::string& text) {
    const bool readable = checks::is_readable_date(text);
    require(checks::is_readable_date("\t " + text + "\r\n") == readable, "white space around " + text);
    if (readable) {
        const std::string_view date = trimmed(text).substr(0, 10);
        require(digits_in(date) == 4 || digits_in(date) == 2, "no date: " + text);
        require(checks::is_readable_date(date), "the date alone: " + text);
    }
    // The first four bytes as a date: two of the year, month and day.
    if (text.size() >= 4) {
        const auto byte = [&](std::size_t i) {
            return static_cast<int>(static_cast<unsigned char>(text[i]));
        };
        const int year = (byte(0) * 256 + byte(1)) % 10'000;
        const int month = byte(2) % 14;
        const int day = byte(3) % 34;
        const bool real = is_calendar_day(year, month, day);
        const std::string behind = text.size() > 4 && text[4] >= 0 ? "T" + text.substr(4) : "";
        require(
            checks::is_readable_date(fmt::format("{:04}-{:02}-{:02}{}", year, month, day, behind)) == real,
            "a calendar day");
        require(checks::is_readable_date(fmt::format("{:02}.{:02}.{:04}", day, month, year)) == real,
                "a calendar day");
    }
}

std::string percent_decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            out += static_cast<char>(std::stoi(std::string{text.substr(i + 1, 2)}, nullptr, 16));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

bool has_control(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool second_half = byte == 0xC2 && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (byte < 0x20 || byte == 0x7F || second_half) {
            return true;
        }
    }
    return false;
}

void try_texts(const std::string& text, std::size_t characters) {
    const bool valid = is_utf8(text);
    require(valid == (commerceml::valid_utf8_length(text) == text.size()), "two opinions on UTF-8");

    const std::string tidy = tidied(text);
    require(trimmed(trimmed(text)) == trimmed(text), "trimmed twice");
    require(text.find(trimmed(text)) != std::string::npos, "trimmed");
    require(tidied(tidy) == tidy && trimmed(tidy) == tidy, "tidied twice");
    require(!valid || (is_utf8(tidy) && is_utf8(trimmed(text))), "half a character is left");

    const std::string small = folded(text);
    require(folded(small) == small, "folded twice");
    require(!valid || (is_utf8(small) && character_count(small) == character_count(text)), "folded");

    const std::string_view first = first_characters(text, characters);
    require(text.starts_with(first), "not the first ones");
    require(character_count(first) == std::min(characters, character_count(text)), "not as many");
    require(!valid || is_utf8(first), "half a character");

    const std::string shown = quotable(text, characters);
    require(is_utf8(shown) && character_count(shown) <= characters + 1, "quotable");
    require(!has_control(shown), "a control character is shown");

    std::string encoded;
    append_percent_encoded(encoded, text);
    require(percent_decoded(encoded) == text, "percent encoding");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(reinterpret_cast<const char*>(data), size);
    try_number(text);
    try_dates(text);
    try_texts(text, size == 0 ? 0 : data[0] % 32);
    return 0;
}
