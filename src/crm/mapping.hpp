#pragma once

#include "crm/entity.hpp"
#include "crm/source_path.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What an exchange sends where: the mapping file as values. Loaded by `load_mapping`, applied by
/// `map_fields`; the built-in default is such a file too (`default_mapping_text`).
namespace obmen::crm {

/// One step that a value goes through, in the order of the file.
struct Transform {
    enum class Kind : std::uint8_t {
        trim,        ///< white space at both ends off, runs of it to one space
        upper,       ///< upper case
        lower,       ///< lower case
        number,      ///< a Decimal; what cannot be read is a warning and no value
        date,        ///< ISO 8601 date; the zero date of 1C is no value
        phone,       ///< E.164 where the number is whole, else as written
        strip_html,  ///< HTML to plain text
        keep_html,   ///< HTML as it is; says that the target's text is HTML where it looks like it
        cut,         ///< to `length` characters, with a warning
        dictionary,  ///< by `dictionary`; what is not in it stays, or becomes `otherwise`
    };
    Kind kind{};
    std::size_t length = 0;                         ///< of `cut`, in characters
    std::map<std::string, std::string> dictionary;  ///< folded → value
    std::optional<std::string> otherwise;
};

/// A text with values in it: `{Артикул} {Наименование}`. A path alone is a template of one piece.
struct Template {
    struct Piece {
        std::string literal;  ///< used where there is no path
        std::optional<SourcePath> path;
    };
    std::vector<Piece> pieces;
};

/// When a rule applies: a path is filled, or is, or is not, one of some values (compared folded).
struct Condition {
    enum class Kind : std::uint8_t { filled, empty, is, is_not };
    SourcePath path;
    Kind kind = Kind::filled;
    std::vector<std::string> values;
    std::size_t line = 0;  ///< as `FieldRule::line`
};

/// What an empty element does to the field: nothing, or it takes away what we once put there.
enum class WhenEmpty : std::uint8_t { clear, ignore };

/// How a value gets into its field; what `find_target` says of a target.
enum class TargetShape : std::uint8_t {
    unresolved,        ///< a rule that was not read from a file: looked up when it is applied
    text,              ///< one text, or a Decimal where the rule says `number`
    description,       ///< a text together with what it is: HTML or not
    name_part,         ///< a part of a person's name: the parts are sent together
    money,             ///< an amount or its currency: sent together
    contacts,          ///< phones, e-mails, …
    built_by_hand,     ///< by the conversion of its kind: prices, units, sections, pictures, …
    property_by_code,  ///< `PROPERTY_ARTICLE`: a product property, made on demand
    all_properties,    ///< `PROPERTY_*`
};

/// What a target is called among the fields of obmen's vocabulary (`Field::name`).
struct Target {
    TargetShape shape = TargetShape::unresolved;
    std::string field;
    std::string group;
    std::size_t longest = 0;  ///< characters that the field holds; 0: not known
};

struct FieldRule {
    /// Bitrix24's name as the file has it: `NAME`, `PHONE`, `UF_CRM_1C`, `PROPERTY_118`, `PROPERTY_ARTICLE`,
    /// `PROPERTY_*` (every property of the classifier).
    std::string target;
    /// The first template that gives a value wins. Empty: `constant`.
    std::vector<Template> sources;
    std::optional<std::string> constant;
    std::vector<Transform> transforms;
    std::vector<Condition> conditions;  ///< all of them must hold
    bool write_once = false;
    WhenEmpty when_empty = WhenEmpty::clear;
    std::size_t line = 0;      ///< in the mapping file, for what is said of it; 0: it is a built-in one
    std::string contact_type;  ///< of phones, e-mails, …: `MOBILE`; empty: as the source's name says, or WORK
    std::string property_name;  ///< of a property made on demand: what people read; empty: the source's name
    std::string property;       ///< of MORE_PICTURES: code of the file property, or its id
    Target known{};             ///< the target, looked up when the file was read
};

using FieldRules = std::vector<FieldRule>;

/// Which records an entity is made of. Everything that is filtered out counts as seen, and is skipped in the
/// receipt.
struct Filter {
    std::vector<std::string> only_groups;  ///< Ид or names; with all that is below them; empty: all
    std::vector<std::string> except_groups;
    std::vector<Condition> conditions;  ///< all must hold
    std::size_t only_line = 0;          ///< in the mapping file; 0: not written there
    std::size_t except_line = 0;
};

/// What an object that 1C has marked as deleted becomes.
enum class OnDeletionMark : std::uint8_t { deactivate, remove, ignore };
/// What an object that a full export lacks becomes.
enum class OnMissing : std::uint8_t { keep, deactivate };
/// What happens where a person has changed a field in the CRM after our last write (design: promise 3).
enum class OnConflict : std::uint8_t { take_1c, report, keep_crm };

struct SectionMapping {
    FieldRules fields;
};

/// What the variants of a product become: products of their own, nothing but prices and stock of the product,
/// or its offers (where the portal has such).
enum class VariantWay : std::uint8_t { separate, fold, offers };

struct ProductMapping {
    FieldRules fields;
    Filter filter;
    VariantWay variants = VariantWay::separate;
    OnDeletionMark on_deletion_mark = OnDeletionMark::deactivate;
    OnMissing on_missing = OnMissing::keep;
    unsigned max_missing_percent = 5;  ///< above it, with more than 10 objects, removals wait for a person
    std::vector<std::string> price_types;  ///< Ид or names, the first that a product has is taken; empty:
                                           ///< «рознич», else the first declared
    std::size_t price_types_line = 0;      ///< in the mapping file; 0: not written there
    /// Ид or name of a price type of 1C → `base`, a name or an XML_ID of the portal's. Only where
    /// `prices_apart`.
    std::vector<std::pair<std::string, std::string>> price_map;
    /// The portal has a price for each price type, apart from the product: all of an offer are sent. Not said
    /// by mapping files: whoever knows the portal sets it.
    bool prices_apart = false;
    std::string default_currency;  ///< ISO code; empty: none
    bool create_units = true;      ///< units that the portal lacks are made
    bool adopt_by_name = false;    ///< products made by hand: the only one of exactly that name
    std::string adopt_by_property;  ///< id or code of the portal's property that holds Артикул; empty: no
};

/// Cards without our key that are taken over on the first load (one match only, never a linked card).
struct Adoption {
    bool by_inn = true;  ///< companies; with КПП where 1C gives it
    bool by_phone = false;
    bool by_email = false;
    bool overwrite = false;  ///< also fields that are filled there
};

struct ContragentMapping {
    FieldRules company;  ///< legal entities and sole traders
    FieldRules contact;  ///< persons
    FieldRules requisite;
    bool addresses = true;
    bool bank_accounts = true;
    bool representatives = true;  ///< as contacts of their company
    std::string country = "RU";   ///< of the requisites' templates
    Adoption adopt;
};

struct DealMapping {
    FieldRules fields;
    std::vector<std::string> operations{"Заказ товара"};  ///< ХозОперация, compared folded
    unsigned category = 0;                                ///< funnel; only on creation
    std::size_t category_line = 0;                        ///< in the mapping file; 0: not written there
    /// What makes a stage: the first row whose conditions hold. Without one the stage is left alone.
    struct Stage {
        std::vector<Condition> conditions;
        std::string stage_id;  ///< STATUS_ID: `NEW`, `C9:WON`
        std::size_t line = 0;  ///< in the mapping file
    };
    std::vector<Stage> stages;
    bool move_backwards = false;
    bool rows = true;
};

struct Mapping {
    SectionMapping section;
    ProductMapping product;
    ContragentMapping contragent;
    DealMapping deal;
    OnConflict on_conflict = OnConflict::take_1c;
    std::string file;  ///< its name, for what is said of its names; empty: the built-in one
};

/// The built-in mapping, as the text of a file.
[[nodiscard]] std::string_view default_mapping_text();
[[nodiscard]] const Mapping& default_mapping();

/// Reads a mapping file. What it does not speak of is as in the default one; a list of fields replaces the
/// default's. Every mistake is bad_config and names file, line and the nearest known names: SYS-FILE,
/// MAP-SYNTAX, MAP-UNKNOWN-KEY, MAP-UNKNOWN-SOURCE, MAP-UNKNOWN-TARGET, MAP-VALUE, MAP-TYPE, MAP-REQUIRED,
/// MAP-TARGET-TWICE, MAP-TARGET-PLAIN, MAP-CONTRAGENT-MARK.
[[nodiscard]] Mapping load_mapping(const std::filesystem::path& file);
[[nodiscard]] Mapping read_mapping(std::string_view text, const std::string& name);

}  // namespace obmen::crm
