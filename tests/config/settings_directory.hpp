#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "support/error.hpp"

namespace obmen::config {

/// A directory of the test's own, gone when the test ends.
class SettingsDirectory : public ::testing::Test {
  protected:
    SettingsDirectory() {
        std::string pattern = (std::filesystem::temp_directory_path() / "obmen-config-XXXXXX").string();
        m_directory = ::mkdtemp(pattern.data());
    }
    ~SettingsDirectory() override {
        std::error_code ignored;
        std::filesystem::remove_all(m_directory, ignored);
    }

    [[nodiscard]] const std::filesystem::path& directory() const { return m_directory; }

    [[nodiscard]] std::filesystem::path write(const std::string& name, std::string_view content,
                                              mode_t mode = 0600) const {
        const std::filesystem::path path = m_directory / name;
        std::ofstream(path, std::ios::binary) << content;
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }

  private:
    std::filesystem::path m_directory;
};

/// What `action` throws as an Error; a test failure and an empty list of arguments if it throws none.
template <typename Action>
Error error_of(const Action& action) {
    try {
        action();
    } catch (const Error& error) {
        return error;
    }
    ADD_FAILURE() << "no Error was thrown";
    return {FailureClass::bug, Message{"SYS-INTERNAL"}};
}

/// Everything a person might get to see of an error, in both languages.
inline std::string everything_shown(const Error& error) {
    std::string shown = error.what();
    for (const Language language : {Language::russian, Language::english}) {
        shown += "\n" + full_text(error.finding().message, language);
    }
    for (const std::string& argument : error.finding().message.arguments) {
        shown += "\n" + argument;
    }
    return shown;
}

}  // namespace obmen::config
