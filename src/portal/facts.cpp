#include "portal/facts.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "portal/crm_settings.hpp"
#include "portal/lenient_json.hpp"
#include "portal/remote_rows.hpp"
#include "portal/start_up.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;

using namespace start_up;

Command stages_command(const std::string& entity_id) {
    return {"crm.status.list",
            {{"order", {ParameterMap{{"SORT", {"ASC"}}}}},
             {"filter", {ParameterMap{{"ENTITY_ID", {entity_id}}}}}}};
}

/// Which funnels there are is known only when the batch runs: each is asked for by its place in the list of
/// them. Places without a funnel find nothing.
void add_stage_commands(std::vector<Command>& commands) {
    commands.push_back({"crm.category.list", {{"entityTypeId", {"2"}}}});
    commands.push_back(stages_command("DEAL_STAGE"));
    for (std::size_t funnel = 0; funnel < asked_funnels; ++funnel) {
        commands.push_back(stages_command("DEAL_STAGE_$result[" + command_id(categories_at) +
                                          "][categories][" + std::to_string(funnel) + "][id]"));
    }
}

ParameterMap originator_filter(EntityKind kind, const std::string& source_system) {
    return names_of(kind).has_originator ? ParameterMap{{"=ORIGINATOR_ID", {source_system}}} : ParameterMap{};
}

Command probe_command(EntityKind kind, const std::string& source_system, std::size_t page, std::size_t first,
                      std::size_t second) {
    const KindNames& names = names_of(kind);
    const auto key_of_row = [&](std::size_t row) {
        return Parameter{"$result[" + command_id(page) + "][" + std::to_string(row) + "][" + names.key_field +
                         "]"};
    };
    ParameterMap filter = originator_filter(kind, source_system);
    filter.push_back({(names.has_originator ? "@" : "") + names.key_field,
                      {ParameterList{key_of_row(first), key_of_row(second)}}});
    return list_command(kind, std::move(filter));
}

// ---- reading -------------------------------------------------------------------------------------------

const Done* done_at(const std::vector<CommandAnswer>& answers, std::size_t index) {
    return std::get_if<Done>(&answers[index]);
}

const Done& needed(const std::vector<CommandAnswer>& answers, std::size_t index, const std::string& method) {
    if (const auto* refused = std::get_if<Refused>(&answers[index])) {
        const std::string text =
            method + ": " + refused->code + (refused->code.empty() ? "" : " ") + refused->text;
        if (refused->temporary) {
            throw Error(FailureClass::temporary, Message{"B24-LIMIT", {text}});
        }
        if (refused->in_doubt) {
            throw Error(FailureClass::temporary, Message{"B24-ANSWER", {text}});
        }
        if (folded(refused->code) == "insufficient_scope") {
            throw Error(FailureClass::bad_config, Message{"B24-SCOPE", {text}});
        }
        throw Error(FailureClass::bad_config, Message{"B24-ACCESS", {text}});
    }
    const Done* done = done_at(answers, index);
    if (done == nullptr) {
        throw Error(FailureClass::temporary, Message{"B24-ANSWER", {method}});
    }
    return *done;
}

std::vector<const json*> rows_at(const std::vector<CommandAnswer>& answers, std::size_t index) {
    const Done* done = done_at(answers, index);
    return done == nullptr ? std::vector<const json*>{}
                           : rows_of(done->result).value_or(std::vector<const json*>{});
}

/// The rows, where an answer that is only put off (limits), or over which the portal broke, must not be taken
/// for an empty list: prices and VAT rates would be withheld, and units made a second time.
std::vector<const json*> rows_not_put_off(const std::vector<CommandAnswer>& answers, std::size_t index,
                                          const std::string& method) {
    const auto* refused = std::get_if<Refused>(&answers[index]);
    if (refused != nullptr && refused->temporary) {
        throw Error(FailureClass::temporary, Message{"B24-LIMIT", {method + ": " + refused->text}});
    }
    if (refused != nullptr && refused->in_doubt) {
        throw Error(FailureClass::temporary, Message{"B24-ANSWER", {method + ": " + refused->text}});
    }
    return rows_at(answers, index);
}

