#include "delivery/batch_plan.hpp"

#include <utility>

namespace obmen::delivery {

void BatchPlan::add(Sending sending) {
    if (sending.is_creation()) {
        m_creations.emplace(sending.operation.key, m_sendings.size());
    }
    m_bytes += sending.bytes;
    m_sendings.push_back(std::move(sending));
}

std::optional<std::size_t> BatchPlan::creation_of(const crm::EntityKey& key) const {
    const auto found = m_creations.find(key);
    return found == m_creations.end() ? std::nullopt : std::optional(found->second);
}

std::vector<portal::Command> BatchPlan::commands() const {
    std::vector<portal::Command> commands;
    commands.reserve(m_sendings.size());
    for (const Sending& sending : m_sendings) {
        commands.push_back(sending.built.command);
    }
    return commands;
}

std::vector<std::int64_t> BatchPlan::entities() const {
    std::vector<std::int64_t> entities;
    entities.reserve(m_sendings.size());
    for (const Sending& sending : m_sendings) {
        entities.push_back(sending.operation.entity);
    }
    return entities;
}

void BatchPlan::clear() {
    m_sendings.clear();
    m_creations.clear();
    m_bytes = 0;
}

}  // namespace obmen::delivery
