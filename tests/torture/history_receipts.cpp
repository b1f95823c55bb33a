#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "torture/history_parts.hpp"

namespace obmen::torture {

namespace {

using Object = std::pair<std::string, std::string>;  ///< Вид, Ид

/// Counter of a total → the action that it counts.
const std::map<std::string, std::string>& counters() {
    static const std::map<std::string, std::string> all{{"Создано", "Создан"},
                                                        {"Обновлено", "Обновлён"},
                                                        {"Связано", "Связан"},
                                                        {"Удалено", "Удалён"},
                                                        {"Деактивировано", "Деактивирован"},
                                                        {"БезИзменений", "БезИзменений"},
                                                        {"Оставлено", "Оставлен"},
                                                        {"Заменено", "Заменён"},
                                                        {"Отложено", "Отложен"},
                                                        {"Пропущено", "Пропущен"},
                                                        {"Ошибок", "Ошибка"}};
    return all;
}

void check_totals(const ReceiptSeen& receipt, bool has_rows, std::vector<std::string>& found) {
    std::map<std::string, std::map<std::string, std::uint64_t>> rows;
    for (const ReceiptRow& row : receipt.objects) {
        ++rows[row.kind][row.action];
    }
    for (const auto& [kind, total] : receipt.totals) {
        std::uint64_t sum = 0;
        for (const auto& [counter, action] : counters()) {
            const std::uint64_t said = total.contains(counter) ? total.at(counter) : 0;
            sum += said;
            const bool is_listed = has_rows && (receipt.lists_unchanged || action != "БезИзменений");
            if (is_listed && said != rows[kind][action]) {
                found.push_back(fmt::format("{}: {} {} says {}, the rows say {}", receipt.file, kind, counter,
                                            said, rows[kind][action]));
            }
        }
        if (total.contains("Всего") && total.at("Всего") != sum) {
            found.push_back(fmt::format("{}: Всего of {} is {}, the sum is {}", receipt.file, kind,
                                        total.at("Всего"), sum));
        }
    }
}

/// Its files are those of the package, with their hashes and sizes.
void check_files(const ReceiptSeen& receipt, const PackageSeen& package, std::vector<std::string>& found) {
    const auto list = [](const std::vector<PackageFileSeen>& files) {
        std::multiset<std::string> texts;
        for (const PackageFileSeen& file : files) {
            texts.insert(fmt::format("{} {} {}", file.name, file.size, file.sha256));
        }
        return texts;
    };
    if (list(receipt.files) != list(package.files)) {
        found.push_back(
            fmt::format("{} names other files or hashes than package {} has", receipt.file, package.id));
    }
}

class RowChecks {
  public:
    RowChecks(const History& history, std::vector<std::string>& found) : m_history(history), m_found(found) {
        for (std::size_t place = 0; place < history.parts.size(); ++place) {
            if (!history.parts[place].is_applied()) {
                continue;
            }
            for (const Drop* drop : history.parts[place].drops) {
                if (drop->full) {
                    m_full_last[drop->catalogue] = place;
                }
                for (const Told& told : drop->told) {
                    m_named_last[{told.kind, told.id}] = place;
                    if (!drop->catalogue.empty()) {
                        m_catalogue[{told.kind, told.id}] = drop->catalogue;
                    }
                    if (!told.marked) {
                        m_made.emplace(Object{told.kind, told.id}, place);
                    }
                }
            }
        }
        for (const auto& entry : history.evidence.journal) {
            if (entry.at("operation") == "create") {
                m_created.insert(text_of(entry.at("kind")) + " " + text_of(entry.at("id")));
            }
        }
    }

    void check(const History::Part& part, std::size_t place) {
        std::map<Object, int> times;
        for (const ReceiptRow& row : part.last->objects) {
            ++times[{row.kind, row.id}];
            check_row(*part.last, row, place);
        }
        for (const auto& [object, count] : times) {
            if (count > 1) {
                say(*part.last, "{} {} has {} rows", object.first, object.second, count);
            }
        }
        if (!part.last->lists_unchanged) {
            return;
        }
        for (const Drop* drop : part.drops) {
            for (const Told& told : drop->told) {
                if (!times.contains({told.kind, told.id})) {
                    say(*part.last, "has no verdict on {} {}", told.kind, told.id);
                }
            }
        }
    }

    void check_makers() {
        for (const auto& [object, place] : m_made) {
            const auto said = m_said_created.find(object);
            const std::size_t times = said == m_said_created.end() ? 0 : said->second.size();
            if (times != 1 && m_history.row(object.first, object.second) != nullptr) {
                m_found.push_back(fmt::format(
                    "{} final receipts say that {} {} was created{}", times, object.first, object.second,
                    times == 0 ? "" : fmt::format(": {}", fmt::join(said->second, ", "))));
            }
        }
    }

  private:
    template <typename... Arguments>
    void say(const ReceiptSeen& receipt, fmt::format_string<Arguments...> text, Arguments&&... arguments) {
        m_found.push_back(receipt.file + ": " + fmt::format(text, std::forward<Arguments>(arguments)...));
    }

