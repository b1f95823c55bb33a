#pragma once

#include "crm/converter.hpp"
#include "crm/data_names.hpp"
#include "crm/field_rules.hpp"
#include "crm/held_representatives.hpp"
#include "crm/mapping.hpp"
#include "crm/references.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace obmen::crm {

/// Where a record stands, for what is said of it.
struct Origin {
    std::string id;    ///< Ид as written
    std::string file;  ///< as it arrived
    Place place;
};

/// What all conversions share: settings, reference data, the way out, and what is to be said only once or
/// only at the end.
class Context {
  public:
    /// `mapping` and `references` must outlive the context.
    Context(const Mapping& mapping, References& references, ConversionSinks sinks);

    [[nodiscard]] const Mapping& mapping() const { return m_mapping; }
    [[nodiscard]] References& references() const { return m_references; }
    /// What the names of the mapping mean.
    [[nodiscard]] DataNames& names() const { return m_names; }

    /// The records that follow come from a file of this ВерсияСхемы.
    void begin_file(std::string_view schema_version) { m_is_packet = schema_version.starts_with('3'); }
    /// True if СодержитТолькоИзменения says that the list holds everything. Packets of 3.x never do, whatever
    /// they say (reference commerceml.md §10).
    [[nodiscard]] bool is_whole(const commerceml::Text& only_changes) const;
    [[nodiscard]] HeldRepresentatives& representatives() { return m_representatives; }

    /// A record begins: what it adds to the package as a whole is collected anew.
    void begin_record() {
        m_remarks = 0;
        m_additions.clear();
    }
    /// Nothing has been said of the record, or would have been had it not been said before.
    [[nodiscard]] bool is_quiet() const { return m_remarks == 0; }
    /// Something about the record that another one of the same bytes need not bring about again.
    void remark() const { ++m_remarks; }
    /// What the record has added to the counts and the properties of the package; see Additions.
    [[nodiscard]] const std::string& additions() const { return m_additions; }
    void add_property_use(std::string_view property_id);

    void wish(Wish wish) const { m_sinks.wish(std::move(wish)); }
    /// The object is left alone; `is_error` as in LeftOut.
    void leave_out(SourceKind kind, const Origin& origin, Message reason, bool is_error = false) const;
    /// What the package has wished for the object so far is taken back, and the object left alone.
    void withdraw(SourceKind kind, const Origin& origin, Message reason) const;

    void fold(FoldedInto variant) const {
        if (m_sinks.folded) {
            m_sinks.folded(std::move(variant));
        }
    }

    void warn(Message message, const Origin& origin) const;
    /// Warns if neither this code nor this first argument has been warned of together: ten thousand products
    /// with one unknown unit are one finding.
    void warn_once(Message message, const Origin& origin);
    /// For `map_fields`: warns of the record at `origin`, which must outlive the function.
    [[nodiscard]] MappingNotes notes_for(const Origin& origin) const;
    /// True if there are pictures to be found at all.
    [[nodiscard]] bool finds_pictures() const { return m_sinks.picture != nullptr; }
    /// The picture that a record of `file` calls `path`; nothing if the package does not have it.
    [[nodiscard]] std::optional<Pictures::Picture> picture(const std::string& path,
                                                           const std::string& file) const {
        return m_sinks.picture(path, file);
    }
    /// An object names a group that nobody has described, so far; told by `tell_unknown_groups()`.
    void miss_group(std::string_view group_id, const Origin& origin);
    /// CML-GROUP-UNKNOWN for each group that is not described behind what names it either, once.
    void tell_unknown_groups() const;
    /// Something that the mapping does not send; told by `tell_unsent()`.
    void count_unsent(std::string_view element, std::uint64_t count);
    /// One finding for each kind of thing counted, in alphabetical order.
    void tell_unsent() const;
    /// A finding about the whole package.
    void warn_of_package(Message message) const;

  private:
    const Mapping& m_mapping;
    References& m_references;
    ConversionSinks m_sinks;
    mutable DataNames m_names;
    bool m_is_packet = false;
    mutable std::uint64_t m_remarks = 0;
    std::string m_additions;
    HeldRepresentatives m_representatives;
    std::set<std::pair<std::string, std::string>> m_warned;
    std::map<std::string, std::uint64_t, std::less<>> m_unsent;
    struct MissedGroup {
        std::string id;  ///< as written
        Origin first;    ///< who has named it
    };
    std::vector<MissedGroup> m_missed_groups;
    std::set<std::string> m_missed_ids;  ///< folded
};

/// The form of an Ид under which reference data is kept: trimmed and case-folded.
[[nodiscard]] std::string reference_id(std::string_view id);

/// A wish with everything but its groups.
[[nodiscard]] Wish new_wish(SourceKind source, EntityKind entity, const Origin& origin);

/// A group of one field, named after it.
[[nodiscard]] FieldGroup single_field(std::string name, Value value);

/// True if there is anything but white space.
[[nodiscard]] bool is_filled(const commerceml::Text& text);

/// A link to the group if it is known, else to the root, with a finding (CML-GROUP-UNKNOWN, once per group).
[[nodiscard]] Link link_to_group(Context& context, std::string_view group_id, const Origin& origin);
/// The same for who moves there when the group comes late: the finding waits for the end of the package.
[[nodiscard]] Link link_to_section(Context& context, std::string_view group_id, const Origin& origin);

}  // namespace obmen::crm
