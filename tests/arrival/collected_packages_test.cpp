#include <chrono>
#include <string>

#include "arrival/pictures.hpp"
#include "collector_fixture.hpp"
#include "zip_bytes.hpp"

namespace obmen::arrival {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string zip_bytes(const std::vector<RawEntry>& entries) {
    ZipBytes zip;
    for (const RawEntry& entry : entries) {
        zip.add(entry);
    }
    return zip.bytes();
}

TEST_F(CollectorTest, GoodsAndTheirOffersAreOnePackage) {
    write("import.xml", goods);
    look();
    clock.pass(seconds(15));
    write("offers.xml", offers);
    EXPECT_EQ(look_for(seconds(19)), 0U);
    EXPECT_EQ(look_for(seconds(1)), 1U);
    EXPECT_EQ(files_of(0), (Names{"import.xml", "offers.xml"}));
    EXPECT_TRUE(codes_of(0).empty());
    EXPECT_TRUE(memory.both);
}

TEST_F(CollectorTest, GoodsWaitForTheirOffersAndThenGoAlone) {
    write("import.xml", goods);
    EXPECT_EQ(look_for(settle + seconds(299)), 0U);
    EXPECT_EQ(look_for(seconds(1)), 1U);
    EXPECT_TRUE(codes_of(0).empty()) << "this source has never had offers";
    memory.both = true;
    restart();
    write("import.xml", goods + "again");
    EXPECT_EQ(look_for(minutes(6)), 1U);
    EXPECT_EQ(codes_of(1), Names{"PKG-HALF"});
}

TEST_F(CollectorTest, WhatWasFormedLaterDoesNotOvertakeWhatWaitsForItsOtherHalf) {
    write("import.xml", goods);
    write("later.xml", "catalogue G\noffers G\nformed 2026-01-15T10:03:00\nend\n");
    write("other.xml", "catalogue H\noffers H\nformed 2026-01-15T10:03:00\nend\n");
    EXPECT_EQ(look_for(settle + seconds(299)), 1U);
    EXPECT_EQ(files_of(0), Names{"other.xml"});
    EXPECT_EQ(look_for(seconds(1)), 2U);
    EXPECT_EQ(files_of(1), Names{"import.xml"});
    EXPECT_EQ(files_of(2), Names{"later.xml"});
}

TEST_F(CollectorTest, OffersOfAKnownCatalogueDoNotWait) {
    write("offers.xml", offers);
    EXPECT_EQ(look_for(settle + seconds(290)), 0U);
    memory.catalogues.emplace_back("G");
    EXPECT_EQ(look_for(seconds(1)), 1U);
    write("offers.xml", offers + "more");
    EXPECT_EQ(look_for(settle), 1U);
}

TEST_F(CollectorTest, OffersOfAKnownCatalogueWaitForGoodsThatAreOnTheirWay) {
    memory.catalogues.emplace_back("G");
    write("offers.xml", offers);
    for (int i = 0; i < 60; ++i) {  // ten minutes
        write("import.xml", goods.substr(0, 10 + static_cast<std::size_t>(i) % 7));
        EXPECT_TRUE(look().packages.empty());
        clock.pass(step);
    }
    write("import.xml", goods);
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_EQ(files_of(0), (Names{"import.xml", "offers.xml"}));
}

TEST_F(CollectorTest, AllPartsOfARunAreOnePackage) {
    for (int part = 1; part <= 12; ++part) {  // each is ready long before the next has begun
        write("import0_" + std::to_string(part) + ".xml", goods);
        EXPECT_EQ(look_for(seconds(60)), 0U);
    }
    write("offers0_1.xml", offers);
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_EQ(files_of(0).size(), 13U);
    EXPECT_EQ(files_of(0)[1], "import0_2.xml");
}

TEST_F(CollectorTest, FilesThatKeepComingHoldNobodyUp) {
    write("import.xml", goods);
    for (int i = 0; i < 34; ++i) {
        write("people" + std::to_string(i) + ".xml", contragents);
        look();
        clock.pass(step);
    }
    const auto has_goods = [](const CollectedPackage& package) {
        return package.package.files.front().name == "import.xml";
    };
    EXPECT_EQ(std::ranges::count_if(memory.packages, has_goods), 1);
}

TEST_F(CollectorTest, PackagesOfOneLookComeInTheOrderTheyDependOnEachOther) {
    write("a.xml", "documents\nend\n");
    write("b.xml", contragents);
    write("c.xml", "catalogue G\noffers G\nformed 2026-01-15T12:00:00\nend\n");
    write("d.xml", "catalogue H\noffers H\nformed 2026-01-15T11:00:00\nend\n");
    EXPECT_EQ(look_for(settle), 4U);
    EXPECT_EQ(files_of(0), Names{"d.xml"});
    EXPECT_EQ(files_of(1), Names{"c.xml"});
    EXPECT_EQ(files_of(2), Names{"b.xml"});
    EXPECT_EQ(files_of(3), Names{"a.xml"});
}

TEST_F(CollectorTest, PicturesThatTheExportNamesComeAlong) {
    write("webdata/import.xml",
          "catalogue G\noffers G\npicture import_files\\AB\\1.jpg\npicture common/2.png\npicture "
          "no.gif\nend\n");
    write("webdata/import_files/ab/1.JPG", "one");
    write("common/2.png", "two");
    write("webdata/import_files/ab/3.jpg", "nobody asks for it");
    EXPECT_EQ(look_for(settle), 1U);
    const SpooledPackage& package = memory.packages.at(0).package;
    EXPECT_EQ(package.other_files, (Names{"common/2.png", "webdata/import_files/ab/1.JPG"}));
    const PictureCopiesOfPackage copies(package.directory);
    const auto found = copies.find("import_files\\AB\\1.jpg", "webdata/import.xml");
    ASSERT_TRUE(found);
    EXPECT_EQ(read_whole_file(package.directory / found->spool_name), "one");
    ASSERT_TRUE(copies.find("common/2.png", "webdata/import.xml"));
    EXPECT_EQ(source.fetches, 3);

    write("webdata/import.xml", "catalogue G\noffers G\npicture import_files/ab/1.JPG\nend\n");
    EXPECT_EQ(look_for(seconds(30)), 1U);
    EXPECT_EQ(source.fetches, 4) << "the copy of the first package will do";
    const SpooledPackage& second = memory.packages.at(1).package;
    ASSERT_EQ(second.pictures.size(), 1U);
    EXPECT_EQ(read_whole_file(second.directory / second.pictures[0].spool_name), "one");
}

TEST_F(CollectorTest, APictureThatIsFoundInAFolderBetweenIsCalledAsTheExportCallsIt) {
    write("site/goods/1/import.xml", "catalogue G\noffers G\npicture import_files/1.jpg\nend\n");
    write("site/import_files/1.jpg", "one");
    EXPECT_EQ(look_for(settle), 1U);
    const PictureCopiesOfPackage copies(memory.packages.at(0).package.directory);
    EXPECT_TRUE(copies.find("import_files/1.jpg", "site/goods/1/import.xml"));
}

TEST_F(CollectorTest, WaitsForPicturesThatAreStillWritten) {
    write("import.xml", "catalogue G\noffers G\npicture 1.jpg\npicture 2.jpg\nend\n");
    write("2.jpg", "");
    for (int i = 0; i < 10; ++i) {
        write("1.jpg", std::string(static_cast<std::size_t>(i) + 1, 'x'));
        EXPECT_TRUE(look().packages.empty());
        clock.pass(step);
    }
    EXPECT_EQ(look_for(settle), 1U);
    ASSERT_EQ(memory.packages[0].package.pictures.size(), 1U);
    EXPECT_EQ(memory.packages[0].package.pictures[0].size, 10U);
}

TEST_F(CollectorTest, APictureThatCannotBeHadIsLeftOut) {
    write("import.xml", "catalogue G\noffers G\npicture 1.jpg\npicture 2.jpg\nend\n");
    write("1.jpg", "one");
    write("2.jpg", "two");
    source.denied = "1.jpg";
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_EQ(codes_of(0), Names{"SRC-DENIED"});
    EXPECT_EQ(memory.packages[0].package.pictures.size(), 1U);
    EXPECT_FALSE(memory.rows.contains("1.jpg"));
}

TEST_F(CollectorTest, PicturesAloneAreNoPackage) {
    write("1.jpg", "x");
    EXPECT_EQ(look_for(hours(2)), 0U);
    EXPECT_TRUE(memory.rows.empty());
}

TEST_F(CollectorTest, AnArchiveIsAPackageOfItsOwn) {
    const std::string bytes = zip_bytes({{"import.xml", goods}, {"import_files/1.jpg", "one"}});
    for (const std::size_t missing : {bytes.size() / 2, std::size_t{1}}) {
        write("v8_3B8F_3e.zip", bytes.substr(0, bytes.size() - missing));
        EXPECT_EQ(look_for(minutes(10)), 0U) << "it has no end yet";
    }
    write("v8_3B8F_3e.zip", bytes);
    EXPECT_EQ(look_for(seconds(30)), 1U);
    EXPECT_EQ(files_of(0), Names{"import.xml"});
    EXPECT_EQ(bytes_of(0, 0), goods);
    EXPECT_EQ(memory.packages[0].package.pictures.size(), 1U);
    EXPECT_EQ(memory.rows.size(), 1U);
}

TEST_F(CollectorTest, AnArchiveThatIsDamagedInsideIsRejectedAtOnceAndKept) {
    std::string bytes = zip_bytes({{"import.xml", goods}});
    bytes[bytes.find("catalogue")] = 'C';
    write("goods.zip", bytes);
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_EQ(files_of(0), (Names{"PKG-ZIP", "goods.zip"}));
    EXPECT_EQ(bytes_of(0, 0), bytes);
}

TEST_F(CollectorTest, ArchivesOfOneLookComeInTheOrderTheyWereFormed) {
    const auto price = [](const std::string& formed, const std::string& text) {
        return zip_bytes({{"offers.xml", "offers G\nformed 2026-01-15T" + formed + "\nend\n" + text}});
    };
    write("a.zip", price("12:00:00", "10"));
    write("b.zip", price("11:00:00", "20"));
    write("c.zip", price("10:00:00", "10"));
    EXPECT_EQ(look_for(settle), 3U);
    EXPECT_TRUE(bytes_of(0, 0).find("T10") != std::string::npos);
    EXPECT_TRUE(bytes_of(1, 0).find("T11") != std::string::npos);
    EXPECT_TRUE(bytes_of(2, 0).find("T12") != std::string::npos);
}

TEST_F(CollectorTest, WhoDiesBeforeThePackageIsRecordedMakesItAfterwardsOnce) {
    write("import.xml", goods);
    write("offers.xml", offers);
    look();
    clock.pass(settle);
    memory.fails_at = "record";
    EXPECT_THROW(look(), Error);
    EXPECT_EQ(entries_in(settings.spool), 0U);
    EXPECT_EQ(entries_in(settings.landing), 2U);
    restart();
    source.files.clear();  // 1C has cleared its folder meanwhile
    EXPECT_EQ(look_for(minutes(1)), 1U);
    EXPECT_EQ(files_of(0), (Names{"import.xml", "offers.xml"}));
    EXPECT_EQ(entries_in(settings.landing), 0U);
    EXPECT_EQ(look_for(minutes(10)), 0U);
}

TEST_F(CollectorTest, WhoDiesBeforeACopyIsRecordedCopiesAgain) {
    write("people.xml", contragents);
    look();
    clock.pass(settle);
    memory.fails_at = "save";
    EXPECT_THROW(look(), Error);
    EXPECT_EQ(entries_in(settings.landing), 1U) << "a copy that nobody knows of";
    restart();
    EXPECT_EQ(look().packages.size(), 1U);
    EXPECT_EQ(source.fetches, 2);
    EXPECT_EQ(entries_in(settings.landing), 0U);
}

TEST_F(CollectorTest, ACopyThatIsGoneIsMadeAgain) {
    write("import.xml", goods);
    EXPECT_EQ(look_for(settle), 0U);
    restart();
    std::filesystem::remove_all(settings.landing);
    EXPECT_EQ(look_for(minutes(6)), 1U);
    EXPECT_EQ(bytes_of(0, 0), goods);
}

TEST_F(CollectorTest, MovesFilesToTheArchiveOnceTheirPackageHasEnded) {
    settings.source.archive = config::ArchivePolicy::move;
    settings.source.done_file = "*.done";
    write("sub/people.xml", contragents);
    write("sub/people.xml.done", "");
    EXPECT_EQ(look_for(minutes(5)), 1U);
    EXPECT_TRUE(source.files.contains("sub/people.xml"));
    memory.ended = {memory.packages[0].package.id};
    source.files[".obmen-archive/2026-01-15/sub/people.xml"] = {};
    look();
    EXPECT_FALSE(source.files.contains("sub/people.xml"));
    EXPECT_FALSE(source.files.contains("sub/people.xml.done"));
    EXPECT_EQ(source.files.at(".obmen-archive/2026-01-15/sub/people.2.xml").bytes, contragents);
    EXPECT_TRUE(memory.rows.empty());
    EXPECT_EQ(look_for(minutes(5)), 0U);
}

TEST_F(CollectorTest, WhatHasChangedSinceItWasCopiedStaysInTheSource) {
    settings.source.archive = config::ArchivePolicy::remove;
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    write("people.xml", contragents + "new");
    EXPECT_EQ(look_for(seconds(30)), 1U);
    EXPECT_TRUE(source.files.contains("people.xml"));
    EXPECT_EQ(bytes_of(1, 0), contragents + "new");
    memory.ended.push_back(memory.packages[1].package.id);
    look();
    EXPECT_TRUE(source.files.empty());
}

TEST_F(CollectorTest, WhatWasWrittenWhileItsNameWasMovedComesBack) {
    settings.source.archive = config::ArchivePolicy::move;
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    source.on_rename = [&](const std::string& name) {
        source.on_rename = nullptr;
        write(name, contragents + "new");
    };
    EXPECT_EQ(look_for(minutes(1)), 1U);
    EXPECT_EQ(bytes_of(1, 0), contragents + "new");
}

TEST_F(CollectorTest, WhatWasWrittenWhileItsNameWasDeletedComesBack) {
    settings.source.archive = config::ArchivePolicy::remove;
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    source.on_rename = [&](const std::string& name) {
        source.on_rename = nullptr;
        write(name, contragents + "new");
    };
    EXPECT_EQ(look_for(minutes(1)), 1U);
    EXPECT_EQ(bytes_of(1, 0), contragents + "new");
    EXPECT_EQ(source.files.size(), 1U) << "its package has not ended";
}

TEST_F(CollectorTest, WhatWasWrittenTwiceMeanwhileIsTakenTwice) {
    for (const config::ArchivePolicy policy : {config::ArchivePolicy::remove, config::ArchivePolicy::move}) {
        settings.source.archive = policy;
        restart();
        write("people.xml", contragents);
        const std::size_t before = memory.packages.size();
        EXPECT_EQ(look_for(settle), 1U);
        memory.ended = {memory.packages.back().package.id};
        source.on_rename = [&](const std::string& name) {
            source.on_rename = nullptr;
            write(name, contragents + "first");
        };
        source.on_renamed = [&](const std::string& name) {
            source.on_renamed = nullptr;
            write(name, contragents + "second");
        };
        EXPECT_EQ(look_for(minutes(1)), 2U);
        EXPECT_EQ(memory.packages.size(), before + 3);
        source.files.clear();
        source.files["kept.xml"] = {};
        look();
    }
}

TEST_F(CollectorTest, ADeletionThatWasCutOffIsFinishedOrUndone) {
    settings.source.archive = config::ArchivePolicy::remove;
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    source.rename("people.xml", "people.xml.obmen-delete.tmp");
    source.files["other.xml.obmen-delete.tmp"] = {
        .bytes = contragents + "other", .modified = clock.now(), .identity = "another"};
    restart();
    source.rename_fault = Message{"SRC-DENIED", {"folder:/exports", "other.xml"}};
    EXPECT_EQ(look_for(minutes(1)), 0U) << "what cannot be undone holds nobody up";
    source.rename_fault.reset();
    EXPECT_EQ(look_for(minutes(1)), 1U) << "the one that nobody has taken";
    EXPECT_EQ(bytes_of(1, 0), contragents + "other");
    EXPECT_FALSE(source.files.contains("people.xml"));
    EXPECT_FALSE(source.files.contains("people.xml.obmen-delete.tmp"));
    EXPECT_TRUE(source.files.contains("other.xml"));
}

TEST_F(CollectorTest, WhereNothingCanBeRenamedNothingIsDeleted) {
    settings.source.archive = config::ArchivePolicy::remove;
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    source.rename_fault = Message{"SRC-DENIED", {"folder:/exports", "people.xml"}};
    EXPECT_EQ(look_for(minutes(10)), 0U);
    EXPECT_TRUE(source.files.contains("people.xml"));
    EXPECT_EQ(memory.rows.at("people.xml").reason, source.rename_fault);
}

TEST_F(CollectorTest, AMoveThatFailsIsTriedAgainAndNothingIsTakenTwice) {
    settings.source.archive = config::ArchivePolicy::move;
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    source.rename_fault = Message{"SRC-DENIED", {"folder:/exports", "people.xml"}};
    EXPECT_EQ(look_for(minutes(10)), 0U);
    EXPECT_EQ(memory.rows.at("people.xml").reason, source.rename_fault);
    source.rename_fault.reset();
    EXPECT_EQ(look_for(minutes(40)), 0U);
    EXPECT_TRUE(source.files.contains(".obmen-archive/2026-01-15/people.xml"));
    EXPECT_TRUE(memory.rows.empty());
}

TEST_F(CollectorTest, PicturesThatThereIsNoRoomForKeepTheirPackageWaiting) {
    settings.archive_limits.keep_free = std::uint64_t{1} << 60U;
    write("import_files/1.jpg", "one");
    write("a.xml", "picture import_files/1.jpg\n" + goods);
    write("b.xml", contragents);
    EXPECT_EQ(look_for(std::chrono::minutes(30)), 1U);
    EXPECT_EQ(files_of(0), Names{"b.xml"});
    EXPECT_EQ(notes, Names{"SYS-DISK-LOW"}) << "said once";
    settings.archive_limits.keep_free = 0;
    restart();
    EXPECT_EQ(look_for(std::chrono::minutes(30)), 1U);
    EXPECT_EQ(memory.packages.at(1).package.pictures.size(), 1U);
}

/// Taken later, it would lay its older values over the newer ones.
TEST_F(CollectorTest, WhatWasFormedLaterDoesNotOvertakeWhatWaitsForRoom) {
    settings.archive_limits.keep_free = std::uint64_t{1} << 60U;
    write("import_files/1.jpg", "one");
    write("a.xml", "picture import_files/1.jpg\ncatalogue G\noffers G\nformed 2026-01-15T10:00:00\nend\n");
    EXPECT_EQ(look_for(minutes(10)), 0U);
    write("b.xml", "catalogue G\noffers G\nformed 2026-01-15T10:10:00\nend\n");
    write("c.xml", "catalogue H\noffers H\nformed 2026-01-15T10:20:00\nend\n");
    EXPECT_EQ(look_for(minutes(10)), 1U);
    EXPECT_EQ(files_of(0), Names{"c.xml"}) << "another catalogue";
    EXPECT_EQ(memory.rows.at("a.xml").reason.value().code, Code{"SYS-DISK-LOW"});
    settings.archive_limits.keep_free = 0;
    restart();
    EXPECT_EQ(look_for(minutes(1)), 2U);
    EXPECT_EQ(files_of(1), Names{"a.xml"});
    EXPECT_EQ(files_of(2), Names{"b.xml"});
    EXPECT_FALSE(memory.rows.at("a.xml").reason);
}

/// The room for an archive's own bytes is not the room for what is in it; and nobody knows what is in it.
TEST_F(CollectorTest, AnArchiveThatThereIsNoRoomToUnpackIsNotOvertakenByWhatCameLater) {
    settings.archive_limits.keep_free = std::uint64_t{1} << 60U;
    write("before.xml", contragents);
    clock.pass(seconds(1));
    look();
    clock.pass(step);
    write("a.zip", zip_bytes({{"import.xml", goods}}));
    EXPECT_EQ(look_for(minutes(5)), 1U);
    EXPECT_EQ(files_of(0), Names{"before.xml"});
    write("later.xml", contragents + "later");
    EXPECT_EQ(look_for(minutes(5)), 0U);
    EXPECT_EQ(notes, Names{"SYS-DISK-LOW"}) << "said once";
    const std::size_t writes = memory.writes;
    look();
    EXPECT_EQ(memory.writes, writes) << "what waits costs nothing";
    settings.archive_limits.keep_free = 0;
    restart();
    EXPECT_EQ(look_for(minutes(1)), 2U);
    EXPECT_EQ(files_of(1), Names{"import.xml"});
    EXPECT_EQ(files_of(2), Names{"later.xml"});
    EXPECT_EQ(source.fetches, 3) << "from its private copy";
}

}  // namespace
}  // namespace obmen::arrival
