#include "receipt/receipt_words.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>

#include "crm/entity.hpp"
#include "support/error.hpp"

namespace obmen::receipt {

namespace {

bool any_counted(std::span<const ledger::Totals> totals, ledger::Verdict verdict) {
    return std::any_of(totals.begin(), totals.end(),
                       [verdict](const ledger::Totals& kind) { return counted(kind, verdict) > 0; });
}

}  // namespace

ReceiptState receipt_state(ledger::PackageState state, std::span<const ledger::Totals> totals,
                           bool has_row_errors) {
    if (state == ledger::PackageState::rejected) {
        return ReceiptState::rejected;
    }
    if (state == ledger::PackageState::repeat || state == ledger::PackageState::superseded) {
        return ReceiptState::done;
    }
    if (state != ledger::PackageState::applied) {
        return ReceiptState::deferred;
    }
    if (has_row_errors || any_counted(totals, ledger::Verdict::failed)) {
        return ReceiptState::with_errors;
    }
    return any_counted(totals, ledger::Verdict::deferred) ? ReceiptState::deferred : ReceiptState::done;
}

std::string_view word_of(ReceiptState state) {
    switch (state) {
        case ReceiptState::done:
            return "Выполнено";
        case ReceiptState::with_errors:
            return "ВыполненоСОшибками";
        case ReceiptState::rejected:
            return "Отклонено";
        case ReceiptState::deferred:
            break;
    }
    return "Отложено";
}

std::string_view word_of(ledger::Verdict verdict) {
    switch (verdict) {
        case ledger::Verdict::created:
            return "Создан";
        case ledger::Verdict::updated:
            return "Обновлён";
        case ledger::Verdict::unchanged:
            return "БезИзменений";
        case ledger::Verdict::linked:
            return "Связан";
        case ledger::Verdict::deactivated:
            return "Деактивирован";
        case ledger::Verdict::deleted:
            return "Удалён";
        case ledger::Verdict::left:
            return "Оставлен";
        case ledger::Verdict::replaced:
            return "Заменён";
        case ledger::Verdict::skipped:
            return "Пропущен";
        case ledger::Verdict::failed:
            return "Ошибка";
        case ledger::Verdict::planned:
        case ledger::Verdict::deferred:
            break;
    }
    return "Отложен";
}

std::string_view word_of(Severity severity) {
    switch (severity) {
        case Severity::fatal:
            return "Отказ";
        case Severity::row_error:
            return "Ошибка";
        case Severity::warning:
            break;
    }
    return "Предупреждение";
}

std::string_view word_of_kind(std::uint8_t source_kind) {
    switch (static_cast<crm::SourceKind>(source_kind)) {
        case crm::SourceKind::group:
            return "Группа";
        case crm::SourceKind::product:
            return "Товар";
        case crm::SourceKind::variant:
            return "Предложение";
        case crm::SourceKind::contragent:
            return "Контрагент";
        case crm::SourceKind::document:
            return "Документ";
        case crm::SourceKind::property:
            return "Свойство";
        default:  // parts have no row
            break;
    }
    throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"source kind " + std::to_string(source_kind)}});
}

std::string_view word_of_entity(std::uint8_t entity_kind) {
    if (entity_kind == 0) {
        return {};
    }
    switch (static_cast<crm::EntityKind>(entity_kind)) {
        case crm::EntityKind::section:
            return "Раздел";
        case crm::EntityKind::product:
        case crm::EntityKind::offer:
            return "Товар";
        case crm::EntityKind::company:
            return "Компания";
        case crm::EntityKind::contact:
            return "Контакт";
        case crm::EntityKind::deal:
            return "Сделка";
        case crm::EntityKind::property:
            return "СвойствоТовара";
        default:
            break;
    }
    throw Error(FailureClass::bug, Message{"SYS-INTERNAL", {"entity kind " + std::to_string(entity_kind)}});
}

std::uint64_t counted(const ledger::Totals& totals, ledger::Verdict verdict) {
    const std::uint64_t count = totals.count[static_cast<std::size_t>(verdict)];
    return verdict == ledger::Verdict::deferred
               ? count + totals.count[static_cast<std::size_t>(ledger::Verdict::planned)]
               : count;
}

std::uint64_t counted_in_all(const ledger::Totals& totals) {
    return std::accumulate(std::begin(totals.count), std::end(totals.count), std::uint64_t{0});
}

}  // namespace obmen::receipt
