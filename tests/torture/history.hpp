#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "harness/sandbox_process.hpp"
#include "torture/truth.hpp"

/// The history check: after any mix of faults, is everything that was promised true? It believes only what
/// the world itself has put down (Truth), what the practice portal has written into its journal, and the
/// bytes in the folders; the ledger is asked for the order of packages alone.
namespace obmen::torture {

/// Where to look.
struct Places {
    const tests::SandboxProcess* portal = nullptr;
    std::filesystem::path state;                           ///< [state] directory
    std::map<std::string, std::filesystem::path> sources;  ///< [[source]] → its folder on this machine
    std::vector<std::filesystem::path> receipts;           ///< folders that receipts come to
    std::vector<std::filesystem::path> written;  ///< further files and folders that obmen writes: logs
};

struct PackageFileSeen {
    std::string name;
    std::string sha256;
    std::uint64_t size = 0;
};

/// A package as the ledger has it.
struct PackageSeen {
    std::int64_t number = 0;
    std::string id;
    std::string state;  ///< ledger::name_of
    bool removals_held = false;
    std::vector<PackageFileSeen> files;
    std::map<std::string, std::string> pictures{};  ///< that came along: name → SHA-256
};

struct ReceiptRow {
    std::string kind;
    std::string id;
    std::string action;
    std::string remote_id;
    std::string remote_kind;
    std::string code;
};

/// A receipt as 1C reads it.
struct ReceiptSeen {
    std::string file;  ///< its name
    std::string package;
    int revision = 0;
    std::string replaces;
    std::string id;
    std::string state;
    bool lists_unchanged = true;
    std::vector<PackageFileSeen> files;
    std::vector<ReceiptRow> objects;
    std::set<std::string> remarks{};                                     ///< codes of its Замечание
    std::map<std::string, std::map<std::string, std::uint64_t>> totals;  ///< Вид → counter → number
};

/// A file in a source or in the spool.
struct FileSeen {
    std::string source;  ///< empty: the spool
    std::string name;    ///< relative to it
    std::string sha256;
};

/// Everything that the check judges by.
struct Evidence {
    nlohmann::json verdict = nlohmann::json::object();
    nlohmann::json journal = nlohmann::json::array();
    std::map<std::string, nlohmann::json> rows;  ///< kind of the portal → its rows
    std::vector<PackageSeen> packages;
    std::vector<ReceiptSeen> receipts;
    std::vector<FileSeen> files;
    /// What could not be read as what it should be, leftovers, secrets that were found: violations as they
    /// are.
    std::vector<std::string> faults;
};

/// Reads everything; obmen should not run meanwhile.
[[nodiscard]] Evidence evidence_of(const Places& places, const Truth& truth);

/// What is not as promised, one sentence each; empty: all is well. Complexity: the journal once, and the
/// objects once per package that names them.
[[nodiscard]] std::vector<std::string> violations(const Truth& truth, const Evidence& evidence);
[[nodiscard]] std::vector<std::string> violations(const Truth& truth, const Places& places);

}  // namespace obmen::torture
