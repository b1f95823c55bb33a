#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

#include "ledger/pending.hpp"
#include "support/message.hpp"

/// What would be sent, object by object, for people and for programs.
namespace obmen::commands {

/// What is to be done with one object.
enum class PlannedAction : std::uint8_t { create, change, deactivate, remove };
[[nodiscard]] PlannedAction planned_action(const ledger::Operation& operation);

/// What the CRM has now in a group of an object, where that was asked; nothing where nobody knows.
using PresentValue = std::function<std::optional<std::string>(const ledger::Operation& operation,
                                                              const crm::FieldGroup& group)>;

/// Writes one operation: a heading (`change product «Болт» [Ид]`), and a line for each field, `old → new`
/// where the old value is known. Parts of an object are named as such (`requisite of …`).
class PlanView {
  public:
    PlanView(std::ostream& out, Language language, bool json, PresentValue present = {});

    void show(const ledger::Operation& operation);
    /// Numbers of objects by kind and action.
    void show_totals() const;

  private:
    void show_line(const ledger::Operation& operation);
    void show_json(const ledger::Operation& operation);

    std::ostream& m_out;
    Language m_language;
    bool m_json;
    PresentValue m_present;
    std::map<crm::EntityKind, std::map<PlannedAction, std::uint64_t>> m_totals;
};

/// Plural name of a kind.
[[nodiscard]] std::string kind_in_plural(crm::EntityKind kind, Language language);

}  // namespace obmen::commands
