#include "projections/viewer/reported.h"

#include <algorithm>
#include <boost/json/array.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "projections/calendar/calendar.h"
#include "projections/catalogue/enum_name.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::size_t kNameBytes = 16;

// A date or a time; null for anything else.
json::value week_of(const json::value& value) {
  if (!value.is_string()) return nullptr;
  const std::string_view text = value.get_string();
  if (const auto date = Date::parse(text)) return json::value(iso_week(*date));
  if (const auto time = parse_time(text)) return json::value(iso_week(local_date(*time)));
  return nullptr;
}

bool is_day(const json::value& value) {
  return value.is_string() && !week_of(value).is_null();
}

json::value kind_of(const Directory& directory, std::string_view service) {
  const std::string_view name = enum_name(directory.service_kind(service));
  return name.empty() ? json::value(nullptr) : json::value(name);
}

// Each field of an event's data as a consumer gets it.
class FieldReport final {
 public:
  FieldReport(const ViewedCase& viewed, const ConsumerNames& names)
      : viewed_(viewed), names_(names) {}

  void limit(json::object& data, const EventInfo& info) const {
    for (const FieldInfo& field : info.fields) {
      json::value* value = data.if_contains(field.name);
      if (!value || value->is_null() || field.object == ObjectKind::changes) continue;
      *value = field.list ? list(*value, field) : one(*value, field);
      // What names only what is hidden would be a mark of it.
      const bool lost = value->is_null() || (value->is_array() && value->get_array().empty());
      if (lost && !field.required && id_kind_of(field)) data.stable_erase(field.name);
    }
  }

 private:
  json::value list(const json::value& value, const FieldInfo& field) const {
    json::array out;
    for (const json::value& item : value.as_array()) {
      json::value shown = one(item, field);
      if (!shown.is_null() && std::find(out.begin(), out.end(), shown) == out.end())
        out.push_back(std::move(shown));
    }
    return out;
  }
  json::value one(const json::value& value, const FieldInfo& field) const {
    if (const auto kind = id_kind_of(field)) {
      const std::string_view id = value.as_string();
      return viewed_.shows(*kind, id) ? json::value(names_.of(*kind, id)) : json::value(nullptr);
    }
    switch (field.type) {
      case FieldType::DATE:
      case FieldType::TIME:
        return week_of(value);
      case FieldType::SERVICE:
        return kind_of(viewed_.directory(), std::string_view(value.as_string()));
      case FieldType::LINE:  // the text of an error may say anything
        return field.name == "error" ? json::value(nullptr) : value;
      case FieldType::EVENT:
      case FieldType::PERSON:
      case FieldType::CASE:
      case FieldType::DIGEST:
      case FieldType::TEXT:
        return nullptr;
      default:
        return value;
    }
  }

  const ViewedCase& viewed_;
  const ConsumerNames& names_;
};

// Every date and time anywhere within.
void cut_to_weeks(json::value& value) {
  if (is_day(value)) {
    value = week_of(value);
  } else if (value.is_array()) {
    for (json::value& one : value.get_array()) cut_to_weeks(one);
  } else if (value.is_object()) {
    for (auto& [key, one] : value.get_object()) cut_to_weeks(one);
  }
}

void name_ids(json::object& state, const ConsumerNames& names) {
  constexpr std::pair<const char*, IdKind> kMaps[] = {
      {"consents", IdKind::consent}, {"participants", IdKind::participant},
      {"goals", IdKind::goal},       {"measures", IdKind::measure},
      {"meetings", IdKind::meeting}, {"hearings", IdKind::hearing},
      {"reports", IdKind::report},   {"transfers", IdKind::transfer},
      {"rights", IdKind::rights}};
  for (const auto& [key, kind] : kMaps) {
    std::vector<std::pair<std::string, json::value>> named;
    for (auto& [id, value] : state[key].as_object())
      named.emplace_back(names.of(kind, std::string_view(id)), std::move(value));
    std::sort(named.begin(), named.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    json::object sorted;
    for (auto& [name, value] : named) sorted.emplace(name, std::move(value));
    state[key] = std::move(sorted);
  }
  const auto rename = [&](json::value& value, IdKind kind) {
    if (value.is_string()) value = names.of(kind, std::string_view(value.get_string()));
  };
  for (auto& [id, measure] : state["measures"].as_object())
    rename(measure.as_object()["goal"], IdKind::goal);
  rename(state["archive"].as_object()["message"], IdKind::message);
  if (json::object* offer = state["pendingOffer"].if_object())
    rename((*offer)["offer"], IdKind::offer);
}

// Wherever a key names a service or services.
void name_kinds(json::value& value, const Directory& directory) {
  if (value.is_array())
    for (json::value& one : value.get_array()) name_kinds(one, directory);
  if (!value.is_object()) return;
  for (auto& [key, one] : value.get_object()) {
    const bool names_services =
        key == "service" || key == "services" || key == "withdrawnServices" || key == "homeService";
    if (names_services && one.is_string()) {
      one = kind_of(directory, std::string_view(one.get_string()));
    } else if (names_services && one.is_array()) {
      json::array kinds;
      for (const json::value& service : one.get_array())
        if (json::value kind = kind_of(directory, std::string_view(service.as_string()));
            std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
          kinds.push_back(std::move(kind));
      one = std::move(kinds);
    } else {
      name_kinds(one, directory);
    }
  }
}

}  // namespace

std::string ConsumerNames::name(ByteView what) const {
  Bytes named;
  append(named, case_id_.view());
  append(named, what);
  return to_hex(index_.name_for(consumer_, named).view().first(kNameBytes));
}

std::string ConsumerNames::of(IdKind kind, std::string_view local_id) const {
  Bytes what{static_cast<std::uint8_t>(kind)};
  append(what, as_bytes(local_id));
  return name(what);
}

json::object reported_event(const SeenEvent& seen, json::object data, const ViewedCase& viewed,
                            const ConsumerNames& names) {
  const EventInfo* info = registry().find(seen.event->type);
  json::object out;
  out["case"] = names.of_case();
  out["type"] = info ? json::value(info->name) : json::value(nullptr);
  const References references = references_of(*seen.event);
  out["serviceKind"] = references.services.empty()
                           ? json::value(nullptr)
                           : kind_of(viewed.directory(), references.services.front().name);
  out["week"] = iso_week(local_date(seen.event->occurred_at));
  if (info) {
    const FieldReport report{viewed, names};
    report.limit(data, *info);
    if (json::value* changes = data.if_contains("changes"); changes && changes->is_object()) {
      const References target = references_of(*seen.event);
      const EventRef* corrected =
          target.events.empty() ? nullptr : viewed.whole().find_event(target.events.front().id);
      const EventInfo* corrected_info = corrected ? registry().find(corrected->type) : nullptr;
      if (corrected_info)
        report.limit(changes->get_object(), *corrected_info);
      else
        *changes = nullptr;
    }
  }
  out["data"] = std::move(data);
  return out;
}

void report_state(json::object& state, const ViewedCase& viewed, const ConsumerNames& names) {
  json::value named = std::move(state);
  name_kinds(named, viewed.directory());
  cut_to_weeks(named);
  state = std::move(named.get_object());
  name_ids(state, names);
  state["case"] = names.of_case();
  state["coverage"] = nullptr;  // keyed by services
}

}  // namespace stafett::bti
