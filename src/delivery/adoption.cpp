#include "delivery/adoption.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "delivery/groups.hpp"
#include "delivery/property_list.hpp"
#include "delivery/resolver.hpp"
#include "portal/remote_values.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

using crm::EntityKind;

bool is_card(EntityKind kind) {
    return kind == EntityKind::company || kind == EntityKind::contact;
}

bool is_about_to_be_made(const ledger::Operation& operation) {
    return operation.remote_id.empty() && operation.looked_up && can_be_made(operation) &&
           (is_card(operation.kind) || operation.kind == EntityKind::product);
}

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

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) {
        all += (all.empty() ? "" : ", ") + text;
    }
    return all;
}

}  // namespace

std::vector<std::string> spellings(const std::string& field, const std::string& value) {
    std::vector<std::string> all;
    add_once(all, tidied(value));
    const std::string normalised = crm::normalised_contact(field, value);
    add_once(all, normalised);
    constexpr std::size_t russian_length = 12;
    if (field == "phones" && normalised.starts_with("+7") && normalised.size() == russian_length) {
        add_once(all, "8" + normalised.substr(2));
        add_once(all, "7" + normalised.substr(2));
    }
    return all;
}

void Adoption::begin() {
    m_asked.clear();
    m_taken.clear();
    m_article_id.reset();
    if (!m_run.options.adoption) {
        return;
    }
    for (const EntityKind kind : {EntityKind::company, EntityKind::contact, EntityKind::product}) {
        for (std::string& id : m_run.pending.adopted_ids(kind)) {
            m_taken.emplace(kind, std::move(id));
        }
    }
}

std::optional<Stop> Adoption::search(std::vector<Prepared>& page) {
    if (!m_run.options.adoption) {
        return std::nullopt;
    }
    Candidates candidates = candidates_of(page);
    if (candidates.empty()) {
        return std::nullopt;
    }
    const AdoptionOptions& options = *m_run.options.adoption;
    using Step = std::function<std::optional<Stop>()>;
    std::vector<Step> steps;
    if (options.cards.by_inn) {
        steps.push_back([&] { return search_by_inn(candidates); });
    }
    if (options.cards.by_phone) {
        steps.push_back([&] { return search_by_contact(candidates, "phones"); });
    }
    if (options.cards.by_email) {
        steps.push_back([&] { return search_by_contact(candidates, "emails"); });
    }
    if (!options.products_by_property.empty()) {
        steps.push_back([&] { return search_products(candidates, false); });
    }
    if (options.products_by_name) {
        steps.push_back([&] { return search_products(candidates, true); });
    }
    for (const Step& step : steps) {
        if (auto stop = step()) {
            return stop;
        }
        if (auto stop = decide(candidates, page)) {
            return stop;
        }
    }
    for (const Candidate& candidate : candidates) {
        if (!candidate.settled) {
            m_asked.insert(candidate.prepared->operation.entity);
        }
    }
    std::erase_if(page,
                  [&](const Prepared& prepared) { return m_run.gone.contains(prepared.operation.entity); });
    return std::nullopt;
}

Adoption::Candidates Adoption::candidates_of(std::vector<Prepared>& page) {
    Candidates candidates;
    for (Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (!is_about_to_be_made(operation) || m_asked.contains(operation.entity)) {
            continue;
        }
        Candidate candidate{&prepared};
        if (is_card(operation.kind) && m_run.options.adoption->cards.by_inn) {
            for (ledger::Operation& part : m_run.pending.of_owner(operation.entity)) {
                if (part.kind == EntityKind::requisite && part.remote_id.empty() && candidate.inn.empty()) {
                    candidate.inn = tidied(text_of_field(part, "RQ_INN"));
                    candidate.kpp = tidied(text_of_field(part, "RQ_KPP"));
                    candidate.requisite = std::move(part);
                }
            }
        }
        candidates.push_back(std::move(candidate));
    }
    return candidates;
}

