#include <fmt/format.h>

#include <string>

#include "page_text.hpp"
#include "php_values.hpp"
#include "product_parts.hpp"

namespace obmen::sandbox {

namespace {

class Catalogue {
  public:
    Catalogue(Out out, const Store& store) : m_out(out), m_store(store) {
        for (const auto& [id, row] : store.table("section").rows())
            m_sections[member_integer(row, "SECTION_ID")].push_back(&row);
        for (const auto& [id, row] : store.table("product").rows())
            m_products[member_integer(row, "SECTION_ID")].push_back(&row);
        for (const auto& [id, row] : store.table("offer").rows())
            m_offers[parent_of(row)].push_back(&row);
    }

    void write() {
        fmt::format_to(m_out,
                       "<h2 id=products>Товары: {}, разделы: {}, предложения: {}</h2>\n<ul class=top>\n",
                       m_store.table("product").rows().size(), m_store.table("section").rows().size(),
                       m_store.table("offer").rows().size());
        write_level(0);
        write_products(m_offers[0], "Предложение без товара");
        fmt::format_to(m_out, "</ul>\n");
    }

  private:
    void write_level(std::int64_t parent) {
        for (const Json* section : m_sections[parent]) {
            fmt::format_to(m_out, "<li data-row><details open><summary>{} {}</summary><ul>\n",
                           shown_text(*section, "NAME"), shown_key(*section, "XML_ID"));
            write_level(member_integer(*section, "ID"));
            fmt::format_to(m_out, "</ul></details></li>\n");
        }
        write_products(m_products[parent], "");
    }

    void write_products(const std::vector<const Json*>& products, const char* mark) {
        for (const Json* product : products)
            write_product(*product, mark);
    }

    void write_product(const Json& row, const char* mark) {
        fmt::format_to(m_out, "<li data-row class=product><span class=\"name{}\">{}</span> {} {}{}\n",
                       member_text(row, "ACTIVE") == "Y" ? "" : " off", shown_text(row, "NAME"),
                       shown_key(row, "XML_ID"), prices(row),
                       *mark == '\0' ? "" : labelled("Внимание", mark));
        fmt::format_to(m_out, "<div class=parts>{}{}{}{}</div>",
                       labelled("Остаток", shown_text(row, "quantity")), labelled("Единица", measure(row)),
                       labelled("Картинки", pictures(row)), properties(row));
        const auto offers = m_offers.find(member_integer(row, "ID"));
        if (offers != m_offers.end() &&
            member_text(row, "CATALOG_ID") != std::to_string(m_store.catalogues().offers)) {
            fmt::format_to(m_out, "<ul class=offers>");
            write_products(offers->second, "");
            fmt::format_to(m_out, "</ul>");
        }
        fmt::format_to(m_out, "</li>\n");
    }

    [[nodiscard]] std::string prices(const Json& row) const {
        std::string all;
        const Table& prices = m_store.table("price");
        for (const std::int64_t id : prices.ids_with_key(member_text(row, "ID"))) {
            const Json& price = *prices.find(id);
            const Json* type = m_store.table("price_type").find(member_integer(price, "CATALOG_GROUP_ID"));
            const bool base = type != nullptr && type->at("BASE") == "Y";
            all += fmt::format("<span class=\"price{}\">{}{} {}</span> ", base ? " base" : "",
                               base || type == nullptr ? "" : shown_text(*type, "NAME") + " ",
                               shown_text(price, "PRICE"), shown_text(price, "CURRENCY"));
        }
        return all;
    }

    [[nodiscard]] std::string measure(const Json& row) const {
        const Json* unit = m_store.table("measure").find(member_integer(row, "MEASURE"));
        return unit == nullptr ? std::string() : shown_text(*unit, "SYMBOL_RUS");
    }

    /// Names of all files that a value holds, at whatever depth.
    void add_files(const Json& value, std::string& all) const {
        if (value.is_object() && value.contains("downloadUrl")) {
            const Json* file = m_store.table("file").find(member_integer(value, "id"));
            if (!all.empty())
                all += ", ";
            all += file == nullptr ? "?" : shown_text(*file, "NAME");
        } else if (value.is_structured()) {
            for (const Json& item : value)
                add_files(item, all);
        }
    }

    [[nodiscard]] std::string pictures(const Json& row) const {
        std::string all;
        add_files(row, all);
        return all;
    }

    /// A value of a property as a person reads it: the text of a choice, not its number.
    [[nodiscard]] static std::string value_text(const Json& property, const Json& value) {
        if (const Json* choice = member(property.at("VALUES"), text_of(value)))
            return shown_text(*choice, "VALUE");
        return value.is_structured() ? escaped(member_text(value, "TEXT")) : escaped(text_of(value));
    }

    [[nodiscard]] std::string properties(const Json& row) const {
        std::string all;
        for (const auto& [id, property] : m_store.table("property").rows()) {
            const Json* values = member(row, fmt::format("PROPERTY_{}", id));
            if (values == nullptr || !values->is_array() || property.at("PROPERTY_TYPE") == "F")
                continue;
            std::string texts;
            for (const Json& value : *values)
                texts += (texts.empty() ? "" : ", ") + value_text(property, value.at("value"));
            all += labelled(shown_text(property, "NAME").c_str(), texts);
        }
        return all;
    }

    Out m_out;
    const Store& m_store;
    RowsById m_sections;
    RowsById m_products;
    RowsById m_offers;
};

}  // namespace

void write_catalogue(Out out, const Store& store) {
    Catalogue(out, store).write();
}

}  // namespace obmen::sandbox
