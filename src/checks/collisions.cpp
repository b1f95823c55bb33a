#include "checks/collisions.hpp"

#include "checks/checks.hpp"
#include "checks/identity.hpp"
#include "checks/tally.hpp"
#include "support/text.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

namespace obmen::checks {

namespace {

/// Between Ид and what is shown of the object, in an entry's text.
constexpr char separator = '\x1F';
constexpr std::size_t most_shown = 100;

/// The Ид of the product of an offer, or of a product that is a variant: what stands before `#`.
std::string_view product_id(std::string_view id) {
    return id.substr(0, id.find('#'));
}

std::string_view text_of(const commerceml::Text& text) {
    return text ? trimmed(*text) : std::string_view();
}

struct Shown {
    std::string_view id;
    std::string_view text;
};
Shown shown_in(std::string_view text) {
    const std::size_t end = text.find(separator);
    return end == std::string_view::npos ? Shown{text, {}} : Shown{text.substr(0, end), text.substr(end + 1)};
}

/// Of an organisation, or of a person: then there need be no КПП.
bool identifies(std::string_view inn) {
    return is_valid_inn(inn) && inn.find_first_not_of('0') != std::string_view::npos;
}

auto order_of(const Finding& finding) {
    return std::tie(finding.file, finding.place.line, finding.place.column);
}

/// How often something was found, and the finding that stands first in the package.
class Example {
  public:
    void note(Finding finding) {
        ++m_count;
        if (!m_first || order_of(finding) < order_of(*m_first)) {
            m_first = std::move(finding);
        }
    }
    /// The number goes before the finding's own arguments.
    void tell(const FindingSink& findings) {
        if (m_first) {
            std::vector<std::string>& arguments = m_first->message.arguments;
            arguments.insert(arguments.begin(), std::to_string(m_count));
            findings(*std::exchange(m_first, std::nullopt));
        }
    }

  private:
    std::optional<Finding> m_first;
    std::uint64_t m_count = 0;
};

}  // namespace

void Collisions::begin_full_catalogue(std::string_view id) {
    m_catalogue_is_full = true;
    m_full_catalogues.insert(identity_hash(id));
}

void Collisions::begin_offers(std::string_view catalogue_id) {
    m_offers_have_catalogue = m_full_catalogues.contains(identity_hash(catalogue_id));
}

void Collisions::remember(What what, std::string_view compared, std::uint64_t seed, std::string_view id,
                          std::string_view shown, Place place, std::uint16_t file) {
    m_text = id.substr(0, Spill::most_text / 2);
    if (!shown.empty()) {
        m_text += separator;
        m_text += first_characters(shown, most_shown);
    }
    m_spill.add({identity_hash(compared, seed), identity_hash(id), place, static_cast<std::uint16_t>(what),
                 file, m_text});
}

void Collisions::add(const commerceml::Group& group, Place place, std::uint16_t file) {
    const std::string_view name = text_of(group.name);
    if (!name.empty() && !group.marked_deleted) {
        remember(What::group_name, name, identity_hash(group.parent_id, 1), group.id, name, place, file);
    }
}

void Collisions::add(const commerceml::Property& property, Place place, std::uint16_t file) {
    const std::string_view name = text_of(property.name);
    if (!name.empty() && !property.marked_deleted) {
        remember(What::property_name, name, 2, property.id, name, place, file);
    }
}

void Collisions::add(const commerceml::Product& product, Place place, std::uint16_t file) {
    add_product(product.id, product.marked_deleted ? commerceml::Text() : product.barcode, place, file);
}

void Collisions::add_product(std::string_view id, const commerceml::Text& text, Place place,
                             std::uint16_t file) {
    const std::string_view barcode = text_of(text);
    if (!barcode.empty()) {
        remember(What::barcode, barcode, 3, id, barcode, place, file);
    }
    if (m_catalogue_is_full) {
        remember(What::product, product_id(id), 4, id, {}, place, file);
    }
}

void Collisions::add(const commerceml::Offer& offer, Place place, std::uint16_t file) {
    if (!offer.marked_deleted) {
        add_offer(offer.id, place, file);
    }
}

void Collisions::add_offer(std::string_view id, Place place, std::uint16_t file) {
    if (m_offers_have_catalogue && !id.empty()) {
        remember(What::offer, product_id(id), 4, id, {}, place, file);
    }
}

void Collisions::add(const commerceml::Contragent& contragent, Place place, std::uint16_t file) {
    const std::string_view inn = text_of(contragent.inn);
    if (!contragent.marked_deleted && identifies(inn)) {
        std::string numbers(inn);
        if (const std::string_view kpp = text_of(contragent.kpp); !kpp.empty()) {
            numbers += '/';
            numbers += kpp;
        }
        remember(What::tax_numbers, numbers, 5, contragent.id, numbers, place, file);
    }
}

/// Says what has been found.
class Collisions::Teller {
  public:
    explicit Teller(const std::vector<std::string>& files) : m_files(files) {}

