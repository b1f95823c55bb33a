#include <libxml/parser.h>
#include <libxml/xmlschemas.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "checks/schema_texts.hpp"
#include "checks/schema_tree.hpp"
#include "checks/schema_validator.hpp"
#include "checks/xsd_diagnosis.hpp"
#include "commerceml/reading.hpp"
#include "fuzz/promise.hpp"
#include "fuzz/recipe.hpp"
#include "support/text.hpp"

// The promises of checks/xsd_diagnosis.hpp (`obmen check --xsd`): every file that can be read is diagnosed to
// its end; how its bytes arrive, and how many deviations are told apart, changes nothing of what is found;
// all of it can be shown; and without a namespace a file deviates if, and only if, libxml2's own validation
// of the whole document says so.
//
// If the first byte is odd, the others are the file. If it is even, they are a recipe for one that follows
// the schemas most of the time.
namespace {

using namespace obmen;
using namespace obmen::checks;

const commerceml::ReaderLimits limits{.record_bytes = std::size_t{1} << 20U};

struct Schema {
    explicit Schema(std::string_view text) : tree(text), compiled(text) {}
    SchemaTree tree;
    CompiledSchema compiled;
};

const Schema& schema(CommercemlSchema version) {
    static const Schema version_2(commerceml_2_schema());
    static const Schema version_3(commerceml_3_schema());
    return version == CommercemlSchema::version_3 ? version_3 : version_2;
}

const XsdDiagnoser& diagnoser() {
    static const XsdDiagnoser shared;
    return shared;
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : quotable(text, 400)) {
        out += c == '<' ? "&lt;" : c == '&' ? "&amp;" : c == '"' ? "&quot;" : std::string(1, c);
    }
    return out;
}

/// A document that a recipe describes.
class Writer {
  public:
    explicit Writer(Recipe recipe) : m_recipe(recipe) {
        const std::size_t first = m_recipe.number();
        m_version = (first & 1U) != 0 ? CommercemlSchema::version_3 : CommercemlSchema::version_2;
        m_text = "<КоммерческаяИнформация ВерсияСхемы=\"";
        m_text += m_version == CommercemlSchema::version_3 ? "3.1\"" : "2.10\"";
        m_text += (first & 2U) != 0 ? " ДатаФормирования=\"2026-01-15T10:00:00\"" : "";
        m_text += (first & 12U) == 12 ? " xmlns=\"urn:1C.ru:commerceml_2\"" : "";
        m_text += ">";
        m_open.push_back({"КоммерческаяИнформация", tree().type(tree().document()).children.front().type});
    }

    std::string document() {
        while (!m_recipe.is_empty() && m_text.size() < 20'000) {
            step(m_recipe.number());
        }
        while (!m_open.empty()) {
            close();
        }
        return std::move(m_text);
    }

  private:
    struct Open {
        std::string name;
        std::size_t type;
        std::set<std::string> children{};
    };

    [[nodiscard]] const SchemaTree& tree() const { return schema(m_version).tree; }
    [[nodiscard]] const SchemaTree::Type& type() const { return tree().type(m_open.back().type); }

    void step(std::size_t what) {
        if (what == 255) {
            open("Чужой", m_open.back().type);
        } else if (what % 8 >= 5 && m_open.size() > 1) {
            close();
        } else if (type().children.empty() || what == 254) {
            m_text += value(what / 8);
        } else {
            const SchemaTree::Child& child = type().children.at(m_recipe.number() % type().children.size());
            if (!type().once || what > 250 || !m_open.back().children.contains(child.name)) {
                open(child.name, child.type);
            }
        }
    }

    void open(const std::string& name, std::size_t type) {
        m_open.back().children.insert(name);
        m_text += '<' + name;
        if (const std::size_t attributes = m_recipe.number(); attributes > 240) {
            static constexpr auto names = std::to_array<std::string_view>(
                {"СодержитТолькоИзменения", "Код", "НаименованиеПолное", "Чужой", "xml:lang", "Ид"});
            m_text +=
                ' ' + std::string(names.at(attributes % names.size())) + "=\"" + value(attributes) + '"';
        }
        m_text += '>';
        m_open.push_back({name, type});
    }

    void close() {
        // Mostly with what must be there.
        if (m_recipe.number() < 240 && m_open.size() < 12) {
            for (const SchemaTree::Child& child : type().children) {
                if (child.required && !m_open.back().children.contains(child.name)) {
                    open(child.name, child.type);
                    m_text += type().children.empty() ? "7" : "";
                    close();
                }
            }
        }
        m_text += "</" + m_open.back().name + '>';
        m_open.pop_back();
    }

