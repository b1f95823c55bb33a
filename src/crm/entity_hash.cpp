#include "crm/entity.hpp"
#include "support/hash.hpp"

#include <algorithm>
#include <utility>

namespace obmen::crm {

namespace {

/// Bytes that are the same for equal values and different for different ones, on every machine: a letter for
/// the type, and every text behind its length. The letters and the order are stored in ledgers by way of the
/// hashes: they never change.
class CanonicalBytes {
  public:
    void letter(char value) { m_bytes += value; }

    void count(std::size_t value) {
        for (unsigned shift = 0; shift < 64; shift += 8) {
            m_bytes += static_cast<char>((static_cast<std::uint64_t>(value) >> shift) & 0xFFU);
        }
    }

    void text(std::string_view value) {
        count(value.size());
        m_bytes += value;
    }

    [[nodiscard]] const std::string& bytes() const { return m_bytes; }

  private:
    std::string m_bytes;
};

/// Writes one value; each call operator knows one type.
struct ValueWriter {
    const std::string& field;
    CanonicalBytes& out;

    void operator()(const std::string& value) const {
        out.letter('s');
        out.text(value);
    }
    void operator()(const Decimal& value) const {
        out.letter('d');
        out.text(value.text());
    }
    void operator()(bool value) const {
        out.letter('b');
        out.letter(value ? '1' : '0');
    }
    void operator()(const Link& value) const {
        out.letter(value.target ? 'l' : 'r');
        if (value.target) {
            out.count(static_cast<std::size_t>(value.target->kind));
            out.text(value.target->id);
        }
    }
    void operator()(const MeasureCode& value) const {
        out.letter('m');
        out.text(value.okei);
    }
    void operator()(const VatRate& value) const {
        out.letter(value.percent ? 'v' : 'w');
        if (value.percent) {
            out.text(value.percent->text());
        }
    }
    void operator()(const Currency& value) const {
        out.letter('c');
        out.text(value.code);
    }
    /// The order of phones says nothing, and neither does the way they are written.
    void operator()(const ContactValues& value) const {
        std::vector<std::pair<std::string, std::string>> entries;
        entries.reserve(value.entries.size());
        for (const ContactValues::Entry& entry : value.entries) {
            entries.emplace_back(normalised_contact(field, entry.value), entry.type);
        }
        std::sort(entries.begin(), entries.end());
        out.letter('k');
        out.count(entries.size());
        for (const auto& [normalised, type] : entries) {
            out.text(normalised);
            out.text(type);
        }
    }
};

}  // namespace

std::uint64_t group_hash(const FieldGroup& group) {
    std::vector<const Field*> fields;
    fields.reserve(group.fields.size());
    for (const Field& field : group.fields) {
        fields.push_back(&field);
    }
    std::sort(fields.begin(), fields.end(), [](const Field* a, const Field* b) { return a->name < b->name; });

    CanonicalBytes out;
    out.text(group.name);
    out.count(fields.size());
    for (const Field* field : fields) {
        out.text(field->name);
        std::visit(ValueWriter{field->name, out}, field->value);
    }
    return quick_hash(out.bytes());
}

}  // namespace obmen::crm
