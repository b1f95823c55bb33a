#include <algorithm>
#include <functional>
#include <ostream>

#include "practice.hpp"

/// What a person does in the CRM between two exports, times what 1C then brings, times what the exchange was
/// told to do about it.
namespace obmen::delivery {
namespace {

enum class News { that_group, another_group, nothing };
constexpr auto all_news = std::to_array<News>({News::that_group, News::another_group, News::nothing});

std::string name_of(News news) {
    return news == News::that_group ? "that" : news == News::another_group ? "another" : "nothing";
}

/// What 1C says of an object: first, or later.
enum class Edition { first, later };

FieldGroup price(const char* value) {
    return {"price", {{"price", *Decimal::parse(value)}, {"currency", crm::Currency{"RUB"}}}};
}
FieldGroup section(const std::string& group) {
    return one_field("section", crm::Link{crm::make_key(SourceKind::group, group)});
}
Wish group(const std::string& id) {
    return wish(SourceKind::group, id, EntityKind::section, {one_field("name", "Раздел " + id)});
}
FieldGroup colour(const std::string& choice) {
    return {"property:colour",
            {{"property", crm::PropertyValues{
                              crm::make_key(SourceKind::property, "colour"), false, {{choice, choice}}}}}};
}
Wish colours() {
    return wish(
        SourceKind::property, "colour", EntityKind::property,
        {one_field("name", std::string("Цвет")),
         {"property_type", {{"property_type", std::string("list")}, {"multiple", false}}},
         one_field("choices", crm::PropertyChoices{{{"red", "red"}, {"blue", "blue"}, {"green", "green"}}})});
}
Wish picture(const std::string& id, const std::string& name) {
    return part(SourceKind::pictures, id, EntityKind::pictures, crm::make_key(SourceKind::product, id),
                {one_field("detail_picture", crm::Pictures{{{name, "hash of " + name, "spool/" + name}}})});
}
/// Two rows, so that one can be deleted.
Wish rows(const std::string& id, const char* quantity) {
    Wish wished = deal_rows(id, "goods");
    auto& list = std::get<crm::ProductRows>(wished.groups.back().fields.front().value).rows;
    list.push_back(list.front());
    list.back().name = "Доставка";
    list.back().product.reset();
    list.front().quantity = *Decimal::parse(quantity);
    return wished;
}

/// What the exchange was told, and by which methods it goes.
struct Setting {
    crm::OnConflict on_conflict = crm::OnConflict::take_1c;
    portal::ApiFamily family = portal::ApiFamily::crm;
};

class Table : public Practice, public ::testing::WithParamInterface<Setting> {
  protected:
    Table() { family = GetParam().family; }

    [[nodiscard]] bool by_catalog() const { return family == portal::ApiFamily::catalog; }
    /// A product with its price, wherever the family has it.
    [[nodiscard]] std::vector<Wish> priced_product(const std::string& id, const char* value) const {
        if (!by_catalog()) {
            return {product(id, {price(value)})};
        }
        const crm::EntityKey owner = crm::make_key(SourceKind::product, id);
        return {product(id), part(SourceKind::prices, id, EntityKind::prices, owner,
                                  {one_field("owner", crm::Link{owner}),
                                   {"price:base",
                                    {{"price_type", std::string("base")},
                                     {"price", *Decimal::parse(value)},
                                     {"currency", crm::Currency{"RUB"}}}}})};
    }
    /// One thing that people do.
    struct Deed {
        std::string name;
        std::string source_id;  ///< of the object in the receipt
        std::function<std::vector<Wish>(const std::string& id, Edition edition)> object;
        std::function<std::vector<Wish>(const std::string& id)> another;  ///< what else 1C may change
        std::function<void(const std::string& id)> act;
        std::function<std::string(const std::string& id)> value;  ///< what the CRM has there now
        bool of_part = false;
        bool adds = false;  ///< beside ours: nothing can be lost
    };

    [[nodiscard]] std::string at(SourceKind kind, const std::string& id) const { return id_of(kind, id); }
    [[nodiscard]] json product_of(const std::string& id) const {
        return get("product", at(SourceKind::product, id));
    }
    [[nodiscard]] static std::string text(const json& value) {
        return value.is_string() ? value.get<std::string>() : value.dump();
    }

