#include "exchange/record_source.hpp"

#include <utility>

#include "commerceml/foreign_formats.hpp"
#include "flat/flat_reader.hpp"

namespace obmen::exchange {

namespace {

commerceml::ReaderLimits reader_limits(const config::LimitSettings& limits) {
    return {.depth = limits.depth,
            .group_depth = limits.group_depth,
            .attributes = limits.attributes,
            .name_bytes = limits.name_bytes,
            .record_bytes = limits.record_bytes,
            .record_elements = limits.record_elements};
}

}  // namespace

RecordSources::RecordSources(const config::Settings& settings)
    : m_mappings(flat::load_mappings(settings.flat_mappings)), m_limits(reader_limits(settings.limits)) {}

std::unique_ptr<commerceml::RecordSource> RecordSources::open(commerceml::Input& input,
                                                              const std::string& file_name,
                                                              const FindingSink& warnings) const {
    if (flat_root(input)) {
        return std::make_unique<flat::FlatReader>(input, file_name, m_mappings, warnings, m_limits);
    }
    return std::make_unique<commerceml::RecordReader>(input, file_name, warnings, m_limits);
}

commerceml::FileKind RecordSources::kind_of(commerceml::Input& input) const {
    const std::optional<flat::Root> root = flat_root(input);
    return root ? flat::kind_of(m_mappings, *root) : commerceml::peek_kind(input, m_limits);
}

bool RecordSources::is_commerceml(commerceml::Input& input) const {
    input.rewind();
    return !flat_root(input);
}

/// The root, if the file is for the flat reader: where there are no mappings, none is, and the CommerceML
/// reader says what is wrong with it. The input stands at its first byte before and after.
std::optional<flat::Root> RecordSources::flat_root(commerceml::Input& input) const {
    if (m_mappings.empty()) {
        return std::nullopt;
    }
    std::optional<flat::Root> root = flat::peek_root(input, m_limits);
    input.rewind();
    const bool known = !root || root->name == commerceml::root_name ||
                       commerceml::foreign_format(root->name, root->tag).has_value();
    return known ? std::nullopt : std::move(root);
}

arrival::ArchiveLimits archive_limits(const config::LimitSettings& limits) {
    return {
        .entries = limits.archive_files, .total_bytes = limits.archive_bytes, .ratio = limits.archive_ratio};
}

}  // namespace obmen::exchange