void read_measures(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        const std::string code = plain_measure_code(text_of_member(*row, "CODE"));
        const std::string id = text_of_member(*row, "ID");
        if (!code.empty() && !id.empty()) {
            facts.measure_ids.emplace(code, id);
        }
    }
}

void read_vat(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        const std::string id = text_of_member(*row, "ID");
        const std::string active = text_of_member(*row, "ACTIVE");
        const std::string rate = text_of_member(*row, "RATE");
        const std::optional<Decimal> percent = Decimal::parse(rate);
        const bool unreadable = !rate.empty() && !percent;
        if (!id.empty() && !unreadable && (active.empty() || is_yes(active))) {
            facts.vat_ids.emplace_back(percent, id);
        }
    }
}

void read_currencies(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        if (std::string code = text_of_member(*row, "CURRENCY"); !code.empty()) {
            facts.currencies.insert(std::move(code));
        }
    }
}

/// One page of a kind, if it holds only what was asked for.
struct Page {
    std::vector<RemoteObject> objects;
    bool whole = false;  ///< there is no other
};

std::optional<Page> read_page(EntityKind kind, const CommandAnswer& answer,
                              const std::string& source_system) {
    const auto* done = std::get_if<Done>(&answer);
    const auto rows = done == nullptr ? std::nullopt : rows_of(done->result);
    if (!rows) {
        return std::nullopt;
    }
    Page page;
    for (const json* row : *rows) {
        const bool foreign = names_of(kind).has_originator && !source_system.empty() &&
                             row->contains("ORIGINATOR_ID") &&
                             folded(text_of_member(*row, "ORIGINATOR_ID")) != folded(source_system);
        page.objects.push_back(remote_object(kind, *row));
        if (foreign || page.objects.back().id.empty()) {
            return std::nullopt;
        }
    }
    page.whole = !done->more && done->total == static_cast<std::int64_t>(page.objects.size()) &&
                 page.objects.size() <= page_rows;
    return page;
}

enum class ProbeSays { nothing, takes_many, takes_not_many };

ProbeSays read_probe(EntityKind kind, const std::vector<RemoteObject>& page,
                     std::pair<std::size_t, std::size_t> rows, const CommandAnswer& answer) {
    if (rows.second >= page.size()) {
        return ProbeSays::nothing;
    }
    const std::string first = folded(page[rows.first].key);
    const std::string second = folded(page[rows.second].key);
    if (first.empty() || second.empty() || first == second) {
        return ProbeSays::nothing;
    }
    const auto* done = std::get_if<Done>(&answer);
    const auto found = done == nullptr ? std::nullopt : rows_of(done->result);
    if (!found) {
        return ProbeSays::takes_not_many;
    }
    std::set<std::string> keys;
    for (const json* row : *found) {
        keys.insert(folded(remote_object(kind, *row).key));
    }
    return keys == std::set<std::string>{first, second} ? ProbeSays::takes_many : ProbeSays::takes_not_many;
}

/// True only if at least one pair of real keys gave exactly its rows, and none gave anything else.
bool takes_many_keys(EntityKind kind, const std::vector<RemoteObject>& page,
                     const std::vector<CommandAnswer>& answers, std::size_t first_probe) {
    bool proven = false;
    for (std::size_t i = 0; i < probed_rows.size(); ++i) {
        const ProbeSays says = read_probe(kind, page, probed_rows[i], answers[first_probe + i]);
        if (says == ProbeSays::takes_not_many) {
            return false;
        }
        proven = proven || says == ProbeSays::takes_many;
    }
    return proven;
}

}  // namespace

