// An SFTP service (version 3, on standard input and output, behind sshd) that answers as no sane server does.
// What it answers is in the last part of the path it is asked about: `status14…` is refused with status 14,
// `write4…` when it is written, `close4…` when it is closed; `missing…` is not there. Folders: `odd` has
// odd names, `half` ends in a failure, `long` has a name longer than any file system has.

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>

namespace {

enum Packet : unsigned char {
    packet_init = 1,
    packet_version = 2,
    packet_open = 3,
    packet_close = 4,
    packet_write = 6,
    packet_lstat = 7,
    packet_opendir = 11,
    packet_readdir = 12,
    packet_remove = 13,
    packet_mkdir = 14,
    packet_rename = 18,
    packet_status = 101,
    packet_handle = 102,
    packet_name = 104,
    packet_attributes = 105,
};
constexpr std::uint32_t end_of_file = 1;
constexpr std::uint32_t no_such_file = 2;
constexpr std::uint32_t unsupported = 8;
constexpr std::uint32_t has_size_and_mode = 1 | 4;

std::string number(std::uint32_t value) {
    std::string out;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
        out += static_cast<char>((value >> (shift - 8)) & 0xFFU);
    }
    return out;
}

std::string text(std::string_view bytes) {
    return number(static_cast<std::uint32_t>(bytes.size())).append(bytes);
}

std::string attributes(std::uint32_t mode) {
    return number(has_size_and_mode) + number(0) + number(5) + number(mode);
}

std::uint32_t read_number(std::string_view& bytes) {
    std::uint32_t out = 0;
    for (int i = 0; i < 4; ++i) {
        out = (out << 8U) | static_cast<unsigned char>(bytes.at(static_cast<std::size_t>(i)));
    }
    bytes.remove_prefix(4);
    return out;
}

std::string read_text(std::string_view& bytes) {
    const std::uint32_t size = read_number(bytes);
    std::string out(bytes.substr(0, size));
    bytes.remove_prefix(size);
    return out;
}

bool read_fully(std::string& out, std::size_t size) {
    out.resize(size);
    for (std::size_t at = 0; at < size;) {
        const ssize_t count = ::read(STDIN_FILENO, out.data() + at, size - at);
        if (count <= 0) {
            return false;
        }
        at += static_cast<std::size_t>(count);
    }
    return true;
}

void send(unsigned char type, const std::string& payload) {
    std::string packet = number(static_cast<std::uint32_t>(payload.size() + 1));
    packet += static_cast<char>(type);
    packet += payload;
    for (std::size_t at = 0; at < packet.size();) {
        const ssize_t count = ::write(STDOUT_FILENO, packet.data() + at, packet.size() - at);
        if (count <= 0) {
            std::exit(1);
        }
        at += static_cast<std::size_t>(count);
    }
}

/// The number behind `word` at the beginning of the path's last part; 0 if it does not begin so.
std::uint32_t told(const std::string& path, const std::string& word) {
    const std::string last = path.substr(path.rfind('/') + 1);
    return last.starts_with(word) ? static_cast<std::uint32_t>(std::atoi(last.c_str() + word.size())) : 0;
}

class Service {
  public:
    void take(unsigned char type, std::string_view rest) {
        m_id = number(read_number(rest));
        if (type == packet_init) {
            send(packet_version, number(3));
        } else if (type == packet_readdir) {
            read_folder(read_text(rest));
        } else if (type == packet_write || type == packet_close) {
            status(told(read_text(rest), type == packet_write ? "write" : "close"));
        } else {
            about_path(type, read_text(rest));
        }
    }

  private:
    void status(std::uint32_t code) const {
        send(packet_status, m_id + number(code) + text("odd") + text(""));
    }

    void about_path(unsigned char type, const std::string& path) {
        const bool missing = path.find("/missing") != std::string::npos;
        const std::uint32_t refused = missing ? no_such_file : told(path, "status");
        if (refused != 0) {
            status(refused);
        } else if (type == packet_open || type == packet_opendir) {
            send(packet_handle, m_id + text(path));
        } else if (type == packet_lstat) {
            send(packet_attributes, m_id + attributes(0100644));
        } else {
            const bool known = type == packet_remove || type == packet_mkdir || type == packet_rename;
            status(known ? 0 : unsupported);
        }
    }

    void read_folder(const std::string& path) {
        if (m_reads[path]++ > 0) {
            status(path.ends_with("/half") ? 4 : end_of_file);
        } else if (path.ends_with("/long")) {
            names({std::string(70'000, 'l'), "after"});
        } else if (path.ends_with("/odd")) {
            names({".", "..", "", "a/b", "../up", std::string("a\0b", 3), "good.xml", "bare", "typeless"});
        } else {
            names({"one.xml"});
        }
    }

    void names(const std::initializer_list<std::string>& all) const {
        std::string payload = m_id + number(static_cast<std::uint32_t>(all.size()));
        for (const std::string& name : all) {
            payload += text(name) + text("");
            payload += name == "bare" ? number(0) : attributes(name == "typeless" ? 0644 : 0100644);
        }
        send(packet_name, payload);
    }

    std::string m_id;
    std::map<std::string, int> m_reads;
};

}  // namespace

int main() {
    Service service;
    std::string size;
    std::string packet;
    while (read_fully(size, 4)) {
        std::string_view view = size;
        if (!read_fully(packet, read_number(view))) {
            return 1;
        }
        service.take(static_cast<unsigned char>(packet.front()), std::string_view(packet).substr(1));
    }
    return 0;
}
