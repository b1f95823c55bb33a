#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

#include "portal/catalog_spelling.hpp"
#include "portal/lenient_json.hpp"
#include "portal/start_up.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::portal {

namespace {

using crm::EntityKind;
using nlohmann::json;
using namespace start_up;

/// Behind what both families ask: the price types, and once more what lies in a catalogue. Which of the first
/// two catalogues has the products is known only when they answer, so both are asked.
constexpr std::size_t price_types_at = start_up::size;
constexpr std::size_t second_section_at = price_types_at + 1;
constexpr std::size_t second_product_at = second_section_at + commands_per_kind;
constexpr std::size_t catalog_start_up_size = second_product_at + commands_per_kind;
static_assert(catalog_start_up_size <= batch_commands);

/// Without all of these the family cannot be used.
constexpr auto needed_methods = std::to_array<std::string_view>(
    {"catalog.section.add", "catalog.section.update", "catalog.product.add", "catalog.product.update",
     "catalog.product.get", "catalog.price.modify", "catalog.priceType.list", "catalog.productProperty.add",
     "catalog.productPropertyEnum.add", "catalog.measure.list", "crm.item.add", "crm.item.update",
     "crm.item.productrow.set"});

std::string catalog_at_place(std::size_t place) {
    return "$result[" + command_id(catalog_at) + "][catalogs][" + std::to_string(place) + "][iblockId]";
}

bool lies_in_catalogue(EntityKind kind) {
    return kind == EntityKind::section || kind == EntityKind::product;
}

/// The list of a kind and its probes, from what the other family asks at `crm_at`.
void add_kind(std::vector<Command>& commands, const std::vector<Command>& crm_commands, std::size_t crm_at,
              EntityKind kind, std::size_t catalog_place) {
    const std::size_t page = commands.size();
    const CatalogNames& names = *catalog_names(kind);
    const std::string catalog = lies_in_catalogue(kind) ? catalog_at_place(catalog_place) : std::string{};
    const auto key_of_row = [&](std::size_t row) {
        return Parameter{"$result[" + command_id(page) + "][" + names.many + "][" + std::to_string(row) +
                         "][" + catalog_name(kind, names_of(kind).key_field) + "]"};
    };
    commands.push_back(catalog_list(kind, crm_commands[crm_at], catalog));
    for (const auto& [first, second] : probed_rows) {
        Command probe = crm_commands[crm_at];
        ParameterMap filter;
        for (auto& [name, value] : probe.parameters) {
            if (name == "filter") {
                filter = std::get<ParameterMap>(value.value);
            }
        }
        std::erase_if(probe.parameters, [](const auto& member) { return member.first == "filter"; });
        filter.push_back({names_of(kind).key_field, {ParameterList{key_of_row(first), key_of_row(second)}}});
        probe.parameters.push_back({"filter", {std::move(filter)}});
        commands.push_back(catalog_list(kind, probe, catalog));
    }
}

Command ordered_list(const std::string& method, std::size_t start) {
    return {method, {{"order", {ParameterMap{{"id", {"ASC"}}}}}, {"start", {std::to_string(start)}}}};
}

// ---- reading -------------------------------------------------------------------------------------------

template <typename Respell>
void respell(CommandAnswer& answer, const Respell& respelled) {
    if (const auto* done = std::get_if<Done>(&answer)) {
        answer = respelled(*done);
    }
}

void respell_dictionary(CommandAnswer& answer, const std::string& wrapper) {
    respell(answer, [&](const Done& done) { return crm_dictionary(done, wrapper); });
}

std::vector<const json*> rows_in(const CommandAnswer& answer) {
    const auto* done = std::get_if<Done>(&answer);
    return done == nullptr ? std::vector<const json*>{}
                           : rows_of(done->result).value_or(std::vector<const json*>{});
}

/// Where among the catalogues the one of the products stands, and the ids of both.
struct Catalogues {
    std::size_t products_place = 0;
    std::size_t offers_place = 0;
    std::string products;
    std::string offers;
};

/// The first catalogue that belongs to no other is that of the products, the one that belongs to it that of
/// its offers.
Catalogues read_catalogues(const std::vector<const json*>& rows) {
    Catalogues found;
    const auto owner_of = [](const json& row) {
        const std::string owner = text_of_member(row, "PRODUCT_IBLOCK_ID");
        return owner == "0" ? std::string{} : owner;
    };
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (owner_of(*rows[i]).empty() && found.products.empty()) {
            found.products = text_of_member(*rows[i], "IBLOCK_ID");
            found.products_place = i;
        }
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!found.products.empty() && owner_of(*rows[i]) == found.products && found.offers.empty()) {
            found.offers = text_of_member(*rows[i], "IBLOCK_ID");
            found.offers_place = i;
        }
    }
    return found;
}

