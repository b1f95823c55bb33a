#include "support/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "support/secret.hpp"

namespace obmen {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
    switch (level) {
        case LogLevel::debug:
            return spdlog::level::debug;
        case LogLevel::info:
            return spdlog::level::info;
        case LogLevel::warning:
            return spdlog::level::warn;
        case LogLevel::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

}  // namespace

struct StderrLog::State {
    spdlog::logger logger{"obmen", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
};

StderrLog::StderrLog(LogLevel lowest) : m_state(std::make_unique<State>()) {
    m_state->logger.set_level(spdlog_level(lowest));
    m_state->logger.set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %v");
}

StderrLog::~StderrLog() = default;

void StderrLog::write(LogLevel level, const std::string& text) {
    m_state->logger.log(spdlog_level(level), masked(text));
}

}  // namespace obmen
