#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "arrival/intake_test.hpp"
#include "arrival/zip_bytes.hpp"

namespace obmen::arrival {
namespace {

mode_t mode_of(const std::filesystem::path& path) {
    struct stat info {};
    EXPECT_EQ(::lstat(path.c_str(), &info), 0);
    return info.st_mode & 07777U;
}

class LooseFiles : public IntakeTest {};
class Folders : public IntakeTest {};

TEST_F(LooseFiles, BecomeOnePackageInNaturalOrder) {
    const auto second = write("import10.xml", "<b/>");
    const auto first = write("import2.xml", "<a/>");
    const SpooledPackage package = package_of({second, first});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{"import2.xml", "import10.xml"}));
    EXPECT_EQ(package.files[0].spool_name, "0001.xml");
    EXPECT_EQ(package.files[1].spool_name, "0002.xml");
    expect_content(package, 0, "<a/>");
    expect_content(package, 1, "<b/>");
    EXPECT_EQ(package.directory, spool() / package.id);
    EXPECT_EQ(package.source, second.string() + ", " + first.string());
    EXPECT_EQ(read_whole_file(first), "<a/>");
}

TEST_F(LooseFiles, AreTakenWhateverTheirNameAndContent) {
    const SpooledPackage package =
        package_of({write(".hidden.tmp", "<a/>"), write("empty", ""), write("PK", "PK")});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{".hidden.tmp", "empty", "PK"}));
    expect_content(package, 1, "");
}

TEST_F(LooseFiles, LargerThanABlockAreCopiedWhole) {
    std::string content;
    while (content.size() < 3'000'001) {
        content += "<Товар>" + std::to_string(content.size()) + "</Товар>";
    }
    expect_content(package_of({write("import.xml", content)}), 0, content);
}

TEST_F(LooseFiles, ArePrivateToTheOwner) {
    const auto file = write("import.xml", "<a/>");
    ASSERT_EQ(::chmod(file.c_str(), 0666), 0);
    const SpooledPackage package = package_of({file});
    EXPECT_EQ(mode_of(package.directory), 0700U);
    EXPECT_EQ(mode_of(package.directory / "0001.xml"), 0600U);
    EXPECT_EQ(mode_of(spool()), 0700U);
}

TEST_F(LooseFiles, OfOneNameAreToldApartByTheirFolders) {
    const SpooledPackage package = package_of(
        {write("b/import.xml", "<b/>"), write("a/import.xml", "<a/>"), write("a/offers.xml", "<o/>")});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{"a/import.xml", "b/import.xml", "offers.xml"}));
    expect_content(package, 0, "<a/>");
    expect_content(package, 1, "<b/>");
}

TEST_F(LooseFiles, NamedTwiceAreTakenOnce) {
    const auto file = write("import.xml", "<a/>");
    std::filesystem::create_hard_link(file, in() / "again.xml");
    std::filesystem::create_symlink(file, in() / "link.xml");
    const SpooledPackage package =
        package_of({file, in() / "." / "import.xml", in() / "again.xml", in() / "link.xml"});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"import.xml"});
}

TEST_F(LooseFiles, NamedByASymbolicLinkAreItsTarget) {
    write("real/import.xml", "<a/>");
    std::filesystem::create_symlink("real/import.xml", in() / "link.xml");
    const SpooledPackage package = package_of({in() / "link.xml"});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"import.xml"});
    expect_content(package, 0, "<a/>");
}

TEST_F(LooseFiles, WithForeignNamesAreShownAsText) {
    const SpooledPackage package =
        package_of({write("bad\xFF\nname.xml", "<a/>"), write("товары.xml", "<b/>")});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{"bad? name.xml", "товары.xml"}));
    expect_content(package, 0, "<a/>");
}

TEST_F(LooseFiles, ThatAreMissingCostNothing) {
    const auto present = write("import.xml", "<a/>");
    const Error error = error_of_taking({present, in() / "offers.xml"});
    EXPECT_EQ(error.failure_class(), FailureClass::temporary);
    EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
    EXPECT_EQ(error.finding().message.arguments.at(0), (in() / "offers.xml").string());
    EXPECT_FALSE(std::filesystem::exists(spool()));
}

