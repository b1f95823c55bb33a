#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "harness/export_builder.hpp"
#include "torture/truth.hpp"

namespace obmen::torture {

/// `text` with `by` wherever `what` stands in it. \pre `what` is not empty
[[nodiscard]] std::string replaced(std::string text, const std::string& what, const std::string& by);

/// Whole numbers by a seed, the same on every machine.
class Chance {
  public:
    explicit Chance(std::uint64_t seed) : m_engine(seed) {}
    /// From 0 to `below` - 1.
    std::size_t number(std::size_t below) { return below == 0 ? 0 : m_engine() % below; }
    bool one_in(std::size_t n) { return number(n) == 0; }
    std::uint64_t seed() { return m_engine(); }

  private:
    std::mt19937_64 m_engine;
};

/// A file that goes along with an export.
struct Picture {
    std::string name;
    std::string bytes;
};

/// A file of a 1C base: its bytes, and what it says.
struct Export {
    std::string name;
    std::string bytes;
    Drop drop;  ///< without source, fate and steps
    std::vector<Picture> pictures{};
    bool pictures_come_late = false;  ///< behind the export that names them
};

/// A 1C base that goes on living: every file is the next version of something. All its Ид begin with its
/// prefix.
class Shop {
  public:
    Shop(std::string prefix, std::size_t products, std::uint64_t seed);

    /// Everything there is; `fewer` products have gone from it for good.
    Export full(std::size_t fewer);
    /// New names and prices of some products, and a few new ones.
    Export changes();
    /// New prices of some products, and nothing else.
    Export prices();
    Export contragents();
    Export order();
    /// A file that nobody can read, in one of several ways.
    Export broken();
    /// What was broken last, as it should have been: by the same name, with other values. Nothing if all is
    /// mended.
    std::optional<Export> mended();
    /// A good export that is cut off somewhere; its objects are its own.
    Export half();
    /// The same export in an archive.
    static Export zipped(const Export& packed);

  private:
    [[nodiscard]] std::string next_name(const std::string& stem);
    /// Puts the shop's own ids, and a date of its own, into what the harness has made up.
    [[nodiscard]] std::string owned(std::string xml);
    [[nodiscard]] Told product_told(const tests::SampleProduct& product) const;
    [[nodiscard]] Picture picture_of(const std::string& id, const std::string& name);
    void renew_picture(const std::string& id);
    /// The pictures of these products, named in the file, and some of them put beside it: all `changed` ones.
    void add_pictures(Export& made, const std::vector<std::string>& ids,
                      const std::set<std::string>& changed);
    [[nodiscard]] std::string with_pictures(std::string xml) const;
    Export told(const std::string& stem, std::string bytes, std::vector<Told> objects);
    [[nodiscard]] std::vector<std::size_t> some_products(bool first);
    void renew(tests::SampleProduct& product, bool name);
    [[nodiscard]] std::vector<Told> groups_told() const;

    std::string m_prefix;
    Chance m_chance;
    std::vector<tests::SampleGroup> m_groups;
    std::vector<tests::SampleProduct> m_products;
    std::vector<tests::SampleContragent> m_contragents;
    std::map<std::string, Picture> m_pictures;  ///< by the Ид of their products
    std::string m_broken_name;                  ///< of what is yet to be mended
    std::vector<tests::SampleProduct> m_broken;
    int m_version = 0;
    int m_files = 0;
};

}  // namespace obmen::torture
