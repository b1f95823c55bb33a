#include "harness/receipt_view.hpp"

#include <algorithm>
#include <pugixml.hpp>
#include <stdexcept>

#include "harness/temporary_directory.hpp"
#include "receipt/receipt_schema.hpp"

namespace obmen::tests {

namespace {

ReceiptView::Row row_of(const pugi::xml_node& node) {
    return {.kind = node.attribute("Вид").value(),
            .id = node.attribute("Ид").value(),
            .action = node.attribute("Действие").value(),
            .remote_id = node.attribute("ИдВБитрикс24").value(),
            .code = node.attribute("Код").value(),
            .line = node.attribute("Строка").value(),
            .text = node.child_value()};
}

}  // namespace

const ReceiptView::Row* ReceiptView::find(const std::string& kind, const std::string& id) const {
    const auto found =
        std::ranges::find_if(objects, [&](const Row& row) { return row.kind == kind && row.id == id; });
    return found == objects.end() ? nullptr : &*found;
}

int ReceiptView::count(const std::string& kind, const std::string& action) const {
    return static_cast<int>(std::ranges::count_if(
        objects, [&](const Row& row) { return row.kind == kind && row.action == action; }));
}

bool ReceiptView::has_code(const std::string& code) const {
    const auto same = [&](const Row& row) { return row.code == code; };
    return std::ranges::any_of(objects, same) || std::ranges::any_of(findings, same);
}

ReceiptView read_receipt(const std::filesystem::path& path) {
    const std::string text = read_file(path);
    for (const std::string& error : testing::receipt_schema_errors(text)) {
        throw std::runtime_error(path.string() + " is no valid receipt: " + error);
    }
    pugi::xml_document document;
    if (!document.load_buffer(text.data(), text.size())) {
        throw std::runtime_error(path.string() + " is no XML");
    }
    const pugi::xml_node root = document.child("РезультатОбмена");
    ReceiptView view;
    view.state = root.attribute("Состояние").value();
    for (const pugi::xml_node& node : root.children("Объект")) {
        view.objects.push_back(row_of(node));
    }
    for (const pugi::xml_node& node : root.children("Замечание")) {
        view.findings.push_back(row_of(node));
    }
    for (const pugi::xml_node& node : root.children("Итог")) {
        auto& counters = view.totals[node.attribute("Вид").value()];
        for (const pugi::xml_attribute& attribute : node.attributes()) {
            if (std::string_view(attribute.name()) != "Вид") {
                counters[attribute.name()] = attribute.as_int();
            }
        }
    }
    return view;
}

std::vector<std::filesystem::path> receipts_in(const std::filesystem::path& directory) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        // Hidden ones are unfinished: of a process that was killed.
        if (!entry.path().filename().string().starts_with('.')) {
            paths.push_back(entry.path());
        }
    }
    std::ranges::sort(
        paths, {}, [](const std::filesystem::path& path) { return std::filesystem::last_write_time(path); });
    return paths;
}

}  // namespace obmen::tests
