#include "commands/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <ostream>

#include "support/file.hpp"

namespace obmen::commands {

namespace {

std::string entity_name(crm::EntityKind kind, Language language) {
    const bool russian = language == Language::russian;
    switch (kind) {
        case crm::EntityKind::section:
            return russian ? "разделы" : "sections";
        case crm::EntityKind::product:
            return russian ? "товары" : "products";
        case crm::EntityKind::company:
            return russian ? "компании" : "companies";
        case crm::EntityKind::contact:
            return russian ? "контакты" : "contacts";
        case crm::EntityKind::deal:
            return russian ? "сделки" : "deals";
        case crm::EntityKind::property:
            return russian ? "свойства товаров" : "product properties";
        case crm::EntityKind::requisite:
            return russian ? "реквизиты" : "requisites";
        case crm::EntityKind::bank_account:
            return russian ? "банковские счета" : "bank accounts";
        case crm::EntityKind::address:
            return russian ? "адреса" : "addresses";
        case crm::EntityKind::deal_rows:
            return russian ? "товары в сделках" : "product rows of deals";
        case crm::EntityKind::company_link:
            return russian ? "связи контактов с компаниями" : "links of contacts to companies";
        case crm::EntityKind::pictures:
            return russian ? "картинки товаров" : "product pictures";
    }
    return {};
}

std::uint64_t batches(std::uint64_t commands) {
    return (commands + portal::batch_commands - 1) / portal::batch_commands;
}

}  // namespace

Progress::Progress(std::ostream& out, bool visible, Language language)
    : m_out(out), m_visible(visible), m_language(language) {}

Progress::~Progress() {
    if (m_visible) {
        m_out << "\r\x1B[K" << std::flush;
    }
}

void Progress::show(const delivery::DeliveryProgress& state) {
    if (!m_visible) {
        return;
    }
    const bool russian = m_language == Language::russian;
    m_out << "\r\x1B[K"
          << fmt::format(
                 fmt::runtime(russian ? "Отправлено {} из {}, запросов {}" : "{} of {} sent, {} requests"),
                 state.settled, std::max(state.settled, state.total), state.requests)
          << std::flush;
}

void show_plan(std::ostream& out, const ledger::Pending& pending, const config::Settings& settings,
               bool json) {
    std::uint64_t creations = 0;
    std::uint64_t updates = 0;
    const bool russian = settings.language == Language::russian;
    nlohmann::json kinds = nlohmann::json::object();
    for (const ledger::Pending::Count& count : pending.counts()) {
        creations += count.creations;
        updates += count.updates;
        kinds[entity_name(count.kind, Language::english)] = {{"create", count.creations},
                                                             {"update", count.updates}};
        if (!json) {
            out << fmt::format(fmt::runtime(russian ? "  будет отправлено, {}: создать {}, изменить {}\n"
                                                    : "  to be sent, {}: create {}, update {}\n"),
                               entity_name(count.kind, settings.language), count.creations, count.updates);
        }
    }
    // One to start up, look-ups of 50 keys a command, then the writes (reference bitrix24-rest.md §13.3).
    const std::uint64_t commands = creations + updates;
    const std::uint64_t look_ups =
        batches((creations + portal::keys_per_lookup - 1) / portal::keys_per_lookup);
    const std::uint64_t requests = commands == 0 ? 0 : 1 + look_ups + batches(commands);
    const double seconds = std::max(
        0.0, (static_cast<double>(requests) - settings.portal.burst) / settings.portal.requests_per_second);
    if (json) {
        out << nlohmann::json{{"plan", kinds},
                              {"requests_at_most", requests},
                              {"seconds_at_the_limit", std::ceil(seconds)}}
                   .dump()
            << "\n";
        return;
    }
    out << fmt::format(
        fmt::runtime(
            russian ? "  запросов к порталу: не больше {}; ожидание из-за ограничений портала: {:.0f} с\n"
                    : "  requests to the portal: at most {}; waiting for the portal's limits: {:.0f} s\n"),
        requests, std::ceil(seconds));
}

TemporaryDirectory::TemporaryDirectory()
    : m_path(std::filesystem::temp_directory_path() / ("obmen-" + new_package_id())) {
    make_directories(m_path);
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

}  // namespace obmen::commands
