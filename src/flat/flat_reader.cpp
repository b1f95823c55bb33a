#include "flat/flat_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <utility>

#include "commerceml/encoding.hpp"
#include "commerceml/foreign_formats.hpp"
#include "flat/group_order.hpp"
#include "flat/root.hpp"
#include "flat/row_records.hpp"
#include "flat/row_splitter.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

using commerceml::LocatedRecord;

/// Different paths that are remembered; a file with more of them is decided anew for each element.
constexpr std::size_t most_paths = 1000;

/// All that a mapping looks at, each with its alternatives.
std::vector<Sources> sources_in(const FlatMapping& mapping) {
    std::vector<Sources> all;
    for (const Sources& sources : mapping.sources) {
        if (!sources.empty()) {
            all.push_back(sources);
        }
    }
    for (const PriceColumn& column : mapping.prices) {
        all.push_back({column.source});
    }
    for (const auto* columns : {&mapping.properties, &mapping.requisites}) {
        for (const ExtraColumn& column : *columns) {
            all.push_back({column.source});
        }
    }
    return all;
}

bool has_any(const Row& row, const Sources& sources) {
    return std::any_of(sources.begin(), sources.end(),
                       [&](const Source& source) { return row.find(source) != nullptr; });
}

/// What tells the records of one mapping from those of another, for hashes of raw bytes.
std::uint64_t salt_of(const FlatMapping& mapping) {
    std::string text =
        fmt::format("{}\n{}\n{}\n{}\n{}\n", static_cast<int>(mapping.record), mapping.formats.date,
                    mapping.formats.decimal == '\0' ? '-' : mapping.formats.decimal,
                    fmt::join(mapping.formats.true_words, "\t"), mapping.rows);
    for (const Sources& sources : mapping.sources) {
        text += fmt::format("{}\n", fmt::join(sources, "\t"));
    }
    for (const auto& [field, constant] : mapping.constants) {
        text += fmt::format("{}={}\n", static_cast<int>(field), constant);
    }
    for (const PriceColumn& column : mapping.prices) {
        text += fmt::format("p{}\t{}\t{}\n", column.type, column.source, column.currency);
    }
    for (const auto* columns : {&mapping.properties, &mapping.requisites}) {
        text += "e\n";
        for (const ExtraColumn& column : *columns) {
            text += fmt::format("{}\t{}\t{}\n", column.name, column.source, static_cast<int>(column.type));
        }
    }
    return quick_hash(text);
}

/// A mapping that is for this file.
struct Candidate {
    const FlatMapping* mapping = nullptr;
    std::uint64_t salt = 0;
    std::vector<Sources> unseen{};  ///< what no row has had so far
    bool announced = false;
};

}  // namespace

struct FlatReader::State {
    State(commerceml::Input& bytes, std::string file, std::vector<FlatMapping> known, const FindingSink& sink,
          const commerceml::ReaderLimits& reader_limits)
        : input(bytes),
          file_name(std::move(file)),
          mappings(std::move(known)),
          warnings(sink),
          limits(reader_limits) {}

    void begin();
    void open();
    void find_candidates();
    void collect_groups();
    void step();
    void finish();
    [[nodiscard]] bool next_row();
    [[nodiscard]] RowSplitter::Step decide(std::string_view path);
    [[nodiscard]] RowSplitter::Step step_of(std::string_view path) const;
    [[nodiscard]] Candidate& candidate_of(const RowSplitter::CutRow& cut);
    [[nodiscard]] Candidate& best_for(const RowSplitter::CutRow& cut);
    void note_seen(Candidate& candidate);
    void announce(Candidate& candidate);
    void give(commerceml::Record record, const Candidate& candidate);
    void warn_encoding() const;
    void warn_unseen() const;
    void warn(Message message, Place place) const;

    commerceml::Input& input;
    std::string file_name;
    std::vector<FlatMapping> mappings;
    const FindingSink& warnings;
    commerceml::ReaderLimits limits;

    std::unique_ptr<RowSplitter> splitter;
    std::vector<Candidate> candidates;
    std::map<std::string, RowSplitter::Step, std::less<>> steps;
    std::map<std::string, std::size_t, std::less<>> chosen;  ///< path of rows → candidate
    RowSplitter::CutRow cut;
    bool rows_seen = false;
    bool followed = false;
    bool passed_over = false;  ///< elements that no mapping knows

