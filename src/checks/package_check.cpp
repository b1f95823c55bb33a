#include "checks/package_check.hpp"

#include "checks/characters.hpp"
#include "checks/collisions.hpp"
#include "checks/duplicates.hpp"
#include "checks/identity.hpp"
#include "checks/lookups.hpp"
#include "checks/tally.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace obmen::checks {

namespace {

using commerceml::LocatedRecord;

template <typename T>
constexpr bool is_announcement =
    std::is_same_v<T, commerceml::Classifier> || std::is_same_v<T, commerceml::Catalogue> ||
    std::is_same_v<T, commerceml::OfferPackage>;

bool is_true(const commerceml::Text& flag) {
    return flag && (folded(*flag) == "true" || *flag == "1");
}
bool is_false(const commerceml::Text& flag) {
    return flag && (folded(*flag) == "false" || *flag == "0");
}

struct KindOfRecord {
    const char* element;
    std::optional<Conflict::Of> object{};
};

/// In the order of commerceml::Record. What a classifier holds is no object here: to use the last of two
/// descriptions does less harm than to use none, which would, for a group, leave its products without one.
constexpr std::array<KindOfRecord, std::variant_size_v<commerceml::Record>> kinds_of_records{{
    {"Классификатор"},
    {"Группа"},
    {"Свойство"},
    {"ЕдиницаИзмерения"},
    {"ТипЦены"},
    {"Склад"},
    {"Каталог"},
    {"Товар", Conflict::Of::product},
    {"ПакетПредложений"},
    {"Предложение", Conflict::Of::offer},
    {"Контрагент", Conflict::Of::contragent},
    {"Документ", Conflict::Of::document},
}};

/// `12, 40, 51, …`; with columns where a line holds several: `1:12, 1:3077`.
std::string lines_of(const std::vector<Place>& places) {
    constexpr std::size_t most = 5;
    const bool same_line = std::adjacent_find(places.begin(), places.end(), [](Place a, Place b) {
                               return a.line == b.line;
                           }) != places.end();
    std::string lines;
    for (std::size_t i = 0; i < std::min(places.size(), most); ++i) {
        lines += (i == 0 ? "" : ", ") + std::to_string(places[i].line);
        lines += same_line ? ":" + std::to_string(places[i].column) : "";
    }
    return lines + (places.size() > most ? ", …" : "");
}

}  // namespace

struct PackageCheck::State {
    State(FindingSink finding_sink, ConflictSink conflict_sink, Next next_room)
        : findings(std::move(finding_sink)), conflicts(std::move(conflict_sink)), next(next_room) {}

    void operator()(const commerceml::Classifier& classifier) {
        ++list;
        if (is_true(classifier.only_changes)) {
            lookups.expect_gaps();
        }
    }
    void operator()(const commerceml::Catalogue& catalogue) {
        ++list;
        if (is_false(catalogue.only_changes)) {
            collisions.begin_full_catalogue(catalogue.id);
        } else {
            collisions.begin_partial_catalogue();
        }
    }
    void operator()(const commerceml::OfferPackage& package) {
        ++list;
        collisions.begin_offers(package.catalogue_id);
    }
    void operator()(const commerceml::Group& group) {
        declare(Lookups::Kind::group, group.id);
        collisions.add(group, place, file);
    }
    void operator()(const commerceml::Property& property);
    void operator()(const commerceml::Unit& /*unit*/) {}
    void operator()(const commerceml::PriceType& type) { declare(Lookups::Kind::price_type, type.id); }
    void operator()(const commerceml::Warehouse& warehouse) {
        declare(Lookups::Kind::warehouse, warehouse.id);
    }
    void operator()(const commerceml::Product& product);
    void operator()(const commerceml::Offer& offer);
    void operator()(const commerceml::Contragent& contragent) { collisions.add(contragent, place, file); }
    void operator()(const commerceml::Document& /*document*/) {}

    void look_up_values(const std::vector<commerceml::Product::PropertyValue>& values,
                        const std::string& object);
    void look_at(const std::optional<commerceml::BaseUnit>& unit, const std::string& id);
    void look_at_currency(const commerceml::Text& currency, const std::string& id);
    void look_at_barcode(const commerceml::Text& barcode, const std::string& id);
    void expect_gaps() {
        lookups.expect_gaps();
        collisions.expect_gaps();
    }
    void tell_duplicates();
    void tell_conflicts(std::vector<Conflict>& found);
    [[nodiscard]] Finding finding(Severity severity, Message message, const std::string& id) const {
        return {severity, std::move(message), files.back(), place, id};
    }
    void declare(Lookups::Kind kind, std::string_view id) {
        if (!id.empty()) {
            lookups.declare(kind, identity_hash(id));
        }
    }
    void refer(Lookups::Kind kind, std::string_view id, Code code, const std::string& object_id) {
        if (!id.empty()) {
            lookups.refer(kind, identity_hash(id), [&] {
                return finding(Severity::warning, Message{code, {quotable(id)}}, object_id);
            });
        }
    }

