#pragma once

#include "crm/entity.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::crm {

/// What companies have said of a representative whose own record has not come.
struct HeldRepresentative {
    std::uint64_t order = 0;  ///< of the first mention
    std::string name;         ///< as the first company has it
    std::string company;      ///< Ид of the first company, as written
    std::string file;         ///< where that stands
    Place place;
    std::vector<Wish> wishes;  ///< the contact, and its links to the companies
};

/// Representatives that a package names before it says what they are: the record of such a Контрагент may
/// still follow, and show that it is a company. What is made of them waits for that, at most to the end of
/// the package. Ids are folded.
class HeldRepresentatives {
  public:
    /// Beyond this many wishes nothing more is held: memory must not grow with the export.
    static constexpr std::size_t most_wishes = 10'000;

    [[nodiscard]] bool can_hold(std::size_t wishes) const { return m_wishes + wishes <= most_wishes; }
    [[nodiscard]] bool knows(std::string_view id) const { return m_held.find(id) != m_held.end(); }
    /// `mention.wishes` join what is held for `id` already.
    void hold(const std::string& id, HeldRepresentative mention);
    /// What is held for `id`, which is then forgotten.
    [[nodiscard]] std::optional<HeldRepresentative> take(std::string_view id);
    /// All ids held, in the order in which they were mentioned.
    [[nodiscard]] std::vector<std::string> ids_in_order() const;

  private:
    std::map<std::string, HeldRepresentative, std::less<>> m_held;
    std::size_t m_wishes = 0;
    std::uint64_t m_next = 0;
};

}  // namespace obmen::crm
