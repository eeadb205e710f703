#include "projections/exports/fhir_audit.h"

#include <algorithm>
#include <boost/json.hpp>

#include "engine/base/check.h"
#include "projections/exports/json_text.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr const char* kProfile =
    "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead";
constexpr const char* kDicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr const char* kEventType = "http://terminology.hl7.org/CodeSystem/audit-event-type";
constexpr const char* kInteraction = "http://hl7.org/fhir/restful-interaction";
constexpr const char* kReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
constexpr const char* kParticipation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";
constexpr const char* kEntityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
constexpr const char* kObjectRole = "http://terminology.hl7.org/CodeSystem/object-role";
constexpr const char* kSourceType = "http://terminology.hl7.org/CodeSystem/security-source-type";
constexpr const char* kAbsent = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";

struct Code {
  const char *system, *code, *display;
};

// How each kind of event is told. A read has no row: it is `rest`.
struct Kind {
  std::string_view type;
  Code what;
  Code subtype;  // beside the event's own name; no code: none
  const char* action;
};
constexpr Code kSecurityAlert{kDicom, "110113", "Security Alert"};
constexpr Code kNone{nullptr, nullptr, nullptr};
constexpr Code kRead{kInteraction, "read", "read"};
constexpr Code kRest{kEventType, "rest", "RESTful Operation"};
constexpr Code kOverride{kDicom, "110127", "Emergency Override Started"};
constexpr Code kAttributes{kDicom, "110137", "User Security Attributes Changed"};
constexpr Kind kKinds[] = {
    {"EntryRead", kRest, kRead, "R"},
    {"ReadDenied", kRest, kRead, "R"},
    {"BreakGlassUsed", kSecurityAlert, kOverride, "E"},
    {"BreakGlassApproved", kSecurityAlert, kAttributes, "E"},
    {"AccessReviewed", {kDicom, "110101", "Audit Log Used"}, kNone, "R"},
    {"AuditAccessGranted", kSecurityAlert, kAttributes, "E"},
    {"AuditAccessApproved", kSecurityAlert, kAttributes, "E"},
    {"AuditExportMade", {kDicom, "110106", "Export"}, kNone, "R"},
};

const Kind* kind_of(std::string_view type) {
  const auto* found = std::ranges::find(kKinds, type, &Kind::type);
  return found == std::end(kKinds) ? nullptr : found;
}

// The nearest purpose of use of HL7's list.
Code reason_of(std::string_view purpose) {
  if (purpose == "followUp" || purpose == "meeting" || purpose == "handover")
    return {kReason, "COC", "coordination of care"};
  if (purpose == "ownCase") return {kReason, "PATRQT", "patient requested"};
  if (purpose == "supervision") return {kReason, "HCOMPL", "health compliance"};
  if (purpose == "archive") return {kReason, "RECORDMGT", "records management"};
  if (purpose == "emergency") return {kReason, "BTG", "break the glass"};
  return {kReason, "HOPERAT", "healthcare operations"};
}

json::object coding(const Code& code) {
  return {{"system", code.system}, {"code", code.code}, {"display", code.display}};
}
json::object own_coding(const char* what, std::string_view code) {
  return {{"system", std::string{"urn:stafett:"} + what}, {"code", code}};
}
json::object codeable(json::object one) {
  json::array codings;
  codings.push_back(std::move(one));
  return {{"coding", std::move(codings)}};
}
json::object codeable(json::object one, json::object other) {
  json::object out = codeable(std::move(one));
  out["coding"].as_array().push_back(std::move(other));
  return out;
}
json::array list(json::object one) {
  json::array out;
  out.push_back(std::move(one));
  return out;
}

// A member that has to be there and is not known: the log keeps no addresses.
json::object absent(const char* why) {
  return {{"extension", list({{"url", kAbsent}, {"valueCode", why}})}};
}

class AuditEventWriter final {
 public:
  AuditEventWriter(const json::object& event, const AuditedCase& of, const Kind& kind)
      : event_(event), of_(of), kind_(kind), data_(event.at("data").as_object()) {}

  json::object write() const {
    json::object out;
    out["resourceType"] = "AuditEvent";
    out["id"] = id();
    if (kind_.type == "EntryRead") out["meta"] = {{"profile", json::array{kProfile}}};
    out["type"] = coding(kind_.what);
    json::array subtypes;
    if (kind_.subtype.code) subtypes.push_back(coding(kind_.subtype));
    subtypes.push_back(own_coding("event", kind_.type));
    out["subtype"] = std::move(subtypes);
    out["action"] = kind_.action;
    out["period"] = period();
    out["recorded"] = event_.at("recordedAt");
    const bool denied = kind_.type == "ReadDenied";
    out["outcome"] = denied ? "4" : "0";
    if (denied) out["outcomeDesc"] = text_at(data_, "code");
    out["purposeOfEvent"] = list(purpose());
    out["agent"] = agents();
    out["source"] = {{"site", of_.origin},
                     {"observer", {{"identifier", identifier("log", of_.origin)}}},
                     {"type", list(coding({kSourceType, "4", "Application Server"}))}};
    out["entity"] = entities();
    return out;
  }

