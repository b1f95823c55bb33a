#include "crm/packed_groups.hpp"

#include "crm/stored_kinds.hpp"
#include "support/error.hpp"
#include "support/packed.hpp"
#include "support/text.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace obmen::crm {

namespace {

/// Stored in ledgers: the numbers never change.
enum class StoredType : std::uint8_t {
    text = 1,
    number = 2,
    flag = 3,
    link = 4,
    measure = 5,
    vat = 6,
    currency = 7,
    contacts = 8,
    links = 9,
    property = 10,
    choices = 11,
    rows = 12,
    preset = 13,
    pictures = 14,
};

/// Stored in ledgers, in the byte that each group begins with: the bits never change.
constexpr std::uint8_t is_write_once = 1;
constexpr std::uint8_t is_of_property = 2;  ///< `property:` goes before the name

constexpr std::string_view property_prefix = "property:";

[[noreturn]] void refuse(const std::string& what) {
    throw Error(FailureClass::bug, Message{"SYS-LEDGER", {"field groups: " + what}});
}

class PackedWriter {
  public:
    void put_byte(std::uint8_t value) { m_out += static_cast<char>(value); }
    void put_size(std::size_t size) { obmen::append_number(m_out, size); }
    void put_text(std::string_view text) {
        if (!is_utf8(text)) {
            refuse("a text that is not UTF-8");
        }
        append_text(m_out, text);
    }
    void put_key(const EntityKey& key) {
        put_byte(static_cast<std::uint8_t>(key.kind));
        put_text(key.id);
    }
    template <typename T, typename Put>
    void put_if(const std::optional<T>& value, Put put) {
        put_byte(value ? 1 : 0);
        if (value) {
            put(*value);
        }
    }
    void put_vat(const VatRate& rate) {
        put_if(rate.percent, [this](const Decimal& percent) { put_text(percent.text()); });
    }
    void put_field(const Field& field) {
        put_text(field.name);
        std::visit(*this, field.value);
    }

    void operator()(const std::string& value) { put(StoredType::text).put_text(value); }
    void operator()(const Decimal& value) { put(StoredType::number).put_text(value.text()); }
    void operator()(bool value) { put(StoredType::flag).put_byte(value ? 1 : 0); }
    void operator()(const Link& value) {
        put(StoredType::link).put_if(value.target, [this](const EntityKey& target) { put_key(target); });
    }
    void operator()(const MeasureCode& value) { put(StoredType::measure).put_text(value.okei); }
    void operator()(const VatRate& value) { put(StoredType::vat).put_vat(value); }
    void operator()(const Currency& value) { put(StoredType::currency).put_text(value.code); }
    void operator()(const ContactValues& value) {
        put(StoredType::contacts).put_size(value.entries.size());
        for (const ContactValues::Entry& entry : value.entries) {
            put_text(entry.value);
            put_text(entry.type);
        }
    }
    void operator()(const Links& value) {
        put(StoredType::links).put_size(value.targets.size());
        for (const EntityKey& target : value.targets) {
            put_key(target);
        }
    }
    void operator()(const PropertyValues& value) {
        put(StoredType::property).put_key(value.property);
        put_byte(value.multiple ? 1 : 0);
        put_size(value.entries.size());
        for (const PropertyValues::Entry& entry : value.entries) {
            put_text(entry.text);
            put_text(entry.choice);
        }
    }
    void operator()(const PropertyChoices& value) {
        put(StoredType::choices).put_size(value.choices.size());
        for (const PropertyChoices::Choice& choice : value.choices) {
            put_text(choice.key);
            put_text(choice.text);
        }
    }
    void operator()(const ProductRows& value) {
        put(StoredType::rows).put_size(value.rows.size());
        for (const ProductRows::Row& row : value.rows) {
            put_if(row.product, [this](const EntityKey& product) { put_key(product); });
            put_text(row.name);
            put_text(row.price.text());
            put_text(row.quantity.text());
            put_text(row.discount.text());
            put_if(row.vat, [this](const VatRate& rate) { put_vat(rate); });
            put_byte(row.vat_included ? 1 : 0);
            put_text(row.okei);
        }
    }
    void operator()(const RequisitePreset& value) {
        put(StoredType::preset).put_text(value.country);
        put_byte(static_cast<std::uint8_t>(value.kind));
    }
    void operator()(const Pictures& value) {
        put(StoredType::pictures).put_size(value.pictures.size());
        for (const Pictures::Picture& picture : value.pictures) {
            put_text(picture.name);
            put_text(picture.sha256);
            put_text(picture.spool_path);
        }
    }

