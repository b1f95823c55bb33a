#include "exchange/content_reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "harness/temporary_directory.hpp"

namespace obmen::exchange {
namespace {

using arrival::FileContent;
using Depth = arrival::ContentReader::Depth;

class ContentReaderTest : public ::testing::Test {
  protected:
    FileContent content_of(const std::string& bytes) {
        tests::write_file(m_directory / "copy", bytes);
        return m_reader.read(m_directory / "copy", "import.xml", Depth::whole);
    }
    FileContent content_of(const std::filesystem::path& sample, Depth depth) {
        return m_reader.read(samples / sample, sample.filename().string(), depth);
    }

  private:
    const std::filesystem::path samples = std::filesystem::path(OBMEN_SOURCE_DIR) / "samples";
    tests::TemporaryDirectory m_directory;
    ExportContentReader m_reader{config::Settings{}};
};

TEST_F(ContentReaderTest, TellsWhatAFileHolds) {
    for (const Depth depth : {Depth::head, Depth::whole}) {
        const FileContent goods = content_of(std::filesystem::path("shop-2.04/import.xml"), depth);
        EXPECT_EQ(goods.verdict, FileContent::Verdict::whole);
        EXPECT_TRUE(goods.catalogue && goods.classifier && goods.has_halves);
        EXPECT_FALSE(goods.offers || goods.contragents || goods.documents);
        EXPECT_EQ(goods.formed_at, "2026-01-14T21:03:11");
        const FileContent offers = content_of(std::filesystem::path("shop-2.04/offers.xml"), depth);
        EXPECT_TRUE(offers.offers);
        EXPECT_FALSE(offers.catalogue);
        EXPECT_EQ(offers.catalogue_id, goods.catalogue_id);
        EXPECT_FALSE(goods.catalogue_id.empty());
    }
    EXPECT_TRUE(
        content_of(std::filesystem::path("contragents-2.09/contragents.xml"), Depth::whole).contragents);
    EXPECT_TRUE(content_of(std::filesystem::path("everything-2.09/orders.xml"), Depth::whole).documents);
}

TEST_F(ContentReaderTest, KnowsThePicturesHoweverTheyAreWritten) {
    const FileContent content = content_of(
        "<КоммерческаяИнформация ВерсияСхемы=\"2.07\"><Каталог><Ид>G</Ид><Товары>"
        "<Товар><Ид>1</Ид><Картинка>import_files\\AB\\1.JPG</Картинка><Картинка>2.png</Картинка></Товар>"
        "<Товар><Ид>2</Ид><Картинка>2.png</Картинка><Картинка>https://shop.ru/3.png</Картинка></Товар>"
        "</Товары></Каталог></КоммерческаяИнформация>");
    ASSERT_EQ(content.pictures.size(), 2U);
    EXPECT_TRUE(std::ranges::binary_search(content.pictures, *arrival::picture_key("import_files/ab/1.jpg")));
    EXPECT_TRUE(std::ranges::binary_search(content.pictures, *arrival::picture_key("2.png")));
}

TEST_F(ContentReaderTest, AFileIsUnfinishedWhereverItBreaksOff) {
    const std::string text =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!-- 1С -->\n<КоммерческаяИнформация "
        "ВерсияСхемы='2.07' "
        "ДатаФормирования=\"2026-01-15T10:00:00\"><Каталог><Ид>Ж &amp; G</Ид><Товары><Товар><Ид>1</Ид>"
        "<Описание><![CDATA[<b>ё</b>]]></Описание></Товар></Товары></Каталог></КоммерческаяИнформация>";
    const std::u16string wide =
        u"\uFEFF<КоммерческаяИнформация "
        u"ВерсияСхемы='2.07'><Каталог><Ид>Ж</Ид></Каталог></КоммерческаяИнформация>";
    const std::string utf16(reinterpret_cast<const char*>(wide.data()), wide.size() * 2);
    EXPECT_EQ(content_of(text).verdict, FileContent::Verdict::whole);
    for (const std::string& whole : {"\xEF\xBB\xBF" + text, utf16}) {
        EXPECT_EQ(content_of(whole).verdict, FileContent::Verdict::whole);
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const FileContent content = content_of(whole.substr(0, length));
            ASSERT_EQ(content.verdict, FileContent::Verdict::unfinished)
                << length << ": " << content.fault->message.code.text();
        }
    }
    // A file that was given its whole size before it was filled.
    EXPECT_EQ(content_of(text.substr(0, 150) + std::string(400, '\0')).verdict,
              FileContent::Verdict::unfinished);
}

TEST_F(ContentReaderTest, OtherDamageIsDamage) {
    EXPECT_EQ(content_of("<КоммерческаяИнформация><Каталог></КоммерческаяИнформация>").verdict,
              FileContent::Verdict::damaged);
    EXPECT_EQ(content_of("undefined<КоммерческаяИнформация/>").verdict, FileContent::Verdict::damaged);
    EXPECT_EQ(content_of("<html></html>").verdict, FileContent::Verdict::damaged);
}

}  // namespace
}  // namespace obmen::exchange
