#include <gtest/gtest.h>

#include <ostream>

#include "commerceml/encodings.hpp"
#include "commerceml/reading.hpp"
#include "fuzz/trial.hpp"

// Documents that every XML reader must understand in one way, and documents that it must refuse.
namespace obmen::commerceml {
namespace {

using namespace std::string_literals;

std::string named(std::string_view name) {
    return with_product("<Ид>1</Ид><Наименование>" + std::string{name} + "</Наименование>");
}

struct Valid {
    std::string label;
    std::string bytes;
    std::string name;  ///< of the only product
};

void PrintTo(const Valid& valid, std::ostream* out) {
    *out << valid.label;
}

class WellFormed : public testing::TestWithParam<Valid> {};

TEST_P(WellFormed, IsRead) {
    const Reading reading = read_bytes(GetParam().bytes);
    EXPECT_EQ(reading.code(), "");
    ASSERT_EQ(reading.all<Product>().size(), 1U);
    EXPECT_EQ(reading.only<Product>().id, "1");
    EXPECT_EQ(reading.only<Product>().name.value_or("-"), GetParam().name);
    EXPECT_TRUE(reading.warnings.empty());
    EXPECT_EQ(judges::disagreement(GetParam().bytes, reading), "");
}

const std::string prefixed =
    "<?xml version=\"1.0\"?><cml:КоммерческаяИнформация "
    "xmlns:cml=\"urn:1C.ru:commerceml_2\"><cml:Каталог><cml:Товары>"
    "<cml:Товар><cml:Ид>1</cml:Ид><cml:Наименование>Болт</cml:Наименование></cml:Товар></cml:Товары></"
    "cml:Каталог>"
    "</cml:КоммерческаяИнформация>";

INSTANTIATE_TEST_SUITE_P(
    Documents, WellFormed,
    testing::Values(
        Valid{"v01_bom", "\xEF\xBB\xBF" + named("Болт"), "Болт"},
        Valid{"v02_entities", named("&lt;&amp;&gt;&quot;&apos;&#1041;&#x431;"), "<&>\"'Бб"},
        Valid{"v03_cdata_split", named("<![CDATA[a&b]]>&amp;<![CDATA[<c>]]>"), "a&b&<c>"},
        Valid{"v04_cdata_endtag", named("<![CDATA[</Наименование></Товар>]]>"), "</Наименование></Товар>"},
        Valid{"v05_comment_endtag", named("Бо<!-- </Товар> -->лт"), "Болт"},
        Valid{"v06_pi_endtag", named("Бо<?x </Товар> ?>лт"), "Болт"},
        Valid{"v07_attr_gt",
              with_product("<Ид>1</Ид><Вес y=\"a>b/>\"/><Наименование y='>'>Болт</Наименование>"), "Болт"},
        Valid{"v08_nested_tovar",
              with_product("<Ид>1</Ид><Наименование>Болт</Наименование><Комплектующие><Товар><Ид>2</Ид>"
                           "<Наименование>Гайка</Наименование></Товар></Комплектующие>"),
              "Болт"},
        Valid{"v09_ws_tags", with_product("<Ид \n>1</Ид\t><Наименование  x = '1'\n>Болт</Наименование\r\n>"),
              "Болт"},
        Valid{"v10_comment_in_text", named("Бо<!-- c --> <!-- d -->лт"), "Бо лт"},
        Valid{"v11_ws_only_text", named(" \n"), ""},
        Valid{"v11_ws_between_sections", named("<![CDATA[a]]> <![CDATA[b]]>"), "a b"},
        Valid{"v11_ws_between_comments", named("a<!----> \t<!---->b"), "a \tb"},
        Valid{"v12_crlf_text", named("a\r\nb\rc"), "a\nb\nc"},
        Valid{"v13_crlf_cdata", named("<![CDATA[a\r\nb\rc]]>"), "a\nb\nc"},
        Valid{"v14_charref_cr", named("a&#13;b"), "a\rb"}, Valid{"v16_ns_prefix", prefixed, "Болт"},
        Valid{"v17_utf16le",
              to_utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + named("Болт").substr(39), true),
              "Болт"},
        Valid{"v17_utf16be",
              to_utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + named("Болт №").substr(39), false),
              "Болт №"},
        Valid{"v17_utf16le_astral",
              to_utf16("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + named("😀").substr(39), true), "😀"},
        Valid{"v18_cp1251",
              to_windows1251("<?xml version=\"1.0\" encoding=\"windows-1251\"?>" + named("Пётр").substr(39)),
              "Пётр"},
        Valid{"v19_no_decl", named("Болт").substr(39), "Болт"},
        Valid{"v20_empty_selfclose", with_product("<Ид>1</Ид><Наименование/>"), ""},
        Valid{"v20_empty_pair", named(""), ""}, Valid{"v20_absent", with_product("<Ид>1</Ид>"), "-"},
        Valid{"v21_astral", named("😀&#x1F600;"), "😀😀"},
        Valid{"v22_decl_single_quotes_upper",
              to_windows1251("<?xml version='1.0' encoding='WINDOWS-1251' ?>" + named("Болт").substr(39)),
              "Болт"},
        Valid{"v23_cdata_brackets", named("<![CDATA[a]]]]><![CDATA[>b]]]>]]&gt;"), "a]]>b]]]>"}));

TEST(WellFormedAttributes, AreNormalised) {  // v15_attr_norm
    const Reading reading = read_bytes(with_product(
        "<Ид>1</Ид><БазоваяЕдиница Код='7&#57;6' НаименованиеПолное=\"a\n\tb\">шт</БазоваяЕдиница>"));
    EXPECT_EQ(reading.code(), "");
    ASSERT_TRUE(reading.only<Product>().base_unit);
    EXPECT_EQ(reading.only<Product>().base_unit->code, "796");
    EXPECT_EQ(reading.only<Product>().base_unit->full_name, "a  b");
}

struct Malformed {
    std::string label;
    std::string bytes;
    std::string code;
};

void PrintTo(const Malformed& malformed, std::ostream* out) {
    *out << malformed.label;
}

class IllFormed : public testing::TestWithParam<Malformed> {};

TEST_P(IllFormed, IsRefused) {
    const Reading reading = read_bytes(GetParam().bytes);
    ASSERT_TRUE(reading.fatal);
    EXPECT_EQ(reading.code(), GetParam().code);
    EXPECT_EQ(reading.fatal->severity, Severity::fatal);
    EXPECT_EQ(reading.fatal->file, "file.xml");
    EXPECT_GE(reading.fatal->place.line, 1U);
    EXPECT_GE(reading.fatal->place.column, 1U);
    EXPECT_EQ(judges::disagreement(GetParam().bytes, reading), "");
}

std::string doctype(std::string_view declaration, std::string_view name) {
    const std::string document = named(name);
    return document.substr(0, 39) + std::string{declaration} + document.substr(39);
}

std::string deep() {
    std::string bytes = "<КоммерческаяИнформация><Классификатор><Группы>";
    for (int i = 0; i < 100'000; ++i) {
        bytes += "<Группа><Группы>";
    }
    return bytes;
}

const std::string whole = named("Болт");

INSTANTIATE_TEST_SUITE_P(
    Documents, IllFormed,
    testing::Values(
        Malformed{"m01_billion_laughs",
                  doctype("<!DOCTYPE l [<!ENTITY a \"b\"><!ENTITY b \"&a;&a;\">]>", "&b;"), "XML-DOCTYPE"},
        Malformed{"m02_xxe", doctype("<!DOCTYPE l [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>", "&a;"),
                  "XML-DOCTYPE"},
        Malformed{"m03_doctype_plain", doctype("<!DOCTYPE КоммерческаяИнформация>", "Болт"), "XML-DOCTYPE"},
        Malformed{"m04_undef_entity", named("&nbsp;"), "XML-MALFORMED"},
        Malformed{"m05_bare_amp", named("Болт & гайка"), "XML-MALFORMED"},
        Malformed{"m06_dup_attr", with_product("<Ид a='1' b='2' a='3'>1</Ид>"), "XML-MALFORMED"},
        Malformed{"m07_mismatch", with_product("<Ид>1</ИД>"), "XML-MALFORMED"},
        Malformed{"m08_nul", named("a\0b"s), "XML-CHARACTER"},
        Malformed{"m08_nul_tail", whole + std::string(512, '\0'), "XML-CHARACTER"},
        Malformed{"m09_vt", named("a\vb"), "XML-CHARACTER"},
        Malformed{"m10_charref0", named("&#0;"), "XML-CHARACTER"},
        Malformed{"m11_charref_vt", named("&#xB;"), "XML-CHARACTER"},
        Malformed{"m12_bad_utf8_lone", named("Болт \x80"), "XML-UTF8"},
        Malformed{"m13_overlong", named("\xC1\xAF"), "XML-UTF8"},
        Malformed{"m14_surrogate", named("\xED\xA0\x80"), "XML-UTF8"},
        Malformed{"m15_cdend_in_text", named("a]]>b"), "XML-MALFORMED"},
        Malformed{"m16_lt_in_attr", with_product("<Ид a='<'>1</Ид>"), "XML-MALFORMED"},
        Malformed{"m17_trunc_mid_record", whole.substr(0, whole.find("Болт")), "XML-TRUNCATED"},
        Malformed{"m18_trunc_after_record", whole.substr(0, whole.find("</Товары>")), "XML-TRUNCATED"},
        Malformed{"m19_garbage_after_root", whole + "<html>", "XML-MALFORMED"},
        Malformed{"m20_two_roots", whole + "<КоммерческаяИнформация/>", "XML-MALFORMED"},
        Malformed{"m21_dashes_in_comment", named("<!-- a -- b -->"), "XML-MALFORMED"},
        Malformed{"m22_unquoted_attr", with_product("<Ид a=1>1</Ид>"), "XML-MALFORMED"},
        Malformed{"m23_decl_utf8_is_cp1251_with_utf8_inside",
                  whole.substr(0, 39) + to_windows1251(named("Болт").substr(39)) + "<!-- Пётр -->",
                  "XML-UTF8"},
        Malformed{"m24_fffe", named("\xEF\xBF\xBE"), "XML-CHARACTER"},
        Malformed{"m24_ffff", named("\xEF\xBF\xBF"), "XML-CHARACTER"},
        Malformed{"m25_bad_name", with_product("<1Ид>1</1Ид>"), "XML-MALFORMED"},
        Malformed{"m25_bad_character_in_name", with_product("<Ид×>1</Ид×>"), "XML-MALFORMED"},
        Malformed{"m26_no_space_attrs", with_product("<Ид a='1'b='2'>1</Ид>"), "XML-MALFORMED"},
        Malformed{"m27_undeclared_prefix", with_product("<a:Ид>1</a:Ид>"), "XML-MALFORMED"},
        Malformed{"m27_undeclared_attribute_prefix", with_product("<Ид xsi:nil='true'>1</Ид>"),
                  "XML-MALFORMED"},
        Malformed{"m28_charref_no_semicolon", named("&#65 "), "XML-MALFORMED"},
        Malformed{"m29_extra_end_tag", whole + "</Каталог>", "XML-MALFORMED"},
        Malformed{"m30_empty", "", "XML-EMPTY"}, Malformed{"m30_white_space", " \n", "XML-EMPTY"},
        Malformed{"m31_text_before_root", "undefined" + whole, "XML-MALFORMED"},
        Malformed{
            "m33_cp1251_0x98",
            to_windows1251("<?xml version=\"1.0\" encoding=\"windows-1251\"?><КоммерческаяИнформация>") +
                "<!--\x98-->",
            "XML-BYTE"},
        Malformed{"m34_bad_utf8_between_records", in_root("<Каталог><Товары>\xFF</Товары></Каталог>"),
                  "XML-UTF8"},
        Malformed{"m35_deep_100k", deep(), "XML-LIMIT"},
        Malformed{"m36_text_between_records", in_root("<Каталог><Товары>x</Товары></Каталог>"),
                  "XML-MALFORMED"},
        Malformed{"section_between_records", in_root("<Каталог><![CDATA[ ]]></Каталог>"), "XML-MALFORMED"},
        Malformed{"late_declaration", "\n" + whole, "XML-MALFORMED"},
        Malformed{"declaration_without_version", "<?xml encoding='UTF-8'?>" + whole.substr(39),
                  "XML-MALFORMED"},
        Malformed{"declaration_out_of_order", "<?xml encoding='UTF-8' version='1.0'?>" + whole.substr(39),
                  "XML-MALFORMED"},
        Malformed{"comment_that_ends_with_three_dashes", named("<!-- a --->"), "XML-MALFORMED"},
        Malformed{"instruction_named_xml", named("<?XmL a?>"), "XML-MALFORMED"},
        Malformed{"instruction_without_name", named("<? a?>"), "XML-MALFORMED"},
        Malformed{"attribute_without_value", with_product("<Ид a>1</Ид>"), "XML-MALFORMED"},
        Malformed{"prefix_of_nothing", with_product("<Ид xmlns:a=''>1</Ид>"), "XML-MALFORMED"},
        Malformed{"prefix_out_of_scope", with_product("<b xmlns:a='u'/><a:c/>"), "XML-MALFORMED"},
        Malformed{"two_prefixes_one_attribute", with_product("<b xmlns:a='u' xmlns:c='u' a:d='1' c:d='2'/>"),
                  "XML-MALFORMED"},
        Malformed{"lonely_surrogate_in_utf16",
                  to_utf16("<КоммерческаяИнформация>", true) + "\x00\xD8"s + "a\0"s, "XML-CHARACTER"},
        Malformed{"half_a_unit_in_utf16", to_utf16("<КоммерческаяИнформация/>", true) + "\n", "XML-BYTE"}));

TEST(IllFormedPlace, IsThePlaceInTheFile) {
    const auto place = [](std::string_view bytes) {
        return read_bytes(bytes).fatal.value_or(Finding{.message = {"XML-EMPTY"}}).place;
    };
    EXPECT_EQ(place("<КоммерческаяИнформация>\r\n\r\n  <Каталог/>ж</КоммерческаяИнформация>"),
              (Place{3, 13}));
    EXPECT_EQ(place("<КоммерческаяИнформация>\r\r<Каталог>\v</Каталог></КоммерческаяИнформация>"),
              (Place{3, 10}));
    EXPECT_EQ(place("<КоммерческаяИнформация>\n<Каталог>\n\t\xFF</Каталог></КоммерческаяИнформация>"),
              (Place{3, 2}));
    EXPECT_EQ(place("\xEF\xBB\xBF<a>"), (Place{1, 1}));
    EXPECT_EQ(place(to_utf16("<КоммерческаяИнформация>\nж", true)), (Place{2, 1}));
}

TEST(Truncated, NamesTheInnermostOpenElement) {
    const Reading reading = read_bytes(whole.substr(0, whole.find("Болт")));
    ASSERT_TRUE(reading.fatal);
    EXPECT_EQ(reading.fatal->message.arguments, std::vector<std::string>{"Наименование"});
}

TEST(Encoding, ByteOrderMarkAndUtf8BytesWinOverTheDeclaration) {  // m32_bom_utf8_but_decl_1251
    const std::string declared =
        "<?xml version=\"1.0\" encoding=\"windows-1251\"?>" + named("Болт").substr(39);
    for (const std::string& bytes :
         {"\xEF\xBB\xBF" + declared, "\xEF\xBB\xBF\xEF\xBB\xBF" + declared, declared}) {
        const Reading reading = read_bytes(bytes);
        EXPECT_EQ(reading.code(), "");
        EXPECT_EQ(reading.only<Product>().name, "Болт");
        EXPECT_EQ(reading.facts.encoding, Encoding::utf8);
        EXPECT_EQ(reading.facts.declared_encoding, "windows-1251");
        ASSERT_EQ(reading.warnings.size(), 1U);
        EXPECT_EQ(reading.warnings.front().message,
                  (Message{"XML-ENCODING-DECLARED", {"windows-1251", "UTF-8"}}));
    }
}

TEST(Encoding, Windows1251WithoutOrAgainstADeclarationIsReadWithAWarning) {
    // Some letters side by side happen to be UTF-8 in windows-1251: Щё, Пё, Л№, о»NBSP.
    std::string body = to_windows1251(named("Щётка Пётр и Фёдор ТЛ@ о@@к").substr(39));
    body.replace(body.find("@@"), 2, "\xBB\xA0");
    body.replace(body.find('@'), 1, "\xB9");
    for (const std::string& bytes :
         {body, whole.substr(0, 39) + body, "<?xml version='1.0' encoding='utf8'?>" + body}) {
        const Reading reading = read_bytes(bytes);
        EXPECT_EQ(reading.code(), "");
        EXPECT_EQ(reading.only<Product>().name, "Щётка Пётр и Фёдор ТЛ№ о» к");
        EXPECT_EQ(reading.facts.encoding, Encoding::windows1251);
        ASSERT_EQ(reading.warnings.size(), 1U);
        EXPECT_EQ(reading.warnings.front().message.code, Code{"XML-ENCODING-DECLARED"});
    }
}

TEST(Encoding, DamagedUtf8IsNeverReadAsWindows1251) {
    // ASCII, then a byte that is not UTF-8, then a character that is: far behind, in another block.
    std::string bytes = "<КоммерческаяИнформация>";
    bytes = "<!-- \xFF " + std::string(300'000, 'x') + " -->" + bytes + "</КоммерческаяИнформация>";
    const Reading reading = read_bytes(bytes);
    EXPECT_EQ(reading.code(), "XML-UTF8");
    EXPECT_EQ(reading.fatal->place, (Place{1, 6}));
    EXPECT_EQ(reading.fatal->message.arguments, std::vector<std::string>{"FF"});
    // Single letters of another language, and one byte that is none.
    EXPECT_EQ(read_bytes("<!-- \xFF " + std::string("é à ü ") + "--><a/>").code(), "XML-UTF8");
}

TEST(Encoding, OthersAreRefusedByName) {
    const Reading reading = read_bytes("<?xml version='1.0' encoding='KOI8-R'?><a/>");
    EXPECT_EQ(reading.code(), "XML-ENCODING");
    EXPECT_EQ(reading.fatal->message.arguments, std::vector<std::string>{"KOI8-R"});
    EXPECT_EQ(read_bytes("\xFF\xFE\0\0<\0\0\0"s).code(), "XML-ENCODING");
}

TEST(Encoding, EveryByteOfWindows1251MeansWhatItShould) {
    std::string text;
    for (unsigned byte = 0x80; byte < 0x100; ++byte) {
        if (byte != 0x98) {
            text += static_cast<char>(byte);
        }
    }
    const std::string document = "<?xml version=\"1.0\" encoding=\"windows-1251\"?>" + named("{}").substr(39);
    std::string bytes = to_windows1251(document);
    bytes.replace(bytes.find("{}"), 2, text);
    const Reading reading = read_bytes(bytes);
    EXPECT_EQ(reading.code(), "");
    EXPECT_EQ(reading.only<Product>().name,
              "ЂЃ‚ѓ„…†‡€‰Љ‹ЊЌЋЏђ‘’“”•–—™љ›њќћџ ЎўЈ¤Ґ¦§Ё©Є«¬\xC2\xAD®Ї°±Ііґµ¶·ё№є»јЅѕї"
              "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмнопрстуфхцчшщъыьэюя");
}

TEST(Limits, AreKept) {
    const ReaderLimits limits{.depth = 6, .attributes = 2, .name_bytes = 50, .record_bytes = 400};
    const auto code = [&](std::string_view bytes) { return read_bytes(bytes, limits).code(); };
    EXPECT_EQ(code(with_product("<a><b/></a>")), "");
    EXPECT_EQ(code(with_product("<a><b><c/></b></a>")), "XML-LIMIT");
    EXPECT_EQ(code(with_product("<a b='1' c='2'/>")), "");
    EXPECT_EQ(code(with_product("<a b='1' c='2' d='3'/>")), "XML-LIMIT");
    EXPECT_EQ(code(with_product("<" + std::string(50, 'a') + "/>")), "");
    EXPECT_EQ(code(with_product("<" + std::string(51, 'a') + "/>")), "XML-LIMIT");
    EXPECT_EQ(code(with_product("<a b='" + std::string(50, 'b') + "'/>")), "");
    EXPECT_EQ(code(with_product("<a b='" + std::string(51, 'b') + "'/>")), "XML-LIMIT");
    EXPECT_EQ(code(with_product(std::string(375, 'x'))), "");
    EXPECT_EQ(code(with_product(std::string(376, 'x'))), "XML-LIMIT");
}

TEST(Limits, CountTheElementsOfARecord) {
    const ReaderLimits limits{.record_elements = 3};
    EXPECT_EQ(read_bytes(with_product("<a/><b/>"), limits).code(), "");
    EXPECT_EQ(read_bytes(with_product("<a/><b/><c/>"), limits).code(), "XML-LIMIT");
    EXPECT_EQ(read_bytes(in_root("<Скидки><a/><b/><c/></Скидки>"), limits).code(), "");
}

TEST(Limits, DoNotCountWhatIsSkipped) {
    const ReaderLimits limits{.record_bytes = 1000};
    const std::string much = std::string(500'000, 'x');
    EXPECT_EQ(read_bytes(in_root("<Скидки>" + much + "</Скидки><!--" + much + "-->"), limits).code(), "");
    EXPECT_EQ(read_bytes(with_product(much), limits).code(), "XML-LIMIT");
}

}  // namespace
}  // namespace obmen::commerceml
