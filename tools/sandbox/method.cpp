#include "method.hpp"

#include <utility>

#include "php_values.hpp"
#include "support/text.hpp"

namespace obmen::sandbox {

const Json& Call::fields() const {
    const Json* fields = parameter(parameters, "fields");
    if (fields == nullptr || !fields->is_structured())
        throw Refusal("Parameter 'fields' must be array.");
    return *fields;
}

std::int64_t Call::id() const {
    const Json* id = parameter(parameters, "id");
    const std::int64_t number = id == nullptr ? 0 : integer_of(*id);
    if (number <= 0)
        throw Refusal("ID is not defined or invalid.");
    return number;
}

void Call::wrote(Operation operation, const std::string& kind, std::int64_t row_id) {
    const Json* row = store.table(kind).find(row_id);
    wrote(operation, kind, row_id, row == nullptr ? std::string() : external_key(*row));
}

void Call::wrote(Operation operation, const std::string& kind, std::int64_t row_id, std::string key) {
    writes.push_back({operation, kind, row_id, std::move(key)});
}

void MethodTable::add(Method method) {
    std::string name = method.name;
    m_methods.insert_or_assign(std::move(name), std::move(method));
}

const Method* MethodTable::find(std::string_view name) const {
    const auto found = m_methods.find(folded(name));
    return found == m_methods.end() ? nullptr : &found->second;
}

std::string external_key(const Json& row) {
    for (const char* name : {"XML_ID", "xmlId"}) {
        if (std::string key = member_text(row, name); !key.empty())
            return key;
    }
    for (const auto& [system, name] :
         {std::pair{"ORIGINATOR_ID", "ORIGIN_ID"}, {"originatorId", "originId"}}) {
        if (const std::string key = member_text(row, name); !key.empty())
            return member_text(row, system) + "/" + key;
    }
    return {};
}

Json printed_refusal(const Refusal& refusal) {
    return Json{{"error", refusal.is_number() ? Json(integer_of(refusal.error())) : Json(refusal.error())},
                {"error_description", refusal.description()}};
}

}  // namespace obmen::sandbox
