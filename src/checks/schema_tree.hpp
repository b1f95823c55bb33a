#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace obmen::checks {

/// Which elements may stand inside which, read from one of our schemas. libxml2 knows it too, but after one
/// element that does not belong it gives up on the rest of its parent: so such elements are found here, and
/// kept away from it.
///
/// Understands what our schemas use: elements with a named type or a complex type of their own; xs:all,
/// xs:choice and xs:sequence without nesting; references to groups. Throws std::logic_error for anything
/// else.
class SchemaTree {
  public:
    struct Child {
        std::string name;
        std::size_t type = 0;   ///< what it may hold itself
        bool required = false;  ///< its absence is a deviation
    };
    struct Type {
        std::vector<Child> children;
        bool once = false;      ///< each child at most once
        bool anything = false;  ///< xs:anyType
    };

    explicit SchemaTree(std::string_view schema);

    /// The type whose only child is the root element.
    [[nodiscard]] std::size_t document() const { return document_type; }
    [[nodiscard]] const Type& type(std::size_t index) const { return m_types[index]; }
    [[nodiscard]] std::size_t type_count() const { return m_types.size(); }
    /// Position of the child called `name`; nothing if it may not stand there.
    [[nodiscard]] std::optional<std::size_t> child(std::size_t type, std::string_view name) const;

    /// The built-in type, without prefix, that the simple type called `name` restricts; `name` itself without
    /// its prefix if it is built in.
    [[nodiscard]] std::string built_in_type(std::string_view name) const;

  private:
    class Builder;
    static constexpr std::size_t leaf_type = 0;
    static constexpr std::size_t any_type = 1;
    static constexpr std::size_t document_type = 2;

    std::vector<Type> m_types;
    std::map<std::string, std::string, std::less<>> m_simple_types;  ///< name → base
};

}  // namespace obmen::checks
