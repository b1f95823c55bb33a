#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "endpoint/known_hosts.hpp"
#include "endpoint/ssh_key_file.hpp"
#include "endpoint/ssh_wire.hpp"
#include "fuzz/promise.hpp"

// The promises of endpoint/known_hosts.hpp, ssh_wire.hpp and ssh_key_file.hpp. No text makes a key known that
// does not stand in it; a line that pins a key makes it known whatever stands before, unless it is revoked
// there; what a server sends before the key exchange is taken apart within its own bytes.
//
// The first byte chooses: known_hosts, the first bytes of a server, a private key.
namespace {

using namespace obmen;
using namespace obmen::endpoint;

std::string wire_text(std::string_view text) {
    const auto size = static_cast<std::uint32_t>(text.size());
    std::string out;
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
        out += static_cast<char>((size >> shift) & 0xFFU);
    }
    return out += text;
}

void try_known_hosts(const std::string& text) {
    const std::string blob = wire_text("ssh-ed25519") + wire_text(std::string(32, 'k'));
    const HostKey key = host_key(blob);
    require(key.type == "ssh-ed25519", "the type of a key");
    const std::vector<std::string> offered{"ssh-ed25519"};
    const KnownHosts before(text);
    for (const std::uint16_t port : {std::uint16_t{22}, std::uint16_t{2222}}) {
        const HostKeyVerdict verdict = before.judge("example.org", port, key, offered);
        const bool written = text.find(base64(blob)) != std::string::npos;
        require(written || (verdict != HostKeyVerdict::known && verdict != HostKeyVerdict::revoked),
                "a key is known that is not written there");
        const KnownHosts after(text + '\n' + known_hosts_line("example.org", port, key) + '\n');
        const HostKeyVerdict pinned = after.judge("EXAMPLE.org", port, key, offered);
        require(pinned == HostKeyVerdict::known || (written && pinned == HostKeyVerdict::revoked),
                "a pinned key is not known");
        const std::vector<std::string> types = after.types("example.org", port);
        require(std::find(types.begin(), types.end(), key.type) != types.end(), "the type is not asked for");
    }
}

void try_server(const std::string& bytes) {
    std::size_t named = 0;
    if (const auto offers = server_offers(bytes)) {
        for (const auto* names :
             {&offers->key_exchanges, &offers->host_keys, &offers->ciphers, &offers->macs}) {
            for (const std::string& name : *names) {
                require(name.find(',') == std::string::npos, "two names in one");
                named += name.size() + 1;
            }
        }
    }
    require(named <= bytes.size() + 4, "more names than bytes");
    // The first packet whole, or nothing: cut off inside it, nothing is believed.
    const auto whole = server_offers(bytes);
    const auto longer = server_offers(bytes + "SSH-2.0-x\r\n");
    require(!whole || (longer && longer->host_keys == whole->host_keys), "what follows the packet matters");
    static_cast<void>(host_key(bytes));
    require(from_base64(base64(bytes)) == bytes, "base64 there and back");
    WireReader reader(bytes);
    std::size_t taken = 0;
    while (const auto text = reader.text()) {
        taken += text->size() + 4;
    }
    require(taken <= bytes.size(), "read beyond the end");
}

void try_key_file(const std::string& text) {
    const Secret passphrase("s3cr3t");
    // Deriving keys may be asked to take minutes, by whoever has made the file: its owner.
    if (text.find("ENCRYPTED") != std::string::npos) {
        return;
    }
    const KeyFile file = inspect_key_file(text, passphrase);
    require(file.kind == KeyFile::Kind::usable || file.type.empty(), "the type of what is no key");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    switch (data[0] % 3) {
        case 0:
            try_known_hosts(bytes);
            break;
        case 1:
            try_server(bytes);
            break;
        default:
            try_key_file(bytes);
            break;
    }
    return 0;
}
