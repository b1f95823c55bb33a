#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/intake.hpp"
#include "support/error.hpp"
#include "support/file.hpp"
#include "support/hash.hpp"

namespace obmen::arrival {

/// A directory of the test's own, with `in` for what arrives and `state/spool` for the spool; gone when the
/// test ends.
class IntakeTest : public ::testing::Test {
  protected:
    IntakeTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "obmen-arrival-XXXXXX").string();
        m_directory = ::mkdtemp(pattern.data());
        std::filesystem::create_directory(in());
    }
    ~IntakeTest() override {
        std::error_code ignored;
        std::filesystem::remove_all(m_directory, ignored);
    }

    [[nodiscard]] std::filesystem::path in() const { return m_directory / "in"; }
    [[nodiscard]] std::filesystem::path spool() const { return m_directory / "state" / "spool"; }

    /// Writes `in/name`, making its folders.
    std::filesystem::path write(const std::string& name, std::string_view content) const {
        const std::filesystem::path path = in() / name;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

    [[nodiscard]] Intake take(const std::vector<std::filesystem::path>& named,
                              const ArchiveLimits& limits = {}) const {
        return take_in(named, spool(), limits);
    }

    /// Everything in the spool, at any depth.
    [[nodiscard]] std::vector<std::string> spooled() const {
        std::vector<std::string> names;
        if (std::filesystem::exists(spool())) {
            for (const auto& entry : std::filesystem::recursive_directory_iterator(spool())) {
                names.push_back(entry.path().lexically_relative(spool()).string());
            }
        }
        std::ranges::sort(names);
        return names;
    }

    /// The Error that taking `named` throws; nothing may be left in the spool.
    [[nodiscard]] Error error_of_taking(const std::vector<std::filesystem::path>& named) const {
        try {
            (void)take(named);
        } catch (const Error& error) {
            EXPECT_TRUE(spooled().empty());
            return error;
        }
        ADD_FAILURE() << "no Error was thrown";
        return {FailureClass::bug, Message{"SYS-INTERNAL"}};
    }

    /// The package that taking `named` gives, if it gives just one and rejects nothing.
    [[nodiscard]] SpooledPackage package_of(const std::vector<std::filesystem::path>& named,
                                            const ArchiveLimits& limits = {}) const {
        Intake intake = take(named, limits);
        EXPECT_EQ(intake.packages.size(), 1U);
        for (const RejectedArrival& rejected : intake.rejected) {
            ADD_FAILURE() << full_text(rejected.fault.message, Language::english);
        }
        return intake.packages.empty() ? SpooledPackage{} : intake.packages.front();
    }

    /// The fault of `archive`, which must be rejected, and kept whole as the only thing in the spool.
    [[nodiscard]] Finding rejection_of(const std::filesystem::path& archive,
                                       const ArchiveLimits& limits = {}) const {
        const Intake intake = take({archive}, limits);
        EXPECT_TRUE(intake.packages.empty());
        if (intake.rejected.size() != 1) {
            ADD_FAILURE() << "not rejected";
            return {.message = {"SYS-INTERNAL"}};
        }
        const auto& [package, fault] = intake.rejected.front();
        EXPECT_EQ(fault.severity, Severity::fatal);
        EXPECT_EQ(fault.file, archive.filename().string());
        EXPECT_EQ(spooled(), (std::vector<std::string>{package.id, package.id + "/0001.zip"}));
        if (package.files.size() == 1) {
            EXPECT_EQ(package.files[0].name, archive.filename().string());
            EXPECT_EQ(package.files[0].spool_name, "0001.zip");
            EXPECT_EQ(package.files[0].sha256, sha256_hex(read_whole_file(archive)));
            EXPECT_EQ(read_whole_file(package.directory / "0001.zip"), read_whole_file(archive));
        } else {
            ADD_FAILURE() << package.files.size() << " files";
        }
        return fault;
    }

    /// Copies must be what they are said to be.
    static void expect_content(const SpooledPackage& package, std::size_t index, std::string_view content) {
        ASSERT_LT(index, package.files.size());
        const SpooledFile& file = package.files[index];
        EXPECT_EQ(file.size, content.size());
        EXPECT_EQ(file.sha256, sha256_hex(content));
        EXPECT_EQ(read_whole_file(package.directory / file.spool_name), content);
    }

    [[nodiscard]] static std::vector<std::string> names_of(const SpooledPackage& package) {
        std::vector<std::string> names;
        for (const SpooledFile& file : package.files) {
            names.push_back(file.name);
        }
        return names;
    }

  private:
    std::filesystem::path m_directory;
};

}  // namespace obmen::arrival
