#include <chrono>
#include <string>

#include "collector_fixture.hpp"

namespace obmen::arrival {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST_F(CollectorTest, TakesAFileThatHasBeenStillForTheSettleTime) {
    write("people.xml", contragents);
    EXPECT_EQ(look().look_again_in, Duration(settle));
    clock.pass(seconds(19));
    EXPECT_TRUE(look().packages.empty());
    clock.pass(seconds(1));
    const CollectorReport report = look();
    ASSERT_EQ(report.packages.size(), 1U);
    EXPECT_EQ(report.packages[0], memory.packages[0].package.id);
    EXPECT_EQ(report.waiting, 0U);
    EXPECT_EQ(files_of(0), Names{"people.xml"});
    EXPECT_EQ(bytes_of(0, 0), contragents);
    EXPECT_EQ(memory.packages[0].package.source, "folder:/exports: people.xml");
    EXPECT_EQ(memory.rows.at("people.xml").package, report.packages[0]);
    EXPECT_EQ(entries_in(settings.landing), 0U) << "the copy is in the spool, once";
}

TEST_F(CollectorTest, LeavesAGrowingFileUntilItStops) {
    std::string bytes = "contragents\n";
    for (int i = 0; i < 12; ++i) {
        bytes += "more\n";
        write("people.xml", bytes);
        EXPECT_TRUE(look().packages.empty());
        clock.pass(seconds(10));
    }
    EXPECT_EQ(source.fetches, 0) << "not worth a transfer";
    write("people.xml", bytes + "end\n");
    EXPECT_EQ(look_for(seconds(30)), 1U);
    EXPECT_EQ(bytes_of(0, 0), bytes + "end\n");
}

TEST_F(CollectorTest, APreservedModificationTimeDoesNotShortenTheWait) {
    write("people.xml", contragents);
    source.files["people.xml"].modified = clock.now() - hours(24 * 30);
    EXPECT_EQ(look_for(seconds(19)), 0U);
    EXPECT_EQ(look_for(seconds(1)), 1U);
}

TEST_F(CollectorTest, AClockThatIsSetMakesNothingReadyTooEarly) {
    write("people.xml", contragents);
    look();
    clock.set_back_or_forth(hours(5));
    EXPECT_TRUE(look().packages.empty());
    restart();  // what was remembered must not speak of five hours either
    clock.pass(seconds(10));
    EXPECT_TRUE(look().packages.empty());
    clock.set_back_or_forth(-hours(9));
    EXPECT_TRUE(look().packages.empty());
    clock.pass(seconds(20));
    EXPECT_EQ(look().packages.size(), 1U) << "nor may it wait for nine hours";
}

TEST_F(CollectorTest, WhatWasSeenStillBeforeARestartCountsAndTheTimeBetweenDoesNot) {
    write("people.xml", contragents);
    EXPECT_EQ(look_for(seconds(15)), 0U);
    restart();
    clock.pass(hours(1));
    clock.begin_anew();
    EXPECT_TRUE(look().packages.empty());
    clock.pass(seconds(5));
    EXPECT_EQ(look().packages.size(), 1U);
}

TEST_F(CollectorTest, DiscardsACopyDuringWhichTheFileGrew) {
    write("people.xml", contragents);
    source.on_fetch = [&](const std::string& name) {
        clock.pass(seconds(1));
        write(name, contragents + "more\nend\n");
        source.on_fetch = nullptr;
    };
    EXPECT_EQ(look_for(settle), 0U);
    EXPECT_EQ(source.fetches, 1);
    EXPECT_EQ(entries_in(settings.landing), 0U);
    EXPECT_EQ(look_for(settle + seconds(10)), 1U);
    EXPECT_EQ(bytes_of(0, 0), contragents + "more\nend\n");
}

TEST_F(CollectorTest, AStubWaitsForItsEndAndIsReadOnceForEachCopy) {
    write("people.xml", "contragents\n");
    EXPECT_EQ(look_for(minutes(30)), 0U);
    EXPECT_EQ(reader.reads, 1);
    EXPECT_EQ(source.fetches, 1);
    ASSERT_TRUE(memory.rows.at("people.xml").reason);
    EXPECT_EQ(memory.rows.at("people.xml").reason->code, Code{"XML-TRUNCATED"});
    write("people.xml", contragents);
    EXPECT_EQ(look_for(seconds(30)), 1U);
    EXPECT_EQ(bytes_of(0, 0), contragents);
    EXPECT_EQ(entries_in(settings.landing), 0U);
}

TEST_F(CollectorTest, AStubThatIsNeverFinishedIsRejectedAndItsBytesAreKept) {
    write("people.xml", "contragents\n");
    EXPECT_EQ(look_for(seconds(3590)), 0U);
    EXPECT_EQ(look_for(seconds(20)), 1U);
    EXPECT_EQ(files_of(0), (Names{"PKG-STUB", "people.xml"}));
    EXPECT_EQ(bytes_of(0, 0), "contragents\n");
    EXPECT_EQ(look_for(hours(2)), 0U) << "once";
}

TEST_F(CollectorTest, AnEmptyFileWaitsLikeAStub) {
    write("people.xml", "");
    EXPECT_EQ(look_for(minutes(59)), 0U);
    EXPECT_EQ(source.fetches, 0);
    EXPECT_EQ(look_for(minutes(2)), 1U);
    EXPECT_EQ(files_of(0), (Names{"PKG-STUB", "people.xml"}));
}

TEST_F(CollectorTest, AFileThatIsDamagedInAnotherWayIsAPackageAtOnce) {
    write("people.xml", "broken\n");
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_EQ(files_of(0), Names{"people.xml"}) << "the reading rejects it and says why";
}

TEST_F(CollectorTest, TheSameNameWithNewContentIsTakenAgainInOrder) {
    for (const char* price : {"10", "20", "10"}) {
        write("people.xml", contragents + price);
        EXPECT_EQ(look_for(seconds(30)), 1U) << price;
    }
    EXPECT_EQ(bytes_of(0, 0), contragents + "10");
    EXPECT_EQ(bytes_of(1, 0), contragents + "20");
    EXPECT_EQ(bytes_of(2, 0), contragents + "10");
}

TEST_F(CollectorTest, ATimeThatIsToldLaterOnIsRememberedAndARewriteOfOneSizeIsSeen) {
    write("people.xml", contragents);
    source.files.at("people.xml").modified.reset();
    source.files.at("people.xml").identity.clear();
    EXPECT_EQ(look_for(settle), 1U);
    source.files.at("people.xml").modified = clock.now();
    EXPECT_EQ(look_for(minutes(1)), 0U) << "it is the same file";
    source.files.at("people.xml").modified = clock.now();
    EXPECT_EQ(look_for(minutes(1)), 1U);
}

TEST_F(CollectorTest, ACopyThatWaitsForItsPartnerGoesFirstWhenItsNameIsUsedAnew) {
    write("offers.xml", offers + "10");
    EXPECT_EQ(look_for(seconds(30)), 0U) << "goods may follow";
    write("offers.xml", offers + "20");
    EXPECT_EQ(look_for(seconds(10)), 1U);
    EXPECT_EQ(bytes_of(0, 0), offers + "10");
    memory.catalogues.emplace_back("G");
    EXPECT_EQ(look_for(seconds(30)), 1U);
    EXPECT_EQ(bytes_of(1, 0), offers + "20");
}

TEST_F(CollectorTest, TheSameFileUnderAnotherIdentityIsNoNewFile) {
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    source.files["people.xml"].identity = "another mount";
    EXPECT_EQ(look_for(minutes(2)), 0U);
    EXPECT_EQ(source.fetches, 2) << "it had to be compared, once";
    EXPECT_EQ(look_for(minutes(2)), 0U);
    EXPECT_EQ(source.fetches, 2);
    source.files["people.xml"].bytes[0] = 'C';  // same size and time, put in its place
    source.files["people.xml"].identity = "new";
    EXPECT_EQ(look_for(minutes(2)), 1U);
}

TEST_F(CollectorTest, SaysWhatVanishedBeforeItWasCopiedAndGoesOnWithWhatWas) {
    write("import.xml", goods);
    EXPECT_EQ(look_for(settle), 0U);  // copied: waits for its offers
    write("late.xml", contragents);
    write("early.xml", contragents);
    source.files["keep.txt"] = {};
    look();
    settings.source.done_file = "*.done";
    restart();
    look();
    clock.pass(minutes(1));
    look();  // ready, but for its marker
    source.files.erase("late.xml");
    source.files.erase("import.xml");
    look();
    EXPECT_TRUE(notes.empty()) << "one listing may be cut off";
    look();
    EXPECT_EQ(notes, Names{"PKG-WIPED"});
    EXPECT_FALSE(memory.rows.contains("late.xml"));
    EXPECT_TRUE(memory.rows.contains("early.xml"));
    EXPECT_EQ(look_for(minutes(5)), 1U);
    EXPECT_EQ(files_of(0), Names{"import.xml"});
}

TEST_F(CollectorTest, AWipeInTheMiddleOfACopyLeavesNothingHalfDone) {
    write("people.xml", contragents);
    write("other.xml", contragents);
    source.on_fetch = [&](const std::string& name) { source.files.erase(name); };
    source.cut_after = 10;
    EXPECT_EQ(look_for(settle), 0U);
    EXPECT_EQ(notes, (Names{"PKG-WIPED", "PKG-WIPED"}));
    EXPECT_EQ(entries_in(settings.landing), 0U);
    EXPECT_TRUE(memory.rows.empty());
}

TEST_F(CollectorTest, AWipeAfterTheLastByteLosesNothing) {
    write("people.xml", contragents);
    source.on_fetch = [&](const std::string& name) { source.files.erase(name); };
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_TRUE(notes.empty());
    EXPECT_EQ(files_of(0), Names{"people.xml"});
}

TEST_F(CollectorTest, AnEmptyFolderMakesNothingVanishUnlessASentinelVouchesForIt) {
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    const auto files = source.files;
    source.files.clear();
    look();
    EXPECT_EQ(memory.rows.size(), 1U);
    source.files = files;  // the share is back
    EXPECT_EQ(look_for(minutes(1)), 0U);
    settings.source.sentinel = "mounted";
    restart();
    source.files.clear();
    source.files["mounted"] = {};
    look();
    look();
    EXPECT_TRUE(memory.rows.empty());
}

TEST_F(CollectorTest, AListingThatMissesAFileOnceMakesNoNewFileOfIt) {
    write("other.xml", contragents);
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 2U);
    const auto whole = source.files;
    source.files.erase("people.xml");
    look();
    source.files = whole;
    EXPECT_EQ(look_for(minutes(2)), 0U) << "it is the one that is a package already";
    source.files.erase("people.xml");
    look();
    look();
    source.files = whole;
    EXPECT_EQ(look_for(minutes(2)), 1U) << "somebody has put it back";
}