    Deed of_product(const std::string& name, const FieldGroup& first, const FieldGroup& later,
                    const json& persons, const std::string& field) {
        return {name,
                name,
                [=](const std::string& id, Edition edition) {
                    return std::vector{product(id, {edition == Edition::first ? first : later})};
                },
                [this](const std::string& id) { return priced_product(id, "777"); },
                [=, this](const std::string& id) { change("product", at(SourceKind::product, id), persons); },
                [=, this](const std::string& id) { return text(product_of(id).at(field)); }};
    }
    Deed of_requisite(const std::string& name,
                      std::function<std::vector<Wish>(const std::string&, Edition)> object,
                      std::function<void(const std::string&)> act,
                      std::function<std::string(const std::string&)> value) {
        return {name,
                name,
                std::move(object),
                [](const std::string& id) {
                    Wish wished = company(id);
                    wished.groups.front() = one_field("title", "ЗАО " + id);
                    return std::vector{wished};
                },
                std::move(act),
                std::move(value),
                true};
    }
    std::vector<Deed> deeds();
    [[nodiscard]] json address_of(const std::string& id) const {
        const json found =
            list("address", {{"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", at(SourceKind::requisite, id)}});
        return found.empty() ? json::object() : found.at(0);
    }
    [[nodiscard]] json rows_of(const std::string& id) const {
        return sandbox.call("crm.deal.productrows.get", {{"id", at(SourceKind::document, id)}}).at("result");
    }

    [[nodiscard]] bool has_note(const std::string& code, const std::string& id) const {
        const std::vector<Finding> findings = packages.findings("p2", 0);
        return std::ranges::any_of(findings, [&](const Finding& finding) {
            return finding.object_id == id && finding.message.code.text() == code;
        });
    }
    [[nodiscard]] std::size_t notes_of(const std::string& id) const {
        const std::vector<Finding> findings = packages.findings("p2", 0);
        return static_cast<std::size_t>(std::ranges::count(findings, id, &Finding::object_id));
    }
    void check(const Deed& deed, News news, const std::string& id, const std::string& persons);