    [[nodiscard]] static bool is_wanted(std::span<const Spill::Header> headers) {
        const Spill::Header& first = headers.front();
        const auto is_product = [](const Spill::Header& header) {
            return header.kind == static_cast<std::uint16_t>(What::product);
        };
        if (is_product(first) || first.kind == static_cast<std::uint16_t>(What::offer)) {
            return std::none_of(headers.begin(), headers.end(), is_product);
        }
        return std::any_of(headers.begin(), headers.end(),
                           [&](const Spill::Header& header) { return header.value != first.value; });
    }

    void take(std::span<const Spill::Entry> entries) {
        const Spill::Entry& first = entries.front();
        if (first.kind == static_cast<std::uint16_t>(What::offer)) {
            m_without_product.note(finding("CML-OFFER-WITHOUT-PRODUCT", {quotable(first.text)}, first));
            return;
        }
        const auto other = std::find_if(entries.begin(), entries.end(), [&](const Spill::Entry& entry) {
            return entry.value != first.value;
        });
        if (other != entries.end()) {  // else it is beyond the entries that are given
            take_pair(first, *other);
        }
    }

    void tell(const FindingSink& findings, bool with_offers) {
        m_groups.tell(findings);
        m_companies.tell(findings);
        m_properties.tell(findings);
        m_barcodes.tell(findings);
        if (with_offers) {
            m_without_product.tell(findings);
        }
    }

  private:
    void take_pair(const Spill::Entry& first, const Spill::Entry& second) {
        const std::vector<std::string> arguments{quotable(shown_in(first.text).text),
                                                 quotable(shown_in(first.text).id),
                                                 quotable(shown_in(second.text).id)};
        switch (static_cast<What>(first.kind)) {
            case What::group_name:
                m_groups.note(first.key, [&] { return finding("CML-GROUP-NAME-SHARED", arguments, second); });
                break;
            case What::tax_numbers:
                m_companies.note(first.key, [&] { return finding("CML-COMPANY-SHARED", arguments, second); });
                break;
            case What::property_name:
                m_properties.note(finding("CML-PROPERTY-NAME-SHARED", arguments, second));
                break;
            default:
                m_barcodes.note(finding("CML-BARCODE-SHARED", arguments, second));
        }
    }

    [[nodiscard]] Finding finding(Code code, std::vector<std::string> arguments,
                                  const Spill::Entry& entry) const {
        return {Severity::warning, Message{code, std::move(arguments)}, m_files.at(entry.file), entry.place,
                std::string(shown_in(entry.text).id)};
    }

    const std::vector<std::string>& m_files;
    Tally m_groups;
    Tally m_companies;
    Example m_properties;  // ordinary: 1C has one «Цвет» for shoes and another for balls
    Example m_barcodes;
    Example m_without_product;  // counts products, not offers
};

void Collisions::tell(const FindingSink& findings, const std::vector<std::string>& files) const {
    Teller teller(files);
    m_spill.for_each_key(&Teller::is_wanted,
                         [&](std::span<const Spill::Entry> entries) { teller.take(entries); });
    teller.tell(findings, !m_gaps);
}

}  // namespace obmen::checks
