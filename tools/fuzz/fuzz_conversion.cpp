#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "checks/checks.hpp"
#include "commerceml/reading.hpp"
#include "crm/converter.hpp"
#include "crm/memory_references.hpp"
#include "crm/packed_groups.hpp"
#include "fuzz/promise.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

// The promises of checks/checks.hpp and crm/converter.hpp, for whatever values an export may hold: no record
// of those that can be used is passed over in silence, every wish can be kept in the ledger and reads the
// same again, what is told of it can be shown, and the same export means the same a second time.
//
// The size of the input chooses the mapping.
namespace {

using namespace obmen;
using namespace obmen::crm;

const commerceml::ReaderLimits limits{.record_bytes = std::size_t{1} << 20U};

const Mapping& mapping_for(std::size_t number) {
    static const std::string base(default_mapping_text());
    const auto changed = [](const std::string& from, const std::string& to) {
        std::string text = base;
        const std::size_t at = text.find(from);
        require(at != std::string::npos, "the default mapping has no " + from);
        return read_mapping(text.replace(at, from.size(), to), "mapping.toml");
    };
    static const std::array<Mapping, 4> mappings{
        read_mapping(base, "mapping.toml"), changed("variants = \"separate\"", "variants = \"fold\""),
        changed("default_currency = \"\"", "default_currency = \"RUB\""),
        changed("deletion_mark = \"deactivate\"", "deletion_mark = \"delete\"")};
    return mappings.at(number % mappings.size());
}

void require_shown(const Message& message) {
    for (const Language language : {Language::russian, Language::english}) {
        require(is_utf8(full_text(message, language)), "a text that cannot be shown");
    }
}

/// What a package comes to, as it would be stored.
class Story {
  public:
    void add(const Wish& wish) {
        require(!wish.key.id.empty(), "a wish for nothing");
        require(is_part(wish.entity) == wish.owner.has_value(),
                "a part without its owner, or an owner too many");
        const std::string stored = packed(wish.groups);
        const std::vector<FieldGroup> again = unpacked(stored);
        require(again == wish.groups && to_json(again) == to_json(wish.groups), "a wish reads differently");
        m_text += "wish " + key_of(wish.key) + ' ' + wish.source_id + ' ' + stored + '\n';
        ++m_objects;
    }
    void add(const char* what, const LeftOut& object) {
        require_shown(object.reason);
        m_text += what + key_of(object.key) + ' ' + object.source_id + '\n';
        ++m_objects;
    }
    void add(const Finding& finding) {
        require_shown(finding.message);
        m_text += full_text(finding.message, Language::english) + ' ' + finding.object_id + '\n';
    }
    void add(std::string_view text) { m_text += text; }

    /// Wishes and objects left out, so far.
    [[nodiscard]] std::size_t objects() const { return m_objects; }
    [[nodiscard]] const std::string& text() const { return m_text; }

  private:
    static std::string key_of(const EntityKey& key) {
        return std::to_string(static_cast<int>(key.kind)) + ' ' + key.id;
    }

    std::string m_text;
    std::size_t m_objects = 0;
};

template <typename... Kinds>
bool is_one_of(const commerceml::Record& record) {
    return (std::holds_alternative<Kinds>(record) || ...);
}

bool has_its_own_row(const commerceml::Record& record) {
    return is_one_of<commerceml::Group, commerceml::Product, commerceml::Offer, commerceml::Contragent,
                     commerceml::Document>(record);
}

/// What is converted again, with what is known from the first time, must mean the same.
std::string story_of(const commerceml::Reading& reading, const Mapping& mapping, References& references,
                     bool waits_for_the_end) {
    Story story;
    const FindingSink findings = [&](const Finding& finding) { story.add(finding); };
    Converter converter(
        mapping, references,
        {[&](const Wish& wish) { story.add(wish); },
         [&](const LeftOut& object) { story.add("left out ", object); }, findings,
         [](const std::string& path, const std::string& file) -> std::optional<Pictures::Picture> {
             if (path.size() % 2 == 0) {
                 return std::nullopt;
             }
             return Pictures::Picture{path, std::string(64, 'a'), file};
         },
         [&](const LeftOut& object) { story.add("withdrawn ", object); }});
    converter.begin_file(reading.facts.schema_version);
    for (const commerceml::LocatedRecord& record : reading.records) {
        if (!checks::check_record(record, "fuzz.xml", findings)) {
            continue;
        }
        const std::size_t before = story.objects();
        converter.convert(record, "fuzz.xml");
        require(waits_for_the_end || !has_its_own_row(record.record) || story.objects() > before,
                "nothing has come of a record that can be used");
        story.add(converter.last().additions);
    }
    converter.finish();
    return story.text();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    commerceml::MemoryInput input(bytes);
    const commerceml::Reading reading = commerceml::read_input(input, limits);
    const Mapping& mapping = mapping_for(size);
    const bool folds = size % 4 == 1;
    MemoryReferences references;
    MemoryReferences others;
    const std::string first = story_of(reading, mapping, references, folds);
    require(story_of(reading, mapping, others, folds) == first, "the same export means something else");
    static_cast<void>(story_of(reading, mapping, references, folds));
    return 0;
}
