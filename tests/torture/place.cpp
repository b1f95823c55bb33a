#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <regex>

#include "harness/temporary_directory.hpp"
#include "torture/world.hpp"

namespace obmen::torture {

namespace {

/// The value of `key = "…"` in settings, empty if there is none.
std::string value_of(const std::string& settings, const std::string& key) {
    const std::size_t at = settings.find(key + " = \"");
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + key.size() + 4;
    return settings.substr(begin, settings.find('"', begin) - begin);
}

}  // namespace

Place::Place(std::string name, const tests::SourceKind& kind, Shop shop)
    : m_name(std::move(name)), m_place(kind.make()), m_shop(std::move(shop)) {
    // Two servers of one host are taken for one: their folders must not have the same name.
    for (const std::string& folder : {out_folder(), in_folder()}) {
        std::filesystem::create_directories(m_place->served() / folder);
        ::chmod((m_place->served() / folder).c_str(), 0777);
    }
    if (m_place->port() != 0) {
        m_is_plain = m_place->settings(out_folder()).find("url = \"ftp://") != std::string::npos;
        m_proxy = std::make_unique<fault_proxy::FaultProxy>(
            fault_proxy::Options{.server_port = m_place->port(), .ftp = m_is_plain});
    }
}

std::string Place::settings(const std::filesystem::path& directory) const {
    return fmt::format(
        "[[source]]\nname = \"{}\"\npoll_seconds = 20\nsettle_seconds = 10\nstub_seconds = 600\n"
        "partner_seconds = 100\n{}[source.receipts]\n{}",
        m_name, by_way(m_place->settings(out_folder()), directory),
        by_way(m_place->settings(in_folder()), directory));
}

/// The proxy's port instead of the server's, and less patience.
std::string Place::by_way(std::string settings, const std::filesystem::path& directory) const {
    if (!m_proxy) {
        return settings;
    }
    const std::string direct = ":" + std::to_string(m_place->port());
    const std::string way = ":" + std::to_string(m_proxy->port());
    if (const std::string known_hosts = value_of(settings, "known_hosts"); !known_hosts.empty()) {
        const std::filesystem::path own = directory / (m_name + ".known_hosts");
        tests::write_file(own, replaced(tests::read_file(known_hosts), direct, way));
        settings = replaced(std::move(settings), known_hosts, own.string());
    }
    settings = replaced(std::move(settings), direct, way);
    // A handshake takes its time where many others want the processor.
    settings =
        replaced(std::move(settings), "_seconds = 10\n", m_is_plain ? "_seconds = 2\n" : "_seconds = 4\n");
    return replaced(std::move(settings), "_seconds = 3000\n", "_seconds = 200\n");
}

std::vector<std::string> Place::secrets() const {
    const std::string file = value_of(m_place->settings(out_folder()), "password");
    if (file.empty()) {
        return {};
    }
    std::string secret = tests::read_file(file.substr(1));
    secret.erase(secret.find_last_not_of('\n') + 1);
    // A word like «secret» stands in texts of its own right.
    return secret.size() >= 10 ? std::vector<std::string>{secret} : std::vector<std::string>{};
}

std::filesystem::path Place::out() const {
    return m_is_away ? m_away : m_place->served() / out_folder();
}

std::filesystem::path Place::in() const {
    return m_place->served() / in_folder();
}

void Place::put(const std::string& file, const std::string& bytes) {
    if (!m_is_away) {
        m_place->put(out_folder() + "/" + file, bytes);
        return;
    }
    tests::write_file(m_away / (file + ".tmp"), bytes);
    std::filesystem::rename(m_away / (file + ".tmp"), m_away / file);
}

void Place::append(const std::string& file, std::string_view bytes) const {
    std::ofstream(out() / file, std::ios::app | std::ios::binary) << bytes;
}

void Place::go_away() {
    if (!m_is_away) {
        m_away = m_place->go_away(out_folder());
        m_is_away = true;
    }
}

void Place::come_back() {
    if (m_is_away) {
        m_place->come_back(out_folder());
        m_is_away = false;
    }
}

}  // namespace obmen::torture
