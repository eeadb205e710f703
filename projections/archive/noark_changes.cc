#include <boost/json.hpp>
#include <set>

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
      const std::string_view type = event.at("type").get_string();
      if (type == "LogOpened") opened(event, *data);
      if (type == "LevelChanged") moved(event, "nivaa", level_, shown(data->if_contains("to")));
      if (type == "HolderAppointed" || type == "BatonAccepted")
        moved(event, "stafettholder", holder_, name(data->if_contains("person")));
      if (type == "LogClosed") moved(event, "status", status_, "Avsluttet");
      if (type == "EntryCorrected") corrected(event, *data);
      known_[std::string{event.at("id").get_string()}] = *data;
    }
  }

 private:
  std::string name(const json::value* person) const {
    return person && person->is_string() ? log_.name_of(std::string{person->get_string()})
                                         : kNothing;
  }

  void opened(const json::object& event, const json::object& data) {
    moved(event, "status", status_, "Åpen");
    moved(event, "nivaa", level_, shown(data.if_contains("level")));
    moved(event, "stafettholder", holder_, name(data.if_contains("holder")));
  }

  void moved(const json::object& event, const char* what, std::string& was, std::string is) {
    if (was == is) return;
    change(event, log_.uuid(), what, was, is);
    was = std::move(is);
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
    const json::value* target = data.if_contains("target");
    if (!target || !target->is_string()) return;
    const std::string id{target->get_string()};
    const auto found = known_.find(id);
    const std::string unit = units_.contains(id) ? id : log_.uuid();
    const std::string of = "hendelse " + id + " ";
    if (const json::value* changes = data.if_contains("changes"); changes && changes->is_object())
      for (const auto& [key, value] : changes->get_object()) {
        json::value* was = found == known_.end() ? nullptr : found->second.if_contains(key);
        change(event, unit, of + std::string{key}, shown(was), shown(&value));
        if (found != known_.end()) found->second[key] = value;
      }
    if (const json::value* when = data.if_contains("occurredAt"))
      change(event, unit, of + "occurredAt", kNothing, shown(when));
    if (const json::value* gone = data.if_contains("void"); gone && *gone == true)
      change(event, unit, of + "status", "gjelder", "ført ved feil");
  }

  XmlWriter& xml_;
  const ClosedLog& log_;
  std::string status_ = "Ikke åpnet", level_ = "0", holder_ = kNothing;
  std::map<std::string, json::object> known_;  // data by event id, as corrected so far
  std::set<std::string> units_;                // events that are records of their own
};

}  // namespace

Result<std::string> endringslogg(const NoarkExtract& extract) {
  XmlWriter xml{"endringslogg", kChangesSpace};
  xml.attribute("xsi:schemaLocation", std::string{kChangesSpace} + " endringslogg.xsd");
  for (const NoarkCase& one : extract.cases) Changes{xml, one.log}.write();
  return xml.finish();
}

}  // namespace stafett::bti
