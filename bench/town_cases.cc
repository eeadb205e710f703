// The events of a town's cases: what they say, and their signatures.

#include <boost/json.hpp>
#include <thread>

#include "bench/town.h"
#include "engine/base/encoding.h"
#include "projections/gate/part_maker.h"

namespace stafett::bench {
namespace {

// Staff are known; every other person is a child named for the first time.
class TownEncode final : public bti::EncodeContext {
 public:
  TownEncode(const std::unordered_map<std::string, ActorId>& staff, const ActorId& child)
      : staff_(staff), child_(child) {}
  bti::Resolved<ActorId> person(std::string_view label) override {
    const auto known = staff_.find(std::string{label});
    if (known != staff_.end()) return {known->second, false};
    return {child_, true};
  }
  bti::Resolved<SubjectId> case_id(std::string_view) override { return {SubjectId{}, false}; }
  std::optional<EventId> event(std::string_view) override { return std::nullopt; }
  std::optional<bti::EventType> type_of(const EventId&) override { return std::nullopt; }

 private:
  const std::unordered_map<std::string, ActorId>& staff_;
  const ActorId child_;
};

std::string text_of(std::mt19937_64& draw) {
  static constexpr const char* kSentences[] = {
      "Ola came to school every day this week. ",
      "The teacher and the parents agreed on how mornings begin. ",
      "He says that breaks are better when somebody he knows is near. ",
      "We look at this again after the holidays. "};
  std::string text;
  for (std::uint64_t left = 1 + draw() % 5; left > 0; --left) text += kSentences[draw() % 4];
  return text;
}

std::string local_id(std::mt19937_64& draw) {
  return "n" + to_hex(big_endian(draw()));
}

struct Drawn {
  const char* type;
  boost::json::object data;
};

Drawn draw_event(Mix mix, const std::string& colleague, std::mt19937_64& draw) {
  const std::uint64_t kind = mix == Mix::ordinary ? draw() % 6 : 4 + draw() % 2;
  if (kind == 4)
    return {"ChildHeard",
            {{"hearing", local_id(draw)},
             {"how", "talk"},
             {"adult", colleague},
             {"view", text_of(draw)}}};
  if (kind == 5)
    return {"MeetingHeld",
            {{"meeting", local_id(draw)},
             {"kind", "cooperation"},
             {"services", boost::json::array{"school"}},
             {"guardians", boost::json::array{}},
             {"childPresent", false},
             {"persons", boost::json::array{colleague}},
             {"minutes", text_of(draw)}}};
  return {"NoteAdded",
          {{"note", local_id(draw)},
           {"kind", "observation"},
           {"text", text_of(draw)},
           {"service", "school"}}};
}

std::string staff_label(std::uint64_t number) {
  return "staff-" + std::to_string(number);
}

}  // namespace

log::Unsigned Town::draft(const Case& of, const char* type, const boost::json::object& data,
                          TimeUs occurred_at) const {
  const bti::EventInfo* info = bti::registry().find(std::string_view{type});
  CHECK(info != nullptr);
  const bool begins = std::string_view{type} == "ConcernRaised";
  TownEncode context{staff_, ActorId{of.level0.array()}};
  std::vector<bti::NewLabel> labels;
  if (begins) labels.push_back({bti::LabelKind::case_, of.id.array(), "c" + to_hex(of.id.view())});
  const auto encoded = bti::encode(*info, of.id, data, context, std::move(labels));
  CHECK(encoded);
  log::Unsigned event;
  event.event = make_event_id(occurred_at, random_);
  event.stream = of.level0;
  event.expects = begins ? format::Expectation::no_stream : format::Expectation::any;
  event.occurred_at = occurred_at;
  event.parts = bti::open_parts(*encoded, random_);
  return event;
}

log::SubmissionGroup Town::sign_group(std::uint32_t events, Mix mix, Draw& draw) const {
  const TimeUs now{signed_at_.load()};
  const std::uint64_t hit = cases_hit_ == 0 ? cases_.size() : cases_hit_;
  std::vector<log::Unsigned> drafts;
  drafts.reserve(events);
  for (std::uint32_t i = 0; i < events; ++i) {
    const Drawn drawn = draw_event(mix, staff_label(draw() % signers_.size()), draw);
    drafts.push_back(draft(cases_[draw() % hit], drawn.type, drawn.data, now));
  }
  return signers_[draw() % signers_.size()]->sign(std::move(drafts), now);
}

Inputs Town::sign(std::uint64_t events, std::uint32_t group_events, Mix mix) {
  const std::uint64_t groups = (events + group_events - 1) / group_events;
  Inputs inputs(groups);
  signed_at_.store(clock_.now().value());
  std::vector<std::thread> threads;
  const std::uint64_t thread_count = std::max(1u, std::thread::hardware_concurrency());
  for (std::uint64_t t = 0; t < thread_count; ++t)
    threads.emplace_back([&, t, seed = draw_()] {
      Draw draw{seed};
      for (std::uint64_t i = t; i < groups; i += thread_count) {
        const auto left = static_cast<std::uint32_t>(
            std::min<std::uint64_t>(group_events, events - i * group_events));
        inputs[i] = sign_group(left, mix, draw);
      }
    });
  for (std::thread& thread : threads) thread.join();
  return inputs;
}

std::string Town::case_label(std::uint64_t number) const {
  return "c" + to_hex(cases_[number].id.view());
}

Inputs Town::raise_concerns(std::uint64_t count) {
  const TimeUs now = clock_.now();
  Inputs groups;
  while (count > 0) {
    std::vector<log::Unsigned> drafts;
    for (; count > 0 && drafts.size() < format::kSignedGroupMax; --count) {
      const Case fresh{random_id<SubjectId>(random_), random_id<StreamId>(random_)};
      const boost::json::object data{{"subject", "k" + to_hex(fresh.level0.view())},
                                     {"subjectKind", "child"},
                                     {"birthDate", "2017-05-04"},
                                     {"source", "employee"},
                                     {"service", "school"},
                                     {"summary", text_of(draw_)}};
      drafts.push_back(draft(fresh, "ConcernRaised", data, now));
      cases_.push_back(fresh);
    }
    groups.push_back(signers_[groups.size() % signers_.size()]->sign(std::move(drafts), now));
  }
  return groups;
}

}  // namespace stafett::bench
