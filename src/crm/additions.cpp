#include "crm/additions.hpp"

#include <charconv>

namespace obmen::crm {

namespace {

// One line for each: `n<count> <element>`, `u<Ид of a property>`. Ids are tidied: they hold no line ends.
constexpr char mark_of_count = 'n';
constexpr char mark_of_use = 'u';
constexpr char end_of_line = '\n';

}  // namespace

void append_count(std::string& additions, std::string_view element, std::uint64_t count) {
    additions += mark_of_count;
    additions += std::to_string(count);
    additions += ' ';
    additions += element;
    additions += end_of_line;
}

void append_property_use(std::string& additions, std::string_view property_id) {
    additions += mark_of_use;
    additions += property_id;
    additions += end_of_line;
}

void read_additions(std::string_view additions, const AdditionSinks& sinks) {
    while (!additions.empty()) {
        const std::string_view line = additions.substr(0, additions.find(end_of_line));
        additions.remove_prefix(std::min(line.size() + 1, additions.size()));
        if (line.starts_with(mark_of_use)) {
            sinks.property_use(line.substr(1));
        } else if (line.starts_with(mark_of_count)) {
            std::uint64_t count = 0;
            const std::size_t space = std::min(line.find(' '), line.size() - 1);
            std::from_chars(line.data() + 1, line.data() + space, count);
            sinks.count(line.substr(space + 1), count);
        }
    }
}

}  // namespace obmen::crm
