#pragma once
// A log with some cases, served with groups, its clock one that stops whoever looks at it.

#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "engine/crypto/seeded_random.h"
#include "projections/scenario/scenario_play.h"
#include "projections/viewer/viewer_reader.h"
#include "server/groups/groups.h"
#include "tests/support/temporary_directory.h"

namespace stafett::server::testing {

// Time as it is. A thread that is to be held stops at each look until it is let go on.
class HoldingClock final : public Clock {
 public:
  TimeUs now() override {
    std::unique_lock lock{mutex_};
    if (std::this_thread::get_id() == held_) {
      is_waiting_ = true;
      news_.notify_all();
      news_.wait(lock, [this] { return !is_waiting_; });
    }
    return clock_.now();
  }
  void hold_me() {
    const std::lock_guard lock{mutex_};
    held_ = std::this_thread::get_id();
  }
  // The thread that was held does not look any more.
  void end() {
    const std::lock_guard lock{mutex_};
    held_ = {};
    is_over_ = true;
    news_.notify_all();
  }
  // Whether it looks once more, and is held; it is let go on first if it is held already.
  bool holds_again() {
    std::unique_lock lock{mutex_};
    is_waiting_ = false;
    news_.notify_all();
    news_.wait(lock, [this] { return is_waiting_ || is_over_; });
    return !is_over_;
  }

 private:
  SystemClock clock_;
  std::mutex mutex_;
  std::condition_variable news_;
  std::thread::id held_;  // Guarded by mutex_, as all below.
  bool is_waiting_ = false, is_over_ = false;
};

inline const char* const kCases = R"({"name": "groups", "day0": "2026-01-12",
 "services": {},
 "people": {"lise": {"roles": ["employee"], "service": "school"},
            "ola": {"roles": ["child"]}, "per": {"roles": ["child"]}},
 "events": [CONCERN_A, CONCERN_B,
  {"day": 1, "case": "a", "type": "NoteAdded", "by": "lise",
   "data": {"note": "n1", "kind": "general", "text": "a talk"}}]})";

inline std::string concern(const std::string& case_label, const std::string& child) {
  return R"({"day": 0, "case": ")" + case_label +
         R"(", "type": "ConcernRaised", "by": "lise", "data": {"subject": ")" + child +
         R"(", "subjectKind": "child", "birthDate": "2017-05-04", "source": "employee",
             "service": "school", "summary": "alone in the breaks"}})";
}

// Events of two cases: a concern about each, and a note in the first.
class ServedGroups final {
 public:
  ServedGroups() {
    crypto::SeededRandom random{7};
    const log::LogPaths paths = log::LogPaths::beside(directory_.path("log"));
    {
      auto played = bti::ScenarioPlay::play(scenario(), paths, storage::posix_files(), random);
      BOOST_REQUIRE_MESSAGE(played, (played ? "" : played.error().to_string()));
    }
    log::LogOptions options{clock, random_, storage::posix_files()};
    options.door_threads = 1;
    options.checkpoint_interval = std::chrono::milliseconds{0};
    Result<bti::BtiLog> opened = bti::open_log(paths, options);
    BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().to_string()));
    log_ = std::move(*opened);
    served = std::make_unique<ServedLog>("9901", log_, LogService{});
    const Result<void> added = of_logs.add(*served);
    BOOST_REQUIRE_MESSAGE(added, (added ? "" : added.error().to_string()));
    const auto person = bti::ViewerReader(*log_.log, *log_.gate).person_named("lise");
    BOOST_REQUIRE(person.has_value());
    lise.person = *person;
    lise.label = "lise";
    lise.expires_at = TimeUs{INT64_MAX};
  }

  std::shared_ptr<Group> group(const std::string& name, std::uint32_t window = 256,
                               std::uint32_t attempts = 10, std::uint32_t lease_s = 30) {
    GroupDefinition definition;
    definition.purpose = {"followUp", "visit", {}};
    definition.types = {"ConcernRaised", "NoteAdded"};
    definition.window = window;
    definition.attempts = attempts;
    definition.lease_s = lease_s;
    const auto made = of_logs.find(*served)->make(lise, name, definition);
    BOOST_REQUIRE_MESSAGE(made, (made ? "" : made.error().to_string()));
    return made->group;
  }
  TakenBatch take(Group& group, std::size_t count_max = 10) const {
    Result<TakenBatch> taken = group.take(lise, "member", count_max);
    BOOST_REQUIRE_MESSAGE(taken, (taken ? "" : taken.error().to_string()));
    return std::move(*taken);
  }

  HoldingClock clock;

 private:
  static bti::Scenario scenario() {
    std::string text = kCases;
    text.replace(text.find("CONCERN_A"), 9, concern("a", "ola"));
    text.replace(text.find("CONCERN_B"), 9, concern("b", "per"));
    Result<bti::Scenario> parsed = bti::parse_scenario(text);
    BOOST_REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().to_string()));
    return *parsed;
  }
  stafett::testing::TemporaryDirectory directory_;
  crypto::SeededRandom random_{8};
  bti::BtiLog log_;

 public:
  std::unique_ptr<ServedLog> served;
  GroupsOfLogs of_logs;
  SignedIn lise;
};

}  // namespace stafett::server::testing
