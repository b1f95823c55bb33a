#include "commerceml/reader.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "commerceml/encoding.hpp"
#include "commerceml/fields.hpp"
#include "commerceml/foreign_formats.hpp"
#include "commerceml/group_tree.hpp"
#include "commerceml/names.hpp"
#include "commerceml/record_readers.hpp"
#include "commerceml/record_splitter.hpp"
#include "support/error.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::commerceml {

namespace {

/// Distinct unknown elements that are warned about; a file that has more is not worth more words.
constexpr std::size_t most_unknown_elements = 100;

void note_kind(Frame frame, FileKind& kind) {
    kind.classifier = kind.classifier || frame == Frame::classifier;
    kind.catalogue = kind.catalogue || frame == Frame::catalogue;
    kind.offers = kind.offers || frame == Frame::offer_package;
    kind.contragents = kind.contragents || frame == Frame::contragents;
    kind.documents = kind.documents || frame == Frame::container;
}

Record read_record(Frame frame, Element element, std::vector<Element>& unread) {
    switch (frame) {
        case Frame::products:
            return read_product(element, unread);
        case Frame::offers:
            return read_offer(element, unread);
        case Frame::contragents:
            return read_contragent(element, unread);
        case Frame::properties:
            return read_property(element, unread);
        case Frame::units:
            return read_unit(element);
        case Frame::price_types:
            return read_price_type(element);
        case Frame::warehouses:
            return read_warehouse(element);
        default:
            return read_document(element, unread);
    }
}

/// A field of Классификатор, Каталог or ПакетПредложений.
template <typename Announced>
void set_field(Announced& announced, std::string_view name, std::string text) {
    if (name == "Ид") {
        announced.id = std::move(text);
    } else if (name == "Наименование") {
        announced.name = std::move(text);
    } else if (name == "СодержитТолькоИзменения") {
        announced.only_changes = std::move(text);
    } else if constexpr (!std::is_same_v<Announced, Classifier>) {
        if (name == "ИдКлассификатора") {
            announced.classifier_id = std::move(text);
        } else if constexpr (std::is_same_v<Announced, OfferPackage>) {
            if (name == "ИдКаталога") {
                announced.catalogue_id = std::move(text);
            }
        }
    }
}

/// Of a Товар or Предложение; `outline` keeps its memory from one record to the next.
void outline_of(const Piece& piece, std::uint64_t raw_hash, RecordOutline& outline) {
    outline.is_offer = piece.frame == Frame::offers;
    outline.id.clear();
    outline.barcode.reset();
    outline.pictures.clear();
    outline.place = piece.place;
    outline.raw_hash = raw_hash;
    for (const Element child : piece.element.children()) {
        const std::string_view name = child.name();
        if (name == "Ид") {
            outline.id = text_of(child);
        } else if (name == "Штрихкод" || name == "ШтрихКод") {
            outline.barcode = text_of(child);
        } else if (name == "Картинка" && !outline.is_offer) {
            if (std::string path = text_of(child); !path.empty()) {
                outline.pictures.push_back(std::move(path));
            }
        }
    }
}

/// The fast file of 2.07 has a part of an offer's Ид beside it: only reading it tells.
bool has_outline(const Piece& piece) {
    return piece.frame == Frame::products ||
           (piece.frame == Frame::offers && !piece.element.child("ИдХарактеристики"));
}

/// The first Ид, if a later one is another; empty: the record has one, or none.
std::string other_id_of(Element record) {
    Element first;
    for (const Element id : record.children("Ид")) {
        if (!first) {
            first = id;
        } else if (std::string text = text_of(first); folded(text) != folded(text_of(id))) {
            return text;
        }
    }
    return {};
}

bool is_announced(Frame frame) {
    return frame == Frame::classifier || frame == Frame::catalogue || frame == Frame::offer_package;
}

}  // namespace

struct RecordReader::State {
    State(Input& input, std::string file, const FindingSink& sink, const ReaderLimits& reader_limits)
        : file_name(file),
          warnings(sink),
          limits(reader_limits),
          splitter(input, std::move(file), reader_limits) {}

    void step();
    void begin_frame(const Piece& piece);
    void begin_root(const Piece& piece);
    void end_frame(const Piece& piece);
    void take_record(const Piece& piece);
    void take_field(const Piece& piece);
    void take_groups(Place place);
    void announce();
    void give(LocatedRecord record);
    bool note_unknown(std::string_view name, std::string_view parent);
    void tell_unknown(Severity severity, Place place) const;
    void refuse_older_standard(const Piece& piece);
    void warn(Message message, Place place) const;

