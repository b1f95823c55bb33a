#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json.hpp"

namespace obmen::sandbox {

enum class FieldType {
    text,
    integer,    ///< (int) cast
    reference,  ///< id of another row: 0 is none
    number,
    flag,  ///< `Y`, anything else is `N`
    date,
    datetime,
    file,
    multifield,  ///< PHONE, EMAIL, WEB, IM, LINK
    list,        ///< several ids: COMPANY_IDS
};

/// A field of a kind, as `crm.*.fields` describes it.
struct Field {
    std::string name;
    FieldType type = FieldType::text;
    std::optional<std::string> initial{};  ///< value of a new row; none: null
    bool read_only = false;
    bool immutable = false;  ///< can be set only when the row is made
    bool required = false;

    /// Sending it is no mistake, but the kind's own rules store it.
    bool special = false;
};

class Schema {
  public:
    Schema(std::initializer_list<Field> fields) : m_fields(fields) {}
    explicit Schema(std::vector<Field> fields) : m_fields(std::move(fields)) {}
    [[nodiscard]] const std::vector<Field>& fields() const { return m_fields; }
    [[nodiscard]] const Field* find(std::string_view name) const;

    /// A row with the initial values, without an id.
    [[nodiscard]] Json new_row() const;
    /// Stores what was sent and is neither read-only nor special. Gives the names that the kind does not
    /// know.
    std::vector<std::string> store(Json& row, const Json& sent, bool creating) const;
    /// Answer of `crm.*.fields`.
    [[nodiscard]] Json described() const;

  private:
    std::vector<Field> m_fields;
};

/// The value as the portal keeps it: text or null (reference bitrix24-rest.md §12.2).
[[nodiscard]] Json stored_value(const Field& field, const Json& sent);

}  // namespace obmen::sandbox