    FindingSink findings;
    ConflictSink conflicts;
    Next next;
    std::vector<std::string> files;
    std::uint16_t file = 0;  ///< number of the one being read
    std::uint32_t list = 0;  ///< number of the list in it
    bool in_file = false;
    Place place;  ///< of the record being taken
    DuplicateFinder duplicates;
    Lookups lookups;
    Collisions collisions;
    std::uint64_t remarks = 0;
    Tally unit_codes;
    Tally currencies;
    Tally barcodes;
    Tally repeated;
    Tally redefined;
};

void PackageCheck::State::operator()(const commerceml::Property& property) {
    declare(Lookups::Kind::property, property.id);
    const Lookups::Id id = identity_hash(property.id);
    if (!property.variants.empty()) {
        lookups.declare(Lookups::Kind::property_with_list, id);
    }
    for (const commerceml::Property::Variant& variant : property.variants) {
        lookups.declare(Lookups::Kind::property_value, identity_hash(variant.id, id));
        // Some writers put the text where its id belongs.
        lookups.declare(Lookups::Kind::property_value, identity_hash(variant.value, id));
    }
    collisions.add(property, place, file);
}

void PackageCheck::State::operator()(const commerceml::Product& product) {
    collisions.add(product, place, file);
    look_at(product.base_unit, product.id);
    look_at_barcode(product.barcode, product.id);
    if (next == Next::nobody && product.group_ids) {
        for (const std::string& group : *product.group_ids) {
            refer(Lookups::Kind::group, group, "CML-GROUP-UNKNOWN", product.id);
        }
    }
    look_up_values(product.property_values, product.id);
}

/// Where a property lists no values, they are texts and may be anything.
void PackageCheck::State::look_up_values(const std::vector<commerceml::Product::PropertyValue>& values,
                                         const std::string& object) {
    for (const commerceml::Product::PropertyValue& property : values) {
        if (property.id.empty()) {
            continue;
        }
        const Lookups::Id id = identity_hash(property.id);
        lookups.refer(Lookups::Kind::property, id, [&] {
            return finding(Severity::warning, {"CML-PROPERTY-UNKNOWN", {quotable(property.id)}}, object);
        });
        if (!lookups.declares(Lookups::Kind::property_with_list, id)) {
            continue;
        }
        for (const std::string& value : property.values) {
            if (!value.empty()) {
                lookups.refer(Lookups::Kind::property_value, identity_hash(value, id), [&] {
                    return finding(Severity::warning,
                                   {"CML-PROPERTY-VALUE-UNKNOWN", {quotable(value), quotable(property.id)}},
                                   object);
                });
            }
        }
    }
}

void PackageCheck::State::operator()(const commerceml::Offer& offer) {
    collisions.add(offer, place, file);
    look_at(offer.base_unit, offer.id);
    look_at_barcode(offer.barcode, offer.id);
    look_up_values(offer.property_values, offer.id);
    if (offer.prices) {
        for (const commerceml::Offer::Price& price : *offer.prices) {
            refer(Lookups::Kind::price_type, price.type_id, "CML-PRICE-TYPE-UNKNOWN", offer.id);
            look_at_currency(price.currency, offer.id);
        }
    }
    for (const commerceml::Offer::Stock& stock : offer.stock) {
        refer(Lookups::Kind::warehouse, stock.warehouse_id, "CML-WAREHOUSE-UNKNOWN", offer.id);
    }
}

/// 1C writes OKEI codes; codes of a base's own are passed on, and the portal may not know them.
void PackageCheck::State::look_at(const std::optional<commerceml::BaseUnit>& unit, const std::string& id) {
    const std::string_view code = unit && unit->code ? trimmed(*unit->code) : std::string_view();
    if (!code.empty() && !is_unit_code(code)) {
        ++remarks;
        unit_codes.note(identity_hash(code), [&] {
            return finding(Severity::warning, {"CML-UNIT-CODE", {quotable(code)}}, id);
        });
    }
}

/// `???`, once and not for each of ten thousand prices. crm/ knows all the names that currencies have.
void PackageCheck::State::look_at_currency(const commerceml::Text& currency, const std::string& id) {
    if (next == Next::nobody && currency && currency->find('?') != std::string::npos) {
        ++remarks;
        currencies.note(identity_hash(*currency), [&] {
            return finding(Severity::warning, {"CML-CURRENCY", {quotable(*currency)}}, id);
        });
    }
}

