#include "crm/entity.hpp"
#include "support/hash.hpp"

#include <algorithm>
#include <array>
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
        std::array<char, sizeof(std::uint64_t)> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<char>((static_cast<std::uint64_t>(value) >> (8 * i)) & 0xFFU);
        }
        m_bytes.append(bytes.data(), bytes.size());
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
class CanonicalWriter {
  public:
    CanonicalWriter(const std::string& field_name, CanonicalBytes& bytes)
        : m_field(field_name), m_out(bytes) {}

    void operator()(const std::string& value) const {
        m_out.letter('s');
        m_out.text(value);
    }
    void operator()(const Decimal& value) const {
        m_out.letter('d');
        m_out.text(value.text());
    }
    void operator()(bool value) const {
        m_out.letter('b');
        m_out.letter(value ? '1' : '0');
    }
    void operator()(const Link& value) const {
        m_out.letter(value.target ? 'l' : 'r');
        if (value.target) {
            key(*value.target);
        }
    }
    void operator()(const MeasureCode& value) const {
        m_out.letter('m');
        m_out.text(value.okei);
    }
    void operator()(const VatRate& value) const {
        m_out.letter(value.percent ? 'v' : 'w');
        if (value.percent) {
            m_out.text(value.percent->text());
        }
    }
    void operator()(const Currency& value) const {
        m_out.letter('c');
        m_out.text(value.code);
    }
    /// The order of phones says nothing, and neither does the way they are written.
    void operator()(const ContactValues& value) const {
        std::vector<std::pair<std::string, std::string>> entries;
        entries.reserve(value.entries.size());
        for (const ContactValues::Entry& entry : value.entries) {
            entries.emplace_back(normalised_contact(m_field, entry.value), entry.type);
        }
        std::sort(entries.begin(), entries.end());
        m_out.letter('k');
        m_out.count(entries.size());
        for (const auto& [normalised, type] : entries) {
            m_out.text(normalised);
            m_out.text(type);
        }
    }
    void operator()(const Links& value) const {
        std::vector<EntityKey> targets = value.targets;
        std::sort(targets.begin(), targets.end());
        m_out.letter('L');
        m_out.count(targets.size());
        for (const EntityKey& target : targets) {
            key(target);
        }
    }
    /// What a choice is called is the property's affair.
    void operator()(const PropertyValues& value) const {
        m_out.letter('P');
        key(value.property);
        m_out.letter(value.multiple ? '1' : '0');
        m_out.count(value.entries.size());
        for (const PropertyValues::Entry& entry : value.entries) {
            m_out.letter(entry.choice.empty() ? 't' : 'k');
            m_out.text(entry.choice.empty() ? entry.text : entry.choice);
        }
    }
    void operator()(const PropertyChoices& value) const {
        m_out.letter('C');
        m_out.count(value.choices.size());
        for (const PropertyChoices::Choice& choice : value.choices) {
            m_out.text(choice.key);
            m_out.text(choice.text);
        }
    }
    void operator()(const ProductRows& value) const {
        m_out.letter('R');
        m_out.count(value.rows.size());
        for (const ProductRows::Row& row : value.rows) {
            (*this)(Link{row.product});
            m_out.text(row.name);
            m_out.text(row.price.text());
            m_out.text(row.quantity.text());
            m_out.text(row.discount.text());
            m_out.letter(row.vat ? '1' : '0');
            if (row.vat) {
                (*this)(*row.vat);
            }
            m_out.letter(row.vat_included ? '1' : '0');
            m_out.text(row.okei);
        }
    }
    void operator()(const RequisitePreset& value) const {
        m_out.letter('p');
        m_out.text(value.country);
        m_out.count(static_cast<std::size_t>(value.kind));
    }
    void operator()(const Pictures& value) const {
        m_out.letter('f');
        m_out.count(value.pictures.size());
        for (const Pictures::Picture& picture : value.pictures) {
            m_out.text(picture.sha256);
        }
    }

  private:
    void key(const EntityKey& value) const {
        m_out.count(static_cast<std::size_t>(value.kind));
        m_out.text(value.id);
    }

    const std::string& m_field;
    CanonicalBytes& m_out;
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
        std::visit(CanonicalWriter{field->name, out}, field->value);
    }
    return quick_hash(out.bytes());
}

}  // namespace obmen::crm
