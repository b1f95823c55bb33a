#include "alerts/alert_place.hpp"

#include <fmt/format.h>

#include <optional>
#include <string_view>

#include "ledger/packages.hpp"

namespace obmen::alerts {

namespace {

std::string package_place(const std::string& id, ledger::Database& database, bool russian) {
    std::string place = fmt::format("{} {}", russian ? "пакет" : "package", id);
    const std::optional<ledger::Package> package = ledger::Packages(database).find(id);
    if (!package) {
        return place;
    }
    if (!package->files.empty()) {
        place += fmt::format(", {} {}", russian ? "файл" : "file", package->files.front().name);
    }
    if (!package->origin.empty()) {
        place += fmt::format(", {} {}", russian ? "источник" : "source", package->origin);
    }
    return place;
}

}  // namespace

std::string place_of(const std::string& cause, ledger::Database& database, Language language) {
    const bool russian = language == Language::russian;
    const std::size_t colon = cause.find(':');
    if (colon == std::string::npos) {
        return {};
    }
    const std::string_view kind = std::string_view(cause).substr(0, colon);
    const std::string name = cause.substr(colon + 1);
    if (kind == "package" || kind == "held" || kind == "expired") {
        return package_place(name, database, russian);
    }
    if (kind == "receipts") {
        return fmt::format("{} {}", russian ? "квитанции источника" : "receipts of source", name);
    }
    return fmt::format("{} {}", russian ? "источник" : "source", name);
}

}  // namespace obmen::alerts