TEST_F(CollectorTest, WithoutATimeAFileThatWasMissedOnceIsAnotherOne) {
    write("other.xml", contragents);
    write("people.xml", contragents);
    source.files["people.xml"].modified.reset();
    EXPECT_EQ(look_for(settle), 2U);
    const auto whole = source.files;
    source.files.erase("people.xml");
    look();
    source.files = whole;
    EXPECT_EQ(look_for(minutes(2)), 1U);
}

TEST_F(CollectorTest, ConcludesNothingWithoutTheSentinel) {
    settings.source.sentinel = ".mounted";
    write(".mounted", "");
    write("people.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    source.files.erase(".mounted");
    source.files.erase("people.xml");
    try {
        look();
        ADD_FAILURE() << "no Error";
    } catch (const Error& error) {
        EXPECT_EQ(error.finding().message.code, Code{"SRC-SENTINEL"});
        EXPECT_EQ(error.failure_class(), FailureClass::temporary);
    }
    EXPECT_EQ(memory.rows.size(), 1U);
}

TEST_F(CollectorTest, LeavesAloneWhatIsNotItsOwn) {
    settings.source.exclude = {"old/**", "test*.xml"};
    settings.source.depth = 3;
    for (const char* name : {".in.a.xml.", ".pureftpd-upload.1", "a.xml.filepart", "a.xml.partial",
                             "a.xml.part", "a.xml.tmp", "a.xml.writing", "a.xml.camelLock", "~$a.xml",
                             "Thumbs.db", ".obmen-archive/2026/a.xml", ".hidden/a.xml", "old/deep/a.xml",
                             "TEST1.xml", "a.0815.receipt.xml", "readme.txt", "a/b/c/d.xml"}) {
        write(name, contragents);
    }
    EXPECT_EQ(look_for(minutes(2)), 0U);
    EXPECT_EQ(source.fetches, 0);
    EXPECT_TRUE(memory.rows.empty());
    EXPECT_TRUE(notes.empty());
    write("a/b/c.XML", contragents);
    EXPECT_EQ(look_for(settle), 1U);
}

TEST_F(CollectorTest, TakesOnlyWhatIsIncluded) {
    settings.source.include = {"webdata/**/*.xml", "*.dat"};
    settings.source.place.charset = config::NameCharset::windows1251;
    write("people.xml", contragents);
    write("webdata/people.xml", contragents);
    write("webdata/1/\xEA\xEB\xE8\xE5\xED\xF2\xFB.xml", contragents);  // клиенты
    write("people.dat", contragents);
    EXPECT_EQ(look_for(settle), 3U);
    Names names;
    for (std::size_t i = 0; i < memory.packages.size(); ++i) {
        names.push_back(files_of(i).front());
    }
    EXPECT_EQ(names, (Names{"people.dat", "webdata/1/клиенты.xml", "webdata/people.xml"}));
}

TEST_F(CollectorTest, SaysOnceWhatItCannotTake) {
    write("link.xml", "");
    source.files["link.xml"].kind = endpoint::Entry::Kind::other;
    source.unusable = {"a?b.xml"};
    EXPECT_EQ(look_for(minutes(1)), 0U);
    std::ranges::sort(notes);
    EXPECT_EQ(notes, (Names{"PKG-FAR-NAME", "PKG-NOT-REGULAR"}));
}

TEST_F(CollectorTest, AFileThatMayNotBeReadHoldsNobodyUp) {
    write("a.xml", contragents);
    write("b.xml", contragents);
    source.denied = "a.xml";
    EXPECT_EQ(look_for(minutes(5)), 1U);
    EXPECT_EQ(files_of(0), Names{"b.xml"});
    EXPECT_EQ(notes, Names{"SRC-DENIED"});
    EXPECT_LT(source.fetches, 8);
    ASSERT_TRUE(memory.rows.at("a.xml").reason);
    source.denied.clear();
    EXPECT_EQ(look_for(minutes(10)), 1U);
}

TEST_F(CollectorTest, DoesNotTakeInWhatObmenItselfHasWritten) {
    settings.own_folders = {"obmen/state"};
    write("obmen/state/spool/1/0001.xml", contragents);
    write("obmen/a.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U);
    EXPECT_EQ(files_of(0), Names{"obmen/a.xml"});
}

TEST_F(CollectorTest, WhatCouldNotBeSavedIsSavedLater) {
    write("people.xml", contragents);
    memory.fails_at = "save";
    EXPECT_THROW(look(), Error);
    EXPECT_TRUE(memory.rows.empty());
    look();
    EXPECT_EQ(memory.rows.size(), 1U);
}

TEST_F(CollectorTest, KnownFilesCostNothing) {
    for (int i = 0; i < 40; ++i) {
        write("people" + std::to_string(i) + ".xml", contragents);
    }
    EXPECT_EQ(look_for(settle), 40U);
    restart();
    const std::size_t writes = memory.writes;
    const int fetches = source.fetches;
    const int reads = reader.reads;
    EXPECT_EQ(look_for(minutes(5)), 0U);
    EXPECT_EQ(memory.writes, writes);
    EXPECT_EQ(source.fetches, fetches);
    EXPECT_EQ(reader.reads, reads);
}

TEST_F(CollectorTest, CopiesNoMoreThanMayWait) {
    settings.source.most_files = 2;
    for (const char* name : {"a.xml", "b.xml", "c.xml"}) {
        write(name, contragents);
    }
    EXPECT_EQ(look_for(settle), 2U);
    memory.waiting = {.files = 2, .bytes = 40};
    EXPECT_EQ(look_for(minutes(1)), 0U);
    memory.waiting = {};
    EXPECT_EQ(look_for(seconds(10)), 1U);
    settings.source.most_bytes = 5;
    restart();
    write("d.xml", contragents);
    write("e.xml", contragents);
    EXPECT_EQ(look_for(settle), 1U) << "a file that is bigger than the limit goes alone";
    EXPECT_EQ(files_of(3), Names{"d.xml"});
}

TEST_F(CollectorTest, CopiesNothingThatWouldFillTheDisk) {
    settings.disk_low_bytes = 1000;
    free_bytes = 1000 + contragents.size() - 1;
    write("a.xml", contragents);
    EXPECT_EQ(look_for(minutes(2)), 0U);
    EXPECT_EQ(notes, Names{"SYS-DISK-LOW"});
    EXPECT_EQ(source.fetches, 0);
    ++free_bytes;
    EXPECT_EQ(look_for(seconds(10)), 1U);
}

TEST_F(CollectorTest, WaitsForTheMarkerThatBelongsToTheFile) {
    settings.source.done_file = "*.done";
    write("a.xml.done", "");
    clock.pass(minutes(10));
    write("a.xml", contragents);
    EXPECT_EQ(look_for(minutes(2)), 0U) << "that marker is older than the file";
    write("a.xml.done", "");
    EXPECT_EQ(look_for(seconds(10)), 1U);
    EXPECT_TRUE(source.files.contains("a.xml.done")) << "nothing in the source is touched";
}

TEST_F(CollectorTest, WaitsForTheMarkerOfAFolder) {
    settings.source.done_file = "ready.flag";
    settings.source.archive = config::ArchivePolicy::remove;
    write("webdata/a.xml", contragents);
    EXPECT_EQ(look_for(minutes(2)), 0U);
    write("webdata/ready.flag", "");
    EXPECT_EQ(look_for(seconds(10)), 1U);
    look();
    EXPECT_EQ(source.files.size(), 2U) << "its package has not ended";
    memory.ended = {memory.packages[0].package.id};
    look();
    EXPECT_EQ(source.files.size(), 1U) << "that listing may have been cut off";
    look();
    EXPECT_TRUE(source.files.empty());
}

/// A server that ends a listing early says that it was whole.
TEST_F(CollectorTest, AMarkerOfAFolderStaysForFilesThatListingsHaveMissed) {
    settings.source.done_file = "ready.flag";
    settings.source.archive = config::ArchivePolicy::remove;
    write("a.xml", contragents);
    write("b.xml", contragents + "other");
    write("ready.flag", "");
    EXPECT_EQ(look_for(settle), 2U);
    memory.ended = {memory.packages[0].package.id};
    source.missing_in_listings = {"b.xml"};
    look();
    EXPECT_EQ(source.files.size(), 2U) << "a.xml has gone";
    EXPECT_TRUE(source.files.contains("ready.flag"));
    source.missing_in_listings.clear();
    look();
    EXPECT_TRUE(source.files.contains("ready.flag"));

    write("c.xml", contragents + "new");  // that no listing has shown yet
    write("ready.flag", "");
    source.missing_in_listings = {"c.xml"};
    memory.ended.push_back(memory.packages[1].package.id);
    look();
    EXPECT_TRUE(source.files.contains("ready.flag"));
    source.missing_in_listings.clear();
    EXPECT_EQ(look_for(minutes(1)), 1U);
    EXPECT_TRUE(source.files.contains("ready.flag")) << "its package has not ended";
    memory.ended.push_back(memory.packages[2].package.id);
    look();
    look();
    EXPECT_TRUE(source.files.empty());
}

/// A cut-off listing hides it, and so does the next one: nobody has seen that nothing needs the marker any
/// more.
TEST_F(CollectorTest, AMarkerOfAFolderStaysForAFileThatTwoListingsHaveMissed) {
    settings.source.done_file = "ready.flag";
    settings.source.archive = config::ArchivePolicy::remove;
    write("a.xml", contragents);
    write("b.xml", contragents + "other");
    write("ready.flag", "");
    EXPECT_EQ(look_for(settle), 2U);
    memory.ended = {memory.packages[0].package.id};
    source.missing_in_listings = {"b.xml"};
    look();
    EXPECT_FALSE(source.files.contains("a.xml"));
    look();
    look();
    EXPECT_TRUE(source.files.contains("ready.flag"));
}

/// 1C writes it first, or in another folder.
TEST_F(CollectorTest, AMarkerThatNoTakenFileHadIsLeftAlone) {
    settings.source.done_file = "ready.flag";
    settings.source.archive = config::ArchivePolicy::remove;
    write("one/a.xml", contragents);
    write("one/ready.flag", "");
    EXPECT_EQ(look_for(settle), 1U);
    memory.ended = {memory.packages[0].package.id};
    write("two/ready.flag", "");
    look();
    look();
    look();
    EXPECT_EQ(source.files.size(), 1U);
    EXPECT_TRUE(source.files.contains("two/ready.flag"));
}

TEST_F(CollectorTest, HoldsACopyAgainstItsSidecars) {
    write("a.xml", contragents);
    write("a.xml.sha256", sha256_hex(contragents) + "  a.xml\n");
    write("a.xml.md5", "D41D8CD98F00B204E9800998ECF8427E");
    EXPECT_EQ(look_for(minutes(2)), 0U);
    ASSERT_TRUE(memory.rows.at("a.xml").reason);
    EXPECT_EQ(memory.rows.at("a.xml").reason->code, Code{"PKG-SIDECAR"});
    EXPECT_EQ(reader.reads, 1);
    source.files.erase("a.xml.md5");
    write("a.xml.size", std::to_string(contragents.size()));
    EXPECT_EQ(look_for(seconds(10)), 1U);
    EXPECT_EQ(files_of(0), Names{"a.xml"});
}

TEST_F(CollectorTest, ASidecarThatNeverAgreesRejectsTheFile) {
    write("a.xml", contragents);
    write("a.xml.size", "1");
    EXPECT_EQ(look_for(minutes(59)), 0U);
    EXPECT_EQ(look_for(minutes(2)), 1U);
    EXPECT_EQ(files_of(0), (Names{"PKG-SIDECAR", "a.xml"}));
}

}  // namespace
}  // namespace obmen::arrival
