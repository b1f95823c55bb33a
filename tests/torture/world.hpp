#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "daemon/source_places.hpp"
#include "fault_proxy/fault_proxy.hpp"
#include "harness/process.hpp"
#include "harness/sandbox_process.hpp"
#include "ledger/packages.hpp"
#include "torture/history.hpp"
#include "torture/plan.hpp"
#include "torture/shop.hpp"
#include "torture/small_disk.hpp"

namespace obmen::torture {

/// How a run went.
struct Outcome {
    std::vector<std::string> violations;
    std::vector<std::string> deeds;  ///< what was done, in order, with the time
    std::size_t packages = 0;
    unsigned kills = 0;   ///< of obmen, by signals and failpoints
    unsigned faults = 0;  ///< everything else that was broken
};

/// Where the program under torture and its helpers are.
struct Programs {
    std::filesystem::path obmen;
    std::filesystem::path moved_time;  ///< the library that moves the clock
};

/// Of sources that this machine has servers for.
[[nodiscard]] std::size_t kinds_of_sources();

/// A source with its 1C base.
class Place {
  public:
    Place(std::string name, const tests::SourceKind& kind, Shop shop);

    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] Shop& shop() { return m_shop; }
    /// For [[source]] and [source.receipts], by way of the proxy where there is one.
    [[nodiscard]] std::string settings(const std::filesystem::path& directory) const;
    /// Where this machine sees the folders.
    [[nodiscard]] std::filesystem::path out() const;
    [[nodiscard]] std::filesystem::path in() const;
    void put(const std::string& file, const std::string& bytes);
    void append(const std::string& file, std::string_view bytes) const;
    void go_away();
    void come_back();
    /// Neither the way nor the protocol protects what is sent.
    [[nodiscard]] bool is_plain() const { return m_is_plain; }
    [[nodiscard]] fault_proxy::FaultProxy* proxy() const { return m_proxy.get(); }
    /// Of the settings' files.
    [[nodiscard]] std::vector<std::string> secrets() const;

  private:
    [[nodiscard]] std::string out_folder() const { return m_name + "-out"; }
    [[nodiscard]] std::string in_folder() const { return m_name + "-in"; }
    [[nodiscard]] std::string by_way(std::string settings, const std::filesystem::path& directory) const;

    std::string m_name;
    std::unique_ptr<tests::SourcePlace> m_place;
    std::unique_ptr<fault_proxy::FaultProxy> m_proxy;
    Shop m_shop;
    std::filesystem::path m_away;
    bool m_is_away = false;
    bool m_is_plain = false;
};

/// One run: the world, what is done to it, and what is known to have been done.
class World {
  public:
    World(const Plan& plan, const Programs& programs, std::filesystem::path directory);
    Outcome run();

  private:
    // world.cpp
    void play();
    void write_settings();
    [[nodiscard]] std::map<std::string, std::string> environment(const std::string& failpoints = {}) const;
    void start(const std::string& failpoints = {});
    /// Starts obmen again if it has ended; an end that nobody asked for is a violation.
    void keep_running();
    void note_end();
    /// While obmen is dead: nothing is out of 1C's sight before its package has ended.
    void look_into_archives();
    [[nodiscard]] std::vector<std::string> contents_of_file(const std::string& sha256) const;
    void wait(std::chrono::milliseconds time);
    void say(const std::string& deed);
    [[nodiscard]] std::vector<ledger::Package> packages() const;
    void end_faults();
    void settle();
    /// What must stand still for the world to be settled.
    [[nodiscard]] std::string progress() const;
    [[nodiscard]] bool is_settled() const;
    [[nodiscard]] bool retry_what_failed();
    [[nodiscard]] Places places() const;

    // world_deeds.cpp
    void act(const Step& step);
    void act_on_files(const Step& step, Place& place);
    void act_on_surroundings(const Step& step, Place& place);
    void act_as_person(const Step& step, Place& place);
    void drop(Place& place, Export made);
    [[nodiscard]] Drop* lying(const Place& place, const std::string& name);
    void put_pictures(Place& place, const std::vector<Picture>& pictures);
    void mend(Place& place);
    /// Puts `made` under a name that may still be there.
    void drop_over(Place& place, Export made);
    void drop_half(const Step& step, Place& place);
    void repeat(const Step& step, Place& place);
    void rewrite(Place& place);
    void wipe(Place& place);
    [[nodiscard]] bool is_copied(const Drop& drop) const;
    void push(Place& place);
    /// A command beside the daemon. \returns its exit code
    int order(const std::string& command, const std::vector<std::string>& arguments);
    void fail_at(std::uint64_t number);
    void kill(int signal);
    void second_daemon();
    void move_clock(std::int64_t seconds);
    void move_clock_while_something_waits(const Step& step, Place& place);
    void lose_answers_of_late_requests(const Step& step, Place& place);

    Plan m_plan;
    Programs m_programs;
    std::filesystem::path m_directory;
    SmallDisk m_disk;  ///< holds the state directory
    std::unique_ptr<tests::SandboxProcess> m_portal;
    std::vector<std::unique_ptr<Place>> m_places;
    std::map<std::string, std::string> m_bytes;  ///< of what was dropped, by its hash
    std::set<std::string> m_archived;            ///< files of archives that are known to be there rightly
    std::set<std::string> m_reopened;            ///< packages that a person wanted tried again
    std::unique_ptr<tests::Process> m_daemon;
    bool m_end_is_expected = false;  ///< it was killed, or a failpoint is set, or the disk is full
    bool m_disk_was_full = false;
    std::int64_t m_moved_seconds = 0;
    Truth m_truth;
    Outcome m_outcome;
    int m_now = 0;  ///< steps
    std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
};

}  // namespace obmen::torture
