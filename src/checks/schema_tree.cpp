#include "checks/schema_tree.hpp"

#include <libxml/parser.h>
#include <libxml/tree.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace obmen::checks {

namespace {

constexpr std::string_view built_in_prefix = "xs:";

std::string text_of(const xmlChar* text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libxml2's texts are unsigned UTF-8
    return text == nullptr ? std::string{} : std::string{reinterpret_cast<const char*>(text)};
}

/// An element of a schema, or nothing.
class Node {
  public:
    Node() = default;
    explicit Node(xmlNodePtr node) : m_node(node) {}
    [[nodiscard]] explicit operator bool() const { return m_node != nullptr; }
    [[nodiscard]] bool is(std::string_view name) const { return text_of(m_node->name) == name; }

    /// Empty if there is none.
    [[nodiscard]] std::string attribute(const char* name) const {
        // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
        const std::unique_ptr<xmlChar, Free> value(
            xmlGetProp(m_node, reinterpret_cast<const xmlChar*>(name)));
        return text_of(value.get());
    }
    [[nodiscard]] std::vector<Node> children() const {
        std::vector<Node> nodes;
        for (xmlNodePtr child = xmlFirstElementChild(m_node); child != nullptr;
             child = xmlNextElementSibling(child)) {
            nodes.emplace_back(child);
        }
        return nodes;
    }
    /// The first child `name`, or the one whose attribute `name` is `value`.
    [[nodiscard]] Node child(std::string_view name) const {
        const std::vector<Node> nodes = children();
        const auto found = std::ranges::find_if(nodes, [&](const Node& node) { return node.is(name); });
        return found == nodes.end() ? Node{} : *found;
    }
    [[nodiscard]] Node child_named(std::string_view name, std::string_view value) const {
        const std::vector<Node> nodes = children();
        const auto found = std::ranges::find_if(
            nodes, [&](const Node& node) { return node.is(name) && node.attribute("name") == value; });
        return found == nodes.end() ? Node{} : *found;
    }

  private:
    struct Free {
        void operator()(xmlChar* text) const { xmlFree(text); }
    };
    xmlNodePtr m_node = nullptr;
};

struct FreeDocument {
    void operator()(xmlDocPtr document) const { xmlFreeDoc(document); }
};

/// The xs:all, xs:choice or xs:sequence of a complex type or a group; nothing if it has none.
Node model_of(const Node& definition) {
    for (const char* name : {"all", "choice", "sequence"}) {
        if (const Node model = definition.child(name)) {
            return model;
        }
    }
    return {};
}

bool is_optional(const Node& particle) {
    return particle.attribute("minOccurs") == "0";
}

}  // namespace

class SchemaTree::Builder {
  public:
    Builder(SchemaTree& tree, Node schema) : m_tree(tree), m_schema(schema) {}

    void build() {
        m_tree.m_types.resize(document_type + 1);
        m_tree.m_types[any_type].anything = true;
        const std::vector<Node> definitions = m_schema.children();
        for (const Node& definition : definitions) {
            if (definition.is("simpleType")) {
                m_tree.m_simple_types[definition.attribute("name")] =
                    definition.child("restriction").attribute("base");
            }
        }
        for (const Node& definition : definitions) {
            if (definition.is("element")) {
                add_child(document_type, definition, false);
            }
        }
    }

  private:
    void add_child(std::size_t parent, const Node& element, bool required) {
        // Building the child's type may move the types: the parent is looked up afterwards.
        const std::size_t type = type_of(element);
        m_tree.m_types[parent].children.push_back({element.attribute("name"), type, required});
    }

    std::size_t type_of(const Node& element) {
        if (const Node own = element.child("complexType")) {
            return complex_type(own);
        }
        const std::string name = element.attribute("type");
        if (name == "xs:anyType") {
            return any_type;
        }
        if (name.starts_with(built_in_prefix) || m_tree.m_simple_types.contains(name)) {
            return leaf_type;
        }
        if (const auto known = m_named.find(name); known != m_named.end()) {
            return known->second;
        }
        const Node definition = m_schema.child_named("complexType", name);
        if (!definition) {
            throw std::logic_error("schema: no type " + name);
        }
        return complex_type(definition);
    }

    std::size_t complex_type(const Node& definition) {
        const std::size_t type = m_tree.m_types.size();
        m_tree.m_types.emplace_back();
        if (const std::string name = definition.attribute("name"); !name.empty()) {
            m_named[name] = type;  // before its children: types hold themselves
        }
        if (const Node model = model_of(definition)) {
            m_tree.m_types[type].once = model.is("all");
            add_children(type, model, !model.is("choice"));
        }
        return type;
    }

    void add_children(std::size_t type, const Node& model, bool may_require) {
        const std::vector<Node> particles = model.children();
        for (const Node& particle : particles) {
            if (particle.is("element")) {
                add_child(type, particle, may_require && !is_optional(particle));
            } else if (particle.is("group")) {
                add_children(type, model_of(m_schema.child_named("group", particle.attribute("ref"))), false);
            } else {
                throw std::logic_error("schema: only elements and groups may stand in a content model");
            }
        }
    }

    SchemaTree& m_tree;
    Node m_schema;
    std::map<std::string, std::size_t> m_named;
};

SchemaTree::SchemaTree(std::string_view schema) {
    const std::unique_ptr<xmlDoc, FreeDocument> document(
        xmlReadMemory(schema.data(), static_cast<int>(schema.size()), "schema.xsd", nullptr,
                      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING));
    if (!document) {
        throw std::logic_error("schema: not well-formed");
    }
    Builder(*this, Node(xmlDocGetRootElement(document.get()))).build();
}

std::optional<std::size_t> SchemaTree::child(std::size_t type, std::string_view name) const {
    const std::vector<Child>& children = m_types[type].children;
    const auto found = std::ranges::find(children, name, &Child::name);
    if (found == children.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - children.begin());
}

std::string SchemaTree::built_in_type(std::string_view name) const {
    const auto found = m_simple_types.find(name);
    const std::string_view type = found == m_simple_types.end() ? name : std::string_view{found->second};
    return std::string(type.starts_with(built_in_prefix) ? type.substr(built_in_prefix.size()) : type);
}

}  // namespace obmen::checks
