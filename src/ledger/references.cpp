#include "ledger/references.hpp"

#include "ledger/compact.hpp"
#include "ledger/entities.hpp"
#include "ledger/failure.hpp"
#include "ledger/known_records.hpp"
#include "ledger/numbering.hpp"
#include "ledger/reference_rows.hpp"
#include "ledger/scoped_reset.hpp"
#include "ledger/text_list.hpp"
#include "support/text.hpp"

#include <unordered_map>
#include <utility>

namespace obmen::ledger {
namespace {

/// Remembers the last few thousand values; forgets all at once when it is full.
template <typename T>
class Cache {
  public:
    [[nodiscard]] const T* find(const std::string& key) const {
        const auto found = m_values.find(key);
        return found == m_values.end() ? nullptr : &found->second;
    }
    void put(const std::string& key, T value) {
        constexpr std::size_t most = 4096;
        if (m_values.size() >= most) {
            m_values.clear();
        }
        m_values.insert_or_assign(key, std::move(value));
    }
    void clear() { m_values.clear(); }

  private:
    std::unordered_map<std::string, T> m_values;
};

/// The price type that is sent, among those pinned by name.
constexpr std::string_view price_type_pin = "price_type";
/// entity.state of a group that a classifier has described.
constexpr std::int64_t described = 1;

std::string cache_key(crm::References::FactKind kind, const std::string& key) {
    return std::to_string(static_cast<int>(kind)) + ' ' + key;
}

std::string key_of(std::string_view id) {
    return folded(tidied(id));
}

/// The folded Ид of a product, where a fact is what it hands down.
std::optional<std::string_view> product_that_hands_down(crm::References::FactKind kind,
                                                        std::string_view fact_key) {
    const bool hands_down = kind == crm::References::FactKind::source_value &&
                            fact_key.starts_with(crm::handed_down_fact) &&
                            fact_key.size() > crm::handed_down_fact.size();
    return hands_down ? std::optional(fact_key.substr(crm::handed_down_fact.size())) : std::nullopt;
}

/// A product that has a row, and the row of its group.
struct GroupedProduct {
    std::int64_t entity = 0;
    std::string id;
    std::int64_t group = 0;
};

/// The product last asked for: a record asks several times.
struct KnownProduct {
    std::string key;  ///< folded
    std::optional<std::int64_t> entity;
    std::optional<crm::References::Inherited> inherited;
    bool is_new = false;        ///< it has got its row just now, and has handed nothing down
    std::int64_t changes = -1;  ///< of the ledger, when it was looked up: true as long as nothing is written
};

}  // namespace

struct LedgerReferences::State {
    State(Database& ledger, std::string_view source_system)
        : database(ledger),
          entities(ledger, Numbering(ledger, Numbering::Of::source_system).number_of(source_system)),
          rows(ledger, entities.source_system()) {}

    /// What was remembered while a transaction ran that was rolled back is not in the ledger.
    void forget_rolled_back() {
        if (rollbacks != database.rollbacks()) {
            rollbacks = database.rollbacks();
            price_types.clear();
            units.clear();
            groups.clear();
            group_ids.clear();
            facts.clear();
            last_product = {};
        }
    }

    KnownProduct& look_up(std::string_view product_key);
    void hand_down(std::string_view product_key, const std::vector<std::string>& texts);
    std::optional<std::vector<std::string>> handed_down(std::string_view product_key);

    std::int64_t group_entity(const std::string& group_key);
    void forget_offers(const std::string& product_key, const std::optional<std::int64_t>& product);
    std::vector<GroupedProduct> products_after(std::int64_t entity);
    std::string encoded(const Inherited& inherited);
    Inherited decoded(std::string_view bytes);