    std::string value(std::size_t kind) {
        static constexpr auto known = std::to_array<std::string_view>(
            {"true", "false", "2026-01-15", "10:30:00", "2026-01-15T10:30:00", "10.50", "-1", "7", "Удален",
             "Покупатель", "bd72d8f9-55bc-11d9-848a-00112f43529a", "796", " ", "\n", "1e400", "0.1234567"});
        if (kind % 4 == 0) {
            const std::size_t length = m_recipe.number();
            return escaped(m_recipe.text(length % 32));
        }
        std::string text{known.at(m_recipe.number() % known.size())};
        return kind % 4 == 1 && text.size() < 20 ? text + std::string(m_recipe.number() * 2, '1') : text;
    }

    Recipe m_recipe;
    CommercemlSchema m_version = CommercemlSchema::version_2;
    std::string m_text;
    std::vector<Open> m_open;
};

std::string told(const XsdDiagnosis& diagnosis) {
    std::string text;
    for (const XsdDeviation& deviation : diagnosis.deviations) {
        const Message message = message_of(deviation);
        for (const Language language : {Language::russian, Language::english}) {
            const std::string shown = full_text(message, language);
            require(is_utf8(shown) && shown.size() < 4'000, "a text that cannot be shown");
            text += shown + '\n';
        }
        text += std::to_string(deviation.line) + " x" + std::to_string(deviation.count) + '\n';
    }
    return text + std::to_string(diagnosis.left_out) + (diagnosis.stopped ? " stopped" : "");
}

void require_sound(const XsdDiagnosis& diagnosis, std::string_view bytes) {
    const auto lines = static_cast<std::uint64_t>(
        1 + std::count_if(bytes.begin(), bytes.end(), [](char c) { return c == '\n' || c == '\r'; }));
    std::uint64_t last = 0;
    for (const XsdDeviation& deviation : diagnosis.deviations) {
        require(deviation.count > 0, "a deviation that does not occur");
        require(deviation.line >= 1 && deviation.line >= last && deviation.line <= lines,
                "a line where nothing is, or in no order");
        last = deviation.line;
    }
}

std::optional<XsdDiagnosis> diagnosed(std::string_view bytes) {
    commerceml::MemoryInput input(bytes);
    return diagnoser().diagnose(input);
}

void ignore(void* /*nobody*/, xmlErrorPtr /*error*/) {}

/// What libxml2 says of the document as a whole; nothing if it cannot read it by itself.
std::optional<bool> is_valid(std::string_view bytes, CommercemlSchema version) {
    struct Free {
        void operator()(xmlDocPtr document) const { xmlFreeDoc(document); }
        void operator()(xmlSchemaValidCtxtPtr context) const { xmlSchemaFreeValidCtxt(context); }
    };
    xmlSetStructuredErrorFunc(nullptr, &ignore);
    const std::unique_ptr<xmlDoc, Free> document(xmlReadMemory(
        bytes.data(), static_cast<int>(bytes.size()), "fuzz.xml", nullptr, XML_PARSE_NONET | XML_PARSE_HUGE));
    if (!document) {
        return std::nullopt;
    }
    const std::unique_ptr<xmlSchemaValidCtxt, Free> context(
        xmlSchemaNewValidCtxt(schema(version).compiled.get()));
    xmlSchemaSetValidStructuredErrors(context.get(), &ignore, nullptr);
    return xmlSchemaValidateDoc(context.get(), document.get()) == 0;
}

/// White space of another kind counts as a text to libxml2, and attributes of XML Schema itself change what
/// it asks for; obmen passes over both.
bool can_be_compared(std::string_view bytes) {
    for (const std::string_view other : {"xmlns", "\xC2\xA0", "&#160", "&#xA0", "&#xa0"}) {
        if (bytes.find(other) != std::string_view::npos) {
            return false;
        }
    }
    return is_utf8(bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string bytes = data[0] % 2 != 0 ? std::string{rest} : Writer(Recipe{rest}).document();
    if (commerceml::read_bytes(bytes, limits).fatal) {
        return 0;
    }
    const std::optional<XsdDiagnosis> diagnosis = diagnosed(bytes);
    if (!diagnosis) {
        return 0;
    }
    require(
        !diagnosis->stopped,
        "not read to its end: " +
            (diagnosis->stopped ? full_text(diagnosis->stopped->message, Language::english) : std::string()));
    require_sound(*diagnosis, bytes);
    const std::string text = told(*diagnosis);

    commerceml::DripInput drip(bytes, 1 + size % 7);
    const std::optional<XsdDiagnosis> dripped = diagnoser().diagnose(drip);
    require(dripped && told(*dripped) == text, "how the bytes arrive matters");

    static const XsdDiagnoser few(2);
    commerceml::MemoryInput input(bytes);
    const std::optional<XsdDiagnosis> cut = few.diagnose(input);
    require(cut && cut->deviations.size() <= 2 && cut->occurrences() == diagnosis->occurrences(),
            "occurrences are lost where there are too many deviations");

    if (can_be_compared(bytes)) {
        const std::optional<bool> valid = is_valid(bytes, diagnosis->schema);
        require(!valid || *valid == diagnosis->deviations.empty(),
                (valid.value_or(false) ? "valid, but: " : "not valid, but nothing is told") + text);
    }
    return 0;
}
