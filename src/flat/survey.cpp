#include "flat/survey.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "commerceml/foreign_formats.hpp"
#include "flat/known_names.hpp"
#include "flat/row_splitter.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace obmen::flat {

namespace {

constexpr std::size_t most_rows = 1000;
constexpr std::size_t most_kinds = 50;
constexpr std::size_t most_columns = 300;
constexpr std::size_t most_values = 3000;                  ///< of one row
constexpr std::size_t most_bytes = std::size_t{4} << 20U;  ///< a larger element is no row, but holds rows
constexpr std::size_t most_readings = 20;

bool is_direct(std::string_view source) {
    return source.find('/') == std::string_view::npos;
}

/// The file read once, with what is known to be no row but to hold rows.
class Reading {
  public:
    Reading(commerceml::Input& input, const std::string& file_name, const commerceml::ReaderLimits& limits,
            const std::set<std::string>& containers)
        : m_splitter(input, file_name, small(limits), most_values), m_containers(containers) {}

    /// The element that is too large for a row, if one is met; it ends the reading.
    std::string run() {
        m_splitter.read_root();
        refuse_known_formats();
        RowSplitter::CutRow cut;
        try {
            while (m_splitter.next([this](std::string_view path) { return decide(path); }, cut)) {
                take(cut);
            }
        } catch (const Error& error) {
            const bool limit = error.finding().message.code == Code{"XML-LIMIT"};
            if (!limit || m_splitter.path().empty() || m_containers.contains(m_splitter.path())) {
                throw;
            }
            return m_splitter.path();
        }
        return {};
    }

    [[nodiscard]] Survey result() {
        Survey survey{m_splitter.root_name(), {}};
        for (const std::string& path : m_order) {
            survey.kinds.push_back(std::move(m_kinds.at(path)));
        }
        return survey;
    }

    [[noreturn]] void fail(Message message) const {
        m_splitter.fail(std::move(message), m_splitter.root_place());
    }

  private:
    static commerceml::ReaderLimits small(commerceml::ReaderLimits limits) {
        limits.record_bytes = std::min(limits.record_bytes, most_bytes);
        return limits;
    }

    void refuse_known_formats() const {
        if (m_splitter.root_name() == commerceml::root_name) {
            fail({"FLAT-COMMERCEML"});
        }
        if (auto foreign = commerceml::foreign_format(m_splitter.root_name(), m_splitter.root_tag())) {
            fail(std::move(*foreign));
        }
    }

    RowSplitter::Step decide(std::string_view path) {
        const std::string known(path);
        if (m_containers.contains(known)) {
            return RowSplitter::Step::follow;
        }
        const auto kind = m_kinds.find(known);
        if (kind == m_kinds.end()) {
            if (m_kinds.size() == most_kinds) {
                return RowSplitter::Step::skip;
            }
            m_order.push_back(known);
            m_kinds[known] = {.path = known, .rows = 1};
            return RowSplitter::Step::row;
        }
        ++kind->second.rows;
        return kind->second.read < most_rows ? RowSplitter::Step::row : RowSplitter::Step::skip;
    }

    void take(const RowSplitter::CutRow& cut) {
        RowKind& kind = m_kinds.at(cut.path);
        ++kind.read;
        std::set<std::string_view> seen;
        for (const Row::Value& value : cut.row.values) {
            if (!seen.insert(value.source).second) {
                continue;  // the first one counts
            }
            auto column = std::ranges::find(kind.columns, value.source, &Column::source);
            if (column == kind.columns.end()) {
                if (kind.columns.size() == most_columns) {
                    continue;
                }
                column = kind.columns.insert(kind.columns.end(), Column{.source = value.source});
            }
            column->take(value.text);
        }
    }

    RowSplitter m_splitter;
    const std::set<std::string>& m_containers;
    std::map<std::string, RowKind> m_kinds;
    std::vector<std::string> m_order;
};

std::string_view last_of(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

/// Группа around Товар: rows inside an element that says something itself. A mere reference to goods (Товар
/// with its code) has no more than one thing to say.
bool is_group_of_goods(const RowKind& kind) {
    if (kind_named(compact_name(last_of(kind.path))) != RecordKind::group) {
        return false;
    }
    std::map<std::string_view, std::size_t> said;
    for (const Column& column : kind.columns) {
        const std::string_view source = column.source;
        const std::string_view inner = source.substr(0, source.find('/'));
        if (column.filled > 0 && inner.size() != source.size() && names_goods(compact_name(inner))) {
            ++said[inner];
        }
    }
    return std::ranges::any_of(said, [](const auto& element) { return element.second > 1; });
}

/// Holds elements, and says nothing itself but perhaps in attributes.
bool is_container(const RowKind& kind) {
    const auto says = [](const Column& column) { return is_direct(column.source) && column.filled > 0; };
    const auto is_attribute = [](const Column& column) { return column.source.starts_with('@'); };
    const bool nested = std::ranges::any_of(kind.columns, [](const Column& column) {
        return column.source.find('/') != std::string::npos && column.filled > 0;
    });
    return nested && std::ranges::none_of(kind.columns, [&](const Column& column) {
               return says(column) && (!is_attribute(column) || kind.rows > 1);
           });
}

}  // namespace

const Column* RowKind::find(std::string_view source) const {
    const auto found = std::ranges::find(columns, source, &Column::source);
    return found == columns.end() ? nullptr : &*found;
}

Survey survey(commerceml::Input& input, const std::string& file_name,
              const commerceml::ReaderLimits& limits) {
    std::set<std::string> containers;
    for (std::size_t attempt = 1;; ++attempt) {
        Reading reading(input, file_name, limits, containers);
        const std::string too_large = reading.run();
        std::size_t found = containers.size();
        Survey result = reading.result();
        if (!too_large.empty()) {
            containers.insert(too_large);
        } else {
            for (const RowKind& kind : result.kinds) {
                if (is_container(kind) || is_group_of_goods(kind)) {
                    containers.insert(kind.path);
                }
            }
        }
        if (containers.size() == found || attempt == most_readings) {
            std::erase_if(result.kinds, [](const RowKind& kind) { return kind.columns.empty(); });
            if (result.kinds.empty()) {
                reading.fail(Message{"FLAT-NOTHING-FOUND", {quotable(result.root, 80)}});
            }
            return result;
        }
        input.rewind();
    }
}

}  // namespace obmen::flat
