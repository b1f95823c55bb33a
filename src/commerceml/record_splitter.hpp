#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/element_tree.hpp"
#include "commerceml/frames.hpp"
#include "commerceml/reader.hpp"
#include "commerceml/text_window.hpp"
#include "commerceml/tokenizer.hpp"

namespace obmen::commerceml {

/// One step through a file.
struct Piece {
    enum class Kind {
        frame_begin,
        frame_end,
        record,   ///< an object of its own, in `element`
        field,    ///< a child that says something of the frame, in `element`
        unknown,  ///< an element nobody knows, which has been skipped
        finished  ///< the file has been read to its end and is whole
    };
    Kind kind = Kind::finished;
    Frame frame = Frame::root;  ///< which frame begins or ends, or which one the element stands in
    std::string_view name{};    ///< local name of the element. Valid until the next piece
    /// frame_begin: the start tag; record, field: the whole element. As decoded; valid until the next piece
    std::string_view text{};
    /// frame_begin: without what is inside; record, field: with it. Valid until the next piece
    Element element{};
    Place place{};  ///< of the start tag
};

/// Follows the frame of a CommerceML file and cuts out the records in it, in bounded memory. Elements are
/// known by their local names. Throws obmen::Error (bad_input) for all that is not well-formed, CML-ROOT and
/// CML-FOREIGN.
class RecordSplitter {
  public:
    static constexpr std::size_t usual_block = std::size_t{128} << 10U;

    /// `input` must outlive the splitter. `block` is how much is read at a time.
    RecordSplitter(Input& input, std::string file_name, const ReaderLimits& limits,
                   std::size_t block = usual_block);

    [[nodiscard]] Piece next();

    [[nodiscard]] Encoding encoding() const { return m_window.decoder().encoding(); }
    [[nodiscard]] const std::string& declared_encoding() const { return m_tokenizer.declared_encoding(); }

    /// Throws obmen::Error with a fatal finding about this file.
    [[noreturn]] void fail(Message message, Place place) const { m_window.fail(std::move(message), place); }

  private:
    [[nodiscard]] Tokenizer::Tag next_tag();
    [[nodiscard]] Piece begin_root(const Tokenizer::Tag& tag);
    [[nodiscard]] Piece begin_frame(Frame frame, const Tokenizer::Tag& tag);
    [[nodiscard]] Piece end_frame();
    [[nodiscard]] Piece cut_out(Piece::Kind kind, const Tokenizer::Tag& tag);
    [[nodiscard]] Piece skip(const Tokenizer::Tag& tag);
    void pass_groups(Frame frame, Place place);

    ReaderLimits m_limits;
    TextWindow m_window;
    Tokenizer m_tokenizer;
    ElementTree m_tree;
    std::vector<Frame> m_frames;     ///< open ones, innermost last
    bool m_has_root = false;         ///< it has begun, and may have ended
    std::string m_name;              ///< of the piece last given
    bool m_end_is_due = false;       ///< the frame just begun was self-closing
    std::size_t m_group_depth = 0;   ///< open Группа
    std::size_t m_group_frames = 0;  ///< open Группа and Группы
};

}  // namespace obmen::commerceml