void read_kind(EntityKind kind, const std::vector<CommandAnswer>& answers, std::size_t at,
               const std::string& source_system, PortalFacts& facts) {
    facts.many_keys[kind] = false;
    std::optional<Page> page = read_page(kind, answers[at], source_system);
    if (!page) {
        return;
    }
    if (page->whole) {
        facts.complete[kind] = std::move(page->objects);
    } else {
        facts.many_keys[kind] = takes_many_keys(kind, page->objects, answers, at + 1);
    }
}

std::string plain_measure_code(std::string_view okei) {
    std::string_view code = trimmed(okei);
    while (code.size() > 1 && code.front() == '0') {
        code = trimmed(code.substr(1));
    }
    return std::string(code);
}

std::vector<Command> start_up_commands(const std::string& source_system, ApiFamily family) {
    return family == ApiFamily::catalog ? catalog_start_up_commands(source_system)
                                        : crm_start_up_commands(source_system);
}

PortalFacts read_start_up(const std::vector<CommandAnswer>& answers, const std::string& source_system,
                          ApiFamily family) {
    return family == ApiFamily::catalog ? read_catalog_start_up(answers, source_system)
                                        : read_crm_start_up(answers, source_system);
}

std::vector<Command> crm_start_up_commands(const std::string& source_system) {
    std::vector<Command> commands{{"profile", {}}, {"scope", {}}, {"crm.catalog.list", {}}};
    for (std::size_t page = 0; page < measure_pages; ++page) {
        commands.push_back(
            {"crm.measure.list",
             {{"order", {ParameterMap{{"ID", {"ASC"}}}}}, {"start", {std::to_string(page * page_rows)}}}});
    }
    commands.push_back({"crm.vat.list", {}});
    commands.push_back({"crm.currency.list", {}});
    for (const EntityKind kind : served_kinds) {
        const std::size_t page = commands.size();
        commands.push_back(list_command(kind, originator_filter(kind, source_system)));
        for (const auto& [first, second] : probed_rows) {
            commands.push_back(probe_command(kind, source_system, page, first, second));
        }
    }
    commands.push_back({"crm.requisite.preset.list", {{"order", {ParameterMap{{"ID", {"ASC"}}}}}}});
    add_stage_commands(commands);
    return commands;
}

PortalFacts read_crm_start_up(const std::vector<CommandAnswer>& answers, const std::string& source_system) {
    if (answers.size() != start_up::size) {
        throw std::logic_error("these are not the answers of the start-up batch");
    }
    PortalFacts facts;
    const Done& profile = needed(answers, profile_at, "profile");
    facts.administrator =
        profile.result.is_object() && profile.result.contains("ADMIN") && is_yes(profile.result.at("ADMIN"));
    for (std::size_t i = 0; i < served_kinds.size(); ++i) {
        if (served_kinds[i] == EntityKind::section || served_kinds[i] == EntityKind::product) {
            static_cast<void>(
                needed(answers, page_of_kind(i), names_of(served_kinds[i]).method_prefix + ".list"));
        }
        read_kind(served_kinds[i], answers, page_of_kind(i), source_system, facts);
    }
    for (std::size_t page = 0; page < measure_pages; ++page) {
        read_measures(rows_not_put_off(answers, measures_at + page, "crm.measure.list"), facts);
    }
    const Done* last_measures = done_at(answers, measures_at + measure_pages - 1);
    facts.all_measures = last_measures != nullptr && !last_measures->more;
    read_vat(rows_not_put_off(answers, vat_at, "crm.vat.list"), facts);
    read_currencies(rows_not_put_off(answers, currencies_at, "crm.currency.list"), facts);
    read_catalog(rows_at(answers, catalog_at), facts);
    read_presets(rows_at(answers, presets_at), facts);
    for (std::size_t at = first_stages_at; at < start_up::size; ++at) {
        read_stages(rows_at(answers, at), facts);
    }
    return facts;
}

}  // namespace obmen::portal
