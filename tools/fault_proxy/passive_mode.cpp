#include "fault_proxy/passive_mode.hpp"

#include <array>
#include <cstddef>
#include <cstdio>

namespace obmen::fault_proxy {

std::string PassiveMode::pass(std::string_view bytes) {
    if (m_is_encrypted) {
        return std::string(bytes);
    }
    m_rest += bytes;
    std::string out;
    for (std::size_t end = m_rest.find('\n'); end != std::string::npos; end = m_rest.find('\n')) {
        const std::string line = m_rest.substr(0, end + 1);
        m_rest.erase(0, end + 1);
        out += rewritten(line);
        if (line.starts_with("234")) {
            m_is_encrypted = true;
            return out + m_rest;
        }
    }
    return out;
}

std::string PassiveMode::rewritten(const std::string& line) const {
    std::array<int, 6> part{};
    int port = 0;
    const std::size_t bracket = line.find('(');
    const char* const inside = bracket == std::string::npos ? "" : line.c_str() + bracket;
    // NOLINTBEGIN(cert-err34-c): a port that is none is left as it is
    if (line.starts_with("227") && std::sscanf(inside, "(%d,%d,%d,%d,%d,%d)", &part[0], &part[1], &part[2],
                                               &part[3], &part[4], &part[5]) == 6) {
        const int own = m_substitute(part[4] * 256 + part[5]);
        return line.substr(0, bracket) + "(127,0,0,1," + std::to_string(own / 256) + "," +
               std::to_string(own % 256) + ").\r\n";
    }
    if (line.starts_with("229") && std::sscanf(inside, "(|||%d|)", &port) == 1) {
        return line.substr(0, bracket) + "(|||" + std::to_string(m_substitute(port)) + "|)\r\n";
    }
    // NOLINTEND(cert-err34-c)
    return line;
}

}  // namespace obmen::fault_proxy
