#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "portal/present_fields.hpp"
#include "portal/remote_values.hpp"

/// Back from what the portal has to what 1C may have wished.
namespace obmen::portal {

namespace {

/// What the object that a field of this name links to is in the CRM.
std::optional<crm::EntityKind> kind_of_target(crm::EntityKind kind, const std::string& field) {
    if (field == "parent" && kind == crm::EntityKind::offer) {
        return crm::EntityKind::product;
    }
    if (field == "section" || field == "parent") {
        return crm::EntityKind::section;
    }
    if (field == "company") {
        return crm::EntityKind::company;
    }
    return field == "contacts" ? std::optional(crm::EntityKind::contact) : std::nullopt;
}

/// Turns the texts of one field into a value of the type that was wished; nothing where that cannot be done.
class LogicalValue {
  public:
    using Result = std::optional<crm::Value>;

    LogicalValue(crm::EntityKind kind, const PresentField& field, bool as_shown, const PortalFacts& facts,
                 const KeyFinder& key_of)
        : m_kind(kind),
          m_field(field),
          m_texts(as_shown ? field.shown : field.canonical),
          m_facts(facts),
          m_key_of(key_of) {}

    Result operator()(const std::string& /*like*/) const { return single() ? Result(text()) : std::nullopt; }
    Result operator()(const Decimal& /*like*/) const {
        const std::optional<Decimal> number = single() ? Decimal::parse(text()) : std::nullopt;
        return number ? Result(*number) : std::nullopt;
    }
    Result operator()(bool /*like*/) const { return Result(!m_field.canonical.empty()); }
    Result operator()(const crm::Currency& /*like*/) const { return Result(crm::Currency{text()}); }
    Result operator()(const crm::MeasureCode& /*like*/) const {
        for (const auto& [code, id] : m_facts.measure_ids) {
            if (id == text()) {
                return Result(crm::MeasureCode{code});
            }
        }
        return std::nullopt;
    }
    Result operator()(const crm::VatRate& /*like*/) const {
        for (const auto& [percent, id] : m_facts.vat_ids) {
            if (id == text()) {
                return Result(crm::VatRate{percent});
            }
        }
        return std::nullopt;
    }
    Result operator()(const crm::Link& /*like*/) const {
        if (m_field.canonical.empty()) {
            return Result(crm::Link{});
        }
        std::optional<crm::EntityKey> key = key_of(text());
        return key ? Result(crm::Link{std::move(key)}) : std::nullopt;
    }
    Result operator()(const crm::Links& /*like*/) const {
        crm::Links links;
        for (const std::string& id : m_field.canonical) {
            std::optional<crm::EntityKey> key = key_of(id);
            if (!key) {
                return std::nullopt;
            }
            links.targets.push_back(*std::move(key));
        }
        return Result(std::move(links));
    }
    Result operator()(const crm::PropertyValues& like) const {
        crm::PropertyValues values{like.property, like.multiple, {}};
        const auto is_choice = [](const crm::PropertyValues::Entry& entry) { return !entry.choice.empty(); };
        if (std::any_of(like.entries.begin(), like.entries.end(), is_choice)) {
            return std::nullopt;
        }
        for (const std::string& entry : m_texts) {
            values.entries.push_back({entry, {}});
        }
        return Result(std::move(values));
    }
    template <typename Structured>
    Result operator()(const Structured& /*like*/) const {
        return std::nullopt;
    }

  private:
    [[nodiscard]] bool single() const { return m_texts.size() < 2; }
    [[nodiscard]] std::string text() const { return m_texts.empty() ? std::string{} : m_texts.front(); }
    [[nodiscard]] std::optional<crm::EntityKey> key_of(const std::string& id) const {
        const auto kind = kind_of_target(m_kind, m_field.like->name);
        return kind && m_key_of ? m_key_of(*kind, id) : std::nullopt;
    }

    crm::EntityKind m_kind;
    const PresentField& m_field;
    const std::vector<std::string>& m_texts;
    const PortalFacts& m_facts;
    const KeyFinder& m_key_of;
};

std::optional<std::uint64_t> logical_hash(crm::EntityKind kind, const crm::FieldGroup& like,
                                          const std::vector<PresentField>& fields, bool as_shown,
                                          const PortalFacts& facts, const KeyFinder& key_of) {
    crm::FieldGroup group{like.name, {}};
    for (const crm::Field& wished : like.fields) {
        const auto field = std::find_if(fields.begin(), fields.end(), [&](const PresentField& candidate) {
            return candidate.like == &wished;
        });
        if (field == fields.end() && kind == crm::EntityKind::prices) {
            group.fields.push_back(wished);  // says which price it is
            continue;
        }
        auto value = field == fields.end()
                         ? std::nullopt
                         : std::visit(LogicalValue(kind, *field, as_shown, facts, key_of), wished.value);
        if (!value) {
            return std::nullopt;
        }
        group.fields.push_back({wished.name, *std::move(value)});
    }
    return crm::group_hash(group);
}

}  // namespace

std::vector<std::uint64_t> logical_hashes(crm::EntityKind kind, const crm::FieldGroup& like,
                                          const nlohmann::json& object, const PortalFacts& facts,
                                          const Resolver& resolver, const KeyFinder& key_of) {
    std::vector<std::uint64_t> hashes;
    const auto fields = present_fields(kind, like, object, facts, resolver);
    if (!fields) {
        return hashes;
    }
    for (const bool as_shown : {true, false}) {
        if (const auto hash = logical_hash(kind, like, *fields, as_shown, facts, key_of)) {
            hashes.push_back(*hash);
        }
    }
    return hashes;
}

}  // namespace obmen::portal
