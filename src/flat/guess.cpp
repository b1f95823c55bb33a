#include "flat/guess.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "flat/known_names.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

std::string_view without_at(std::string_view name) {
    return name.starts_with('@') ? name.substr(1) : name;
}

std::string_view last_name(std::string_view source) {
    return without_at(source.substr(source.rfind('/') + 1));
}

std::string_view first_name(std::string_view source) {
    return source.substr(0, source.find('/'));
}

bool is_nested(std::string_view source) {
    return source.find('/') != std::string_view::npos;
}

bool is_name_word(std::string_view compact) {
    const std::optional<KnownName> known = known_name(compact, RecordKind::group);
    return known && known->field == Field::name;
}

/// Ид, code and name mean nothing by themselves inside another element: they are that element's.
bool is_generic(std::string_view compact) {
    return key_rank(compact) || is_name_word(compact);
}

/// What the code or the name inside an element that stands for `outer` is: Единица/Код,
/// Родитель/Наименование.
std::optional<Field> field_inside(Field outer, std::string_view compact) {
    const bool code = key_rank(compact).has_value();
    const bool name = is_name_word(compact);
    switch (outer) {
        case Field::parent:
        case Field::group:
            return code ? std::optional(outer) : name ? std::optional(Field::group_name) : std::nullopt;
        case Field::unit:
            return code ? std::optional(Field::unit_code) : name ? std::optional(Field::unit) : std::nullopt;
        case Field::currency:
        case Field::vat:
        case Field::bank_name:
            return name ? std::optional(outer) : std::nullopt;
        default:
            return std::nullopt;
    }
}

/// What a column's name stands for.
std::optional<KnownName> meaning_of(const Source& source, RecordKind kind) {
    const std::string name = compact_name(last_name(source));
    if (!is_nested(source)) {
        return known_name(name, kind);
    }
    const std::optional<KnownName> outer = known_name(compact_name(first_name(source)), kind);
    if (outer && is_generic(name)) {
        const std::optional<Field> inner = field_inside(outer->field, name);
        return inner && belongs_to(*inner, kind)
                   ? std::optional(KnownName{outer->name, *inner, key_rank(name).value_or(3)})
                   : std::nullopt;
    }
    return is_generic(name) ? std::nullopt : known_name(name, kind);
}

std::string price_type_of_column(const Source& source) {
    const std::string outer = is_nested(source) ? compact_name(first_name(source)) : std::string{};
    const std::string_view last = last_name(source);
    if (outer == "цены" || outer == "prices" || outer == "ціни") {
        return price_type_called(last);
    }
    return is_nested(source) ? std::string{} : price_type_of(last);
}

bool is_price(const Column& column) {
    return !price_type_of_column(column.source).empty() &&
           (column.filled == 0 || column.is_mostly(&Column::numbers));
}

/// Whether the values can be what the name says.
bool suits(const Column& column, Field field) {
    if (column.filled == 0) {
        return true;
    }
    switch (field) {
        case Field::quantity:
        case Field::inn:
            return column.is_mostly(&Column::numbers);
        case Field::is_group:
        case Field::deleted:
            return column.is_mostly(&Column::booleans);
        case Field::birth_date:
            return column.is_mostly(&Column::dates);
        case Field::email:
            return column.is_mostly(&Column::emails);
        default:
            return true;
    }
}

/// Codes have digits and no blanks; names of groups are words.
bool looks_like_codes(const Column& column) {
    return column.is_mostly(&Column::guids) ||
           std::ranges::all_of(column.examples, [](const std::string& example) {
               return example.find(' ') == std::string::npos &&
                      example.find_first_of("0123456789") != std::string::npos;
           });
}

/// Is one of the elements around the rows called a group?
bool stands_in_groups(std::string_view path) {
    for (std::size_t end = path.rfind('/'); end != std::string_view::npos; end = path.rfind('/')) {
        path = path.substr(0, end);
        if (kind_named(compact_name(last_name(path))) == RecordKind::group) {
            return true;
        }
    }
    return false;
}

