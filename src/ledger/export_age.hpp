#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "ledger/database.hpp"

namespace obmen::ledger {

/// The full export of a catalogue that has been applied, where it is newer than another one.
struct NewerExport {
    std::string package;
    std::string formed_at;  ///< ДатаФормирования as written, the earliest of its files
};

/// Whether a full export of the catalogue that says it was formed at `formed_at` is older than the last one
/// that has been merged: by ДатаФормирования, to the second where both have a time, else to the day. Nothing
/// if either date cannot be read (reference commerceml.md §4: they are not reliable), for the package itself,
/// or if the other one was formed more than a day after it came in: one wrong clock in 1C would have
/// everything refused that comes after it.
/// \param counts whether a file of the other export, by its name, holds the same as this one
[[nodiscard]] std::optional<NewerExport> newer_export(
    Database& database, const std::string& package_id, std::string_view source_system,
    std::string_view catalogue_id, std::string_view formed_at,
    const std::function<bool(const std::string& file)>& counts);

/// Whether `later` is a date that can be read and is not before `earlier`, which can be read as well.
[[nodiscard]] bool is_as_new(std::string_view later, std::string_view earlier);

}  // namespace obmen::ledger
