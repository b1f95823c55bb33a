#pragma once

#include <cstddef>
#include <initializer_list>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace obmen::bench {

enum class FileEncoding { utf8, windows1251 };

/// Writes indented XML as 1C does: a tab a level, one element a line. Holds one block, whatever the file's
/// size.
class XmlWriter {
  public:
    using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

    /// `out` must outlive the writer. UTF-8 gets a byte order mark.
    XmlWriter(std::ostream& out, FileEncoding encoding, bool crlf);

    void begin(std::string_view element, Attributes attributes = {});
    void end();
    /// An element with text, which is escaped. What windows-1251 does not have, and NBSP, become character
    /// references.
    void text(std::string_view element, std::string_view value, Attributes attributes = {});
    /// The same with ready-made markup inside.
    void raw(std::string_view element, std::string_view markup);
    void empty(std::string_view element, Attributes attributes = {});
    /// Writes out what is held; to be called at the end.
    void flush();

    /// Bytes of the file so far, in its encoding.
    [[nodiscard]] std::size_t size() const { return m_size; }

  private:
    void indent();
    void start_tag(std::string_view element, Attributes attributes);
    void line_ends();

    std::ostream& m_out;
    FileEncoding m_encoding;
    bool m_crlf;
    std::vector<std::string> m_open;
    std::string m_block;    ///< UTF-8, lines end in LF
    std::string m_encoded;  ///< the same, as it is written
    std::size_t m_size = 0;
};

/// `value` as XML text or attribute value.
void append_escaped(std::string& out, std::string_view value);

}  // namespace obmen::bench
