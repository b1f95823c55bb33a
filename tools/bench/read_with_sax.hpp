#pragma once

#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>

#include "reading_arguments.hpp"
#include "sax_records.hpp"

namespace obmen::bench {

/// The whole of a program that reads with a SAX parser. `parse` reads one file, into records or, where those
/// are nullptr (every mode but `records`), into nothing. \returns the exit code
inline int read_with_sax(const char* program, int argc, char** argv,
                         void (*parse)(const std::string& path, SaxRecords* records)) {
    try {
        const ReadingArguments arguments = reading_arguments(argc, argv);
        const bool builds = arguments.mode == "records";
        RecordsDigest digest(arguments.with_hash);
        for (const std::string& file : arguments.files) {
            SaxRecords records(digest);
            parse(file, builds ? &records : nullptr);
        }
        fmt::print("{}\n", builds ? digest.text() : "parsed");
        return 0;
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}: {}\n", program, error.what());
        return 1;
    }
}

}  // namespace obmen::bench