/// Makes one kind of row out of its columns.
class KindGuesser {
  public:
    KindGuesser(const Survey& survey, const RowKind& rows) : m_survey(survey), m_rows(rows) {
        m_result.rows = rows;
    }

    [[nodiscard]] GuessedKind run() {
        FlatMapping& mapping = m_result.mapping;
        mapping.root = m_survey.root;
        mapping.rows = m_rows.path;
        choose_kind();
        choose_key();
        place_by_name();
        place_by_value();
        mend_names();
        place_groups();
        place_prices();
        m_result.mapped = is_understood();
        for (const Column& column : m_rows.columns) {
            const bool says = column.source != "." || column.filled > 0;
            if (says && !m_used.contains(column.source)) {
                m_result.unplaced.push_back(column.source);
            }
        }
        return std::move(m_result);
    }

  private:
    [[nodiscard]] FlatMapping& mapping() { return m_result.mapping; }
    [[nodiscard]] bool has(Field field) const { return !m_result.mapping.sources_of(field).empty(); }
    [[nodiscard]] bool is_free(const Column& column) const { return !m_used.contains(column.source); }
    void place(const Column& column, Field field) {
        mapping().sources_of(field).push_back(column.source);
        m_used.insert(column.source);
    }
    void doubt(Doubt doubt) { m_result.doubts.push_back(doubt); }

    void choose_kind();
    [[nodiscard]] int votes_for(RecordKind kind, RecordKind other);
    [[nodiscard]] bool is_named() const;
    void choose_key();
    [[nodiscard]] int key_score(const Column& column) const;
    [[nodiscard]] bool is_referred_to(const Column& column) const;
    void place_by_name();
    void place_best(Field field);
    void place_by_value();
    void place_first(Field field, std::size_t Column::*what);
    void mend_names();
    void place_groups();
    void place_group_column(const Column& column);
    [[nodiscard]] const Column* best_covering(const Column& column) const;
    [[nodiscard]] bool group_rows_cover(const Column& column) const;
    void place_prices();
    [[nodiscard]] bool is_understood() const;

    const Survey& m_survey;
    const RowKind& m_rows;
    GuessedKind m_result;
    std::set<Source> m_used;
};

/// Columns that only `kind` has, of the two; the names of ИНН and КПП, prices and check digits count double.
int KindGuesser::votes_for(RecordKind kind, RecordKind other) {
    int votes = 0;
    for (const Column& column : m_rows.columns) {
        const std::optional<KnownName> known = meaning_of(column.source, kind);
        int vote = 0;
        // A name that both have (Имя) tells nothing, whatever it means to either.
        const bool is_telling =
            known && !belongs_to(known->field, other) && !meaning_of(column.source, other);
        if (is_telling && suits(column, known->field)) {
            vote = known->field == Field::inn || known->field == Field::kpp ? 2 : 1;
        }
        if (kind == RecordKind::product && (is_price(column) || column.is_mostly(&Column::barcodes))) {
            vote = 2;
        }
        if (kind == RecordKind::contragent && column.is_mostly(&Column::tax_numbers)) {
            vote = 2;
        }
        if (vote > 0) {
            m_result.reasons.push_back(column.source);
        }
        votes += vote;
    }
    return votes;
}

