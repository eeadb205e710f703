// An event's JSON ({"type", "data"}): refused with a pointer, or encoded to parts that pass the
// check of signed parts and read back as the same data.

#include <boost/json/parse.hpp>
#include <map>

#include "engine/base/check.h"
#include "engine/base/encoding.h"
#include "projections/catalogue/part_check.h"

namespace {

using namespace stafett;
using namespace stafett::bti;
namespace json = boost::json;

// Labels get ids in the order they come; every target is a planned measure.
class Labels final : public EncodeContext, public DecodeContext {
 public:
  Resolved<ActorId> person(std::string_view label) override { return resolve<ActorId>(label); }
  Resolved<SubjectId> case_id(std::string_view label) override { return resolve<SubjectId>(label); }
  std::optional<EventId> event(std::string_view text) override {
    const auto uuid = parse_uuid(text);
    return uuid ? std::optional{EventId{*uuid}} : std::nullopt;
  }
  std::optional<EventType> type_of(const EventId&) override { return EventType::MEASURE_PLANNED; }
  std::optional<EventType> type_of(const EventId&) const override {
    return EventType::MEASURE_PLANNED;
  }
  std::string person(const ActorId& id) const override { return labels_.at(id.array()); }
  std::string case_id(const SubjectId& id) const override { return labels_.at(id.array()); }
  std::string event(const EventId& id) const override { return to_uuid_text(id.view()); }

 private:
  template <class Id>
  Resolved<Id> resolve(std::string_view label) {
    for (const auto& [id, known] : labels_)
      if (known == label) return {Id{id}, false};
    Id id;
    id.data()[0] = static_cast<std::uint8_t>(labels_.size());
    id.data()[1] = static_cast<std::uint8_t>(labels_.size() >> 8);
    id.data()[2] = 1;
    labels_[id.array()] = std::string{label};
    return {id, true};
  }
  std::map<std::array<std::uint8_t, 16>, std::string> labels_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  boost::system::error_code failed;
  const json::value value = json::parse({reinterpret_cast<const char*>(data), size}, failed);
  if (failed || !value.is_object()) return 0;
  const json::value* type = value.get_object().if_contains("type");
  const json::value* content = value.get_object().if_contains("data");
  if (type == nullptr || !type->is_string() || content == nullptr || !content->is_object())
    return 0;
  const auto event = event_named({type->get_string().data(), type->get_string().size()});
  if (!event) return 0;
  Labels labels;
  const auto parts = encode(**event, std::nullopt, content->get_object(), labels);
  if (!parts) {
    CHECK(parts.error().pointer.starts_with("/data"));
    return 0;
  }
  const auto checked = check_parts(
      views(*parts), [](const EventId&) { return std::optional{EventType::MEASURE_PLANNED}; });
  CHECK(checked.has_value() && checked->event == *event);
  const auto back = decode(**event, views(*parts), labels);
  CHECK(back.has_value() && back->size() == content->get_object().size());
  return 0;
}
