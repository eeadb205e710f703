#include "projections/access/access_list.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "projections/calendar/calendar.h"
#include "projections/gate/directory_source.h"
#include "projections/state/wire.h"

namespace stafett::bti {

namespace json = boost::json;

using schema::EventType;

namespace {

struct Item {
  Moment at;
  json::object json;
};

json::object empty_item() {
  json::object out;
  for (const char* key :
       {"type", "at", "person", "service", "capacity", "purpose", "entries", "grant", "from", "to"})
    out[key] = nullptr;
  return out;
}

bool is_listed(std::string_view type) {
  return type == "EntryRead" || type == "ReadDenied" || type == "BreakGlassUsed" ||
         type == "BreakGlassApproved" || type == "AccessReviewed";
}

// From the form of recorded_json(), limited for the viewer if there is one.
Item item_of(const json::object& event) {
  Item item{{}, empty_item()};
  const TimeUs at = parse_time(std::string_view(event.at("occurredAt").as_string())).value();
  item.at = Moment::of(at, Position{event.at("position").to_number<std::uint64_t>()});
  item.json["type"] = event.at("type");
  item.json["at"] = event.at("occurredAt");
  const json::object& data = event.at("data").as_object();
  for (const char* key : {"service", "capacity", "purpose", "entries"})
    if (const json::value* value = data.if_contains(key)) item.json[key] = *value;
  for (const char* key : {"reader", "person"})
    if (const json::value* value = data.if_contains(key)) item.json["person"] = *value;
  return item;
}

enum class Naming { told, withheld };

// Grants and exports of auditors that cover one case.
class AuditItems final {
 public:
  AuditItems(const Directory& directory, const SubjectId& case_id, const LabelResolver& labels,
             Naming names)
      : directory_(directory), case_id_(case_id), labels_(labels), names_(names) {}

  std::optional<Item> of(const Event& event) const {
    switch (event.type) {
      case EventType::AUDIT_ACCESS_GRANTED:
        return grant(event, "AuditAccessGranted", directory_.grant_version(event.id));
      case EventType::AUDIT_ACCESS_APPROVED:
        return grant(event, "AuditAccessApproved",
                     directory_.grant_version(
                         event_of(event.facts<schema::AuditAccessApproved>().getTarget())));
      case EventType::AUDIT_EXPORT_MADE:
        return exported(event);
      default:
        return std::nullopt;
    }
  }

 private:
  Item begin(const Event& event, std::string_view type) const {
    Item item{Moment::of(event.occurred_at, event.position), empty_item()};
    item.json["type"] = type;
    item.json["at"] = to_text(event.occurred_at);
    item.json["capacity"] = "auditor";
    return item;
  }
  std::optional<Item> grant(const Event& event, std::string_view type,
                            const AuditGrant::Version* version) const {
    if (!version || !(version->all_cases ||
                      std::binary_search(version->cases.begin(), version->cases.end(), case_id_)))
      return std::nullopt;
    Item item = begin(event, type);
    item.json["from"] = Date{version->from}.to_text();
    item.json["to"] = Date{version->to}.to_text();
    if (names_ == Naming::told) item.json["person"] = labels_.person(version->auditor);
    for (const auto& [id, one] : directory_.grants())
      for (const AuditGrant::Version& other : one.versions)
        if (other.event == version->event) item.json["grant"] = id;
    return item;
  }
  std::optional<Item> exported(const Event& event) const {
    bool covers = false;
    for (const auto one : event.identities<schema::AuditExportMade>().getCases())
      covers = covers || id_of<SubjectId>(one) == case_id_;
    if (!covers) return std::nullopt;
    Item item = begin(event, "AuditExportMade");
    item.json["grant"] = text_of(event.facts<schema::AuditExportMade>().getGrant());
    if (names_ == Naming::told) item.json["person"] = labels_.person(event.actor);
    return item;
  }

  const Directory& directory_;
  const SubjectId& case_id_;
  const LabelResolver& labels_;
  const Naming names_;
};

// Which of a viewer's rows show the access stream.
bool sees_accesses(const ViewerRows& rows) {
  for (const ViewerRow row : {ViewerRow::guardian, ViewerRow::subject, ViewerRow::home_leader,
                              ViewerRow::holder_leader, ViewerRow::auditor, ViewerRow::dpo})
    if (rows.has(row)) return true;
  return false;
}
Naming names_for(const ViewerRows& rows, const Profile& profile) {
  for (const ViewerRow row : {ViewerRow::home_leader, ViewerRow::holder_leader, ViewerRow::auditor})
    if (rows.has(row)) return Naming::told;
  const bool family = rows.has(ViewerRow::guardian) || rows.has(ViewerRow::subject);
  return family && profile.family_sees_reader_names ? Naming::told : Naming::withheld;
}

}  // namespace

Result<json::array> access_list(log::Log& log, BtiGate& gate, const SubjectId& case_id,
                                const std::optional<ActorId>& viewer, const Axes& axes,
                                log::PartWatch* watch) {
  const ViewerReader reader(log, gate, watch);
  ENGINE_TRY(size, size_known(log, axes.known));
  ENGINE_TRY(known_directory, gate.directory_known(size));
  const Directory& directory = *known_directory;
  bool lists = true;
  Naming names = Naming::told;
  Result<json::array> history = json::array{};
  if (viewer) {
    ENGINE_TRY(viewed, reader.view(case_id, *viewer, axes));
    const ViewerRows rows = viewed->visibility().rows();
    const Profile& profile = directory.profiles().in_force(local_date(axes.as_of)).profile;
    lists = sees_accesses(rows);
    names = names_for(rows, profile);
    if (lists) history = reader.history(case_id, *viewer, axes);
  } else {
    history = CaseReader(log, gate).history(case_id, axes);
  }
  if (!history) return history.error();
  std::vector<Item> items;
  for (const json::value& event : *history)
    if (const json::value* type = event.as_object().if_contains("type");
        type && type->is_string() && is_listed(std::string_view(type->get_string())))
      items.push_back(item_of(event.as_object()));
  const BookLabels labels{gate.labels()};
  const AuditItems audit(directory, case_id, labels, names);
  if (lists)
    ENGINE_TRY_VOID(
        gate.source().of_stream(log.streams().audit, [&](EventPtr event) -> Result<void> {
          if (axes.known.includes(*event) && event->occurred_at <= axes.as_of)
            if (auto item = audit.of(*event)) items.push_back(std::move(*item));
          return {};
        }));
  std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) { return a.at < b.at; });
  json::array out;
  for (Item& item : items) out.push_back(std::move(item.json));
  return out;
}

}  // namespace stafett::bti