void KindGuesser::choose_kind() {
    std::optional<RecordKind> said = kind_named(compact_name(m_rows.path.substr(m_rows.path.rfind('/') + 1)));
    if (!said) {
        said = kind_named(compact_name(m_survey.root));
    }
    const int named = 3;
    const int contragent =
        votes_for(RecordKind::contragent, RecordKind::product) + (said == RecordKind::contragent ? named : 0);
    std::vector<Source> reasons = std::exchange(m_result.reasons, {});
    const int from_columns = votes_for(RecordKind::product, RecordKind::contragent);
    const int product = from_columns + (said == RecordKind::product ? named : 0);
    const bool priced = std::ranges::any_of(m_rows.columns, [](const Column& column) {
        const std::optional<KnownName> known = meaning_of(column.source, RecordKind::product);
        return is_price(column) ||
               (known && (known->field == Field::quantity || known->field == Field::article));
    });
    if (said == RecordKind::group && !priced && contragent == 0) {
        mapping().record = RecordKind::group;
        m_result.reasons.clear();
    } else if (contragent > product) {
        mapping().record = RecordKind::contragent;
        m_result.reasons = std::move(reasons);
    } else {
        mapping().record = !is_named() && priced ? RecordKind::offer : RecordKind::product;
        if (product == 0) {
            doubt(Doubt::kind_unclear);
        }
    }
}

bool KindGuesser::is_named() const {
    return std::ranges::any_of(m_rows.columns, [](const Column& column) {
        const std::optional<KnownName> known = meaning_of(column.source, RecordKind::offer);
        const std::string name = compact_name(last_name(column.source));
        return (known && known->field == Field::name) || (column.source == "." && column.filled > 0) ||
               (!is_nested(column.source) && name == "description");
    });
}

/// Lower is better; above 10 it is no key.
int KindGuesser::key_score(const Column& column) const {
    constexpr int no_key = 100;
    if (is_nested(column.source) || column.source == ".") {
        return no_key;
    }
    const std::string name = compact_name(last_name(column.source));
    const std::optional<int> rank = key_rank(name);
    const std::optional<KnownName> known = meaning_of(column.source, m_result.mapping.record);
    if (known && !rank) {
        return known->field == Field::article ? 6 : known->field == Field::barcode ? 7 : no_key;
    }
    if (column.is_mostly(&Column::guids)) {
        return rank ? 0 : 1;
    }
    return rank ? 2 + *rank : no_key;
}

/// For rows of groups: what other rows call them by.
bool KindGuesser::is_referred_to(const Column& column) const {
    return std::ranges::any_of(m_survey.kinds, [&](const RowKind& kind) {
        return std::ranges::any_of(kind.columns, [&](const Column& other) {
            const std::optional<KnownName> known = meaning_of(other.source, RecordKind::product);
            return known && (known->field == Field::parent || known->field == Field::group) &&
                   column.covered(other) > 0;
        });
    });
}

void KindGuesser::choose_key() {
    const Column* best = nullptr;
    int best_score = 100;
    bool best_unique = false;
    for (const Column& column : m_rows.columns) {
        int score = key_score(column);
        if (score >= 100) {
            continue;
        }
        if (mapping().record == RecordKind::group && is_referred_to(column)) {
            score -= 50;
        }
        const bool unique = column.is_key_of(m_rows.read);
        if (best == nullptr || std::pair(!unique, score) < std::pair(!best_unique, best_score)) {
            best = &column;
            best_score = score;
            best_unique = unique;
        }
    }
    if (best == nullptr) {
        // Any column that could serve, for a person to judge.
        const auto unique = std::ranges::find_if(
            m_rows.columns, [&](const Column& column) { return column.is_key_of(m_rows.read); });
        best = unique == m_rows.columns.end() ? &m_rows.columns.front() : &*unique;
        best_unique = false;
    }
    if (!best_unique) {
        doubt(Doubt::no_key);
    }
    mapping().sources_of(Field::id) = {best->source};
    if (key_score(*best) < 6) {
        m_used.insert(best->source);  // an article that is the key is an article too
    }
}

void KindGuesser::place_by_name() {
    for (const FieldInfo& info : all_fields()) {
        const bool later = info.field == Field::id || info.field == Field::parent ||
                           info.field == Field::group || info.field == Field::group_name;
        if (!later && belongs_to(info.field, mapping().record)) {
            place_best(info.field);
        }
    }
}

