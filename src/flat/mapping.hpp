#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What the rows of a hand-written XML dump mean. Such a dump is no standard: one root, one repeated row
/// element, leaf children or attributes named after the requisites of 1C (reference commerceml.md §17). A
/// mapping says which of them is what; README.md of this room has the complete list of keys.
namespace obmen::flat {

/// What a row becomes.
enum class RecordKind : std::uint8_t {
    product,    ///< Товар, and a Предложение where the row has prices or a quantity
    group,      ///< Группа
    offer,      ///< Предложение
    contragent  ///< Контрагент
};

/// The fields of ours that a row can fill; `key` of the mapping is `id`.
enum class Field : std::uint8_t {
    id,
    name,
    full_name,
    article,
    barcode,
    description,
    unit,
    unit_code,
    group,
    group_name,
    parent,
    group_id,
    is_group,
    currency,
    quantity,
    vat,
    deleted,
    picture,
    official_name,
    last_name,
    first_name,
    second_name,
    is_company,
    inn,
    kpp,
    okpo,
    phone,
    mobile_phone,
    fax,
    email,
    website,
    address,
    legal_address,
    birth_date,
    comment,
    account,
    bank_bic,
    bank_name,
    correspondent_account
};
inline constexpr std::size_t field_count = static_cast<std::size_t>(Field::correspondent_account) + 1;

/// What a mapping file calls a field, and where it may stand.
struct FieldInfo {
    Field field;
    std::string_view name;
    unsigned kinds;  ///< bits: 1 << RecordKind
    bool constant;   ///< may be given as a constant
    bool several;    ///< every source counts; of other fields the first one that is filled
};
/// In the order of Field.
[[nodiscard]] std::span<const FieldInfo, field_count> all_fields();
[[nodiscard]] const FieldInfo& info_of(Field field);
[[nodiscard]] bool belongs_to(Field field, RecordKind kind);

/// Where a value stands in its row: the local name of a leaf child (`Код`), an attribute (`@Код`), a path of
/// names that may end in an attribute (`Цены/Розничная`, `Единица/@Код`), or `.`, the row's own text.
using Source = std::string;
using Sources = std::vector<Source>;

/// How the value of a property or requisite is written in the record.
enum class ValueType : std::uint8_t {
    text,    ///< as it is, tidied
    number,  ///< with a decimal point
    date,    ///< yyyy-MM-dd or yyyy-MM-ddTHH:mm:ss
    boolean  ///< true or false
};

struct PriceColumn {
    std::string type;  ///< name of the price type, which is its Ид too
    Source source;
    std::string currency;  ///< empty: what the row or a constant says

    bool operator==(const PriceColumn&) const = default;
};

/// A property or a requisite of a product; its name is a property's Ид too.
struct ExtraColumn {
    std::string name;
    Source source;
    ValueType type = ValueType::text;

    bool operator==(const ExtraColumn&) const = default;
};

/// How values are written, where it is not the usual way (values.hpp).
struct Formats {
    std::string date;                     ///< a pattern such as `MM/dd/yyyy H:mm`; empty: the usual ones
    std::vector<std::string> true_words;  ///< empty: the usual ones
    char decimal = '\0';  ///< '.' or ','; the other one then separates groups. NUL: either is a decimal mark

    bool operator==(const Formats&) const = default;
};

/// One kind of row of one kind of file.
struct FlatMapping {
    std::string root;                                    ///< local name of the root; empty: any
    std::map<std::string, std::string> root_attributes;  ///< what the root must say of itself besides
    std::string rows = "*";  ///< path from the root to the row element; `*` is any name
    RecordKind record = RecordKind::product;
    std::array<Sources, field_count> sources;
    std::map<Field, std::string> constants;  ///< where the row says nothing, or nothing but blanks
    std::vector<PriceColumn> prices;
    std::vector<ExtraColumn> properties;
    std::vector<ExtraColumn> requisites;
    Formats formats;

    [[nodiscard]] const Sources& sources_of(Field field) const {
        return sources[static_cast<std::size_t>(field)];
    }
    [[nodiscard]] Sources& sources_of(Field field) { return sources[static_cast<std::size_t>(field)]; }

    bool operator==(const FlatMapping&) const = default;
};

/// True if rows of this mapping can be groups.
[[nodiscard]] bool gives_groups(const FlatMapping& mapping);

/// What a path below the root is to a mapping.
enum class PathMatch : std::uint8_t {
    none,
    inside,  ///< on the way to the rows
    row
};
[[nodiscard]] PathMatch match_path(const FlatMapping& mapping, std::string_view path);

/// Reads mapping files: all their `[[flat]]` tables, in order. Errors are bad_config with file and line:
/// SYS-FILE, CFG-SYNTAX, CFG-UNKNOWN-KEY, CFG-TYPE, CFG-RANGE, FLAT-REQUIRED, FLAT-NO-TABLE, FLAT-NESTED.
[[nodiscard]] std::vector<FlatMapping> load_mappings(const std::vector<std::filesystem::path>& files);

/// The same for a text; `file` is what errors name.
[[nodiscard]] std::vector<FlatMapping> parse_mappings(std::string_view toml,
                                                      const std::filesystem::path& file);

}  // namespace obmen::flat
