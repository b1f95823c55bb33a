#include "arrival/landing.hpp"
#include "support/failpoint.hpp"

#include <fmt/format.h>

#include <charconv>
#include <system_error>
#include <utility>

#include "support/file.hpp"
#include "support/hash.hpp"

namespace obmen::arrival {

namespace {

std::uint64_t number_in(const std::string& name) {
    std::uint64_t number = 0;
    std::from_chars(name.data(), name.data() + name.size(), number);
    return number;
}

bool is_missing(const Error& error) {
    return error.finding().message.code == Code{"SRC-MISSING"};
}

}  // namespace

bool is_same_file(const endpoint::Entry& left, const endpoint::Entry& right) {
    const bool same_time = !left.modified || !right.modified || *left.modified == *right.modified;
    const bool same_identity =
        left.identity.empty() || right.identity.empty() || left.identity == right.identity;
    return left.kind == right.kind && left.size == right.size && same_time && same_identity;
}

FetchedFile fetch_durably(endpoint::Endpoint& source, const endpoint::Entry& listed,
                          const std::filesystem::path& target) {
    endpoint::Entry before = listed;  // and what the first look adds to it: not every listing tells times
    const auto verdict_now = [&] {
        const std::optional<endpoint::Entry> now = source.look(listed.name);
        if (!now) {
            return FetchedFile::Result::gone;
        }
        const bool same = is_same_file(*now, listed) && is_same_file(*now, before);
        before = *now;
        return same ? FetchedFile::Result::copied : FetchedFile::Result::changed;
    };
    FetchedFile out{.result = verdict_now()};
    if (out.result != FetchedFile::Result::copied) {
        return out;
    }
    DurableFile copy(target);
    Sha256 hash;
    try {
        source.fetch(listed.name, [&](std::string_view bytes) {
            out.size += bytes.size();
            copy.write(bytes);
            hash.add(bytes);
        });
    } catch (const Error& error) {
        if (!is_missing(error)) {
            throw;
        }
        out.result = FetchedFile::Result::gone;
        return out;
    }
    out.result = verdict_now();
    if (out.result == FetchedFile::Result::copied && out.size != listed.size) {
        out.result = FetchedFile::Result::changed;
    }
    // 1C empties its folder whenever it likes: what was read to its end before that is there nowhere else.
    if (out.result == FetchedFile::Result::gone && out.size == listed.size) {
        out.result = FetchedFile::Result::copied;
    }
    if (out.result == FetchedFile::Result::copied) {
        failpoint("source.fetched");
        copy.publish();
        failpoint("source.copied");
        out.sha256 = hash.hex();
    }
    return out;
}

bool concerns_one_file(const Error& error) {
    const Code code = error.finding().message.code;
    return code == Code{"SRC-DENIED"} || code == Code{"SRC-MISSING"} || code == Code{"PKG-NOT-REGULAR"};
}

Landing::Landing(std::filesystem::path directory) : m_directory(std::move(directory)) {
    make_own_directory(m_directory);
    for (const auto& entry : std::filesystem::directory_iterator(m_directory)) {
        m_next = std::max(m_next, number_in(entry.path().filename().string()) + 1);
    }
}

void Landing::sweep(const std::set<std::string>& known) {
    std::set<std::string> unknown;
    for (const auto& entry : std::filesystem::directory_iterator(m_directory)) {
        const std::string name = entry.path().filename().string();
        if (!known.contains(name)) {
            unknown.insert(name);
        }
    }
    for (const std::string& name : unknown) {
        remove(name);
    }
}

std::string Landing::new_name() {
    return fmt::format("{:06}", m_next++);
}

void Landing::remove(const std::string& copy) noexcept {
    if (!copy.empty()) {
        std::error_code ignored;
        std::filesystem::remove(m_directory / copy, ignored);
    }
}

void link_or_copy(const std::filesystem::path& copy, const std::filesystem::path& target) {
    std::error_code error;
    std::filesystem::create_hard_link(copy, target, error);
    if (error) {
        copy_durably(copy, target);
    }
}

}  // namespace obmen::arrival
