#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <stdexcept>

#include "commerceml/decoder.hpp"
#include "commerceml/reader.hpp"
#include "commerceml/record_splitter.hpp"
#include "reading_arguments.hpp"
#include "records_digest.hpp"
#include "support/hash.hpp"

/// The steps of our own reader, each with all before it.
namespace obmen::bench {
namespace {

constexpr std::size_t block = std::size_t{128} << 10U;

/// The floor: what the kernel takes to hand out the bytes.
std::uint64_t read_only(commerceml::Input& input) {
    std::vector<char> buffer(block);
    std::uint64_t bytes = 0;
    while (const std::size_t size = input.read(buffer.data(), buffer.size())) {
        bytes += size;
    }
    return bytes;
}

/// The floor of anything that looks at the bytes: every `<` is found.
std::uint64_t find_tags(commerceml::Input& input) {
    std::vector<char> buffer(block);
    std::uint64_t tags = 0;
    while (const std::size_t size = input.read(buffer.data(), buffer.size())) {
        const char* const end = buffer.data() + size;
        const char* at = buffer.data();
        while ((at = static_cast<const char*>(std::memchr(at, '<', static_cast<std::size_t>(end - at)))) !=
               nullptr) {
            ++tags;
            ++at;
        }
    }
    return tags;
}

std::uint64_t decode(commerceml::Input& input) {
    commerceml::Decoder decoder(input);
    std::vector<char> buffer(block);
    std::uint64_t bytes = 0;
    while (const std::size_t size = decoder.read(buffer.data(), buffer.size())) {
        bytes += size;
    }
    if (decoder.fault()) {
        throw std::runtime_error(sentence(*decoder.fault(), Language::english));
    }
    return bytes;
}

/// Strict: all that the tokenizer checks has been checked.
std::uint64_t split(commerceml::Input& input) {
    using Kind = commerceml::Piece::Kind;
    commerceml::RecordSplitter splitter(input, "file", {});
    std::uint64_t records = 0;
    for (commerceml::Piece piece = splitter.next(); piece.kind != Kind::finished; piece = splitter.next()) {
        records += piece.kind == Kind::record ? 1 : 0;
    }
    return records;
}

std::uint64_t split_and_hash(commerceml::Input& input) {
    using Kind = commerceml::Piece::Kind;
    commerceml::RecordSplitter splitter(input, "file", {});
    std::uint64_t sum = 0;
    for (commerceml::Piece piece = splitter.next(); piece.kind != Kind::finished; piece = splitter.next()) {
        if (piece.kind == Kind::record) {
            sum += quick_hash(piece.text);
        }
    }
    return sum;
}

void read_records(commerceml::Input& input, RecordsDigest& digest) {
    const FindingSink sink = [](const Finding& finding) {
        throw std::runtime_error(sentence(finding.message, Language::english));
    };
    commerceml::RecordReader reader(input, "file", sink);
    while (const auto record = reader.next()) {
        digest.add_record(record->record);
    }
}

void run(const ReadingArguments& arguments) {
    if (arguments.mode == "records") {
        RecordsDigest digest(arguments.with_hash);
        for (const std::string& file : arguments.files) {
            commerceml::FileInput input(file);
            read_records(input, digest);
        }
        fmt::print("{}\n", digest.text());
        return;
    }
    const std::map<std::string, std::uint64_t (*)(commerceml::Input&)> steps{{"read", read_only},
                                                                             {"memchr", find_tags},
                                                                             {"decode", decode},
                                                                             {"split", split},
                                                                             {"split-hash", split_and_hash}};
    std::uint64_t sum = 0;
    for (const std::string& file : arguments.files) {
        commerceml::FileInput input(file);
        sum += steps.at(arguments.mode)(input);
    }
    fmt::print("{} {}\n", arguments.mode, sum);
}

}  // namespace
}  // namespace obmen::bench

int main(int argc, char** argv) {
    try {
        obmen::bench::run(obmen::bench::reading_arguments(argc, argv));
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "read_with_obmen: {}\n", error.what());
        return 1;
    }
}