[[noreturn]] void refuse(const std::string& what) {
    throw Error(FailureClass::bad_config, Message{"B24-NO-CATALOG", {what}});
}

void read_price_types(const std::vector<const json*>& rows, PortalFacts& facts) {
    for (const json* row : rows) {
        PriceType type{text_of_member(*row, "ID"), text_of_member(*row, "NAME"),
                       text_of_member(*row, "XML_ID"), row->contains("BASE") && is_yes(row->at("BASE"))};
        if (!type.id.empty()) {
            facts.price_types.push_back(std::move(type));
        }
    }
}

void refuse_put_off(const CommandAnswer& answer, const std::string& method) {
    const auto* refused = std::get_if<Refused>(&answer);
    if (refused != nullptr && refused->temporary) {
        throw Error(FailureClass::temporary, Message{"B24-LIMIT", {method + ": " + refused->text}});
    }
    if (refused != nullptr && refused->in_doubt) {
        throw Error(FailureClass::temporary, Message{"B24-ANSWER", {method + ": " + refused->text}});
    }
}

}  // namespace

std::vector<Command> catalog_start_up_commands(const std::string& source_system) {
    const std::vector<Command> crm_commands = crm_start_up_commands(source_system);
    std::vector<Command> commands(crm_commands.begin(), crm_commands.begin() + first_kind_at);
    commands[catalog_at] = {"catalog.catalog.list", {{"order", {ParameterMap{{"id", {"ASC"}}}}}}};
    for (std::size_t page = 0; page < measure_pages; ++page) {
        commands[measures_at + page] = ordered_list("catalog.measure.list", page * page_rows);
    }
    commands[vat_at] = ordered_list("catalog.vat.list", 0);
    for (std::size_t i = 0; i < served_kinds.size(); ++i) {
        const std::size_t at = page_of_kind(i);
        if (catalog_names(served_kinds[i]) != nullptr) {
            add_kind(commands, crm_commands, at, served_kinds[i], 0);
        } else {
            commands.insert(commands.end(), crm_commands.begin() + static_cast<std::ptrdiff_t>(at),
                            crm_commands.begin() + static_cast<std::ptrdiff_t>(at + commands_per_kind));
        }
    }
    commands.insert(commands.end(), crm_commands.begin() + presets_at, crm_commands.end());
    commands.push_back(ordered_list("catalog.priceType.list", 0));
    for (std::size_t i = 0; i < served_kinds.size(); ++i) {
        if (lies_in_catalogue(served_kinds[i])) {
            add_kind(commands, crm_commands, page_of_kind(i), served_kinds[i], 1);
        }
    }
    return commands;
}

