#include "endpoint/ftp_listing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_digit);
}

/// \pre all are digits, and few
int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) {
        value = value * 10 + (c - '0');
    }
    return value;
}

bool has_control(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

bool is_dots(std::string_view name) {
    return name == "." || name == "..";
}

bool is_usable(std::string_view name) {
    return !name.empty() && !is_dots(name) && name.find('/') == std::string_view::npos && !has_control(name);
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::ranges::transform(out, out.begin(), [](char c) { return lower(c); });
    return out;
}

/// The line that begins `rest`, which is cut off with its line break.
std::string_view next_line(std::string_view& rest) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    return line;
}

/// One row as it was written, before anything is asked of its name.
struct RawRow {
    FtpRow row;
    std::string_view name;
    bool folder_itself = false;  ///< or its parent
};

/// Collects rows. A line that is no row continues the name of the row before it.
class Rows {
  public:
    /// False if the line makes no sense here.
    bool add(const std::optional<RawRow>& raw, std::string_view line) {
        if (raw) {
            settle();
            m_last = raw;
            m_name = raw->name;
            m_broken = false;
            return true;
        }
        if (!m_last) {
            return false;
        }
        m_name += '\n';
        m_name += line;
        m_broken = true;
        return true;
    }
    FtpRows finish() {
        settle();
        return std::move(m_rows);
    }

  private:
    void settle() {
        if (!m_last) {
            return;
        }
        const bool named_dots = m_last->row.entry.kind == Entry::Kind::folder && is_dots(m_name);
        if (!m_broken && (m_last->folder_itself || named_dots)) {
            m_rows.shows_itself = true;
        } else if (m_broken || !is_usable(m_name)) {
            m_rows.unusable.push_back(m_name);
        } else {
            m_last->row.entry.name = m_name;
            m_rows.rows.push_back(std::move(m_last->row));
        }
        m_last.reset();
    }

    FtpRows m_rows;
    std::optional<RawRow> m_last;
    std::string m_name;
    bool m_broken = false;
};

void read_type(std::string_view value, RawRow& raw) {
    const std::string type = lower(value);
    raw.folder_itself = type == "cdir" || type == "pdir";
    if (type == "file") {
        raw.row.entry.kind = Entry::Kind::file;
    } else if (type == "dir" || raw.folder_itself) {
        raw.row.entry.kind = Entry::Kind::folder;
    } else {
        raw.row.entry.kind = Entry::Kind::other;
    }
}

void read_fact(std::string_view name, std::string_view value, RawRow& raw) {
    if (name == "type") {
        read_type(value, raw);
    } else if (name == "size") {
        const std::optional<std::uint64_t> size = parse_ftp_size(value);
        raw.row.size_known = size.has_value();
        raw.row.entry.size = size.value_or(0);
    } else if (name == "modify") {
        raw.row.entry.modified = parse_ftp_time(value);
    } else if (name == "unique") {
        raw.row.entry.identity = quotable(value);
    }
}

/// Letters, digits, `.` and `-` (RFC 3659 §7.2).
bool is_fact_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'z') || c == '.' || c == '-';
    });
}

/// `fact=value;fact=value; name`: nothing without a type.
std::optional<RawRow> facts_row(std::string_view line) {
    RawRow raw;
    raw.row.size_known = false;
    bool typed = false;
    while (!line.starts_with(' ')) {
        const std::size_t end = line.find(';');
        const std::string_view fact = line.substr(0, end);
        const std::size_t equals = fact.find('=');
        const bool formed = end != std::string_view::npos && equals != std::string_view::npos;
        if (!formed || !is_fact_name(fact.substr(0, equals))) {
            return std::nullopt;
        }
        const std::string name = lower(fact.substr(0, equals));
        typed = typed || name == "type";
        read_fact(name, fact.substr(equals + 1), raw);
        line.remove_prefix(end + 1);
    }
    line.remove_prefix(1);
    if (!typed || line.empty()) {
        return std::nullopt;
    }
    if (raw.row.entry.kind != Entry::Kind::file) {
        raw.row.entry.size = 0;
        raw.row.size_known = true;
    }
    raw.name = line;
    return raw;
}