TEST_F(LooseFiles, ThatAreDanglingLinksAreMissing) {
    std::filesystem::create_symlink("nowhere.xml", in() / "link.xml");
    EXPECT_EQ(error_of_taking({in() / "link.xml"}).finding().message.code, Code{"SYS-FILE"});
    std::filesystem::create_symlink("loop.xml", in() / "loop.xml");
    EXPECT_EQ(error_of_taking({in() / "loop.xml"}).finding().message.code, Code{"SYS-FILE"});
}

TEST_F(LooseFiles, ThatCannotBeReadAreNamed) {
    const auto file = write("import.xml", "<a/>");
    ASSERT_EQ(::chmod(file.c_str(), 0), 0);
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root reads everything";
    }
    const Error error = error_of_taking({file});
    EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
    EXPECT_EQ(error.finding().message.arguments.at(0), file.string());
}

TEST_F(LooseFiles, ThatArePipesAreRefusedWithoutWaiting) {
    ASSERT_EQ(::mkfifo((in() / "pipe.xml").c_str(), 0600), 0);
    const Error error = error_of_taking({in() / "pipe.xml"});
    EXPECT_EQ(error.failure_class(), FailureClass::bad_input);
    EXPECT_EQ(error.finding().message.code, Code{"PKG-NOT-REGULAR"});
    EXPECT_EQ(error_of_taking({"/dev/null"}).finding().message.code, Code{"PKG-NOT-REGULAR"});
}

TEST_F(LooseFiles, AreNotTakenIfTheSpoolCannotBeWritten) {
    const auto file = write("import.xml", "<a/>");
    try {
        (void)take_in({file}, file / "spool");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.failure_class(), FailureClass::temporary);
        EXPECT_EQ(error.finding().message.code, Code{"SYS-FILE"});
    }
}

TEST_F(LooseFiles, NoneAtAllGiveNothing) {
    const Intake intake = take({});
    EXPECT_TRUE(intake.packages.empty());
    EXPECT_TRUE(intake.rejected.empty());
}

TEST_F(Folders, AreWalkedToTheBottom) {
    write("webdata/import0_1.xml", "<a/>");
    write("webdata/goods/10/import.XML", "<c/>");
    write("webdata/goods/2/import.xml", "<b/>");
    write("webdata/import_files/ac/picture.jpg", "jpg");
    write("webdata/выгрузка.xml", "<d/>");
    const SpooledPackage package = package_of({in() / "webdata"});
    EXPECT_EQ(names_of(package), (std::vector<std::string>{"goods/2/import.xml", "goods/10/import.XML",
                                                           "import0_1.xml", "выгрузка.xml"}));
    expect_content(package, 0, "<b/>");
    expect_content(package, 1, "<c/>");
    EXPECT_EQ(package.other_files, std::vector<std::string>{"import_files/ac/picture.jpg"});
    EXPECT_EQ(package.source, (in() / "webdata").string());
    EXPECT_TRUE(package.notes.empty());
}

TEST_F(Folders, AreAPackageEachAndLooseFilesAreTheLast) {
    write("a/import.xml", "<a/>");
    write("b/import.xml", "<b/>");
    const Intake intake = take({write("loose.xml", "<l/>"), in() / "b", in() / "a", in() / "b" / ""});
    ASSERT_EQ(intake.packages.size(), 3U);
    expect_content(intake.packages[0], 0, "<b/>");
    expect_content(intake.packages[1], 0, "<a/>");
    expect_content(intake.packages[2], 0, "<l/>");
}

TEST_F(Folders, LeaveHiddenAndTemporaryNames) {
    write("import.xml", "<a/>");
    for (const char* name : {".hidden.xml", ".git/config.xml", "~$import.xml", "offers.xml.tmp",
                             "offers.xml.part", "a/offers.xml.filepart"}) {
        write(name, "<x/>");
    }
    const SpooledPackage package = package_of({in()});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"import.xml"});
    EXPECT_TRUE(package.other_files.empty());
}

