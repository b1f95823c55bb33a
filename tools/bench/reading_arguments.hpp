#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace obmen::bench {

/// What every reader is started with: `MODE [--hash] FILE…`.
struct ReadingArguments {
    std::string mode;
    bool with_hash = false;
    std::vector<std::string> files;
};

inline ReadingArguments reading_arguments(int argc, char** argv) {
    ReadingArguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (i == 1) {
            arguments.mode = argument;
        } else if (argument == "--hash") {
            arguments.with_hash = true;
        } else {
            arguments.files.emplace_back(argument);
        }
    }
    return arguments;
}

}  // namespace obmen::bench
