#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "crm/entity.hpp"
#include "delivery/delivery.hpp"
#include "harness/sandbox_process.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "ledger/planning.hpp"
#include "portal/fakes.hpp"
#include "portal/transport.hpp"

namespace obmen::delivery {

using crm::EntityKind;
using crm::FieldGroup;
using crm::SourceKind;
using crm::Wish;
using ledger::Verdict;
using nlohmann::json;

inline FieldGroup one_field(const std::string& name, crm::Value value) {
    return {name, {{name, std::move(value)}}};
}

inline Wish wish(SourceKind source, const std::string& id, EntityKind kind, std::vector<FieldGroup> groups) {
    Wish result;
    result.key = crm::make_key(source, id);
    result.source_id = id;
    result.entity = kind;
    result.groups = std::move(groups);
    result.file = "import.xml";
    result.place = {7, 1};
    return result;
}

inline Wish part(SourceKind source, const std::string& id, EntityKind kind, const crm::EntityKey& owner,
                 std::vector<FieldGroup> groups) {
    Wish result = wish(source, id, kind, std::move(groups));
    result.owner = owner;
    return result;
}

/// A ledger and a practice portal: what one exchange needs, without files.
class Practice : public ::testing::Test {
  protected:
    /// Reads and merges a package of these wishes.
    void plan(const std::string& package, const std::vector<Wish>& wishes) {
        ledger::Package row;
        row.id = package;
        row.source = "test";
        packages.add(row);
        stage(package, wishes);
    }
    void stage(const std::string& package, const std::vector<Wish>& wishes) {
        ledger::Planning planning(database, package, "1C");
        for (const Wish& wished : wishes) {
            planning.stage(wished);
        }
        planning.flush();
        ledger::Planning::merge(database, package);
    }

    /// Reads the package once more for the sake of objects that are gone, as `push` does before its next run.
    void plan_once_more(const std::string& package, const std::vector<Wish>& wishes) {
        {
            ledger::Planning planning(database, package, "1C", ledger::Planning::Of::absent_objects);
            for (const Wish& wished : wishes) {
                planning.stage(wished);
            }
            planning.flush();
        }
        ledger::Planning::merge(database, package);
        pending.complete();
    }

    /// One run, as `push` makes it: the start-up batch, then the queue.
    DeliveryResult deliver(DeliveryOptions options = {}) {
        before = sandbox.verdict();
        portal::CurlTransport network;
        portal::Client client(portal::PortalAddress::parse(Secret(sandbox.url())),
                              wire == nullptr ? network : *wire, clock, log, client_options);
        auto answers = read_batch(client, portal::start_up_commands("1C", family), clock);
        portal::PortalFacts facts =
            portal::read_start_up(std::get<std::vector<portal::CommandAnswer>>(answers), "1C", family);
        if (!fault_after_start_up.is_null()) {
            order_fault(fault_after_start_up);
        }
        Delivery delivery(database, client, facts, clock, log, std::move(options));
        return delivery.run();
    }
    void deliver_all(const DeliveryOptions& options = {}) {
        const DeliveryResult result = deliver(options);
        EXPECT_FALSE(result.stop) << sentence(result.stop->reason, Language::english);
        EXPECT_EQ(pending.count(), 0U);
    }

    /// A number of the portal's verdict, counted from the beginning of the last run.
    [[nodiscard]] int since(const std::string& counter) const {
        return sandbox.verdict().at(counter).get<int>() - before.at(counter).get<int>();
    }
    /// Requests of the last run beside the start-up batch.
    [[nodiscard]] int requests() const { return since("requests") - 1; }
    [[nodiscard]] json get(const std::string& entity, const std::string& id) const {
        return sandbox.call("crm." + entity + ".get", {{"id", id}}).at("result");
    }
    [[nodiscard]] std::multiset<std::string> phones_of(const std::string& company) const {
        std::multiset<std::string> phones;
        const json card = get("company", company);
        for (const json& phone : card.value("PHONE", json::array())) {
            phones.insert(phone.at("VALUE").get<std::string>());
        }
        return phones;
    }
    [[nodiscard]] json list(const std::string& entity, const json& filter) const {
        return sandbox.call("crm." + entity + ".list", {{"filter", filter}, {"select", {"*"}}}).at("result");
    }
    std::string add(const std::string& entity, const json& fields) const {
        const json id = sandbox.call("crm." + entity + ".add", {{"fields", fields}}).at("result");
        return id.is_string() ? id.get<std::string>() : id.dump();
    }
    void change(const std::string& entity, const std::string& id, const json& fields) const {
        sandbox.call("crm." + entity + ".update", {{"id", id}, {"fields", fields}});
    }
    void order_fault(const json& rule) const { sandbox.post("/sandbox/faults", json::array({rule})); }

