#include "exchange/record_memory.hpp"

#include <array>
#include <optional>
#include <utility>

#include "exchange/repeats.hpp"
#include "support/hash.hpp"

namespace obmen::exchange {

namespace {

template <std::size_t Count>
std::uint64_t combined(const std::array<std::uint64_t, Count>& values) {
    return quick_hash({reinterpret_cast<const char*>(values.data()), sizeof values});
}

/// Товар or Предложение.
std::optional<ledger::RecordKind> kind_of(const commerceml::Record& record) {
    if (std::holds_alternative<commerceml::Product>(record)) {
        return ledger::RecordKind::product;
    }
    return std::holds_alternative<commerceml::Offer>(record) ? std::optional(ledger::RecordKind::offer)
                                                             : std::nullopt;
}

bool is_reference_data(const commerceml::Record& record) {
    return !kind_of(record) && !std::holds_alternative<commerceml::Contragent>(record) &&
           !std::holds_alternative<commerceml::Document>(record);
}

/// What of an announcement other records' findings depend on.
std::uint64_t hash_of_flags(const commerceml::Record& record) {
    const auto* const classifier = std::get_if<commerceml::Classifier>(&record);
    return classifier != nullptr ? quick_hash(classifier->only_changes.value_or("")) : 0;
}

}  // namespace

RecordMemory::RecordMemory(const config::Settings& settings, Rooms rooms)
    : m_rooms(std::move(rooms)), m_context(quick_hash(hash_of_meaning(settings))) {}

void RecordMemory::begin_file(std::string name) {
    m_file = std::move(name);
    m_list = 0;
}

void RecordMemory::begin(const commerceml::LocatedRecord& record, const commerceml::FileFacts& facts) {
    if (const std::optional<ledger::RecordKind> kind = kind_of(record.record)) {
        m_remarks = remarks();
        m_revision = m_rooms.references.revision(*kind);
        m_rooms.planning.begin_record(*kind);
    } else if (const auto* const catalogue = std::get_if<commerceml::Catalogue>(&record.record)) {
        m_list = combined<3>({1, quick_hash(catalogue->id), quick_hash(facts.schema_version)});
    } else if (const auto* const offers = std::get_if<commerceml::OfferPackage>(&record.record)) {
        m_list = combined<4>(
            {2, quick_hash(offers->id), quick_hash(offers->catalogue_id), quick_hash(facts.schema_version)});
    } else if (is_reference_data(record.record)) {
        m_context =
            combined<4>({m_context, record.record.index(), record.raw_hash, hash_of_flags(record.record)});
    }
}

void RecordMemory::end(const commerceml::LocatedRecord& record, bool told_by_outline) {
    const std::optional<ledger::RecordKind> kind = kind_of(record.record);
    if (!kind) {
        return;
    }
    crm::Converter::Trace trace = m_rooms.converter.last();
    const bool is_quiet = remarks() == m_remarks && trace.is_quiet;
    // A record that teaches something is read once more with what it has taught.
    const bool has_taught = m_rooms.references.revision(*kind) != m_revision;
    if (!told_by_outline || !is_quiet || has_taught || !m_rooms.converter.may_pass_over()) {
        m_rooms.planning.end_record(nullptr);
        return;
    }
    m_paths.clear();
    if (const auto* const product = std::get_if<commerceml::Product>(&record.record)) {
        for (const commerceml::Product::Picture& picture : product->pictures) {
            m_paths.push_back(picture.path);
        }
    }
    const ledger::Planning::RecordStamp stamp{stamp_of(record.raw_hash, *kind, hash_of_pictures(m_paths)),
                                              std::move(trace.additions)};
    m_rooms.planning.end_record(&stamp);
}

bool RecordMemory::pass_over(const commerceml::RecordOutline& outline) {
    const ledger::RecordKind kind =
        outline.is_offer ? ledger::RecordKind::offer : ledger::RecordKind::product;
    const std::optional<ledger::KnownRecords::Known> known = m_rooms.planning.find_known(
        kind, stamp_of(outline.raw_hash, kind, hash_of_pictures(outline.pictures)));
    if (!known || !m_rooms.converter.may_pass_over() || !m_rooms.converter.pass_over(outline, m_found)) {
        return false;
    }
    m_rooms.check.pass_over(outline);
    const bool has_empty_characteristic = outline.is_offer && outline.id.ends_with('#');
    m_rooms.planning.pass_over(
        *known, kind, has_empty_characteristic ? outline.id.substr(0, outline.id.size() - 1) : outline.id,
        m_file, outline.place);
    add_again(known->additions, outline);
    ++(outline.is_offer ? m_offers : m_products);
    return true;
}

/// The first of its kind at once: its properties are in use from here on. The rest at the end.
void RecordMemory::add_again(std::int64_t additions, const commerceml::RecordOutline& outline) {
    Addition& addition = m_additions[additions];
    if (addition.times++ == 0) {
        addition.text = m_rooms.planning.additions(additions);
        addition.first_id = outline.id;
        addition.file = m_file;
        addition.place = outline.place;
        m_rooms.converter.add_again(addition.text, 1, outline.id, m_file, outline.place);
    }
}

void RecordMemory::finish() {
    for (const auto& [number, addition] : m_additions) {
        if (addition.times > 1) {
            m_rooms.converter.add_again(addition.text, addition.times - 1, addition.first_id, addition.file,
                                        addition.place);
        }
    }
    m_additions.clear();
    if (m_rooms.check.was_declared_late()) {
        // What is declared behind the records that speak of it was not there to be missed.
        m_rooms.references.raise_revisions();
    }
}

std::uint64_t RecordMemory::stamp_of(std::uint64_t raw_hash, ledger::RecordKind kind,
                                     std::uint64_t hash_of_pictures) const {
    const std::uint64_t stamp =
        combined<6>({raw_hash, m_context, m_list, hash_of_pictures, static_cast<std::uint64_t>(kind),
                     static_cast<std::uint64_t>(m_rooms.references.revision(kind))});
    return stamp == 0 ? 1 : stamp;
}

std::uint64_t RecordMemory::hash_of_pictures(const std::vector<std::string>& paths) {
    m_found.clear();
    if (paths.empty() || !m_rooms.converter.sends_pictures()) {
        return 0;
    }
    std::uint64_t hash = 1;
    for (const std::string& path : paths) {
        const std::optional<crm::Pictures::Picture> picture = m_rooms.picture(path, m_file);
        m_found.push_back(picture.has_value());
        hash = combined<2>({hash, picture ? quick_hash(picture->sha256) : 0});
    }
    return hash;
}

}  // namespace obmen::exchange
