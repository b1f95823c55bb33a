#include "checks/xsd_diagnosis.hpp"

#include <libxml/parser.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "checks/deviation_list.hpp"
#include "checks/schema_texts.hpp"
#include "checks/schema_tree.hpp"
#include "checks/schema_validator.hpp"
#include "checks/xml_events.hpp"
#include "support/text.hpp"

namespace obmen::checks {

namespace {

/// Characters of a value or a name that a deviation shows.
constexpr std::size_t most_shown = 60;
constexpr std::string_view instance_namespace = "http://www.w3.org/2001/XMLSchema-instance";

std::string_view view(const xmlChar* text) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): libxml2's texts are unsigned UTF-8
    return text == nullptr ? std::string_view{} : std::string_view{reinterpret_cast<const char*>(text)};
}

std::string_view view(const xmlChar* begin, const xmlChar* end) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as above
    return {reinterpret_cast<const char*>(begin), static_cast<std::size_t>(end - begin)};
}

std::string shown(std::string_view text) {
    return quotable(text, most_shown);
}

/// The attributes of a start tag as libxml2's startElementNs has them: five pointers each.
class Attributes {
  public:
    /// Those of XML Schema itself (xsi:type, xsi:noNamespaceSchemaLocation) may stand anywhere and are left
    /// out.
    void take(const xmlChar** attributes, int count) {
        m_pointers.clear();
        for (int i = 0; i < count; ++i, attributes += width) {
            if (view(attributes[2]) != instance_namespace) {
                m_pointers.insert(m_pointers.end(), attributes, attributes + width);
            }
        }
    }
    [[nodiscard]] const xmlChar** pointers() { return m_pointers.data(); }
    [[nodiscard]] int count() const { return static_cast<int>(m_pointers.size()) / width; }

    /// As in the file, but for its references: libxml2 leaves `&#38;` in it.
    [[nodiscard]] std::string value(std::string_view name) const {
        for (std::size_t i = 0; i < m_pointers.size(); i += width) {
            if (view(m_pointers[i]) == name) {
                return without_references(view(m_pointers[i + 3], m_pointers[i + 4]));
            }
        }
        return {};
    }

  private:
    static constexpr int width = 5;

    static std::string without_references(std::string_view value) {
        constexpr std::string_view reference = "&#38;";
        std::string out(value);
        for (std::size_t at = out.find(reference); at != std::string::npos;
             at = out.find(reference, at + 1)) {
            out.replace(at, reference.size(), "&");
        }
        return out;
    }

    std::vector<const xmlChar*> m_pointers;
};

std::string expected_type(std::string_view built_in) {
    static constexpr auto names = std::to_array<std::pair<std::string_view, Code>>({
        {"decimal", Code{"XSD-TYPE-NUMBER"}},
        {"integer", Code{"XSD-TYPE-INTEGER"}},
        {"date", Code{"XSD-TYPE-DATE"}},
        {"time", Code{"XSD-TYPE-TIME"}},
        {"dateTime", Code{"XSD-TYPE-MOMENT"}},
        {"boolean", Code{"XSD-TYPE-FLAG"}},
    });
    const auto* const found = std::ranges::find(names, built_in, &std::pair<std::string_view, Code>::first);
    return found == names.end() ? std::string(built_in) : as_argument(Message{found->second});
}

/// `'Новый', 'Изменен'` as a list without quotes.
std::string expected_list(std::string list) {
    std::erase(list, '\'');
    return list;
}

/// A code for a value that breaks a facet; nothing if the fault is of another kind.
std::optional<Code> value_code(int code) {
    static constexpr auto codes = std::to_array<std::pair<int, Code>>({
        {XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1, Code{"XSD-TYPE"}},
        {XML_SCHEMAV_CVC_ENUMERATION_VALID, Code{"XSD-ENUMERATION"}},
        {XML_SCHEMAV_CVC_MINLENGTH_VALID, Code{"XSD-SHORT"}},
        {XML_SCHEMAV_CVC_MAXLENGTH_VALID, Code{"XSD-LONG"}},
        {XML_SCHEMAV_CVC_LENGTH_VALID, Code{"XSD-LENGTH"}},
        {XML_SCHEMAV_CVC_PATTERN_VALID, Code{"XSD-PATTERN"}},
        {XML_SCHEMAV_CVC_TOTALDIGITS_VALID, Code{"XSD-DIGITS"}},
        {XML_SCHEMAV_CVC_FRACTIONDIGITS_VALID, Code{"XSD-FRACTION"}},
    });
    const auto* const found =
        std::find_if(codes.begin(), codes.end(), [&](const auto& known) { return known.first == code; });
    return found == codes.end() ? std::nullopt : std::optional{found->second};
}

struct Schema {
    explicit Schema(std::string_view text) : tree(text), compiled(text) {}
    SchemaTree tree;
    CompiledSchema compiled;
};

/// One file. libxml2 tells what is in it, the tree which elements belong there, libxml2's validator what is
/// wrong with those.
class Reading final : public XmlEventSink, public SchemaFaultSink {
  public:
    Reading(const Schema& version_2, const Schema& version_3, std::size_t most)
        : m_version_2(version_2), m_version_3(version_3), m_list(most) {}