    [[nodiscard]] std::string id_of(SourceKind kind, const std::string& id) const {
        return pending.remote_id(crm::make_key(kind, id), "1C").value_or("");
    }
    [[nodiscard]] ledger::Outcome outcome(const std::string& package, const std::string& id) const {
        ledger::Outcome found;
        packages.for_each_outcome(package, false, [&](const ledger::Outcome& row) {
            if (row.source_id == id) {
                found = row;
            }
        });
        return found;
    }
    [[nodiscard]] std::vector<std::string> codes(const std::string& package) const {
        std::vector<std::string> all;
        for (const Finding& finding : packages.findings(package, 0)) {
            all.emplace_back(finding.message.code.text());
        }
        return all;
    }

    tests::TemporaryDirectory directory;
    tests::SandboxProcess sandbox{directory.path(), {"--burst", "0"}};
    ledger::Database database{":memory:"};
    ledger::Packages packages{database};
    ledger::Pending pending{database};
    portal::ClientOptions client_options{.burst = 1e9, .requests_per_second = 1e9};
    portal::ApiFamily family = portal::ApiFamily::crm;
    portal::Transport* wire = nullptr;  ///< instead of the network
    portal::test::FakeClock clock;
    portal::test::MemoryLog log;
    json before;
    json fault_after_start_up;  ///< ordered once the start-up batch of a run has been answered
};

// ---- wishes of everyday exports ------------------------------------------------------------------------

inline Wish product(const std::string& id, std::vector<FieldGroup> more = {}) {
    std::vector<FieldGroup> groups{one_field("name", "Товар " + id)};
    groups.insert(groups.end(), more.begin(), more.end());
    return wish(SourceKind::product, id, EntityKind::product, groups);
}
inline Wish company(const std::string& id, const std::string& phone = "") {
    std::vector<FieldGroup> groups{one_field("title", "ООО " + id)};
    if (!phone.empty()) {
        groups.push_back(one_field("phones", crm::ContactValues{{{phone, "WORK"}}}));
    }
    return wish(SourceKind::contragent, id, EntityKind::company, groups);
}
inline Wish person(const std::string& id) {
    return wish(SourceKind::contragent, id, EntityKind::contact,
                {{"name", {{"last_name", "Иванов " + id}, {"first_name", std::string("Иван")}}}});
}
inline Wish requisite(const std::string& company, const std::string& inn) {
    const crm::EntityKey owner = crm::make_key(SourceKind::contragent, company);
    Wish result = part(SourceKind::requisite, company, EntityKind::requisite, owner,
                       {{"owner",
                         {{"owner", crm::Link{owner}},
                          {"preset", crm::RequisitePreset{}},
                          {"entity_type", std::string("4")}},
                         true},
                        one_field("name", "ООО " + company),
                        one_field("RQ_INN", inn),
                        one_field("RQ_KPP", std::string("770101001"))});
    return result;
}
inline Wish address(const std::string& company, const std::string& city = "Тверь") {
    const crm::EntityKey owner = crm::make_key(SourceKind::requisite, company);
    return part(SourceKind::address, company + "|legal", EntityKind::address, owner,
                {{"owner", {{"owner", crm::Link{owner}}, {"address_type", std::string("6")}}},
                 {"address", {{"ADDRESS_1", std::string("ул. Мира, 1")}, {"CITY", city}}}});
}
inline Wish bank_account(const std::string& company) {
    const crm::EntityKey owner = crm::make_key(SourceKind::requisite, company);
    return part(SourceKind::bank_account, company + "|40702810000000000001", EntityKind::bank_account, owner,
                {one_field("owner", crm::Link{owner}), one_field("name", std::string("Счёт")),
                 one_field("RQ_ACC_NUM", std::string("40702810000000000001"))});
}
inline Wish company_link(const std::string& person_id, const std::string& company) {
    const crm::EntityKey owner = crm::make_key(SourceKind::contragent, person_id);
    return part(SourceKind::company_link, person_id + "|" + company, EntityKind::company_link, owner,
                {one_field("owner", crm::Link{owner}),
                 one_field("company", crm::Link{crm::make_key(SourceKind::contragent, company)})});
}
inline Wish deal(const std::string& id, const std::string& company, const std::string& person_id,
                 const std::string& stage = "NEW") {
    return wish(
        SourceKind::document, id, EntityKind::deal,
        {one_field("title", "Заказ " + id),
         {"opportunity", {{"opportunity", *Decimal::parse("20")}, {"currency", crm::Currency{"RUB"}}}},
         one_field("company", crm::Link{crm::make_key(SourceKind::contragent, company)}),
         one_field("contacts", crm::Links{{crm::make_key(SourceKind::contragent, person_id)}}),
         one_field("stage", stage)});
}
inline Wish deal_rows(const std::string& deal_id, const std::string& product_id) {
    crm::ProductRows::Row row;
    row.product = crm::make_key(SourceKind::product, product_id);
    row.name = "Товар " + product_id;
    row.price = *Decimal::parse("10");
    row.quantity = *Decimal::parse("2");
    row.okei = "796";
    return part(SourceKind::document_lines, deal_id, EntityKind::deal_rows,
                crm::make_key(SourceKind::document, deal_id),
                {one_field("owner", crm::Link{crm::make_key(SourceKind::document, deal_id)}),
                 one_field("rows", crm::ProductRows{{row}})});
}

}  // namespace obmen::delivery
