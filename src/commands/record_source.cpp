#include "commands/record_source.hpp"

#include "commerceml/foreign_formats.hpp"
#include "flat/flat_reader.hpp"
#include "flat/root.hpp"

namespace obmen::commands {

namespace {

/// The root, if the file is for the flat reader: where there are no mappings, none is, and the CommerceML
/// reader says what is wrong with it.
std::optional<flat::Root> flat_root(commerceml::Input& input,
                                    const std::vector<flat::FlatMapping>& mappings) {
    if (mappings.empty()) {
        return std::nullopt;
    }
    std::optional<flat::Root> root = flat::peek_root(input);
    input.rewind();
    const bool known = !root || root->name == commerceml::root_name ||
                       commerceml::foreign_format(root->name, root->tag).has_value();
    return known ? std::nullopt : std::move(root);
}

}  // namespace

std::unique_ptr<commerceml::RecordSource> open_source(commerceml::Input& input, const std::string& file_name,
                                                      const FindingSink& warnings,
                                                      const std::vector<flat::FlatMapping>& mappings) {
    if (flat_root(input, mappings)) {
        return std::make_unique<flat::FlatReader>(input, file_name, mappings, warnings);
    }
    return std::make_unique<commerceml::RecordReader>(input, file_name, warnings);
}

commerceml::FileKind peek_source_kind(commerceml::Input& input,
                                      const std::vector<flat::FlatMapping>& mappings) {
    const std::optional<flat::Root> root = flat_root(input, mappings);
    return root ? flat::kind_of(mappings, *root) : commerceml::peek_kind(input);
}

}  // namespace obmen::commands
