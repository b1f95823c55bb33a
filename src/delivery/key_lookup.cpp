#include "delivery/key_lookup.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "delivery/batch_effects.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

using portal::RemoteObject;

KeyLookup::KeyLookup(portal::Client& client, portal::PortalFacts& facts, Clock& clock,
                     std::string source_system)
    : m_client(client),
      m_facts(facts),
      m_family(portal::make_family(facts)),
      m_clock(clock),
      m_source_system(std::move(source_system)) {}

std::optional<FoundObjects> KeyLookup::find_in_facts(const ledger::Operation& operation) const {
    const auto known = m_facts.complete.find(operation.kind);
    if (known == m_facts.complete.end() || operation.source_system != m_source_system) {
        return std::nullopt;
    }
    FoundObjects result{operation, {}};
    for (const RemoteObject& object : known->second) {
        if (folded(object.key) == operation.key.id) {
            result.objects.push_back(object);
        }
    }
    return result;
}

std::vector<KeyLookup::Question> KeyLookup::questions_for(
    const std::vector<ledger::Operation>& operations) const {
    std::map<std::pair<crm::EntityKind, std::string>, std::vector<std::string>> keys;
    for (const ledger::Operation& operation : operations) {
        keys[{operation.kind, operation.source_system}].push_back(operation.source_id);
    }
    std::vector<Question> questions;
    for (const auto& [group, all] : keys) {
        const auto& [kind, source_system] = group;
        const auto many = m_facts.many_keys.find(kind);
        const std::size_t size =
            many != m_facts.many_keys.end() && many->second ? portal::keys_per_lookup : 1;
        for (std::size_t begin = 0; begin < all.size(); begin += size) {
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(begin);
            const auto last = all.begin() + static_cast<std::ptrdiff_t>(std::min(begin + size, all.size()));
            questions.push_back({kind, source_system, {first, last}});
        }
    }
    return questions;
}

std::variant<std::vector<KeyLookup::Question>, Stop> KeyLookup::ask(const std::vector<Question>& questions) {
    std::vector<portal::Command> commands;
    commands.reserve(questions.size());
    for (const Question& question : questions) {
        commands.push_back(m_family->lookup_command(question.kind, question.source_system, question.keys));
    }
    std::vector<Question> untrusted;
    const auto take = [&](std::size_t begin, ReadAnswers answers) -> std::optional<Stop> {
        if (auto* stop = std::get_if<Stop>(&answers)) {
            const bool alone = std::min(questions.size() - begin, portal::batch_commands) == 1;
            if (!stop->over_content || !alone) {
                return std::move(*stop);
            }
            answers = std::vector<portal::CommandAnswer>{
                portal::Refused{.code = {}, .text = sentence(stop->reason, Language::english)}};
        }
        for (const portal::CommandAnswer& answer : std::get<std::vector<portal::CommandAnswer>>(answers)) {
            take_answer(questions[begin++], answer, untrusted);
        }
        return std::nullopt;
    };
    if (auto stop = read_each(m_client, commands, m_clock, take)) {
        return *std::move(stop);
    }
    return untrusted;
}

void KeyLookup::take_answer(const Question& question, const portal::CommandAnswer& answer,
                            std::vector<Question>& untrusted) {
    const auto* done = std::get_if<portal::Done>(&answer);
    if (done == nullptr) {
        const auto* refused = std::get_if<portal::Refused>(&answer);
        untrusted.push_back(question);
        untrusted.back().refusal =
            Message{"B24-REFUSED", {refused == nullptr ? std::string("batch") : refusal_text(*refused)}};
        return;
    }
    portal::LookupResult result = m_family->read_lookup(question.kind, question.keys, *done);
    if (!result.trusted) {
        untrusted.push_back(question);
        return;
    }
    m_answered.insert(question.kind);
    for (RemoteObject& object : result.objects) {
        m_found[{question.kind, question.source_system, folded(object.key)}].push_back(std::move(object));
    }
}

std::variant<std::vector<FoundObjects>, Stop> KeyLookup::find(
    const std::vector<ledger::Operation>& operations) {
    m_found.clear();
    m_answered.clear();
    auto asked = ask(questions_for(operations));
    if (auto* stop = std::get_if<Stop>(&asked)) {
        return std::move(*stop);
    }
    std::vector<Question> one_by_one;
    for (const Question& question : std::get<std::vector<Question>>(asked)) {
        if (!question.refusal) {
            m_facts.many_keys[question.kind] = false;
        }
        for (const std::string& key : question.keys) {
            one_by_one.push_back({question.kind, question.source_system, {key}});
        }
    }
    auto asked_again = ask(one_by_one);
    if (auto* stop = std::get_if<Stop>(&asked_again)) {
        return std::move(*stop);
    }
    std::map<Key, Message> refusals;
    for (const Question& question : std::get<std::vector<Question>>(asked_again)) {
        if (!m_answered.contains(question.kind)) {
            // Not even a question by one key is understood: to create now could double everything.
            return Stop{Message{"B24-LOOKUP"}, false};
        }
        refusals.emplace(Key{question.kind, question.source_system, folded(question.keys.front())},
                         question.refusal.value_or(Message{"B24-LOOKUP"}));
    }
    std::vector<FoundObjects> found;
    found.reserve(operations.size());
    for (const ledger::Operation& operation : operations) {
        const Key key{operation.kind, operation.source_system, operation.key.id};
        found.push_back({operation, {}});
        if (const auto objects = m_found.find(key); objects != m_found.end()) {
            found.back().objects = objects->second;
        }
        if (const auto refusal = refusals.find(key); refusal != refusals.end()) {
            found.back().refusal = refusal->second;
        }
    }
    return found;
}

}  // namespace obmen::delivery
