#include "fuzz/trial.hpp"

#include <expat.h>
#include <libxml/xmlerror.h>

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "commerceml/decoder.hpp"
#include "fuzz/description.hpp"
#include "fuzz/judges.hpp"
#include "fuzz/model.hpp"
#include "support/text.hpp"

namespace obmen::judges {

namespace {

using namespace commerceml;

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// Which detail an XML-MALFORMED names.
bool says(const Reading& ours, std::string_view detail) {
    const std::vector<std::string>& arguments = ours.fatal->message.arguments;
    return !arguments.empty() && arguments.front().starts_with('\x1E' + std::string{detail});
}

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// The version in an XML declaration; 1.0 if there is none.
std::string_view declared_version(std::string_view text) {
    const std::string_view declaration = text.substr(0, text.find("?>"));
    const std::size_t at = declaration.find("version");
    const std::size_t open = declaration.find_first_of("'\"", at);
    if (!text.starts_with("<?xml") || at == std::string_view::npos || open == std::string_view::npos) {
        return "1.0";
    }
    const std::size_t close = declaration.find(declaration[open], open + 1);
    return declaration.substr(open + 1, close == std::string_view::npos ? close : close - open - 1);
}

/// obmen has refused by a rule of its own, which no judge of XML has: true if that rule is really broken.
std::string broken_own_rule(const Reading& ours, std::string_view text, const LibxmlVerdict& libxml2) {
    const std::string code = ours.code();
    if (code == "XML-DOCTYPE") {
        return contains(text, "<!DOCTYPE") ? "" : "there is no document type";
    }
    if (!libxml2.well_formed || libxml2.document == nullptr) {
        return {};
    }
    const ExpectedContent content = expected_content(*libxml2.document);
    if (code == "CML-ROOT" && content.is_commerceml) {
        return "the root is right";
    }
    if (code == "XML-MALFORMED" && !content.text_between && !contains(text, "&#")) {
        return "there is no text between the records";
    }
    return {};
}

bool has_own_rule(const Reading& ours) {
    return is_one_of(ours.code(), {"XML-DOCTYPE", "XML-LIMIT", "XML-ENCODING", "CML-ROOT", "CML-FOREIGN"}) ||
           says(ours, "XML-TEXT-INSIDE");
}

/// What expat did not like is a letter to everybody who has read the fifth edition.
bool stumbles_over_fifth_edition(const ExpatVerdict& expat, std::string_view text) {
    return expat.error == XML_ERROR_INVALID_TOKEN && expat.offset < text.size() &&
           static_cast<unsigned char>(text[expat.offset]) >= 0x80;
}

bool libxml2_may_differ(bool ours_whole, const Reading& ours, const LibxmlVerdict& libxml2) {
    if (ours_whole) {
        return libxml2.error == XML_WAR_NS_URI || libxml2.error == XML_WAR_NS_URI_RELATIVE;
    }
    return says(ours, "XML-INSTRUCTION-COLON");
}

std::string verdicts(const Reading& ours, const std::string& judge, bool well_formed, int error) {
    const std::string own = ours.fatal
                                ? "obmen refuses (" + sentence(ours.fatal->message, Language::english) + ")"
                                : "obmen reads all";
    return own + ", " + judge +
           (well_formed ? " finds it well-formed" : " refuses: " + std::to_string(error));
}

/// What the judges get: the text that obmen's decoder makes of the bytes; of UTF-8 the bytes themselves, so
/// that faults in them are judged too. Without byte order marks.
struct JudgedText {
    std::string text;
    bool utf8 = true;
};

JudgedText judged_text(std::string_view bytes) {
    MemoryInput input(bytes);
    Decoder decoder(input);
    std::string text;
    std::array<char, 4096> block{};
    while (const std::size_t got = decoder.read(block.data(), block.size())) {
        text.append(block.data(), got);
    }
    if (decoder.encoding() != Encoding::utf8) {
        return {.text = std::move(text), .utf8 = false};
    }
    for (int marks = 0; marks < 2 && bytes.starts_with(utf8_mark); ++marks) {
        bytes.remove_prefix(utf8_mark.size());
    }
    return {.text = std::string{bytes}, .utf8 = true};
}

struct Placed {
    Place place;
    std::string description;
};

bool is_before(const Place& one, const Place& other) {
    return one.line != other.line ? one.line < other.line : one.column < other.column;
}

/// obmen's records in the order of their start tags. A group that was given twice counts as it was given
/// last.
std::vector<Placed> in_order(const Reading& ours, bool without_groups) {
    std::vector<const LocatedRecord*> located;
    for (const LocatedRecord& record : ours.records) {
        if (!without_groups || !std::holds_alternative<Group>(record.record)) {
            located.push_back(&record);
        }
    }
    std::stable_sort(located.begin(), located.end(),
                     [](const LocatedRecord* one, const LocatedRecord* other) {
                         return is_before(one->place, other->place);
                     });
    std::vector<Placed> ordered;
    for (const LocatedRecord* record : located) {
        if (!ordered.empty() && ordered.back().place == record->place) {
            ordered.pop_back();
        }
        ordered.push_back({.place = record->place, .description = description_of(record->record)});
    }
    return ordered;
}

std::string shown(const Place& place) {
    return std::to_string(place.line) + ":" + std::to_string(place.column);
}

std::string compare_records(const Reading& ours, const ExpectedContent& expected,
                            const std::vector<Place>& places, bool count_lines) {
    const std::vector<Placed> given = in_order(ours, expected.changing_groups);
    std::size_t next = 0;
    for (const ExpectedRecord& record : expected.records) {
        if (expected.changing_groups && std::holds_alternative<Group>(record.record)) {
            continue;
        }
        const std::string description = description_of(record.record);
        if (next == given.size()) {
            return "missing record:\n" + description;
        }
        const Placed& own = given[next++];
        const bool same = expected.mixed_text ? squeezed(own.description) == squeezed(description)
                                              : own.description == description;
        if (!same) {
            return "records differ; obmen:\n" + own.description + "libxml2:\n" + description;
        }
        if (record.element < places.size() && own.place != places[record.element]) {
            return "places differ; obmen " + shown(own.place) + ", expat " + shown(places[record.element]) +
                   ":\n" + description;
        }
        if (count_lines && record.one_line && record.line != own.place.line) {
            return "lines differ; obmen " + shown(own.place) + ", libxml2 " + std::to_string(record.line) +
                   ":\n" + description;
        }
    }
    return next == given.size() ? "" : "a record too many:\n" + given[next].description;
}

}  // namespace

std::string disagreement(std::string_view bytes, const Reading& ours) {
    const std::string code = ours.code();
    if (ours.fatal && !is_one_of(code.substr(0, 4), {"XML-", "CML-"})) {
        return "not a finding about the file: " + sentence(ours.fatal->message, Language::english);
    }
    if (code == "XML-BYTE" || code == "XML-ENCODING") {
        return {};  // which bytes an encoding has is for fuzz_decoder to prove
    }
    const auto [text, utf8] = judged_text(bytes);
    if (ours.fatal && text.starts_with(utf8_mark)) {
        return {};  // a mark behind the marks: the judges take it for one
    }
    if (!utf8 && is_one_of(code, {"XML-CHARACTER", "XML-UTF8"})) {
        return {};
    }
    const ExpatVerdict expat = ask_expat(text);
    const bool nul = contains(text, std::string_view{"\0", 1});
    const LibxmlVerdict libxml2 = nul ? LibxmlVerdict{} : ask_libxml2(text);
    if (ours.fatal && has_own_rule(ours)) {
        return broken_own_rule(ours, text, libxml2);
    }
    const bool whole = !ours.fatal;
    const bool plain_version = declared_version(text) == "1.0";
    if (whole != libxml2.well_formed && plain_version && !nul && !libxml2_may_differ(whole, ours, libxml2)) {
        return verdicts(ours, "libxml2", libxml2.well_formed, libxml2.error);
    }
    if (whole != expat.well_formed && plain_version && !(whole && stumbles_over_fifth_edition(expat, text))) {
        return verdicts(ours, "expat", expat.well_formed, expat.error);
    }
    if (!whole || !libxml2.well_formed) {
        return {};
    }
    const ExpectedContent expected = expected_content(*libxml2.document);
    if (!expected.is_commerceml || expected.text_between) {
        return "obmen reads what it should refuse";
    }
    // For libxml2 a lone CR ends no line.
    return compare_records(ours, expected, expat.well_formed ? expat.elements : std::vector<Place>{},
                           !contains(text, "\r"));
}

}  // namespace obmen::judges
