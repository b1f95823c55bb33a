#include "commands/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

#include "support/file.hpp"

namespace obmen::commands {

Progress::Progress(std::ostream& out, bool visible, Language language)
    : m_out(out), m_visible(visible), m_language(language) {}

Progress::~Progress() {
    if (m_visible) {
        m_out << "\r\x1B[K" << std::flush;
    }
}

void Progress::show(const delivery::DeliveryProgress& state) {
    if (!m_visible) {
        return;
    }
    const bool russian = m_language == Language::russian;
    m_out << "\r\x1B[K"
          << fmt::format(
                 fmt::runtime(russian ? "Отправлено {} из {}, запросов {}" : "{} of {} sent, {} requests"),
                 state.settled, std::max(state.settled, state.total), state.requests)
          << std::flush;
}

TemporaryDirectory::TemporaryDirectory()
    : m_path(std::filesystem::temp_directory_path() / ("obmen-" + new_package_id())) {
    make_directories(m_path);
}

TemporaryDirectory::~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(m_path, ignored);
}

}  // namespace obmen::commands