std::optional<Stop> Adoption::search_by_inn(Candidates& candidates) {
    std::vector<std::string> inns;
    for (const Candidate& candidate : candidates) {
        if (!candidate.inn.empty()) {
            inns.push_back(candidate.inn);
        }
    }
    std::ranges::sort(inns);
    inns.erase(std::unique(inns.begin(), inns.end()), inns.end());
    std::vector<portal::InnRow> rows;
    std::vector<std::string> unclear;
    if (auto stop = ask_inns(inns, portal::keys_per_lookup, rows, unclear)) {
        return stop;
    }
    std::vector<std::string> unknown;
    if (auto stop = ask_inns(std::exchange(unclear, {}), 1, rows, unknown)) {
        return stop;
    }
    for (Candidate& candidate : candidates) {
        if (candidate.inn.empty()) {
            continue;
        }
        const EntityKind kind = candidate.prepared->operation.kind;
        std::vector<std::string> same_kpp;
        std::vector<std::string> without_kpp;
        for (const portal::InnRow& row : rows) {
            if (row.inn != candidate.inn || row.kind != kind) {
                continue;
            }
            const bool same = candidate.kpp.empty() || row.kpp == candidate.kpp;
            if (same || row.kpp.empty()) {
                add_once(same ? same_kpp : without_kpp, row.owner_id);
                candidate.requisite_of.emplace(row.owner_id, row.id);
            }
        }
        candidate.matches = same_kpp.empty() ? without_kpp : same_kpp;
        candidate.sign = candidate.inn;
    }
    return std::nullopt;
}

std::optional<Stop> Adoption::ask_inns(const std::vector<std::string>& inns, std::size_t inns_a_command,
                                       std::vector<portal::InnRow>& rows, std::vector<std::string>& unclear) {
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
        if (!found) {
            unclear.insert(unclear.end(), questions[i].begin(), questions[i].end());
            continue;
        }
        std::ranges::move(*found, std::back_inserter(rows));
    }
    return std::nullopt;
}

std::optional<Stop> Adoption::search_by_contact(Candidates& candidates, const std::string& field) {
    std::vector<Candidate*> asked;
    std::vector<portal::Command> commands;
    for (Candidate& candidate : candidates) {
        const ledger::Operation& operation = candidate.prepared->operation;
        if (candidate.settled || !is_card(operation.kind)) {
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
        candidate.sign = joined(contact_values(operation, field));
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
        }
    }
    return std::nullopt;
}

std::optional<Stop> Adoption::search_products(Candidates& candidates, bool by_name) {
    if (!by_name) {
        if (auto stop = find_article_property()) {
            return stop;
        }
        if (m_article_id->empty()) {
            return std::nullopt;
        }
    }
    std::vector<Candidate*> asked;
    std::vector<portal::Command> commands;
    for (Candidate& candidate : candidates) {
        const ledger::Operation& operation = candidate.prepared->operation;
        if (candidate.settled || operation.kind != EntityKind::product) {
            continue;
        }
        const std::string value = by_name ? text_of_field(operation, "name") : article_of(operation);
        if (trimmed(value).empty()) {
            continue;
        }
        candidate.sign = value;
        asked.push_back(&candidate);
        commands.push_back(by_name ? portal::products_by_name_command(value)
                                   : portal::products_by_property_command(*m_article_id, value));
    }
    auto answers = read_all(m_run.client, commands, m_run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto* done = std::get_if<portal::Done>(&list[i]);
        if (done == nullptr) {
            continue;
        }
        asked[i]->matches =
            (by_name ? portal::read_product_ids(asked[i]->sign, *done)
                     : portal::read_product_ids_by_property(*m_article_id, asked[i]->sign, *done))
                .value_or(std::vector<std::string>{});
    }
    return std::nullopt;
}

