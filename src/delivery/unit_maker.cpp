#include "delivery/unit_maker.hpp"

#include <algorithm>
#include <utility>

#include "crm/units.hpp"
#include "ledger/references.hpp"
#include "portal/crm_family.hpp"
#include "portal/measures.hpp"

namespace obmen::delivery {

std::optional<Stop> UnitMaker::make_for(const std::vector<Prepared>& page) {
    if (!m_run.options.create_units || !m_run.facts.all_measures || m_run.facts.placeholders) {
        return std::nullopt;
    }
    std::set<std::string> codes = missing(page);
    for (unsigned doubts = 0; !codes.empty(); codes = missing(page)) {
        const std::size_t tried = m_tried.size();
        if (auto stop = make(codes, page.front().operation.package)) {
            return stop;
        }
        if (m_tried.size() == tried && ++doubts == m_run.options.doubts_in_a_row) {
            return Stop{Message{"B24-ANSWER", {"crm.measure.add"}}, true};
        }
    }
    return std::nullopt;
}

std::string UnitMaker::name_of(const std::string& code) const {
    if (const auto unit = portal::okei_unit(code)) {
        return std::string(unit->name);
    }
    const ledger::LedgerReferences references(m_run.database, m_run.options.source_system);
    return crm::unit_name(references, code);
}

std::set<std::string> UnitMaker::missing(const std::vector<Prepared>& page) const {
    std::set<std::string> codes;
    for (const Prepared& prepared : page) {
        for (const crm::FieldGroup& group : prepared.operation.groups) {
            for (const crm::Field& field : group.fields) {
                const auto* measure = std::get_if<crm::MeasureCode>(&field.value);
                if (measure == nullptr || codes.size() == portal::batch_commands) {
                    continue;
                }
                const std::string code = portal::plain_measure_code(measure->okei);
                if (!m_run.facts.measure_ids.contains(code) && !m_tried.contains(code) &&
                    !name_of(code).empty()) {
                    codes.insert(code);
                }
            }
        }
    }
    return codes;
}

std::optional<Stop> UnitMaker::make(const std::set<std::string>& codes, const std::string& package) {
    if (auto stop = m_run.interruption()) {
        return stop;
    }
    std::vector<portal::Command> commands;
    for (const std::string& code : codes) {
        commands.push_back(m_run.family->measure_add_command(code, name_of(code)));
    }
    const portal::BatchAnswer answer = m_run.client.batch(commands);
    ++m_run.result.write_requests;
    if (const auto* refused = std::get_if<portal::BatchRefused>(&answer)) {
        return Stop{refused->reason, refused->temporary()};
    }
    const auto* done = std::get_if<portal::BatchDone>(&answer);
    m_run.journal("units", package, done == nullptr ? "in_doubt" : "ok", {});
    if (done == nullptr) {
        m_run.last_doubt_left =
            std::max(m_run.last_doubt_left, std::get<portal::BatchInDoubt>(answer).sent_at);
        return read_again(codes);
    }
    m_tried.insert(codes.begin(), codes.end());
    std::size_t index = 0;
    for (const std::string& code : codes) {
        const auto* made = std::get_if<portal::Done>(&done->answers[index++]);
        const auto id = made == nullptr ? std::nullopt : portal::created_id(made->result);
        if (id) {
            m_run.facts.measure_ids.emplace(code, *id);
            m_run.packages.add_finding(
                package, {.severity = Severity::warning, .message = Message{"B24-UNIT-MADE", {code}}});
        }
    }
    return std::nullopt;
}

std::optional<Stop> UnitMaker::read_again(const std::set<std::string>& codes) {
    for (const bool first : {true, false}) {
        if (auto stop = m_run.wait_before_look(first).stop) {
            return stop;
        }
        auto answers = read_batch(m_run.client,
                                  portal::start_up_commands(m_run.options.source_system, m_run.facts.family),
                                  m_run.clock);
        if (auto* stop = std::get_if<Stop>(&answers)) {
            return std::move(*stop);
        }
        m_run.facts.measure_ids = portal::read_start_up(std::get<std::vector<portal::CommandAnswer>>(answers),
                                                        m_run.options.source_system, m_run.facts.family)
                                      .measure_ids;
        if (std::ranges::all_of(
                codes, [&](const std::string& code) { return m_run.facts.measure_ids.contains(code); })) {
            break;
        }
    }
    return std::nullopt;
}

}  // namespace obmen::delivery
