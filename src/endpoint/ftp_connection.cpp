#include "endpoint/ftp_connection.hpp"

#include <unistd.h>

#include <cerrno>
#include <exception>
#include <new>
#include <stdexcept>
#include <system_error>

#include "endpoint/ftp_session.hpp"
#include "support/text.hpp"

namespace obmen::endpoint {

namespace {

constexpr std::size_t largest_listing = std::size_t{256} << 20U;

struct ListCloser {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using CommandList = std::unique_ptr<curl_slist, ListCloser>;

CommandList command_list(const std::vector<std::string>& commands) {
    CommandList list;
    for (const std::string& command : commands) {
        curl_slist* longer = curl_slist_append(list.get(), command.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(list.release());  // it is the head of `longer` now
        list.reset(longer);
    }
    return list;
}

/// Bytes on their way in. An exception of the taker must not pass through libcurl.
struct Download {
    const std::function<void(std::string_view)>& take;
    std::exception_ptr failure{};
};

std::size_t hand_over(char* bytes, std::size_t size, std::size_t count, void* user) {
    Download& download = *static_cast<Download*>(user);
    try {
        download.take({bytes, size * count});
        return size * count;
    } catch (...) {
        download.failure = std::current_exception();
        return 0;
    }
}

/// Bytes of a file on their way out.
struct Upload {
    int file;
    int error = 0;
};

std::size_t read_file(char* buffer, std::size_t size, std::size_t count, void* user) {
    Upload& upload = *static_cast<Upload*>(user);
    ssize_t taken = 0;
    do {
        taken = ::read(upload.file, buffer, size * count);
    } while (taken < 0 && errno == EINTR);
    if (taken < 0) {
        upload.error = errno;
        return CURL_READFUNC_ABORT;
    }
    return static_cast<std::size_t>(taken);
}

/// Runs the listing that has been set on the handle.
std::string read_listing(FtpSession& session, CURL* curl, const std::string& subject) {
    std::string bytes;
    bool too_large = false;
    const std::function<void(std::string_view)> take = [&](std::string_view block) {
        too_large = bytes.size() + block.size() > largest_listing;
        if (too_large) {
            throw std::length_error("listing");
        }
        bytes += block;
    };
    const auto unusable = [&](const std::string& why) {
        return Error(FailureClass::temporary,
                     Message{"SRC-LISTING", {session.shown(), subject + ": " + why}});
    };
    Download download{take};
    set_option(curl, CURLOPT_WRITEFUNCTION, &hand_over);
    set_option(curl, CURLOPT_WRITEDATA, &download);
    const CURLcode code = session.perform();
    if (too_large) {
        session.close();
        throw unusable("> 256 MiB");
    }
    if (code != CURLE_OK) {
        session.fail(code, subject);
    }
    const FtpReply reply = session.dialogue().last();
    // libcurl takes "450" for an empty folder.
    if (reply.code >= 400) {
        throw session.error({.reply = reply, .connected = true, .logged_in = true, .subject = subject});
    }
    // pure-ftpd ends after 10,000 names, with success: "226 Output truncated to 10000 matches".
    if (folded(reply.text).find("truncated") != std::string::npos) {
        throw unusable(session.readable(reply.text));
    }
    // A data connection that somebody on the way has closed ends like any other, and the server has sent all.
    if (!bytes.empty() && bytes.back() != '\n') {
        throw unusable("the last row is cut off");
    }
    return bytes;
}

std::string as_folder(const std::string& path) {
    return path.ends_with('/') ? path : path + "/";
}

}  // namespace

FtpConnection::FtpConnection(const config::EndpointSettings& settings, const Address& address,
                             const EndpointContext& context)
    : m_session(std::make_unique<FtpSession>(settings, address, context)) {}

FtpConnection::~FtpConnection() = default;

std::vector<FtpReply> FtpConnection::command(const std::vector<std::string>& commands,
                                             const std::string& subject) {
    CURL* curl = m_session->prepare("");
    const CommandList list = command_list(commands);
    set_option(curl, CURLOPT_NOBODY, 1L);
    set_option(curl, CURLOPT_QUOTE, list.get());
    const CURLcode code = m_session->perform();
    if (code != CURLE_OK) {
        m_session->fail(code, subject);
    }
    return m_session->dialogue().replies_to(commands);
}

Error FtpConnection::refusal(const FtpReply& reply, const std::string& subject) const {
    return m_session->error({.reply = reply, .connected = true, .logged_in = true, .subject = subject});
}

std::string FtpConnection::mlsd(const std::string& path, const std::string& subject) {
    CURL* curl = m_session->prepare(as_folder(path));
    set_option(curl, CURLOPT_CUSTOMREQUEST, "MLSD");
    return read_listing(*m_session, curl, subject);
}

std::string FtpConnection::list(const std::string& path, const std::string& options,
                                const std::string& subject) {
    CURL* curl = m_session->prepare(as_folder(path));
    const std::string verb = options.empty() ? "LIST" : "LIST " + options;
    set_option(curl, CURLOPT_FTP_FILEMETHOD, static_cast<long>(CURLFTPMETHOD_SINGLECWD));
    set_option(curl, CURLOPT_CUSTOMREQUEST, verb.c_str());
    return read_listing(*m_session, curl, subject);
}

void FtpConnection::retrieve(const std::string& path, const std::function<void(std::string_view)>& take,
                             const std::string& subject) {
    CURL* curl = m_session->prepare(path);
    Download download{take};
    set_option(curl, CURLOPT_BUFFERSIZE, 512L << 10U);
    set_option(curl, CURLOPT_WRITEFUNCTION, &hand_over);
    set_option(curl, CURLOPT_WRITEDATA, &download);
    const CURLcode code = m_session->perform();
    if (download.failure) {
        disconnect();  // the rest of the file may still be on its way
        std::rethrow_exception(download.failure);
    }
    if (code != CURLE_OK) {
        m_session->fail(code, subject);
    }
}

void FtpConnection::store(const std::string& path, int file, std::uint64_t size, const std::string& subject) {
    // A second upload on one connection fails with TLS 1.3 where the server demands the session of the
    // control connection (reference exchange.md §1.4).
    if (m_session->has_tls()) {
        disconnect();
    }
    CURL* curl = m_session->prepare(path);
    Upload upload{file};
    set_option(curl, CURLOPT_UPLOAD, 1L);
    set_option(curl, CURLOPT_UPLOAD_BUFFERSIZE, 512L << 10U);
    set_option(curl, CURLOPT_READFUNCTION, &read_file);
    set_option(curl, CURLOPT_READDATA, &upload);
    set_option(curl, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(size));
    const CURLcode code = m_session->perform();
    if (upload.error != 0) {
        disconnect();
        throw std::system_error(upload.error, std::generic_category());
    }
    if (code != CURLE_OK) {
        m_session->fail(code, subject);
    }
    if (m_session->has_tls()) {
        disconnect();
    }
}

std::string FtpConnection::home() {
    if (m_session->home().empty()) {
        command({"*NOOP"});
    }
    if (m_session->home().empty()) {
        throw Error(FailureClass::temporary, Message{"SRC-PROTOCOL", {m_session->shown(), "PWD?"}});
    }
    return m_session->home();
}

void FtpConnection::disconnect() noexcept {
    m_session->close();
}

}  // namespace obmen::endpoint
