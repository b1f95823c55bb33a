#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "crm/entity.hpp"
#include "ledger/database.hpp"

/// The short way (design: "The ledger"): which records of 1C are known word for word, so that reading them
/// again would bring nothing about.
///
/// A row of `known_record` says of an object: its Товар, its Предложение, of this stamp, gave nothing but
/// wishes, and once no operation for the object or its parts is left, the CRM has all of them. Whoever makes
/// that untrue deletes the row (`forget_known`): an operation that ends without all of its groups confirmed,
/// anything that is forgotten or taken back, a mark, a removal, another record that changes a group which
/// was written before. A row whose package has not been planned to its end means nothing.
namespace obmen::ledger {

/// Which record of an object.
enum class RecordKind : std::uint8_t { product, offer };

/// What is known of the object's records, or of its owner's if it is a part, is true no more.
void forget_known(Database& database, std::int64_t entity);

/// This one of the object's records has to be read again.
void forget_record(Database& database, std::int64_t entity, RecordKind kind);

/// A record that has just been planned without anything being said of it.
struct PlannedRecord {
    std::int64_t entity = 0;
    crm::SourceKind source_kind{};
    RecordKind kind{};
    std::uint64_t stamp = 0;     ///< never 0
    std::int64_t additions = 0;  ///< number of their text
    bool others_stay = false;    ///< what is known of the object's other record is still true
};
void put_known(Database& database, std::int64_t package, const PlannedRecord& record);

/// All rows, in 24 bytes and a half of a second for a million objects, as they stand when a package begins to
/// be planned; and what that package has met since.
class KnownRecords {
  public:
    /// Reads the rows, and deletes those of packages that were not planned to their end. \param most_waiting
    /// where more operations than that are on their way, nothing is known
    KnownRecords(Database& database, std::size_t most_waiting);

    struct Known {
        std::size_t index = 0;
        std::int64_t entity = 0;
        crm::SourceKind source_kind{};
        std::int64_t additions = 0;
    };
    /// The object whose record has this stamp; nothing if this package has met the object otherwise, or this
    /// very record already.
    [[nodiscard]] std::optional<Known> find(RecordKind kind, std::uint64_t stamp) const;
    /// \returns true if it is the first record of the object that is passed over
    bool pass_over(const Known& known, RecordKind kind);
    /// A record of the object has been planned: from now on none is passed over. \returns whether one was
    bool touch(std::int64_t entity);

  private:
    struct Row {
        std::uint64_t stamps[2];
        std::uint32_t entity;
        std::uint16_t additions[2];
    };
    enum Flag : std::uint8_t { touched = 1, passed_product = 2, passed_offer = 4, is_variant = 8 };

    void load(Database& database);
    void block_waiting(Database& database);
    void make_index();
    [[nodiscard]] std::optional<std::size_t> index_of(std::int64_t entity) const;

    std::vector<Row> m_rows;  ///< by entity
    std::vector<std::uint8_t> m_flags;
    std::vector<std::uint32_t> m_index;  ///< open addressing by stamp: 2 × row + kind + 1; 0: free
};

}  // namespace obmen::ledger