void KindGuesser::place_best(Field field) {
    const Column* best = nullptr;
    int best_rank = 0;
    for (const Column& column : m_rows.columns) {
        const std::optional<KnownName> known = meaning_of(column.source, mapping().record);
        if (!known || known->field != field || !is_free(column) || !suits(column, field)) {
            continue;
        }
        if (info_of(field).several) {
            place(column, field);
            continue;
        }
        const bool better = best == nullptr || std::pair(known->rank, best->filled == 0) <
                                                   std::pair(best_rank, column.filled == 0);
        if (better) {
            best = &column;
            best_rank = known->rank;
        }
    }
    if (best != nullptr) {
        place(*best, field);
    }
}

void KindGuesser::place_by_value() {
    if (mapping().record == RecordKind::product || mapping().record == RecordKind::offer) {
        place_first(Field::barcode, &Column::barcodes);
    }
    if (mapping().record == RecordKind::contragent) {
        place_first(Field::inn, &Column::tax_numbers);
        place_first(Field::email, &Column::emails);
        place_first(Field::phone, &Column::phones);
    }
}

void KindGuesser::place_first(Field field, std::size_t Column::*what) {
    for (const Column& column : m_rows.columns) {
        if (!has(field) && is_free(column) && column.is_mostly(what)) {
            place(column, field);
        }
    }
}

/// Имя is a first name beside a last name, and else a name; Description is a name where nothing else is.
void KindGuesser::mend_names() {
    if (has(Field::first_name) && !has(Field::last_name) && !has(Field::name)) {
        std::swap(mapping().sources_of(Field::name), mapping().sources_of(Field::first_name));
    }
    if (!has(Field::name)) {
        for (const Column& column : m_rows.columns) {
            const bool own_text = column.source == "." && column.filled > 0;
            const bool described =
                compact_name(last_name(column.source)) == "description" && !is_nested(column.source);
            if (own_text || described) {
                mapping().sources_of(Field::description).clear();
                place(column, Field::name);
                break;
            }
        }
    }
    const bool needs_name = mapping().record != RecordKind::offer;
    const bool named = has(Field::name) || has(Field::full_name) || has(Field::last_name);
    if (needs_name && !named) {
        doubt(Doubt::no_name);
    }
}

void KindGuesser::place_groups() {
    if (mapping().record != RecordKind::product && mapping().record != RecordKind::group) {
        return;
    }
    std::vector<std::pair<int, const Column*>> columns;
    for (const Column& column : m_rows.columns) {
        const std::optional<KnownName> known = meaning_of(column.source, RecordKind::product);
        const bool grouping = known && (known->field == Field::parent || known->field == Field::group ||
                                        known->field == Field::group_name);
        if (!grouping || !is_free(column)) {
            continue;
        }
        // Группа = Да is not a group's code.
        const bool flag = known->field == Field::group && !has(Field::is_group) &&
                          mapping().record == RecordKind::product && column.is_mostly(&Column::booleans);
        if (flag) {
            place(column, Field::is_group);
        } else {
            columns.emplace_back(known->field == Field::group_name ? 10 : known->rank, &column);
        }
    }
    std::ranges::stable_sort(columns, {}, [](const auto& ranked) { return ranked.first; });
    for (const auto& [rank, column] : columns) {
        place_group_column(*column);
    }
    const bool grouped = has(Field::parent) || has(Field::group) || has(Field::group_name);
    if (mapping().record == RecordKind::product && !grouped && stands_in_groups(m_rows.path)) {
        doubt(Doubt::groups_around);
    }
}

/// The column of these rows that has the most of the values by which they name their groups; the key, where
/// it is as good.
const Column* KindGuesser::best_covering(const Column& column) const {
    const Column* best = nullptr;
    std::size_t most = 0;
    for (const Column& candidate : m_rows.columns) {
        const std::string name = compact_name(last_name(candidate.source));
        const bool serves =
            !is_nested(candidate.source) && candidate.source != column.source && is_generic(name);
        const std::size_t count = serves ? candidate.covered(column) : 0;
        const bool is_key = candidate.source == m_result.mapping.sources_of(Field::id).front();
        if (count > most || (count == most && count > 0 && is_key)) {
            best = &candidate;
            most = count;
        }
    }
    return best;
}

