#include "commerceml/record_splitter.hpp"

#include <utility>

#include "commerceml/foreign_formats.hpp"
#include "commerceml/names.hpp"
#include "support/error.hpp"

namespace obmen::commerceml {

RecordSplitter::RecordSplitter(Input& input, std::string file_name, const ReaderLimits& limits,
                               std::size_t block)
    : m_limits(limits),
      m_window(input, std::move(file_name), block, limits.record_bytes),
      m_tokenizer(m_window, limits) {}

Piece RecordSplitter::next() {
    if (m_end_is_due) {
        m_end_is_due = false;
        return end_frame();
    }
    for (;;) {
        const Tokenizer::Tag tag = next_tag();
        if (tag.kind == Tokenizer::Tag::Kind::finished) {
            return {};
        }
        if (tag.kind == Tokenizer::Tag::Kind::end) {
            return end_frame();
        }
        // The tag's own name is lost as soon as the element is passed.
        m_name = local_name(tag.name);
        if (m_frames.empty()) {
            return begin_root(tag);
        }
        const Meaning meaning = meaning_of(m_frames.back(), m_name);
        switch (meaning.role) {
            case Role::frame:
                return begin_frame(meaning.frame, tag);
            case Role::record:
                return cut_out(Piece::Kind::record, tag);
            case Role::field:
                return cut_out(Piece::Kind::field, tag);
            case Role::unknown:
                return skip(tag);
            case Role::ignored:
                static_cast<void>(skip(tag));
                break;
        }
    }
}

Tokenizer::Tag RecordSplitter::next_tag() {
    try {
        return m_tokenizer.next();
    } catch (const Error& error) {
        // A document type of another format says more than that document types are not welcome.
        if (std::optional<Message> foreign = foreign_format(m_tokenizer.doctype_name(), {})) {
            m_window.fail(std::move(*foreign), error.finding().place);
        }
        if (std::optional<Message> page =
                m_has_root ? std::nullopt : page_in({m_window.at(), m_window.end()})) {
            m_window.fail(std::move(*page), error.finding().place);
        }
        throw;
    }
}

Piece RecordSplitter::begin_root(const Tokenizer::Tag& tag) {
    const std::string_view name = local_name(tag.name);
    if (std::optional<Message> foreign = foreign_format(name, tag.text)) {
        m_window.fail(std::move(*foreign), tag.text.data());
    }
    if (name != root_name) {
        m_window.fail(wrong_root(tag.name), tag.text.data());
    }
    m_has_root = true;
    return begin_frame(Frame::root, tag);
}

Piece RecordSplitter::begin_frame(Frame frame, const Tokenizer::Tag& tag) {
    m_tokenizer.take_start_tag(m_tree);
    m_tree.settle(tag.text);
    Piece piece{.kind = Piece::Kind::frame_begin,
                .frame = frame,
                .name = m_name,
                .text = tag.text,
                .element = m_tree.root(),
                .place = m_window.count_to(tag.text.data())};
    m_frames.push_back(frame);
    m_end_is_due = tag.self_closing;
    if (frame == Frame::group || frame == Frame::groups) {
        pass_groups(frame, piece.place);
    }
    return piece;
}

/// The group tree may be deep; the frames of it do not count against the other depth limit.
void RecordSplitter::pass_groups(Frame frame, Place place) {
    ++m_group_frames;
    m_group_depth += frame == Frame::group ? 1U : 0U;
    if (m_group_depth > m_limits.group_depth) {
        m_window.fail(Message{"XML-LIMIT",
                              {as_argument({"XML-LIMIT-GROUP-DEPTH"}), std::to_string(m_limits.group_depth)}},
                      place);
    }
    m_tokenizer.set_depth_limit(m_limits.depth + m_group_frames);
}

Piece RecordSplitter::end_frame() {
    const Frame frame = m_frames.back();
    m_frames.pop_back();
    if (frame == Frame::group || frame == Frame::groups) {
        --m_group_frames;
        m_group_depth -= frame == Frame::group ? 1U : 0U;
        m_tokenizer.set_depth_limit(m_limits.depth + m_group_frames);
    }
    return {.kind = Piece::Kind::frame_end, .frame = frame};
}

Piece RecordSplitter::cut_out(Piece::Kind kind, const Tokenizer::Tag& tag) {
    Piece piece{.kind = kind, .frame = m_frames.back(), .name = m_name};
    piece.place = m_window.hold(tag.text.data());
    m_tokenizer.take_element(m_tree);
    piece.text = m_window.release();
    m_tree.settle(piece.text);
    piece.element = m_tree.root();
    return piece;
}

Piece RecordSplitter::skip(const Tokenizer::Tag& tag) {
    Piece piece{.kind = Piece::Kind::unknown,
                .frame = m_frames.back(),
                .name = m_name,
                .place = m_window.count_to(tag.text.data())};
    m_tokenizer.skip_element();
    return piece;
}

}  // namespace obmen::commerceml
