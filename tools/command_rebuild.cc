// stafett rebuild: the views made anew from the log, compared and put in place.

#include <fmt/format.h>

#include <boost/json.hpp>
#include <chrono>

#include "engine/base/encoding.h"
#include "projections/views/follower.h"
#include "projections/views/rebuild_views.h"
#include "tools/command.h"
#include "tools/followed_views.h"
#include "tools/open_log.h"

namespace stafett::tools {
namespace {

using Stopwatch = std::chrono::steady_clock;

const char* name_of(bti::RebuiltView::Compared compared) {
  switch (compared) {
    case bti::RebuiltView::Compared::equal:
      return "equal";
    case bti::RebuiltView::Compared::differs:
      return "differs";
    case bti::RebuiltView::Compared::nothing_recorded:
      return "nothing-recorded";
    case bti::RebuiltView::Compared::erased_since:
      return "erased-since";
  }
  return "";
}

const char* name_of(bti::RebuiltView::Live live) {
  switch (live) {
    case bti::RebuiltView::Live::equal:
      return "equal";
    case bti::RebuiltView::Live::differs:
      return "differs";
    case bti::RebuiltView::Live::none:
      return "none";
  }
  return "";
}

boost::json::object to_json(const bti::RebuiltView& view, double seconds) {
  const bti::Generation& generation = view.built.generation;
  boost::json::object json{
      {"name", generation.name},
      {"version", generation.version},
      {"ok", view.is_well()},
      {"cases", view.built.cases},
      {"events", generation.size.value()},
      {"seconds", seconds},
      {"eventsPerSecond", seconds > 0 ? static_cast<double>(generation.size.value()) / seconds : 0},
      {"digest", nullptr},
      {"digestRecorded", view.digest_recorded},
      {"compared", nullptr},
      {"live", nullptr},
      {"error", nullptr}};
  if (generation.stopped) {
    json["error"] = *generation.stopped;
    return json;
  }
  json["digest"] = to_hex(view.built.digest.view());
  json["compared"] = {{"result", name_of(view.compared)}, {"size", view.compared_at.value()}};
  json["live"] = {{"result", name_of(view.live)}, {"size", view.live_at.value()}};
  return json;
}

std::string line_of(const boost::json::object& view) {
  const auto text = [&](const char* key) { return std::string{view.at(key).as_string()}; };
  const std::string head =
      fmt::format("{} version {}: ", text("name"), view.at("version").as_uint64());
  if (!view.at("error").is_null()) return head + "stopped: " + text("error") + "\n";
  const auto result = [&](const char* key) {
    return std::string{view.at(key).as_object().at("result").as_string()};
  };
  return head + fmt::format(
                    "{} cases, {} events in {:.1f} s ({:.0f}/s); digest {}; recorded digest: {}; "
                    "view kept up: {}\n",
                    view.at("cases").as_uint64(), view.at("events").as_uint64(),
                    view.at("seconds").as_double(), view.at("eventsPerSecond").as_double(),
                    text("digest").substr(0, 16), result("compared"), result("live"));
}

struct RebuildWords {
  std::string directory, projection;
  bool json = false;
};

Result<int> rebuild(const RebuildWords& words) {
  ENGINE_TRY(opened, open_writer(words.directory));
  ENGINE_TRY(views, bti::Views::open(views_place(opened)));
  if (views->thrown_away())
    talk("the views that were there are thrown away: " + views->thrown_away()->to_string());
  const Stopwatch::time_point start = Stopwatch::now();
  ENGINE_TRY(rebuilt, bti::rebuild_views(*views, words.projection));
  const double seconds = std::chrono::duration<double>(Stopwatch::now() - start).count();
  bti::Follower follower{*views};
  ENGINE_TRY_VOID(follower.catch_up());

  bool well = true;
  boost::json::array projections;
  for (const bti::RebuiltView& view : rebuilt) {
    well = well && view.is_well();
    projections.push_back(to_json(view, seconds));
  }
  if (words.json)
    print_line(boost::json::object{{"ok", well}, {"projections", std::move(projections)}});
  else
    for (const boost::json::value& view : projections) print_text(line_of(view.as_object()));
  return int{well ? kDone : kFailed};
}

}  // namespace

void add_rebuild(CLI::App& app, Run& run) {
  auto words = std::make_shared<RebuildWords>();
  CLI::App* command = app.add_subcommand(
      "rebuild", "Makes the views anew from the log; 1 when what comes out is not what it was");
  command->add_option("DIR", words->directory, "the log")->required();
  command->add_option("--projection", words->projection, "only this one");
  command->add_flag("--json", words->json, "one JSON document");
  command->callback([words, &run] {
    run = [words] {
      const Result<int> code = rebuild(*words);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
