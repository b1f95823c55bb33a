#pragma once

#include <filesystem>
#include <iosfwd>

#include "delivery/delivery.hpp"
#include "support/message.hpp"

namespace obmen::commands {

/// One line that is written over itself while a delivery runs; nothing where there is no terminal.
class Progress {
  public:
    Progress(std::ostream& out, bool visible, Language language);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    void show(const delivery::DeliveryProgress& state);

  private:
    std::ostream& m_out;
    bool m_visible;
    Language m_language;
};

/// A directory of its own under the system's temporary one, removed with all it holds.
class TemporaryDirectory {
  public:
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

}  // namespace obmen::commands