    std::string file_name;
    const FindingSink& warnings;
    ReaderLimits limits;
    RecordSplitter splitter;
    GroupTree groups;
    FileFacts facts;
    FileKind kind;

    /// Классификатор, Каталог or ПакетПредложений that has begun and is to come before its first object.
    std::optional<LocatedRecord> announcement;
    std::vector<std::string> frame_names;
    std::vector<std::pair<std::string, std::string>>
        unknown;                       ///< elements nobody knows, and what they were in
    std::vector<Element> unread;       ///< of the record last read
    std::vector<LocatedRecord> ready;  ///< to be given, from `next_ready` on
    std::size_t next_ready = 0;
    bool finished = false;
    PassOver pass_over;
    RecordOutline outline;
    bool told_by_outline = false;  ///< the record last read
};

void RecordReader::State::step() {
    const Piece piece = splitter.next();
    switch (piece.kind) {
        case Piece::Kind::frame_begin:
            begin_frame(piece);
            break;
        case Piece::Kind::frame_end:
            end_frame(piece);
            break;
        case Piece::Kind::record:
            take_record(piece);
            break;
        case Piece::Kind::field:
            take_field(piece);
            break;
        case Piece::Kind::unknown:
            if (note_unknown(piece.name, frame_names.back())) {
                tell_unknown(
                    is_lost_object(piece.frame, piece.name) ? Severity::row_error : Severity::warning,
                    piece.place);
            }
            break;
        case Piece::Kind::finished:
            finished = true;
            break;
    }
}

void RecordReader::State::begin_frame(const Piece& piece) {
    note_kind(piece.frame, kind);
    frame_names.emplace_back(piece.name);
    if (piece.frame == Frame::root) {
        begin_root(piece);
    } else if (piece.frame == Frame::group) {
        const bool deleted = has_deletion_attribute(piece.element);
        groups.begin(piece.place, piece.text, deleted);
    } else if (piece.frame == Frame::groups && frame_names.size() > 3) {
        // The tree's own Группы stands at depth 3; any other inside a Группа.
        groups.begin_children();
        take_groups(piece.place);
    } else if (is_announced(piece.frame)) {
        refuse_older_standard(piece);
        Text only_changes = attribute_of(piece.element, "СодержитТолькоИзменения");
        announcement.emplace();
        announcement->place = piece.place;
        if (piece.frame == Frame::classifier) {
            announcement->record = Classifier{.id = {}, .name = {}, .only_changes = std::move(only_changes)};
        } else if (piece.frame == Frame::catalogue) {
            announcement->record =
                Catalogue{.id = {}, .classifier_id = {}, .name = {}, .only_changes = std::move(only_changes)};
        } else {
            OfferPackage package;
            package.only_changes = std::move(only_changes);
            announcement->record = std::move(package);
        }
    }
}

/// CommerceML 1 has the same root and says everything in attributes: read as what came after it, it would
/// hold no object at all.
void RecordReader::State::refuse_older_standard(const Piece& piece) {
    const bool older = attribute_of(piece.element, "Идентификатор") ||
                       (piece.frame == Frame::offer_package && attribute_of(piece.element, "Каталог"));
    if (older) {
        splitter.fail(older_standard(facts.schema_version), piece.place);
    }
}

void RecordReader::State::begin_root(const Piece& piece) {
    const Element root = piece.element;
    const std::string prefix{root.prefix()};
    facts.encoding = splitter.encoding();
    facts.declared_encoding = splitter.declared_encoding();
    facts.schema_version = attribute_of(root, "ВерсияСхемы").value_or("");
    facts.formed_at = attribute_of(root, "ДатаФормирования").value_or("");
    facts.namespace_uri = attribute_of(root, prefix.empty() ? "xmlns" : "xmlns:" + prefix).value_or("");

    if (auto message = declared_otherwise(facts.encoding, facts.declared_encoding)) {
        warn(std::move(*message), {.line = 1, .column = 1});
    }
}

void RecordReader::State::end_frame(const Piece& piece) {
    frame_names.pop_back();
    if (piece.frame == Frame::group) {
        groups.end();
        take_groups(piece.place);
    } else if (is_announced(piece.frame)) {
        announce();
    }
}

