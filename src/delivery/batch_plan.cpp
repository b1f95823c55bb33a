#include "delivery/batch_plan.hpp"

#include <algorithm>
#include <utility>

namespace obmen::delivery {

std::size_t commands_of(const portal::BuiltCommand& built) {
    return 1 + built.more.size();
}

std::size_t size_of(const portal::BuiltCommand& built) {
    std::size_t bytes = portal::encoded_size(built.command);
    for (const portal::Command& command : built.more) {
        bytes += portal::encoded_size(command);
    }
    return bytes;
}

void BatchPlan::add(Sending sending) {
    if (sending.is_creation()) {
        m_creations.emplace(sending.operation.key, Creation{m_commands, sending.operation.kind});
    }
    m_keys.insert(sending.operation.key);
    if (sending.operation.owner) {
        m_owners.insert(*sending.operation.owner);
    }
    ++m_methods[sending.built.command.method];
    for (const portal::Command& command : sending.built.more) {
        ++m_methods[command.method];
    }
    m_bytes += sending.bytes;
    m_commands += commands_of(sending.built);
    m_sendings.push_back(std::move(sending));
}

std::optional<Creation> BatchPlan::creation_of(const crm::EntityKey& key) const {
    const auto found = m_creations.find(key);
    return found == m_creations.end() ? std::nullopt : std::optional(found->second);
}

bool BatchPlan::concerns(const ledger::Operation& operation) const {
    if (m_keys.contains(operation.key) || m_owners.contains(operation.key) ||
        (operation.owner && m_keys.contains(*operation.owner))) {
        return true;
    }
    const std::vector<NamedTarget> targets = targets_of(operation);
    return std::ranges::any_of(targets,
                               [&](const NamedTarget& named) { return m_keys.contains(named.target); });
}

std::vector<portal::Command> BatchPlan::commands() const {
    std::vector<portal::Command> commands;
    commands.reserve(m_commands);
    for (const Sending& sending : m_sendings) {
        commands.push_back(sending.built.command);
        commands.insert(commands.end(), sending.built.more.begin(), sending.built.more.end());
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
    m_keys.clear();
    m_owners.clear();
    m_methods.clear();
    m_bytes = 0;
    m_commands = 0;
}

}  // namespace obmen::delivery