    static DeliveryOptions options() {
        DeliveryOptions options;
        options.on_conflict = GetParam().on_conflict;
        options.read_picture = [](const crm::Pictures::Picture& picture) {
            return "bytes of " + picture.name;
        };
        return options;
    }
};

std::vector<Table::Deed> Table::deeds() {
    const auto description = [](const char* value) {
        return FieldGroup{"description",
                          {{"description", std::string(value)}, {"description_type", std::string("text")}}};
    };
    std::vector<Deed> all{
        of_product("description-changed", description("Болт"), description("Винт"),
                   {{"DESCRIPTION", "Болт чёрный"}}, "DESCRIPTION"),
        of_product("description-emptied", description("Болт"), description("Винт"), {{"DESCRIPTION", ""}},
                   "DESCRIPTION"),
        of_product("moved", section("g1"), section("g2"), {{"SECTION_ID", at(SourceKind::group, "g3")}},
                   "SECTION_ID"),
        of_product(
            "list-value", colour("red"), colour("blue"),
            {{"PROPERTY_" + at(SourceKind::property, "colour"),
              pending.choice_id(crm::make_key(SourceKind::property, "colour"), "1C", "green").value_or("")}},
            "PROPERTY_" + at(SourceKind::property, "colour")),
    };
    Deed priced =
        of_product("price", price("10"), price("12"), {{"PRICE", 15}, {"CURRENCY_ID", "RUB"}}, "PRICE");
    priced.object = [this](const std::string& id, Edition edition) {
        return priced_product(id, edition == Edition::first ? "10" : "12");
    };
    priced.of_part = by_catalog();
    priced.another = [description](const std::string& id) {
        return std::vector{product(id, {description("Новое")})};
    };
    all.push_back(std::move(priced));

    const auto with_picture = [](const std::string& id, Edition edition) {
        return std::vector{product(id), picture(id, edition == Edition::first ? "a.jpg" : "b.jpg")};
    };
    const auto shown_picture = [this](const std::string& id) {
        const json file = product_of(id).at("DETAIL_PICTURE");
        return file.is_null() ? std::string() : text(file.at("id"));
    };
    Deed replaced = of_product("picture-replaced", {}, {},
                               {{"DETAIL_PICTURE", {{"fileData", {"mine.jpg", "bWluZQ=="}}}}}, "");
    replaced.object = with_picture;
    replaced.value = shown_picture;
    replaced.of_part = true;
    Deed removed = replaced;
    removed.name = removed.source_id = "picture-removed";
    removed.act = [this](const std::string& id) {
        change("product", at(SourceKind::product, id), {{"DETAIL_PICTURE", {{"remove", "Y"}}}});
    };
    all.push_back(std::move(replaced));
    all.push_back(std::move(removed));

    const auto requisite_with = [](const std::string& id, const std::string& kpp) {
        Wish wished = requisite(id, "7701234567");
        wished.groups.back() = one_field("RQ_KPP", kpp);
        return wished;
    };
    all.push_back(of_requisite(
        "kpp",
        [=](const std::string& id, Edition edition) {
            return std::vector{company(id),
                               requisite_with(id, edition == Edition::first ? "770101001" : "770201001")};
        },
        [this](const std::string& id) {
            change("requisite", at(SourceKind::requisite, id), {{"RQ_KPP", "779901001"}});
        },
        [this](const std::string& id) {
            return text(get("requisite", at(SourceKind::requisite, id)).at("RQ_KPP"));
        }));
    all.push_back(of_requisite(
        "account",
        [](const std::string& id, Edition edition) {
            Wish account = bank_account(id);
            account.groups.push_back(
                one_field("RQ_BIK", std::string(edition == Edition::first ? "044525225" : "044525999")));
            return std::vector{company(id), requisite(id, "7701234567"), account};
        },
        [this](const std::string& id) {
            change("requisite.bankdetail", at(SourceKind::bank_account, id + "|40702810000000000001"),
                   {{"RQ_BIK", "044525111"}});
        },
        [this](const std::string& id) {
            return text(
                get("requisite.bankdetail", at(SourceKind::bank_account, id + "|40702810000000000001"))
                    .at("RQ_BIK"));
        }));
    const auto with_address = [](const std::string& id, Edition edition) {
        return std::vector{company(id), requisite(id, "7701234567"),
                           address(id, edition == Edition::first ? "Тверь" : "Псков")};
    };
    const auto city = [this](const std::string& id) { return text(address_of(id).value("CITY", json(""))); };
    all.push_back(of_requisite(
        "address-changed", with_address,
        [this](const std::string& id) {
            sandbox.call("crm.address.update", {{"fields",
                                                 {{"TYPE_ID", 6},
                                                  {"ENTITY_TYPE_ID", 8},
                                                  {"ENTITY_ID", at(SourceKind::requisite, id)},
                                                  {"CITY", "Казань"}}}});
        },
        city));
    all.push_back(of_requisite(
        "address-deleted", with_address,
        [this](const std::string& id) {
            sandbox.call(
                "crm.address.delete",
                {{"fields",
                  {{"TYPE_ID", 6}, {"ENTITY_TYPE_ID", 8}, {"ENTITY_ID", at(SourceKind::requisite, id)}}}});
        },
        city));
    Deed phoned = of_requisite(
        "phone-added",
        [](const std::string& id, Edition edition) {
            return std::vector{company(id, edition == Edition::first ? "+74951112233" : "+74951112244")};
        },
        [this](const std::string& id) {
            change("company", at(SourceKind::contragent, id),
                   {{"PHONE", json::array({{{"VALUE", "+79160000000"}, {"VALUE_TYPE", "WORK"}}})}});
        },
        [this](const std::string& id) {
            const json phones = get("company", at(SourceKind::contragent, id)).at("PHONE");
            std::vector<std::string> values;
            for (const json& phone : phones) {
                values.push_back(text(phone.at("VALUE")));
            }
            std::ranges::sort(values);
            return json(values).dump();
        });
    phoned.of_part = false;
    phoned.adds = true;
    all.push_back(std::move(phoned));

    Deed row{
        "row-deleted",
        "row-deleted",
        [](const std::string& id, Edition edition) {
            return std::vector{deal(id, "c1", "k1"), rows(id, edition == Edition::first ? "2" : "5")};
        },
        [](const std::string& id) {
            Wish wished = deal(id, "c1", "k1");
            wished.groups.front() = one_field("title", "Счёт " + id);
            return std::vector{wished};
        },
        [this](const std::string& id) {
            json kept = rows_of(id);
            kept.erase(1);
            sandbox.call("crm.deal.productrows.set", {{"id", at(SourceKind::document, id)}, {"rows", kept}});
        },
        [this](const std::string& id) {
            std::string shown;
            for (const json& one : rows_of(id)) {
                shown += text(one.at("PRODUCT_NAME")) + "×" + text(one.at("QUANTITY")) + ";";
            }
            return shown;
        },
        true};
    Deed contact = row;
    contact.name = contact.source_id = "contact-added";
    contact.of_part = false;
    contact.object = [](const std::string& id, Edition edition) {
        return std::vector{deal(id, "c1", edition == Edition::first ? "k1" : "k2")};
    };
    contact.act = [this](const std::string& id) {
        sandbox.call("crm.deal.contact.add",
                     {{"id", at(SourceKind::document, id)},
                      {"fields", {{"CONTACT_ID", at(SourceKind::contragent, "k3")}}}});
    };
    contact.value = [this](const std::string& id) {
        const json links =
            sandbox.call("crm.deal.contact.items.get", {{"id", at(SourceKind::document, id)}}).at("result");
        std::vector<std::string> ids;
        for (const json& one : links) {
            ids.push_back(text(one.at("CONTACT_ID")));
        }
        std::ranges::sort(ids);
        return json(ids).dump();
    };
    all.push_back(std::move(row));
    all.push_back(std::move(contact));
    return all;
}

void Table::check(const Deed& deed, News news, const std::string& id, const std::string& persons) {
    SCOPED_TRACE(id);
    const bool contested = news == News::that_group && !deed.adds;
    const crm::OnConflict on_conflict = GetParam().on_conflict;
    const bool keeps = on_conflict == crm::OnConflict::keep_crm;
    if (!contested && !deed.adds) {
        EXPECT_EQ(deed.value(id), persons) << "what 1C does not speak of stays";
    } else if (contested && keeps) {
        EXPECT_EQ(deed.value(id), persons);
    } else if (contested) {
        EXPECT_NE(deed.value(id), persons) << "1C wins";
    } else {
        EXPECT_NE(deed.value(id).find("+79160000000"), std::string::npos) << "a person's phone stays";
    }
    EXPECT_EQ(has_note("CRM-CONFLICT", id), contested && on_conflict == crm::OnConflict::report);
    EXPECT_EQ(has_note("CRM-CONFLICT-KEPT", id), contested && keeps);
    EXPECT_EQ(notes_of(id), contested && on_conflict != crm::OnConflict::take_1c ? 1U : 0U);
    const Verdict verdict = outcome("p2", id).verdict;
    if (news == News::nothing) {
        EXPECT_EQ(verdict, Verdict::unchanged);
    } else if (contested && keeps) {
        EXPECT_EQ(verdict, deed.of_part ? Verdict::unchanged : Verdict::left);
    } else {
        EXPECT_EQ(verdict, Verdict::updated);
    }
}

TEST_P(Table, OfWhatBecomesOfPeoplesWork) {
    plan("p0", {colours(), group("g1"), group("g2"), group("g3"), product("goods"), company("c1"),
                person("k1"), person("k2"), person("k3")});
    deliver_all(options());
    const std::vector<Deed> deeds = this->deeds();
    const auto id_of_cell = [](const Deed& deed, News news) { return deed.name + "-" + name_of(news); };
    std::vector<Wish> first;
    std::vector<Wish> second;
    for (const Deed& deed : deeds) {
        for (const News news : all_news) {
            const std::string id = id_of_cell(deed, news);
            std::ranges::move(deed.object(id, Edition::first), std::back_inserter(first));
            std::ranges::move(news == News::another_group
                                  ? deed.another(id)
                                  : deed.object(id, news == News::nothing ? Edition::first : Edition::later),
                              std::back_inserter(second));
        }
    }
    plan("p1", first);
    deliver_all(options());
    EXPECT_TRUE(codes("p1").empty());
    std::map<std::string, std::string> persons;
    for (const Deed& deed : deeds) {
        for (const News news : all_news) {
            const std::string id = id_of_cell(deed, news);
            const std::string ours = deed.value(id);
            deed.act(id);
            persons[id] = deed.value(id);
            EXPECT_NE(persons[id], ours) << id << ": the person has done nothing";
        }
    }
    plan("p2", second);
    deliver_all(options());
    // Reading before: objects, addresses that are not there alone, contacts. Then the phones that are to
    // change. Writes, pictures, and the deleted address once more, as a new one. Reading back: objects,
    // contacts. The address is looked at again before its second try (twice) and behind it.
    const std::map<crm::OnConflict, int> expected{{crm::OnConflict::take_1c, 1 + 3},
                                                  {crm::OnConflict::report, 3 + 1 + 3 + 2 + 3},
                                                  {crm::OnConflict::keep_crm, 3 + 1 + 1 + 1}};
    if (!by_catalog()) {
        EXPECT_EQ(requests(), expected.at(GetParam().on_conflict));
    }
    for (const Deed& deed : deeds) {
        for (const News news : all_news) {
            check(deed, news, id_of_cell(deed, news), persons[id_of_cell(deed, news)]);
        }
    }
    plan("p3", second);
    EXPECT_EQ(pending.count(), 0U) << "what was left is no work until 1C changes it again";
}

std::vector<Setting> all_settings() {
    std::vector<Setting> settings;
    for (const auto family : {portal::ApiFamily::crm, portal::ApiFamily::catalog}) {
        for (const auto on_conflict :
             {crm::OnConflict::take_1c, crm::OnConflict::report, crm::OnConflict::keep_crm}) {
            settings.push_back({on_conflict, family});
        }
    }
    return settings;
}

std::string name_of_setting(const ::testing::TestParamInfo<Setting>& setting) {
    const crm::OnConflict on_conflict = setting.param.on_conflict;
    const std::string family = setting.param.family == portal::ApiFamily::catalog ? "ByCatalog" : "";
    return (on_conflict == crm::OnConflict::take_1c  ? "Take1C"
            : on_conflict == crm::OnConflict::report ? "Report"
                                                     : "KeepCrm") +
           family;
}

INSTANTIATE_TEST_SUITE_P(People, Table, ::testing::ValuesIn(all_settings()), name_of_setting);

}  // namespace
}  // namespace obmen::delivery