void RecordReader::State::take_record(const Piece& piece) {
    kind.documents = kind.documents || piece.frame == Frame::root;
    announce();
    const std::uint64_t raw_hash = quick_hash(piece.text);
    told_by_outline = has_outline(piece);
    if (told_by_outline && pass_over && ready.empty()) {
        outline_of(piece, raw_hash, outline);
        if (pass_over(outline)) {
            return;
        }
    }
    unread.clear();
    ready.push_back({.record = read_record(piece.frame, piece.element, unread),
                     .place = piece.place,
                     .raw_hash = raw_hash,
                     .other_id = other_id_of(piece.element)});
    for (const Element field : unread) {
        told_by_outline = told_by_outline && is_known_field(piece.frame, field.name());
        if (!is_known_field(piece.frame, field.name()) && note_unknown(field.name(), piece.name)) {
            PlaceCounter counter(piece.place);
            counter.pass(piece.text.substr(0, field.offset()));
            tell_unknown(Severity::warning, counter.place());
        }
    }
}

void RecordReader::State::take_field(const Piece& piece) {
    const std::uint64_t hash = quick_hash(piece.text);
    std::string text = text_of(piece.element);
    if (piece.frame == Frame::group) {
        groups.add_field(piece.name, std::move(text), hash);
        take_groups(piece.place);
    } else if (announcement) {
        std::visit(
            [&](auto& record) {
                using Announced = std::decay_t<decltype(record)>;
                if constexpr (std::is_same_v<Announced, Classifier> || std::is_same_v<Announced, Catalogue> ||
                              std::is_same_v<Announced, OfferPackage>) {
                    set_field(record, piece.name, std::move(text));
                }
            },
            announcement->record);
    }
}

void RecordReader::State::take_groups(Place place) {
    if (groups.held_bytes() > limits.record_bytes) {
        splitter.fail(Message{"XML-LIMIT",
                              {as_argument({"XML-LIMIT-HELD-GROUPS"}), std::to_string(limits.record_bytes)}},
                      place);
    }
    while (std::optional<LocatedRecord> group = groups.take()) {
        announce();
        ready.push_back(std::move(*group));
    }
}

void RecordReader::State::announce() {
    if (announcement) {
        ready.push_back(std::move(*announcement));
        announcement.reset();
    }
}

/// \returns true the first time, for each name in each kind of element
bool RecordReader::State::note_unknown(std::string_view name, std::string_view parent) {
    const bool known = std::any_of(unknown.begin(), unknown.end(), [&](const auto& seen) {
        return seen.first == name && seen.second == parent;
    });
    if (known || unknown.size() == most_unknown_elements) {
        return false;
    }
    unknown.emplace_back(name, parent);
    return true;
}

void RecordReader::State::tell_unknown(Severity severity, Place place) const {
    const auto& [name, parent] = unknown.back();
    warnings({.severity = severity,
              .message = {"CML-UNKNOWN-ELEMENT", {quotable(name, 80), quotable(parent, 80)}},
              .file = file_name,
              .place = place});
}

void RecordReader::State::warn(Message message, Place place) const {
    warnings(
        {.severity = Severity::warning, .message = std::move(message), .file = file_name, .place = place});
}

RecordReader::RecordReader(Input& input, std::string file_name, const FindingSink& warnings,
                           const ReaderLimits& limits)
    : m_state(std::make_unique<State>(input, std::move(file_name), warnings, limits)) {}

RecordReader::~RecordReader() = default;

std::optional<LocatedRecord> RecordReader::next() {
    State& state = *m_state;
    while (state.next_ready == state.ready.size()) {
        state.ready.clear();
        state.next_ready = 0;
        if (state.finished) {
            return std::nullopt;
        }
        state.step();
    }
    return std::move(state.ready[state.next_ready++]);
}

void RecordReader::ask_before_reading(PassOver pass_over) {
    m_state->pass_over = std::move(pass_over);
}

bool RecordReader::is_told_by_outline() const {
    return m_state->told_by_outline;
}

const FileFacts& RecordReader::facts() const {
    return m_state->facts;
}

const FileKind& RecordReader::kind() const {
    return m_state->kind;
}

FileKind peek_kind(Input& input, const ReaderLimits& limits) {
    FileKind kind;
    RecordSplitter splitter(input, {}, limits);
    try {
        for (Piece piece = splitter.next(); piece.kind != Piece::Kind::finished; piece = splitter.next()) {
            const bool record = piece.kind == Piece::Kind::record;
            if (piece.kind == Piece::Kind::frame_begin) {
                note_kind(piece.frame, kind);
            }
            kind.documents = kind.documents || (record && piece.frame == Frame::root);
            // A classifier is small, and what follows it counts too; the long lists are not worth reading
            // twice.
            if (record && (piece.frame == Frame::products || piece.frame == Frame::offers ||
                           piece.frame == Frame::contragents || kind.documents)) {
                break;
            }
        }
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            throw;
        }
    }
    return kind;
}

}  // namespace obmen::commerceml
