#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "torture/history_parts.hpp"

namespace obmen::torture {

namespace {

using Object = std::pair<std::string, std::string>;  ///< Вид, Ид

/// What the accepted packages, one after the other, leave of an object.
struct Wanted {
    std::map<std::string, std::string> values;
    bool exists = false;
    std::optional<bool> active = true;  ///< nothing: nobody knows
    std::size_t named_last = 0;         ///< place of the package in the order
};

/// The portal as it must be: every accepted package played through in the order of their numbers.
class Replay {
  public:
    explicit Replay(const History& history) : m_history(history) {
        for (std::size_t place = 0; place < history.parts.size(); ++place) {
            if (history.parts[place].counts()) {
                take(history.parts[place], place);
            }
        }
    }
    [[nodiscard]] const std::map<Object, Wanted>& objects() const { return m_objects; }

  private:
    void take(const History::Part& part, std::size_t place) {
        for (const Drop* drop : part.drops) {
            for (const Told& told : drop->told) {
                take(told, place);
                take_picture(part, told);
            }
        }
        for (const Drop* drop : part.drops) {
            remember_members(*drop);
            if (m_history.truth.missing_deactivates && drop->full) {
                switch_off_missing(part, *drop, place);
            }
        }
    }

    void take(const Told& told, std::size_t place) {
        Wanted& wanted = m_objects[{told.kind, told.id}];
        wanted.named_last = place;
        if (told.marked) {
            wanted.active = false;
            return;
        }
        wanted.exists = true;
        // A price list says what something costs, not that it is sold again.
        if (told.kind != "Товар" || told.values.contains("NAME")) {
            wanted.active = true;
        }
        for (const auto& [field, value] : told.values) {
            if (field != "PICTURE") {
                wanted.values[field] = value;
            }
        }
    }

    /// One that did not come along leaves the one before it alone.
    void take_picture(const History::Part& part, const Told& told) {
        const auto name = told.values.find("PICTURE");
        if (name == told.values.end()) {
            return;
        }
        if (const auto copy = part.package->pictures.find(name->second);
            copy != part.package->pictures.end()) {
            m_objects[{told.kind, told.id}].values["PICTURE"] = copy->second;
        }
    }

    void remember_members(const Drop& drop) {
        if (drop.catalogue.empty()) {
            return;
        }
        for (const Told& told : drop.told) {
            if (told.kind == "Товар") {
                m_members[drop.catalogue].insert(told.id);
            }
        }
    }

    void switch_off_missing(const History::Part& part, const Drop& drop, std::size_t place) {
        std::vector<Wanted*> missing;
        Absence all;      // if what nobody knows about is still active
        Absence certain;  // if it is not
        for (const std::string& id : m_members[drop.catalogue]) {
            Wanted& wanted = m_objects[{"Товар", id}];
            if (!wanted.exists || !wanted.active.value_or(true)) {
                continue;
            }
            const bool is_missing = wanted.named_last != place;
            all.add(is_missing);
            if (wanted.active) {
                certain.add(is_missing);
            }
            if (is_missing) {
                missing.push_back(&wanted);
            }
        }
        const std::string& id = part.package->id;
        const bool is_approved = m_history.truth.approved.contains(id);
        if (!is_approved && all.must_ask() && certain.must_ask() &&
            !m_history.truth.perhaps_approved.contains(id)) {
            return;  // it waits for a person, or a newer full export has taken its place
        }
        const bool is_known = is_approved || (!all.must_ask() && !certain.must_ask());
        for (Wanted* wanted : missing) {
            wanted->active = is_known ? std::optional(false) : std::nullopt;
        }
    }

    /// What a full export lacks of what the portal has.
    struct Absence {
        std::size_t present = 0;
        std::size_t missing = 0;

        void add(bool is_missing) {
            ++present;
            missing += is_missing ? 1U : 0U;
        }
        [[nodiscard]] bool must_ask() const {
            constexpr std::size_t without_asking = 10;
            constexpr std::size_t share_percent = 5;
            return missing > without_asking && missing * 100 > present * share_percent;
        }
    };

