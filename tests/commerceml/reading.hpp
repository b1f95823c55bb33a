#pragma once

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "commerceml/reader.hpp"
#include "support/error.hpp"

namespace obmen::commerceml {

/// Gives a few bytes at a time, like a slow disk.
class DripInput : public Input {
  public:
    DripInput(std::string_view bytes, std::size_t drop) : m_bytes(bytes), m_drop(drop) {}
    std::size_t read(char* buffer, std::size_t size) override {
        const std::size_t count = std::min({size, m_drop, m_bytes.size() - m_at});
        if (count > 0) {
            std::memcpy(buffer, m_bytes.data() + m_at, count);
        }
        m_at += count;
        return count;
    }
    void rewind() override { m_at = 0; }

  private:
    std::string_view m_bytes;
    std::size_t m_drop;
    std::size_t m_at = 0;
};

/// All that reading a file gives.
struct Reading {
    std::vector<LocatedRecord> records{};
    std::vector<Finding> warnings{};
    std::optional<Finding> fatal{};
    FileFacts facts{};
    FileKind kind{};

    [[nodiscard]] std::string code() const {
        return fatal ? std::string{fatal->message.code.text()} : std::string{};
    }

    template <typename Kind>
    [[nodiscard]] std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const LocatedRecord& record : records) {
            if (const auto* kind_found = std::get_if<Kind>(&record.record)) {
                found.push_back(*kind_found);
            }
        }
        return found;
    }

    /// The only record of that kind; a default one where there is not exactly one.
    template <typename Kind>
    [[nodiscard]] Kind only() const {
        std::vector<Kind> found = all<Kind>();
        return found.size() == 1 ? found.front() : Kind{};
    }
};

inline Reading read_input(Input& input, const ReaderLimits& limits = {}) {
    Reading reading;
    const FindingSink sink = [&](Finding finding) { reading.warnings.push_back(std::move(finding)); };
    RecordReader reader(input, "file.xml", sink, limits);
    try {
        while (std::optional<LocatedRecord> record = reader.next()) {
            reading.records.push_back(std::move(*record));
        }
    } catch (const Error& error) {
        reading.fatal = error.finding();
    }
    reading.facts = reader.facts();
    reading.kind = reader.kind();
    return reading;
}

inline Reading read_bytes(std::string_view bytes, const ReaderLimits& limits = {}) {
    MemoryInput input(bytes);
    return read_input(input, limits);
}

inline std::string in_root(std::string_view inside) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<КоммерческаяИнформация ВерсияСхемы=\"2.07\">" +
           std::string{inside} + "</КоммерческаяИнформация>";
}

/// A file with one Товар.
inline std::string with_product(std::string_view inside) {
    return in_root("<Каталог><Ид>k</Ид><Товары><Товар>" + std::string{inside} +
                   "</Товар></Товары></Каталог>");
}

/// A file with one Предложение.
inline std::string with_offer(std::string_view inside) {
    return in_root("<ПакетПредложений><Ид>k#</Ид><Предложения><Предложение>" + std::string{inside} +
                   "</Предложение></Предложения></ПакетПредложений>");
}

}  // namespace obmen::commerceml
