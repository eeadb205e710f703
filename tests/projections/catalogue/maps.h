#pragma once
// Contexts of the codec for tests: labels and events live in two maps.

#include <map>

#include "engine/base/encoding.h"
#include "engine/crypto/sha256.h"
#include "projections/catalogue/codec.h"

namespace stafett::bti::test {

class Maps final : public EncodeContext, public DecodeContext {
 public:
  Resolved<ActorId> person(std::string_view label) override { return resolve(persons_, label); }
  Resolved<SubjectId> case_id(std::string_view label) override { return resolve(cases_, label); }
  std::optional<EventId> event(std::string_view text) override {
    if (auto uuid = parse_uuid(text)) return EventId{*uuid};
    return std::nullopt;
  }
  std::optional<EventType> type_of(const EventId& id) override {
    return std::as_const(*this).type_of(id);
  }
  std::optional<EventType> type_of(const EventId& id) const override {
    const auto at = types_.find(id);
    return at == types_.end() ? std::nullopt : std::optional{at->second};
  }
  std::string person(const ActorId& id) const override { return name(persons_, id); }
  std::string case_id(const SubjectId& id) const override { return name(cases_, id); }
  std::string event(const EventId& id) const override { return to_uuid_text(id.view()); }

  void know(const EventId& id, EventType type) { types_[id] = type; }

 private:
  // An id is a hash of its label, so that two Maps agree.
  template <class Id>
  static Resolved<Id> resolve(std::map<std::string, Id, std::less<>>& known,
                              std::string_view label) {
    const auto at = known.find(label);
    if (at != known.end()) return {at->second, false};
    const Hash digest = crypto::sha256(as_bytes(label));
    const Id id = *Id::from(digest.view().first(Id::kBytes));
    known.emplace(label, id);
    return {id, true};
  }
  template <class Id>
  static std::string name(const std::map<std::string, Id, std::less<>>& known, const Id& id) {
    for (const auto& [label, one] : known)
      if (one == id) return label;
    return to_uuid_text(id.view());
  }

  std::map<std::string, ActorId, std::less<>> persons_;
  std::map<std::string, SubjectId, std::less<>> cases_;
  std::map<EventId, EventType> types_;
};

}  // namespace stafett::bti::test