struct Token {
    std::string_view text;
    std::size_t end;  ///< in the line
};

/// At most so many words of the line: what is not a name has fewer.
constexpr std::size_t most_tokens = 16;

std::vector<Token> tokens_of(std::string_view line) {
    std::vector<Token> tokens;
    std::size_t at = 0;
    while (tokens.size() < most_tokens) {
        at = line.find_first_not_of(' ', at);
        if (at == std::string_view::npos) {
            break;
        }
        const std::size_t end = std::min(line.find(' ', at), line.size());
        tokens.push_back({line.substr(at, end - at), end});
        at = end;
    }
    return tokens;
}

bool is_month(std::string_view text) {
    constexpr auto months = std::to_array<std::string_view>(
        {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"});
    return text.size() == 3 && std::ranges::find(months, lower(text)) != months.end();
}

bool is_day(std::string_view text) {
    return is_number(text) && text.size() <= 2;
}

/// `10:30`, `10:30:00`, or a year.
bool is_time_or_year(std::string_view text) {
    const bool clock = text.size() >= 4 && is_digit(text.front()) && text.find(':') != std::string_view::npos;
    return clock || (is_number(text) && text.size() == 4);
}

/// `2026-01-15`
bool is_iso_date(std::string_view text) {
    return text.size() == 10 && text[4] == '-' && text[7] == '-' && is_number(text.substr(0, 4));
}

/// How many words from `at` on are a date; 0: none.
std::size_t date_length(const std::vector<Token>& tokens, std::size_t at) {
    const auto text = [&](std::size_t i) {
        return at + i < tokens.size() ? tokens[at + i].text : std::string_view{};
    };
    if (is_iso_date(text(0)) && is_time_or_year(text(1))) {
        return 2;
    }
    const bool in_order = is_month(text(0)) && is_day(text(1));
    const bool turned = is_day(text(0)) && is_month(text(1));
    return (in_order || turned) && is_time_or_year(text(2)) ? 3 : 0;
}

bool is_mode(std::string_view text) {
    constexpr std::string_view kinds = "-dlpscbD";
    constexpr std::string_view rights = "rwxsStTlL-";
    constexpr std::string_view marks = "+.@*";  // of rights beside these
    const bool marked = text.size() == 11 && marks.find(text.back()) != std::string_view::npos;
    return (text.size() == 10 || marked) && kinds.find(text.front()) != std::string_view::npos &&
           text.substr(1, 9).find_first_not_of(rights) == std::string_view::npos;
}

Entry::Kind kind_of_mode(char letter) {
    if (letter == '-') {
        return Entry::Kind::file;
    }
    return letter == 'd' ? Entry::Kind::folder : Entry::Kind::other;
}

/// `-rw-r--r-- 1 user group 1234 Jan 15 10:30 name`; user and group may have several words, or be absent.
std::optional<RawRow> unix_row(std::string_view line) {
    const std::vector<Token> tokens = tokens_of(line);
    if (tokens.empty() || !is_mode(tokens.front().text) || line.front() == ' ') {
        return std::nullopt;
    }
    for (std::size_t i = 2; i < tokens.size(); ++i) {
        const std::size_t length = date_length(tokens, i);
        const std::optional<std::uint64_t> size = parse_ftp_size(tokens[i - 1].text);
        if (length == 0 || !size || tokens[i + length - 1].end + 1 >= line.size()) {
            continue;
        }
        RawRow raw;
        raw.row.entry.kind = kind_of_mode(line.front());
        raw.row.entry.size = raw.row.entry.kind == Entry::Kind::file ? *size : 0;
        raw.name = line.substr(tokens[i + length - 1].end + 1);
        for (std::size_t word = i; word < i + length; ++word) {
            raw.row.written += std::string(word == i ? "" : " ") + std::string(tokens[word].text);
        }
        if (line.front() == 'l') {
            raw.name = raw.name.substr(0, raw.name.find(" -> "));
        }
        return raw;
    }
    return std::nullopt;
}

/// `01-15-26`, `01-15-2026`
bool is_windows_date(std::string_view text) {
    return (text.size() == 8 || text.size() == 10) && text[2] == '-' && text[5] == '-' &&
           is_number(text.substr(0, 2));
}

/// `01-15-26  10:30AM       <DIR>          name`
std::optional<RawRow> windows_row(std::string_view line) {
    const std::vector<Token> tokens = tokens_of(line);
    if (tokens.size() < 4 || !is_windows_date(tokens[0].text) || !is_time_or_year(tokens[1].text)) {
        return std::nullopt;
    }
    RawRow raw;
    raw.row.written = std::string(tokens[0].text) + " " + std::string(tokens[1].text);
    if (const std::optional<std::uint64_t> size = parse_ftp_size(tokens[2].text)) {
        raw.row.entry.size = *size;
        raw.name = line.substr(tokens[2].end + 1);
        return raw;
    }
    if (!tokens[2].text.starts_with('<')) {
        return std::nullopt;
    }
    raw.row.entry.kind = tokens[2].text == "<DIR>" ? Entry::Kind::folder : Entry::Kind::other;
    raw.name = line.substr(line.find_first_not_of(' ', tokens[2].end));
    return raw;
}

std::optional<RawRow> list_row(std::string_view line) {
    std::optional<RawRow> raw = unix_row(line);
    return raw ? raw : windows_row(line);
}

bool is_total(std::string_view line) {
    return line.starts_with("total ") && is_number(trimmed(line.substr(6)));
}

template <typename ParseRow>
std::optional<FtpRows> parse_rows(std::string_view listing, const ParseRow& parse_row) {
    Rows rows;
    while (!listing.empty()) {
        const std::string_view line = next_line(listing);
        if (!rows.add(parse_row(line), line)) {
            return std::nullopt;
        }
    }
    return rows.finish();
}

}  // namespace

std::optional<UtcTime> parse_ftp_time(std::string_view text) {
    const std::string_view whole = text.substr(0, 14);
    const std::string_view rest = text.substr(whole.size());
    const std::string_view fraction = rest.empty() ? rest : rest.substr(1);
    const bool formed = whole.size() == 14 && is_number(whole) &&
                        (rest.empty() || (rest.front() == '.' && is_number(fraction)));
    if (!formed) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date{
        std::chrono::year{number(whole.substr(0, 4))},
        std::chrono::month{static_cast<unsigned>(number(whole.substr(4, 2)))},
        std::chrono::day{static_cast<unsigned>(number(whole.substr(6, 2)))}};
    const int hour = number(whole.substr(8, 2));
    const int minute = number(whole.substr(10, 2));
    const int second = number(whole.substr(12, 2));
    if (!date.ok() || hour > 23 || minute > 59 || second > 60) {
        return std::nullopt;
    }
    std::string milliseconds(fraction.substr(0, 3));
    milliseconds.resize(3, '0');
    return UtcTime{std::chrono::sys_days{date} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
                   std::chrono::seconds{second} + std::chrono::milliseconds{number(milliseconds)}};
}

std::optional<std::uint64_t> parse_ftp_size(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc{} && end == text.data() + text.size() && is_number(text);
    return whole ? std::optional(value) : std::nullopt;
}

std::optional<FtpRow> parse_mlst_row(std::string_view line) {
    std::optional<RawRow> raw = facts_row(line);
    if (!raw) {
        return std::nullopt;
    }
    const std::string_view name = raw->name.substr(raw->name.rfind('/') + 1);
    raw->row.entry.name = name;
    return is_usable(name) ? std::optional(raw->row) : std::nullopt;
}

std::optional<FtpRows> parse_mlsd(std::string_view listing) {
    return parse_rows(listing, [](std::string_view line) { return facts_row(line); });
}

std::optional<FtpRows> parse_list(std::string_view listing) {
    std::string_view rest = listing;
    if (is_total(next_line(rest))) {
        listing = rest;
    }
    return parse_rows(listing, [](std::string_view line) { return list_row(line); });
}

std::optional<Entry::Kind> kind_of_list_row(std::string_view line) {
    const std::optional<RawRow> raw = unix_row(line);
    return raw ? std::optional(raw->row.entry.kind) : std::nullopt;
}

}  // namespace obmen::endpoint
