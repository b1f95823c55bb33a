#include "exchange/package_reading.hpp"

#include <utility>

#include "arrival/pictures.hpp"
#include "checks/checks.hpp"
#include "checks/package_check.hpp"
#include "commerceml/reader.hpp"
#include "crm/converter.hpp"
#include "crm/mapping_gaps.hpp"
#include "exchange/catalogue_membership.hpp"
#include "exchange/export_part.hpp"
#include "exchange/finding_filter.hpp"
#include "exchange/record_memory.hpp"
#include "ledger/export_age.hpp"
#include "ledger/planning.hpp"
#include "ledger/references.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::exchange {

namespace {

/// More findings than this help nobody; the rest is counted.
constexpr std::uint64_t most_findings = 10'000;

/// Writes findings into the ledger, as many as a receipt can hold.
class FindingRecorder {
  public:
    /// A silent one takes nothing: a package that is planned once more has its findings already.
    FindingRecorder(ledger::Packages& packages, std::string package_id, bool silent)
        : m_packages(packages), m_package_id(std::move(package_id)), m_silent(silent) {}

    void take(const Finding& finding) {
        ++m_given;
        if (!m_silent && m_count++ < most_findings) {
            m_packages.add_finding(m_package_id, finding);
        }
    }
    /// Grows with each finding, kept or not.
    [[nodiscard]] std::uint64_t given() const { return m_given; }
    void finish() {
        if (m_count > most_findings) {
            Message message{"PKG-MORE-FINDINGS", {std::to_string(m_count - most_findings)}};
            m_packages.add_finding(m_package_id,
                                   {.severity = Severity::warning, .message = std::move(message)});
        }
    }

  private:
    ledger::Packages& m_packages;
    std::string m_package_id;
    bool m_silent;
    std::uint64_t m_count = 0;
    std::uint64_t m_given = 0;
};

/// The object that has a row in the receipt for a record; nothing for reference data.
using RowObject = crm::OfferObject;

RowObject row_object(crm::SourceKind kind, const std::string& id) {
    return {crm::make_key(kind, id), id};
}

std::optional<RowObject> row_object(const commerceml::Record& record, const crm::References& references) {
    using Object = std::optional<RowObject>;
    return std::visit(
        [&](const auto& object) -> Object {
            using Type = std::decay_t<decltype(object)>;
            if constexpr (std::is_same_v<Type, commerceml::Group>) {
                return row_object(crm::SourceKind::group, object.id);
            } else if constexpr (std::is_same_v<Type, commerceml::Product>) {
                return row_object(crm::SourceKind::product, object.id);
            } else if constexpr (std::is_same_v<Type, commerceml::Offer>) {
                return crm::offer_object(references, object.id);
            } else if constexpr (std::is_same_v<Type, commerceml::Contragent>) {
                return row_object(crm::SourceKind::contragent, object.id);
            } else if constexpr (std::is_same_v<Type, commerceml::Document>) {
                return row_object(crm::SourceKind::document, object.id);
            } else if constexpr (std::is_same_v<Type, commerceml::Property>) {
                return row_object(crm::SourceKind::property, object.id);
            } else {
                return std::nullopt;
            }
        },
        record);
}

/// The object that records in conflict speak of.
RowObject object_of(const checks::Conflict& conflict, const crm::References& references) {
    const std::string& id = conflict.finding.object_id;
    switch (conflict.of) {
        case checks::Conflict::Of::product:
            return row_object(crm::SourceKind::product, id);
        case checks::Conflict::Of::offer:
            return crm::offer_object(references, id);
        case checks::Conflict::Of::contragent:
            return row_object(crm::SourceKind::contragent, id);
        case checks::Conflict::Of::document:
            return row_object(crm::SourceKind::document, id);
    }
    return {};
}

/// What of an object its offers alone speak of, where the catalogue has brought it; else all of it (empty).
std::vector<std::string> groups_in_conflict(const checks::Conflict& conflict, const crm::EntityKey& key,
                                            const crm::References& references, const crm::Mapping& mapping) {
    const bool only_prices = conflict.of == checks::Conflict::Of::offer &&
                             key.kind == crm::SourceKind::product && references.product(key.id).has_value();
    return only_prices ? crm::groups_of_offers(mapping) : std::vector<std::string>{};
}

}  // namespace