    [[nodiscard]] const std::string& bytes() const { return m_out; }
    void clear() { m_out.clear(); }

  private:
    PackedWriter& put(StoredType type) {
        put_byte(static_cast<std::uint8_t>(type));
        return *this;
    }

    std::string m_out;
};

class PackedReader {
  public:
    explicit PackedReader(std::string_view bytes) : m_bytes(bytes) {}

    [[nodiscard]] bool at_end() const { return m_bytes.empty(); }

    std::uint8_t take_byte() {
        if (m_bytes.empty()) {
            refuse("they end too soon");
        }
        const auto byte = static_cast<std::uint8_t>(m_bytes.front());
        m_bytes.remove_prefix(1);
        return byte;
    }
    bool take_flag() {
        const std::uint8_t byte = take_byte();
        if (byte > 1) {
            refuse("neither yes nor no");
        }
        return byte == 1;
    }
    /// Of something that takes at least a byte for each.
    std::size_t take_size() {
        const std::optional<std::uint64_t> size = obmen::take_number(m_bytes);
        if (!size || *size > m_bytes.size()) {
            refuse("they end too soon");
        }
        return static_cast<std::size_t>(*size);
    }
    std::string take_text() {
        std::optional<std::string> text = obmen::take_text(m_bytes);
        if (!text) {
            refuse("they end too soon");
        }
        if (!is_utf8(*text)) {
            refuse("a text that is not UTF-8");
        }
        return std::move(*text);
    }
    std::string_view take_segment() {
        const std::size_t size = take_size();
        const std::string_view segment = m_bytes.substr(0, size);
        m_bytes.remove_prefix(size);
        return segment;
    }
    Decimal take_decimal() {
        const std::string text = take_text();
        const std::optional<Decimal> number = Decimal::parse(text);
        if (!number) {
            refuse("no number");
        }
        return *number;
    }
    EntityKey take_key() {
        const std::optional<SourceKind> kind = stored_source_kind(take_byte());
        if (!kind) {
            refuse("unknown kind");
        }
        return {*kind, take_text()};
    }
    VatRate take_vat() { return take_flag() ? VatRate{take_decimal()} : VatRate{}; }
    ContactValues take_contacts() {
        ContactValues values;
        for (std::size_t left = take_size(); left > 0; --left) {
            std::string value = take_text();
            values.entries.push_back({std::move(value), take_text()});
        }
        return values;
    }
    Links take_links() {
        Links links;
        for (std::size_t left = take_size(); left > 0; --left) {
            links.targets.push_back(take_key());
        }
        return links;
    }
    PropertyValues take_property() {
        PropertyValues values;
        values.property = take_key();
        values.multiple = take_flag();
        for (std::size_t left = take_size(); left > 0; --left) {
            std::string text = take_text();
            values.entries.push_back({std::move(text), take_text()});
        }
        return values;
    }
    PropertyChoices take_choices() {
        PropertyChoices choices;
        for (std::size_t left = take_size(); left > 0; --left) {
            std::string key = take_text();
            choices.choices.push_back({std::move(key), take_text()});
        }
        return choices;
    }
    ProductRows take_rows() {
        ProductRows rows;
        for (std::size_t left = take_size(); left > 0; --left) {
            ProductRows::Row& row = rows.rows.emplace_back();
            if (take_flag()) {
                row.product = take_key();
            }
            row.name = take_text();
            row.price = take_decimal();
            row.quantity = take_decimal();
            row.discount = take_decimal();
            if (take_flag()) {
                row.vat = take_vat();
            }
            row.vat_included = take_flag();
            row.okei = take_text();
        }
        return rows;
    }
    RequisitePreset take_preset() {
        RequisitePreset preset;
        preset.country = take_text();
        const std::optional<RequisitePreset::Kind> kind = stored_preset_kind(take_byte());
        if (!kind) {
            refuse("unknown kind");
        }
        preset.kind = *kind;
        return preset;
    }
    Pictures take_pictures() {
        Pictures pictures;
        for (std::size_t left = take_size(); left > 0; --left) {
            Pictures::Picture& picture = pictures.pictures.emplace_back();
            picture.name = take_text();
            picture.sha256 = take_text();
            picture.spool_path = take_text();
        }
        return pictures;
    }
    Value take_value() {
        switch (static_cast<StoredType>(take_byte())) {
            case StoredType::text:
                return take_text();
            case StoredType::number:
                return take_decimal();
            case StoredType::flag:
                return take_flag();
            case StoredType::link:
                return take_flag() ? Link{take_key()} : Link{};
            case StoredType::measure:
                return MeasureCode{take_text()};
            case StoredType::vat:
                return take_vat();
            case StoredType::currency:
                return Currency{take_text()};
            case StoredType::contacts:
                return take_contacts();
            case StoredType::links:
                return take_links();
            case StoredType::property:
                return take_property();
            case StoredType::choices:
                return take_choices();
            case StoredType::rows:
                return take_rows();
            case StoredType::preset:
                return take_preset();
            case StoredType::pictures:
                return take_pictures();
        }
        refuse("unknown type");
    }

