#include "projections/recorder/json_event.h"

#include <array>
#include <boost/json.hpp>
#include <cstdlib>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"

namespace stafett::bti {
namespace {

using boost::json::value;

constexpr std::array<std::string_view, 3> kModes{"live", "paperBackfill", "imported"};
constexpr std::array<std::string_view, 7> kCompartments{
    "open", "level0", "protected", "barnevern", "access", "audit", "directory"};
constexpr std::array<std::string_view, 8> kKeys{"id",    "case",   "type", "occurredAt",
                                                "actor", "expect", "mode", "data"};

log::Refusal malformed(std::string detail, std::string pointer) {
  return {"malformed", "", std::move(detail), std::move(pointer)};
}

bool is_label(std::string_view text) {
  if (text.empty() || text.size() > 40) return false;
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

// Reads one member after the other; remembers the first fault.
class Reader final {
 public:
  explicit Reader(const boost::json::object& object) : object_(object) {}

  const boost::json::string* text(std::string_view key, bool required) {
    const value* found = object_.if_contains(key);
    if (!found) {
      if (required) fail(key, "missing");
      return nullptr;
    }
    if (!found->is_string()) fail(key, "not a string");
    return found->if_string();
  }
  std::optional<std::string> label(std::string_view key, bool required) {
    const boost::json::string* found = text(key, required);
    if (!found) return std::nullopt;
    if (!is_label(*found)) fail(key, "1 to 40 characters of a-z 0-9 -");
    return std::string{*found};
  }
  void fail(std::string_view key, std::string_view why) {
    if (!fault)
      fault = malformed(std::string{key} + ": " + std::string{why}, "/" + std::string{key});
  }
  const value* member(std::string_view key) const { return object_.if_contains(key); }
  std::optional<log::Refusal> fault;

 private:
  const boost::json::object& object_;
};

void read_expect(Reader& reader, JsonEvent& event) {
  const value* expect = reader.member("expect");
  if (!expect) return;
  if (expect->is_string() && expect->get_string() == "none")
    event.expect.emplace(std::nullopt);
  else if (expect->is_int64() && expect->get_int64() >= 0)
    event.expect.emplace(static_cast<std::uint64_t>(expect->get_int64()));
  else
    reader.fail("expect", "a version or \"none\"");
}

void read_mode(Reader& reader, JsonEvent& event) {
  const boost::json::string* mode = reader.text("mode", false);
  if (!mode) return;
  const auto found = std::ranges::find(kModes, std::string_view{*mode});
  if (found == kModes.end()) return reader.fail("mode", "live, paperBackfill or imported");
  event.mode = static_cast<Mode>(found - kModes.begin());
}

}  // namespace

void throw_exception_from_error(const JsonFault&, const boost::source_location&) {
  std::abort();
}

boost::system::result<JsonEvent, JsonFault> parse_event(const value& json) {
  const boost::json::object* object = json.if_object();
  if (!object) return JsonFault{malformed("an event is a JSON object", ""), {}};
  JsonEvent event;
  Reader reader{*object};
  if (const boost::json::string* id = reader.text("id", false)) {
    const auto uuid = parse_uuid(*id);
    if (uuid)
      event.id = EventId{*uuid};
    else
      reader.fail("id", "a UUID in lower case");
  }
  for (const auto& member : *object)
    if (std::ranges::find(kKeys, std::string_view{member.key()}) == kKeys.end())
      reader.fail(member.key(), "unknown");
  event.case_label = reader.label("case", false);
  if (const boost::json::string* type = reader.text("type", true)) event.type = *type;
  if (const boost::json::string* time = reader.text("occurredAt", true)) {
    const std::optional<TimeUs> parsed = parse_time(*time);
    if (parsed)
      event.occurred_at = *parsed;
    else
      reader.fail("occurredAt", "RFC 3339 in UTC with Z and 0 or 6 decimals");
  }
  event.actor = reader.label("actor", true).value_or("");
  read_expect(reader, event);
  read_mode(reader, event);
  const value* data = reader.member("data");
  if (data && data->is_object())
    event.data = data->get_object();
  else
    reader.fail("data", data ? "not an object" : "missing");
  if (reader.fault) return JsonFault{std::move(*reader.fault), event.id};
  return event;
}

std::string_view compartment_name(Compartment compartment) {
  return kCompartments.at(static_cast<std::size_t>(compartment));
}
std::string_view mode_name(Mode mode) {
  return kModes.at(static_cast<std::size_t>(mode));
}

boost::json::object to_json(const log::Receipt& receipt, std::string_view case_label,
                            Compartment compartment) {
  boost::json::object json;
  json["id"] = to_uuid_text(receipt.event.view());
  if (!case_label.empty()) json["case"] = case_label;
  json["stream"] = compartment_name(compartment);
  json["position"] = receipt.position.value();
  json["version"] = receipt.version.value();
  json["leafHash"] = to_base64(receipt.leaf_hash.view());
  json["recordedAt"] = to_text(receipt.recorded_at);
  json["grade"] = "accepted";
  boost::json::array path;
  for (const Hash& hash : receipt.path) path.emplace_back(to_base64(hash.view()));
  json["group"] = {{"first", receipt.group.first.value()},
                   {"count", receipt.group.count},
                   {"path", std::move(path)},
                   {"signature", to_base64(receipt.group.signature.view())}};
  return json;
}

boost::json::object to_json(const std::optional<EventId>& id, const log::Refusal& refusal) {
  boost::json::object json;
  json["id"] = id ? value(to_uuid_text(id->view())) : value(nullptr);
  boost::json::object error;
  error["code"] = refusal.code;
  error["rule"] = refusal.rule.empty() ? value(nullptr) : value(refusal.rule);
  error["detail"] = refusal.detail;
  error["pointer"] = refusal.pointer ? value(*refusal.pointer) : value(nullptr);
  json["error"] = std::move(error);
  return json;
}

}  // namespace stafett::bti
