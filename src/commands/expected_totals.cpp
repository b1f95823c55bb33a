#include "commands/expected_totals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "commands/output.hpp"
#include "support/hash.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

std::string name_of(PlannedAction action, Language language) {
    const bool russian = language == Language::russian;
    switch (action) {
        case PlannedAction::create:
            return russian ? "будет создано" : "to be created";
        case PlannedAction::deactivate:
            return russian ? "будет деактивировано" : "to be deactivated";
        case PlannedAction::remove:
            return russian ? "будет удалено" : "to be deleted";
        default:
            return russian ? "будет обновлено" : "to be changed";
    }
}

bool is_sent(PlannedAction action) {
    return action == PlannedAction::create || action == PlannedAction::change ||
           action == PlannedAction::deactivate || action == PlannedAction::remove;
}

using NamedCounts = std::vector<std::pair<std::string, std::uint64_t>>;

/// \param sent objects with an operation of their own
/// \param by_parts of the unchanged ones: those of which a part is sent
NamedCounts counts_of(const ledger::Totals& totals, std::map<PlannedAction, std::uint64_t> sent,
                      std::uint64_t by_parts, Language language) {
    using ledger::Verdict;
    std::array<std::uint64_t, 12> left = totals.count;
    std::uint64_t& planned = left[static_cast<std::size_t>(Verdict::planned)];
    for (auto& [action, count] : sent) {
        count = std::min(count, planned);
        planned -= count;
    }
    if (by_parts > 0) {
        left[static_cast<std::size_t>(Verdict::unchanged)] -= by_parts;
        sent[PlannedAction::change] += by_parts;
    }
    NamedCounts counts;
    for (const auto& [action, count] : sent) {
        counts.emplace_back(name_of(action, language), count);
    }
    for (std::size_t verdict = 0; verdict < left.size(); ++verdict) {
        counts.emplace_back(verdict_name(static_cast<Verdict>(verdict), language), left.at(verdict));
    }
    std::erase_if(counts, [](const auto& count) { return count.second == 0; });
    return counts;
}

}  // namespace

void ExpectedTotals::take(const ledger::Operation& operation, PlannedAction action,
                          const ledger::Pending& pending) {
    if (!is_sent(action)) {
        return;
    }
    if (!operation.owner) {
        if (operation.key.kind == crm::SourceKind::product) {
            m_products[operation.package].emplace(quick_hash(folded(operation.source_id)), action);
        }
        ++m_objects[operation.package][static_cast<std::uint8_t>(operation.key.kind)][action];
        return;
    }
    const ledger::Pending::Top top = pending.top_of(operation.entity);
    if (!pending.has_operation(top.entity)) {
        m_owners[operation.package].emplace(static_cast<std::uint8_t>(top.key.kind), folded(top.source_id));
    }
}

std::map<std::uint8_t, std::uint64_t> ExpectedTotals::changed_by_parts(const ledger::Packages& packages,
                                                                       const std::string& package) const {
    std::map<std::uint8_t, std::uint64_t> changed;
    if (const auto owners = m_owners.find(package); owners != m_owners.end()) {
        packages.for_each_outcome(package, false, [&](const ledger::Outcome& outcome) {
            const bool has_parts = owners->second.contains({outcome.source_kind, folded(outcome.source_id)});
            if (has_parts && outcome.verdict == ledger::Verdict::unchanged) {
                ++changed[outcome.source_kind];
            }
        });
    }
    return changed;
}

ExpectedTotals::Counts ExpectedTotals::folded_variants(const ledger::Packages& packages,
                                                       const std::string& package) const {
    Counts counts;
    const auto products = m_products.find(package);
    if (products == m_products.end()) {
        return counts;
    }
    packages.for_each_outcome(package, false, [&](const ledger::Outcome& outcome) {
        if (outcome.reason && outcome.reason->code == Code{"CRM-FOLDED"}) {
            const auto product = products->second.find(quick_hash(folded(outcome.reason->arguments.at(0))));
            if (product != products->second.end()) {
                ++counts[product->second];
            }
        }
    });
    return counts;
}

std::vector<ExpectedTotals::Row> ExpectedTotals::rows(const ledger::Packages& packages,
                                                      const std::string& package, Language language) const {
    std::map<std::uint8_t, std::uint64_t> by_parts = changed_by_parts(packages, package);
    const auto objects = m_objects.find(package);
    constexpr auto variant = static_cast<std::uint8_t>(crm::SourceKind::variant);
    std::vector<Row> rows;
    for (const ledger::Totals& totals : packages.totals(package)) {
        Counts sent;
        if (objects != m_objects.end() && objects->second.contains(totals.source_kind)) {
            sent = objects->second.at(totals.source_kind);
        }
        if (totals.source_kind == variant) {
            for (const auto& [action, count] : folded_variants(packages, package)) {
                sent[action] += count;
            }
        }
        rows.push_back({totals.source_kind, counts_of(totals, sent, by_parts[totals.source_kind], language)});
    }
    return rows;
}

void ExpectedTotals::show(std::ostream& out, const ledger::Packages& packages, const std::string& package,
                          Language language) const {
    for (const Row& row : rows(packages, package, language)) {
        std::string line;
        for (const auto& [name, count] : row.counts) {
            line += fmt::format("{}{} {}", line.empty() ? "" : ", ", name, count);
        }
        out << "  " << kind_name(row.source_kind, language) << ": " << line << "\n";
    }
}

nlohmann::json ExpectedTotals::json(const ledger::Packages& packages, const std::string& package) const {
    nlohmann::json kinds = nlohmann::json::object();
    for (const Row& row : rows(packages, package, Language::english)) {
        nlohmann::json counts = nlohmann::json::object();
        for (const auto& [name, count] : row.counts) {
            counts[name] = count;
        }
        kinds[kind_name(row.source_kind, Language::english)] = std::move(counts);
    }
    return kinds;
}

}  // namespace obmen::commands