bool KindGuesser::group_rows_cover(const Column& column) const {
    return std::ranges::any_of(m_survey.kinds, [&](const RowKind& kind) {
        const std::string name = compact_name(kind.path.substr(kind.path.rfind('/') + 1));
        return kind_named(name) == RecordKind::group &&
               std::ranges::any_of(kind.columns, [&](const Column& other) {
                   return !is_nested(other.source) && key_rank(compact_name(last_name(other.source))) &&
                          other.covered(column) > 0;
               });
    });
}

void KindGuesser::place_group_column(const Column& column) {
    const bool groups = mapping().record == RecordKind::group;
    if (has(Field::parent) || has(Field::group)) {
        if (!groups && !has(Field::group_name) && !has(Field::is_group) && !looks_like_codes(column)) {
            place(column, Field::group_name);
        }
        return;
    }
    const bool hierarchy = groups || has(Field::is_group);
    const Column* const named_by = hierarchy ? best_covering(column) : nullptr;
    const Source& key = mapping().sources_of(Field::id).front();
    if (named_by != nullptr) {
        place(column, Field::parent);
        if (named_by->source != key) {
            mapping().sources_of(Field::group_id) = {named_by->source};
        }
        return;
    }
    if (column.filled > 0 && !looks_like_codes(column) && !hierarchy) {
        place(column, Field::group_name);
        return;
    }
    place(column, hierarchy ? Field::parent : Field::group);
    if (column.filled > 0 && !groups && !group_rows_cover(column)) {
        doubt(Doubt::groups_elsewhere);
    }
}

void KindGuesser::place_prices() {
    if (mapping().record != RecordKind::product && mapping().record != RecordKind::offer) {
        return;
    }
    std::set<std::string> types;
    for (const Column& column : m_rows.columns) {
        if (!is_free(column) || !is_price(column)) {
            continue;
        }
        std::string type = price_type_of_column(column.source);
        if (types.contains(type)) {
            type = last_name(column.source);
        }
        if (types.insert(type).second) {
            mapping().prices.push_back({.type = type, .source = column.source, .currency = {}});
            m_used.insert(column.source);
        }
    }
}

bool KindGuesser::is_understood() const {
    const auto filled =
        std::ranges::count_if(m_rows.columns, [](const Column& column) { return column.filled > 0; });
    const bool says = has(Field::name) || has(Field::full_name) || has(Field::last_name) ||
                      has(Field::quantity) || !m_result.mapping.prices.empty();
    return filled > 1 && says;
}

}  // namespace

bool Guess::is_certain() const {
    return std::ranges::all_of(kinds, [](const GuessedKind& kind) {
        return !kind.mapped || std::ranges::all_of(kind.doubts, [](Doubt doubt) {
            return doubt == Doubt::groups_elsewhere || doubt == Doubt::groups_around;
        });
    });
}

std::vector<FlatMapping> Guess::mappings() const {
    std::vector<FlatMapping> mappings;
    for (const GuessedKind& kind : kinds) {
        if (kind.mapped) {
            mappings.push_back(kind.mapping);
        }
    }
    return mappings;
}

Guess guess(commerceml::Input& input, const std::string& file_name, const commerceml::ReaderLimits& limits) {
    const Survey seen = survey(input, file_name, limits);
    Guess result{seen.root, {}};
    for (const RowKind& kind : seen.kinds) {
        result.kinds.push_back(KindGuesser(seen, kind).run());
    }
    if (result.mappings().empty()) {
        throw Error{FailureClass::bad_input,
                    Finding{.severity = Severity::fatal,
                            .message = Message{"FLAT-NOTHING-FOUND", {quotable(seen.root, 80)}},
                            .file = file_name,
                            .place = {.line = 1, .column = 1}}};
    }
    return result;
}

}  // namespace obmen::flat