struct PackageReading::State {
    State(ledger::Database& database, const ledger::Package& package, const config::Settings& settings,
          const crm::Mapping& mapping, const RecordSources& sources, const std::filesystem::path& directory,
          ShortWay short_way)
        : m_database(database),
          m_source_system(settings.source_system),
          m_takes_stale(package.takes_stale || package.was_planned),
          m_packages(database),
          m_package(package),
          m_mapping(mapping),
          m_sources(sources),
          m_directory(directory),
          m_pictures(directory),
          m_recorder(m_packages, package.id, package.was_planned),
          m_findings(without_settled([this](const Finding& finding) { m_recorder.take(finding); },
                                     mapping.product.default_currency)),
          m_references(database, settings.source_system),
          m_planning(database, package.id, settings.source_system, objects_of(package)),
          m_membership(m_planning),
          m_converter(
              mapping, m_references,
              {[this](const crm::Wish& wish) { m_planning.stage(wish); },
               [this](const crm::LeftOut& object) { m_planning.leave_out(object); },
               [this](const Finding& finding) { m_recorder.take(finding); },
               [this](const std::string& path, const std::string& file) { return picture(path, file); },
               [this](const crm::LeftOut& object) { m_planning.withdraw(object); },
               [this](const crm::FoldedInto& variant) { m_planning.fold(variant); }}),
          m_check([this](const Finding& finding) { m_recorder.take(finding); },
                  [this](const checks::Conflict& conflict) { withdraw(conflict); }, checks::Next::conversion),
          m_passes(short_way == ShortWay::taken) {
        if (package.was_planned) {
            return;  // only some of its objects have their turn
        }
        m_memory.emplace(settings,
                         RecordMemory::Rooms{m_planning, m_references, m_converter, m_check,
                                             [this](const std::string& path, const std::string& file) {
                                                 return picture(path, file);
                                             },
                                             [this] { return m_recorder.given(); }});
        m_planning.begin_short_way(settings.receipts.list_unchanged_up_to);
    }

    RecordCounts read() {
        std::vector<NamedFile> files;
        for (const ledger::PackageFile& file : m_package.files) {
            files.push_back({file.name, m_directory / file.spool_name});
        }
        for (const NamedFile& file : in_reading_order(std::move(files), m_sources)) {
            read_file(file);
        }
        if (m_memory) {
            m_memory->finish();
            m_counts[commerceml::Record(commerceml::Product{}).index()] += m_memory->products();
            m_counts[commerceml::Record(commerceml::Offer{}).index()] += m_memory->offers();
        }
        m_converter.finish();
        m_check.finish();
        tell_gaps();
        m_recorder.finish();
        m_planning.flush();
        return m_counts;
    }
    [[nodiscard]] std::uint64_t passed_over() const {
        return m_memory ? m_memory->products() + m_memory->offers() : 0;
    }

    static ledger::Planning::Of objects_of(const ledger::Package& package) {
        if (package.retrying) {
            return ledger::Planning::Of::failed_objects;
        }
        return package.was_planned ? ledger::Planning::Of::absent_objects : ledger::Planning::Of::all_objects;
    }

    void read_file(const NamedFile& file) {
        commerceml::FileInput input(file.path);
        const FindingSink warnings = [this](const Finding& finding) { m_recorder.take(finding); };
        const auto source = m_sources.open(input, file.name, warnings);
        const std::uint64_t before = total();
        m_check.begin_file(file.name);
        if (m_memory) {
            m_memory->begin_file(file.name);
        }
        if (m_memory && m_passes) {
            source->ask_before_reading(
                [this](const commerceml::RecordOutline& outline) { return m_memory->pass_over(outline); });
        }
        bool is_first = true;
        while (auto record = source->next()) {
            if (std::exchange(is_first, false)) {
                m_converter.begin_file(source->facts().schema_version);
                m_membership.begin_file(source->facts().schema_version);
            }
            ++m_counts[record->record.index()];
            if (m_memory) {
                m_memory->begin(*record, source->facts());
            }
            m_check.take(*record);
            if (const auto whole = m_membership.take(record->record); whole && !m_takes_stale) {
                refuse_stale(*whole, *source, file.name);
            }
            take(*record, file.name);
            if (m_memory) {
                m_memory->end(*record, source->is_told_by_outline());
            }
        }
        m_check.end_file(source->facts().schema_version);
        m_membership.end_file(source->facts().schema_version);
        m_packages.set_formed_at(m_package.id, file.name, source->facts().formed_at);
        if (total() == before) {
            m_recorder.take(
                {.severity = Severity::warning, .message = Message{"CML-NO-DATA"}, .file = file.name});
        }
    }

    /// A full export that is older than the one that has been applied would take everything back. Packets of
    /// 3.x are never full.
    void refuse_stale(const std::string& catalogue, const commerceml::RecordSource& source,
                      const std::string& file) {
        if (source.facts().schema_version.starts_with('3')) {
            return;
        }
        const std::string& formed_at = source.facts().formed_at;
        if (const auto newer = ledger::newer_export(
                m_database, m_package.id, m_source_system, catalogue, formed_at,
                [&](const std::string& other) { return is_same_part(catalogue, file, other); })) {
            throw Error(
                FailureClass::bad_input,
                Message{"PKG-STALE", {quotable(catalogue), formed_at, newer->formed_at, newer->package}});
        }
    }

