#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "portal/facts.hpp"
#include "portal/remote_rows.hpp"

/// The order of the start-up batch, which both families share: what a family calls differently stands at the
/// same place and is read in the same way.
namespace obmen::portal {

namespace start_up {

inline constexpr std::size_t profile_at = 0;
inline constexpr std::size_t catalog_at = 2;
inline constexpr std::size_t measures_at = 3;
inline constexpr std::size_t measure_pages = 2;
inline constexpr std::size_t vat_at = measures_at + measure_pages;
inline constexpr std::size_t currencies_at = vat_at + 1;
inline constexpr std::size_t first_kind_at = currencies_at + 1;

/// Pairs of rows whose keys are asked for together, to see whether a filter takes several: the first rows may
/// be people's own and have no key, so there is a second try.
inline constexpr std::array<std::pair<std::size_t, std::size_t>, 2> probed_rows{{{0, 1}, {48, 49}}};
inline constexpr std::size_t commands_per_kind = 1 + probed_rows.size();

/// Where the list of a kind stands, its probes behind it.
constexpr std::size_t page_of_kind(std::size_t kind_index) {
    return first_kind_at + kind_index * commands_per_kind;
}
inline constexpr std::size_t presets_at = first_kind_at + served_kinds.size() * commands_per_kind;
inline constexpr std::size_t categories_at = presets_at + 1;
inline constexpr std::size_t first_stages_at = categories_at + 1;
/// Funnels whose stages are asked for beside those of the general one.
inline constexpr std::size_t asked_funnels = 10;
inline constexpr std::size_t size = first_stages_at + 1 + asked_funnels;
static_assert(size <= batch_commands);

}  // namespace start_up

[[nodiscard]] std::vector<Command> crm_start_up_commands(const std::string& source_system);
[[nodiscard]] PortalFacts read_crm_start_up(const std::vector<CommandAnswer>& answers,
                                            const std::string& source_system);
[[nodiscard]] std::vector<Command> catalog_start_up_commands(const std::string& source_system);
[[nodiscard]] PortalFacts read_catalog_start_up(const std::vector<CommandAnswer>& answers,
                                                const std::string& source_system);

/// What the list of a kind and its probes say, which stand at the beginning of `answers`.
void read_kind(crm::EntityKind kind, const std::vector<CommandAnswer>& answers, std::size_t at,
               const std::string& source_system, PortalFacts& facts);

}  // namespace obmen::portal