 private:
  // An event of the audit stream is told of in every case that it covers.
  std::string id() const {
    const std::string id = text_at(event_, "id");
    return is_of_audit() ? id + "-" + of_.id_hex.substr(0, 16) : id;
  }
  bool is_of_audit() const { return !event_.contains("case"); }

  json::object period() const {
    json::object out{{"start", event_.at("occurredAt")}};
    if (kind_.type == "BreakGlassUsed") out["end"] = data_.at("until");
    return out;
  }

  json::object purpose() const {
    const std::string said = text_at(data_, "purpose");
    if (kind_.type == "BreakGlassUsed" || kind_.type == "BreakGlassApproved")
      return codeable(coding(reason_of("emergency")));
    if (said.empty()) return codeable(coding(reason_of(is_of_audit() ? "supervision" : "control")));
    return codeable(coding(reason_of(said)), own_coding("purpose", said));
  }

  json::object identifier(const char* what, std::string_view value) const {
    std::string system = std::string{"urn:stafett:"} + what;
    if (std::string_view{what} != "log") system += ":" + of_.origin;
    return {{"system", system}, {"value", value}};
  }
  json::object who(const char* what, std::string_view value) const {
    return {{"identifier", identifier(what, value)}};
  }

  // Whom it is about: who read, was let in, or was looked at.
  std::string person() const {
    for (const char* key : {"reader", "person", "auditor"})
      if (std::string found = text_at(data_, key); !found.empty()) return found;
    return text_at(event_, "actor");
  }

  json::array agents() const {
    json::array out;
    const std::string actor = text_at(event_, "actor");
    const bool is_review = kind_.type == "AccessReviewed";
    const std::string user =
        is_review || is_of_audit() || kind_.type == "BreakGlassApproved" ? actor : person();
    out.push_back(client());
    out.push_back({{"type", codeable(coding({kDicom, "110153", "Source Role ID"}))},
                   {"who", who("log", of_.origin)},
                   {"requestor", false},
                   {"network", {{"address", "urn:stafett:log:" + of_.origin}, {"type", "5"}}}});
    json::object reader{
        {"type", codeable(coding({kParticipation, "IRCP", "information recipient"}))},
        {"who", who("person", user)},
        {"name", user},
        {"requestor", true},
        {"purposeOfUse", list(purpose())}};
    if (const std::string capacity = text_at(data_, "capacity"); !capacity.empty())
      reader["role"] = list(codeable(own_coding("capacity", capacity)));
    out.push_back(std::move(reader));
    if (const std::string service = text_at(data_, "service"); !service.empty())
      out.push_back(other("service", "service", service));
    if (user != actor) out.push_back(other("recorder", "person", actor));
    if (const std::string about = person(); about != user && about != actor)
      out.push_back(other("concerned", "person", about));
    return out;
  }
  // Which program the reader used the log does not keep: a sitting has a name, if anything.
  json::object client() const {
    const std::string visit = text_at(data_, "visit");
    return {{"type", codeable(coding({kDicom, "110152", "Destination Role ID"}))},
            {"who", visit.empty() ? absent("unknown") : who("visit", visit)},
            {"requestor", false},
            {"network", absent("unknown")}};
  }
  json::object other(const char* role, const char* what, const std::string& value) const {
    return {{"type", codeable(own_coding("agent", role))},
            {"who", who(what, value)},
            {"requestor", false}};
  }

  json::array entities() const {
    json::array out;
    out.push_back({{"what", who("case", of_.label)},
                   {"type", coding({kEntityType, "2", "System Object"})},
                   {"role", coding({kObjectRole, "4", "Domain Resource"})},
                   {"detail", details()}});
    json::object patient{{"type", "Patient"}};
    if (of_.subject.empty())
      patient["display"] = "unknown";
    else
      patient["identifier"] = identifier("person", of_.subject);
    out.push_back({{"what", std::move(patient)},
                   {"type", coding({kEntityType, "1", "Person"})},
                   {"role", coding({kObjectRole, "1", "Patient"})}});
    return out;
  }
  // Which entries, by what else the event says, and where it stands in the log.
  json::array details() const {
    json::array out;
    const auto add = [&](const char* type, std::string_view value) {
      out.push_back({{"type", type}, {"valueString", value}});
    };
    if (const json::value* entries = data_.if_contains("entries"); entries && entries->is_array())
      for (const json::value& one : entries->get_array())
        if (one.is_string()) add("entry", std::string_view(one.get_string()));
    for (const char* key : {"code", "grant", "from", "to", "target", "result"})
      if (const std::string value = text_at(data_, key); !value.empty()) add(key, value);
    add("position", std::to_string(event_.at("position").to_number<std::uint64_t>()));
    add("leafHash", text_at(event_, "leafHash"));
    return out;
  }

  const json::object& event_;
  const AuditedCase& of_;
  const Kind& kind_;
  const json::object& data_;
};

}  // namespace

bool is_access_event(std::string_view type) {
  return kind_of(type) != nullptr;
}

json::object audit_event(const json::object& event, const AuditedCase& of) {
  const Kind* kind = kind_of(std::string_view(event.at("type").as_string()));
  CHECK(kind != nullptr);
  return AuditEventWriter{event, of, *kind}.write();
}

}  // namespace stafett::bti
