#include "checks/schema_tree.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <stdexcept>

namespace obmen::checks {

namespace {

constexpr std::string_view built_in_prefix = "xs:";

bool is(const pugi::xml_node& node, std::string_view name) {
    return name == node.name();
}

/// The xs:all, xs:choice or xs:sequence of a complex type or a group; empty if it has none.
pugi::xml_node model_of(const pugi::xml_node& definition) {
    for (const char* name : {"xs:all", "xs:choice", "xs:sequence"}) {
        if (const pugi::xml_node model = definition.child(name)) {
            return model;
        }
    }
    return {};
}

bool is_optional(const pugi::xml_node& particle) {
    return std::string_view{particle.attribute("minOccurs").value()} == "0";
}

}  // namespace

class SchemaTree::Builder {
  public:
    Builder(SchemaTree& tree, const pugi::xml_node& schema) : m_tree(tree), m_schema(schema) {}

    void build() {
        m_tree.m_types.resize(document_type + 1);
        m_tree.m_types[any_type].anything = true;
        for (const pugi::xml_node& simple : m_schema.children("xs:simpleType")) {
            const pugi::xml_node restriction = simple.child("xs:restriction");
            m_tree.m_simple_types[simple.attribute("name").value()] = restriction.attribute("base").value();
        }
        for (const pugi::xml_node& element : m_schema.children("xs:element")) {
            add_child(document_type, element, false);
        }
    }

  private:
    void add_child(std::size_t parent, const pugi::xml_node& element, bool required) {
        // Building the child's type may move the types: the parent is looked up afterwards.
        const std::size_t type = type_of(element);
        m_tree.m_types[parent].children.push_back({element.attribute("name").value(), type, required});
    }

    std::size_t type_of(const pugi::xml_node& element) {
        if (const pugi::xml_node own = element.child("xs:complexType")) {
            return complex_type(own);
        }
        const std::string name = element.attribute("type").value();
        if (name == "xs:anyType") {
            return any_type;
        }
        if (name.starts_with(built_in_prefix) || m_tree.m_simple_types.contains(name)) {
            return leaf_type;
        }
        if (const auto known = m_named.find(name); known != m_named.end()) {
            return known->second;
        }
        const pugi::xml_node definition =
            m_schema.find_child_by_attribute("xs:complexType", "name", name.c_str());
        if (!definition) {
            throw std::logic_error("schema: no type " + name);
        }
        return complex_type(definition);
    }

    std::size_t complex_type(const pugi::xml_node& definition) {
        const std::size_t type = m_tree.m_types.size();
        m_tree.m_types.emplace_back();
        if (const std::string name = definition.attribute("name").value(); !name.empty()) {
            m_named[name] = type;  // before its children: types hold themselves
        }
        if (const pugi::xml_node model = model_of(definition)) {
            m_tree.m_types[type].once = is(model, "xs:all");
            add_children(type, model, !is(model, "xs:choice"));
        }
        return type;
    }

    void add_children(std::size_t type, const pugi::xml_node& model, bool may_require) {
        for (const pugi::xml_node& particle : model.children()) {
            if (is(particle, "xs:element")) {
                add_child(type, particle, may_require && !is_optional(particle));
            } else if (is(particle, "xs:group")) {
                const pugi::xml_node group =
                    m_schema.find_child_by_attribute("xs:group", "name", particle.attribute("ref").value());
                add_children(type, model_of(group), false);
            } else if (particle.type() == pugi::node_element) {
                throw std::logic_error(std::string("schema: ") + particle.name() + " is not understood");
            }
        }
    }

    SchemaTree& m_tree;
    pugi::xml_node m_schema;
    std::map<std::string, std::size_t> m_named;
};

SchemaTree::SchemaTree(std::string_view schema) {
    pugi::xml_document document;
    if (!document.load_buffer(schema.data(), schema.size())) {
        throw std::logic_error("schema: not well-formed");
    }
    Builder(*this, document.child("xs:schema")).build();
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
