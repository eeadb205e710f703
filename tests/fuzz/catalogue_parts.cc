// Bytes of an event's three parts, as a hostile client may send them: checked, printed, laid over.
// Whatever passes the check prints, and encoding the print is judged again without a crash.
//
// Input: two little-endian u16 lengths in words (fact, narrative), then the words; the rest is the
// identity part.

#include <boost/json/object.hpp>
#include <cstring>

#include "engine/base/check.h"
#include "engine/base/encoding.h"
#include "projections/catalogue/part_check.h"

namespace {

using namespace stafett;
using namespace stafett::bti;

// Any target is a consent: so corrections get judged in full.
class Names final : public DecodeContext {
 public:
  std::string person(const ActorId& id) const override { return to_uuid_text(id.view()); }
  std::string case_id(const SubjectId& id) const override { return to_uuid_text(id.view()); }
  std::string event(const EventId& id) const override { return to_uuid_text(id.view()); }
  std::optional<EventType> type_of(const EventId&) const override {
    return EventType::CONSENT_GRANTED;
  }
};

kj::Array<capnp::word> take(ByteView& input, std::size_t words) {
  const std::size_t count = std::min(words, input.size() / sizeof(capnp::word));
  if (count == 0) return nullptr;
  auto out = kj::heapArray<capnp::word>(count);
  std::memcpy(out.begin(), input.data(), count * sizeof(capnp::word));
  input = input.subspan(count * sizeof(capnp::word));
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 4) return 0;
  ByteView input{data + 4, size - 4};
  const auto fact = take(input, static_cast<std::size_t>(data[0] | data[1] << 8));
  const auto narrative = take(input, static_cast<std::size_t>(data[2] | data[3] << 8));
  const auto identity = take(input, input.size());
  const PartViews parts{fact.asPtr(), narrative.asPtr(), identity.asPtr()};
  const Names names;
  const auto checked =
      check_parts(parts, [&names](const EventId& id) { return names.type_of(id); });
  for (const EventInfo& event : registry().events().first(3))
    (void)decode(event, parts, names).has_value();
  if (!checked) return 0;
  CHECK(decode(*checked->event, parts, names).has_value());
  if (checked->event->type == EventType::ENTRY_CORRECTED)
    (void)apply_changes(*registry().find(EventType::CONSENT_GRANTED), {}, parts).has_value();
  return 0;
}
