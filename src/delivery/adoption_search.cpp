#include "delivery/adoption_search.hpp"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "delivery/batch_effects.hpp"
#include "delivery/groups.hpp"
#include "delivery/property_list.hpp"
#include "delivery/several_objects.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

using crm::EntityKind;

void add_once(std::vector<std::string>& list, const std::string& text) {
    if (!text.empty() && std::ranges::find(list, text) == list.end()) {
        list.push_back(text);
    }
}

/// All values of a multi-field of an operation.
std::vector<std::string> contact_values(const ledger::Operation& operation, const std::string& field) {
    std::vector<std::string> values;
    const crm::Field* found = find_field(operation, field);
    const auto* entries = found == nullptr ? nullptr : std::get_if<crm::ContactValues>(&found->value);
    if (entries != nullptr) {
        for (const auto& entry : entries->entries) {
            values.push_back(entry.value);
        }
    }
    return values;
}

/// Rows with the same КПП, else those that have none; none with a key of another system.
void choose_by_kpp(const std::vector<portal::InnRow>& rows, Candidate& candidate) {
    std::vector<std::string> same_kpp;
    std::vector<std::string> without_kpp;
    for (const portal::InnRow& row : rows) {
        const bool is_foreign = !row.xml_id.empty() && row.xml_id != row.id;
        if (is_foreign || row.inn != candidate.inn || row.kind != candidate.prepared->operation.kind) {
            continue;
        }
        const bool same = candidate.kpp.empty() || row.kpp == candidate.kpp;
        if (same || row.kpp.empty()) {
            add_once(same ? same_kpp : without_kpp, row.owner_id);
            const bool is_first = candidate.requisite_of.emplace(row.owner_id, row.id).second;
            const bool is_exact = !row.kpp.empty() && row.kpp == candidate.kpp;
            if (!is_first && is_exact) {
                candidate.requisite_of[row.owner_id] = row.id;
            }
        }
    }
    candidate.matches = same_kpp.empty() ? without_kpp : same_kpp;
    candidate.sign = candidate.inn;
}

/// Why a search was refused. \pre it was: `read_all` gives no other answer beside Done
Message reason_of(const portal::CommandAnswer& answer) {
    return Message{"B24-REFUSED", {refusal_text(std::get<portal::Refused>(answer))}};
}

using ProductValue = std::function<std::string(const ledger::Operation&)>;
using ProductQuestion = std::function<portal::Command(const std::string& value)>;
using ProductAnswer =
    std::function<std::optional<std::vector<std::string>>(const std::string& value, const portal::Done&)>;

