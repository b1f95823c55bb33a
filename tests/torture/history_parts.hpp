#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "torture/history.hpp"

/// The parts of the history check, one promise each; internal to it.
namespace obmen::torture {

/// What was dropped and what was seen, put together.
class History {
  public:
    History(const Truth& truth_told, const Evidence& evidence_seen);
    History(const History&) = delete;
    History& operator=(const History&) = delete;
    ~History() = default;

    const Truth& truth;
    const Evidence& evidence;

    /// A package with the drops that it consists of.
    struct Part {
        const PackageSeen* package = nullptr;
        std::vector<const Drop*> drops;     ///< one of each content, as they were dropped
        const ReceiptSeen* last = nullptr;  ///< its receipt with the highest revision
        [[nodiscard]] bool is_applied() const { return package->state == "applied"; }
        /// Whether the portal must show what it says, unless a later one says otherwise.
        [[nodiscard]] bool counts() const { return is_applied() || package->state == "repeat"; }
    };
    std::vector<Part> parts;  ///< by number
    /// Packages that hold a content.
    std::map<std::string, std::vector<const Part*>> by_content;

    /// The portal's row of an object; null: none. Those that stand several times are in the verdict.
    [[nodiscard]] const nlohmann::json* row(const std::string& kind, const std::string& id) const;
    [[nodiscard]] std::string value(const std::string& kind, const nlohmann::json& row,
                                    const std::string& field) const;
    /// Each Ид of `kind` that the portal has, with how often.
    [[nodiscard]] std::map<std::string, int> counted(const std::string& kind) const;

  private:
    void index_rows();
    [[nodiscard]] std::string deal_rows(const nlohmann::json& deal) const;
    [[nodiscard]] std::string picture(const nlohmann::json& product) const;

    std::map<std::string, std::map<std::string, std::vector<const nlohmann::json*>>> m_rows;  // Вид → Ид
    std::map<std::string, std::string> m_section_ids;                                         // ID → Ид
    std::map<std::string, std::string> m_product_ids;
    std::map<std::string, std::string> m_files;                             // ID → SHA-256
    std::map<std::string, std::vector<const nlohmann::json*>> m_deal_rows;  // of which deal
};

/// Text of a JSON value as the portal's clients compare it: numbers without quotes or with.
[[nodiscard]] std::string text_of(const nlohmann::json& value);
[[nodiscard]] bool same_value(const std::string& left, const std::string& right);
/// What receipts and packages name of a drop.
[[nodiscard]] std::vector<std::string> contents_of(const Drop& drop);

void check_objects(const History& history, std::vector<std::string>& found);
void check_order(const History& history, std::vector<std::string>& found);
void check_portal(const History& history, std::vector<std::string>& found);
void check_inputs(const History& history, std::vector<std::string>& found);
void check_pictures(const History& history, std::vector<std::string>& found);
void check_receipts(const History& history, std::vector<std::string>& found);
void check_command_lines(const History& history, std::vector<std::string>& found);

}  // namespace obmen::torture
