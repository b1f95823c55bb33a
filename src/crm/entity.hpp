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
    // Parts of one of the above. Their keys are those of their owner, with what tells several of them apart
    // behind a `|`.
    requisite = 7,        ///< ИНН, КПП, … of a Контрагент
    bank_account = 8,     ///< РасчетныйСчет
    address = 9,          ///< Адрес, ЮридическийАдрес
    document_lines = 10,  ///< Документ/Товары
    company_link = 11,    ///< Представитель: that a person belongs to a company
    pictures = 12,        ///< Картинка, all of a Товар
    prices = 13,          ///< Цены of a Предложение
};

/// What it is in the CRM. Stored in the ledger: the numbers never change.
enum class EntityKind : std::uint8_t {
    section = 1,  ///< product section
    product = 2,
    company = 3,
    contact = 4,
    deal = 5,
    property = 6,  ///< product property
    requisite = 7,
    bank_account = 8,   ///< bank details of a requisite
    address = 9,        ///< address of a requisite
    deal_rows = 10,     ///< all product rows of a deal
    company_link = 11,  ///< a contact's link to a company
    pictures = 12,      ///< pictures of a product, sent apart from its fields
    prices = 13,        ///< prices of a product or offer by price type, where the portal has them apart
    offer = 14,         ///< variation of a product, where the portal has them apart
};

/// True for what belongs to another object (`Wish::owner`) and has no row in the receipt: its failure is a
/// note on its owner.
[[nodiscard]] bool is_part(EntityKind kind);
/// True for parts that the portal knows by their owner alone: they have no key and no id of their own, are
/// written whole, and cannot be doubled. Their remote id in the ledger is their owner's.
[[nodiscard]] bool is_aspect(EntityKind kind);
/// True for aspects whose groups the portal takes together or not at all. Pictures and prices are not: each
/// field, and each price type, is its own.
[[nodiscard]] bool is_written_whole(EntityKind kind);
/// The order in which kinds are sent: what others refer to comes first (reference bitrix24-rest.md §13.2).
[[nodiscard]] int sending_rank(EntityKind kind);

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

/// Several other objects: the contacts of a deal. Order means nothing.
struct Links {
    std::vector<EntityKey> targets;
    bool operator==(const Links&) const = default;
};
/// Values of a product property, in the order of 1C. The field's name is `property`, its group's
/// `property:` and the property's key.
struct PropertyValues {
    struct Entry {
        std::string text;    ///< for a list: the text of the choice, where it is known
        std::string choice;  ///< for a list: the key of the choice (see PropertyChoices); else empty
        bool operator==(const Entry&) const = default;
    };
    EntityKey property;
    bool multiple = false;
    std::vector<Entry> entries;  ///< none: the value is taken away
    bool operator==(const PropertyValues&) const = default;
};
/// Choices of a list property. The portal's list is only ever added to; a choice of the same key and another
/// text is renamed.
struct PropertyChoices {
    struct Choice {
        std::string key;  ///< folded ИдЗначения, or the folded text where 1C gives none
        std::string text;
        bool operator==(const Choice&) const = default;
    };
    std::vector<Choice> choices;
    bool operator==(const PropertyChoices&) const = default;
};
/// All product rows of a deal; always written whole (reference bitrix24-rest.md §9.3).
struct ProductRows {
    struct Row {
        std::optional<EntityKey> product;  ///< nothing: a row that stands for no product of the catalogue
        std::string name;
        Decimal price;  ///< for one, with the discount, with or without VAT as `vat_included` says
        Decimal quantity;
        Decimal discount;  ///< money for one that has been taken off; 0: none
        std::optional<VatRate> vat;
        bool vat_included = true;
        std::string okei;  ///< code of the unit, empty if not known
        bool operator==(const Row&) const = default;
    };
    std::vector<Row> rows;
    bool operator==(const ProductRows&) const = default;
};
/// Template of requisites: looked up by country and kind (reference §8.8).
struct RequisitePreset {
    enum class Kind : std::uint8_t { company = 1, sole_trader = 2, person = 3 };
    std::string country = "RU";  ///< ISO 3166 alpha-2
    Kind kind = Kind::company;
    bool operator==(const RequisitePreset&) const = default;
};
/// Files to attach. Equal if their bytes are: a file that only has another name is not sent again.
struct Pictures {
    struct Picture {
        std::string name;    ///< the last part of its path in the export: the portal shows it; says nothing
                             ///< about equality
        std::string sha256;  ///< of its bytes
        std::string spool_path;  ///< of our private copy, relative to the spool; says nothing about equality
        bool operator==(const Picture& other) const { return sha256 == other.sha256; }
    };
    std::vector<Picture> pictures;
    bool operator==(const Pictures&) const = default;
};

using Value = std::variant<std::string, Decimal, bool, Link, MeasureCode, VatRate, Currency, ContactValues,
                           Links, PropertyValues, PropertyChoices, ProductRows, RequisitePreset, Pictures>;

/// Fields of obmen's own vocabulary; `portal/` knows what Bitrix24 calls them. A name that begins with `UF_`
/// or `PROPERTY_` and a number is Bitrix24's own and goes there as it is.
struct Field {
    std::string name;  ///< `name`, `description`, `description_type`, `section`, `price`, `currency`,
                       ///< `price_type`, `measure`, `vat`, `vat_included`, `active`, `deleted`, `parent`,
                       ///< `title`, `first_name`, `second_name`, `last_name`, `phones`, `emails`, `comment`,
                       ///< … (all of them: README.md of `portal/`)
    Value value;
    bool operator==(const Field&) const = default;
};

/// Fields that the API needs together; the unit of change.
struct FieldGroup {
    std::string name;  ///< of the first field, by convention
    std::vector<Field> fields;
    /// Sent with the object's creation and never again, whatever comes; not part of the hash.
    bool write_once = false;
    bool operator==(const FieldGroup&) const = default;
};

/// True if all values are empty: the group clears what was there. It travels only where an earlier value of
/// ours did (design: "Empty and absent").
[[nodiscard]] bool is_clearing(const FieldGroup& group);

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
    /// The object that this one is a part of; it is named by a link among the groups, too. Set exactly for
    /// kinds with is_part().
    std::optional<EntityKey> owner{};
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

/// A variant that is no object of its own in the CRM, but a part of its product (`variants = "fold"`): what
/// becomes of it is what becomes of the product.
struct FoldedInto {
    EntityKey variant;
    std::string variant_id;  ///< as written
    EntityKey product;
    std::string product_id;  ///< as written
    std::string file;
    Place place;
};

}  // namespace obmen::crm
