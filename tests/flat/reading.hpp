#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commerceml/reader.hpp"
#include "flat/flat_reader.hpp"
#include "flat/guess.hpp"
#include "flat/mapping.hpp"
#include "support/error.hpp"

namespace obmen::flat {

/// All that reading a flat dump gives.
struct Reading {
    std::vector<commerceml::LocatedRecord> records{};
    std::vector<Finding> warnings{};
    std::optional<Finding> fatal{};
    commerceml::FileFacts facts{};
    commerceml::FileKind kind{};

    [[nodiscard]] std::string code() const {
        return fatal ? std::string{fatal->message.code.text()} : std::string{};
    }
    template <typename Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const commerceml::LocatedRecord& record : records) {
            if (const auto* kind_found = std::get_if<Kind>(&record.record)) {
                found.push_back(*kind_found);
            }
        }
        return found;
    }
};

inline Reading read_input(commerceml::Input& input, const std::vector<FlatMapping>& mappings,
                          const commerceml::ReaderLimits& limits = {}) {
    Reading reading;
    const FindingSink sink = [&](Finding finding) { reading.warnings.push_back(std::move(finding)); };
    FlatReader reader(input, "file.xml", mappings, sink, limits);
    try {
        while (auto record = reader.next()) {
            reading.records.push_back(std::move(*record));
        }
    } catch (const Error& error) {
        reading.fatal = error.finding();
    }
    reading.facts = reader.facts();
    reading.kind = reader.kind();
    return reading;
}

inline Reading read_bytes(std::string_view bytes, std::string_view toml,
                          const commerceml::ReaderLimits& limits = {}) {
    commerceml::MemoryInput input(bytes);
    return read_input(input, parse_mappings(toml, "mapping.toml"), limits);
}

inline Guess guess_bytes(std::string_view bytes) {
    commerceml::MemoryInput input(bytes);
    return guess(input, "file.xml");
}

/// What `action` throws as an Error; nothing if it throws none.
template <typename Action>
std::optional<Error> error_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    return std::nullopt;
}

/// Records as lines that a person can compare.
class Describe {
  public:
    std::string operator()(const commerceml::Group& group) const {
        return fmt::format("group {} «{}» in [{}] depth {}{}", group.id, group.name.value_or("-"),
                           group.parent_id, group.depth, mark(group.marked_deleted));
    }
    std::string operator()(const commerceml::PriceType& type) const {
        return fmt::format("price type {} {}", type.id, type.currency.value_or("-"));
    }
    std::string operator()(const commerceml::Property& property) const {
        return fmt::format("property {} {}", property.id, property.value_type.value_or("-"));
    }
    std::string operator()(const commerceml::Product& product) const {
        std::string out = fmt::format("product {} «{}»", product.id, product.name.value_or("-"));
        add(out, "full", product.full_name);
        add(out, "article", product.article);
        add(out, "barcode", product.barcode);
        add(out, "description", product.description);
        if (product.base_unit) {
            add(out, "unit", product.base_unit->name);
            add(out, "okei", product.base_unit->code);
        }
        if (product.group_ids) {
            out += fmt::format(" in [{}]", product.group_ids->empty() ? "" : product.group_ids->front());
        }
        for (const auto& tax : product.taxes) {
            out += fmt::format(" {}={}", tax.name, tax.rate);
        }
        for (const auto& value : product.property_values) {
            out += fmt::format(" <{}={}>", value.id, value.values.front());
        }
        for (const auto& requisite : product.requisites) {
            out += fmt::format(" ({}={})", requisite.name, requisite.value.value_or("-"));
        }
        for (const auto& picture : product.pictures) {
            out += " picture=" + picture.path;
        }
        return out + mark(product.marked_deleted);
    }
    std::string operator()(const commerceml::Offer& offer) const {
        std::string out = fmt::format("offer {}", offer.id);
        add(out, "name", offer.name);
        if (offer.prices) {
            for (const auto& price : *offer.prices) {
                out += fmt::format(" {}={} {}", price.type_id, price.value.value_or("-"),
                                   price.currency.value_or("-"));
            }
        } else {
            out += " no prices";
        }
        add(out, "quantity", offer.quantity);
        return out + mark(offer.marked_deleted);
    }
    std::string operator()(const commerceml::Contragent& contragent) const {
        std::string out = fmt::format("contragent {} «{}»", contragent.id, contragent.name.value_or("-"));
        add(out, "official", contragent.official_name);
        add(out, "full", contragent.full_name);
        add(out, "last", contragent.last_name);
        add(out, "first", contragent.first_name);
        add(out, "inn", contragent.inn);
        add(out, "kpp", contragent.kpp);
        add(out, "born", contragent.birth_date);
        add(out, "comment", contragent.comment);
        if (contragent.legal_address) {
            add(out, "legal address", contragent.legal_address->text);
        }
        if (contragent.address) {
            add(out, "address", contragent.address->text);
        }
        if (contragent.contacts) {
            for (const auto& contact : *contragent.contacts) {
                out += fmt::format(" ({}: {})", contact.type, contact.value);
            }
        }
        for (const auto& account : contragent.bank_accounts) {
            out += fmt::format(" account {} {}", account.number, account.bank_bic.value_or("-"));
        }
        return out + mark(contragent.marked_deleted);
    }
    template <typename Other>
    std::string operator()(const Other& /*record*/) const {
        return "another record";
    }

  private:
    static const char* mark(bool deleted) { return deleted ? " DELETED" : ""; }
    static void add(std::string& out, const char* name, const commerceml::Text& text) {
        if (text) {
            out += fmt::format(" {}={}", name, *text);
        }
    }
};

inline std::vector<std::string> described(const Reading& reading) {
    std::vector<std::string> lines;
    for (const commerceml::LocatedRecord& record : reading.records) {
        lines.push_back(std::visit(Describe{}, record.record));
    }
    return lines;
}

}  // namespace obmen::flat