    void check_row(const ReceiptSeen& receipt, const ReceiptRow& row, std::size_t place) {
        const Object object{row.kind, row.id};
        const nlohmann::json* there = m_history.row(row.kind, row.id);
        if (there != nullptr && !row.remote_id.empty() && text_of(there->at("ID")) != row.remote_id) {
            say(receipt, "{} {} has id {} in the portal, not {}", row.kind, row.id, text_of(there->at("ID")),
                row.remote_id);
        }
        if (!m_named_last.contains(object)) {
            return;  // of a kind that the world does not speak of: properties
        }
        static const std::set<std::string> in_portal{"Создан", "Обновлён", "БезИзменений", "Связан",
                                                     "Деактивирован"};
        if (in_portal.contains(row.action) && (row.remote_id.empty() || there == nullptr)) {
            say(receipt, "{} {} is said to be «{}», and is not in the portal under «{}»", row.kind, row.id,
                row.action, row.remote_id);
        }
        if (row.action == "Создан") {
            m_said_created[object].insert(receipt.file);
            if (there != nullptr && !is_created(row)) {
                say(receipt, "{} {} is said to be created as {}; the portal knows of no such creation",
                    row.kind, row.id, row.remote_id);
            }
        }
        if (row.action == "Заменён" && m_named_last.at(object) <= place && !is_removed_after(object, place)) {
            say(receipt, "{} {} is said to be replaced by a later package, and none names it", row.kind,
                row.id);
        }
        if (row.action == "Ошибка" || (row.action == "Отложен" && m_history.truth.whole)) {
            say(receipt, "{} {} has ended as «{}» {}", row.kind, row.id, row.action, row.code);
        }
    }

    /// A later full export may lack it: that replaces what was said of it before, too.
    [[nodiscard]] bool is_removed_after(const Object& object, std::size_t place) const {
        const auto catalogue = m_catalogue.find(object);
        const auto full =
            catalogue == m_catalogue.end() ? m_full_last.end() : m_full_last.find(catalogue->second);
        return m_history.truth.missing_deactivates && full != m_full_last.end() && full->second > place;
    }

    [[nodiscard]] bool is_created(const ReceiptRow& row) const {
        const std::vector<std::string> kinds{"product", "section", "company", "contact", "deal"};
        return std::ranges::any_of(
            kinds, [&](const std::string& kind) { return m_created.contains(kind + " " + row.remote_id); });
    }

    const History& m_history;
    std::vector<std::string>& m_found;
    std::map<Object, std::size_t> m_named_last;
    std::map<Object, std::size_t> m_made;
    std::map<Object, std::string> m_catalogue;
    std::map<std::string, std::size_t> m_full_last;  // the last full export of a catalogue
    std::set<std::string> m_created;                 // kind and id
    std::map<Object, std::set<std::string>> m_said_created;
};

void check_state(const History::Part& part, bool whole, std::vector<std::string>& found) {
    const std::string& state = part.package->state;
    if (part.last == nullptr) {
        if (whole && state != "repeat") {
            found.push_back(fmt::format("package {} ({}) has no receipt", part.package->id, state));
        }
        return;
    }
    const std::string& said = part.last->state;
    const bool rejected = said == "Отклонено";
    if (rejected != (state == "rejected")) {
        found.push_back(fmt::format("{} says «{}», and the package is {}", part.last->file, said, state));
    }
    if (whole && said == "Отложено" && !part.package->removals_held) {
        found.push_back(fmt::format("{} is no final receipt, and none has followed", part.last->file));
    }
}

/// A lifetime is days, and no run lasts so long.
bool gives_up(const ReceiptSeen& receipt) {
    return receipt.remarks.contains("PKG-EXPIRED") ||
           std::ranges::find(receipt.objects, "PKG-EXPIRED", &ReceiptRow::code) != receipt.objects.end();
}

/// One receipt for each revision, each but the first naming the one before it.
void check_revisions(const History& history, std::vector<std::string>& found) {
    std::map<std::string, std::map<int, const ReceiptSeen*>> by_package;
    std::set<std::string> packages;
    for (const PackageSeen& package : history.evidence.packages) {
        packages.insert(package.id);
    }
    for (const ReceiptSeen& receipt : history.evidence.receipts) {
        if (gives_up(receipt)) {
            found.push_back(fmt::format("{} gives up what has waited for minutes, whatever the clock says",
                                        receipt.file));
        }
        if (!packages.contains(receipt.package)) {
            found.push_back(
                fmt::format("{} speaks of package {}, which there is not", receipt.file, receipt.package));
        }
        const auto [known, is_first] = by_package[receipt.package].emplace(receipt.revision, &receipt);
        if (!is_first) {
            found.push_back(fmt::format("{} and {} are both revision {} of package {}", known->second->file,
                                        receipt.file, receipt.revision, receipt.package));
        }
        if (receipt.revision > 1 && receipt.replaces.empty()) {
            found.push_back(fmt::format("{} does not say which receipt it replaces", receipt.file));
        }
    }
}

}  // namespace

void check_receipts(const History& history, std::vector<std::string>& found) {
    check_revisions(history, found);
    RowChecks rows(history, found);
    for (std::size_t place = 0; place < history.parts.size(); ++place) {
        const History::Part& part = history.parts[place];
        check_state(part, history.truth.whole, found);
        if (part.last == nullptr) {
            continue;
        }
        check_files(*part.last, *part.package, found);
        check_totals(*part.last, part.is_applied(), found);
        if (part.is_applied()) {
            rows.check(part, place);
        }
    }
    rows.check_makers();
}

}  // namespace obmen::torture
