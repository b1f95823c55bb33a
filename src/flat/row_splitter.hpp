#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/reader.hpp"
#include "commerceml/text_window.hpp"
#include "commerceml/tokenizer.hpp"
#include "flat/row.hpp"

namespace obmen::flat {

/// Cuts the rows out of a flat dump, in bounded memory: one row at a time. Throws obmen::Error (bad_input)
/// for all that is not well-formed and for text between the elements that are followed.
class RowSplitter {
  public:
    /// What is done with an element below the root.
    enum class Step : std::uint8_t {
        follow,  ///< its children are looked at
        row,     ///< it is given, whole
        skip
    };
    /// Called once for every child of the root and of what is followed, with its path from the root on
    /// (`Товары/Строка`), local names only.
    using Decide = std::function<Step(std::string_view path)>;

    struct CutRow {
        std::string path;
        Place place;
        std::uint64_t hash = 0;  ///< quick_hash of the element's bytes as UTF-8
        std::size_t bytes = 0;
        Row row;
    };

    static constexpr std::size_t usual_block = std::size_t{128} << 10U;

    /// `input` must stand at its first byte and outlive the splitter.
    RowSplitter(commerceml::Input& input, std::string file_name, const commerceml::ReaderLimits& limits,
                std::size_t most_values = std::numeric_limits<std::size_t>::max(),
                std::size_t block = usual_block);

    /// Reads the root's start tag. Must be called once, first.
    void read_root();
    [[nodiscard]] const std::string& root_name() const { return m_root_name; }  ///< local name
    [[nodiscard]] const std::string& root_tag() const { return m_root_tag; }    ///< as written
    [[nodiscard]] Place root_place() const { return m_root_place; }
    /// Attributes of the root that have no prefix, as sources (`@Имя`).
    [[nodiscard]] const Row& root_attributes() const { return m_root_attributes; }

    /// The next row into `row`, whose memory is used again. False once the file has been read to its end and
    /// is whole.
    [[nodiscard]] bool next(const Decide& decide, CutRow& row);

    /// The path being looked at, also after a fault.
    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] commerceml::Encoding encoding() const { return m_window.decoder().encoding(); }
    [[nodiscard]] const std::string& declared_encoding() const { return m_tokenizer.declared_encoding(); }

    /// Throws obmen::Error with a fatal finding about this file.
    [[noreturn]] void fail(Message message, Place place) const { m_window.fail(std::move(message), place); }

  private:
    void enter(std::string_view name);
    void leave();
    void cut_out(const commerceml::Tokenizer::Tag& tag, CutRow& row);

    commerceml::TextWindow m_window;
    commerceml::Tokenizer m_tokenizer;
    commerceml::ElementTree m_tree;
    std::size_t m_most_values;
    std::string m_root_name;
    std::string m_root_tag;
    Place m_root_place;
    Row m_root_attributes;
    std::string m_path;
    std::vector<std::size_t> m_path_lengths;  ///< of m_path before each open element below the root
};

}  // namespace obmen::flat
