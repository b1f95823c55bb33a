#pragma once

#include <gtest/gtest.h>

#include "crm/entity.hpp"
#include "ledger/database.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "ledger/planning.hpp"
#include "support/file.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

namespace obmen::ledger {

/// A directory of its own that goes with the test.
class TemporaryDirectory {
  public:
    TemporaryDirectory() {
        std::string name = (std::filesystem::temp_directory_path() / "obmen-ledger-XXXXXX").string();
        m_path = mkdtemp(name.data());
    }
    ~TemporaryDirectory() {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return m_path / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

  private:
    std::filesystem::path m_path;
};

/// What a power cut leaves: the file and its write-ahead log, cut anywhere, and no shared memory.
inline void copy_as_crashed(const std::filesystem::path& from, const std::filesystem::path& to,
                            std::uintmax_t wal_bytes) {
    std::filesystem::copy_file(from, to);
    const std::string wal = read_whole_file(from.string() + "-wal");
    std::ofstream(to.string() + "-wal", std::ios::binary)
        << wal.substr(0, static_cast<std::size_t>(wal_bytes));
}

inline crm::FieldGroup text_group(const std::string& name, const std::string& value) {
    return {name, {{name, value}}};
}

/// A product's wish with one text field per group.
inline crm::Wish product(const std::string& id,
                         const std::vector<std::pair<std::string, std::string>>& fields) {
    crm::Wish wish;
    wish.key = crm::make_key(crm::SourceKind::product, id);
    wish.source_id = id;
    for (const auto& [name, value] : fields) {
        wish.groups.push_back(text_group(name, value));
    }
    wish.file = "import.xml";
    wish.place = {7, 3};
    return wish;
}

/// What an offer without a name wants: it may not create its product.
inline crm::Wish price(const std::string& id, const std::string& value) {
    crm::Wish wish = product(id, {{"price", value}});
    wish.may_create = false;
    wish.file = "offers.xml";
    return wish;
}

inline crm::Wish deletion(const std::string& id) {
    crm::Wish wish = product(id, {});
    wish.groups.push_back({"active", {{"active", false}}});
    wish.deletion_mark = true;
    return wish;
}

/// A wish for any other kind of object, with one text field per group.
inline crm::Wish object(crm::SourceKind source, crm::EntityKind kind, const std::string& id,
                        const std::vector<std::pair<std::string, std::string>>& fields) {
    crm::Wish wish = product(id, fields);
    wish.key.kind = source;
    wish.entity = kind;
    return wish;
}

inline crm::Wish property(const std::string& id) {
    return object(crm::SourceKind::property, crm::EntityKind::property, id, {{"name", "Цвет"}});
}

inline crm::Wish company(const std::string& id, const std::string& title) {
    return object(crm::SourceKind::contragent, crm::EntityKind::company, id, {{"title", title}});
}

/// A part of `owner`, whose key is its owner's.
inline crm::Wish part_of(const crm::EntityKey& owner, crm::SourceKind source, crm::EntityKind kind,
                         const std::vector<std::pair<std::string, std::string>>& fields) {
    crm::Wish wish = object(source, kind, owner.id, fields);
    wish.owner = owner;
    wish.place = {9, 1};
    return wish;
}

inline crm::EntityKey contragent_key(const std::string& id) {
    return crm::make_key(crm::SourceKind::contragent, id);
}

/// The requisite of a contragent.
inline crm::Wish requisite(const std::string& contragent, const std::string& inn) {
    return part_of(contragent_key(contragent), crm::SourceKind::requisite, crm::EntityKind::requisite,
                   {{"inn", inn}});
}

/// The address of a contragent's requisite.
inline crm::Wish address(const std::string& contragent, const std::string& city) {
    return part_of(crm::make_key(crm::SourceKind::requisite, contragent), crm::SourceKind::address,
                   crm::EntityKind::address, {{"city", city}});
}

inline crm::LeftOut left_out(const std::string& id, Message reason, bool is_error) {
    return {
        crm::make_key(crm::SourceKind::product, id), id, std::move(reason), is_error, "import.xml", {99, 1}};
}

/// A ledger in memory and the few steps that most tests repeat.
class LedgerTest : public ::testing::Test {
  protected:
    void add_package(const std::string& id) {
        Package package;
        package.id = id;
        package.source = "test";
        packages.add(package);
    }

    /// Reads and merges a package of these wishes.
    void plan(const std::string& package, const std::vector<crm::Wish>& wishes) {
        add_package(package);
        stage(package, wishes);
        Planning::merge(database, package);
    }

    void stage(const std::string& package, const std::vector<crm::Wish>& wishes) {
        Planning planning(database, package, "1C");
        for (const crm::Wish& wish : wishes) {
            planning.stage(wish);
        }
        planning.flush();
    }

    [[nodiscard]] std::vector<Operation> operations() const { return pending.page({}, 1000); }

    /// The pending operation of this kind; fails if there is not exactly one.
    [[nodiscard]] Operation operation_of(crm::EntityKind kind) const {
        std::vector<Operation> found;
        for (Operation& operation : operations()) {
            if (operation.kind == kind) {
                found.push_back(std::move(operation));
            }
        }
        EXPECT_EQ(found.size(), 1U);
        return found.empty() ? Operation{} : found.front();
    }

    [[nodiscard]] Operation only_operation() const {
        std::vector<Operation> all = operations();
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? Operation{} : all.front();
    }

    /// Everything pending has reached the CRM.
    void settle_all(Verdict verdict = Verdict::created) {
        std::vector<Settlement> settlements;
        for (const Operation& operation : operations()) {
            Settlement settlement{operation.entity, verdict};
            settlement.remote_id =
                operation.remote_id.empty() ? std::to_string(1000 + operation.entity) : operation.remote_id;
            settlement.confirmed_groups = names_of(operation);
            settlements.push_back(settlement);
        }
        pending.settle(settlements);
    }

    [[nodiscard]] static std::vector<std::string> names_of(const Operation& operation) {
        std::vector<std::string> names;
        for (const crm::FieldGroup& group : operation.groups) {
            names.push_back(group.name);
        }
        return names;
    }

    [[nodiscard]] std::vector<Outcome> outcomes(const std::string& package,
                                                bool without_unchanged = false) const {
        std::vector<Outcome> all;
        packages.for_each_outcome(package, without_unchanged,
                                  [&all](const Outcome& outcome) { all.push_back(outcome); });
        return all;
    }

    [[nodiscard]] Outcome only_outcome(const std::string& package) const {
        std::vector<Outcome> all = outcomes(package);
        EXPECT_EQ(all.size(), 1U);
        return all.empty() ? Outcome{} : all.front();
    }

    [[nodiscard]] Verdict verdict(const std::string& package) const { return only_outcome(package).verdict; }

    [[nodiscard]] std::int64_t number(std::string_view sql) {
        Statement& query = database.statement(sql);
        const std::int64_t value = query.next() ? query.integer(0) : -1;
        query.reset();
        return value;
    }

    Database database{":memory:"};
    Packages packages{database};
    Pending pending{database};
};

}  // namespace obmen::ledger
