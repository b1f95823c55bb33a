#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery/property_list.hpp"
#include "delivery/run.hpp"
#include "delivery/sender.hpp"
#include "portal/properties.hpp"

namespace obmen::delivery {

/// Properties of products, before anything that has values of them: the portal's whole list is read,
/// properties are recognised by XML_ID or CODE, what is missing is added, what differs is changed, and the
/// ids of choices are remembered.
///
/// Nothing is added before the list is known to be complete. After a lost answer it is read again, twice,
/// before anything is added again; changes are worked out anew from it, for a choice that is sent twice
/// without its id would be there twice.
class PropertySync {
  public:
    PropertySync(Run& run, Sender& sender) : m_run(run), m_sender(sender) {}

    /// No request if no property is pending.
    [[nodiscard]] std::optional<Stop> run();

  private:
    /// A wished property and what the portal has for it.
    struct Matched {
        ledger::Operation operation;
        const portal::RemoteProperty* remote = nullptr;
    };

    [[nodiscard]] std::optional<Stop> round();
    [[nodiscard]] std::vector<ledger::Operation> take_operations(bool& doubtful);
    /// Reads the whole list into `m_properties`.
    [[nodiscard]] std::optional<Stop> read_list();
    [[nodiscard]] std::optional<Stop> read_list_after_doubt(const std::vector<ledger::Operation>& doubtful);
    [[nodiscard]] std::vector<const portal::RemoteProperty*> matches(
        const ledger::Operation& operation) const;
    [[nodiscard]] std::optional<Stop> bring(Matched matched);
    [[nodiscard]] std::optional<Stop> add(const ledger::Operation& operation);
    [[nodiscard]] std::optional<Stop> send(Sending sending);
    [[nodiscard]] unsigned answers_in_part(std::int64_t entity) const;
    /// How often the portal has taken a change of it, whatever became of it.
    [[nodiscard]] unsigned changes_taken(std::int64_t entity) const;
    void finish(const ledger::Operation& operation, const portal::RemoteProperty& remote);
    void note_other_type(const ledger::Operation& operation, const portal::RemoteProperty& remote);

    Run& m_run;
    Sender& m_sender;
    PropertyList m_properties;
    bool m_with_offers = false;  ///< the open round has properties of offers
    struct Changes {
        unsigned answers_before =
            0;                    ///< of `settled_in_part`, when the portal last had more choices than before
        std::size_t choices = 0;  ///< that it had then
    };
    std::map<std::int64_t, Changes> m_changed;  ///< properties that were changed in this run
    std::set<std::int64_t> m_type_noted;
};

}  // namespace obmen::delivery