    Database& database;
    Entities entities;
    ReferenceRows rows;
    std::uint64_t rollbacks = 0;
    Cache<PriceType> price_types;
    Cache<std::optional<Unit>> units;       ///< also names that are no unit's: files of 2.x have only those
    Cache<std::int64_t> groups;             ///< described ones
    Cache<std::int64_t> group_ids;          ///< mentioned ones: row by key
    Cache<std::vector<std::string>> facts;  ///< by kind and key
    KnownProduct last_product;
};

KnownProduct& LedgerReferences::State::look_up(std::string_view product_key) {
    if (last_product.changes == database.changes() && last_product.key == product_key) {
        return last_product;
    }
    KnownProduct found{std::string(product_key), std::nullopt, std::nullopt, false, database.changes()};
    std::optional<std::string> bytes;
    {
        Statement& query = database.statement(
            "SELECT id, inherited FROM entity WHERE source_system = ? AND key_hash = ? AND source_kind = ?"
            " AND source_key = ?");
        const ScopedReset reset(query);
        StoredKey({crm::SourceKind::product, found.key}).bind(query.bind(entities.source_system()));
        if (query.next()) {
            found.entity = query.integer(0);
            bytes = query.is_null(1) ? std::nullopt : std::optional(query.text(1));
        }
    }
    if (bytes) {
        found.inherited = decoded(*bytes);
    }
    last_product = std::move(found);
    return last_product;
}

void LedgerReferences::State::hand_down(std::string_view product_key, const std::vector<std::string>& texts) {
    database.transaction([&] {
        KnownProduct& known = look_up(product_key);
        if (!known.entity) {
            known.entity = entities.add({crm::SourceKind::product, std::string(product_key)}, product_key);
        }
        database
            .statement(
                "INSERT INTO handed_down (entity, data) VALUES (?, ?) ON CONFLICT DO UPDATE SET data ="
                " excluded.data WHERE data <> excluded.data")
            .bind(*known.entity)
            .bind_blob(packed_text_list(texts))
            .run();
        known.is_new = false;
        known.changes = database.changes();
    });
}

std::optional<std::vector<std::string>> LedgerReferences::State::handed_down(std::string_view product_key) {
    const KnownProduct& known = look_up(product_key);
    if (!known.entity || known.is_new) {
        return std::nullopt;
    }
    Statement& query =
        database.statement("SELECT data FROM handed_down WHERE entity = ?").bind(*known.entity);
    const ScopedReset reset(query);
    return query.next() ? std::optional(text_list_in(query, 0)) : std::nullopt;
}

std::int64_t LedgerReferences::State::group_entity(const std::string& group_key) {
    if (const std::int64_t* known = group_ids.find(group_key)) {
        return *known;
    }
    const std::int64_t id = entities.find_or_add({crm::SourceKind::group, group_key}, group_key);
    group_ids.put(group_key, id);
    return id;
}

/// From a product's first Товар on, offers of its Ид mean something else.
void LedgerReferences::State::forget_offers(const std::string& product_key,
                                            const std::optional<std::int64_t>& product) {
    if (product) {
        forget_known(database, *product);
    }
    if (product_key.find('#') != std::string::npos) {
        if (const auto variant = entities.find({crm::SourceKind::variant, product_key})) {
            forget_known(database, *variant);
        }
    }
}

/// A page of those that stand in a group and that the CRM has or is to have; empty: there are no more. Pages,
/// for who asks writes meanwhile.
std::vector<GroupedProduct> LedgerReferences::State::products_after(std::int64_t entity) {
    Statement& query = database.statement(
        "SELECT id, source_key, source_id, inherited FROM entity e WHERE id > ? AND source_system = ? AND"
        " source_kind = ? AND hex(substr(inherited, 1, 1)) IN ('01', '03', '05', '07') AND (remote_id IS NOT"
        " NULL OR EXISTS (SELECT 1 FROM pending p WHERE p.entity = e.id) OR EXISTS (SELECT 1 FROM parked k"
        " WHERE k.entity = e.id) OR id IN (SELECT entity FROM staged)) ORDER BY id LIMIT 1000");
    const ScopedReset reset(query);
    query.bind(entity).bind(entities.source_system());
    query.bind(static_cast<std::int64_t>(crm::SourceKind::product));
    std::vector<GroupedProduct> page;
    while (query.next()) {
        GroupedProduct& product = page.emplace_back();
        product.entity = query.integer(0);
        product.id = query.is_null(2) ? id_in(query, 1) : query.text(2);
        const std::string inherited = query.text(3);
        std::string_view group = std::string_view(inherited).substr(1);
        product.group = static_cast<std::int64_t>(take_number(group).value_or(0));
    }
    return page;
}

/// One byte of what is there; the section as its row; the unit's length and text; the rate.
std::string LedgerReferences::State::encoded(const Inherited& inherited) {
    const unsigned present =
        (inherited.section_id ? 1U : 0U) | (inherited.unit_code ? 2U : 0U) | (inherited.vat ? 4U : 0U);
    std::string out(1, static_cast<char>(present));
    if (inherited.section_id) {
        const bool root = inherited.section_id->empty();
        append_number(out,
                      root ? 0 : static_cast<std::uint64_t>(group_entity(key_of(*inherited.section_id))));
    }
    if (inherited.unit_code) {
        append_number(out, inherited.unit_code->size());
        out += *inherited.unit_code;
    }
    return out + inherited.vat.value_or("");
}

crm::References::Inherited LedgerReferences::State::decoded(std::string_view bytes) {
    Inherited inherited;
    if (bytes.empty()) {
        return inherited;
    }
    const auto present = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if ((present & 1U) != 0) {
        const auto group = static_cast<std::int64_t>(take_number(bytes).value_or(0));
        inherited.section_id = group == 0 ? std::string() : written_id(database, group);
    }
    if ((present & 2U) != 0) {
        const auto size = static_cast<std::size_t>(take_number(bytes).value_or(0));
        inherited.unit_code = bytes.substr(0, size);
        bytes.remove_prefix(std::min(size, bytes.size()));
    }
    if ((present & 4U) != 0) {
        inherited.vat = bytes;
    }
    return inherited;
}

LedgerReferences::LedgerReferences(Database& database, const std::string& source_system)
    : m_state(std::make_unique<State>(database, source_system)) {}

LedgerReferences::~LedgerReferences() = default;

void LedgerReferences::remember_price_type(std::string_view id, const PriceType& type) {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    const PriceType* const known = m_state->price_types.find(key);
    if (known != nullptr && known->name == type.name && known->currency == type.currency &&
        known->tax_included == type.tax_included) {
        return;
    }
    m_state->rows.put(ReferenceKind::price_type, key, id, {type.name, type.currency, type.tax_included});
    m_state->price_types.put(key, type);
}

std::optional<crm::References::PriceType> LedgerReferences::price_type(std::string_view id) const {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    if (const PriceType* const known = m_state->price_types.find(key)) {
        return *known;
    }
    const std::optional<ReferenceRow> row = m_state->rows.find(ReferenceKind::price_type, key);
    if (!row) {
        return std::nullopt;
    }
    PriceType type{row->data.at(0), row->data.at(1), row->data.at(2)};
    m_state->price_types.put(key, type);
    return type;
}

std::vector<std::pair<std::string, crm::References::PriceType>> LedgerReferences::price_types() const {
    std::vector<std::pair<std::string, PriceType>> types;
    for (ReferenceRow& row : m_state->rows.all(ReferenceKind::price_type)) {
        types.emplace_back(std::move(row.key), PriceType{row.data.at(0), row.data.at(1), row.data.at(2)});
    }
    return types;
}

std::optional<std::string> LedgerReferences::default_price_type() const {
    const std::vector<ReferenceRow> declared = m_state->rows.all(ReferenceKind::price_type);
    for (const ReferenceRow& row : declared) {
        if (folded(row.data.at(0)).find("рознич") != std::string::npos) {
            return row.source_id;
        }
    }
    return declared.empty() ? std::nullopt : std::optional(declared.front().source_id);
}

std::optional<std::string> LedgerReferences::pinned_price_type() const {
    const std::optional<ReferenceRow> row =
        m_state->rows.find(ReferenceKind::pin, std::string(price_type_pin));
    return row ? std::optional(row->data.at(0)) : std::nullopt;
}

void LedgerReferences::pin_price_type(std::string_view id) {
    m_state->rows.put(ReferenceKind::pin, std::string(price_type_pin), price_type_pin, {std::string(id)});
}

void LedgerReferences::remember_unit(std::string_view id, const Unit& unit) {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    const std::optional<Unit>* const known = m_state->units.find(key);
    if (known != nullptr && *known && (*known)->code == unit.code && (*known)->name == unit.name) {
        return;
    }
    m_state->rows.put(ReferenceKind::unit, key, id, {unit.code, unit.name});
    m_state->units.put(key, unit);
}

std::optional<crm::References::Unit> LedgerReferences::unit(std::string_view id) const {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    if (const std::optional<Unit>* const known = m_state->units.find(key)) {
        return *known;
    }
    const std::optional<ReferenceRow> row = m_state->rows.find(ReferenceKind::unit, key);
    std::optional<Unit> unit;
    if (row) {
        unit = Unit{row->data.at(0), row->data.at(1)};
    }
    m_state->units.put(key, unit);
    return unit;
}

bool LedgerReferences::remember_group(std::string_view id) {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    if (m_state->groups.find(key) != nullptr) {
        return false;
    }
    bool was_named = false;
    m_state->database.transaction([&] {
        const std::optional<std::int64_t> named = m_state->entities.find({crm::SourceKind::group, key});
        const std::int64_t entity = named ? *named : m_state->entities.add({crm::SourceKind::group, key}, id);
        const bool is_news =
            m_state->database.statement("UPDATE entity SET state = ?1 WHERE id = ?2 AND state <> ?1")
                .bind(described)
                .bind(entity)
                .run() != 0;
        if (is_news) {
            m_state->rows.raise_revisions();
        }
        was_named = named && is_news;
        m_state->groups.put(key, entity);
    });
    return was_named;
}

bool LedgerReferences::knows_group(std::string_view id) const {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    if (m_state->groups.find(key) != nullptr) {
        return true;
    }
    Statement& query = m_state->database.statement(
        "SELECT id FROM entity WHERE source_system = ? AND key_hash = ? AND source_kind = ? AND source_key = "
        "?"
        " AND state = ?");
    const ScopedReset reset(query);
    StoredKey({crm::SourceKind::group, key}).bind(query.bind(m_state->entities.source_system()));
    if (!query.bind(described).next()) {
        return false;
    }
    m_state->groups.put(key, query.integer(0));
    return true;
}

void LedgerReferences::remember_product(std::string_view id, const Inherited& inherited) {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    m_state->database.transaction([&] {
        const std::string bytes = m_state->encoded(inherited);
        KnownProduct& known = m_state->look_up(key);
        if (!known.inherited) {
            m_state->forget_offers(key, known.entity);
        }
        if (known.entity) {
            m_state->database
                .statement("UPDATE entity SET inherited = ?1 WHERE id = ?2 AND inherited IS NOT ?1")
                .bind_blob(bytes)
                .bind(*known.entity)
                .run();
        } else {
            known.entity = m_state->entities.add({crm::SourceKind::product, key}, id, bytes);
            known.is_new = true;
        }
        known.inherited = inherited;
        known.changes = m_state->database.changes();
    });
}

std::optional<crm::References::Inherited> LedgerReferences::product(std::string_view id) const {
    m_state->forget_rolled_back();
    return m_state->look_up(key_of(id)).inherited;
}

void LedgerReferences::for_each_product_in(const std::vector<std::string>& group_ids,
                                           const TakeProduct& take) const {
    std::unordered_map<std::int64_t, std::string> groups;
    for (const std::string& id : group_ids) {
        if (const auto entity = m_state->entities.find({crm::SourceKind::group, key_of(id)})) {
            groups.emplace(*entity, id);
        }
    }
    std::int64_t last = 0;
    while (!groups.empty()) {
        const std::vector<GroupedProduct> page = m_state->products_after(last);
        for (const GroupedProduct& product : page) {
            if (const auto group = groups.find(product.group); group != groups.end()) {
                take(product.id, group->second);
            }
        }
        if (page.empty()) {
            return;
        }
        last = page.back().entity;
    }
}

void LedgerReferences::remember_fact(FactKind kind, std::string_view id,
                                     const std::vector<std::string>& texts) {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    if (const auto product = product_that_hands_down(kind, key)) {
        m_state->hand_down(*product, texts);
        return;
    }
    const std::vector<std::string>* const known = m_state->facts.find(cache_key(kind, key));
    if (known != nullptr && *known == texts) {
        return;
    }
    m_state->rows.put(static_cast<ReferenceKind>(kind), key, id, texts);
    m_state->facts.put(cache_key(kind, key), texts);
}

std::optional<std::vector<std::string>> LedgerReferences::fact(FactKind kind, std::string_view id) const {
    m_state->forget_rolled_back();
    const std::string key = key_of(id);
    if (const auto product = product_that_hands_down(kind, key)) {
        return m_state->handed_down(*product);
    }
    if (const std::vector<std::string>* const known = m_state->facts.find(cache_key(kind, key))) {
        return *known;
    }
    std::optional<ReferenceRow> row = m_state->rows.find(static_cast<ReferenceKind>(kind), key);
    if (!row) {
        return std::nullopt;
    }
    m_state->facts.put(cache_key(kind, key), row->data);
    return std::move(row->data);
}

std::vector<crm::References::Fact> LedgerReferences::facts(FactKind kind) const {
    std::vector<Fact> all;
    for (ReferenceRow& row : m_state->rows.all(static_cast<ReferenceKind>(kind))) {
        all.push_back({std::move(row.key), std::move(row.data)});
    }
    return all;
}

std::int64_t LedgerReferences::revision(RecordKind kind) const {
    m_state->forget_rolled_back();
    return m_state->rows.revision(kind);
}

void LedgerReferences::raise_revisions() {
    m_state->database.transaction([&] { m_state->rows.raise_revisions(); });
}

void LedgerReferences::pin_contragent_kind(std::string_view id, int entity_kind) {
    m_state->database.transaction([&] {
        const std::int64_t entity =
            m_state->entities.find_or_add({crm::SourceKind::contragent, key_of(id)}, id);
        m_state->database
            .statement("UPDATE entity SET pinned_kind = ?1 WHERE id = ?2 AND pinned_kind IS NOT ?1")
            .bind(entity_kind)
            .bind(entity)
            .run();
    });
}

std::optional<int> LedgerReferences::pinned_contragent_kind(std::string_view id) const {
    Statement& query = m_state->database.statement(
        "SELECT pinned_kind FROM entity WHERE source_system = ? AND key_hash = ? AND source_kind = ?"
        " AND source_key = ? AND pinned_kind IS NOT NULL");
    const ScopedReset reset(query);
    StoredKey({crm::SourceKind::contragent, key_of(id)}).bind(query.bind(m_state->entities.source_system()));
    return query.next() ? std::optional(static_cast<int>(query.integer(0))) : std::nullopt;
}

}  // namespace obmen::ledger