TEST_F(Folders, SkipWhatIsNoRegularFileAndSaySo) {
    write("import.xml", "<a/>");
    write("../outside/secret.xml", "<s/>");
    std::filesystem::create_directory_symlink("../outside", in() / "folder");
    std::filesystem::create_symlink("../outside/secret.xml", in() / "link.xml");
    ASSERT_EQ(::mkfifo((in() / "pipe.xml").c_str(), 0600), 0);
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un address {};
    address.sun_family = AF_UNIX;
    const std::string socket_path = (in() / "s.xml").string();
    ASSERT_LT(socket_path.size(), sizeof(address.sun_path));
    std::ranges::copy(socket_path, std::begin(address.sun_path));
    ASSERT_EQ(::bind(socket, reinterpret_cast<const struct sockaddr*>(&address), sizeof(address)), 0);

    const SpooledPackage package = package_of({in()});
    EXPECT_EQ(names_of(package), std::vector<std::string>{"import.xml"});
    EXPECT_TRUE(package.other_files.empty());
    std::vector<std::string> noted;
    for (const Finding& note : package.notes) {
        EXPECT_EQ(note.message.code, Code{"PKG-NOT-REGULAR"});
        EXPECT_EQ(note.severity, Severity::warning);
        noted.push_back(note.file);
    }
    EXPECT_EQ(noted, (std::vector<std::string>{"folder", "link.xml", "pipe.xml", "s.xml"}));
    ::close(socket);
}

TEST_F(Folders, LeaveTheSpoolThatIsInsideThem) {
    write("import.xml", "<a/>");
    (void)take_in({in()}, in() / "spool");
    const Intake again = take_in({in()}, in() / "spool");
    ASSERT_EQ(again.packages.size(), 1U);
    EXPECT_EQ(names_of(again.packages[0]), std::vector<std::string>{"import.xml"});
}

TEST_F(Folders, NamedByASymbolicLinkAreFollowed) {
    write("real/import.xml", "<a/>");
    std::filesystem::create_directory_symlink("real", in() / "link");
    EXPECT_EQ(names_of(package_of({in() / "link"})), std::vector<std::string>{"import.xml"});
}

TEST_F(Folders, MayHoldArchivesWhichArePackagesOfTheirOwn) {
    const std::string first = ZipBytes{}.add({.name = "import.xml", .content = "<a/>"}).bytes();
    const std::string second = ZipBytes{}.add({.name = "offers.xml", .content = "<b/>"}).bytes();
    write("export/v8_10.ZIP", second);
    write("export/sub/v8_2.zip", first);
    write("export/prices.xml", "<c/>");
    const Intake intake = take({in() / "export"});
    ASSERT_EQ(intake.packages.size(), 3U);
    EXPECT_EQ(names_of(intake.packages[0]), (std::vector<std::string>{"prices.xml"}));
    EXPECT_EQ(names_of(intake.packages[1]), (std::vector<std::string>{"import.xml"}));
    EXPECT_EQ(names_of(intake.packages[2]), (std::vector<std::string>{"offers.xml"}));
    EXPECT_EQ(intake.packages[2].source, (in() / "export/v8_10.ZIP").string());
    EXPECT_TRUE(intake.packages[0].other_files.empty());
    EXPECT_TRUE(intake.rejected.empty());
}

TEST_F(Folders, MayHoldNothingButArchives) {
    write("export/v8.zip", ZipBytes{}.add({.name = "import.xml", .content = "<a/>"}).bytes());
    EXPECT_EQ(names_of(package_of({in() / "export"})), (std::vector<std::string>{"import.xml"}));
}

TEST_F(Folders, AreTakenEvenIfAnArchiveInThemIsDamaged) {
    write("export/broken.zip", "PK\x03\x04 and no more");
    write("export/import.xml", "<a/>");
    const Intake intake = take({in() / "export"});
    ASSERT_EQ(intake.packages.size(), 1U);
    expect_content(intake.packages[0], 0, "<a/>");
    ASSERT_EQ(intake.rejected.size(), 1U);
    EXPECT_EQ(intake.rejected[0].fault.message.code.text(), "PKG-ZIP");
}

TEST_F(Folders, WithoutXmlAreEmptyPackages) {
    write("folder/picture.jpg", "jpg");
    const Error error = error_of_taking({write("import.xml", "<a/>"), in() / "folder"});
    EXPECT_EQ(error.failure_class(), FailureClass::bad_input);
    EXPECT_EQ(error.finding().message.code, Code{"PKG-EMPTY"});
    EXPECT_EQ(error.finding().file, (in() / "folder").string());
}

TEST_F(Folders, ThatCannotBeReadAreNotTakenInPart) {
    write("import.xml", "<a/>");
    write("closed/offers.xml", "<a/>");
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root reads everything";
    }
    ASSERT_EQ(::chmod((in() / "closed").c_str(), 0), 0);
    EXPECT_EQ(error_of_taking({in()}).finding().message.code, Code{"SYS-FILE"});
    ASSERT_EQ(::chmod((in() / "closed").c_str(), 0700), 0);
}

}  // namespace
}  // namespace obmen::arrival
