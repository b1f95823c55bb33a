#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>

#include "delivery/preview.hpp"
#include "ledger/pending.hpp"
#include "support/message.hpp"

/// What would be sent, object by object, for people and for programs.
namespace obmen::commands {

/// What is to be done with one object.
enum class PlannedAction : std::uint8_t {
    create,
    change,
    deactivate,
    remove,
    leave,     ///< people's values stay: nothing is sent
    withhold,  ///< the portal can take nothing of it: nothing is sent
    hold,      ///< a removal that would wait for a person
};
[[nodiscard]] PlannedAction planned_action(const ledger::Operation& operation);

/// What would become of a group of an object, and what the CRM has there now, where that was asked.
using GroupView =
    std::function<delivery::GroupOutlook(const ledger::Operation& operation, const crm::FieldGroup& group)>;

/// Writes one operation: a heading (`change product «Болт» [Ид]`), and a line for each field, `old → new`
/// where the old value is known; what a run would leave as people have it is marked so. Parts of an object
/// are named as such (`requisite of …`).
class PlanView {
  public:
    PlanView(std::ostream& out, Language language, bool json, GroupView group_view = {});

    void show(const ledger::Operation& operation);
    /// A removal that would be held. \param name of the object in the CRM; empty: not known
    void show_held(const ledger::Operation& operation, const std::string& name);
    /// With what is known of its groups.
    [[nodiscard]] PlannedAction action_of(const ledger::Operation& operation) const;
    /// Numbers of objects by kind and action. \param name of the line for programs
    void show_totals(const char* name = "plan") const;

  private:
    [[nodiscard]] delivery::GroupOutlook outlook_of(const ledger::Operation& operation,
                                                    const crm::FieldGroup& group) const;
    [[nodiscard]] std::string line_of(const delivery::GroupOutlook& outlook,
                                      const crm::FieldGroup& group) const;
    void show(const ledger::Operation& operation, PlannedAction action, const std::string& name);
    void show_line(const ledger::Operation& operation, PlannedAction action, const std::string& name);
    void show_json(const ledger::Operation& operation, PlannedAction action, const std::string& name);

    std::ostream& m_out;
    Language m_language;
    bool m_json;
    GroupView m_group_view;
    std::map<crm::EntityKind, std::map<PlannedAction, std::uint64_t>> m_totals;
};

/// Plural name of a kind.
[[nodiscard]] std::string kind_in_plural(crm::EntityKind kind, Language language);

}  // namespace obmen::commands