/// One command for each product that has such a value.
std::optional<Stop> ask_products(Run& run, Candidates& candidates, const ProductValue& value_of,
                                 const ProductQuestion& question, const ProductAnswer& read) {
    std::vector<Candidate*> asked;
    std::vector<portal::Command> commands;
    for (Candidate& candidate : candidates) {
        const ledger::Operation& operation = candidate.prepared->operation;
        if (candidate.settled || operation.kind != EntityKind::product) {
            continue;
        }
        candidate.sign = value_of(operation);
        if (!trimmed(candidate.sign).empty()) {
            asked.push_back(&candidate);
            commands.push_back(question(candidate.sign));
        }
    }
    auto answers = read_all(run.client, commands, run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (const auto* done = std::get_if<portal::Done>(&list[i])) {
            asked[i]->matches = read(asked[i]->sign, *done).value_or(std::vector<std::string>{});
        } else {
            asked[i]->refusal = reason_of(list[i]);
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> spellings(const std::string& field, const std::string& value) {
    if (field == "phones") {
        return portal::phone_spellings(value);
    }
    std::vector<std::string> all;
    add_once(all, tidied(value));
    add_once(all, crm::normalised_contact(field, value));
    return all;
}

std::variant<InnRows, Stop> AdoptionSearch::requisites_with(std::vector<std::string> inns) {
    std::ranges::sort(inns);
    inns.erase(std::unique(inns.begin(), inns.end()), inns.end());
    InnRows rows;
    std::vector<std::string> unclear;
    if (auto stop = ask_inns(inns, portal::keys_per_lookup, rows, unclear)) {
        return std::move(*stop);
    }
    std::vector<std::string> unknown;
    if (auto stop = ask_inns(unclear, 1, rows, unknown)) {
        return std::move(*stop);
    }
    return rows;
}

std::optional<Stop> AdoptionSearch::by_inn(Candidates& candidates) {
    std::vector<std::string> inns;
    for (const Candidate& candidate : candidates) {
        if (!candidate.inn.empty() && !candidate.settled) {
            inns.push_back(candidate.inn);
        }
    }
    auto rows = requisites_with(std::move(inns));
    if (auto* stop = std::get_if<Stop>(&rows)) {
        return std::move(*stop);
    }
    const auto& found = std::get<InnRows>(rows);
    for (Candidate& candidate : candidates) {
        if (!candidate.inn.empty() && !candidate.settled) {
            choose_by_kpp(found.rows, candidate);
            if (const auto refusal = found.refusals.find(candidate.inn); refusal != found.refusals.end()) {
                candidate.refusal = refusal->second;
            }
        }
    }
    return std::nullopt;
}

std::optional<Stop> AdoptionSearch::ask_inns(const std::vector<std::string>& inns, std::size_t inns_a_command,
                                             InnRows& rows, std::vector<std::string>& unclear) {
    std::vector<std::vector<std::string>> questions;
    for (const std::string& inn : inns) {
        if (questions.empty() || questions.back().size() == inns_a_command) {
            questions.emplace_back();
        }
        questions.back().push_back(inn);
    }
    std::vector<portal::Command> commands;
    for (const auto& question : questions) {
        commands.push_back(portal::inn_lookup_command(question));
    }
    auto answers = read_all(m_run.client, commands, m_run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto* done = std::get_if<portal::Done>(&list[i]);
        auto found = done == nullptr ? std::nullopt : portal::read_inn_rows(questions[i], *done);
        if (done == nullptr && inns_a_command == 1) {
            rows.refusals.emplace(questions[i].front(), reason_of(list[i]));
        } else if (!found) {
            unclear.insert(unclear.end(), questions[i].begin(), questions[i].end());
        } else {
            std::ranges::move(*found, std::back_inserter(rows.rows));
        }
    }
    return std::nullopt;
}

std::optional<Stop> AdoptionSearch::by_contact(Candidates& candidates, const std::string& field) {
    std::vector<Candidate*> asked;
    std::vector<portal::Command> commands;
    for (Candidate& candidate : candidates) {
        const ledger::Operation& operation = candidate.prepared->operation;
        if (candidate.settled || !is_contragent(operation.kind)) {
            continue;
        }
        std::vector<std::string> values;
        for (const std::string& value : contact_values(operation, field)) {
            for (const std::string& spelling : spellings(field, value)) {
                add_once(values, spelling);
            }
        }
        if (values.empty()) {
            continue;
        }
        values.resize(std::min(values.size(), portal::values_per_duplicate_search));
        candidate.sign = listed(contact_values(operation, field));
        asked.push_back(&candidate);
        commands.push_back(portal::duplicates_command(operation.kind, field, values));
    }
    auto answers = read_all(m_run.client, commands, m_run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (const auto* done = std::get_if<portal::Done>(&list[i])) {
            asked[i]->matches = portal::read_duplicates(asked[i]->prepared->operation.kind, *done);
            asked[i]->too_many = asked[i]->matches.size() >= portal::values_per_duplicate_search;
        } else {
            asked[i]->refusal = reason_of(list[i]);
        }
    }
    return std::nullopt;
}

std::optional<Stop> AdoptionSearch::by_name(Candidates& candidates) {
    const auto name = [](const ledger::Operation& operation) { return text_of_field(operation, "name"); };
    return ask_products(
        m_run, candidates, name,
        [&](const std::string& value) { return m_run.family->products_by_name_command(value); },
        [&](const std::string& value, const portal::Done& done) {
            return portal::read_product_ids(value, m_run.family->product_rows(done));
        });
}

std::optional<Stop> AdoptionSearch::by_article(Candidates& candidates) {
    if (auto stop = find_article_property()) {
        return stop;
    }
    if (m_article_id->empty()) {
        return std::nullopt;
    }
    return ask_products(
        m_run, candidates, [&](const ledger::Operation& operation) { return article_of(operation); },
        [&](const std::string& value) {
            return m_run.family->products_by_property_command(*m_article_id, value);
        },
        [&](const std::string& value, const portal::Done& done) {
            return portal::read_product_ids_by_property(*m_article_id, value,
                                                        m_run.family->product_rows(done));
        });
}

std::optional<Stop> AdoptionSearch::find_article_property() {
    if (m_article_id) {
        return std::nullopt;
    }
    const std::string& wanted = m_run.options.adoption->products_by_property;
    if (wanted.find_first_not_of("0123456789") == std::string::npos) {
        m_article_id = wanted;
        return std::nullopt;
    }
    auto answer = read_properties(m_run.client, *m_run.family, m_run.clock, false);
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    m_article_id = "";
    for (const auto& [id, property] : std::get<PropertyList>(answer)) {
        if (folded(property.code) == folded(wanted)) {
            m_article_id = id;
        }
    }
    return std::nullopt;
}

std::string AdoptionSearch::article_of(const ledger::Operation& operation) const {
    const std::string own_names[] = {"PROPERTY_" + *m_article_id,
                                     "PROPERTY_" + m_run.options.adoption->products_by_property};
    for (const std::string& name : own_names) {
        if (const std::string text = text_of_field(operation, name); !text.empty()) {
            return text;
        }
    }
    for (const crm::FieldGroup& group : operation.groups) {
        for (const crm::Field& field : group.fields) {
            const auto* values = std::get_if<crm::PropertyValues>(&field.value);
            if (values != nullptr && values->entries.size() == 1 &&
                m_run.pending.remote_id(values->property, operation.source_system) == *m_article_id) {
                return values->entries.front().text;
            }
        }
    }
    return {};
}

}  // namespace obmen::delivery
