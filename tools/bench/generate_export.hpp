#pragma once

#include <cstdint>
#include <ostream>

#include "records_digest.hpp"
#include "xml_writer.hpp"

/// Exports of a shop, as large as one likes: what 1C writes in import.xml and offers.xml (CommerceML 2.07),
/// made of random words. The same shape gives the same bytes on every machine. Nothing is held but one
/// record.
namespace obmen::bench {

struct ExportShape {
    std::uint64_t products = 1000;  ///< and as many offers
    std::uint64_t seed = 1;
    FileEncoding encoding = FileEncoding::utf8;  ///< the records are the same in both
    bool crlf = false;
    /// Products of name, article, unit and one group, offers of one price and one stock, no variants: about 1
    /// KB for both together, and the smallest there is in real exports. Else 8 KB.
    bool lean = false;
};

/// import.xml: a classifier of 1,000 groups in 5 levels and 60 properties, and a catalogue.
/// Each function adds what it wrote to `digest`, as a reader must find it, and returns the file's size in
/// bytes.
std::uint64_t write_catalogue(std::ostream& out, const ExportShape& shape, RecordsDigest& digest);

/// offers.xml: three prices and four warehouses an offer; every fifth is a variant with characteristics.
std::uint64_t write_offers(std::ostream& out, const ExportShape& shape, RecordsDigest& digest);

/// Classifier, catalogue and offers in one file.
std::uint64_t write_combined(std::ostream& out, const ExportShape& shape, RecordsDigest& digest);

/// A directory of contragents: one for every ten products.
std::uint64_t write_contragents(std::ostream& out, const ExportShape& shape, RecordsDigest& digest);

/// How many products import.xml and offers.xml must have to be `bytes` long together, within a few per cent.
/// At least one.
[[nodiscard]] std::uint64_t products_for(std::uint64_t bytes, ExportShape shape);

}  // namespace obmen::bench
