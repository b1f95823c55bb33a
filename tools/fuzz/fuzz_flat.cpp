#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "flat/flat_reader.hpp"
#include "flat/guess.hpp"
#include "flat/mapping.hpp"
#include "fuzz/promise.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

// The promises of src/flat: a guess, written down and read again, is the same guess, in both languages; a
// dump that was guessed can be read by it; groups come with every parent before its children; how the bytes
// arrive changes nothing; what is refused is the file's fault.
namespace {

using namespace obmen;
using namespace obmen::flat;

const commerceml::ReaderLimits limits{
    .depth = 32, .record_bytes = std::size_t{64} << 10U, .record_elements = 2000};

/// Gives what it has a few bytes at a time.
class SlowInput : public commerceml::Input {
  public:
    SlowInput(std::string_view bytes, std::size_t step) : m_bytes(bytes), m_step(step) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t count = std::min({size, m_step, m_bytes.size() - m_at});
        m_bytes.copy(buffer, count, m_at);
        m_at += count;
        return count;
    }
    void rewind() override { m_at = 0; }

  private:
    std::string_view m_bytes;
    std::size_t m_step;
    std::size_t m_at = 0;
};

void require_input_at_fault(const Error& error) {
    require(error.failure_class() == FailureClass::bad_input, "not the file's fault");
    require(is_utf8(full_text(error.finding().message, Language::russian)), "cannot be shown");
}

/// What a reading came to, in words: to compare two.
std::string story(commerceml::Input& input, const std::vector<FlatMapping>& mappings) {
    std::string out;
    const FindingSink warnings = [&](const Finding& finding) {
        out += std::string(finding.message.code.text()) + '\n';
    };
    std::set<std::string> groups;
    try {
        FlatReader reader(input, "flat.xml", mappings, warnings, limits);
        while (const auto record = reader.next()) {
            out += std::to_string(record->record.index()) + ' ' + std::to_string(record->place.line) + '\n';
            if (const auto* group = std::get_if<commerceml::Group>(&record->record)) {
                out += group->id + ' ' + group->parent_id + '\n';
                groups.insert(group->id);
            }
        }
    } catch (const Error& error) {
        require_input_at_fault(error);
        out += full_text(error.finding().message, Language::english);
    }
    return out;
}

std::optional<Guess> guessed(std::string_view bytes) {
    commerceml::MemoryInput input(bytes);
    try {
        return guess(input, "flat.xml", limits);
    } catch (const Error& error) {
        require_input_at_fault(error);
        return std::nullopt;
    }
}

std::vector<FlatMapping> usual_mappings() {
    return parse_mappings(R"([[flat]]
record = "product"
key = ["Код", "@id"]
rows = "*"
[flat.fields]
name = "Наименование"
parent = "КодРодителя"
is_group = "ЭтоГруппа"
quantity = "Остаток"
[flat.prices]
"Розничная" = "Цена"
)",
                          "flat.toml");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::vector<FlatMapping> mappings = usual_mappings();
    if (const auto found = guessed(bytes)) {
        for (const Language language : {Language::english, Language::russian}) {
            const std::string text = mapping_text(*found, "flat.xml", language);
            require(parse_mappings(text, "guess.toml") == found->mappings(),
                    "not the same, written down:\n" + text);
        }
        mappings = found->mappings();
    }
    commerceml::MemoryInput at_once(bytes);
    SlowInput slowly(bytes, 1 + size % 7);
    require(story(at_once, mappings) == story(slowly, mappings), "how the bytes arrive matters");
    return 0;
}
