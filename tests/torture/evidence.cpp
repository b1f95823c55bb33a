#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <system_error>

#include "arrival/pictures.hpp"
#include "harness/temporary_directory.hpp"
#include "ledger/packages.hpp"
#include "ledger/pending.hpp"
#include "ledger/receipt_deliveries.hpp"
#include "receipt/receipt_schema.hpp"
#include "support/hash.hpp"
#include "torture/history.hpp"

namespace obmen::torture {

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    if (fs::is_regular_file(folder, error)) {
        return {folder};
    }
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (at->is_regular_file() && !at->is_symlink()) {
            files.push_back(at->path());
        }
    }
    std::ranges::sort(files);
    return files;
}

std::string base64(std::string_view bytes) {
    static constexpr std::string_view digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at + 3 <= bytes.size(); at += 3) {  // a rest of one or two bytes is left out
        const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
        const unsigned three = (byte(0) << 16U) | (byte(1) << 8U) | byte(2);
        for (const unsigned shift : {18U, 12U, 6U, 0U}) {
            text += digits[(three >> shift) & 63U];
        }
    }
    return text;
}

void look_for_secrets(const fs::path& file, const std::string& bytes, const Truth& truth,
                      Evidence& evidence) {
    for (const std::string& secret : truth.secrets) {
        const std::string encoded = base64(secret);
        if (bytes.find(secret) != std::string::npos ||
            (encoded.size() >= 8 && bytes.find(encoded) != std::string::npos) ||
            file.filename().string().find(secret) != std::string::npos) {
            evidence.faults.push_back(file.string() + " holds a secret");
        }
    }
}

PackageFileSeen file_of(const pugi::xml_node& node) {
    return {.name = node.attribute("Имя").value(),
            .sha256 = node.attribute("SHA256").value(),
            .size = node.attribute("Размер").as_ullong()};
}

ReceiptRow row_of_receipt(const pugi::xml_node& node) {
    return {.kind = node.attribute("Вид").value(),
            .id = node.attribute("Ид").value(),
            .action = node.attribute("Действие").value(),
            .remote_id = node.attribute("ИдВБитрикс24").value(),
            .remote_kind = node.attribute("ВидВБитрикс24").value(),
            .code = node.attribute("Код").value()};
}

ReceiptSeen receipt_of(const fs::path& path, const pugi::xml_node& root) {
    ReceiptSeen receipt{.file = path.filename().string(),
                        .package = root.attribute("Пакет").value(),
                        .revision = root.attribute("Редакция").as_int(),
                        .replaces = root.attribute("Заменяет").value(),
                        .id = root.attribute("Ид").value(),
                        .state = root.attribute("Состояние").value(),
                        .lists_unchanged = root.attribute("БезИзмененийПеречислены").as_bool(true),
                        .files = {},
                        .objects = {},
                        .totals = {}};
    for (const pugi::xml_node& node : root.children("Файл")) {
        receipt.files.push_back(file_of(node));
    }
    for (const pugi::xml_node& node : root.children("Объект")) {
        receipt.objects.push_back(row_of_receipt(node));
    }
    for (const pugi::xml_node& node : root.children("Замечание")) {
        receipt.remarks.insert(node.attribute("Код").value());
    }
    for (const pugi::xml_node& node : root.children("Итог")) {
        auto& counters = receipt.totals[node.attribute("Вид").value()];
        for (const pugi::xml_attribute& attribute : node.attributes()) {
            if (std::string_view(attribute.name()) != "Вид") {
                counters[attribute.name()] = attribute.as_ullong();
            }
        }
    }
    return receipt;
}