/// Some shops number all their goods by themselves, and look like EAN-13 by chance.
void PackageCheck::State::look_at_barcode(const commerceml::Text& barcode, const std::string& id) {
    const std::string_view code = barcode ? trimmed(*barcode) : std::string_view();
    if (const char digit = missed_check_digit(code); digit != '\0') {
        ++remarks;
        barcodes.note(identity_hash(code), [&] {
            return finding(Severity::warning, {"CML-BARCODE", {std::string(code), std::string(1, digit)}},
                           id);
        });
    }
}

void PackageCheck::State::tell_duplicates() {
    // Enough to put a file's conflicts in order; a file that has more is told piece by piece.
    constexpr std::size_t most_held = 10'000;
    std::vector<Conflict> found;
    duplicates.find([&](const Duplicate& duplicate) {
        place = duplicate.places.back();
        const KindOfRecord& kind = kinds_of_records.at(duplicate.kind);
        const std::vector<std::string> arguments{kind.element, lines_of(duplicate.places)};
        const std::uint64_t subject = identity_hash(duplicate.id, duplicate.kind);
        if (duplicate.differs && kind.object) {
            found.push_back(
                {*kind.object, finding(Severity::row_error, {"CML-ID-CONFLICT", arguments}, duplicate.id)});
        } else if (duplicate.differs) {
            redefined.note(subject, [&] {
                return finding(Severity::warning, {"CML-REFERENCE-CONFLICT", arguments}, duplicate.id);
            });
        } else {
            repeated.note(subject, [&] {
                return finding(Severity::warning, {"CML-ID-REPEATED", arguments}, duplicate.id);
            });
        }
        if (found.size() == most_held) {
            tell_conflicts(found);
        }
    });
    tell_conflicts(found);
    repeated.tell(findings);
    redefined.tell(findings);
}

void PackageCheck::State::tell_conflicts(std::vector<Conflict>& found) {
    std::sort(found.begin(), found.end(), [](const Conflict& a, const Conflict& b) {
        return std::tie(a.finding.place.line, a.finding.place.column) <
               std::tie(b.finding.place.line, b.finding.place.column);
    });
    for (const Conflict& conflict : found) {
        conflicts(conflict);
    }
    found.clear();
}

PackageCheck::PackageCheck(FindingSink findings, ConflictSink conflicts, Next next)
    : m_state(std::make_unique<State>(std::move(findings), std::move(conflicts), next)) {}

PackageCheck::~PackageCheck() = default;

void PackageCheck::begin_file(std::string name) {
    State& state = *m_state;
    constexpr std::size_t most_files = 65'535;
    if (state.files.size() < most_files) {
        state.files.emplace_back();
    }
    // Beyond so many they share a number.
    state.files.back() = std::move(name);
    if (std::exchange(state.in_file, true)) {
        state.expect_gaps();  // the file before has broken off
    }
    state.file = static_cast<std::uint16_t>(state.files.size() - 1);
    state.list = 0;
    state.duplicates.clear();
}

void PackageCheck::take(const LocatedRecord& record) {
    State& state = *m_state;
    state.place = record.place;
    std::visit(
        [&](const auto& object) {
            using Type = std::decay_t<decltype(object)>;
            state(object);
            if constexpr (!is_announcement<Type>) {
                state.duplicates.add(state.list, static_cast<std::uint16_t>(record.record.index()), object.id,
                                     record.place, record.raw_hash);
            }
        },
        record.record);
}

void PackageCheck::pass_over(const commerceml::RecordOutline& outline) {
    State& state = *m_state;
    static const std::size_t product = commerceml::Record(commerceml::Product{}).index();
    static const std::size_t offer = commerceml::Record(commerceml::Offer{}).index();
    if (outline.is_offer) {
        state.collisions.add_offer(outline.id, outline.place, state.file);
    } else {
        state.collisions.add_product(outline.id, outline.barcode, outline.place, state.file);
    }
    state.duplicates.add(state.list, static_cast<std::uint16_t>(outline.is_offer ? offer : product),
                         outline.id, outline.place, outline.raw_hash);
}

std::uint64_t PackageCheck::remarks() const {
    return m_state->remarks + m_state->lookups.remarks();
}

bool PackageCheck::was_declared_late() const {
    return m_state->lookups.was_declared_late();
}

void PackageCheck::end_file(std::string_view schema_version) {
    State& state = *m_state;
    if (schema_version.starts_with('3')) {
        state.collisions.expect_gaps();
    }
    state.in_file = false;
    state.tell_duplicates();
    state.duplicates.clear();
}

void PackageCheck::finish() {
    State& state = *m_state;
    if (state.in_file) {
        state.expect_gaps();
    }
    state.lookups.tell(state.findings);
    state.unit_codes.tell(state.findings);
    state.currencies.tell(state.findings);
    state.barcodes.tell(state.findings);
    state.collisions.tell(state.findings, state.files);
}

}  // namespace obmen::checks
