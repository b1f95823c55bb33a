#include "commands/commands.hpp"

int main(int argc, char** argv) {
    return obmen::commands::run(argc, argv);
}
