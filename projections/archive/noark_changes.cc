#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "engine/base/clock.h"
#include "projections/archive/member_text.h"
#include "projections/archive/noark.h"
#include "projections/archive/xml_writer.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr char kChangesSpace[] = "http://www.arkivverket.no/standarder/noark5/endringslogg";
constexpr char kNothing[] = "(ingen)";  // the schema wants a value

std::string shown(const json::value* value) {
  if (!value || value->is_null()) return kNothing;
  const std::string text =
      value->is_string() ? std::string{value->get_string()} : json::serialize(*value);
  return text.empty() ? kNothing : text;
}

// An event that was recorded, as corrected so far.
struct Recorded {
  std::string type, occurred_at;
  json::object data;
  bool is_void = false;
};

// What the log tells of a folder.
struct Folder {
  std::string status = "Ikke åpnet", level = "0", holder = kNothing;
};

bool tells_of_folder(std::string_view type) {
  return type == "LogOpened" || type == "LevelChanged" || type == "HolderAppointed" ||
         type == "BatonAccepted" || type == "LogClosed";
}

// Of one case, in the order of recording.
class Changes final {
 public:
  Changes(XmlWriter& xml, const ClosedLog& log) : xml_(xml), log_(log) {
    for (const ClosedDocument& document : log.documents) units_.insert(document.id);
  }

  void write() {
    for (const json::value& one : log_.events) {
      const json::object& event = one.get_object();
      const json::object* data = event.at("data").if_object();
      if (!data) continue;
      const std::string id = member_text(event, "id");
      const std::string type = member_text(event, "type");
      recorded_[id] = {type, member_text(event, "occurredAt"), *data};
      if (type == "EntryCorrected") corrected(event, *data);
      if (!tells_of_folder(type)) continue;
      acts_.push_back(id);
      moved(event);
    }
  }

 private:
  std::string name(const json::value* person) const {
    return person && person->is_string() ? log_.name_of(std::string{person->get_string()})
                                         : kNothing;
  }

  // By all acts known so far: in the order in which they happened, one may have come late.
  Folder folder() const {
    std::vector<const Recorded*> acts;
    for (const std::string& id : acts_)
      if (const Recorded& one = recorded_.at(id); !one.is_void) acts.push_back(&one);
    std::ranges::stable_sort(acts, {}, [](const Recorded* one) {
      return parse_time(one->occurred_at).value_or(TimeUs{0});
    });
    Folder is;
    for (const Recorded* one : acts) lay(*one, is);
    return is;
  }
  void lay(const Recorded& act, Folder& is) const {
    const json::object& data = act.data;
    if (act.type == "LogOpened") {
      is.status = "Åpen";
      is.level = shown(data.if_contains("level"));
      is.holder = name(data.if_contains("holder"));
    } else if (act.type == "LevelChanged") {
      is.level = shown(data.if_contains("to"));
    } else if (act.type == "LogClosed") {
      is.status = "Avsluttet";
    } else {
      is.holder = name(data.if_contains("person"));
    }
  }

  void moved(const json::object& event) {
    Folder is = folder();
    if (is.status != was_.status) change(event, log_.uuid(), "status", was_.status, is.status);
    if (is.level != was_.level) change(event, log_.uuid(), "nivaa", was_.level, is.level);
    if (is.holder != was_.holder)
      change(event, log_.uuid(), "stafettholder", was_.holder, is.holder);
    was_ = std::move(is);
  }

  void change(const json::object& event, const std::string& unit, const std::string& what,
              const std::string& was, const std::string& is) {
    xml_.open("endring");
    xml_.element("referanseArkivenhet", unit);
    xml_.element("referanseMetadata", what);
    xml_.element("endretDato", std::string_view{event.at("occurredAt").get_string()});
    xml_.element("endretAv", name(event.if_contains("actor")));
    xml_.element("tidligereVerdi", was);
    xml_.element("nyVerdi", is);
    xml_.close();
  }

  void corrected(const json::object& event, const json::object& data) {
    const auto found = recorded_.find(member_text(data, "target"));
    if (found == recorded_.end()) return;  // not given: then neither is what corrects it
    const auto& [id, target] = *found;
    const std::string unit = units_.contains(id) ? id : log_.uuid();
    const std::string of = "hendelse " + id + " ";
    if (const json::value* changes = data.if_contains("changes"); changes && changes->is_object())
      for (const auto& [key, value] : changes->get_object()) {
        change(event, unit, of + std::string{key}, shown(target.data.if_contains(key)),
               shown(&value));
        found->second.data[key] = value;
      }
    if (const std::string when = member_text(data, "occurredAt"); !when.empty()) {
      change(event, unit, of + "occurredAt", target.occurred_at, when);
      found->second.occurred_at = when;
    }
    if (const json::value* gone = data.if_contains("void"); gone && *gone == true) {
      change(event, unit, of + "status", "gjelder", "ført ved feil");
      found->second.is_void = true;
    }
    if (tells_of_folder(target.type)) moved(event);
  }

  XmlWriter& xml_;
  const ClosedLog& log_;
  Folder was_;
  std::map<std::string, Recorded> recorded_;  // by event id
  std::vector<std::string> acts_;             // ids of those that tell of the folder
  std::set<std::string> units_;               // events that are records of their own
};

}  // namespace

Result<std::string> endringslogg(const NoarkExtract& extract) {
  XmlWriter xml{"endringslogg", kChangesSpace};
  xml.attribute("xsi:schemaLocation", std::string{kChangesSpace} + " endringslogg.xsd");
  for (const NoarkCase& one : extract.cases) Changes{xml, one.log}.write();
  return xml.finish();
}

}  // namespace stafett::bti
