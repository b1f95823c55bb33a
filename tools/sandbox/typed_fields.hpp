#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"
#include "schema.hpp"

/// Fields as `catalog.*` and `crm.item.*` show them: names in camelCase, values with a type (reference
/// bitrix24-rest.md §5.3, §9.4, §12.2). They are views of the same rows that `crm.product.*` and its like
/// show: a row keeps texts under the names of the old methods; what those do not know stands in it under its
/// camelCase name.
namespace obmen::sandbox {

enum class Typed {
    integer,
    reference,  ///< id of another row: null for none
    number,
    money,  ///< `"1000.000000"`: a number that is shown as a text
    text,
    flag,
    tracing,  ///< `Y`, `N` or `D`, the default
    text_type,
    date,
    datetime,
    picture,    ///< `{"id":…,"url":…,"urlMachine":…}`
    ids,        ///< a list of numbers
    structure,  ///< as it was sent
    property,   ///< `{"value":…,"valueId":…}`
    properties,
};

struct TypedField {
    std::string name;
    std::string column{};  ///< member of the row; empty: as the name
    Typed type = Typed::text;
    std::optional<std::string> initial{};
    bool required = false;
    bool read_only = false;
    bool immutable = false;
    bool special = false;  ///< sending it is no mistake, but the kind's own rules store it

    [[nodiscard]] const std::string& place() const { return column.empty() ? name : column; }
};

using TypedFields = std::vector<TypedField>;

/// By its name; nothing if there is none.
[[nodiscard]] const TypedField* find_field(const TypedFields& fields, std::string_view name);
/// The value of a field as an answer has it.
[[nodiscard]] Json typed_value(const TypedField& field, const Json& row);
/// All fields of a row.
[[nodiscard]] Json typed_row(const TypedFields& fields, const Json& row);
/// How the values of a field are compared in a filter.
[[nodiscard]] FieldType comparable_type(Typed type);
/// Initial values for the columns that the row does not have yet.
void put_initial(const TypedFields& fields, Json& row);
/// Stores what was sent and is neither read-only nor special. Gives the names that the kind does not know.
std::vector<std::string> store_typed(const TypedFields& fields, Json& row, const Json& sent, bool creating);
/// Names of the required fields that were sent empty, or not at all when the row is new.
[[nodiscard]] std::vector<std::string> missing_fields(const TypedFields& fields, const Json& sent,
                                                      bool creating);
/// Answer of `getFields`.
[[nodiscard]] Json described(const TypedFields& fields);

/// The row without what only `catalog.*` shows: how the old methods show it.
[[nodiscard]] Json old_view(const Json& row);

}  // namespace obmen::sandbox
