#include <gtest/gtest.h>

#include "commerceml/decoder.hpp"
#include "commerceml/reading.hpp"
#include "commerceml/record_splitter.hpp"
#include "commerceml/scan.hpp"

// Nothing may depend on where a block of bytes happens to end, and a file that is cut anywhere is never
// whole.
namespace obmen::commerceml {
namespace {

const std::string whole_sample =
    R"(<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!-- комментарий -- > <Товар> -->)"
    "\r\n"
    R"(<?цель > ? данные ?><КоммерческаяИнформация xmlns="urn:1C.ru:commerceml_2" xmlns:a = 'u' ВерсияСхемы="2.07">
  <Классификатор><Ид>c</Ид><Владелец><Ид>o</Ид></Владелец><Группы><Группа><Ид>g</Ид><Наименование>Г &amp; Г</Наименование>
  <Группы><Группа><Ид>h</Ид></Группа></Группы></Группа></Группы></Классификатор>
  <Каталог СодержитТолькоИзменения = "false"
    ><Ид>k</Ид><Товары><Товар a:b='&lt;&#x1F600;&#65;' c="]]>"><Ид>1</Ид ><Наименование>Бо]лт]]<![CDATA[<&]]]]>&gt;<!-- - --><?x ?>😀</Наименование>
  <a:Неизвестное/><Картинка/></Товар>)"
    "\r\n\r"
    R"( <Товар><Ид>2</Ид></Товар></Товары><Прочее>&quot;&apos;<b/></Прочее></Каталог>
</КоммерческаяИнформация><!-- конец --><?x?>)";

std::string mended_sample() {
    std::string text = whole_sample;
    text.replace(text.find("-- >"), 4, "- ->");
    return text;
}

/// An element with everything in it, in words.
std::string story_of(Element element) {
    std::string story = " [" + std::string{element.prefix()} + '|' + std::string{element.name()} + ' ' +
                        element.attribute("c").value_or("") + element.attribute("a:b").value_or("") + ' ' +
                        element.text();
    for (const Element child : element.children()) {
        story += story_of(child);
    }
    return story + ']';
}

/// Everything a splitter says, in words.
std::string story_of(Input& input, std::size_t block) {
    std::string story;
    RecordSplitter splitter(input, "f", {}, block);
    try {
        for (Piece piece = splitter.next(); piece.kind != Piece::Kind::finished; piece = splitter.next()) {
            story += std::to_string(static_cast<int>(piece.kind)) + ' ' +
                     std::to_string(static_cast<int>(piece.frame)) + ' ' + std::string{piece.name} + ' ' +
                     std::to_string(piece.place.line) + ':' + std::to_string(piece.place.column) + ' ' +
                     std::string{piece.text} + (piece.element ? story_of(piece.element) : "") + '\n';
        }
        story += "whole";
    } catch (const Error& error) {
        const Finding& finding = error.finding();
        story += std::string{finding.message.code.text()} + ' ' + std::to_string(finding.place.line) + ':' +
                 std::to_string(finding.place.column);
        for (const std::string& argument : finding.message.arguments) {
            story += ' ' + argument;
        }
    }
    return story;
}

std::string story_of(std::string_view bytes, std::size_t block = RecordSplitter::usual_block) {
    MemoryInput input(bytes);
    return story_of(input, block);
}

TEST(Boundaries, OfBlocksDoNotMatter) {
    const std::string text = mended_sample();
    const std::string story = story_of(text);
    ASSERT_TRUE(story.ends_with("whole")) << story;
    for (std::size_t block = Decoder::smallest_room; block < Decoder::smallest_room + 300; ++block) {
        ASSERT_EQ(story_of(text, block), story) << block;
    }
}

TEST(Boundaries, OfBlocksDoNotMatterToShortFiles) {
    const std::string text = with_product("<Ид>1</Ид><Наименование>Болт</Наименование>");
    const std::string story = story_of(text);
    ASSERT_TRUE(story.ends_with("whole")) << story;
    for (std::size_t block = Decoder::smallest_room; block < Decoder::smallest_room + 100; ++block) {
        ASSERT_EQ(story_of(text, block), story) << block;
    }
}

TEST(Boundaries, OfReadsDoNotMatter) {
    const std::string text = mended_sample();
    const Reading whole = read_bytes(text);
    ASSERT_EQ(whole.code(), "");
    for (const std::size_t drop : {1U, 2U, 3U, 7U}) {
        DripInput input(text, drop);
        const Reading dripped = read_input(input);
        EXPECT_EQ(dripped.code(), "");
        ASSERT_EQ(dripped.records.size(), whole.records.size());
        for (std::size_t i = 0; i < whole.records.size(); ++i) {
            EXPECT_EQ(dripped.records[i].place, whole.records[i].place);
            EXPECT_EQ(dripped.records[i].raw_hash, whole.records[i].raw_hash);
            EXPECT_EQ(dripped.records[i].record.index(), whole.records[i].record.index());
        }
        DripInput again(text, drop);
        EXPECT_EQ(story_of(again, Decoder::smallest_room), story_of(text));
    }
}

