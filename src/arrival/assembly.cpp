#include "arrival/assembly.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <numeric>
#include <set>

#include "arrival/names.hpp"
#include "support/text.hpp"

namespace obmen::arrival {

namespace {

/// Files of one run are formed within this many seconds.
constexpr std::int64_t longest_run = 30 * 60;

/// First words of the names that 1C and the Bitrix module give (reference commerceml.md §3).
constexpr auto export_words =
    std::to_array<std::string_view>({"import", "offers", "prices", "rests", "goods", "groups", "properties",
                                     "propertiesgoods", "propertiesoffers", "pricelists", "storages", "units",
                                     "references", "contragents", "documents", "orders", "classifier"});

bool is_export_word(std::string_view word) {
    return std::ranges::find(export_words, word) != export_words.end();
}

bool is_number(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view folder_of(std::string_view name) {
    const std::size_t slash = name.rfind('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

std::string_view base_of(std::string_view name) {
    return name.substr(name.rfind('/') + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t at = text.find(separator);
        parts.emplace_back(text.substr(0, at));
        if (at == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(at + 1);
    }
}

std::string catalogue_key(const std::string& id) {
    std::string key = folded(trimmed(id));
    if (key.ends_with('#')) {
        key.pop_back();
    }
    return key;
}

bool is_of_goods(const FileContent& content) {
    return content.catalogue || content.offers || content.classifier;
}

bool has_both_halves(const FileContent& content) {
    return content.catalogue && content.offers;
}

bool within_one_run(const std::string& one, const std::string& other) {
    const std::optional<std::int64_t> first = formed_seconds(one);
    const std::optional<std::int64_t> second = formed_seconds(other);
    return !first || !second || std::llabs(*first - *second) <= longest_run;
}

/// Files of one package while it is put together.
struct Group {
    std::string set_key{};  ///< empty: its files belong together by what they hold
    std::string folder{};
    std::string catalogue{};
    std::string formed_at{};        ///< of its first file
    std::set<std::string> roles{};  ///< that are taken
    bool open = true;               ///< may other files join it by what they hold?
    FileGroup files{};
};

/// What only one file of a group without a numbered set may be.
std::string role_of(const SetName& name, const FileContent& content) {
    return std::to_string(dependency_rank(content)) + (is_export_word(name.word) ? name.word : "");
}

class Assembler {
  public:
    explicit Assembler(const std::vector<AssemblyFile>& files) : m_files(files) {}

    std::vector<FileGroup> run() {
        // The oldest first: it must not be a later file that takes the place of its kind.
        std::vector<std::size_t> order(m_files.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::sort(order, [&](std::size_t left, std::size_t right) {
            const std::optional<std::int64_t> one = formed_seconds(m_files[left].content->formed_at);
            const std::optional<std::int64_t> other = formed_seconds(m_files[right].content->formed_at);
            return one != other ? one < other : natural_less(m_files[left].shown, m_files[right].shown);
        });
        for (const std::size_t index : order) {
            place(index);
        }
        std::vector<FileGroup> out;
        for (Group& group : m_groups) {
            std::ranges::sort(group.files, [&](std::size_t left, std::size_t right) {
                return natural_less(m_files[left].shown, m_files[right].shown);
            });
            out.push_back(std::move(group.files));
        }
        return out;
    }

  private:
    void place(std::size_t index) {
        const AssemblyFile& file = m_files[index];
        const FileContent& content = *file.content;
        const SetName name = set_name_of(file.shown);
        const bool alone = file.is_archive || content.verdict != FileContent::Verdict::whole ||
                           !content.has_halves || (name.number.empty() && !is_of_goods(content));
        if (alone) {
            m_groups.push_back({.open = false, .files = {index}});
            return;
        }
        Group* group = name.is_exact ? by_name(name, content) : nullptr;
        if (group == nullptr) {
            group = by_content(name, content);
        }
        if (group == nullptr) {
            group = &m_groups.emplace_back();
            group->folder = folder_of(file.shown);
            group->formed_at = content.formed_at;
        }
        if (group->set_key.empty()) {
            group->set_key = name.key();
        }
        if (group->catalogue.empty()) {
            group->catalogue = catalogue_key(content.catalogue_id);
        }
        group->roles.insert(role_of(name, content));
        group->files.push_back(index);
        group->open = group->open && !has_both_halves(content);
    }

    Group* by_name(const SetName& name, const FileContent& content) {
        const auto found = std::ranges::find_if(m_groups, [&](const Group& group) {
            return group.set_key == name.key() && within_one_run(group.formed_at, content.formed_at);
        });
        return found == m_groups.end() ? nullptr : &*found;
    }

    Group* by_content(const SetName& name, const FileContent& content) {
        const std::string catalogue = catalogue_key(content.catalogue_id);
        if (catalogue.empty() || !name.number.empty() || has_both_halves(content)) {
            return nullptr;
        }
        // The newest of its catalogue or none: what joined an older one would carry it behind the newer one.
        const auto newest = std::find_if(m_groups.rbegin(), m_groups.rend(), [&](const Group& group) {
            return group.catalogue == catalogue && group.folder == name.folder;
        });
        const bool joins = newest != m_groups.rend() && newest->open &&
                           !newest->roles.contains(role_of(name, content)) &&
                           within_one_run(newest->formed_at, content.formed_at);
        return joins ? &*newest : nullptr;
    }

    const std::vector<AssemblyFile>& m_files;
    std::vector<Group> m_groups;
};

/// GroupFacts, as they are compared.
struct Order {
    const GroupFacts* facts = nullptr;
    std::optional<std::int64_t> formed;
    std::string catalogue;
};

bool goes_before(const Order& left, const Order& right) {
    if (left.facts->rank != right.facts->rank) {
        return left.facts->rank < right.facts->rank;
    }
    return left.formed != right.formed ? left.formed < right.formed
                                       : natural_less(left.facts->name, right.facts->name);
}

Order order_of(const GroupFacts& facts) {
    return {&facts, formed_seconds(facts.formed_at), catalogue_key(facts.catalogue_id)};
}

/// \see must_follow(), of one catalogue
bool would_be_undone(const Order& later, const Order& earlier) {
    return later.formed && earlier.formed && *earlier.formed < *later.formed &&
           ((later.facts->offers && earlier.facts->offers) ||
            (later.facts->catalogue && earlier.facts->catalogue));
}

}  // namespace

std::string SetName::key() const {
    return is_exact ? folder + (is_packet ? "\n#" : "\n") + number : std::string{};
}

SetName set_name_of(std::string_view shown) {
    SetName name;
    const std::string_view folder = folder_of(shown);
    const std::string base = folded(base_of(shown));
    const std::string stem = base.substr(0, base.rfind('.'));
    name.folder = folder;
    const std::size_t letters = static_cast<std::size_t>(
        std::ranges::find_if_not(stem, [](char c) { return c >= 'a' && c <= 'z'; }) - stem.begin());
    name.word = stem.substr(0, letters);
    if (!is_export_word(name.word)) {
        name.word.clear();
        return name;
    }
    const std::string_view packet = base_of(folder);
    const std::string kind = folded(base_of(folder_of(folder)));
    if (is_number(packet) && is_export_word(kind)) {  // goods/1/import.xml
        name.number = packet;
        name.folder = folder_of(folder_of(folder));
        name.is_packet = name.is_exact = true;
        return name;
    }
    const std::vector<std::string> parts = split(stem, '_');
    if (parts.size() >= 3 && parts[0] == folded(packet) && is_number(parts[1]) && is_number(parts[2])) {
        name.number = parts[1];  // goods/goods_1_5_GUID.xml
        name.folder = folder_of(folder);
        name.is_packet = name.is_exact = true;
        return name;
    }
    const std::vector<std::string> numbers = split(std::string_view(stem).substr(letters), '_');
    if (stem.size() == letters) {
        name.is_exact = true;  // import.xml
    } else if (is_number(numbers[0]) &&
               (numbers.size() == 1 || (numbers.size() == 2 && is_number(numbers[1])))) {
        name.number = numbers[0];  // import1.xml, import0_1.xml
        name.is_exact = true;
    }
    return name;
}

std::vector<FileGroup> grouped(const std::vector<AssemblyFile>& files) {
    return Assembler(files).run();
}

void GroupFacts::add(const FileContent& content) {
    rank = std::min(rank, dependency_rank(content));
    catalogue = catalogue || content.catalogue;
    offers = offers || content.offers;
    if (formed_seconds(content.formed_at) > formed_seconds(formed_at)) {
        formed_at = content.formed_at;
    }
    if (catalogue_id.empty()) {
        catalogue_id = content.catalogue_id;
    }
}

bool must_follow(const GroupFacts& later, const GroupFacts& earlier) {
    const Order one = order_of(later);
    const Order other = order_of(earlier);
    return !one.catalogue.empty() && one.catalogue == other.catalogue && would_be_undone(one, other);
}

std::vector<std::size_t> in_taking_order(const std::vector<GroupFacts>& packages) {
    std::vector<Order> keys;
    for (const GroupFacts& facts : packages) {
        keys.push_back(order_of(facts));
    }
    std::vector<std::size_t> sorted(packages.size());
    std::iota(sorted.begin(), sorted.end(), std::size_t{0});
    std::ranges::stable_sort(
        sorted, [&](std::size_t one, std::size_t other) { return goes_before(keys[one], keys[other]); });
    // Only packages of one catalogue can undo each other.
    std::map<std::string, std::vector<std::size_t>> alike;
    for (const std::size_t index : sorted) {
        alike[keys[index].catalogue].push_back(index);
    }
    std::vector<std::size_t> order;
    std::vector<bool> taken(packages.size(), false);
    const auto take = [&](const auto& self, std::size_t index) -> void {
        if (taken[index]) {
            return;
        }
        taken[index] = true;
        if (!keys[index].catalogue.empty()) {
            for (const std::size_t other : alike[keys[index].catalogue]) {
                if (!taken[other] && would_be_undone(keys[index], keys[other])) {
                    self(self, other);
                }
            }
        }
        order.push_back(index);
    };
    for (const std::size_t index : sorted) {
        take(take, index);
    }
    return order;
}

std::optional<std::int64_t> formed_seconds(std::string_view formed_at) {
    std::array<int, 6> parts{};
    std::size_t count = 0;
    std::string_view rest = trimmed(formed_at);
    while (count < parts.size() && !rest.empty()) {
        const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), parts[count]);
        if (read.ec != std::errc{}) {
            break;
        }
        rest.remove_prefix(static_cast<std::size_t>(read.ptr - rest.data()));
        ++count;
        if (!rest.empty()) {
            rest.remove_prefix(1);
        }
    }
    // What a month or a minute cannot be is not to be counted with: the numbers may be of any size.
    constexpr std::array<int, 6> most{9999, 12, 31, 24, 60, 60};
    const bool in_bounds =
        std::ranges::equal(parts, most, [](int value, int limit) { return value >= 0 && value <= limit; });
    const std::chrono::year_month_day date{std::chrono::year(parts[0]),
                                           std::chrono::month(static_cast<unsigned>(parts[1])),
                                           std::chrono::day(static_cast<unsigned>(parts[2]))};
    if (count < 3 || !in_bounds || !date.ok()) {
        return std::nullopt;
    }
    constexpr std::int64_t day = 86'400;
    return std::chrono::sys_days(date).time_since_epoch().count() * day + std::int64_t{parts[3]} * 3600 +
           parts[4] * 60 + parts[5];
}

}  // namespace obmen::arrival
