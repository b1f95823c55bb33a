#include "commands/report_page.hpp"

#include <algorithm>

#include "receipt/xml_text.hpp"
#include "support/text.hpp"

namespace obmen::commands {

namespace {

std::vector<std::size_t> widths_of(const ReportTable& table) {
    std::vector<std::size_t> widths;
    for (const std::vector<std::string>& row : table.rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], character_count(row[i]));
        }
    }
    return widths;
}

std::string line_of(const std::vector<std::string>& row, const std::vector<std::size_t>& widths) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) {
        line += ' ' + row[i];
        if (i + 1 < row.size()) {
            line.append(widths[i] - character_count(row[i]) + 1, ' ');
        }
    }
    return line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
}

void append_text(std::string& page, const std::string& text) {
    receipt::append_xml_text(page, text, receipt::TextPlace::element, receipt::TextEncoding::utf8_with_bom);
}

}  // namespace

std::string report_text(const Report& report) {
    std::string text = report.title + "\n";
    for (const ReportTable& table : report.tables) {
        if (table.rows.empty()) {
            continue;
        }
        const std::vector<std::size_t> widths = widths_of(table);
        text += "\n" + table.title + "\n";
        for (const std::vector<std::string>& row : table.rows) {
            text += line_of(row, widths);
        }
    }
    return text;
}

std::string report_page(const Report& report, Language language) {
    std::string page = "<!DOCTYPE html>\n<!-- obmen report -->\n<html lang=\"";
    page += language == Language::russian ? "ru" : "en";
    page += "\">\n<head><meta charset=\"utf-8\"><title>";
    append_text(page, report.title);
    page +=
        "</title>\n<style>body{font:16px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 "
        "1em}"
        "h1{font-size:1.6em}h2{font-size:1.2em;margin-top:2em}table{border-collapse:collapse;width:100%}"
        "td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #ddd;"
        "overflow-wrap:anywhere}</style></head>\n<body>\n<h1>";
    append_text(page, report.title);
    page += "</h1>\n";
    for (const ReportTable& table : report.tables) {
        if (table.rows.empty()) {
            continue;
        }
        page += "<h2>";
        append_text(page, table.title);
        page += "</h2>\n<table>\n";
        for (const std::vector<std::string>& row : table.rows) {
            page += "<tr>";
            for (const std::string& cell : row) {
                page += "<td>";
                append_text(page, cell);
                page += "</td>";
            }
            page += "</tr>\n";
        }
        page += "</table>\n";
    }
    return page + "</body>\n</html>\n";
}

}  // namespace obmen::commands
