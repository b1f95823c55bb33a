#include <expat.h>
#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "commerceml/reader.hpp"
#include "commerceml/windows1251.hpp"
#include "read_with_sax.hpp"

/// expat, without namespaces (which would cost it 5 %), in its own buffer. Mode `parse`: no handlers; mode
/// `records`: the structs of commerceml/records.hpp.
namespace obmen::bench {
namespace {

constexpr int block = 64 << 10;

struct Free {
    void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};
using Parser = std::unique_ptr<std::remove_pointer_t<XML_Parser>, Free>;

SaxRecords& records_of(void* user) {
    return *static_cast<SaxRecords*>(user);
}

void on_begin(void* user, const XML_Char* name, const XML_Char** attributes) {
    SaxRecords& records = records_of(user);
    records.begin(name);
    for (; *attributes != nullptr; attributes += 2) {
        records.attribute(attributes[0], attributes[1]);
    }
}

void on_end(void* user, const XML_Char* /*name*/) {
    records_of(user).end();
}

void on_text(void* user, const XML_Char* text, int size) {
    records_of(user).text({text, static_cast<std::size_t>(size)});
}

/// expat knows no windows-1251: it asks for a table.
int on_encoding(void* /*user*/, const XML_Char* name, XML_Encoding* encoding) {
    if (std::string_view{name} != "windows-1251") {
        return XML_STATUS_ERROR;
    }
    for (unsigned byte = 0; byte < 256; ++byte) {
        const char source = static_cast<char>(byte);
        std::array<char, 8> utf8{};
        const commerceml::Decoded1251 decoded = commerceml::decode_windows1251({&source, 1}, utf8.data());
        const auto at = [&](std::size_t i) { return static_cast<unsigned char>(utf8.at(i)); };
        int character = at(0);
        if (decoded.written == 2) {
            character = ((at(0) & 0x1F) << 6) | (at(1) & 0x3F);
        } else if (decoded.written == 3) {
            character = ((at(0) & 0x0F) << 12) | ((at(1) & 0x3F) << 6) | (at(2) & 0x3F);
        }
        encoding->map[byte] = decoded.read == 0 ? -1 : character;
    }
    encoding->data = nullptr;
    encoding->convert = nullptr;
    encoding->release = nullptr;
    return XML_STATUS_OK;
}

void parse(const std::string& path, SaxRecords* records) {
    const Parser parser(XML_ParserCreate(nullptr));
    XML_SetUnknownEncodingHandler(parser.get(), on_encoding, nullptr);
    if (records != nullptr) {
        XML_SetUserData(parser.get(), records);
        XML_SetElementHandler(parser.get(), on_begin, on_end);
        XML_SetCharacterDataHandler(parser.get(), on_text);
    }
    commerceml::FileInput input(path);
    for (bool last = false; !last;) {
        void* const buffer = XML_GetBuffer(parser.get(), block);
        const std::size_t size = input.read(static_cast<char*>(buffer), block);
        last = size == 0;
        if (XML_ParseBuffer(parser.get(), static_cast<int>(size), last ? 1 : 0) != XML_STATUS_OK) {
            throw std::runtime_error(XML_ErrorString(XML_GetErrorCode(parser.get())));
        }
    }
}

}  // namespace
}  // namespace obmen::bench

int main(int argc, char** argv) {
    return obmen::bench::read_with_sax("read_with_expat", argc, argv, obmen::bench::parse);
}
