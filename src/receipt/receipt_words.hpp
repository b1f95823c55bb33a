#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "ledger/packages.hpp"
#include "support/finding.hpp"

/// The fixed words of a receipt: what schemas/receipt.xsd lists, and when each is said.
namespace obmen::receipt {

/// How a package stands when the receipt is written. The first rule that holds decides:
/// 1. the package could not be read → `rejected`; it repeats one that was applied without errors, or another
/// one that can be read took its place → `done`;
/// 2. its state is anything before `applied`, or `deferred` → `deferred`: this is an interim receipt, another
/// will follow;
/// 3. an object ended in an error, or a finding is a row error (an object without Ид has no row of its own) →
/// `with_errors`;
/// 4. an object still waits for something that another export must bring → `deferred`;
/// 5. otherwise → `done`.
enum class ReceiptState : std::uint8_t {
    done,         ///< Выполнено
    with_errors,  ///< ВыполненоСОшибками
    rejected,     ///< Отклонено
    deferred,     ///< Отложено
};
[[nodiscard]] ReceiptState receipt_state(ledger::PackageState state, std::span<const ledger::Totals> totals,
                                         bool has_row_errors);

[[nodiscard]] std::string_view word_of(ReceiptState state);
/// Действие. What is not settled yet waits: `planned` says Отложен.
[[nodiscard]] std::string_view word_of(ledger::Verdict verdict);
/// Уровень: Отказ, Ошибка, Предупреждение.
[[nodiscard]] std::string_view word_of(Severity severity);
/// Вид, of a crm::SourceKind as the ledger stores it. A number that no version knows is a bug: Error
/// SYS-INTERNAL.
[[nodiscard]] std::string_view word_of_kind(std::uint8_t source_kind);

/// ВидВБитрикс24, of a crm::EntityKind as the ledger stores it: an id alone does not say whether a company or
/// a contact has it. Empty for 0.
[[nodiscard]] std::string_view word_of_entity(std::uint8_t entity_kind);

/// One counter attribute of Итог, and the verdict it counts. Verdict::planned is counted with `deferred`.
struct Counter {
    std::string_view attribute;
    ledger::Verdict verdict;
};
inline constexpr std::array<Counter, 11> counters{{{"Создано", ledger::Verdict::created},
                                                   {"Обновлено", ledger::Verdict::updated},
                                                   {"Связано", ledger::Verdict::linked},
                                                   {"Деактивировано", ledger::Verdict::deactivated},
                                                   {"Удалено", ledger::Verdict::deleted},
                                                   {"БезИзменений", ledger::Verdict::unchanged},
                                                   {"Оставлено", ledger::Verdict::left},
                                                   {"Заменено", ledger::Verdict::replaced},
                                                   {"Отложено", ledger::Verdict::deferred},
                                                   {"Пропущено", ledger::Verdict::skipped},
                                                   {"Ошибок", ledger::Verdict::failed}}};
[[nodiscard]] std::uint64_t counted(const ledger::Totals& totals, ledger::Verdict verdict);
/// Всего: the sum of all counters.
[[nodiscard]] std::uint64_t counted_in_all(const ledger::Totals& totals);

}  // namespace obmen::receipt
