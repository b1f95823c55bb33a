#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::commerceml {

class Element;

/// One element with everything inside it, as the tokenizer passed it: a list of tags in document order, each
/// with the offsets of its parts. Nothing is copied and nothing is decoded until it is asked for, so building
/// it costs next to nothing, and what nobody reads costs nothing more.
///
/// The tokenizer builds it (it must have checked what is in here); everyone else reads it through Element.
class ElementTree {
  public:
    /// Forgets everything. The memory stays, for the next element.
    void clear();

    /// A start tag. Offsets count from the `<` of the outermost one.
    /// \pre `prefix_size` counts the colon; `content` is the offset after the `>`
    void open(std::size_t name, std::size_t prefix_size, std::size_t name_size, std::size_t content);
    /// An attribute of the element opened last.
    void add_attribute(std::size_t name, std::size_t name_size, std::size_t value, std::size_t value_size);
    /// The innermost open element holds more than one plain text: references, sections, comments, elements.
    void mark_mixed() { m_nodes[m_open.back()].verbatim = false; }
    /// The end tag of the innermost open element.
    void close(std::size_t content_end, std::size_t end);
    /// The end of an element that is its own end tag.
    void close_empty();

    /// Where the text stands now that it will not move any more. \pre `text` holds all that was opened
    void settle(std::string_view text);

    /// The outermost element. Valid until clear() and as long as the text of settle() stays.
    [[nodiscard]] Element root() const;

  private:
    friend class Element;
    /// Offsets are 32 bits wide: an element's size is limited far below that (ReaderLimits::record_bytes).
    struct Node {
        std::uint32_t name = 0;  ///< of the local name
        std::uint32_t name_size = 0;
        std::uint32_t prefix_size = 0;
        std::uint32_t content = 0;
        std::uint32_t content_end = 0;
        std::uint32_t end = 0;   ///< after the end tag
        std::uint32_t next = 0;  ///< index of the first node that is not inside
        std::uint32_t first_attribute = 0;
        std::uint32_t attributes = 0;
        bool verbatim = true;  ///< the content is a text to be taken as it stands, but for its line ends
    };
    struct Attribute {
        std::uint32_t name;
        std::uint32_t name_size;
        std::uint32_t value;
        std::uint32_t value_size;
    };

    std::vector<Node> m_nodes;
    std::vector<Attribute> m_attributes;
    std::vector<std::uint32_t> m_open;
    std::string_view m_text;
    bool m_carriage_returns = false;
};

/// A view of one element of a tree, or of none. Cheap to copy; valid as long as the tree is.
class Element {
  public:
    class Iterator;
    class Children;

    Element() = default;

    [[nodiscard]] explicit operator bool() const { return m_tree != nullptr; }
    /// Without its prefix.
    [[nodiscard]] std::string_view name() const;
    /// What stands before the colon, empty if there is none.
    [[nodiscard]] std::string_view prefix() const;
    /// Bytes from the `<` of the outermost element to its own.
    [[nodiscard]] std::size_t offset() const { return node().name - node().prefix_size - 1; }

    /// The elements directly inside, none in no element.
    [[nodiscard]] Children children() const;
    /// Those of that local name.
    [[nodiscard]] Children children(std::string_view local_name) const;
    /// The first of that local name; no element if there is none.
    [[nodiscard]] Element child(std::string_view local_name) const;

    /// All the text directly inside, however many pieces it is in, with references resolved, sections taken
    /// as they are and line ends as LF (XML 1.0, 2.11).
    [[nodiscard]] std::string text() const;

    /// The value of the attribute, whose name is compared with its prefix; normalised (XML 1.0, 3.3.3).
    [[nodiscard]] std::optional<std::string> attribute(std::string_view qualified_name) const;

    /// Attributes in the order of the file.
    [[nodiscard]] std::size_t attribute_count() const { return m_tree == nullptr ? 0 : node().attributes; }
    /// With its prefix. \pre `index` < attribute_count()
    [[nodiscard]] std::string_view attribute_name(std::size_t index) const;
    /// Normalised. \pre `index` < attribute_count()
    [[nodiscard]] std::string attribute_value(std::size_t index) const;

  private:
    friend class ElementTree;
    Element(const ElementTree& tree, std::uint32_t index) : m_tree(&tree), m_index(index) {}

    [[nodiscard]] const ElementTree::Node& node() const { return m_tree->m_nodes[m_index]; }
    [[nodiscard]] std::string mixed_text() const;

    const ElementTree* m_tree = nullptr;
    std::uint32_t m_index = 0;
};

/// Steps from one child to the next, over those whose name is not the one wanted.
class Element::Iterator {
  public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Element;
    using difference_type = std::ptrdiff_t;
    using pointer = const Element*;
    using reference = Element;

    Iterator() = default;
    /// From `element` on, up to the node `end`; an empty name wants all.
    Iterator(Element element, std::uint32_t end, std::string_view wanted)
        : m_element(element), m_end(end), m_wanted(wanted) {
        skip_others();
    }

    [[nodiscard]] Element operator*() const { return m_element; }
    Iterator& operator++() {
        m_element.m_index = m_element.node().next;
        skip_others();
        return *this;
    }
    Iterator operator++(int) {
        Iterator before = *this;
        ++*this;
        return before;
    }
    [[nodiscard]] bool operator==(const Iterator& other) const {
        return m_element.m_index == other.m_element.m_index;
    }

  private:
    void skip_others() {
        while (m_element.m_index < m_end && !m_wanted.empty() && m_element.name() != m_wanted) {
            m_element.m_index = m_element.node().next;
        }
    }

    Element m_element;
    std::uint32_t m_end = 0;
    std::string_view m_wanted;
};

class Element::Children {
  public:
    Children(Iterator begin, Iterator end) : m_begin(begin), m_end(end) {}
    [[nodiscard]] Iterator begin() const { return m_begin; }
    [[nodiscard]] Iterator end() const { return m_end; }

  private:
    Iterator m_begin;
    Iterator m_end;
};

inline std::string_view Element::name() const {
    return m_tree->m_text.substr(node().name, node().name_size);
}

inline Element::Children Element::children(std::string_view local_name) const {
    if (m_tree == nullptr) {
        return {{}, {}};
    }
    const std::uint32_t end = node().next;
    return {Iterator{Element{*m_tree, m_index + 1}, end, local_name},
            Iterator{Element{*m_tree, end}, end, {}}};
}

inline Element::Children Element::children() const {
    return children({});
}

}  // namespace obmen::commerceml
