#include "projections/bundle/scope.h"

#include <boost/json.hpp>

#include "engine/base/clock.h"
#include "engine/base/encoding.h"
#include "engine/transparency/checkpoint.h"
#include "projections/bundle/bundle_files.h"
#include "projections/catalogue/atoms.h"

namespace stafett::bti {

namespace json = boost::json;

namespace {

constexpr std::string_view kNotAScope = "scope.json is not of its form";

std::string uuid(ByteView id) {
  return to_uuid_text(id);
}

template <class Id>
std::optional<Id> id_in(const json::value& value) {
  if (!value.is_string()) return std::nullopt;
  const auto bytes = parse_uuid(std::string_view{value.get_string()});
  return bytes ? std::optional{Id{*bytes}} : std::nullopt;
}

json::value to_json(const std::optional<DayRange>& period) {
  if (!period) return nullptr;
  return {{"from", period->first.to_text()}, {"to", period->last.to_text()}};
}

json::value sample_json(const BundleScope& scope) {
  if (!scope.sample) return nullptr;
  return {{"method", kSampleMethod},
          {"seed", scope.sample->seed},
          {"size", scope.sample->size},
          {"of", scope.of_whole_log ? "log" : "grant"},
          {"drawnFrom",
           scope.drawn_from ? json::value(scope.drawn_from->value()) : json::value(nullptr)}};
}

// As written; what is not of the form throws, and parse_scope() catches it.
BundleScope scope_in(const json::object& from) {
  const auto text = [](const json::value& value) { return std::string{value.as_string()}; };
  const auto day = [&](const json::value& value) { return Date::parse(text(value)).value(); };
  BundleScope scope;
  scope.origin = text(from.at("origin"));
  scope.made_at = parse_time(text(from.at("madeAt"))).value();
  scope.chosen_at = TreeSize{from.at("chosenAt").to_number<std::uint64_t>()};
  scope.grant = text(from.at("grant"));
  scope.auditor = id_in<ActorId>(from.at("auditor")).value();
  scope.by = id_in<ActorId>(from.at("by")).value();
  if (const json::object* period = from.at("period").if_object())
    scope.period = DayRange{day(period->at("from")), day(period->at("to"))};
  if (const json::object* sample = from.at("sample").if_object()) {
    scope.sample = Sample{text(sample->at("seed")), sample->at("size").to_number<std::uint64_t>()};
    scope.of_whole_log = text(sample->at("of")) == "log";
    if (const json::value& from_size = sample->at("drawnFrom"); !from_size.is_null())
      scope.drawn_from = TreeSize{from_size.to_number<std::uint64_t>()};
  }
  for (const json::value& one : from.at("cases").as_array())
    scope.cases.push_back(id_in<SubjectId>(one).value());
  return scope;
}

}  // namespace

std::string scope_text(const BundleScope& scope) {
  json::array cases;
  for (const SubjectId& one : scope.cases) cases.emplace_back(uuid(one.view()));
  const json::object out = {{"origin", scope.origin},
                            {"madeAt", to_text(scope.made_at)},
                            {"chosenAt", scope.chosen_at.value()},
                            {"grant", scope.grant},
                            {"auditor", uuid(scope.auditor.view())},
                            {"by", uuid(scope.by.view())},
                            {"period", to_json(scope.period)},
                            {"sample", sample_json(scope)},
                            {"cases", std::move(cases)}};
  return json::serialize(out) + "\n";
}

Result<BundleScope> parse_scope(std::string_view text) {
  const Error wrong{Errc::malformed, std::string{kNotAScope}};
  boost::system::error_code error;
  const json::value parsed = json::parse({text.data(), text.size()}, error);
  if (error || !parsed.is_object()) return wrong;
  try {
    BundleScope scope = scope_in(parsed.get_object());
    if (scope.cases.size() > kBundleCasesMax)
      return Error{Errc::too_large, "more cases than a bundle has"};
    if (!transparency::is_origin(scope.origin) || line_problem(scope.grant) ||
        (scope.sample && line_problem(scope.sample->seed)))
      return wrong;
    // One text for one scope: members too many, or written otherwise, are none.
    if (scope_text(scope) != text) return wrong;
    return scope;
  } catch (const std::exception&) {
    return wrong;
  }
}

}  // namespace stafett::bti
