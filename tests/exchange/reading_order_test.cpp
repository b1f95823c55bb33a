#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "config/settings.hpp"
#include "exchange/package_steps.hpp"
#include "harness/temporary_directory.hpp"

namespace obmen::exchange {
namespace {

/// Files of one package, as they are given.
class Package {
  public:
    Package& add(const std::string& name, const std::string& time, bool goods, bool offers,
                 const std::string& catalogue = "G") {
        std::string xml = fmt::format(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.07\" "
            "ДатаФормирования=\"2026-01-15T{}\">",
            time);
        if (goods) {
            xml += fmt::format("<Каталог><Ид>{}</Ид><Товары></Товары></Каталог>", catalogue);
        }
        if (offers) {
            xml += fmt::format(
                "<ПакетПредложений><Ид>{0}#</Ид><ИдКаталога>{0}</ИдКаталога><Предложения></Предложения>"
                "</ПакетПредложений>",
                catalogue);
        }
        tests::write_file(m_directory.path() / name, xml + "</КоммерческаяИнформация>");
        m_files.push_back({name, m_directory.path() / name});
        return *this;
    }

    [[nodiscard]] std::string order() const {
        std::string names;
        for (const NamedFile& file : in_reading_order(m_files, RecordSources(config::Settings{}))) {
            names += (names.empty() ? "" : " ") + file.name;
        }
        return names;
    }

  private:
    tests::TemporaryDirectory m_directory;
    std::vector<NamedFile> m_files;
};

TEST(ReadingOrder, LaysNoOlderPriceOverANewerOne) {
    // Offers come behind goods; but what `prices` says was said before.
    EXPECT_EQ(Package()
                  .add("import.xml", "10:10:00", true, true)
                  .add("prices.xml", "10:00:00", false, true)
                  .order(),
              "prices.xml import.xml");
    EXPECT_EQ(Package()
                  .add("import.xml", "10:10:00", true, false)
                  .add("offers.xml", "10:10:00", false, true)
                  .add("prices.xml", "10:00:00", false, true)
                  .order(),
              "import.xml prices.xml offers.xml");
}

TEST(ReadingOrder, IsByContentAndAsGivenWhereTheTimesDoNotDiffer) {
    EXPECT_EQ(Package()
                  .add("b.xml", "10:00:00", false, true)
                  .add("a.xml", "10:00:00", false, true)
                  .add("z.xml", "10:20:00", true, false)
                  .add("other.xml", "09:00:00", true, true, "H")
                  .order(),
              "other.xml z.xml b.xml a.xml");
}

}  // namespace
}  // namespace obmen::exchange
