#pragma once
// A town of a few cases and the feeds of its people.

#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/recorder/recorder.h"
#include "server/feed/feed.h"
#include "tests/server/reported/reported_town.h"

namespace stafett::server::test {

class FeedTown final {
 public:
  explicit FeedTown(int cases) : town_{with_cases(cases), 13} {}

  ServedLog& served() { return town_.served; }
  log::Log& log() { return town_.played.log(); }
  TimeUs now() { return town_.played.clock.now(); }
  void pass(std::chrono::microseconds time) {
    town_.played.clock.set(TimeUs{now().value() + time.count()});
  }
  SubjectId case_id(const std::string& label) const { return town_.played.case_id(label); }

  // The leader of the service that raised the concerns.
  FeedRequest of(const std::optional<std::string>& case_label = {},
                 const std::string& person = "odd") {
    FeedRequest request;
    request.reader = {town_.played.person(person), person, TimeUs{INT64_MAX}};
    request.purpose = {"control", "v1", {}};
    if (case_label) request.case_id = case_id(*case_label);
    return request;
  }
  void note(const std::string& case_label, std::chrono::seconds ahead = {},
            const std::string& text = "a talk") {
    bti::JsonEvent event = begun("NoteAdded", "lise", ahead);
    event.case_label = case_label;
    event.data = {{"note", "m" + std::to_string(++notes_)}, {"kind", "general"}, {"text", text}};
    record(std::move(event));
  }
  void read(const std::string& case_label) {
    FeedRequest reader = of(case_label);
    reader.purpose.visit = "r" + std::to_string(++notes_);
    const auto admission = served().reads.admit(*reader.case_id, reader.reader, reader.purpose);
    BOOST_REQUIRE_MESSAGE(admission, (admission ? "" : admission.error().to_string()));
    BOOST_REQUIRE(!admission->refusal);
  }
  // For so many days, for all cases, by two people.
  SignedIn auditor_for(int days) {
    const bti::Date today = bti::local_date(now());
    add_person("tilsyn", "auditor");
    add_person("ombud", "dpo");
    bti::JsonEvent grant = begun("AuditAccessGranted", "founder", {});
    grant.data = {{"grant", "g1"},
                  {"auditor", "tilsyn"},
                  {"allCases", true},
                  {"from", today.to_text()},
                  {"to", (today + days).to_text()},
                  {"ground", "control"}};
    bti::JsonEvent approval = begun("AuditAccessApproved", "ombud", {});
    approval.data = {{"target", to_uuid_text(record(std::move(grant)).view())}};
    record(std::move(approval));
    return {town_.played.person("tilsyn"), "tilsyn", TimeUs{INT64_MAX}};
  }
  void leaves(const std::string& person) {
    bti::JsonEvent event = begun("PersonRegistered", "founder", {});
    event.data = {
        {"person", person}, {"roles", {"leader"}}, {"service", "school"}, {"active", false}};
    record(std::move(event));
  }

 private:
  static Town with_cases(int cases) {
    Town town;
    for (int i = 0; i < cases; ++i) town.concern(0, "case-" + std::to_string(i));
    return town;
  }
  bti::JsonEvent begun(const std::string& type, const std::string& actor,
                       std::chrono::seconds ahead) {
    bti::JsonEvent event;
    event.type = type;
    event.actor = actor;
    event.occurred_at = TimeUs{now().value() + std::chrono::microseconds{ahead}.count()};
    return event;
  }
  void add_person(const std::string& label, const std::string& role) {
    bti::JsonEvent event = begun("PersonRegistered", "founder", {});
    event.data = {{"person", label}, {"roles", {role}}, {"active", true}};
    record(std::move(event));
  }
  EventId record(bti::JsonEvent event) {
    const bti::Answer answer =
        bti::Recorder{log(), town_.played.gate()}.record_and_wait(std::move(event));
    BOOST_REQUIRE_MESSAGE(answer.accepted(), boost::json::serialize(answer.to_json()));
    return *answer.id;
  }

  ServedTown town_;
  int notes_ = 0;
};

inline FeedStep step(Feed& feed, std::size_t events_max = 4096) {
  Result<FeedStep> taken = feed.step(events_max);
  BOOST_REQUIRE_MESSAGE(taken, (taken ? "" : taken.error().to_string()));
  return std::move(*taken);
}

// Everything until the log's end, in steps of so many.
inline std::vector<FeedEvent> all_of(FeedTown& town, Feed& feed, std::size_t events_max) {
  std::vector<FeedEvent> events;
  while (feed.looked_at() < town.log().head().size) {
    FeedStep taken = step(feed, events_max);
    BOOST_TEST(taken.events.size() <= events_max);
    std::ranges::move(taken.events, std::back_inserter(events));
  }
  return events;
}

inline std::vector<std::uint64_t> positions(const std::vector<FeedEvent>& events) {
  std::vector<std::uint64_t> all;
  for (const FeedEvent& event : events) all.push_back(event.position.value());
  return all;
}

}  // namespace stafett::server::test
