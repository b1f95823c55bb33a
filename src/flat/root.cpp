#include "flat/root.hpp"

#include <algorithm>

#include "commerceml/foreign_formats.hpp"
#include "flat/row_splitter.hpp"
#include "support/error.hpp"

namespace obmen::flat {

namespace {

/// Enough for a root's start tag, little enough to look at many files.
constexpr std::size_t small_block = 4096;

bool has_own_reader(const Root& root) {
    return root.name == commerceml::root_name || commerceml::foreign_format(root.name, root.tag);
}

void add_kind(const FlatMapping& mapping, commerceml::FileKind& kind) {
    kind.classifier = kind.classifier || gives_groups(mapping);
    kind.catalogue = kind.catalogue || mapping.record == RecordKind::product;
    kind.offers = kind.offers || mapping.record == RecordKind::offer;
    kind.contragents = kind.contragents || mapping.record == RecordKind::contragent;
}

}  // namespace

std::optional<Root> peek_root(commerceml::Input& input, const commerceml::ReaderLimits& limits) {
    RowSplitter splitter(input, {}, limits, 0, small_block);
    try {
        splitter.read_root();
    } catch (const Error& error) {
        if (error.failure_class() != FailureClass::bad_input) {
            throw;
        }
        return std::nullopt;
    }
    return Root{splitter.root_name(), splitter.root_tag(), splitter.root_attributes()};
}

bool fits(const FlatMapping& mapping, const std::string& root_name, const Row& root_attributes) {
    if (!mapping.root.empty() && mapping.root != root_name) {
        return false;
    }
    return std::all_of(mapping.root_attributes.begin(), mapping.root_attributes.end(),
                       [&](const auto& attribute) {
                           const std::string* value = root_attributes.find("@" + attribute.first);
                           return value != nullptr && *value == attribute.second;
                       });
}

bool fits(const std::vector<FlatMapping>& mappings, const Root& root) {
    return !has_own_reader(root) &&
           std::any_of(mappings.begin(), mappings.end(),
                       [&](const FlatMapping& mapping) { return fits(mapping, root.name, root.attributes); });
}

commerceml::FileKind kind_of(const std::vector<FlatMapping>& mappings, const Root& root) {
    commerceml::FileKind kind;
    for (const FlatMapping& mapping : mappings) {
        if (fits(mapping, root.name, root.attributes)) {
            add_kind(mapping, kind);
        }
    }
    return kind;
}

}  // namespace obmen::flat