void read_receipts(const fs::path& folder, const Truth& truth, Evidence& evidence) {
    for (const fs::path& path : files_below(folder)) {
        const std::string text = tests::read_file(path);
        look_for_secrets(path, text, truth, evidence);
        if (!path.string().ends_with(".receipt.xml")) {
            evidence.faults.push_back(path.string() + " is left over among the receipts");
            continue;
        }
        const std::vector<std::string> errors = testing::receipt_schema_errors(text);
        pugi::xml_document document;
        if (!errors.empty() || !document.load_buffer(text.data(), text.size())) {
            evidence.faults.push_back(path.string() + " is no valid receipt" +
                                      (errors.empty() ? "" : ": " + errors.front()));
            continue;
        }
        evidence.receipts.push_back(receipt_of(path, document.child("РезультатОбмена")));
    }
}

void read_ledger(const fs::path& state, const Truth& truth, Evidence& evidence) {
    ledger::Database database(state / "ledger.db", ledger::Opening::guest);
    for (const ledger::Package& package : ledger::Packages(database).list(0)) {
        PackageSeen seen{.number = package.number,
                         .id = package.id,
                         .state = std::string(ledger::name_of(package.state)),
                         .removals_held = package.removals_held,
                         .files = {},
                         .pictures = {}};
        for (const ledger::PackageFile& file : package.files) {
            seen.files.push_back({.name = file.name, .sha256 = file.sha256, .size = file.size});
        }
        for (const arrival::SpooledFile& picture :
             arrival::read_picture_index(state / "spool" / package.id)) {
            seen.pictures.emplace(picture.name, picture.sha256);
        }
        evidence.packages.push_back(std::move(seen));
    }
    if (!truth.whole) {
        return;
    }
    if (const std::uint64_t waiting = ledger::Pending(database).count(); waiting > 0) {
        evidence.faults.push_back(fmt::format("{} operations still wait in the ledger", waiting));
    }
    if (!ledger::ReceiptDeliveries(database).all_waiting().empty()) {
        evidence.faults.emplace_back("receipts still wait for their way to 1C");
    }
}

void read_state(const Places& places, const Truth& truth, Evidence& evidence) {
    for (const fs::path& path : files_below(places.state)) {
        const std::string bytes = tests::read_file(path);
        look_for_secrets(path, bytes, truth, evidence);
        if (path.lexically_relative(places.state / "spool").string().starts_with("..")) {
            continue;
        }
        evidence.files.push_back({.source = "",
                                  .name = path.lexically_relative(places.state / "spool").string(),
                                  .sha256 = sha256_hex(bytes)});
    }
    std::set<std::string> packages;
    for (const PackageSeen& package : evidence.packages) {
        packages.insert(package.id);
    }
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(places.state / "spool", error)) {
        const std::string name = entry.path().filename().string();
        if (entry.is_directory() && !packages.contains(name) && name.find("-") != std::string::npos) {
            evidence.faults.push_back("the spool has " + name + ", and there is no such package");
        }
    }
}

}  // namespace

Evidence evidence_of(const Places& places, const Truth& truth) {
    Evidence evidence;
    if (places.portal != nullptr) {
        evidence.verdict = places.portal->verdict();
        evidence.journal = places.portal->get("/sandbox/journal");
        for (const char* kind : {"product", "section", "company", "contact", "deal", "deal_row", "file"}) {
            evidence.rows[kind] = places.portal->rows(kind);
        }
    }
    read_ledger(places.state, truth, evidence);
    read_state(places, truth, evidence);
    for (const fs::path& folder : places.receipts) {
        read_receipts(folder, truth, evidence);
    }
    for (const auto& [source, folder] : places.sources) {
        for (const fs::path& path : files_below(folder)) {
            evidence.files.push_back({.source = source,
                                      .name = path.lexically_relative(folder).string(),
                                      .sha256 = sha256_hex(tests::read_file(path))});
        }
    }
    for (const fs::path& written : places.written) {
        for (const fs::path& path : files_below(written)) {
            look_for_secrets(path, tests::read_file(path), truth, evidence);
        }
    }
    return evidence;
}

}  // namespace obmen::torture
