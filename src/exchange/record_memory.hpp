#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "checks/package_check.hpp"
#include "commerceml/record_source.hpp"
#include "config/settings.hpp"
#include "crm/converter.hpp"
#include "ledger/planning.hpp"
#include "ledger/references.hpp"

namespace obmen::exchange {

/// The short way (design): Товар and Предложение that are byte for byte what they were, under the same
/// mapping and reference data, are neither read nor mapped again, as long as the CRM has what they say.
///
/// A record's stamp is a hash of its bytes and of all that their meaning depends on: settings and mapping,
/// the reference data of the ledger, the classifiers of this package up to the record, the list it stands in,
/// and the bytes of its pictures. What it adds to the package as a whole is kept in the ledger and added
/// again.
class RecordMemory {
  public:
    struct Rooms {
        ledger::Planning& planning;
        ledger::LedgerReferences& references;
        crm::Converter& converter;
        checks::PackageCheck& check;
        crm::PictureFinder picture;
        std::function<std::uint64_t()> findings;  ///< how many there have been
    };
    /// The rooms must outlive it.
    RecordMemory(const config::Settings& settings, Rooms rooms);

    void begin_file(std::string name);
    /// Before a record is checked and converted.
    void begin(const commerceml::LocatedRecord& record, const commerceml::FileFacts& facts);
    /// Behind it. \param told_by_outline see RecordSource
    void end(const commerceml::LocatedRecord& record, bool told_by_outline);

    /// \returns true if the record is known and need not be read; then it has been counted with
    [[nodiscard]] bool pass_over(const commerceml::RecordOutline& outline);

    /// The package has been read; before Converter::finish.
    void finish();

    [[nodiscard]] std::uint64_t products() const { return m_products; }
    [[nodiscard]] std::uint64_t offers() const { return m_offers; }

  private:
    [[nodiscard]] std::uint64_t stamp_of(std::uint64_t raw_hash, ledger::RecordKind kind,
                                         std::uint64_t hash_of_pictures) const;
    /// Fills m_found.
    [[nodiscard]] std::uint64_t hash_of_pictures(const std::vector<std::string>& paths);
    [[nodiscard]] std::uint64_t remarks() const { return m_rooms.findings() + m_rooms.check.remarks(); }
    void add_again(std::int64_t additions, const commerceml::RecordOutline& outline);

    Rooms m_rooms;
    std::string m_file;
    std::uint64_t m_context;      ///< hash of settings, of the classifiers and of the list
    std::uint64_t m_list = 0;     ///< hash of the list that the records stand in
    std::uint64_t m_remarks = 0;  ///< before the record
    std::int64_t m_revision = 0;  ///< likewise, of the reference data
    std::vector<std::string> m_paths;
    std::vector<bool> m_found;  ///< of the pictures last looked for
    struct Addition {
        std::string text;
        std::uint64_t times = 0;
        std::string first_id;
        std::string file;
        Place place;
    };
    std::unordered_map<std::int64_t, Addition> m_additions;
    std::uint64_t m_products = 0;
    std::uint64_t m_offers = 0;
};

}  // namespace obmen::exchange
