#include "crm/group_conversion.hpp"

#include "crm/characteristics.hpp"
#include "crm/field_rules.hpp"
#include "support/text.hpp"

#include <iterator>

namespace obmen::crm {

namespace {

using Texts = std::vector<std::string>;

/// The texts of a Группа.
class GroupSource : public SourceValues {
  public:
    GroupSource(const commerceml::Group& group, const References& references)
        : m_group(group), m_references(references) {}

    [[nodiscard]] std::optional<Texts> values(const SourcePath& path) const override {
        switch (path.known) {
            case SourceElement::id:
                return Texts{m_group.id};
            case SourceElement::name:
                return m_group.name ? std::optional(Texts{*m_group.name}) : std::nullopt;
            case SourceElement::description:
                return m_group.description ? std::optional(Texts{*m_group.description}) : std::nullopt;
            case SourceElement::group:
                return parent_name();
            case SourceElement::deletion_mark:
                return Texts{m_group.marked_deleted ? "true" : "false"};
            default:
                return std::nullopt;
        }
    }

  private:
    [[nodiscard]] Texts parent_name() const {
        const auto fact = m_references.fact(References::FactKind::group, reference_id(m_group.parent_id));
        return fact && !fact->empty() ? Texts{fact->front()} : Texts{};
    }

    const commerceml::Group& m_group;
    const References& m_references;
};

/// The group's parent as it was last described; nothing for a group that nobody has described.
std::optional<std::string> known_parent(const References& references, const std::string& id) {
    const auto fact = references.fact(References::FactKind::group, id);
    return fact && fact->size() > 1 ? std::optional((*fact)[1]) : std::nullopt;
}

/// Would the group stand inside itself? A tree says so where it describes a group twice; neither section
/// could ever be made, nor any product in them. Looks only at groups that move: ancestors of the others are
/// no news.
bool closes_a_circle(const References& references, const commerceml::Group& group) {
    constexpr int most_ancestors = 10'000;
    const std::string id = reference_id(group.id);
    std::optional<std::string> ancestor = reference_id(group.parent_id);
    const std::optional<std::string> before = known_parent(references, id);
    if (!before || before == ancestor) {
        return false;
    }
    for (int i = 0; ancestor && !ancestor->empty() && i < most_ancestors; ++i) {
        if (*ancestor == id) {
            return true;
        }
        ancestor = known_parent(references, *ancestor);
    }
    return false;
}

/// \returns true if some object has named the group before
bool remember(References& references, const commerceml::Group& group, const std::string& parent) {
    const std::string id = reference_id(group.id);
    const bool awaited = references.remember_group(id);
    references.remember_fact(References::FactKind::group, id, {tidied(group.name.value_or("")), parent});
    return awaited;
}

}  // namespace

void convert_group(Context& context, LateGroups& late, const commerceml::Group& group, const Origin& origin) {
    const FieldRules& rules = context.mapping().section.fields;
    const GroupSource source(group, context.references());
    const MappingNotes notes = context.notes_for(origin);
    Wish wish = new_wish(SourceKind::group, EntityKind::section, origin);

    const FieldRule* const name_rule = rule_for(rules, "NAME");
    const std::optional<Texts> names =
        name_rule == nullptr ? std::nullopt : mapped_values(*name_rule, source, notes);
    const std::string name = names ? joined(*names) : std::string{};
    const bool named = !trimmed(name).empty();
    if (named) {
        wish.groups.push_back(single_field("name", fitted(name)));
        wish.groups.back().write_once = name_rule->write_once;
    }
    // A parent that could not be used itself is unknown: its children stand at the root instead of waiting
    // for ever.
    // What stands inside itself stays where it was described first; that it is described twice is told by
    // `checks/`.
    const bool circle = closes_a_circle(context.references(), group);
    const FieldRule* const parent_rule = rule_for(rules, "SECTION_ID");
    if (!circle && parent_rule != nullptr && holds(parent_rule->conditions, source)) {
        wish.groups.push_back(single_field("parent", link_to_group(context, group.parent_id, origin)));
        wish.groups.back().write_once = parent_rule->write_once;
    }
    std::vector<FieldGroup> texts = map_fields(rules, source, EntityKind::section, notes);
    wish.groups.insert(wish.groups.end(), std::make_move_iterator(texts.begin()),
                       std::make_move_iterator(texts.end()));
    wish.depth = circle ? 0 : group.depth;
    wish.deletion_mark = group.marked_deleted;
    wish.may_create = named && !group.marked_deleted;
    if (wish.may_create) {
        const std::string id = reference_id(group.id);
        const bool awaited = remember(
            context.references(), group,
            circle ? known_parent(context.references(), id).value_or("") : reference_id(group.parent_id));
        late.came(origin, awaited);
    }
    context.wish(std::move(wish));
}

}  // namespace obmen::crm
