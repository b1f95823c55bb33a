#include "exchange/receipt_posting.hpp"

#include <fmt/format.h>

#include <random>
#include <string_view>

#include "support/error.hpp"
#include "support/failpoint.hpp"
#include "support/file.hpp"

namespace obmen::exchange {

namespace {

constexpr unsigned most_names = 9;
constexpr unsigned most_stores = 2;

bool has_code(const Error& error, Code code) {
    return error.finding().message.code == code;
}

std::uint64_t size_of_letter(const std::filesystem::path& file) {
    const std::optional<FileState> state = file_state(file);
    if (!state) {
        throw Error(FailureClass::temporary,
                    Message{"SYS-FILE", {file.string(), "No such file or directory"}});
    }
    return state->size;
}

}  // namespace

std::string nth_receipt_name(const std::string& name, unsigned number) {
    if (number < 2) {
        return name;
    }
    constexpr std::string_view ending = ".receipt.xml";
    const bool usual = name.ends_with(ending);
    const std::size_t stem = usual ? name.size() - ending.size() : name.size();
    return fmt::format("{}.{}{}", name.substr(0, stem), number, name.substr(stem));
}

std::string temporary_receipt_name(const std::string& name) {
    std::random_device chance;
    return fmt::format("{}.{:08x}.tmp", name, chance());
}

ReceiptPosting::Posted ReceiptPosting::post(const Letter& letter, const NoteTemporary& note_temporary) {
    const std::uint64_t size = size_of_letter(letter.file);
    if (!letter.left_behind.empty()) {
        m_endpoint.remove(letter.left_behind);
        if (const auto arrived = name_of_arrived(letter)) {
            return {.name = *arrived};
        }
    }
    const std::string temporary = temporary_receipt_name(letter.name);
    note_temporary(temporary);
    failpoint("receipt.noted");
    const std::optional<Duration> skew = store(temporary, letter, size);
    failpoint("receipt.stored");
    Posted posted{.name = publish(temporary, letter), .skew = skew};
    failpoint("receipt.renamed");
    return posted;
}

/// The name under which an earlier attempt has brought it.
std::optional<std::string> ReceiptPosting::name_of_arrived(const Letter& letter) {
    for (unsigned number = 1; number <= most_names; ++number) {
        const std::string name = nth_receipt_name(letter.name, number);
        if (!m_endpoint.look(name)) {
            return std::nullopt;
        }
        if (has_same_bytes(name, letter)) {
            return name;
        }
    }
    return std::nullopt;
}

bool ReceiptPosting::has_same_bytes(const std::string& name, const Letter& letter) {
    const std::string ours = read_whole_file(letter.file);
    const auto there = m_endpoint.look(name);
    if (!there || there->kind != endpoint::Entry::Kind::file || there->size != ours.size()) {
        return false;
    }
    std::string_view rest = ours;
    bool same = true;
    try {
        m_endpoint.fetch(name, [&](std::string_view block) {
            same = same && rest.starts_with(block);
            rest.remove_prefix(same ? block.size() : 0);
        });
    } catch (const Error& error) {
        if (!has_code(error, Code{"SRC-DENIED"})) {
            throw;
        }
        return true;  // may be written to, not read: name and size must do
    }
    return same && rest.empty();
}

std::optional<Duration> ReceiptPosting::store(const std::string& temporary, const Letter& letter,
                                              std::uint64_t size) {
    std::uint64_t arrived = 0;
    for (unsigned attempt = 0; attempt < most_stores; ++attempt) {
        m_endpoint.store(temporary, letter.file);
        const auto there = m_endpoint.look(temporary);
        const UtcTime now = m_clock.now();
        if (there && there->size == size) {
            return there->modified ? std::optional<Duration>(*there->modified - now) : std::nullopt;
        }
        arrived = there ? there->size : 0;
        m_endpoint.remove(temporary);
    }
    throw Error(FailureClass::temporary,
                Message{"SRC-SIZE", {m_endpoint.shown(), std::to_string(arrived), std::to_string(size)}});
}

std::string ReceiptPosting::publish(const std::string& temporary, const Letter& letter) {
    for (unsigned number = 1;; ++number) {
        const std::string name = nth_receipt_name(letter.name, number);
        try {
            m_endpoint.rename(temporary, name);
            return name;
        } catch (const Error& error) {
            if (!has_code(error, Code{"SRC-EXISTS"}) || number == most_names) {
                throw;
            }
        }
        if (has_same_bytes(name, letter)) {
            m_endpoint.remove(temporary);
            return name;
        }
    }
}

}  // namespace obmen::exchange
