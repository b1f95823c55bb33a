#include "crm/group_conversion.hpp"

#include "crm/characteristics.hpp"

namespace obmen::crm {

void convert_group(Context& context, const commerceml::Group& group, const Origin& origin) {
    Wish wish = new_wish(SourceKind::group, EntityKind::section, origin);
    const bool named = is_filled(group.name);
    if (named) {
        wish.groups.push_back(single_field("name", fitted(*group.name)));
    }
    // A parent that could not be used itself is unknown: its children stand at the root instead of waiting
    // for ever.
    wish.groups.push_back(single_field("parent", link_to_group(context, group.parent_id, origin)));
    wish.depth = group.depth;
    wish.deletion_mark = group.marked_deleted;
    wish.may_create = named && !group.marked_deleted;
    if (wish.may_create) {
        context.references().remember_group(reference_id(group.id));
    }
    context.wish(std::move(wish));
}

}  // namespace obmen::crm