    void take(const commerceml::LocatedRecord& record, const std::string& file) {
        std::optional<Message> error;
        const bool usable = checks::check_record(
            record, file,
            [&](const Finding& finding) {
                if (finding.severity == Severity::row_error && !error) {
                    error = finding.message;
                    return;
                }
                m_findings(finding);
            },
            checks::Next::conversion);
        if (usable) {
            m_converter.convert(record, file);
            return;
        }
        if (error) {
            leave_out(record, *error, file);
        }
    }

    /// The object that the record speaks of; of a record with two Ид, either of them may be meant.
    void leave_out(const commerceml::LocatedRecord& record, const Message& error, const std::string& file) {
        const auto object = row_object(record.record, m_references);
        if (!object) {
            m_recorder.take(
                {.severity = Severity::row_error, .message = error, .file = file, .place = record.place});
            return;
        }
        crm::LeftOut left_out{.key = object->key,
                              .source_id = object->source_id,
                              .reason = error,
                              .is_error = true,
                              .file = file,
                              .place = record.place};
        m_planning.leave_out(left_out);
        if (const auto* const offer = std::get_if<commerceml::Offer>(&record.record)) {
            if (const auto variant = crm::folded_into(m_references, offer->id, file, record.place)) {
                m_planning.fold(*variant);
                left_out.key = variant->variant;
                left_out.source_id = variant->variant_id;
                m_planning.leave_out(left_out);
            }
        }
        if (!record.other_id.empty()) {
            commerceml::Record other = record.record;
            std::visit([&](auto& named) { named.id = record.other_id; }, other);
            const auto other_object = row_object(other, m_references);
            left_out.key = other_object->key;
            left_out.source_id = other_object->source_id;
            m_planning.leave_out(left_out);
        }
    }

    void withdraw(const checks::Conflict& conflict) {
        const Finding& finding = conflict.finding;
        const RowObject object = object_of(conflict, m_references);
        m_planning.withdraw({.key = object.key,
                             .source_id = object.source_id,
                             .reason = finding.message,
                             .is_error = true,
                             .file = finding.file,
                             .place = finding.place},
                            groups_in_conflict(conflict, object.key, m_references, m_mapping));
    }

    [[nodiscard]] std::optional<crm::Pictures::Picture> picture(const std::string& path,
                                                                const std::string& file) const {
        const std::optional<arrival::SpooledFile> copy = m_pictures.find(path, file);
        if (!copy) {
            return std::nullopt;
        }
        return crm::Pictures::Picture{copy->name.substr(copy->name.rfind('/') + 1), copy->sha256,
                                      m_package.id + "/" + copy->spool_name};
    }

    template <typename... Records>
    [[nodiscard]] bool has() const {
        return ((m_counts[commerceml::Record(Records{}).index()] > 0) || ...);
    }

    /// Of the kinds that this package would make.
    void tell_gaps() {
        namespace ml = commerceml;
        for (const crm::MappingGap& gap : crm::mapping_gaps(m_mapping)) {
            const bool concerns = gap.kind == crm::EntityKind::section   ? has<ml::Group>()
                                  : gap.kind == crm::EntityKind::product ? has<ml::Product, ml::Offer>()
                                  : gap.kind == crm::EntityKind::deal    ? has<ml::Document>()
                                                                      : has<ml::Contragent, ml::Document>();
            if (concerns) {
                m_recorder.take(gap.finding);
            }
        }
    }

    [[nodiscard]] std::uint64_t total() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t count : m_counts) {
            sum += count;
        }
        return sum;
    }

    ledger::Database& m_database;
    std::string m_source_system;
    bool m_takes_stale;
    ledger::Packages m_packages;
    const ledger::Package& m_package;
    const crm::Mapping& m_mapping;
    const RecordSources& m_sources;
    std::filesystem::path m_directory;
    arrival::PictureCopiesOfPackage m_pictures;
    FindingRecorder m_recorder;
    FindingSink m_findings;  ///< of the checks of single records
    ledger::LedgerReferences m_references;
    ledger::Planning m_planning;
    CatalogueMembership m_membership;
    crm::Converter m_converter;
    checks::PackageCheck m_check;
    bool m_passes;
    std::optional<RecordMemory> m_memory;  ///< none where a package is planned once more
    RecordCounts m_counts{};
};

PackageReading::PackageReading(ledger::Database& database, const ledger::Package& package,
                               const config::Settings& settings, const crm::Mapping& mapping,
                               const RecordSources& sources, const std::filesystem::path& directory,
                               ShortWay short_way)
    : m_state(std::make_unique<State>(database, package, settings, mapping, sources, directory, short_way)) {}

PackageReading::~PackageReading() = default;

RecordCounts PackageReading::read() {
    return m_state->read();
}

std::uint64_t PackageReading::passed_over() const {
    return m_state->passed_over();
}

void PackageReading::settle() {
    m_state->m_converter.settle();
}

}  // namespace obmen::exchange
