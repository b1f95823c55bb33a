#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "endpoint/endpoint.hpp"
#include "support/clock.hpp"

namespace obmen::exchange {

/// A file to be brought to an endpoint.
struct Letter {
    std::string name;  ///< that it is to have there, if it is free
    std::filesystem::path file;
    std::string left_behind{};  ///< temporary name of an attempt that did not end; empty: none
};

/// Brings a file to an endpoint so that nobody ever sees a part of it under its final name: it is stored
/// under a temporary name, its size is compared, and it is renamed to a new name. An attempt may be cut off
/// anywhere; the next one with the same letter goes on from there, and in the end the endpoint has the file
/// once. Only where somebody takes the file away between an attempt and the next it comes twice: rather that
/// than never, since whoever empties the folder may have seen the temporary name only.
class ReceiptPosting {
  public:
    /// Takes the temporary name before anything is stored under it.
    using NoteTemporary = std::function<void(const std::string& name)>;

    /// What is named must outlive the object.
    ReceiptPosting(endpoint::Endpoint& endpoint, Clock& clock) : m_endpoint(endpoint), m_clock(clock) {}

    struct Posted {
        std::string name;  ///< that it has there
        /// The server's clock is so much ahead of ours; nothing where the server does not tell, or the file
        /// was there already.
        std::optional<Duration> skew{};
    };
    /// Throws what the endpoint throws (see endpoint::Endpoint), SRC-SIZE (temporary) when the size is wrong
    /// again and again, SRC-EXISTS (temporary) when all names that it could have are taken by other files.
    Posted post(const Letter& letter, const NoteTemporary& note_temporary);

  private:
    [[nodiscard]] std::optional<std::string> name_of_arrived(const Letter& letter);
    [[nodiscard]] bool has_same_bytes(const std::string& name, const Letter& letter);
    std::optional<Duration> store(const std::string& temporary, const Letter& letter, std::uint64_t size);
    [[nodiscard]] std::string publish(const std::string& temporary, const Letter& letter);

    endpoint::Endpoint& m_endpoint;
    Clock& m_clock;
};

/// `import.20260115-4f2a9.receipt.xml` → `import.20260115-4f2a9.2.receipt.xml`: the `number`th name that a
/// receipt may have at its target.
[[nodiscard]] std::string nth_receipt_name(const std::string& name, unsigned number);

/// What a receipt is called while it is being stored. Not `.xml`, which 1C looks for, and no dot at the
/// beginning: some FTP servers hide such files from listings, others forbid them.
[[nodiscard]] std::string temporary_receipt_name(const std::string& name);

}  // namespace obmen::exchange
