#include "exchange/supersession.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "commerceml/reader.hpp"
#include "crm/flag.hpp"
#include "exchange/export_part.hpp"
#include "exchange/record_source.hpp"
#include "ledger/export_age.hpp"
#include "ledger/packages.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::exchange {

namespace {

/// What a package that holds nothing but full exports is full of.
struct FullExport {
    std::set<std::string> catalogues;  ///< folded, and which part of each; offers as `Ид#`
    std::string formed_at;             ///< of the file that was formed first
};

/// The catalogue that begins with this record, if the file claims to hold all of it; an empty text for what
/// only a package with more than full exports has.
std::optional<std::string> whole_catalogue(const commerceml::Record& record) {
    const auto whole = [](std::string id, const commerceml::Text& only_changes) {
        const bool is_whole = only_changes && crm::read_flag(*only_changes) == false;
        return is_whole ? folded(trimmed(id)) : std::string();
    };
    if (const auto* catalogue = std::get_if<commerceml::Catalogue>(&record)) {
        return whole(catalogue->id, catalogue->only_changes);
    }
    if (const auto* offers = std::get_if<commerceml::OfferPackage>(&record)) {
        const std::string& id = offers->catalogue_id.empty() ? offers->id : offers->catalogue_id;
        return whole(id.empty() || id.ends_with('#') ? id : id + '#', offers->only_changes);
    }
    const bool stands_elsewhere = std::holds_alternative<commerceml::Contragent>(record) ||
                                  std::holds_alternative<commerceml::Document>(record);
    return stands_elsewhere ? std::optional(std::string()) : std::nullopt;
}

struct SurveyedFile {
    std::string name;
    std::filesystem::path path;
};

/// Adds what the file is full of. \returns false if it holds anything else
bool survey_file(const SurveyedFile& file, const RecordSources& sources, FullExport& found) {
    commerceml::FileInput input(file.path);
    const FindingSink silent = [](const Finding&) {};
    const auto source = sources.open(input, file.name, silent);
    while (const auto record = source->next()) {
        if (const std::optional<std::string> catalogue = whole_catalogue(record->record)) {
            if (catalogue->empty() || source->facts().schema_version.starts_with('3')) {
                return false;
            }
            found.catalogues.insert(*catalogue + '|' + part_of_export(*catalogue, file.name));
        }
    }
    const std::string& formed_at = source->facts().formed_at;
    if (found.formed_at.empty() || !ledger::is_as_new(formed_at, found.formed_at)) {
        found.formed_at = formed_at;
    }
    return true;
}

/// Nothing if the package holds anything else than full exports, or cannot be read.
std::optional<FullExport> survey(const ledger::Package& package, const RecordSources& sources,
                                 const std::filesystem::path& directory) {
    FullExport found;
    try {
        for (const ledger::PackageFile& file : package.files) {
            if (!survey_file({file.name, directory / file.spool_name}, sources, found)) {
                return std::nullopt;
            }
        }
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input &&
            error.finding().message.code != Code{"SYS-FILE"}) {
            throw;
        }
        return std::nullopt;  // what is wrong with it is found when it is planned
    }
    return found.catalogues.empty() ? std::nullopt : std::optional(std::move(found));
}

bool makes_needless(const FullExport& newer, const FullExport& older) {
    return std::ranges::includes(newer.catalogues, older.catalogues) &&
           ledger::is_as_new(newer.formed_at, older.formed_at);
}

}  // namespace

void note_superseded(ledger::Database& database, const std::vector<std::string>& packages,
                     const std::filesystem::path& spool, const config::Settings& settings) {
    ledger::Packages rows(database);
    std::vector<ledger::Package> unread;
    for (const std::string& id : packages) {
        ledger::Package package = rows.find(id).value();
        if (package.state == ledger::PackageState::received && !package.was_planned) {
            unread.push_back(std::move(package));
        }
    }
    if (unread.size() < 2) {
        return;
    }
    const RecordSources sources(settings);
    std::optional<FullExport> newer;
    std::string newer_id;
    for (auto package = unread.rbegin(); package != unread.rend(); ++package) {
        std::optional<FullExport> older = survey(*package, sources, spool / package->id);
        // A person who hands a file over expects the full answer.
        if (newer && older && !package->origin.empty() && makes_needless(*newer, *older)) {
            rows.set_other(package->id, newer_id);
            continue;
        }
        newer = std::move(older);
        newer_id = package->id;
    }
}

}  // namespace obmen::exchange
