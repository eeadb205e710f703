#include "server/native/feed_source.h"

#include "projections/catalogue/registry.h"
#include "projections/recorder/case_reader.h"
#include "server/feed/entry_feed.h"

namespace stafett::server::native {
namespace {

class FeedSource final : public EventSource {
 public:
  FeedSource(ServedLog& log, FeedRequest request) : feed_(log, std::move(request)) {}
  Result<FeedProgress> step(std::size_t events_max, TreeSize until, const Give& give) override {
    ENGINE_TRY(step, feed_.step(events_max, until));
    for (const FeedEvent& event : step.events)
      ENGINE_TRY_VOID(give(
          {event.position, event.stored->entry, event.opened.parts, event.case_id, event.sight}));
    return FeedProgress{std::move(step)};
  }
  Result<std::optional<FeedEnd>> end_now() override { return feed_.end_now(); }
  void go_back_to(TreeSize looked_at, const std::vector<FeedEnd>& ended_cases) override {
    feed_.go_back_to(looked_at, ended_cases);
  }

 private:
  Feed feed_;
};

class EntrySource final : public EventSource {
 public:
  EntrySource(ServedLog& log, SignedIn reader, std::optional<Position> after)
      : feed_(log, std::move(reader), after) {}
  Result<FeedProgress> step(std::size_t events_max, TreeSize until, const Give& give) override {
    return feed_.step(events_max, until, [&](Position position, ByteView entry) {
      return give({position, entry});
    });
  }
  bool is_light(TreeSize until) const override { return feed_.is_light(until); }
  Result<std::optional<FeedEnd>> end_now() override { return feed_.end_now(); }
  void go_back_to(TreeSize looked_at, const std::vector<FeedEnd>&) override {
    feed_.go_back_to(looked_at);
  }

 private:
  EntryFeed feed_;
};

// The smallest set of the visibility table's that holds the classes asked for.
bti::ClassSet class_set(log::PartSet classes) {
  if (classes.has(format::PartClass::narrative)) return bti::ClassSet::all();
  if (classes.has(format::PartClass::identity)) return bti::ClassSet::fact_and_identity();
  if (classes.has(format::PartClass::fact)) return bti::ClassSet::fact();
  return {};
}

Result<std::unique_ptr<EventSource>> open_feed(ServedLog& log, const Subscriber& subscriber,
                                               std::optional<Position> after) {
  const SubscribeFrame& asked = subscriber.asked;
  FeedRequest request{subscriber.reader, {asked.purpose, asked.visit, asked.service}};
  request.classes = class_set(asked.classes);
  request.types.insert(asked.types.begin(), asked.types.end());
  request.after = after;
  if (request.classes.empty()) {
    if (!asked.case_label.empty() || !asked.types.empty())
      return Error{Errc::invalid_argument, "entries only are of no case and no type"};
    return std::unique_ptr<EventSource>{
        std::make_unique<EntrySource>(log, subscriber.reader, after)};
  }
  for (const std::string& type : asked.types)
    if (!bti::registry().find(std::string_view{type}))
      return Error{Errc::invalid_argument, "not a type of the catalogue"};
  if (!asked.case_label.empty()) {
    ENGINE_TRY(id, bti::CaseReader(log.log, log.gate).case_named(asked.case_label));
    request.case_id = id;
  }
  return std::unique_ptr<EventSource>{std::make_unique<FeedSource>(log, std::move(request))};
}

}  // namespace

OpenSource from_feed() {
  return open_feed;
}

}  // namespace stafett::server::native
