#include "endpoint/ftp_endpoint.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>
#include <unordered_map>
#include <utility>

#include "endpoint/ftp_connection.hpp"
#include "endpoint/ftp_listing.hpp"
#include "endpoint/local_file.hpp"
#include "endpoint/name_text.hpp"
#include "endpoint/names.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

bool is_missing(const Error& error) {
    return error.finding().message.code == Code{"SRC-MISSING"};
}

/// The server does not know the command, or not in this form.
bool is_unknown_command(const FtpReply& reply) {
    return reply.code >= 500 && reply.code <= 504;
}

std::string_view line_at(std::string_view text, std::size_t index) {
    for (; index > 0 && !text.empty(); --index) {
        const std::size_t end = text.find('\n');
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

/// The value of `213 value`.
std::string_view value_of(const FtpReply& reply) {
    const std::string_view text = reply.text;
    return reply.code == 213 && text.size() > 4 ? trimmed(text.substr(4)) : std::string_view{};
}

/// What matters of the answer to FEAT.
struct Features {
    bool mlst = false;  ///< MLSD, too
    /// ProFTPD, which MFF gives away: it reads commands as Telnet does, where the byte 0xFF (`я` in
    /// windows-1251) begins a command of its own and is doubled to mean itself. vsftpd and pure-ftpd do not.
    bool telnet = false;
};

/// A file as LIST shows it, and what MDTM has said of it.
struct ListedFile {
    std::uint64_t size = 0;
    std::string written{};                          ///< FtpRow::written
    std::chrono::steady_clock::time_point since{};  ///< it has looked like this
    std::optional<UtcTime> modified{};
    bool asked = false;  ///< since then
    bool sure = false;   ///< asked when the minute in `written` was over: to be written anew would show
};

class FtpEndpoint : public Endpoint {
  public:
    FtpEndpoint(const config::EndpointSettings& settings, const Address& address,
                const EndpointContext& context)
        : m_settings(settings),
          m_address(address),
          m_context(context),
          m_connection(m_settings, m_address, m_context) {}

    [[nodiscard]] std::string shown() const override { return endpoint::shown(m_address); }
    [[nodiscard]] Listing list(const ListOptions& options) override;
    [[nodiscard]] std::optional<Entry> look(const std::string& name) override;
    void fetch(const std::string& name, const std::function<void(std::string_view)>& take) override;
    void store(const std::string& name, const std::filesystem::path& local) override;
    void rename(const std::string& from, const std::string& to) override;
    void remove(const std::string& name) override;
    void make_folder(const std::string& name) override;
    void disconnect() noexcept override { m_connection.disconnect(); }

  private:
    [[nodiscard]] std::string readable(std::string_view name) const {
        return shown_name(name, m_settings.charset);
    }
    [[nodiscard]] const std::string& folder();
    [[nodiscard]] std::string path_of(const std::string& name);
    [[nodiscard]] const Features& features();
    [[nodiscard]] bool has_mlsd() { return m_settings.mlsd && features().mlst; }
    [[nodiscard]] std::string on_the_wire(std::string path);

    void walk(const std::string& prefix, unsigned depth, const ListOptions& options, Listing& listing);
    [[nodiscard]] FtpRows rows_of(const std::string& prefix);
    [[nodiscard]] std::optional<FtpRows> listed_rows(const std::string& path, const std::string& subject);
    [[nodiscard]] std::optional<FtpRows> rows_with_hidden(const std::string& path,
                                                          const std::string& subject);
    void ask_sizes(FtpRows& rows, const std::string& prefix);
    void note_listed(const FtpRow& row);
    void ask_times(Listing& listing);
    void ask_times_of(const std::vector<const Entry*>& files);

    [[nodiscard]] std::optional<Entry> look_by_mlst(const std::string& name);
    [[nodiscard]] std::optional<Entry> look_by_size(const std::string& name);
    [[nodiscard]] std::optional<Entry> look_in_listing(const std::string& name);
    [[nodiscard]] std::optional<Entry::Kind> kind_by_stat(const std::string& path);
    void refuse_existing(const std::string& name);

    config::EndpointSettings m_settings;
    Address m_address;
    EndpointContext m_context;
    FtpConnection m_connection;
    std::optional<std::string> m_folder;  ///< absolute, without `/` at the end; empty: the root
    std::optional<Features> m_features;
    std::unordered_map<std::string, ListedFile> m_listed_files;  ///< by LIST, at the last listing
    std::unordered_map<std::string, ListedFile> m_listed_before;
    std::optional<bool> m_hidden;  ///< whether `LIST -a` is understood
};

const std::string& FtpEndpoint::folder() {
    if (!m_folder) {
        std::string path = m_address.path;
        if (m_address.in_home) {
            path = m_connection.home() + (path.empty() ? "" : "/") + path;
        }
        while (path.ends_with('/')) {
            path.pop_back();
        }
        m_folder = path;
    }
    return *m_folder;
}

/// \pre the name is one of ours
std::string FtpEndpoint::path_of(const std::string& name) {
    const bool control =
        std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
    if (!is_entry_name(name) || control) {
        throw Error(FailureClass::temporary, Message{"SRC-MISSING", {shown(), readable(name)}});
    }
    return on_the_wire(folder() + "/" + name);
}

const Features& FtpEndpoint::features() {
    if (!m_features) {
        const FtpReply reply = m_connection.command({"*FEAT"}).back();
        const std::string text = reply.code / 100 == 2 ? folded(reply.text) : "";
        m_features = Features{.mlst = text.find("\n mlst ") != std::string::npos,
                              .telnet = text.find("\n mff modify") != std::string::npos};
    }
    return *m_features;
}

/// A path as it goes into a command.
std::string FtpEndpoint::on_the_wire(std::string path) {
    constexpr char escape = '\xFF';
    if (path.find(escape) == std::string::npos || !features().telnet) {
        return path;
    }
    for (std::size_t at = path.find(escape); at != std::string::npos; at = path.find(escape, at + 2)) {
        path.insert(at, 1, escape);
    }
    return path;
}

Listing FtpEndpoint::list(const ListOptions& options) {
    Listing listing;
    m_listed_before = std::exchange(m_listed_files, {});
    walk("", options.depth, options, listing);
    if (!has_mlsd()) {
        ask_times(listing);
    }
    return listing;
}

void FtpEndpoint::note_listed(const FtpRow& row) {
    ListedFile file{
        .size = row.entry.size, .written = row.written, .since = std::chrono::steady_clock::now()};
    const auto before = m_listed_before.find(row.entry.name);
    if (before != m_listed_before.end() && before->second.size == file.size &&
        before->second.written == file.written) {
        file = before->second;
    }
    m_listed_files.insert_or_assign(row.entry.name, std::move(file));
}

/// LIST tells no time that could be relied on, and a file that is written anew often has its old size. MDTM
/// is asked about what looks otherwise than before; each answer takes its way through the network, so there
/// is an end to what is asked at once: the next listings go on.
void FtpEndpoint::ask_times(Listing& listing) {
    constexpr std::size_t most_files = 2'000;
    std::vector<const Entry*> files;
    std::vector<const Entry*> once_more;
    for (const Entry& entry : listing.entries) {
        const auto file = m_listed_files.find(entry.name);
        if (entry.kind == Entry::Kind::file && file != m_listed_files.end() && !file->second.sure) {
            (file->second.asked ? once_more : files).push_back(&entry);
        }
    }
    files.insert(files.end(), once_more.begin(), once_more.end());
    files.resize(std::min(files.size(), most_files));
    ask_times_of(files);
    for (Entry& entry : listing.entries) {
        const auto file = m_listed_files.find(entry.name);
        if (file != m_listed_files.end()) {
            entry.modified = file->second.modified;
        }
    }
}

void FtpEndpoint::ask_times_of(const std::vector<const Entry*>& files) {
    // Two, lest both clocks round. By the machine's own clock: it is the server's minute that has to pass.
    constexpr std::chrono::minutes minute_is_over{2};
    constexpr std::size_t at_once = 100;
    for (std::size_t begin = 0; begin < files.size(); begin += at_once) {
        const std::size_t end = std::min(files.size(), begin + at_once);
        std::vector<std::string> commands;
        for (std::size_t i = begin; i < end; ++i) {
            commands.push_back("*MDTM " + path_of(files[i]->name));
        }
        const auto now = std::chrono::steady_clock::now();
        const std::vector<FtpReply> replies = m_connection.command(commands);
        for (std::size_t i = begin; i < end && i - begin < replies.size(); ++i) {
            ListedFile& file = m_listed_files.at(files[i]->name);
            file.modified = parse_ftp_time(value_of(replies[i - begin]));
            file.asked = true;
            file.sure = now - file.since >= minute_is_over;
        }
    }
}

void FtpEndpoint::walk(const std::string& prefix, unsigned depth, const ListOptions& options,
                       Listing& listing) {
    FtpRows rows = rows_of(prefix);
    for (const std::string& name : rows.unusable) {
        listing.unusable.push_back(readable(prefix + name));
    }
    for (FtpRow& row : rows.rows) {
        row.entry.name.insert(0, prefix);
        const bool enters = row.entry.kind == Entry::Kind::folder && depth > 1 &&
                            (!options.enters || options.enters(row.entry.name));
        if (enters) {
            walk(row.entry.name + "/", depth - 1, options, listing);
            continue;
        }
        if (row.entry.kind == Entry::Kind::file && !has_mlsd()) {
            note_listed(row);
        }
        listing.entries.push_back(std::move(row.entry));
    }
}

/// \param prefix of the names in the folder: empty, or with `/` at its end
FtpRows FtpEndpoint::rows_of(const std::string& prefix) {
    const std::string path = on_the_wire(folder() + "/" + prefix);
    const std::string subject = readable(prefix.empty() ? m_address.path : prefix);
    std::optional<FtpRows> rows =
        has_mlsd() ? parse_mlsd(m_connection.mlsd(path, subject)) : listed_rows(path, subject);
    if (!rows) {
        throw Error(FailureClass::temporary, Message{"SRC-LISTING", {shown(), subject}});
    }
    ask_sizes(*rows, prefix);
    return std::move(*rows);
}

/// MLSD need not tell sizes (RFC 3659 §7.5.7).
void FtpEndpoint::ask_sizes(FtpRows& rows, const std::string& prefix) {
    for (FtpRow& row : rows.rows) {
        if (row.size_known) {
            continue;
        }
        const std::string path = path_of(prefix + row.entry.name);
        const FtpReply reply = m_connection.command({"TYPE I", "*SIZE " + path}).back();
        row.entry.size = parse_ftp_size(value_of(reply)).value_or(0);
    }
}

std::optional<FtpRows> FtpEndpoint::listed_rows(const std::string& path, const std::string& subject) {
    if (m_hidden.value_or(true)) {
        std::optional<FtpRows> rows = rows_with_hidden(path, subject);
        if (rows) {
            m_hidden = true;
            return rows;
        }
    }
    std::optional<FtpRows> rows = parse_list(m_connection.list(path, "", subject));
    m_hidden = false;
    return rows;
}

/// Nothing where `-a` was not taken for what it means: then the folder itself is not among the rows.
std::optional<FtpRows> FtpEndpoint::rows_with_hidden(const std::string& path, const std::string& subject) {
    try {
        std::optional<FtpRows> rows = parse_list(m_connection.list(path, "-a", subject));
        return rows && rows->shows_itself ? rows : std::nullopt;
    } catch (const Error& error) {
        if (!is_missing(error) && error.finding().message.code != Code{"SRC-PROTOCOL"}) {
            throw;
        }
        return std::nullopt;
    }
}

std::optional<Entry> FtpEndpoint::look(const std::string& name) {
    std::optional<Entry> entry = has_mlsd() ? look_by_mlst(name) : look_by_size(name);
    if (!entry || entry->kind != Entry::Kind::file) {
        return entry;
    }
    // SIZE follows links, and so does MLST of ProFTPD. vsftpd reads the whole folder to answer STAT: 60 ms
    // where 10,000 files are, so what it has just listed as a file is believed to be one.
    if (m_listed_files.contains(name)) {
        return entry;
    }
    const std::optional<Entry::Kind> kind = kind_by_stat(path_of(name));
    if (!kind && !has_mlsd()) {
        const std::optional<Entry> row = look_in_listing(name);
        return !row || row->kind == Entry::Kind::file ? entry : row;
    }
    return kind == Entry::Kind::other ? Entry{.name = name, .kind = Entry::Kind::other} : entry;
}

std::optional<Entry> FtpEndpoint::look_by_mlst(const std::string& name) {
    const FtpReply reply = m_connection.command({"*MLST " + path_of(name)}).back();
    if (is_unknown_command(reply)) {
        return look_by_size(name);
    }
    if (reply.code >= 400) {
        const Error refusal = m_connection.refusal(reply, readable(name));
        if (is_missing(refusal)) {
            return std::nullopt;
        }
        throw refusal;
    }
    std::optional<FtpRow> row = parse_mlst_row(trimmed(line_at(reply.text, 1)));
    if (!row) {
        throw Error(FailureClass::temporary,
                    Message{"SRC-LISTING", {shown(), readable(name) + ": " + readable(reply.text)}});
    }
    row->entry.name = name;
    return row->size_known ? std::move(row->entry) : look_by_size(name);
}

std::optional<Entry> FtpEndpoint::look_by_size(const std::string& name) {
    const std::string path = path_of(name);
    const std::vector<FtpReply> replies = m_connection.command({"TYPE I", "*SIZE " + path, "*MDTM " + path});
    const std::optional<std::uint64_t> size = parse_ftp_size(value_of(replies.at(1)));
    if (!size) {
        return look_in_listing(name);
    }
    return Entry{.name = name, .size = *size, .modified = parse_ftp_time(value_of(replies.at(2)))};
}

/// What is no file that SIZE tells of: a folder, a pipe, a link that leads nowhere, or nothing at all.
std::optional<Entry> FtpEndpoint::look_in_listing(const std::string& name) {
    const std::size_t slash = name.rfind('/');
    const std::string prefix = slash == std::string::npos ? "" : name.substr(0, slash + 1);
    const std::string last = name.substr(prefix.size());
    std::optional<FtpRows> rows;
    try {
        rows = rows_of(prefix);
    } catch (const Error& error) {
        if (!is_missing(error) || prefix.empty()) {
            throw;
        }
        return std::nullopt;
    }
    const auto row =
        std::ranges::find_if(rows->rows, [&](const FtpRow& each) { return each.entry.name == last; });
    if (row == rows->rows.end()) {
        return std::nullopt;
    }
    row->entry.name = name;
    return row->entry;
}

/// The kind of one file by its row of `ls -l`, which comes over the control connection. Nothing where the
/// server shows no such row: vsftpd of links, and of names that it takes for patterns.
std::optional<Entry::Kind> FtpEndpoint::kind_by_stat(const std::string& path) {
    const FtpReply reply = m_connection.command({"*STAT " + path}).back();
    const std::string_view line = line_at(reply.text, 1);
    const std::size_t begin = line.find_first_not_of(' ');
    return reply.code / 100 != 2 || begin == std::string_view::npos ? std::nullopt
                                                                    : kind_of_list_row(line.substr(begin));
}

void FtpEndpoint::fetch(const std::string& name, const std::function<void(std::string_view)>& take) {
    m_connection.retrieve(path_of(name), take, readable(name));
}

void FtpEndpoint::refuse_existing(const std::string& name) {
    if (look(name)) {
        throw Error(FailureClass::temporary, Message{"SRC-EXISTS", {shown(), readable(name)}});
    }
}

void FtpEndpoint::store(const std::string& name, const std::filesystem::path& local) {
    const FileDescriptor file(::open(local.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat info {};
    if (!file.is_open() || ::fstat(file.get(), &info) != 0) {
        fail_with_local_file(local, errno);
    }
    refuse_existing(name);
    try {
        m_connection.store(path_of(name), file.get(), static_cast<std::uint64_t>(info.st_size),
                           readable(name));
    } catch (const std::system_error& error) {
        fail_with_local_file(local, error.code().value());
    }
}

void FtpEndpoint::rename(const std::string& from, const std::string& to) {
    refuse_existing(to);
    m_connection.command({"RNFR " + path_of(from), "RNTO " + path_of(to)},
                         readable(from) + " → " + readable(to));
}

void FtpEndpoint::remove(const std::string& name) {
    const FtpReply reply = m_connection.command({"*DELE " + path_of(name)}).back();
    if (reply.code >= 400 && (reply.code != 550 || look(name))) {
        throw m_connection.refusal(reply, readable(name));
    }
}

void FtpEndpoint::make_folder(const std::string& name) {
    const std::string path = path_of(name);
    const FtpReply reply = m_connection.command({"*MKD " + path}).back();
    if (reply.code < 400) {
        return;
    }
    const std::optional<Entry> entry = look(name);
    if (!entry || entry->kind != Entry::Kind::folder) {
        throw m_connection.refusal(reply, readable(name));
    }
}

}  // namespace

std::unique_ptr<Endpoint> open_ftp_endpoint(const config::EndpointSettings& settings, const Address& address,
                                            const EndpointContext& context) {
    return std::make_unique<FtpEndpoint>(settings, address, context);
}

}  // namespace obmen::endpoint