    std::optional<XsdDiagnosis> diagnose(commerceml::Input& input) {
        if (const std::optional<XmlStop> stop = read_xml_events(input, *this)) {
            m_diagnosis.stopped = Finding{.severity = Severity::warning,
                                          .message = Message{"XSD-STOPPED", {shown(stop->sentence)}},
                                          .place = {.line = stop->line, .column = 0}};
        }
        if (m_foreign) {
            return std::nullopt;
        }
        m_list.move_into(m_diagnosis);
        return std::move(m_diagnosis);
    }

    void start(const xmlChar* name, const xmlChar* uri, const xmlChar** attributes, int count,
               std::uint64_t line) override {
        if (m_skipped > 0) {
            ++m_skipped;
            return;
        }
        m_attributes.take(attributes, count);
        if (!m_validator) {
            choose_schema(view(uri));
            m_foreign = !child_called(name, tree().document());
        }
        const std::optional<std::size_t> type = type_inside(name, line);
        if (!type) {
            m_skipped = 1;
            return;
        }
        m_open.push_back({.name = name, .type = *type, .line = line});
        begin_event();
        m_validator->start(name, m_attributes.pointers(), m_attributes.count());
        m_value.clear();
    }

    void end(const xmlChar* name) override {
        if (m_skipped > 0) {
            --m_skipped;
            return;
        }
        begin_event();
        m_validator->end(name);
        m_open.pop_back();
        m_value.clear();
    }

    void text(const xmlChar* text, int size) override {
        if (m_skipped > 0 || m_open.empty()) {
            return;
        }
        // Four bytes for each character that is shown, and one more to see that something is cut off.
        constexpr std::size_t enough = 4 * (most_shown + 1);
        if (m_value.size() < enough) {
            const std::string_view added = view(text, text + size);
            m_value += added.substr(0, enough);
        }
        begin_event();
        m_validator->text(text, size);
    }

    void take(const SchemaFault& fault) override {
        const std::optional<Code> of_value = value_code(fault.code);
        if (of_value) {
            add_value(*of_value, fault);
            return;
        }
        switch (fault.code) {
            case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1:
            case XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
            case XML_SCHEMAV_CVC_TYPE_3_1_1:
                add({.code = "XSD-ATTRIBUTE",
                     .attribute = shown(fault.attribute),
                     .value = attribute_value(fault)});
                break;
            case XML_SCHEMAV_CVC_COMPLEX_TYPE_4:
                add({.code = "XSD-ATTRIBUTE-MISSING", .attribute = fault.limit});
                break;
            case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_1:
            case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
                if (!trimmed(m_value).empty()) {
                    add({.code = "XSD-TEXT", .value = shown(trimmed(m_value))});
                }
                break;
            case XML_SCHEMAV_ELEMENT_CONTENT:
                add_missing(fault);
                break;
            default:
                add({.code = "XSD-OTHER", .expected = fault.sentence});
        }
    }

  private:
    struct Open {
        const xmlChar* name;
        std::size_t type;
        std::uint64_t line;
        std::uint64_t seen = 0;            ///< a bit for each kind of child
        bool lost_child_of_value = false;  ///< should hold a value, held an element: no value to speak of
    };
    static constexpr std::size_t most_kinds = 64;

    [[nodiscard]] const SchemaTree& tree() const { return m_schema->tree; }

    void choose_schema(std::string_view uri) {
        const std::string version = m_attributes.value("ВерсияСхемы");
        const bool version_3 =
            version.empty() ? uri.find("commerceml_3") != std::string_view::npos : version.starts_with('3');
        m_diagnosis.schema = version_3 ? CommercemlSchema::version_3 : CommercemlSchema::version_2;
        m_schema = version_3 ? &m_version_3 : &m_version_2;
        m_known.resize(tree().type_count());
        m_validator = std::make_unique<SchemaValidator>(m_schema->compiled, *this);
    }

    /// Type of a child of the innermost open element. Nothing if it does not belong there.
    std::optional<std::size_t> type_inside(const xmlChar* name, std::uint64_t line) {
        const std::size_t parent_type = m_open.empty() ? tree().document() : m_open.back().type;
        const SchemaTree::Type& parent = tree().type(parent_type);
        if (parent.anything) {
            return parent_type;
        }
        const std::optional<std::size_t> child = child_called(name, parent_type);
        if (!child) {
            add_child("XSD-ELEMENT", view(name), line);
            if (!m_open.empty()) {
                m_open.back().lost_child_of_value = parent.children.empty();
            }
            return std::nullopt;
        }
        if (!m_open.empty() && *child < most_kinds) {
            const std::uint64_t bit = std::uint64_t{1} << *child;
            if (parent.once && (m_open.back().seen & bit) != 0) {
                add_child("XSD-ELEMENT-REPEATED", view(name), line);
                return std::nullopt;
            }
            m_open.back().seen |= bit;
        }
        return parent.children[*child].type;
    }

