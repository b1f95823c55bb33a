#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "commerceml/element_tree.hpp"
#include "commerceml/reader.hpp"
#include "commerceml/text_window.hpp"

namespace obmen::commerceml {

/// A strict tokenizer of XML 1.0 (fifth edition) with namespaces and without DTDs. What it lets pass is
/// well-formed: legal characters, the five predefined references and legal character references, attributes
/// quoted and unique, proper comments, instructions and CDATA sections, matched tags, declared prefixes, one
/// root and nothing around it.
///
/// It knows nothing of CommerceML. Everything that is wrong is an obmen::Error with the place.
class Tokenizer {
  public:
    struct Tag {
        enum class Kind { start, end, finished };
        Kind kind = Kind::finished;
        bool self_closing = false;  ///< a start tag that is its own end: no end tag will come
        std::string_view name{};    ///< with its prefix
        std::string_view text{};    ///< all of a start tag, from `<` to `>`
    };

    Tokenizer(TextWindow& window, const ReaderLimits& limits);

    /// The next tag. Text before it must be white space; comments and instructions are passed. The tag's
    /// views are valid until the next call.
    [[nodiscard]] Tag next();

    /// Passes the element whose start tag next() has just given, up to and with its end tag.
    void skip_element();
    /// The same, and writes down into `tree` what is passed. The offsets count from the start tag, which the
    /// window must hold: ElementTree::settle() is the caller's.
    void take_element(ElementTree& tree);
    /// Writes down only that start tag.
    void take_start_tag(ElementTree& tree) const;

    /// Open elements.
    [[nodiscard]] std::size_t depth() const { return m_name_lengths.size(); }
    /// More open elements than this are an XML-LIMIT.
    void set_depth_limit(std::size_t limit) { m_depth_limit = limit; }

    /// As written in the XML declaration; empty if absent. Known once next() has given the root.
    [[nodiscard]] const std::string& declared_encoding() const { return m_declared_encoding; }
    /// After an XML-DOCTYPE: which document type it declares.
    [[nodiscard]] const std::string& doctype_name() const { return m_doctype_name; }

  private:
    struct Attribute {
        std::string_view name;
        std::string_view value;
        bool prefixed = false;
    };
    struct Namespace {
        std::size_t depth;
        std::string prefix;
        std::string uri;
    };

    void begin();
    [[nodiscard]] Tag finish();
    void pass_content(ElementTree* tree);
    void pass_spaces();
    [[nodiscard]] bool pass_text();
    void pass_comment();
    void pass_section();
    void pass_instruction();
    void pass_until(char first, std::string_view terminator);
    void pass_start_tag();
    void pass_end_tag(ElementTree* tree);
    void pass_bang(bool in_element);
    [[nodiscard]] char next_but_one();
    [[nodiscard]] bool looking_at(std::string_view literal);
    [[nodiscard]] const char* refill(const char* at);
    template <typename Parse>
    void pass_whole(Parse parse);

    // These look at the window from a pointer on; they return what follows, or nullptr where the window ends
    // too early.
    [[nodiscard]] const char* after_start_tag(const char* at);
    [[nodiscard]] const char* after_end_tag(const char* at) const;
    [[nodiscard]] const char* after_attribute(const char* at);
    [[nodiscard]] const char* after_attribute_value(const char* at) const;
    [[nodiscard]] const char* after_name(const char* at, Code expected, bool& prefixed) const;
    [[nodiscard]] const char* after_reference(const char* at) const;
    [[nodiscard]] const char* after_character_reference(const char* at) const;
    [[nodiscard]] const char* after_instruction_target(const char* at) const;
    [[nodiscard]] const char* after_declaration(const char* at);

    void check_attributes() const;
    void check_namespaces();
    void declare_prefix(const Attribute& attribute);
    void require_prefix(std::string_view name) const;
    [[nodiscard]] const std::string* uri_of(std::string_view prefix) const;
    void write_start_tag(ElementTree& tree, const char* origin) const;
    void open_element();
    void close_element();
    void forget_prefixes(std::size_t depth);
    [[nodiscard]] std::string_view innermost() const;

    [[noreturn]] void malformed(const Message& reason, const char* at) const;
    [[noreturn]] void stray_text(const char* at) const;
    [[noreturn]] void truncated() const;
    [[noreturn]] void limit(const Message& what, std::size_t size, const char* at) const;
    [[noreturn]] void refuse_doctype();

    TextWindow& m_window;
    ReaderLimits m_limits;
    std::size_t m_depth_limit;
    bool m_begun = false;
    bool m_markup_seen = false;
    bool m_root_seen = false;
    std::string m_declared_encoding;
    std::string m_doctype_name;

    std::string m_names;                      ///< of the open elements, one after the other
    std::vector<std::size_t> m_name_lengths;  ///< one per open element
    std::vector<Namespace> m_namespaces;      ///< declared prefixes, innermost last

    // The start tag last seen.
    std::string_view m_name;
    bool m_prefixed = false;
    bool m_self_closing = false;
    std::vector<Attribute> m_attributes;
};

}  // namespace obmen::commerceml
