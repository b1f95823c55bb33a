#include "receipt/receipt_writer.hpp"

#include <cstddef>
#include <utility>

namespace obmen::receipt {

namespace {

constexpr std::size_t block_size = std::size_t{64} * 1024;

std::string receipt_id(const std::string& package, int revision) {
    return package + '-' + std::to_string(revision);
}

}  // namespace

ReceiptWriter::ReceiptWriter(Sink sink, TextEncoding encoding, Language language)
    : m_sink(std::move(sink)), m_encoding(encoding), m_language(language) {}

void ReceiptWriter::head(const ReceiptHead& head) {
    const bool utf8 = m_encoding == TextEncoding::utf8_with_bom;
    m_block += utf8 ? "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    : "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n";
    markup("<РезультатОбмена ВерсияСхемы=\"1.0\"");
    attribute("Ид", receipt_id(head.package, head.revision));
    attribute("Редакция", static_cast<std::uint64_t>(head.revision));
    if (head.revision > 1) {
        attribute("Заменяет", receipt_id(head.package, head.revision - 1));
    }
    attribute("ДатаФормирования", local_date_time(head.formed_at));
    attribute("Состояние", word_of(head.state));
    attribute("Пакет", head.package);
    if (!head.unchanged_listed) {
        attribute("БезИзмененийПеречислены", "false");
    }
    m_block += ">\n";
}

void ReceiptWriter::file(const ledger::PackageFile& file) {
    markup("  <Файл");
    attribute("Имя", file.name);
    attribute("Размер", file.size);
    attribute("SHA256", file.sha256);
    known("ДатаФормирования", file.formed_at);
    close_empty();
}

void ReceiptWriter::totals(const ledger::Totals& totals) {
    markup("  <Итог");
    attribute("Вид", word_of_kind(totals.source_kind));
    attribute("Всего", counted_in_all(totals));
    for (const Counter& counter : counters) {
        attribute(counter.attribute, counted(totals, counter.verdict));
    }
    close_empty();
}

void ReceiptWriter::object(const ledger::Outcome& outcome) {
    markup("  <Объект");
    attribute("Ид", outcome.source_id);
    attribute("Вид", word_of_kind(outcome.source_kind));
    attribute("Действие", word_of(outcome.verdict));
    if (!outcome.remote_id.empty()) {
        attribute("ИдВБитрикс24", outcome.remote_id);
        known("ВидВБитрикс24", word_of_entity(outcome.entity_kind));
    }
    if (!outcome.reason) {
        close_empty();
        return;
    }
    attribute("Код", outcome.reason->code.text());
    known("Файл", outcome.file);
    known("Строка", outcome.place.line);
    close_with_text("Объект", full_text(*outcome.reason, m_language));
}

void ReceiptWriter::note(const Finding& finding) {
    markup("  <Замечание");
    attribute("Код", finding.message.code.text());
    attribute("Уровень", word_of(finding.severity));
    known("Ид", finding.object_id);
    known("Файл", finding.file);
    known("Строка", finding.place.line);
    known("Колонка", finding.place.column);
    close_with_text("Замечание", full_text(finding.message, m_language));
}

void ReceiptWriter::finish() {
    markup("</РезультатОбмена>\n");
    m_sink(m_block);
    m_block.clear();
}

void ReceiptWriter::attribute(std::string_view name, std::string_view value) {
    m_block += ' ';
    markup(name);
    m_block += "=\"";
    append_xml_text(m_block, value, TextPlace::attribute, m_encoding);
    m_block += '"';
}

void ReceiptWriter::attribute(std::string_view name, std::uint64_t value) {
    attribute(name, std::to_string(value));
}

void ReceiptWriter::known(std::string_view name, std::string_view value) {
    if (!value.empty()) {
        attribute(name, value);
    }
}

void ReceiptWriter::known(std::string_view name, std::uint64_t value) {
    if (value != 0) {
        attribute(name, value);
    }
}

void ReceiptWriter::close_empty() {
    m_block += "/>\n";
    hand_over_full_block();
}

void ReceiptWriter::close_with_text(std::string_view element, std::string_view text) {
    m_block += '>';
    append_xml_text(m_block, text, TextPlace::element, m_encoding);
    m_block += "</";
    markup(element);
    m_block += ">\n";
    hand_over_full_block();
}

void ReceiptWriter::hand_over_full_block() {
    if (m_block.size() >= block_size) {
        m_sink(m_block);
        m_block.clear();
    }
}

}  // namespace obmen::receipt
