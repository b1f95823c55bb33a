#include "delivery/adoption.hpp"

#include <algorithm>
#include <cctype>
#include <functional>
#include <nlohmann/json.hpp>

#include "delivery/batch_effects.hpp"
#include "delivery/groups.hpp"
#include "delivery/resolver.hpp"
#include "delivery/several_objects.hpp"
#include "portal/remote_values.hpp"
#include "support/text.hpp"

namespace obmen::delivery {

namespace {

using crm::EntityKind;

bool is_about_to_be_made(const ledger::Operation& operation) {
    return operation.remote_id.empty() && operation.looked_up && can_be_made(operation) &&
           (is_contragent(operation.kind) || operation.kind == EntityKind::product);
}

/// Of the same kind of card, with no other КПП and no key of another system.
bool is_requisite_of(const ledger::Operation& operation, const portal::InnRow& row) {
    constexpr const char* contact_type = "3";  // reference bitrix24-rest.md §8.8
    const bool of_contact = text_of_field(operation, "entity_type") == contact_type;
    const std::string kpp = tidied(text_of_field(operation, "RQ_KPP"));
    return row.kind == (of_contact ? EntityKind::contact : EntityKind::company) &&
           (row.kpp.empty() || kpp.empty() || row.kpp == kpp) && (row.xml_id.empty() || row.xml_id == row.id);
}

/// Digits and letters of an account's number: people put spaces and dots between them.
std::string account_number(const std::string& written) {
    std::string number = folded(written);
    std::erase_if(number, [](char character) {
        const auto byte = static_cast<unsigned char>(character);
        return byte < 0x80 && std::isalnum(byte) == 0;
    });
    return number;
}

portal::Command bank_accounts_command(const std::string& requisite) {
    using portal::ParameterList;
    using portal::ParameterMap;
    return {"crm.requisite.bankdetail.list",
            {{"order", {ParameterMap{{"ID", {"ASC"}}}}},
             {"filter", {ParameterMap{{"ENTITY_ID", {requisite}}}}},
             {"select", {ParameterList{{"ID"}, {"RQ_ACC_NUM"}, {"XML_ID"}, {"ORIGINATOR_ID"}}}},
             {"start", {"0"}}}};
}

/// The first account of this number that has no key of another system; empty for none.
std::string account_with(const std::string& number, const portal::Done& answer) {
    for (const auto& [id, row] : portal::rows_by_id(answer)) {
        const auto there = row.find("RQ_ACC_NUM");
        if (there != row.end() && there->is_string() && !portal::is_linked_elsewhere(row) &&
            account_number(there->get<std::string>()) == account_number(number)) {
            return id;
        }
    }
    return {};
}

}  // namespace

void Adoption::begin() {
    m_asked.clear();
    m_taken.clear();
    m_search.begin();
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
    if (auto stop = search_cards_and_products(page)) {
        return stop;
    }
    if (!m_run.options.adoption->cards.by_inn) {
        return std::nullopt;
    }
    if (auto stop = take_requisites(page)) {
        return stop;
    }
    return take_bank_accounts(page);
}

std::optional<Stop> Adoption::search_cards_and_products(std::vector<Prepared>& page) {
    Candidates candidates = candidates_of(page);
    if (candidates.empty()) {
        return std::nullopt;
    }
    const AdoptionOptions& options = *m_run.options.adoption;
    using Step = std::function<std::optional<Stop>()>;
    std::vector<Step> steps;
    if (options.cards.by_inn) {
        steps.push_back([&] { return m_search.by_inn(candidates); });
    }
    if (options.cards.by_phone) {
        steps.push_back([&] { return m_search.by_contact(candidates, "phones"); });
    }
    if (options.cards.by_email) {
        steps.push_back([&] { return m_search.by_contact(candidates, "emails"); });
    }
    if (!options.products_by_property.empty()) {
        steps.push_back([&] { return m_search.by_article(candidates); });
    }
    if (options.products_by_name) {
        steps.push_back([&] { return m_search.by_name(candidates); });
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
    drop_refused(page);
    return std::nullopt;
}

void Adoption::drop_refused(std::vector<Prepared>& page) const {
    std::erase_if(page,
                  [&](const Prepared& prepared) { return m_run.gone.contains(prepared.operation.entity); });
}

bool Adoption::is_searched(EntityKind kind) const {
    const AdoptionOptions& options = *m_run.options.adoption;
    return is_contragent(kind) ? options.cards.by_inn || options.cards.by_phone || options.cards.by_email
                               : options.products_by_name || !options.products_by_property.empty();
}

Candidates Adoption::candidates_of(std::vector<Prepared>& page) {
    Candidates candidates;
    for (Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (!is_about_to_be_made(operation) || !is_searched(operation.kind) ||
            m_asked.contains(operation.entity)) {
            continue;
        }
        Candidate candidate{&prepared};
        if (is_contragent(operation.kind) && m_run.options.adoption->cards.by_inn) {
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
        if (candidate.refusal) {
            // The portal may have it: to make another could double it.
            refuse(operation, *candidate.refusal);
            candidate.settled = true;
        } else if (candidate.matches.size() > 1 || candidate.too_many) {
            refuse(operation, Message{"CRM-ADOPT-SEVERAL", {listed(candidate.matches), candidate.sign}});
            candidate.settled = true;
        } else if (candidate.matches.size() == 1) {
            take(candidate, page);
        }
        candidate.matches.clear();
        candidate.too_many = false;
    }
    return std::nullopt;
}

void Adoption::refuse(const ledger::Operation& operation, Message reason) {
    m_run.settle(
        {{.entity = operation.entity, .verdict = ledger::Verdict::failed, .reason = std::move(reason)}});
    m_run.gone.insert(operation.entity);
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

std::optional<Stop> Adoption::take_requisites(std::vector<Prepared>& page) {
    struct Wanted {
        Prepared* prepared;
        std::string owner_id;
        std::string inn;
    };
    std::vector<Wanted> all;
    std::vector<std::string> inns;
    for (Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        const std::string inn = tidied(text_of_field(operation, "RQ_INN"));
        if (operation.kind != EntityKind::requisite || !operation.remote_id.empty() || !operation.owner ||
            inn.empty() || m_asked.contains(operation.entity)) {
            continue;
        }
        std::string owner_id =
            m_run.pending.remote_id(*operation.owner, operation.source_system).value_or("");
        if (!owner_id.empty()) {
            inns.push_back(inn);
            m_asked.insert(operation.entity);
            all.push_back({&prepared, std::move(owner_id), inn});
        }
    }
    auto answer = m_search.requisites_with(std::move(inns));
    if (auto* stop = std::get_if<Stop>(&answer)) {
        return std::move(*stop);
    }
    const auto& found = std::get<InnRows>(answer);
    for (const Wanted& wanted : all) {
        ledger::Operation& operation = wanted.prepared->operation;
        if (const auto refusal = found.refusals.find(wanted.inn); refusal != found.refusals.end()) {
            refuse(operation, refusal->second);
            continue;
        }
        std::vector<std::string> ids;
        for (const portal::InnRow& row : found.rows) {
            if (row.owner_id == wanted.owner_id && row.inn == wanted.inn && is_requisite_of(operation, row)) {
                ids.push_back(row.id);
            }
        }
        if (ids.size() == 1) {
            m_run.pending.adopt(operation.entity, ids.front());
            operation.remote_id = ids.front();
            operation.adopted = true;
        }
    }
    drop_refused(page);
    return std::nullopt;
}

std::optional<Stop> Adoption::take_bank_accounts(std::vector<Prepared>& page) {
    std::vector<Prepared*> asked;
    std::vector<portal::Command> commands;
    for (Prepared& prepared : page) {
        const ledger::Operation& operation = prepared.operation;
        if (operation.kind != EntityKind::bank_account || !operation.remote_id.empty() || !operation.owner ||
            account_number(text_of_field(operation, "RQ_ACC_NUM")).empty()) {
            continue;
        }
        const std::string requisite =
            m_run.pending.remote_id(*operation.owner, operation.source_system).value_or("");
        if (!requisite.empty() && m_asked.insert(operation.entity).second) {
            asked.push_back(&prepared);
            commands.push_back(bank_accounts_command(requisite));
        }
    }
    auto answers = read_all(m_run.client, commands, m_run.clock);
    if (auto* stop = std::get_if<Stop>(&answers)) {
        return std::move(*stop);
    }
    const auto& list = std::get<std::vector<portal::CommandAnswer>>(answers);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        ledger::Operation& operation = asked[i]->operation;
        const auto* done = std::get_if<portal::Done>(&list[i]);
        if (done == nullptr) {
            refuse(operation, Message{"B24-REFUSED", {refusal_text(std::get<portal::Refused>(list[i]))}});
            continue;
        }
        const std::string id = account_with(text_of_field(operation, "RQ_ACC_NUM"), *done);
        if (!id.empty() && m_taken.emplace(operation.kind, id).second) {
            m_run.pending.adopt(operation.entity, id);
            operation.remote_id = id;
            operation.adopted = true;
        }
    }
    drop_refused(page);
    return std::nullopt;
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
