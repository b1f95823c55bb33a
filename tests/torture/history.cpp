#include "torture/history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "torture/history_parts.hpp"

namespace obmen::torture {

namespace {

/// Вид of a receipt, and the kinds of the portal's rows that it can become.
struct KindOfRows {
    const char* kind;
    const char* rows;
    const char* key;
};
constexpr KindOfRows kinds_of_rows[]{{"Товар", "product", "XML_ID"},
                                     {"Группа", "section", "XML_ID"},
                                     {"Контрагент", "company", "ORIGIN_ID"},
                                     {"Контрагент", "contact", "ORIGIN_ID"},
                                     {"Документ", "deal", "ORIGIN_ID"}};

std::string joined_values(const nlohmann::json& list) {
    std::vector<std::string> values;
    for (const auto& entry : list) {
        values.push_back(text_of(entry.at("VALUE")));
    }
    std::ranges::sort(values);
    return fmt::format("{}", fmt::join(values, ","));
}

std::string found_in(const std::map<std::string, std::string>& names, const std::string& id) {
    const auto found = names.find(id);
    return found == names.end() ? (id.empty() || id == "0" ? "" : "?" + id) : found->second;
}

}  // namespace

std::string text_of(const nlohmann::json& value) {
    if (value.is_null()) {
        return {};
    }
    return value.is_string() ? value.get<std::string>() : value.dump();
}

bool same_value(const std::string& left, const std::string& right) {
    if (left == right) {
        return true;
    }
    const auto number = [](const std::string& text, double& value) {
        const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
        return !text.empty() && read.ec == std::errc() && read.ptr == text.data() + text.size();
    };
    double one = 0;
    double other = 0;
    return number(left, one) && number(right, other) && std::abs(one - other) < 1e-6;
}

std::vector<std::string> contents_of(const Drop& drop) {
    return drop.entries.empty() ? std::vector<std::string>{drop.sha256} : drop.entries;
}

History::History(const Truth& truth_told, const Evidence& evidence_seen)
    : truth(truth_told), evidence(evidence_seen) {
    std::map<std::string, const Drop*> drops;
    for (const Drop& drop : truth.drops) {
        for (const std::string& content : contents_of(drop)) {
            drops.emplace(content, &drop);
        }
        drops.emplace(drop.sha256, &drop);  // an archive that is rejected is named itself
    }
    std::map<std::string, const ReceiptSeen*> last;
    for (const ReceiptSeen& receipt : evidence.receipts) {
        const ReceiptSeen*& known = last[receipt.package];
        known = known == nullptr || known->revision < receipt.revision ? &receipt : known;
    }
    for (const PackageSeen& package : evidence.packages) {
        Part part{.package = &package, .drops = {}, .last = nullptr};
        for (const PackageFileSeen& file : package.files) {
            const auto known = drops.find(file.sha256);
            if (known != drops.end() && std::ranges::find(part.drops, known->second) == part.drops.end()) {
                part.drops.push_back(known->second);
            }
        }
        // Pointers into one list: as they were dropped. Of what one package says twice, the later counts.
        std::ranges::sort(part.drops);
        const auto receipt = last.find(package.id);
        part.last = receipt == last.end() ? nullptr : receipt->second;
        parts.push_back(std::move(part));
    }
    std::ranges::sort(parts, {}, [](const Part& part) { return part.package->number; });
    for (const Part& part : parts) {
        std::set<std::string> contents;
        for (const PackageFileSeen& file : part.package->files) {
            if (contents.insert(file.sha256).second) {
                by_content[file.sha256].push_back(&part);
            }
        }
    }
    index_rows();
}

void History::index_rows() {
    for (const KindOfRows& of : kinds_of_rows) {
        const auto rows = evidence.rows.find(of.rows);
        if (rows == evidence.rows.end()) {
            continue;
        }
        for (const auto& found : rows->second) {
            const std::string id = text_of(found.value(of.key, nlohmann::json()));
            if (!id.empty()) {
                m_rows[of.kind][id].push_back(&found);
            }
            if (of.rows == std::string("section")) {
                m_section_ids[text_of(found.at("ID"))] = id;
            } else if (of.rows == std::string("product")) {
                m_product_ids[text_of(found.at("ID"))] = id;
            }
        }
    }
    if (const auto rows = evidence.rows.find("file"); rows != evidence.rows.end()) {
        for (const auto& found : rows->second) {
            m_files[text_of(found.at("ID"))] = text_of(found.at("SHA256"));
        }
    }
    if (const auto rows = evidence.rows.find("deal_row"); rows != evidence.rows.end()) {
        for (const auto& found : rows->second) {
            m_deal_rows[text_of(found.at("OWNER_ID"))].push_back(&found);
        }
    }
}

const nlohmann::json* History::row(const std::string& kind, const std::string& id) const {
    const auto rows = m_rows.find(kind);
    if (rows == m_rows.end()) {
        return nullptr;
    }
    const auto found = rows->second.find(id);
    return found == rows->second.end() ? nullptr : found->second.front();
}

std::map<std::string, int> History::counted(const std::string& kind) const {
    std::map<std::string, int> counts;
    if (const auto rows = m_rows.find(kind); rows != m_rows.end()) {
        for (const auto& [id, found] : rows->second) {
            counts[id] = static_cast<int>(found.size());
        }
    }
    return counts;
}

std::string History::deal_rows(const nlohmann::json& deal) const {
    const auto found = m_deal_rows.find(text_of(deal.at("ID")));
    std::vector<std::string> rows;
    if (found != m_deal_rows.end()) {
        for (const nlohmann::json* line : found->second) {
            rows.push_back(fmt::format("{}*{}*{}", found_in(m_product_ids, text_of(line->at("PRODUCT_ID"))),
                                       text_of(line->at("QUANTITY")), text_of(line->at("PRICE"))));
        }
    }
    std::ranges::sort(rows);
    return fmt::format("{}", fmt::join(rows, ";"));
}

/// SHA-256 of its main picture; empty: it has none.
std::string History::picture(const nlohmann::json& product) const {
    const nlohmann::json file = product.value("DETAIL_PICTURE", nlohmann::json());
    const std::string id = text_of(file.is_object() ? file.value("id", nlohmann::json()) : file);
    return found_in(m_files, id);
}

std::string History::value(const std::string& kind, const nlohmann::json& row,
                           const std::string& field) const {
    if (field == "SECTION") {
        return found_in(m_section_ids, text_of(row.value("SECTION_ID", nlohmann::json())));
    }
    if (field == "PICTURE") {
        return picture(row);
    }
    if (field == "ROWS" && kind == "Документ") {
        return deal_rows(row);
    }
    const nlohmann::json found = row.value(field, nlohmann::json());
    return found.is_array() ? joined_values(found) : text_of(found);
}

std::vector<std::string> violations(const Truth& truth, const Evidence& evidence) {
    const History history(truth, evidence);
    std::vector<std::string> found = evidence.faults;
    check_inputs(history, found);
    check_pictures(history, found);
    check_receipts(history, found);
    check_objects(history, found);
    check_order(history, found);
    check_portal(history, found);
    check_command_lines(history, found);
    return found;
}

std::vector<std::string> violations(const Truth& truth, const Places& places) {
    return violations(truth, evidence_of(places, truth));
}

}  // namespace obmen::torture
