#pragma once

#include <optional>
#include <vector>

#include "delivery/batch_effects.hpp"
#include "delivery/key_lookup.hpp"
#include "delivery/present_objects.hpp"
#include "delivery/run.hpp"

namespace obmen::delivery {

/// Decides what becomes of objects that the ledger knows and the portal does not find any more: looked up by
/// key first; sections, products and parts of cards are then made anew from their package, cards are left,
/// with all that belongs to them. Sections that a refused product or section names are looked at, too: nobody
/// else would notice that they are gone.
///
/// What is to be made anew, or has turned out to be another object, is marked in the ledger as incomplete, so
/// it waits for its package even if the run ends here.
class GoneObjects {
  public:
    GoneObjects(Run& run, KeyLookup& lookup) : m_run(run), m_lookup(lookup) {}

    /// \pre their operations are fresh: their commands are known not to have run
    [[nodiscard]] std::optional<Stop> take(std::vector<GoneObject> gone);

  private:
    /// The objects that those in `gone` belong to or name.
    [[nodiscard]] std::vector<PresentObjects::Id> owners_of(const std::vector<GoneObject>& gone) const;
    /// A part of a card that the portal does not have any more under this id.
    struct PartOfCard {
        GoneObject part;
        std::string card_id;
    };
    /// The id of the card that the part has lost; empty if it is there, or nobody knows one.
    [[nodiscard]] std::string lost_card(const ledger::Operation& operation,
                                        const PresentObjects& present) const;
    [[nodiscard]] std::optional<Stop> take_parts_of_cards(const std::vector<PartOfCard>& parts);
    void take_part_of_card(const PartOfCard& part, const FoundObjects& card);
    [[nodiscard]] std::optional<Stop> take_objects(const std::vector<GoneObject>& gone);
    void take_one(const GoneObject& gone, const FoundObjects& found);
    /// An aspect is found gone with its owner, if that really is.
    void take_aspect(const GoneObject& gone, const PresentObjects& present);
    /// Once an operation of `gone` turns out to name a section that people have deleted, all of those that
    /// they have deleted are forgotten.
    [[nodiscard]] std::optional<Stop> forget_lost_sections(const std::vector<GoneObject>& gone,
                                                           const PresentObjects& present);
    /// What cannot lie where it should comes once more with the package, which may have the section, too.
    void refuse_unless_section_is_lost(const GoneObject& gone);
    void make_anew(const ledger::Operation& operation);
    void refuse(const GoneObject& gone);

    Run& m_run;
    KeyLookup& m_lookup;
};

}  // namespace obmen::delivery
