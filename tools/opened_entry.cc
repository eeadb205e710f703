#include "tools/opened_entry.h"

#include "engine/base/encoding.h"
#include "engine/format/words.h"
#include "projections/catalogue/codec.h"
#include "projections/catalogue/parts.capnp.h"
#include "tools/public_entry.h"

namespace stafett::tools {
namespace {

using format::PartClass;

// What people and cases are called is not told with an event, and nor is which type another is of.
class Ids final : public bti::DecodeContext {
 public:
  std::string person(const ActorId& id) const override { return to_uuid_text(id.view()); }
  std::string case_id(const SubjectId& id) const override { return to_uuid_text(id.view()); }
  std::string event(const EventId& id) const override { return to_uuid_text(id.view()); }
  std::optional<bti::EventType> type_of(const EventId&) const override { return std::nullopt; }
};

std::size_t index_of(PartClass part_class) {
  return static_cast<std::size_t>(part_class) - 1;
}

Result<const bti::EventInfo*> type_of(const format::OpenPart& fact) {
  return format::with_message<bti::schema::Part>(
      fact.plaintext, [](bti::schema::Part::Reader part) -> Result<const bti::EventInfo*> {
        const bti::EventInfo* info = bti::registry().find(part.getType());
        if (!info) return Error{Errc::unsupported, "a type of a later catalogue"};
        return info;
      });
}

}  // namespace

Result<boost::json::object> opened_entry(const server::client::ReceivedEvent& event) {
  ENGINE_TRY(json, public_entry(event.position, event.bytes));
  if (event.openings.empty() || event.openings.front().part_class != PartClass::fact) return json;
  ENGINE_TRY(info, type_of(event.openings.front()));
  bti::Withheld withheld;
  for (const format::PartCommitment& part : event.entry.intent.parts)
    if (index_of(part.part_class) < bti::kClassCount)
      withheld.add(bti::class_at(index_of(part.part_class)));
  bti::PartViews views{};
  std::array<kj::Array<capnp::word>, bti::kClassCount> words;
  bti::Withheld not_given;
  for (std::size_t i = 0; i < bti::kClassCount; ++i) {
    const auto part = std::ranges::find_if(
        event.openings, [&](const auto& one) { return index_of(one.part_class) == i; });
    if (part != event.openings.end()) {
      ENGINE_TRY(copy, format::to_words(part->plaintext));
      words[i] = kj::mv(copy);
      views[i] = words[i].asPtr();
    } else if (withheld.has(bti::class_at(i))) {
      not_given.add(bti::class_at(i));
    }
  }
  json["id"] = to_uuid_text(event.entry.intent.event_id.view());
  json["type"] = info->name;
  const auto data = bti::decode(*info, views, Ids{}, not_given);
  json["data"] = data ? boost::json::value(*data) : boost::json::value(nullptr);
  return json;
}

}  // namespace stafett::tools