    /// SchemaTree::child(), but by pointer once a name has been seen there: libxml2 keeps one copy of each.
    std::optional<std::size_t> child_called(const xmlChar* name, std::size_t parent_type) {
        auto& known = m_known[parent_type];
        const auto found = std::ranges::find(known, name, &Known::first);
        if (found != known.end()) {
            return found->second;
        }
        const std::optional<std::size_t> child = tree().child(parent_type, view(name));
        if (child) {
            known.emplace_back(name, *child);
        }
        return child;
    }

    void begin_event() {
        m_faulty_value = false;
        m_faulty_attribute.clear();
    }

    void add_child(Code code, std::string_view name, std::uint64_t line) {
        XsdDeviation deviation{.code = code, .element = shown(name), .line = line};
        if (!m_open.empty()) {
            deviation.parent = view(m_open.back().name);
        }
        m_list.add(std::move(deviation));
    }

    /// About the innermost open element.
    void add(XsdDeviation deviation) {
        deviation.element = view(m_open.back().name);
        deviation.line = m_open.back().line;
        if (m_open.size() > 1) {
            deviation.parent = view(m_open[m_open.size() - 2].name);
        }
        m_list.add(std::move(deviation));
    }

    [[nodiscard]] std::string attribute_value(const SchemaFault& fault) const {
        return shown(m_attributes.value(fault.attribute));
    }

    /// A value that breaks two facets is told once, and what is left of a value beside an element not at all.
    void add_value(Code code, const SchemaFault& fault) {
        const bool known = m_faulty_value && m_faulty_attribute == fault.attribute;
        if (known || (fault.attribute.empty() && m_open.back().lost_child_of_value)) {
            return;
        }
        m_faulty_value = true;
        m_faulty_attribute = fault.attribute;
        std::string expected = fault.limit;
        if (code.text() == "XSD-TYPE") {
            expected = expected_type(tree().built_in_type(fault.limit));
        } else if (code.text() == "XSD-ENUMERATION") {
            expected = expected_list(fault.limit);
        }
        add({.code = code,
             .attribute = fault.attribute,
             .expected = std::move(expected),
             .value = fault.attribute.empty() ? shown(m_value) : attribute_value(fault)});
    }

    /// What the innermost open element should have held.
    void add_missing(const SchemaFault& fault) {
        const Open& open = m_open.back();
        const std::vector<SchemaTree::Child>& children = tree().type(open.type).children;
        bool told = false;
        for (std::size_t i = 0; i < std::min(children.size(), most_kinds); ++i) {
            if (children[i].required && (open.seen & (std::uint64_t{1} << i)) == 0) {
                told = true;
                m_list.add({.code = "XSD-ELEMENT-MISSING",
                            .parent = std::string(view(open.name)),
                            .element = children[i].name,
                            .line = open.line});
            }
        }
        if (!told && open.seen == 0) {
            add({.code = "XSD-EMPTY"});
        } else if (!told) {
            add({.code = "XSD-OTHER", .expected = fault.sentence});
        }
    }

    const Schema& m_version_2;
    const Schema& m_version_3;
    const Schema* m_schema = nullptr;  ///< chosen at the root
    std::unique_ptr<SchemaValidator> m_validator;
    DeviationList m_list;
    XsdDiagnosis m_diagnosis;

    bool m_foreign = false;     ///< the root belongs to another format
    std::vector<Open> m_open;   ///< elements that belong where they stand, innermost last
    std::size_t m_skipped = 0;  ///< open elements from one on that does not
    Attributes m_attributes;    ///< of the last start tag
    std::string m_value;        ///< the beginning of the text since the last tag

    using Known = std::pair<const xmlChar*, std::size_t>;
    std::vector<std::vector<Known>> m_known;  ///< per type: child names seen, and their positions

    bool m_faulty_value = false;     ///< a value of this event has been told
    std::string m_faulty_attribute;  ///< of which attribute; empty: of the element
};

}  // namespace

struct XsdDiagnoser::Schemas {
    Schema version_2{commerceml_2_schema()};
    Schema version_3{commerceml_3_schema()};
};

std::uint64_t XsdDiagnosis::occurrences() const {
    std::uint64_t sum = left_out;
    for (const XsdDeviation& deviation : deviations) {
        sum += deviation.count;
    }
    return sum;
}

Message message_of(const XsdDeviation& deviation) {
    std::string place =
        deviation.parent.empty() ? deviation.element : deviation.parent + "/" + deviation.element;
    if (!deviation.attribute.empty()) {
        place += "/@" + deviation.attribute;
    }
    return {deviation.code,
            {std::move(place), deviation.value, deviation.expected, deviation.element, deviation.parent,
             deviation.attribute}};
}

XsdDiagnoser::XsdDiagnoser(std::size_t most_deviations) : m_most_deviations(most_deviations) {
    xmlInitParser();
    m_schemas = std::make_unique<Schemas>();
}

XsdDiagnoser::~XsdDiagnoser() = default;

std::optional<XsdDiagnosis> XsdDiagnoser::diagnose(commerceml::Input& input) const {
    return Reading(m_schemas->version_2, m_schemas->version_3, m_most_deviations).diagnose(input);
}

}  // namespace obmen::checks
