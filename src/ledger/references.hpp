#pragma once

#include <memory>
#include <string>

#include "crm/references.hpp"
#include "ledger/database.hpp"
#include "ledger/known_records.hpp"

namespace obmen::ledger {

/// Reference data kept in the ledger, per source system, with a small cache in memory.
class LedgerReferences : public crm::References {
  public:
    LedgerReferences(Database& database, const std::string& source_system);
    ~LedgerReferences() override;

    void remember_price_type(std::string_view id, const PriceType& type) override;
    [[nodiscard]] std::optional<PriceType> price_type(std::string_view id) const override;
    [[nodiscard]] std::vector<std::pair<std::string, PriceType>> price_types() const override;
    [[nodiscard]] std::optional<std::string> default_price_type() const override;
    [[nodiscard]] std::optional<std::string> pinned_price_type() const override;
    void pin_price_type(std::string_view id) override;
    void remember_unit(std::string_view id, const Unit& unit) override;
    [[nodiscard]] std::optional<Unit> unit(std::string_view id) const override;
    bool remember_group(std::string_view id) override;
    [[nodiscard]] bool knows_group(std::string_view id) const override;
    void remember_product(std::string_view id, const Inherited& inherited) override;
    [[nodiscard]] std::optional<Inherited> product(std::string_view id) const override;
    void for_each_product_in(const std::vector<std::string>& group_ids,
                             const TakeProduct& take) const override;
    void remember_fact(FactKind kind, std::string_view id, const std::vector<std::string>& texts) override;
    [[nodiscard]] std::optional<std::vector<std::string>> fact(FactKind kind,
                                                               std::string_view id) const override;
    [[nodiscard]] std::vector<Fact> facts(FactKind kind) const override;
    void pin_contragent_kind(std::string_view id, int entity_kind) override;
    [[nodiscard]] std::optional<int> pinned_contragent_kind(std::string_view id) const override;

    /// Grows whenever reference data changes that the meaning of such records depends on. Cheap.
    [[nodiscard]] std::int64_t revision(RecordKind kind) const;
    void raise_revisions();

  private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace obmen::ledger
