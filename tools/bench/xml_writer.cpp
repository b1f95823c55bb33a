#include "xml_writer.hpp"

#include <stdexcept>

namespace obmen::bench {

namespace {

constexpr std::size_t block_size = std::size_t{64} << 10U;

struct Reference {
    std::string_view character;
    std::string_view reference;
};

/// Written as references, decimal and hexadecimal, in whatever encoding.
constexpr Reference references[] = {{"\u00A0", "&#160;"}, {"²", "&#178;"}, {"≤", "&#x2264;"}};

const Reference* reference_for(std::string_view text) {
    for (const Reference& reference : references) {
        if (text.starts_with(reference.character)) {
            return &reference;
        }
    }
    return nullptr;
}

/// The windows-1251 byte of a two- or three-byte character, of those that exports are made of.
char windows1251_byte(char32_t character) {
    if (character >= 0x410 && character <= 0x44F) {
        return static_cast<char>(0xC0 + (character - 0x410));
    }
    switch (character) {
        case U'Ё':
            return '\xA8';
        case U'ё':
            return '\xB8';
        case U'«':
            return '\xAB';
        case U'»':
            return '\xBB';
        case U'№':
            return '\xB9';
        case U'–':
            return '\x96';
        case U'—':
            return '\x97';
        default:
            throw std::logic_error("a character that the generator cannot write in windows-1251");
    }
}

void append_windows1251(std::string& out, std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    for (std::size_t i = 0; i < text.size();) {
        if (byte(i) < 0x80) {
            out += text[i++];
        } else if (byte(i) < 0xE0) {
            out += windows1251_byte(static_cast<char32_t>(((byte(i) & 0x1FU) << 6U) | (byte(i + 1) & 0x3FU)));
            i += 2;
        } else {
            out += windows1251_byte(static_cast<char32_t>(
                ((byte(i) & 0x0FU) << 12U) | ((byte(i + 1) & 0x3FU) << 6U) | (byte(i + 2) & 0x3FU)));
            i += 3;
        }
    }
}

void append_with_crlf(std::string& out, std::string_view text) {
    for (const char c : text) {
        if (c == '\n') {
            out += '\r';
        }
        out += c;
    }
}

}  // namespace

void append_escaped(std::string& out, std::string_view value) {
    while (!value.empty()) {
        const std::size_t plain = value.find_first_of("&<>\"\xC2\xE2");
        out += value.substr(0, plain);
        if (plain == std::string_view::npos) {
            return;
        }
        value.remove_prefix(plain);
        if (const Reference* reference = reference_for(value)) {
            out += reference->reference;
            value.remove_prefix(reference->character.size());
            continue;
        }
        switch (value.front()) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            default:
                out += value.front();
        }
        value.remove_prefix(1);
    }
}

XmlWriter::XmlWriter(std::ostream& out, FileEncoding encoding, bool crlf)
    : m_out(out), m_encoding(encoding), m_crlf(crlf) {
    m_block = encoding == FileEncoding::utf8 ? "\xEF\xBB\xBF<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                             : "<?xml version=\"1.0\" encoding=\"windows-1251\"?>\n";
}

void XmlWriter::indent() {
    if (m_block.size() > block_size) {
        flush();
    }
    m_block.append(m_open.size(), '\t');
}

void XmlWriter::start_tag(std::string_view element, Attributes attributes) {
    m_block += '<';
    m_block += element;
    for (const auto& [name, value] : attributes) {
        m_block += ' ';
        m_block += name;
        m_block += "=\"";
        append_escaped(m_block, value);
        m_block += '"';
    }
}

void XmlWriter::begin(std::string_view element, Attributes attributes) {
    indent();
    start_tag(element, attributes);
    m_block += ">\n";
    m_open.emplace_back(element);
}

void XmlWriter::end() {
    const std::string element = std::move(m_open.back());
    m_open.pop_back();
    indent();
    m_block += "</" + element + ">\n";
}

void XmlWriter::text(std::string_view element, std::string_view value, Attributes attributes) {
    indent();
    start_tag(element, attributes);
    m_block += '>';
    append_escaped(m_block, value);
    m_block += "</";
    m_block += element;
    m_block += ">\n";
}

void XmlWriter::raw(std::string_view element, std::string_view markup) {
    indent();
    start_tag(element, {});
    m_block += '>';
    m_block += markup;
    m_block += "</";
    m_block += element;
    m_block += ">\n";
}

void XmlWriter::empty(std::string_view element, Attributes attributes) {
    indent();
    start_tag(element, attributes);
    m_block += "/>\n";
}

void XmlWriter::line_ends() {
    std::string with_crlf;
    with_crlf.reserve(m_block.size() + m_block.size() / 16);
    append_with_crlf(with_crlf, m_block);
    m_block = std::move(with_crlf);
}

void XmlWriter::flush() {
    if (m_crlf) {
        line_ends();
    }
    std::string_view bytes = m_block;
    if (m_encoding == FileEncoding::windows1251) {
        m_encoded.clear();
        append_windows1251(m_encoded, m_block);
        bytes = m_encoded;
    }
    m_out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    m_size += bytes.size();
    m_block.clear();
}

}  // namespace obmen::bench
