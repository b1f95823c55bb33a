#include "endpoint/exclusive_rename.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "harness/temporary_directory.hpp"
#include "support/file.hpp"

namespace obmen::tests {

namespace {

using endpoint::RenameMeans;

/// Each of them has to do, for file systems that lack the others.
class ExclusiveRename : public testing::TestWithParam<RenameMeans> {
  protected:
    [[nodiscard]] int rename(const char* from, const char* to) {
        const FileDescriptor folder(::open(m_directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        return endpoint::rename_exclusively(folder.get(), from, folder.get(), to, GetParam());
    }
    TemporaryDirectory m_directory;
};

TEST_P(ExclusiveRename, GivesANewName) {
    write_file(m_directory / "a", "of a");
    EXPECT_EQ(rename("a", "b"), 0);
    EXPECT_EQ(read_file(m_directory / "b"), "of a");
    EXPECT_FALSE(std::filesystem::exists(m_directory / "a"));
}

TEST_P(ExclusiveRename, TakesNoNameFromAnother) {
    write_file(m_directory / "a", "of a");
    write_file(m_directory / "b", "of b");
    std::filesystem::create_symlink("nowhere", m_directory / "c");
    EXPECT_EQ(rename("a", "b"), EEXIST);
    EXPECT_EQ(rename("a", "c"), EEXIST);
    EXPECT_EQ(rename("a", "a"), EEXIST);
    EXPECT_EQ(read_file(m_directory / "a"), "of a");
    EXPECT_EQ(read_file(m_directory / "b"), "of b");
}

TEST_P(ExclusiveRename, SaysWhatIsMissing) {
    EXPECT_EQ(rename("nope", "b"), ENOENT);
}

INSTANTIATE_TEST_SUITE_P(Means, ExclusiveRename,
                         testing::Values(RenameMeans::no_replace, RenameMeans::link, RenameMeans::look));

}  // namespace

}  // namespace obmen::tests
