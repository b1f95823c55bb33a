#include "fuzz/description.hpp"

#include <vector>

namespace obmen::judges {

namespace {

using namespace commerceml;

class Lines {
  public:
    void value(std::string_view name, std::string_view text) {
        m_all += m_path;
        m_all += name;
        m_all += ": ";
        m_all += text;
        m_all += '\n';
    }
    void value(std::string_view name, const char* text) { value(name, std::string_view{text}); }
    void value(std::string_view name, const std::string& text) { value(name, std::string_view{text}); }
    void value(std::string_view name, const Text& text) {
        if (text) {
            value(name, *text);
        }
    }
    void value(std::string_view name, bool set) { value(name, set ? "yes" : "no"); }

    template <typename Item>
    void item(std::string_view name, const Item& one) {
        const std::size_t length = m_path.size();
        m_path += name;
        m_path += '.';
        value("", std::string_view{});
        describe(one);
        m_path.resize(length);
    }
    template <typename Item>
    void item(std::string_view name, const std::optional<Item>& one) {
        if (one) {
            item(name, *one);
        }
    }
    template <typename Item>
    void item(std::string_view name, const std::vector<Item>& all) {
        for (const Item& one : all) {
            item(name, one);
        }
    }
    /// A list that is there, even if it is empty.
    template <typename Item>
    void list(std::string_view name, const std::optional<std::vector<Item>>& all) {
        if (all) {
            value(name, std::string_view{"list"});
            item(name, *all);
        }
    }

    void describe(const std::string& text) { value("text", text); }
    void describe(const Classifier& record) {
        value("id", record.id);
        value("name", record.name);
        value("only_changes", record.only_changes);
    }
    void describe(const Group& record) {
        value("id", record.id);
        value("name", record.name);
        value("description", record.description);
        value("parent_id", record.parent_id);
        value("depth", std::to_string(record.depth));
        value("marked_deleted", record.marked_deleted);
    }
    void describe(const Property::Variant& variant) {
        value("id", variant.id);
        value("value", variant.value);
    }
    void describe(const Property& record) {
        value("id", record.id);
        value("name", record.name);
        value("value_type", record.value_type);
        value("multiple", record.multiple);
        item("variants", record.variants);
        value("marked_deleted", record.marked_deleted);
    }
    void describe(const Unit& record) {
        value("id", record.id);
        value("code", record.code);
        value("full_name", record.full_name);
        value("short_name", record.short_name);
    }
    void describe(const PriceType& record) {
        value("id", record.id);
        value("name", record.name);
        value("currency", record.currency);
        value("tax_name", record.tax_name);
        value("tax_included", record.tax_included);
    }
    void describe(const Warehouse& record) {
        value("id", record.id);
        value("name", record.name);
    }
    void describe(const Catalogue& record) {
        value("id", record.id);
        value("classifier_id", record.classifier_id);
        value("name", record.name);
        value("only_changes", record.only_changes);
    }
    void describe(const BaseUnit& unit) {
        value("code", unit.code);
        value("name", unit.name);
        value("full_name", unit.full_name);
    }
    void describe(const Product::PropertyValue& property) {
        value("id", property.id);
        item("values", property.values);
    }
    void describe(const Product::Requisite& requisite) {
        value("name", requisite.name);
        value("value", requisite.value);
    }
    void describe(const Product::Characteristic& characteristic) {
        value("id", characteristic.id);
        value("name", characteristic.name);
        value("value", characteristic.value);
    }
    void describe(const Product::Tax& tax) {
        value("name", tax.name);
        value("rate", tax.rate);
    }
    void describe(const Product::Picture& picture) {
        value("path", picture.path);
        value("caption", picture.caption);
    }
    void describe(const Product& record) {
        value("id", record.id);
        value("name", record.name);
        value("full_name", record.full_name);
        value("article", record.article);
        value("barcode", record.barcode);
        value("description", record.description);
        value("description_is_html", record.description_is_html);
        item("base_unit", record.base_unit);
        list("group_ids", record.group_ids);
        item("taxes", record.taxes);
        item("property_values", record.property_values);
        item("requisites", record.requisites);
        item("characteristics", record.characteristics);
        item("pictures", record.pictures);
        value("marked_deleted", record.marked_deleted);
    }
    void describe(const OfferPackage& record) {
        value("id", record.id);
        value("catalogue_id", record.catalogue_id);
        value("classifier_id", record.classifier_id);
        value("name", record.name);
        value("only_changes", record.only_changes);
    }
    void describe(const Offer::Price& price) {
        value("type_id", price.type_id);
        value("value", price.value);
        value("currency", price.currency);
        value("unit", price.unit);
        value("coefficient", price.coefficient);
        value("minimum_quantity", price.minimum_quantity);
    }
    void describe(const Offer::Stock& stock) {
        value("warehouse_id", stock.warehouse_id);
        value("quantity", stock.quantity);
    }
    void describe(const Offer& record) {
        value("id", record.id);
        value("name", record.name);
        value("article", record.article);
        value("barcode", record.barcode);
        item("base_unit", record.base_unit);
        item("characteristics", record.characteristics);
        list("prices", record.prices);
        value("quantity", record.quantity);
        item("stock", record.stock);
        value("marked_deleted", record.marked_deleted);
    }
    void describe(const Contragent::AddressField& field) {
        value("type", field.type);
        value("value", field.value);
    }
    void describe(const Contragent::Address& address) {
        value("text", address.text);
        item("fields", address.fields);
    }
    void describe(const Contragent::Contact& contact) {
        value("type", contact.type);
        value("value", contact.value);
    }
    void describe(const Contragent::Representative& representative) {
        value("id", representative.id);
        value("name", representative.name);
        value("relation", representative.relation);
    }
    void describe(const Contragent::BankAccount& account) {
        value("number", account.number);
        value("bank_bic", account.bank_bic);
        value("bank_name", account.bank_name);
        value("correspondent_account", account.correspondent_account);
    }
    void describe(const Contragent& record) {
        value("id", record.id);
        value("name", record.name);
        value("official_name", record.official_name);
        value("full_name", record.full_name);
        value("last_name", record.last_name);
        value("first_name", record.first_name);
        value("second_name", record.second_name);
        value("birth_date", record.birth_date);
        value("inn", record.inn);
        value("kpp", record.kpp);
        value("okpo", record.okpo);
        value("comment", record.comment);
        value("role", record.role);
        item("legal_address", record.legal_address);
        item("address", record.address);
        list("contacts", record.contacts);
        item("representatives", record.representatives);
        item("bank_accounts", record.bank_accounts);
        value("marked_deleted", record.marked_deleted);
    }
    void describe(const Document::Line& line) {
        value("product_id", line.product_id);
        value("name", line.name);
        value("price", line.price);
        value("quantity", line.quantity);
        value("sum", line.sum);
        item("base_unit", line.base_unit);
        item("taxes", line.taxes);
    }
    void describe(const Document& record) {
        value("id", record.id);
        value("number", record.number);
        value("date", record.date);
        value("time", record.time);
        value("operation", record.operation);
        value("role", record.role);
        value("currency", record.currency);
        value("sum", record.sum);
        value("comment", record.comment);
        item("contragents", record.contragents);
        item("lines", record.lines);
        item("requisites", record.requisites);
        value("marked_deleted", record.marked_deleted);
    }

