// A recorded event as JSON.

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/catalogue/codec.h"
#include "projections/recorder/json_event.h"

namespace stafett::bti {
namespace {

class BookContext final : public DecodeContext {
 public:
  BookContext(const LabelResolver& labels, const BtiGate& gate) : labels_(labels), gate_(gate) {}
  std::string person(const ActorId& id) const override { return labels_.person(id); }
  std::string case_id(const SubjectId& id) const override { return labels_.case_id(id); }
  std::string event(const EventId& id) const override { return labels_.event(id); }
  std::optional<EventType> type_of(const EventId& id) const override { return gate_.type_of(id); }

 private:
  const LabelResolver& labels_;
  const BtiGate& gate_;
};

constexpr std::string_view kClassNames[] = {"", "fact", "narrative", "identity", "attachment"};
constexpr std::string_view kCustodyNames[] = {"", "own", "custodial", "system"};

Withheld withheld_of(const log::OpenedEntry& opened, Withheld withheld,
                     boost::json::array& erased) {
  for (const format::PartClass part_class : opened.erased) {
    const auto number = static_cast<std::size_t>(part_class);
    erased.emplace_back(kClassNames[number]);
    if (number <= kClassCount) withheld.add(class_at(number - 1));
  }
  return withheld;
}

}  // namespace

Result<boost::json::object> recorded_json(const log::OpenedEntry& opened, const BtiGate& gate,
                                          const LabelResolver& labels) {
  return recorded_json(opened, gate.source(), BookContext{labels, gate}, {});
}

Result<boost::json::object> recorded_json(const log::OpenedEntry& opened, const EventSource& source,
                                          const DecodeContext& names, Withheld not_given) {
  const format::Intent& intent = opened.entry.intent;
  ENGINE_TRY(event, source.event(opened));
  boost::json::object json;
  json["id"] = to_uuid_text(intent.event_id.view());
  if (opened.stream && !opened.stream->subject.is_zero())
    json["case"] = names.case_id(opened.stream->subject);
  boost::json::array erased;
  const Withheld withheld = withheld_of(opened, not_given, erased);
  const EventInfo* info = event ? registry().find(event->type) : nullptr;
  json["type"] = info ? boost::json::value(info->name) : boost::json::value(nullptr);
  json["occurredAt"] = to_text(intent.occurred_at);
  json["actor"] = names.person(intent.actor);
  json["mode"] = mode_name(static_cast<Mode>(static_cast<int>(opened.entry.stamp.mode) - 1));
  json["data"] = nullptr;
  if (info) {
    PartViews views{};
    if (event->fact) views[0] = event->fact->words();
    if (event->narrative) views[1] = event->narrative->words();
    if (event->identity) views[2] = event->identity->words();
    ENGINE_TRY(data, decode(*info, views, names, withheld));
    json["data"] = std::move(data);
    json["stream"] = compartment_name(event->compartment);
  }
  json["position"] = opened.position.value();
  json["version"] = opened.entry.stamp.version.value();
  json["recordedAt"] = to_text(opened.entry.stamp.recorded_at);
  json["leafHash"] = to_base64(opened.leaf_hash.view());
  json["key"] = to_hex(intent.key.view());
  json["custody"] = kCustodyNames[static_cast<std::size_t>(intent.custody)];
  json["erased"] = std::move(erased);
  return json;
}

}  // namespace stafett::bti
