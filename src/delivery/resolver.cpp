#include "delivery/resolver.hpp"

#include <optional>

namespace obmen::delivery {

portal::Resolver resolver_without_links(const Run& run, const ledger::Operation& operation) {
    return {
        .link = [](const crm::Link&) { return std::string("0"); },
        .property = [&run, system = operation.source_system](
                        const crm::EntityKey& property) -> std::optional<std::string> {
            std::optional<std::string> id = run.pending.remote_id(property, system);
            return id && !id->empty() ? id : std::nullopt;
        },
        .choice = [&run, system = operation.source_system](
                      const crm::EntityKey& property,
                      const std::string& choice) { return run.pending.choice_id(property, system, choice); }};
}

portal::Resolver resolver_for(const Run& run, const ledger::Operation& operation,
                              const ResolvedLinks& links) {
    portal::Resolver resolver = resolver_without_links(run, operation);
    resolver.link = [&links](const crm::Link& link) { return links.text(link); };
    return resolver;
}

}  // namespace obmen::delivery
