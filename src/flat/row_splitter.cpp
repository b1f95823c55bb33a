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
        m_tokenizer.take_start_tag(m_tree);
        m_tree.settle(tag.text);
        m_root_attributes = read_attributes(m_tree.root());
    } catch (const Error& error) {
        // A document type of another format says more than that document types are not welcome.
        if (auto foreign = commerceml::foreign_format(m_tokenizer.doctype_name(), {})) {
            m_window.fail(std::move(*foreign), error.finding().place);
        }
        throw;
    }
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
        if (step == Step::skip) {
            m_tokenizer.skip_element();
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
    row.path = m_path;
    row.place = m_window.hold(tag.text.data());
    m_tokenizer.take_element(m_tree);
    const std::string_view text = m_window.release();
    row.hash = quick_hash(text);
    row.bytes = text.size();
    m_tree.settle(text);
    read_row(m_tree.root(), m_most_values, row.row);
    leave();
}

}  // namespace obmen::flat
