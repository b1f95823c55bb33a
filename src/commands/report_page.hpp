#pragma once

#include <string>
#include <vector>

#include "support/message.hpp"

/// A report of tables, as text or as a page.
namespace obmen::commands {

struct ReportTable {
    std::string title;
    std::vector<std::vector<std::string>> rows;
};

struct Report {
    std::string title;
    std::vector<ReportTable> tables;
};

/// Columns aligned; tables without rows are left out.
[[nodiscard]] std::string report_text(const Report& report);
/// One HTML document that needs nothing else and runs nothing.
[[nodiscard]] std::string report_page(const Report& report, Language language);

}  // namespace obmen::commands
