#pragma once

#include "support/decimal.hpp"
#include "support/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What an object should look like in the CRM, in logical terms: no REST name, no portal id.
namespace obmen::crm {

/// What an object is in 1C. Stored in the ledger: the numbers never change.
enum class SourceKind : std::uint8_t {
    group = 1,    ///< Группа
    product = 2,  ///< Товар, whatever its Ид looks like, and Предложение of a product
    variant = 3,  ///< Предложение `product#characteristic`, unless there is a Товар of that very Ид
    contragent = 4,  ///< Контрагент
    document = 5,    ///< Документ
    property = 6,    ///< Свойство
};

/// What it is in the CRM. Stored in the ledger: the numbers never change.
enum class EntityKind : std::uint8_t {
    section = 1,  ///< product section
    product = 2,
    company = 3,
    contact = 4,
    deal = 5,
};

/// Identity within one portal and one source system (design: "Identity").
struct EntityKey {
    SourceKind kind = SourceKind::product;
    std::string id;  ///< case-folded Ид

    auto operator<=>(const EntityKey&) const = default;
};

/// The key of `source_id` as 1C wrote it.
[[nodiscard]] EntityKey make_key(SourceKind kind, std::string_view source_id);

// ---- values --------------------------------------------------------------------------------------------

/// Another object's id in the CRM. Without a target: the root.
struct Link {
    std::optional<EntityKey> target;
    bool operator==(const Link&) const = default;
};
/// OKEI code of a unit, without leading zeros; the portal knows units by ids of its own (reference
/// bitrix24-rest.md §12.18).
struct MeasureCode {
    std::string okei;
    bool operator==(const MeasureCode&) const = default;
};
/// VAT in percent; nothing for "without VAT".
struct VatRate {
    std::optional<Decimal> percent;
    bool operator==(const VatRate&) const = default;
};
/// ISO 4217 code.
struct Currency {
    std::string code;
    bool operator==(const Currency&) const = default;
};
/// A multi-field: phones or e-mails. Compared by normalised value, see `normalised_contact`.
struct ContactValues {
    struct Entry {
        std::string value;  ///< as written
        std::string type;   ///< WORK, MOBILE, HOME, FAX, OTHER (reference §8.4)
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries;
    bool operator==(const ContactValues&) const = default;
};

using Value = std::variant<std::string, Decimal, bool, Link, MeasureCode, VatRate, Currency, ContactValues>;

/// Fields of obmen's own vocabulary; `portal/` knows what Bitrix24 calls them.
struct Field {
    std::string name;  ///< `name`, `description`, `description_type`, `section`, `price`, `currency`,
                       ///< `measure`, `vat`, `vat_included`, `active`, `parent`, `title`, `first_name`,
                       ///< `second_name`, `last_name`, `phones`, `emails`, `comment`
    Value value;
    bool operator==(const Field&) const = default;
};

/// Fields that the API needs together; the unit of change.
struct FieldGroup {
    std::string name;  ///< of the first field, by convention
    std::vector<Field> fields;
    bool operator==(const FieldGroup&) const = default;
};

/// 64-bit hash of a group's logical values. Equal groups have equal hashes on every machine and in every
/// version.
[[nodiscard]] std::uint64_t group_hash(const FieldGroup& group);

/// JSON of a list of groups, for the ledger; reads back to equal values. Both throw SYS-LEDGER (bug) for what
/// cannot be written or read: texts that are not UTF-8, JSON that is not ours.
[[nodiscard]] std::string to_json(const std::vector<FieldGroup>& groups);
[[nodiscard]] std::vector<FieldGroup> groups_from_json(std::string_view json);

/// A phone without anything but digits and a leading plus (8… and 7… of eleven digits become +7…), an e-mail
/// in lower case: what makes two entries the same.
[[nodiscard]] std::string normalised_contact(std::string_view field_name, std::string_view value);

// ---- wishes --------------------------------------------------------------------------------------------

/// What one record wants of one object.
struct Wish {
    EntityKey key;
    std::string source_id;  ///< Ид as written: goes to XML_ID or ORIGIN_ID, and into the receipt
    EntityKind entity = EntityKind::product;
    std::vector<FieldGroup> groups;  ///< only what the record speaks of; absent fields are not here
    /// May this wish make the object? A price alone may not; a product record, and an offer with a name, may.
    bool may_create = true;
    /// Parents stand before children: depth in the group tree, 0 for everything else.
    std::uint32_t depth = 0;
    /// The object is marked as deleted in 1C: applied only to objects the CRM has.
    bool deletion_mark = false;
    std::string file;
    Place place;
};

/// An object of the package that is left alone on purpose, so that it still has its row in the receipt.
struct LeftOut {
    EntityKey key;
    std::string source_id;
    Message reason;
    bool is_error = false;  ///< row error (Ошибка) instead of Пропущен
    std::string file;
    Place place;
};

}  // namespace obmen::crm
