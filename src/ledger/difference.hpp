#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/compact.hpp"
#include "ledger/database.hpp"
#include "ledger/numbering.hpp"
#include "ledger/outcomes.hpp"
#include "ledger/wished.hpp"

/// Comparing one record's wish with what is known: the centre of planning.
namespace obmen::ledger {

/// Everything the ledger knows of an object that a package speaks of.
struct MetObject {
    std::int64_t id = 0;
    crm::SourceKind source_kind{};
    std::string source_id;   ///< as the ledger has it
    std::string written_id;  ///< as this record has it
    bool ever_wished = false;
    bool has_remote_id = false;
    std::optional<std::int64_t> owner;
    GroupHashes confirmed;
    bool has_operation = false;
    bool on_its_way = false;            ///< its operation is sent or in doubt
    bool left_gone = false;             ///< people have deleted the card, and it is left so
    GroupHashes pending;                ///< of the operation and of the newer wish beside it
    std::optional<OutcomeRow> outcome;  ///< of this package

    /// In the CRM, or about to be made.
    [[nodiscard]] bool is_known() const { return has_remote_id || has_operation; }
    [[nodiscard]] bool is_skipped_for_its_mark() const {
        return outcome && outcome->verdict == Verdict::skipped && !outcome->is(outcome_left_out);
    }
};

[[nodiscard]] std::optional<MetObject> find_met(Database& database, std::int64_t source_system,
                                                std::int64_t package, const crm::EntityKey& key);

[[nodiscard]] GroupHashes hashes_of(const std::vector<crm::FieldGroup>& groups, Numbering& names);

/// What is to be staged of `groups` (with the hashes `wished`), laid over what the package has `staged`
/// already: all that `is_news`, and all that a pending operation speaks of, so that merging can take it back.
/// `whole`: every group, if there is any such.
[[nodiscard]] WishedGroups staged_groups(const MetObject& object, const std::vector<crm::FieldGroup>& groups,
                                         const GroupHashes& wished, const std::optional<StagedRow>& staged,
                                         bool whole, Numbering& names);

/// What the receipt says of a staged wish before it is merged.
[[nodiscard]] Verdict verdict_of(const MetObject& object, const WishRow& staged);

}  // namespace obmen::ledger