    std::set<std::string> announced;  ///< price types and properties
    std::deque<LocatedRecord> ready;
    commerceml::FileFacts facts;
    commerceml::FileKind kind;
    bool begun = false;
    bool finished = false;
};

void FlatReader::State::begin() {
    begun = true;
    open();
    find_candidates();
    if (std::any_of(candidates.begin(), candidates.end(),
                    [](const Candidate& candidate) { return gives_groups(*candidate.mapping); })) {
        collect_groups();
        input.rewind();
        open();
    }
}

void FlatReader::State::open() {
    splitter = std::make_unique<RowSplitter>(input, file_name, limits);
    splitter->read_root();
}

void FlatReader::State::find_candidates() {
    for (const FlatMapping& mapping : mappings) {
        if (fits(mapping, splitter->root_name(), splitter->root_attributes())) {
            candidates.push_back(
                {.mapping = &mapping, .salt = salt_of(mapping), .unseen = sources_in(mapping)});
        }
    }
    if (candidates.empty()) {
        if (auto foreign = commerceml::foreign_format(splitter->root_name(), splitter->root_tag())) {
            splitter->fail(std::move(*foreign), splitter->root_place());
        }
        splitter->fail(Message{"FLAT-NO-MAPPING", {quotable(splitter->root_name(), 80)}},
                       splitter->root_place());
    }
    facts.declared_encoding = splitter->declared_encoding();
    for (const char* name : {"@ДатаФормирования", "@ДатаВыгрузки"}) {
        if (const std::string* formed_at = splitter->root_attributes().find(name)) {
            facts.formed_at = *formed_at;
            break;
        }
    }
}

void FlatReader::State::collect_groups() {
    GroupOrder order;
    while (next_row()) {
        const Candidate& candidate = candidate_of(cut);
        std::optional<RowGroup> found = group_of(*candidate.mapping, cut.row);
        if (!found) {
            continue;
        }
        order.add(
            {.record = std::move(found->group), .place = cut.place, .raw_hash = cut.hash ^ candidate.salt},
            found->is_row);
        if (order.held_bytes() > limits.record_bytes) {
            splitter->fail(Message{"XML-LIMIT",
                                   {as_argument({"FLAT-LIMIT-GROUPS"}), std::to_string(limits.record_bytes)}},
                           cut.place);
        }
    }
    for (LocatedRecord& group : order.take()) {
        ready.push_back(std::move(group));
        kind.classifier = true;
    }
}

void FlatReader::State::step() {
    if (!next_row()) {
        finish();
        return;
    }
    Candidate& candidate = candidate_of(cut);
    note_seen(candidate);
    announce(candidate);
    for (commerceml::Record& record : records_of(*candidate.mapping, cut.row)) {
        give(std::move(record), candidate);
    }
}

bool FlatReader::State::next_row() {
    const bool found = splitter->next([this](std::string_view path) { return decide(path); }, cut);
    // Only letters outside ASCII settle it, and the root may have none.
    facts.encoding = splitter->encoding();
    rows_seen = rows_seen || found;
    return found;
}

RowSplitter::Step FlatReader::State::decide(std::string_view path) {
    const auto known = steps.find(path);
    const RowSplitter::Step step = known == steps.end() ? step_of(path) : known->second;
    if (known == steps.end() && steps.size() < most_paths) {
        steps.emplace(path, step);
    }
    followed = followed || step == RowSplitter::Step::follow;
    passed_over = passed_over || step == RowSplitter::Step::skip;
    return step;
}

/// What is on the way to rows is followed even where another mapping's `*` would take it for a row.
RowSplitter::Step FlatReader::State::step_of(std::string_view path) const {
    RowSplitter::Step step = RowSplitter::Step::skip;
    for (const Candidate& candidate : candidates) {
        switch (match_path(*candidate.mapping, path)) {
            case PathMatch::inside:
                return RowSplitter::Step::follow;
            case PathMatch::row:
                step = RowSplitter::Step::row;
                break;
            case PathMatch::none:
                break;
        }
    }
    return step;
}

Candidate& FlatReader::State::candidate_of(const RowSplitter::CutRow& row) {
    const auto known = chosen.find(row.path);
    if (known != chosen.end()) {
        return candidates[known->second];
    }
    Candidate& best = best_for(row);
    if (chosen.size() < most_paths) {
        chosen.emplace(row.path, static_cast<std::size_t>(&best - candidates.data()));
    }
    return best;
}

