// Random submissions against a plain model: a list of entries and a map of what became of each id.
// A failing case is replayed with the RC_PARAMS that rapidcheck prints.

#include <rapidcheck.h>

#include <future>
#include <limits>

#include "tests/engine/log/fault_place.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(log_prop_test)
namespace {

using namespace stafett::log::testing;

struct Entry {
  EventId event;
  StreamId stream;
  std::uint64_t version;
};
// A code, or a position.
struct Fate {
  std::string code;  // empty: recorded
  std::uint64_t position = 0;
  friend bool operator==(const Fate&, const Fate&) = default;
};

// What of a submission decides its fate.
struct Event {
  EventId id;
  Hash leaf;
  StreamId stream;
  bool refuse;
  enum class Expects { any, none, head } expects;
  std::uint64_t head_position;  // of the entry that it expects as head
};

class Model {
 public:
  explicit Model(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  const std::vector<Entry>& entries() const { return entries_; }
  std::uint64_t versions(const StreamId& stream) const {
    return static_cast<std::uint64_t>(
        std::ranges::count(entries_, stream, [](const Entry& e) { return e.stream; }));
  }

  static constexpr std::uint64_t kNoHead = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t head(const StreamId& stream) const {
    for (std::size_t i = entries_.size(); i > 0; --i)
      if (entries_[i - 1].stream == stream) return i - 1;
    return kNoHead - 1;
  }

  std::vector<Fate> submit(const std::vector<Event>& events, Atomic atomic) {
    std::vector<Fate> fates;
    if (atomic == Atomic::no) {
      for (const Event& event : events) fates.push_back(one(event));
      return fates;
    }
    std::vector<std::optional<Fate>> known;
    for (const Event& event : events) known.push_back(earlier(event));
    const bool all_known = std::ranges::all_of(known, [](const auto& f) { return f.has_value(); });
    bool refused = false;
    std::map<StreamId, std::uint64_t> planned;
    for (std::size_t i = 0; i < events.size(); ++i)
      refused |= known[i] || judge(events[i], planned[events[i].stream]++) != "";
    for (std::size_t i = 0; i < events.size(); ++i) {
      if (known[i] && (all_known || refused))
        fates.push_back(*known[i]);
      else
        fates.push_back(settle(events[i], refused ? "group-refused" : ""));
    }
    return fates;
  }

 private:
  std::string judge(const Event& event, std::uint64_t planned) const {
    const std::uint64_t versions = this->versions(event.stream) + planned;
    const bool expected = event.expects == Event::Expects::any ||
                          (event.expects == Event::Expects::none && versions == 0) ||
                          (event.expects == Event::Expects::head && planned == 0 &&
                           head(event.stream) == event.head_position);
    if (!expected) return "conflict";
    return event.refuse ? "not-now" : "";
  }
  std::optional<Fate> earlier(const Event& event) const {
    const auto found = fates_.find(event.id);
    if (found == fates_.end()) return std::nullopt;
    return found->second.first == event.leaf ? found->second.second : Fate{"conflict"};
  }
  Fate settle(const Event& event, const std::string& code) {
    Fate fate{code, code.empty() ? entries_.size() : 0};
    fates_[event.id] = {event.leaf, fate};
    if (code.empty()) entries_.push_back({event.id, event.stream, versions(event.stream)});
    return fate;
  }
  Fate one(const Event& event) {
    if (const auto fate = earlier(event)) return *fate;
    return settle(event, judge(event, 0));
  }

  std::vector<Entry> entries_;
  std::map<EventId, std::pair<Hash, Fate>> fates_;
};

class Play {
 public:
  Play() : model_(start()) {
    for (int i = 0; i < 3; ++i) streams_.push_back(log_.new_stream());
  }

  // One signed group; another may be handed in before its outcome is there.
  void submit_new() {
    Handed handed;
    std::vector<Unsigned> events;
    handed.atomic = *rc::gen::arbitrary<bool>() ? Atomic::yes : Atomic::no;
    const int count = *rc::gen::inRange(1, 6);
    for (int i = 0; i < count; ++i) {
      Drawn drawn = draw_event();
      events.push_back(std::move(drawn.event));
      handed.events.push_back(drawn.plain);
    }
    log_.tick();
    handed.group = log_.admin().sign(std::move(events), log_.clock().now(), handed.atomic);
    for (std::size_t i = 0; i < handed.events.size(); ++i)
      handed.events[i].leaf = transparency::leaf_hash(handed.group.events[i].intent);
    hand_in(handed);
    handed_.push_back(std::move(handed));
  }

  void submit_again() {
    if (handed_.empty()) return;
    const std::size_t which = *rc::gen::inRange<std::size_t>(0, handed_.size());
    hand_in(handed_[which]);
  }

  void settle() {
    for (Waiting& waiting : waiting_) {
      const Outcomes outcomes = waiting.outcomes.get();
      RC_ASSERT(outcomes.size() == waiting.fates.size());
      for (std::size_t i = 0; i < outcomes.size(); ++i) {
        RC_ASSERT(outcomes[i].has_value());
        check(*outcomes[i], waiting.fates[i]);
      }
    }
    waiting_.clear();
    RC_ASSERT(log_->head().size.value() == model_.entries().size());
  }