std::optional<Stop> Adoption::find_article_property() {
    if (m_article_id) {
        return std::nullopt;
    }
    const std::string& wanted = m_run.options.adoption->products_by_property;
    if (wanted.find_first_not_of("0123456789") == std::string::npos) {
        m_article_id = wanted;
        return std::nullopt;
    }
    auto answer = read_properties(m_run.client, m_run.clock);
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

std::string Adoption::article_of(const ledger::Operation& operation) const {
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

std::optional<Stop> Adoption::decide(Candidates& candidates, std::vector<Prepared>& page) {
    std::vector<PresentObjects::Id> wanted;
    for (const Candidate& candidate : candidates) {
        for (const std::string& id : candidate.matches) {
            wanted.emplace_back(candidate.prepared->operation.kind, id);
        }
    }
    auto answer = PresentObjects::read(m_run, std::move(wanted));
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& present = std::get<PresentObjects>(answer);
    for (Candidate& candidate : candidates) {
        const ledger::Operation& operation = candidate.prepared->operation;
        std::erase_if(candidate.matches, [&](const std::string& id) {
            const nlohmann::json* card = present.find(operation.kind, id);
            return card == nullptr || portal::is_linked_elsewhere(*card) ||
                   m_taken.contains({operation.kind, id});
        });
        if (candidate.settled) {
            continue;
        }
        if (candidate.matches.size() > 1 || candidate.too_many) {
            m_run.settle(
                {{.entity = operation.entity,
                  .verdict = ledger::Verdict::failed,
                  .reason = Message{"CRM-ADOPT-SEVERAL", {joined(candidate.matches), candidate.sign}}}});
            m_run.gone.insert(operation.entity);
            candidate.settled = true;
        } else if (candidate.matches.size() == 1) {
            take(candidate, page);
        }
        candidate.matches.clear();
        candidate.too_many = false;
    }
    return std::nullopt;
}

void Adoption::take(Candidate& candidate, std::vector<Prepared>& page) {
    ledger::Operation& operation = candidate.prepared->operation;
    const std::string& id = candidate.matches.front();
    const auto requisite = candidate.requisite_of.find(id);
    const bool takes_requisite = candidate.requisite && requisite != candidate.requisite_of.end();
    m_run.database.transaction([&] {
        // The card first: a new id starts its parts anew.
        m_run.pending.adopt(operation.entity, id);
        if (takes_requisite) {
            m_run.pending.adopt(candidate.requisite->entity, requisite->second);
        }
    });
    m_taken.emplace(operation.kind, id);
    operation.remote_id = id;
    operation.adopted = true;
    candidate.prepared->remark = Message{"CRM-ADOPTED", {id, candidate.sign}};
    candidate.settled = true;
    if (!takes_requisite) {
        return;
    }
    for (Prepared& prepared : page) {
        if (prepared.operation.entity == candidate.requisite->entity) {
            prepared.operation.remote_id = requisite->second;
            prepared.operation.adopted = true;
        }
    }
}

void Adoption::trim(Prepared& prepared, const nlohmann::json& object) const {
    if (!prepared.remark && !crm::is_part(prepared.operation.kind)) {
        prepared.remark =
            Message{"CRM-ADOPTED", {prepared.operation.remote_id, prepared.operation.source_id}};
    }
    const bool overwrites = m_run.options.adoption && m_run.options.adoption->cards.overwrite;
    const portal::Resolver resolver = resolver_without_links(m_run, prepared.operation);
    std::vector<std::string> filled;
    for (const crm::FieldGroup& group : prepared.operation.groups) {
        // Entries of multi-fields are only ever added beside people's; what is written once belongs to a
        // creation.
        const bool may_replace = holds_contacts(group) || (overwrites && !group.write_once);
        if (!may_replace &&
            portal::is_filled_there(prepared.operation.kind, group, object, m_run.facts, resolver)) {
            filled.push_back(group.name);
        }
    }
    for (const std::string& group : filled) {
        leave_group(prepared, group);
    }
}

}  // namespace obmen::delivery