PortalFacts read_catalog_start_up(const std::vector<CommandAnswer>& answers,
                                  const std::string& source_system) {
    if (answers.size() != catalog_start_up_size) {
        throw std::logic_error("these are not the answers of the start-up batch of catalog.*");
    }
    std::vector<CommandAnswer> spelled = answers;
    respell_dictionary(spelled[catalog_at], "catalogs");
    refuse_put_off(spelled[catalog_at], "catalog.catalog.list");
    const Catalogues catalogues = read_catalogues(rows_in(spelled[catalog_at]));
    if (catalogues.products.empty() || catalogues.products_place > 1) {
        const auto* refused = std::get_if<Refused>(&spelled[catalog_at]);
        refuse("catalog.catalog.list" + (refused == nullptr ? "" : ": " + refused->text));
    }
    for (std::size_t page = 0; page < measure_pages; ++page) {
        respell_dictionary(spelled[measures_at + page], "measures");
    }
    respell_dictionary(spelled[vat_at], "vats");
    respell_dictionary(spelled[price_types_at], "priceTypes");
    const auto respell_kind = [&](EntityKind kind, std::size_t at) {
        for (std::size_t i = at; i < at + commands_per_kind; ++i) {
            respell(spelled[i],
                    [&](const Done& done) { return crm_list(kind, done, catalog_names(kind)->many); });
        }
    };
    for (std::size_t i = 0; i < served_kinds.size(); ++i) {
        if (catalog_names(served_kinds[i]) != nullptr) {
            respell_kind(served_kinds[i], page_of_kind(i));
        }
    }
    respell_kind(EntityKind::section, second_section_at);
    respell_kind(EntityKind::product, second_product_at);
    const auto at_kind = [](EntityKind kind) {
        const auto* const found = std::find(served_kinds.begin(), served_kinds.end(), kind);
        return page_of_kind(static_cast<std::size_t>(found - served_kinds.begin()));
    };
    if (catalogues.products_place == 1) {
        for (std::size_t i = 0; i < commands_per_kind; ++i) {
            std::swap(spelled[at_kind(EntityKind::section) + i], spelled[second_section_at + i]);
            std::swap(spelled[at_kind(EntityKind::product) + i], spelled[second_product_at + i]);
        }
    }
    PortalFacts facts = read_crm_start_up({spelled.begin(), spelled.begin() + start_up::size}, source_system);
    facts.family = ApiFamily::catalog;
    facts.catalog_id = catalogues.products;
    refuse_put_off(spelled[price_types_at], "catalog.priceType.list");
    read_price_types(rows_in(spelled[price_types_at]), facts);
    if (!catalogues.offers.empty()) {
        facts.offers_catalog_id = catalogues.offers;
        facts.many_keys[EntityKind::offer] = false;
        if (catalogues.offers_place <= 1) {
            read_kind(EntityKind::offer, spelled, second_product_at, source_system, facts);
        }
    }
    return facts;
}

std::vector<Command> family_commands() {
    std::vector<Command> commands{{"catalog.catalog.list", {{"order", {ParameterMap{{"id", {"ASC"}}}}}}}};
    for (const std::string_view method : needed_methods) {
        commands.push_back({"method.get", {{"name", {std::string(method)}}}});
    }
    return commands;
}

std::string lacking_for_catalog(const std::vector<CommandAnswer>& answers) {
    if (answers.size() != needed_methods.size() + 1) {
        throw std::logic_error("these are not the answers to the question about the family");
    }
    CommandAnswer catalogs = answers.front();
    refuse_put_off(catalogs, "catalog.catalog.list");
    respell_dictionary(catalogs, "catalogs");
    std::string lacking;
    const auto add = [&](std::string_view method) {
        lacking += (lacking.empty() ? "" : ", ") + std::string(method);
    };
    if (read_catalogues(rows_in(catalogs)).products.empty()) {
        add("catalog.catalog.list");
    }
    for (std::size_t i = 0; i < needed_methods.size(); ++i) {
        const CommandAnswer& answer = answers[i + 1];
        refuse_put_off(answer, "method.get");
        const auto* done = std::get_if<Done>(&answer);
        const auto says = [&](const char* name) {
            return done != nullptr && done->result.is_object() && done->result.contains(name) &&
                   is_yes(done->result.at(name));
        };
        if (!says("isExisting") || !says("isAvailable")) {
            add(needed_methods[i]);
        }
    }
    return lacking;
}

std::optional<std::string> price_type_id(const PortalFacts& facts, std::string_view wanted) {
    const std::string name = folded(tidied(wanted));
    const auto first = [&](const auto& fits) {
        const auto found = std::find_if(facts.price_types.begin(), facts.price_types.end(), fits);
        return found == facts.price_types.end() ? std::nullopt : std::optional(found->id);
    };
    if (name.empty()) {
        return std::nullopt;
    }
    if (auto id = first([&](const PriceType& type) { return folded(tidied(type.name)) == name; })) {
        return id;
    }
    if (auto id = first([&](const PriceType& type) { return folded(tidied(type.xml_id)) == name; })) {
        return id;
    }
    return name == "base" ? first([](const PriceType& type) { return type.base; }) : std::nullopt;
}

}  // namespace obmen::portal
