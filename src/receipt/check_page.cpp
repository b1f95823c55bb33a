#include "receipt/check_page.hpp"

#include <algorithm>
#include <fstream>
#include <span>

#include "receipt/xml_text.hpp"
#include "support/error.hpp"

namespace obmen::receipt {

namespace {

/// How every page of ours begins.
constexpr std::string_view page_begin = "<!DOCTYPE html>\n<!-- obmen check -->\n";

/// Rows of the table of deviations.
constexpr std::size_t most_deviations = 200;

constexpr std::string_view style = R"(
body{font:16px/1.45 system-ui,sans-serif;margin:2em auto;max-width:70em;padding:0 1em;color:#222;background:#fff}
h1{font-size:1.6em}
h2{font-size:1.25em;margin-top:2.2em;border-top:1px solid #ccc;padding-top:1em;overflow-wrap:anywhere}
h3{font-size:1.05em;margin-top:1.6em}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35em .6em;border-bottom:1px solid #ddd}
td,li{overflow-wrap:anywhere}
th{background:#f3f3f3}
td.n,th.n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
.good{color:#176b2c}.faulty{color:#8a5a00}.unusable{color:#a11212}.verdict{font-weight:600}
.finding{margin:1em 0;padding:.6em .9em;border-left:4px solid #bbb;background:#fafafa}
.finding.fatal,.finding.error{border-color:#a11212}.finding.warning{border-color:#c98a00}
.code{font-family:monospace}.note{color:#555}
ul{margin:.3em 0;padding-left:1.4em}
@media print{body{margin:0;max-width:none}}
)";

/// Builds the page from top to bottom. Whatever comes from a file goes through text().
class PageWriter {
  public:
    explicit PageWriter(const CheckPage& page) : m_page(page) {}

    std::string write() {
        head();
        overview();
        for (std::size_t i = 0; i < m_page.files.size(); ++i) {
            file(m_page.files[i], i);
        }
        markup("</body>\n</html>\n");
        return std::move(m_out);
    }

  private:
    [[nodiscard]] std::string_view in(std::string_view russian, std::string_view english) const {
        return m_page.language == Language::russian ? russian : english;
    }
    void markup(std::string_view markup) { m_out += markup; }
    void text(std::string_view text) {
        append_xml_text(m_out, text, TextPlace::element, TextEncoding::utf8_with_bom);
    }
    void text(std::uint64_t number) { m_out += std::to_string(number); }
    void words(std::string_view russian, std::string_view english) { text(in(russian, english)); }

    template <typename Content>
    void element(std::string_view tag, std::string_view attributes, const Content& content) {
        m_out.append("<").append(tag).append(attributes).append(">");
        text(content);
        m_out.append("</").append(tag).append(">");
    }

    void head() {
        markup(page_begin);
        m_out.append("<html lang=\"")
            .append(in("ru", "en"))
            .append("\">\n<head>\n<meta charset=\"utf-8\">\n");
        // Whatever may have been smuggled into a value: nothing is fetched and nothing runs.
        markup(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
            "'unsafe-inline'\">\n");
        element("title", "", in("Проверка выгрузки 1С", "Check of a 1C export"));
        m_out.append("\n<style>").append(style).append("</style>\n</head>\n<body>\n");
    }

    void overview() {
        element("h1", "", in("Проверка выгрузки 1С", "Check of a 1C export"));
        markup("\n<p class=\"note\">");
        words("Проверено ", "Checked ");
        text(local_date_time(m_page.checked_at));
        words(", obmen " OBMEN_VERSION ". Ничего не отправлено.",
              ", obmen " OBMEN_VERSION ". Nothing was sent.");
        markup("</p>\n<table>\n<tr>");
        element("th", "", in("Файл", "File"));
        element("th", "", in("Итог", "Verdict"));
        element("th", " class=\"n\"", in("Ошибок", "Errors"));
        element("th", " class=\"n\"", in("Замечаний", "Warnings"));
        markup("</tr>\n");
        for (std::size_t i = 0; i < m_page.files.size(); ++i) {
            const PageFile& file = m_page.files[i];
            m_out.append("<tr><td><a href=\"#file").append(std::to_string(i)).append("\">");
            text(file.name);
            markup("</a></td>");
            m_out.append("<td class=\"").append(verdict_class(file)).append("\">");
            text(verdict(file));
            markup("</td>");
            element("td", " class=\"n\"", file.row_errors);
            element("td", " class=\"n\"", file.warnings);
            markup("</tr>\n");
        }
        markup("</table>\n");
    }

    [[nodiscard]] static std::string_view verdict_class(const PageFile& file) {
        return !file.readable ? "unusable" : file.row_errors > 0 ? "faulty" : "good";
    }
    [[nodiscard]] std::string_view verdict(const PageFile& file) const {
        return !file.readable        ? in("не годится", "unusable")
               : file.row_errors > 0 ? in("с ошибками", "with errors")
                                     : in("годится", "good");
    }
    [[nodiscard]] std::string_view verdict_explained(const PageFile& file) const {
        return !file.readable        ? in("Файл нельзя использовать: ничего из него не будет передано.",
                                          "The file cannot be used: nothing in it would be sent.")
               : file.row_errors > 0 ? in("Файл можно использовать, но объекты с ошибками переданы не будут.",
                                          "The file can be used, but objects with errors would not be sent.")
                                     : in("Файл можно использовать.", "The file can be used.");
    }

    void file(const PageFile& file, std::size_t number) {
        m_out.append("<h2 id=\"file").append(std::to_string(number)).append("\">");
        text(file.name);
        m_out.append("</h2>\n<p><span class=\"verdict ").append(verdict_class(file)).append("\">");
        text(verdict(file));
        markup("</span>. ");
        text(verdict_explained(file));
        markup("</p>\n");
        contents(file);
        findings(file);
        if (file.compared) {
            deviations(file);
        }
    }

    void contents(const PageFile& file) {
        markup("<table>\n");
        std::string records;
        for (const auto& [kind, count] : file.records) {
            records.append(records.empty() ? "" : ", ")
                .append(kind)
                .append(" ")
                .append(std::to_string(count));
        }
        row(in("Что в файле", "What is in it"), records.empty() ? in("объектов нет", "no objects") : records);
        row(in("Версия CommerceML", "CommerceML version"),
            file.schema_version.empty() ? in("не указана", "not given") : file.schema_version);
        row(in("Кодировка", "Encoding"), file.encoding);
        row(in("Сформирован", "Formed at"),
            file.formed_at.empty() ? in("не указано", "not given") : file.formed_at);
        markup("</table>\n");
    }

    void row(std::string_view name, std::string_view value) {
        markup("<tr>");
        element("th", "", name);
        element("td", "", value);
        markup("</tr>\n");
    }

    void findings(const PageFile& file) {
        element("h3", "", in("Ошибки и замечания", "Errors and warnings"));
        markup("\n");
        if (file.findings.groups().empty()) {
            element("p", "", in("Нет.", "None."));
            markup("\n");
        }
        for (const auto& [key, group] : file.findings.groups()) {
            finding_group(key.first, group);
        }
    }

    void finding_group(Severity severity, const FindingGroups::Group& group) {
        const Message& example = group.first.front().message;
        m_out.append("<div class=\"finding ").append(severity_class(severity)).append("\">");
        element("strong", "", severity_name(severity));
        markup(" ");
        element("span", " class=\"code\"", example.code.text());
        words(", всего ", ", ");
        text(group.count);
        words("", " in all");
        if (const std::string advice = remedy(example, m_page.language); !advice.empty()) {
            markup("<br>");
            words("Что делать: ", "What to do: ");
            text(advice);
        }
        markup("\n<ul>\n");
        for (const Finding& finding : group.first) {
            markup("<li>");
            place(finding);
            text(sentence(finding.message, m_page.language));
            markup("</li>\n");
        }
        if (group.count > group.first.size()) {
            and_more(group.count - group.first.size());
        }
        markup("</ul></div>\n");
    }

    void place(const Finding& finding) {
        std::string place = finding.file;
        for (const std::uint64_t number : {finding.place.line, finding.place.column}) {
            if (number > 0) {
                place.append(place.empty() ? "" : ":").append(std::to_string(number));
            }
        }
        if (!finding.object_id.empty()) {
            place.append(place.empty() ? "" : ", ").append("Ид ").append(finding.object_id);
        }
        if (!place.empty()) {
            element("span", " class=\"code\"", place);
            markup(": ");
        }
    }

    void and_more(std::uint64_t count) {
        markup("<li class=\"note\">");
        words("и ещё ", "and ");
        text(count);
        words("", " more");
        markup("</li>\n");
    }

    void deviations(const PageFile& file) {
        markup("<h3>");
        words("Сличение со стандартом CommerceML ", "Compared with the CommerceML standard ");
        text(file.schema);
        markup("</h3>\n");
        if (file.deviations.empty() && file.deviations_left_out == 0) {
            element("p", "", in("Отклонений нет.", "No deviations."));
            markup("\n");
            return;
        }
        element("p", " class=\"note\"",
                in("Отклонения от стандарта обычны и сами по себе загрузке не мешают; мешает только то, что "
                   "названо "
                   "выше.",
                   "Deviations from the standard are common and do no harm by themselves; only what is named "
                   "above "
                   "does."));
        markup("\n<table>\n<tr>");
        element("th", " class=\"n\"", in("Строка", "Line"));
        element("th", " class=\"n\"", in("Раз", "Times"));
        element("th", "", in("Отклонение (первое из таких)", "Deviation (the first of its kind)"));
        element("th", "", in("Код", "Code"));
        markup("</tr>\n");
        const std::size_t shown = std::min(file.deviations.size(), most_deviations);
        for (const PageDeviation& deviation : std::span(file.deviations).first(shown)) {
            markup("<tr>");
            element("td", " class=\"n\"", deviation.line == 0 ? "" : std::to_string(deviation.line));
            element("td", " class=\"n\"", deviation.count);
            element("td", "", sentence(deviation.message, m_page.language));
            element("td", " class=\"code\"", deviation.message.code.text());
            markup("</tr>\n");
        }
        markup("</table>\n");
        std::uint64_t more = file.deviations_left_out;
        for (const PageDeviation& deviation : std::span(file.deviations).subspan(shown)) {
            more += deviation.count;
        }
        if (more > 0) {
            element("p", " class=\"note\"", sentence({"XSD-MORE", {std::to_string(more)}}, m_page.language));
            markup("\n");
        }
    }

    [[nodiscard]] static std::string_view severity_class(Severity severity) {
        return severity == Severity::fatal ? "fatal" : severity == Severity::row_error ? "error" : "warning";
    }
    [[nodiscard]] std::string_view severity_name(Severity severity) const {
        return severity == Severity::fatal       ? in("Отказ", "Fatal")
               : severity == Severity::row_error ? in("Ошибка", "Error")
                                                 : in("Замечание", "Warning");
    }

    const CheckPage& m_page;
    std::string m_out;
};

bool is_page_of_ours(const std::filesystem::path& path) {
    std::string begin(page_begin.size(), '\0');
    std::ifstream file(path, std::ios::binary);
    return std::filesystem::is_regular_file(path) &&
           file.read(begin.data(), static_cast<std::streamsize>(begin.size())) && begin == page_begin;
}

/// Refuses a file that somebody else has made: a name that was left out on the command line must not cost an
/// export.
const std::filesystem::path& checked(const std::filesystem::path& path) {
    if (std::filesystem::exists(path) && !is_page_of_ours(path)) {
        throw Error(FailureClass::bad_config, Message{"SYS-NOT-A-REPORT", {path.string()}});
    }
    return path;
}

}  // namespace

void FindingGroups::add(const Finding& finding) {
    Group& group = m_groups[{finding.severity, std::string(finding.message.code.text())}];
    ++group.count;
    if (group.first.size() < most_shown) {
        group.first.push_back(finding);
    }
}

std::string check_page_text(const CheckPage& page) {
    return PageWriter(page).write();
}

CheckPageFile::CheckPageFile(const std::filesystem::path& path) : m_file(checked(path)) {}

void CheckPageFile::publish(const CheckPage& page) {
    m_file.write(check_page_text(page));
    m_file.replace();
}

}  // namespace obmen::receipt