    const History& m_history;
    std::map<Object, Wanted> m_objects;
    std::map<std::string, std::set<std::string>> m_members;  // of a catalogue
};

void check_values(const History& history, const Object& object, const Wanted& wanted,
                  std::vector<std::string>& found) {
    const auto& [kind, id] = object;
    const nlohmann::json* row = history.row(kind, id);
    if (row == nullptr) {
        if (wanted.exists) {
            found.push_back(fmt::format("{} {} of an accepted package is not in the portal", kind, id));
        }
        return;
    }
    for (const auto& [field, value] : wanted.values) {
        const std::string has = history.value(kind, *row, field);
        if (!same_value(has, value)) {
            found.push_back(fmt::format("{} {}: {} is «{}» in the portal; the last accepted value is «{}»",
                                        kind, id, field, has, value));
        }
    }
    if (kind == "Товар" && wanted.exists && wanted.active) {
        const std::string active = history.value(kind, *row, "ACTIVE");
        if (active != (*wanted.active ? "Y" : "N")) {
            found.push_back(fmt::format(
                "{} {}: ACTIVE is {} in the portal, which is not what was accepted last", kind, id, active));
        }
    }
}

/// Ид of a key of the journal: ORIGINATOR_ID/ORIGIN_ID of cards and deals.
std::string id_of_key(const std::string& key) {
    const std::size_t slash = key.find('/');
    return slash == std::string::npos ? key : key.substr(slash + 1);
}

std::optional<std::string> kind_of_journal(const std::string& kind) {
    static const std::map<std::string, std::string> kinds{{"product", "Товар"},
                                                          {"section", "Группа"},
                                                          {"company", "Контрагент"},
                                                          {"contact", "Контрагент"},
                                                          {"deal", "Документ"}};
    const auto found = kinds.find(kind);
    return found == kinds.end() ? std::nullopt : std::optional(found->second);
}

/// A field of an object, and at which places of the order it was told to have which value.
struct Line {
    std::vector<std::pair<std::string, std::size_t>> told;
    std::size_t reached = 0;
};

/// The next telling of `value` from where the line has come to; nothing if there is none.
std::optional<std::size_t> place_of(const Line& line, const std::string& value) {
    for (const auto& [told, place] : line.told) {
        if (place >= line.reached && same_value(told, value)) {
            return place;
        }
    }
    return std::nullopt;
}

using Lines = std::map<Object, std::map<std::string, Line>>;

Lines lines_of(const History& history) {
    Lines lines;
    for (std::size_t place = 0; place < history.parts.size(); ++place) {
        if (!history.parts[place].counts()) {
            continue;
        }
        for (const Drop* drop : history.parts[place].drops) {
            for (const Told& told : drop->told) {
                for (const char* field : {"NAME", "TITLE", "PRICE"}) {
                    if (const auto value = told.values.find(field); value != told.values.end()) {
                        lines[{told.kind, told.id}][field].told.emplace_back(value->second, place);
                    }
                }
            }
        }
    }
    return lines;
}

}  // namespace

void check_objects(const History& history, std::vector<std::string>& found) {
    const Replay replay(history);
    for (const auto& [object, wanted] : replay.objects()) {
        check_values(history, object, wanted, found);
    }
    for (const char* kind : {"Товар", "Группа", "Контрагент", "Документ"}) {
        for (const auto& [id, count] : history.counted(kind)) {
            if (count > 1) {
                found.push_back(fmt::format("{} {} is in the portal {} times", kind, id, count));
            }
            if (!replay.objects().contains({kind, id})) {
                found.push_back(
                    fmt::format("{} {} is in the portal, and no accepted package names it", kind, id));
            }
        }
    }
}

/// What was written into the portal never goes back to what an older package said.
void check_order(const History& history, std::vector<std::string>& found) {
    Lines lines = lines_of(history);
    for (const auto& entry : history.evidence.journal) {
        const std::optional<std::string> kind = kind_of_journal(entry.at("kind").get<std::string>());
        const auto parameters = entry.value("parameters", nlohmann::json::object());
        if (!kind || !parameters.is_object() || !parameters.contains("fields")) {
            continue;
        }
        const std::string id = id_of_key(text_of(entry.at("key")));
        const auto object = lines.find({*kind, id});
        if (object == lines.end()) {
            continue;
        }
        for (auto& [field, line] : object->second) {
            const auto value = parameters.at("fields").find(field);
            if (value == parameters.at("fields").end()) {
                continue;
            }
            const std::optional<std::size_t> place = place_of(line, text_of(*value));
            if (!place) {
                found.push_back(
                    fmt::format("write {} sets {} of {} {} to «{}», which an older package or none that was "
                                "accepted says",
                                text_of(entry.at("number")), field, *kind, id, text_of(*value)));
            }
            line.reached = place.value_or(line.reached);
        }
    }
}

namespace {

/// Objects that rejected files name, and nobody else.
std::set<std::string> only_rejected(const Truth& truth) {
    std::set<std::string> ids;
    for (const Drop& drop : truth.drops) {
        if (drop.expectation == Expectation::rejected) {
            for (const Told& told : drop.told) {
                ids.insert(told.id);
            }
        }
    }
    for (const Drop& drop : truth.drops) {
        if (drop.expectation == Expectation::accepted) {
            for (const Told& told : drop.told) {
                ids.erase(told.id);
            }
        }
    }
    return ids;
}

}  // namespace

void check_portal(const History& history, std::vector<std::string>& found) {
    const nlohmann::json& verdict = history.evidence.verdict;
    for (const char* list :
         {"duplicates", "duplicate_rows", "duplicate_parts", "orphans", "unknown_filters"}) {
        if (verdict.contains(list) && !verdict.at(list).empty()) {
            found.push_back(fmt::format("the portal has {}: {}", list, verdict.at(list).dump()));
        }
    }
    if (history.truth.one_address && verdict.value("over_limit", 0) != 0) {
        found.push_back(fmt::format("{} requests were above the portal's limit (the bucket rose to {})",
                                    verdict.at("over_limit").dump(),
                                    verdict.value("peak_level", nlohmann::json()).dump()));
    }
    const std::set<std::string> rejected = only_rejected(history.truth);
    for (const auto& entry : history.evidence.journal) {
        const std::string id = id_of_key(text_of(entry.at("key")));
        if (rejected.contains(id)) {
            found.push_back(fmt::format("write {} is about {}, which only a rejected package names",
                                        text_of(entry.at("number")), id));
        }
    }
}

void check_command_lines(const History& history, std::vector<std::string>& found) {
    for (const std::string& secret : history.truth.secrets) {
        for (const std::string& line : history.truth.command_lines) {
            if (line.find(secret) != std::string::npos) {
                found.push_back("a secret was in the command line of a process");
                break;
            }
        }
    }
}

}  // namespace obmen::torture
