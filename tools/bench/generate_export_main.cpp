#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "generate_export.hpp"

namespace obmen::bench {
namespace {

struct Arguments {
    std::filesystem::path directory;
    std::uint64_t bytes = 0;
    std::string encoding = "utf8";
    bool combined = false;
    bool contragents = false;
    ExportShape shape;
};

using Write = std::uint64_t (*)(std::ostream&, const ExportShape&, RecordsDigest&);

void write_file(const Arguments& arguments, const char* name, Write write, RecordsDigest& digest) {
    const std::filesystem::path path = arguments.directory / name;
    std::ofstream out;
    out.exceptions(std::ios::badbit | std::ios::failbit);
    out.open(path, std::ios::binary);
    const std::uint64_t size = write(out, arguments.shape, digest);
    out.close();
    fmt::print(stderr, "{}: {} bytes\n", path.string(), size);
}

void generate(Arguments& arguments) {
    arguments.shape.encoding = arguments.encoding == "utf8" ? FileEncoding::utf8 : FileEncoding::windows1251;
    if (arguments.bytes > 0) {
        arguments.shape.products = products_for(arguments.bytes, arguments.shape);
    }
    std::filesystem::create_directories(arguments.directory);
    RecordsDigest digest(true);
    if (arguments.combined) {
        write_file(arguments, "combined.xml", write_combined, digest);
    } else {
        write_file(arguments, "import.xml", write_catalogue, digest);
        write_file(arguments, "offers.xml", write_offers, digest);
    }
    if (arguments.contragents) {
        write_file(arguments, "contragents.xml", write_contragents, digest);
    }
    fmt::print("{}\n", digest.text());
}

int run(int argc, char** argv) {
    Arguments arguments;
    CLI::App app("Writes an export of a made-up shop and prints the digest of its records",
                 "generate_export");
    app.add_option("-o,--output", arguments.directory, "folder for import.xml and offers.xml")->required();
    auto* size = app.add_option("--size", arguments.bytes, "bytes of both files together: 200MB, 1GB")
                     ->transform(CLI::AsSizeValue(true));
    app.add_option("--products", arguments.shape.products, "how many products, and offers")->excludes(size);
    app.add_option("--seed", arguments.shape.seed, "another seed, another shop");
    app.add_option("--encoding", arguments.encoding, "utf8 (with a byte order mark) or windows-1251")
        ->check(CLI::IsMember({"utf8", "windows-1251"}));
    app.add_flag("--crlf", arguments.shape.crlf, "lines end in CRLF");
    app.add_flag("--lean", arguments.shape.lean, "small records: 1 KB for a product and its offer");
    app.add_flag("--combined", arguments.combined,
                 "classifier, catalogue and offers in one file, combined.xml");
    app.add_flag("--contragents", arguments.contragents, "a directory of contragents beside them");
    CLI11_PARSE(app, argc, argv);
    generate(arguments);
    return 0;
}

}  // namespace
}  // namespace obmen::bench

int main(int argc, char** argv) {
    try {
        return obmen::bench::run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "generate_export: {}\n", error.what());
        return 1;
    }
}
