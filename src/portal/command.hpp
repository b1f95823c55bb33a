#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace obmen::portal {

/// Parameters of a REST method, nested as PHP reads them: a text, a list, or named members in order.
struct Parameter;
struct NamedParameter;
using ParameterList = std::vector<Parameter>;
using ParameterMap = std::vector<NamedParameter>;
struct Parameter {
    std::variant<std::string, ParameterList, ParameterMap> value;
};
/// No std::pair: to see whether it can be made of nothing, clang 14 wants it whole while it is being made
/// whole.
struct NamedParameter {
    std::string first;
    Parameter second;
};

/// One call inside a batch.
struct Command {
    std::string method;  ///< for example `crm.product.add`
    ParameterMap parameters;
};

/// `method?fields%5BNAME%5D=…`: brackets and values percent-encoded, list indices explicit (reference §1.3).
/// Empty lists are refused with std::logic_error: they would vanish, and an empty filter asks for everything
/// (reference §12.6).
/// `$result[…]` references travel as ordinary values.
[[nodiscard]] std::string encoded(const Command& command);

/// Length of `encoded(command)`, without making it: for batches that must stay below a number of bytes.
[[nodiscard]] std::size_t encoded_size(const Command& command);

/// A batch of at most 50 commands. Ids are `c0`, `c1`, …: never numeric (reference §3.8).
inline constexpr std::size_t batch_commands = 50;
[[nodiscard]] std::string command_id(std::size_t index);
/// JSON body of `POST …/batch` with halt=0. \pre 1 to 50 commands.
[[nodiscard]] std::string batch_body(const std::vector<Command>& commands);
/// `$result[c7]`: what an earlier command of the same batch answered.
[[nodiscard]] std::string result_reference(std::size_t index);

}  // namespace obmen::portal
