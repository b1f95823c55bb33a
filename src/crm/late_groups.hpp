#pragma once

#include "crm/context.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace obmen::crm {

struct ProductTools;

/// Groups that are described after products have named them: behind the catalogue in one file, or in a later
/// package. Such products stand in the catalogue's root, and move to their group with the package that
/// describes it; so do variants that are products of their own. Not so where the mapping gives the section
/// under conditions, which nobody can look at without the product's own record.
///
/// What waits is known from the reference data alone (FactKind::decision `groups|late|` and a number: some of
/// their folded Ид), so that a package that is cut off, or turns out to be of no use, takes nothing away.
class LateGroups {
  public:
    explicit LateGroups(Context& context);

    /// A group was described. \param awaited some object has named it before
    void came(const Origin& group, bool awaited);
    /// The package has been read: moves the products of the groups that have come with it.
    void finish(ProductTools& tools) const;
    /// What finish() has wished for is in the ledger for good.
    void settle();

  private:
    void await(const std::string& group_id);

    Context& m_context;
    /// Folded Ид, in lists that are short enough to be written anew for each.
    std::vector<std::vector<std::string>> m_lists;
    std::set<std::string> m_awaited;       ///< all of them
    std::map<std::string, Origin> m_here;  ///< those of them that this package has described
};

}  // namespace obmen::crm
