#include "exchange/quarantine.hpp"

#include <nlohmann/json.hpp>

#include "support/file.hpp"

namespace obmen::exchange {

void keep_reason(const std::filesystem::path& directory, const ledger::Package& package, const Finding& fault,
                 UtcTime now) {
    if (directory.empty() || !std::filesystem::exists(directory)) {
        return;
    }
    nlohmann::json files = nlohmann::json::array();
    for (const ledger::PackageFile& file : package.files) {
        files.push_back(
            {{"name", file.name}, {"copy", file.spool_name}, {"size", file.size}, {"sha256", file.sha256}});
    }
    const nlohmann::json reason{{"package", package.id},
                                {"code", fault.message.code.text()},
                                {"text",
                                 {{"ru", full_text(fault.message, Language::russian)},
                                  {"en", full_text(fault.message, Language::english)}}},
                                {"file", fault.file},
                                {"line", fault.place.line},
                                {"column", fault.place.column},
                                {"source", package.source},
                                {"files", files},
                                {"time", utc_date_time(now)}};
    DurableFile file(directory / "reason.json");
    file.write(reason.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    file.replace();
}

}  // namespace obmen::exchange
