#pragma once

#include "crm/context.hpp"
#include "crm/source_path.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace obmen::crm {

/// Which products the mapping lets through. A product that it keeps back is remembered (FactKind::decision
/// `filtered|` and the product's folded Ид: `1`, or `2` if an earlier record of it was let through), so that
/// its offers stay behind too, also in later packages. So are the groups of a product that has several
/// (`groups|` and its folded Ид).
class ProductFilter {
  public:
    explicit ProductFilter(const Context& context);

    enum class Passage : std::uint8_t {
        kept_back,
        through,
        came_in,  ///< let through, and was kept back before: what its offers have said was never sent
    };
    /// \param groups Ид of the product's groups, none: the root; nothing if the record does not say: then
    /// what an earlier one has said holds. Every one of them counts.
    [[nodiscard]] Passage passage(std::string_view product_id,
                                  const std::optional<std::vector<std::string>>& groups,
                                  const SourceValues& product);
    /// True if there is nothing to filter by.
    [[nodiscard]] bool is_open() const { return m_is_open; }
    /// True if this mapping or an earlier one filters, so that more than the record itself decides.
    [[nodiscard]] bool was_used() const { return m_was_used; }
    /// For an offer: whether its product was let through.
    [[nodiscard]] bool has_let_through(std::string_view product_id) const;

  private:
    [[nodiscard]] std::vector<std::string> groups_of(
        std::string_view product_id, const std::optional<std::vector<std::string>>& groups) const;
    [[nodiscard]] bool takes(const std::vector<std::string>& groups);
    [[nodiscard]] bool is_in(const std::string& group, const std::vector<std::string>& wanted) const;

    struct Standing {
        bool is_wanted = false;
        bool is_excepted = false;
    };
    [[nodiscard]] Standing standing_of(const std::string& group);

    const Context& m_context;
    const Filter& m_filter;
    bool m_is_open;
    bool m_was_used;                    ///< by this mapping or an earlier one
    std::vector<std::string> m_only;    ///< folded
    std::vector<std::string> m_except;  ///< folded
    std::unordered_map<std::string, Standing> m_groups;
};

/// True if the mapping keeps the product of this offer or line back, and always has: the CRM does not get it.
[[nodiscard]] bool never_let_through(const Context& context, std::string_view offer_id);

}  // namespace obmen::crm