TEST(Boundaries, OfBlocksDoNotMatterToFaults) {
    const std::string text = mended_sample();
    for (const std::string_view fault : {"\xFF", "\v", "\xEF\xBF\xBE", "&", "<", "]]>", "\xD0", "</x>"}) {
        for (std::size_t at = 0; at < text.size(); at += 5) {
            std::string bytes = text;
            bytes.insert(at, fault);
            const std::string story = story_of(bytes);
            for (const std::size_t block : {64U, 71U, 100U}) {
                ASSERT_EQ(story_of(bytes, block), story) << at << ' ' << fault;
            }
        }
    }
}

TEST(Truncation, IsNeverTakenForTheEnd) {
    const std::string text = mended_sample();
    const std::size_t root_end = text.find("<!-- конец");
    for (std::size_t length = 0; length < text.size(); ++length) {
        const Reading reading = read_bytes(std::string_view{text}.substr(0, length));
        // Between the root and what follows it, the file is whole.
        const bool whole = length == root_end || length == text.find("<?x?>");
        EXPECT_EQ(reading.fatal.has_value(), !whole) << length;
        if (reading.fatal && length > 0 && length < root_end) {
            EXPECT_EQ(reading.code(), "XML-TRUNCATED") << length;
        }
    }
}

TEST(Truncation, InsideTrailingWhiteSpaceIsHarmless) {
    const std::string text = mended_sample() + "\r\n \t\n";
    for (std::size_t length = text.size() - 5; length <= text.size(); ++length) {
        EXPECT_EQ(read_bytes(std::string_view{text}.substr(0, length)).code(), "") << length;
    }
}

TEST(PlaceCounter, CountsLineEndsWhereverTextsAreCut) {
    const std::string text = "ab\r\nж\rc\n\r\n\n\rё😀x\r";
    Place expected{1, 1};
    for (std::size_t length = 0; length <= text.size(); ++length) {
        for (std::size_t cut = 0; cut <= length; ++cut) {
            PlaceCounter counter;
            counter.pass(std::string_view{text}.substr(0, cut));
            counter.pass(std::string_view{text}.substr(cut, length - cut));
            EXPECT_EQ(counter.place(), expected) << length << ' ' << cut;
        }
        if (length < text.size()) {
            const char byte = text[length];
            const bool pair = byte == '\n' && length > 0 && text[length - 1] == '\r';
            if (byte == '\r' || byte == '\n') {
                expected = {expected.line + (pair ? 0U : 1U), 1};
            } else if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U) {
                ++expected.column;
            }
        }
    }
}

TEST(Scan, CountsAndFindsAtEveryOffset) {
    for (std::size_t length = 0; length < 100; ++length) {
        std::string text(length, 'a');
        EXPECT_EQ(find_suspect(text, 0), length);
        EXPECT_EQ(count_characters(text), length);
        EXPECT_EQ(count_line_ends(text, false), 0U);
        for (std::size_t at = 0; at < length; ++at) {
            for (const char suspect : {'\x01', '\x1F', '\xEF', '\0'}) {
                text[at] = suspect;
                EXPECT_EQ(find_suspect(text, 0), at);
            }
            text[at] = '\x80';
            EXPECT_EQ(count_characters(text), length - 1);
            text[at] = '\n';
            EXPECT_EQ(count_line_ends(text, false), 1U);
            EXPECT_EQ(count_line_ends(text, true), at == 0 ? 0U : 1U);
            text[at] = '<';
            const std::string padded = text + std::string(scan_padding, '\0');
            EXPECT_EQ(find_text_end(padded.data()), padded.data() + at);
            EXPECT_EQ(find_or_end(padded.data(), '<'), padded.data() + at);
            EXPECT_EQ(find_or_end(padded.data(), '>'), padded.data() + length);
            text[at] = 'a';
        }
    }
    EXPECT_EQ(count_line_ends(std::string(1000, '\n'), false), 1000U);
    std::string pairs;
    for (int i = 0; i < 5000; ++i) {
        pairs += "\r\n";
    }
    EXPECT_EQ(count_line_ends(pairs, false), 5000U);
    EXPECT_EQ(count_characters(std::string(10'000, 'x')), 10'000U);
}

}  // namespace
}  // namespace obmen::commerceml
