#include "delivery/batch_limits.hpp"

#include <algorithm>
#include <string>

namespace obmen::delivery {

namespace {

/// Reference bitrix24-rest.md §13.2: batches have a byte ceiling, too.
constexpr std::size_t batch_bytes = 1'000'000;
/// From so many attempts on an operation travels alone.
constexpr std::uint32_t attempts_before_alone = 6;
/// An outage is nobody's fault, two are bad luck.
constexpr std::uint32_t outages_before_alone = 3;

}  // namespace

std::size_t most_together(std::uint32_t attempts) {
    // One lost answer is nobody's fault.
    const std::uint32_t halvings = attempts < 2 ? 0 : attempts - 1;
    return attempts >= attempts_before_alone ? 1 : portal::batch_commands >> halvings;
}

bool is_dangerous(const ledger::Operation& operation) {
    return operation.outages >= outages_before_alone;
}

Duration pause_of(const portal::PortalLimits& limits, const portal::BuiltCommand& built) {
    Duration pause = limits.pause_of(built.command.method);
    for (const portal::Command& command : built.more) {
        pause = std::max(pause, limits.pause_of(command.method));
    }
    return pause;
}

bool BatchLimits::has_room(const BatchPlan& batch, const Sending& sending) const {
    if (batch.is_empty()) {
        return true;
    }
    const ledger::Operation& first = batch.sendings().front().operation;
    const bool pictures = sending.operation.kind == crm::EntityKind::pictures;
    std::size_t ceiling = pictures ? m_options.picture_batch_bytes : batch_bytes;
    if (m_refused_bytes > 0) {
        ceiling = std::min(ceiling, m_refused_bytes / 2);
    }
    const std::size_t most = most_together(sending.operation.attempts);
    if (is_dangerous(sending.operation) || is_dangerous(first)) {
        return false;
    }
    return pictures == (first.kind == crm::EntityKind::pictures) && most == most_together(first.attempts) &&
           batch.sendings().size() < most && batch.has_room(commands_of(sending.built)) &&
           batch.bytes() + sending.bytes <= ceiling && seconds_of(batch, sending) <= m_options.batch_seconds;
}

double BatchLimits::seconds_of(const BatchPlan& batch, const Sending& sending) const {
    const portal::PortalLimits& limits = m_client.limits();
    double seconds = limits.seconds_of(sending.built.command.method);
    for (const portal::Command& command : sending.built.more) {
        seconds += limits.seconds_of(command.method);
    }
    for (const auto& [method, count] : batch.methods()) {
        seconds += limits.seconds_of(method) * static_cast<double>(count);
    }
    return seconds;
}

void BatchLimits::too_large(std::size_t bytes) {
    m_refused_bytes = m_refused_bytes == 0 ? bytes : std::min(m_refused_bytes, bytes);
}

void BatchLimits::failed_alone(std::int64_t entity, const Message& reason) {
    Failures& failures = m_alone[entity];
    ++failures.count;
    failures.reason = reason;
}

std::optional<Message> BatchLimits::given_up(const ledger::Operation& operation) const {
    const auto failures = m_alone.find(operation.entity);
    const bool now = failures != m_alone.end() && failures->second.count >= m_options.tries_alone;
    const bool in_earlier_runs = operation.attempts >= attempts_before_alone + m_options.tries_alone;
    if (operation.outages >= outages_before_alone + m_options.tries_alone) {
        return Message{
            "B24-NOT-TAKEN",
            {std::to_string(operation.outages), as_argument(Message{"B24-UNREACHABLE", {"HTTP 5xx"}})}};
    }
    if (!now && !in_earlier_runs) {
        return std::nullopt;
    }
    const unsigned tries = now ? failures->second.count : m_options.tries_alone;
    const std::string reason = now ? as_argument(*failures->second.reason) : "HTTP 4xx, 5xx";
    return Message{"B24-NOT-TAKEN", {std::to_string(tries), reason}};
}

}  // namespace obmen::delivery
