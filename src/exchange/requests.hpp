#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "exchange/exchange.hpp"
#include "ledger/database.hpp"
#include "support/clock.hpp"

/// What a person wants while another process owns the state directory: written into the ledger by a guest,
/// done by the owner.
///
/// | verb | argument | answer |
/// | --- | --- | --- |
/// | `approve` | `{"package"}` | `{"approved"}`: how many objects |
/// | `retry` | `{"package", "force"}` | `{}` |
/// | `forget` | `{"package"}` or `{"kind", "id"}` | `{}` |
/// | `wake` | `{}` | `{}`: the next round waits for no stored time |
///
/// A refusal is `{"error": {"code", "arguments"}}`. Pausing needs no request: guests write it themselves.
namespace obmen::exchange {

/// Does what was asked for and has no answer yet. To be called by every owner before a round. A request whose
/// owner died over it is done again, which may then be a refusal: nothing is left to be done. \returns how
/// many requests were answered
std::size_t execute_requests(Exchange& exchange);

/// What has come of a request to the owner.
struct OwnersAnswer {
    /// Nothing: it has not answered within the patience, or the run was interrupted; the request stays on
    /// record, unless it was withdrawn.
    std::optional<nlohmann::json> answer;
    bool withdrawn = false;  ///< there is no owner any more, and nothing of the request is left
};

/// Asks the owner and waits for the answer. Throws what the owner answers with (bad_config).
/// \param is_ours asked now and then: has this process become the owner? Then nobody else would ever do it.
/// Empty: it does not try to
[[nodiscard]] OwnersAnswer ask_owner(ledger::Database& guest, const std::string& verb,
                                     const nlohmann::json& argument, Duration patience,
                                     const RunContext& context, const std::function<bool()>& is_ours = {});

}  // namespace obmen::exchange