  void checkpoint() {
    settle();
    const auto note = log_->checkpoint_now();
    RC_ASSERT(note.has_value());
    RC_ASSERT(log_->latest_checkpoint()->size.value() == model_.entries().size());
  }

  void reopen() {
    settle();
    log_.close();
    const Result<void> opened = log_.open();
    RC_ASSERT(opened.has_value());
    RC_ASSERT(!log_->read_only_reason().has_value());
  }

  void check_all() {
    settle();
    const std::vector<Entry> stored = read();
    RC_ASSERT(stored.size() == model_.entries().size());
    for (std::size_t i = 0; i < stored.size(); ++i) {
      const Entry& want = model_.entries()[i];
      RC_ASSERT(stored[i].event == want.event);
      RC_ASSERT(stored[i].stream == want.stream);
      RC_ASSERT(stored[i].version == want.version);
    }
    for (const StreamId& stream : streams_) {
      const auto head = log_->store().stream_head(stream);
      RC_ASSERT(head.has_value());
      const std::uint64_t versions = head->has_value() ? (**head).version.value() + 1 : 0;
      RC_ASSERT(versions == model_.versions(stream));
    }
    check_whole(*log_);
  }

 private:
  struct Handed {
    SubmissionGroup group;
    std::vector<Event> events;
    Atomic atomic = Atomic::no;
  };
  struct Waiting {
    std::future<Outcomes> outcomes;
    std::vector<Fate> fates;
  };

  struct Drawn {
    Unsigned event;
    Event plain;
  };
  Drawn draw_event() {
    using Expects = Event::Expects;
    const StreamId stream = *rc::gen::elementOf(streams_);
    const bool refuse = *rc::gen::inRange(0, 7) == 0;
    Drawn drawn{log_.event(stream, refuse ? "refuse" : "fact"), {}};
    Unsigned& event = drawn.event;
    // Now and then an id that was used before, with other content.
    if (!handed_.empty() && *rc::gen::inRange(0, 8) == 0)
      event.event = (*rc::gen::elementOf(handed_)).events.front().id;
    drawn.plain = {event.event, {}, stream, refuse, Expects::any, Model::kNoHead};
    const int expects = *rc::gen::inRange(0, 9);
    if (expects == 0) {
      event.expects = format::Expectation::no_stream;
      drawn.plain.expects = Expects::none;
    }
    if (expects > 2) return drawn;
    if (expects > 0) {  // the head as it is now, or none that ever was
      settle();
      event.expects = format::Expectation::head;
      event.expected_head = random_id<Hash>(log_.random());
      drawn.plain.expects = Expects::head;
      const auto head = log_->store().stream_head(stream);
      RC_ASSERT(head.has_value());
      if (expects == 1 && head->has_value()) {
        drawn.plain.head_position = (**head).position.value();
        event.expected_head = transparency::leaf_hash(*log_->store().entry((**head).position));
      }
    }
    return drawn;
  }

  void hand_in(const Handed& handed) {
    auto promise = std::make_shared<std::promise<Outcomes>>();
    waiting_.push_back({promise->get_future(), model_.submit(handed.events, handed.atomic)});
    const Result<void> queued =
        log_->submit(handed.group, [promise](Outcomes o) { promise->set_value(std::move(o)); });
    RC_ASSERT(queued.has_value());
  }

  void check(const Outcome& outcome, const Fate& want) {
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
      RC_ASSERT(refusal->code == want.code);
      return;
    }
    const Receipt& receipt = std::get<Receipt>(outcome);
    RC_ASSERT(want == (Fate{"", receipt.position.value()}));
    RC_ASSERT(receipt.version.value() == model_.entries()[want.position].version);
    check_receipt(*log_, receipt);
  }

  std::vector<Entry> start() {
    require_ok(log_.create());
    require_ok(log_.open());
    return read();
  }

  std::vector<Entry> read() {
    std::vector<Entry> entries;
    require_ok(log_->store().scan_entries(Position{0}, Position{log_->head().size.value()},
                                          [&](Position, ByteView bytes) -> Result<storage::Scan> {
                                            ENGINE_TRY(entry, format::decode_entry(bytes));
                                            entries.push_back({entry.intent.event_id,
                                                               entry.intent.stream_id,
                                                               entry.stamp.version.value()});
                                            return storage::Scan::more;
                                          }));
    return entries;
  }

  FaultPlace disk_{1};  // one that fails nothing: in memory, as each group is synced
  LiveLog log_{disk_.place()};
  Model model_;
  std::vector<StreamId> streams_;
  std::vector<Handed> handed_;
  std::vector<Waiting> waiting_;
};

BOOST_AUTO_TEST_CASE(the_log_does_what_the_model_says) {
  const bool held = rc::check([] {
    Play play;
    const int steps = *rc::gen::inRange(1, 40);
    for (int i = 0; i < steps; ++i) {
      const int step = *rc::gen::weightedElement<int>({{10, 0}, {4, 1}, {2, 2}, {1, 3}, {1, 4}});
      if (step == 0) play.submit_new();
      if (step == 1) play.submit_again();
      if (step == 2) play.settle();
      if (step == 3) play.checkpoint();
      if (step == 4) play.reopen();
    }
    play.check_all();
  });
  BOOST_TEST(held);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