  private:
    std::string_view m_bytes;
};

struct GroupHead {
    std::string name;
    bool write_once = false;
};

GroupHead take_head(PackedReader& segment) {
    const std::uint8_t flags = segment.take_byte();
    GroupHead head;
    head.write_once = (flags & is_write_once) != 0;
    head.name = (flags & is_of_property) != 0 ? std::string(property_prefix) + segment.take_text()
                                              : segment.take_text();
    return head;
}

bool is_packed(std::string_view stored) {
    return !stored.empty() && stored.front() == no_groups.front();
}

/// All that follows the format's byte.
std::string_view segments_of(std::string_view packed_groups) {
    return packed_groups.substr(no_groups.size());
}

}  // namespace

std::string packed(const std::vector<FieldGroup>& groups) {
    return packed(groups, [](const FieldGroup& /*any*/) { return true; });
}

std::string packed(const std::vector<FieldGroup>& groups,
                   const std::function<bool(const FieldGroup& group)>& chosen) {
    std::string out(no_groups);
    PackedWriter segment;
    for (const FieldGroup& group : groups) {
        if (!chosen(group)) {
            continue;
        }
        const bool of_property = group.name.starts_with(property_prefix);
        segment.clear();
        segment.put_byte(static_cast<std::uint8_t>((group.write_once ? is_write_once : 0U) |
                                                   (of_property ? is_of_property : 0U)));
        segment.put_text(std::string_view(group.name).substr(of_property ? property_prefix.size() : 0));
        for (const Field& field : group.fields) {
            segment.put_field(field);
        }
        obmen::append_number(out, segment.bytes().size());
        out += segment.bytes();
    }
    return out;
}

std::vector<FieldGroup> unpacked(std::string_view stored) {
    if (!is_packed(stored)) {
        return groups_from_json(stored);
    }
    std::vector<FieldGroup> groups;
    PackedReader reader(segments_of(stored));
    while (!reader.at_end()) {
        PackedReader segment(reader.take_segment());
        GroupHead head = take_head(segment);
        FieldGroup& group = groups.emplace_back();
        group.name = std::move(head.name);
        group.write_once = head.write_once;
        while (!segment.at_end()) {
            std::string name = segment.take_text();
            group.fields.push_back({std::move(name), segment.take_value()});
        }
    }
    return groups;
}

std::string packed_if(std::string_view stored, const std::function<bool(const std::string& name)>& stays) {
    if (!is_packed(stored)) {
        return packed_if(packed(groups_from_json(stored)), stays);
    }
    std::string out(no_groups);
    PackedReader reader(segments_of(stored));
    while (!reader.at_end()) {
        const std::string_view segment = reader.take_segment();
        PackedReader fields(segment);
        if (stays(take_head(fields).name)) {
            obmen::append_number(out, segment.size());
            out += segment;
        }
    }
    return out;
}

std::string joined(std::string_view earlier, std::string_view later) {
    std::string out = is_packed(earlier) ? std::string(earlier) : packed(groups_from_json(earlier));
    if (is_packed(later)) {
        return out.append(segments_of(later));
    }
    const std::string converted = packed(groups_from_json(later));
    return out.append(segments_of(converted));
}

}  // namespace obmen::crm
