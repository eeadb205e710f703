#include "projections/viewer/seen_json.h"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>

#include "engine/base/encoding.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

// The fields that the family's access list has; of what else a read holds it is given nothing.
constexpr std::array<std::string_view, 6> kListed = {"reader",   "person",  "service",
                                                     "capacity", "purpose", "entries"};

bool is_shown(const json::value& reference, const FieldInfo& field, const ViewedCase& viewed) {
  if (!reference.is_string()) return true;
  const std::string_view text = reference.get_string();
  if (const auto kind = id_kind_of(field)) return viewed.shows(*kind, text);
  const auto id = parse_uuid(text);
  return id && viewed.shows(EventId{*id});
}

// Without entries a read is of the log as a whole.
bool absence_has_meaning(const EventInfo& info) {
  return info.type == EventType::ENTRY_READ || info.type == EventType::READ_DENIED;
}

// Null and an empty list would be marks of a gap: where the field may be absent, it is.
void limit_references(json::object& data, const EventInfo& info, const ViewedCase& viewed) {
  for (const FieldInfo& field : info.fields) {
    if (field.type != FieldType::EVENT && !id_kind_of(field)) continue;
    json::value* value = data.if_contains(field.name);
    if (!value) continue;
    const bool may_be_absent = !field.required && !absence_has_meaning(info);
    if (!value->is_array()) {
      if (is_shown(*value, field, viewed)) continue;
      *value = nullptr;
      if (may_be_absent) data.stable_erase(field.name);
      continue;
    }
    json::array kept;
    for (const json::value& one : value->get_array())
      if (is_shown(one, field, viewed)) kept.push_back(one);
    const bool all_hidden = kept.empty() && !value->get_array().empty();
    *value = std::move(kept);
    if (all_hidden && may_be_absent) data.stable_erase(field.name);
  }
}

// Who decided to turn to barnevern is kept back with who recorded it. Of a correction also that it
// was about them.
void withhold_deciders(json::object& data, const EventInfo& info) {
  constexpr const char* kDeciders = "decidedBy";
  if (info.field(kDeciders)) {
    data.stable_erase(kDeciders);  // its place would tell whether there are any
    data[kDeciders] = nullptr;
  }
  if (json::value* changes = data.if_contains("changes"))
    if (json::object* changed = changes->if_object()) changed->stable_erase(kDeciders);
}

bool lacks(const ViewedCase& viewed, bool (ClassSet::*has)() const) {
  bool sees_any = false;
  for (const SeenEvent& one : viewed.seen()) {
    if (one.event->compartment == Compartment::access) continue;
    if (!(one.sight.classes.*has)()) return true;
    sees_any = true;
  }
  return !sees_any;
}

// Not "no": not known.
void null_if_false(json::value& value) {
  if (value == false) value = nullptr;
}

void limit_to_facts(json::object& state) {
  // Who is a guardian, and whose consents these are, is told by identities alone.
  state["guardians"] = nullptr;
  state["logCoverage"] = nullptr;
  for (auto& [service, status] : state["coverage"].as_object()) status = nullptr;
  for (json::value& agreement : state["agreements"].as_array())
    agreement.as_object()["persons"] = nullptr;
}

}  // namespace

std::optional<EventType> SeenNames::type_of(const EventId& id) const {
  const EventRef* found = viewed_.whole().find_event(id);
  return found ? std::optional(found->type) : std::nullopt;
}

Withheld not_given(ClassSet classes) {
  Withheld withheld;
  if (!classes.has_fact()) withheld.add(FieldClass::FACT);
  if (!classes.has_narrative()) withheld.add(FieldClass::NARRATIVE);
  if (!classes.has_identity()) withheld.add(FieldClass::IDENTITY);
  return withheld;
}

void limit_event(json::object& event, const SeenEvent& seen, std::uint64_t version,
                 const ViewedCase& viewed) {
  event["version"] = version;
  if (!seen.sight.actor) {
    event["actor"] = nullptr;
    event["key"] = nullptr;  // the same for all that one person signs
  }
  const EventInfo* info = registry().find(seen.event->type);
  json::object* data = event["data"].if_object();
  if (!info || !data) return;
  if (seen.sight.form == Sight::Form::access_list)
    for (auto& [name, value] : *data)
      if (std::find(kListed.begin(), kListed.end(), std::string_view(name)) == kListed.end())
        value = nullptr;
  if (!seen.sight.actor && seen.event->compartment == Compartment::barnevern)
    withhold_deciders(*data, *info);
  limit_references(*data, *info, viewed);
}

void limit_state(json::object& state, const ViewedCase& viewed) {
  if (lacks(viewed, &ClassSet::has_identity)) limit_to_facts(state);
  if (lacks(viewed, &ClassSet::has_narrative)) {
    null_if_false(state["schoolPlanComplete"]);
    for (auto& [id, meeting] : state["meetings"].as_object())
      null_if_false(meeting.as_object()["minutes"]);
  }
  for (auto& [id, measure] : state["measures"].as_object()) {
    json::value& goal = measure.as_object()["goal"];
    if (goal.is_string() && !viewed.shows(IdKind::goal, std::string_view(goal.get_string())))
      goal = nullptr;
  }
  json::array restricted;
  for (const json::value& one : state["restricted"].as_array())
    if (const auto id = parse_uuid(std::string_view(one.get_string()));
        id && viewed.shows(EventId{*id}))
      restricted.push_back(one);
  state["restricted"] = std::move(restricted);
}

}  // namespace stafett::bti