/// The mapping whose sources the row has most of; one whose key it has before all others.
Candidate& FlatReader::State::best_for(const RowSplitter::CutRow& row) {
    Candidate* best = nullptr;
    std::size_t most = 0;
    for (Candidate& candidate : candidates) {
        if (match_path(*candidate.mapping, row.path) != PathMatch::row) {
            continue;
        }
        const std::vector<Sources> sources = sources_in(*candidate.mapping);
        const auto has = [&](const Sources& alternatives) { return has_any(row.row, alternatives); };
        const auto count = static_cast<std::size_t>(std::count_if(sources.begin(), sources.end(), has));
        const std::size_t score =
            count + (has(candidate.mapping->sources_of(Field::id)) ? field_count * 2 : 0);
        if (best == nullptr || score > most) {
            best = &candidate;
            most = score;
        }
    }
    return *best;
}

void FlatReader::State::note_seen(Candidate& candidate) {
    std::erase_if(candidate.unseen, [&](const Sources& sources) { return has_any(cut.row, sources); });
}

void FlatReader::State::announce(Candidate& candidate) {
    if (candidate.announced) {
        return;
    }
    candidate.announced = true;
    for (commerceml::Record& record : announcements_of(*candidate.mapping)) {
        const std::string key =
            std::to_string(record.index()) + (std::holds_alternative<commerceml::PriceType>(record)
                                                  ? std::get<commerceml::PriceType>(record).id
                                                  : std::get<commerceml::Property>(record).id);
        if (announced.insert(key).second) {
            ready.push_back({.record = std::move(record), .place = cut.place});
        }
    }
}

void FlatReader::State::give(commerceml::Record record, const Candidate& candidate) {
    kind.catalogue = kind.catalogue || std::holds_alternative<commerceml::Product>(record);
    kind.offers = kind.offers || std::holds_alternative<commerceml::Offer>(record);
    kind.contragents = kind.contragents || std::holds_alternative<commerceml::Contragent>(record);
    ready.push_back({.record = std::move(record), .place = cut.place, .raw_hash = cut.hash ^ candidate.salt});
}

void FlatReader::State::finish() {
    finished = true;
    if (!rows_seen && !followed && passed_over) {
        splitter->fail(
            Message{"FLAT-NO-ROWS", {quotable(splitter->root_name(), 80), candidates.front().mapping->rows}},
            splitter->root_place());
    }
    warn_encoding();
    warn_unseen();
}

void FlatReader::State::warn_encoding() const {
    if (auto message = commerceml::declared_otherwise(facts.encoding, facts.declared_encoding)) {
        warn(std::move(*message), {.line = 1, .column = 1});
    }
}

void FlatReader::State::warn_unseen() const {
    std::vector<std::string> names;
    for (const Candidate& candidate : candidates) {
        if (candidate.announced) {  // it has had rows
            for (const Sources& sources : candidate.unseen) {
                names.push_back(quotable(fmt::format("{}", fmt::join(sources, " / ")), 80));
            }
        }
    }
    if (!names.empty()) {
        warn({"FLAT-SOURCES-UNSEEN", {fmt::format("{}", fmt::join(names, ", "))}}, splitter->root_place());
    }
}

void FlatReader::State::warn(Message message, Place place) const {
    warnings(
        {.severity = Severity::warning, .message = std::move(message), .file = file_name, .place = place});
}

FlatReader::FlatReader(commerceml::Input& input, std::string file_name, std::vector<FlatMapping> mappings,
                       const FindingSink& warnings, const commerceml::ReaderLimits& limits)
    : m_state(std::make_unique<State>(input, std::move(file_name), std::move(mappings), warnings, limits)) {}

FlatReader::~FlatReader() = default;

std::optional<LocatedRecord> FlatReader::next() {
    State& state = *m_state;
    if (!state.begun) {
        state.begin();
    }
    while (state.ready.empty()) {
        if (state.finished) {
            return std::nullopt;
        }
        state.step();
    }
    LocatedRecord record = std::move(state.ready.front());
    state.ready.pop_front();
    return record;
}

const commerceml::FileFacts& FlatReader::facts() const {
    return m_state->facts;
}

const commerceml::FileKind& FlatReader::kind() const {
    return m_state->kind;
}

}  // namespace obmen::flat
