#pragma once

#include <string>
#include <string_view>

#include "json.hpp"

/// Parameters as PHP reads them from a query, a form or a multipart body (reference bitrix24-rest.md §1.3).
namespace obmen::sandbox {

/// `%41` is `A`, `+` is a space. What is no valid escape stays as it is.
[[nodiscard]] std::string form_decoded(std::string_view text);

/// Puts `value` where a decoded name such as `fields[PHONE][0][VALUE]` points: missing levels are made, `[]`
/// takes the next free index, a later duplicate overwrites. Names that PHP drops (empty, or beginning with a
/// bracket) change nothing.
void put_parameter(Json& parameters, std::string_view name, std::string value);

/// All parameters of `a=1&b[c]=2`. Maps and lists are told apart as PHP prints them.
[[nodiscard]] Json decoded_form(std::string_view query);

/// `parameters` with the top-level members of `others` put over them.
[[nodiscard]] Json merged(Json parameters, const Json& others);

}  // namespace obmen::sandbox