    [[nodiscard]] std::string take() { return std::move(m_all); }

  private:
    std::string m_path;
    std::string m_all;
};

struct Named {
    std::string_view operator()(const Classifier& /*record*/) const { return "Classifier"; }
    std::string_view operator()(const Group& /*record*/) const { return "Group"; }
    std::string_view operator()(const Property& /*record*/) const { return "Property"; }
    std::string_view operator()(const Unit& /*record*/) const { return "Unit"; }
    std::string_view operator()(const PriceType& /*record*/) const { return "PriceType"; }
    std::string_view operator()(const Warehouse& /*record*/) const { return "Warehouse"; }
    std::string_view operator()(const Catalogue& /*record*/) const { return "Catalogue"; }
    std::string_view operator()(const Product& /*record*/) const { return "Product"; }
    std::string_view operator()(const OfferPackage& /*record*/) const { return "OfferPackage"; }
    std::string_view operator()(const Offer& /*record*/) const { return "Offer"; }
    std::string_view operator()(const Contragent& /*record*/) const { return "Contragent"; }
    std::string_view operator()(const Document& /*record*/) const { return "Document"; }
};

}  // namespace

std::string description_of(const Record& record) {
    Lines lines;
    const std::string_view name = std::visit(Named{}, record);
    std::visit([&](const auto& one) { lines.item(name, one); }, record);
    return lines.take();
}

std::string squeezed(std::string_view text) {
    std::string out;
    for (const char byte : text) {
        if (byte != ' ' && byte != '\t' && byte != '\r' && byte != '\n') {
            out += byte;
        }
    }
    return out;
}

}  // namespace obmen::judges
