#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "crm/entity.hpp"
#include "delivery/reads.hpp"
#include "ledger/pending.hpp"
#include "portal/client.hpp"
#include "portal/facts.hpp"
#include "portal/family.hpp"

namespace obmen::delivery {

/// What the portal has under the key of one operation.
struct FoundObjects {
    ledger::Operation operation;
    std::vector<portal::RemoteObject>
        objects;  ///< none: not in the CRM; several: a conflict that only a person can settle
    /// The portal does not tell: nobody knows whether it has the object.
    std::optional<Message> refusal{};
};

/// Asks the portal which of the wanted objects it has, with as few requests as can be trusted.
class KeyLookup {
  public:
    /// \param source_system the one that the facts were asked for: another's objects are not in them
    KeyLookup(portal::Client& client, portal::PortalFacts& facts, Clock& clock, std::string source_system);

    /// One entry per operation, in the same order; complete, or a Stop. 50 keys a command where the portal is
    /// known to understand that, else one; 50 commands a request. An answer that cannot be trusted is asked
    /// again key by key, and the portal is taken for one that does not understand many keys from then on. A
    /// key over which alone it breaks is told as a refusal; if it answers for no key of a kind, that is a
    /// Stop.
    [[nodiscard]] std::variant<std::vector<FoundObjects>, Stop> find(
        const std::vector<ledger::Operation>& operations);

    /// The same without a request where the start-up batch has seen every object of the kind; nothing where
    /// it has not.
    [[nodiscard]] std::optional<FoundObjects> find_in_facts(const ledger::Operation& operation) const;

  private:
    struct Question {
        crm::EntityKind kind{};
        std::string source_system;
        std::vector<std::string> keys;
        std::optional<Message> refusal{};  ///< what was said instead of an answer
    };
    /// Kind, source system, folded key.
    using Key = std::tuple<crm::EntityKind, std::string, std::string>;
    [[nodiscard]] std::vector<Question> questions_for(const std::vector<ledger::Operation>& operations) const;
    /// Asks, adds what was found to `m_found`, and gives back the questions whose answers cannot be trusted.
    [[nodiscard]] std::variant<std::vector<Question>, Stop> ask(const std::vector<Question>& questions);
    void take_answer(const Question& question, const portal::CommandAnswer& answer,
                     std::vector<Question>& untrusted);

    portal::Client& m_client;
    portal::PortalFacts& m_facts;
    std::unique_ptr<const portal::Family> m_family;
    Clock& m_clock;
    std::string m_source_system;
    std::map<Key, std::vector<portal::RemoteObject>> m_found;
    std::set<crm::EntityKind> m_answered;  ///< kinds of which an answer could be trusted
};

}  // namespace obmen::delivery
