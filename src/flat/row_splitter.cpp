#include "flat/row_splitter.hpp"

#include <utility>

#include "commerceml/foreign_formats.hpp"
#include "commerceml/names.hpp"
#include "support/error.hpp"
#include "support/hash.hpp"

namespace obmen::flat {

using commerceml::Tokenizer;

RowSplitter::RowSplitter(commerceml::Input& input, std::string file_name,
                         const commerceml::ReaderLimits& limits, std::size_t most_values, std::size_t block)
    : m_window(input, std::move(file_name), block, limits.record_bytes),
      m_tokenizer(m_window, limits),
      m_most_values(most_values) {}

void RowSplitter::read_root() {
    try {
        const Tokenizer::Tag tag = m_tokenizer.next();
        m_root_name = commerceml::local_name(tag.name);
        m_root_tag = tag.text;
        m_root_place = m_window.count_to(tag.text.data());
    } catch (const Error& error) {
        // A document type of another format says more than that document types are not welcome.
        if (auto foreign = commerceml::foreign_format(m_tokenizer.doctype_name(), {})) {
            m_window.fail(std::move(*foreign), error.finding().place);
        }
        throw;
    }
    m_root_attributes = m_parser.parse_start_tag(m_root_tag);
}

bool RowSplitter::next(const Decide& decide, CutRow& row) {
    for (;;) {
        const Tokenizer::Tag tag = m_tokenizer.next();
        if (tag.kind == Tokenizer::Tag::Kind::finished) {
            return false;
        }
        if (tag.kind == Tokenizer::Tag::Kind::end) {
            leave();
            continue;
        }
        enter(commerceml::local_name(tag.name));
        const Step step = decide(m_path);
        if (step == Step::row) {
            cut_out(tag, row);
            return true;
        }
        if (step == Step::skip && !tag.self_closing) {
            static_cast<void>(m_tokenizer.finish_element());
        }
        if (step == Step::skip || tag.self_closing) {
            leave();
        }
    }
}

void RowSplitter::enter(std::string_view name) {
    m_path_lengths.push_back(m_path.size());
    m_path += m_path.empty() ? "" : "/";
    m_path += name;
}

/// The end of the root leaves nothing.
void RowSplitter::leave() {
    if (!m_path_lengths.empty()) {
        m_path.resize(m_path_lengths.back());
        m_path_lengths.pop_back();
    }
}

void RowSplitter::cut_out(const Tokenizer::Tag& tag, CutRow& row) {
    Tokenizer::Content content;
    content.prefixes = commerceml::local_name(tag.name).size() != tag.name.size();
    row.path = m_path;
    row.place = m_window.hold(tag.text.data());
    if (!tag.self_closing) {
        const Tokenizer::Content inside = m_tokenizer.finish_element();
        content.sections = inside.sections;
        content.prefixes = content.prefixes || inside.prefixes;
    }
    const std::string_view text = m_window.release();
    row.hash = quick_hash(text);
    row.bytes = text.size();
    m_parser.parse(m_window.writable(text), text.size(), content, m_most_values, row.row);
    leave();
}

}  // namespace obmen::flat
