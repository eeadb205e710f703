// stafett status: is the log well? Beside a writer, without keys.

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "projections/views/views.h"
#include "tools/backup_status.h"
#include "tools/command.h"
#include "tools/open_log.h"
#include "tools/public_log.h"
#include "tools/witnessed_log.h"

namespace stafett::tools {
namespace {

// A writer signs every second: an entry that waits this long for a checkpoint waits in vain.
constexpr std::int64_t kUncoveredSecondsMax = 60;
// An entry that no witness knows of for that long may be taken back unseen until then.
constexpr std::int64_t kUnwitnessedSecondsMax = 86'400;
// A view that lacks events that long, as the log counts time.
constexpr std::int64_t kViewSecondsMax = 300;

Result<std::int64_t> seconds_since(const PublicLog& log, Position position) {
  ENGINE_TRY(bytes, log.store->entry(position));
  ENGINE_TRY(entry, format::decode_entry(bytes));
  const std::int64_t us = log_options().clock.now().value() - entry.stamp.recorded_at.value();
  return std::max<std::int64_t>(us, 0) / 1'000'000;
}

class Status final {
 public:
  explicit Status(const PublicLog& log) : log_(log) {}

  Result<boost::json::object> look() {
    ENGINE_TRY(head, log_.head());
    json_ = {{"origin", log_.origin()},
             {"size", head.size.value()},
             {"root", to_base64(head.root.view())},
             {"writer", has_writer(log_.paths)}};
    ENGINE_TRY_VOID(look_at_checkpoint(head));
    ENGINE_TRY_VOID(look_at_guard(head));
    ENGINE_TRY_VOID(look_at_witnesses(head));
    ENGINE_TRY_VOID(look_at_views(head.size));
    ENGINE_TRY_VOID(look_at_backup());
    json_["problems"] = problems_;
    json_["ok"] = problems_.empty();
    return json_;
  }

 private:
  Result<void> look_at_checkpoint(const transparency::TreeHead& head) {
    const Result<PublicLog::Checkpoint> checkpoint = log_.checkpoint();
    std::uint64_t covered = 0;
    json_["checkpoint"] = nullptr;
    if (checkpoint) {
      covered = checkpoint->head.size.value();
      // When its last entry was recorded; the note itself holds no time.
      ENGINE_TRY(age, seconds_since(log_, Position{covered - 1}));
      json_["checkpoint"] = {{"size", covered}, {"ageSeconds", age}};
    } else if (checkpoint.error().code() != Errc::not_found) {
      problems_.emplace_back("checkpoint: " + checkpoint.error().to_string());
    }
    json_["uncovered"] = {{"entries", head.size.value() - covered}, {"seconds", 0}};
    if (covered == head.size.value()) return {};
    ENGINE_TRY(waiting, seconds_since(log_, Position{covered}));
    json_["uncovered"].as_object()["seconds"] = waiting;
    if (waiting > kUncoveredSecondsMax)
      problems_.emplace_back("entries have waited too long for a checkpoint");
    return {};
  }

  Result<void> look_at_guard(const transparency::TreeHead& head) {
    const Result<std::unique_ptr<log::Guard>> guard = log_.guard();
    json_["readOnly"] = nullptr;
    std::optional<std::string> reason;
    if (!guard) {
      reason = guard.error().code() == Errc::not_found
                   ? "the guard is missing"
                   : "the guard cannot be used: " + guard.error().detail();
    } else {
      json_["guard"] = {{"size", (*guard)->required().size.value()}, {"agrees", true}};
      // Beside a writer the guard may be ahead of what was read: that is no difference.
      if (!has_writer(log_.paths) || (*guard)->required().size <= head.size) {
        ENGINE_TRY(difference, log::difference_from_guard(*log_.store, head, **guard));
        reason = difference;
      }
    }
    if (!reason) return {};
    if (guard)
      json_["guard"].as_object()["agrees"] = false;
    else
      json_["guard"] = nullptr;
    json_["readOnly"] = *reason;
    problems_.emplace_back(*reason);
    return {};
  }

  Result<void> look_at_backup() {
    ENGINE_TRY(log_seconds, seconds_since(log_, Position{0}));
    BackupStatus status =
        look_at_backups(log_.paths.database, log_seconds, log_options().clock.now());
    json_["backup"] = std::move(status.backup);
    json_["drill"] = std::move(status.drill);
    for (boost::json::value& problem : status.problems) problems_.push_back(std::move(problem));
    return {};
  }

  // What is final, and how old each witness's word is.
  Result<void> look_at_witnesses(const transparency::TreeHead& head) {
    json_["witnesses"] = nullptr;
    ENGINE_TRY(witnessed, WitnessedLog::of(log_));
    const log::RecordedPolicy* recorded = witnessed->policies.newest();
    if (!recorded) return {};
    ENGINE_TRY(newest, witnessed->cosigned.newest_final(*log_.store));
    const std::uint64_t covered = newest ? newest->head.size.value() : 0;
    boost::json::object json{{"policyAt", recorded->position.value()}, {"final", nullptr}};
    if (newest)
      json["final"] = {{"size", covered},
                       {"cosigned", newest->cosignatures.size()},
                       {"ageSeconds", age_of(newest->newest_time_s())}};
    json["unwitnessed"] = {{"entries", head.size.value() - std::min(covered, head.size.value())},
                           {"seconds", 0}};
    if (covered < head.size.value()) {
      ENGINE_TRY(waiting, seconds_since(log_, Position{covered}));
      json["unwitnessed"].as_object()["seconds"] = waiting;
      if (waiting > kUnwitnessedSecondsMax && !recorded->policy.asks_for_none())
        problems_.emplace_back("entries have waited too long for enough witnesses");
    }
    boost::json::array all;
    for (const transparency::PolicyWitness& one : recorded->policy.witnesses()) {
      ENGINE_TRY(view, look_at_witness(*witnessed, one));
      all.push_back(std::move(view));
    }
    json["all"] = std::move(all);
    json_["witnesses"] = std::move(json);
    return {};
  }

  Result<boost::json::object> look_at_witness(const WitnessedLog& witnessed,
                                              const transparency::PolicyWitness& witness) {
    boost::json::object json{{"name", witness.name}, {"size", nullptr}, {"ageSeconds", nullptr}};
    ENGINE_TRY(newest, witnessed.cosigned.newest_of(witness.key));
    if (!newest) return json;
    json["size"] = newest->head.size.value();
    json["ageSeconds"] = age_of(newest->newest_time_s());
    const Result<void> is_of_log = log::check_is_of(*log_.store, newest->head);
    if (!is_of_log) problems_.emplace_back(witness.name + ": " + is_of_log.error().detail());
    return json;
  }

  std::int64_t age_of(std::uint64_t time_s) const {
    const std::int64_t now_s = log_options().clock.now().value() / 1'000'000;
    return std::max<std::int64_t>(now_s - static_cast<std::int64_t>(time_s), 0);
  }

  // Rows need keys; how far they have come does not.
  Result<void> look_at_views(TreeSize head) {
    json_["views"] = nullptr;
    const Result<std::unique_ptr<storage::ViewStore>> store = storage::ViewStore::open(
        log_.paths.views, storage::ViewAccess::read, log_.keyring.origin_hash());
    if (!store && store.error().code() == Errc::not_found) return {};
    const Result<std::vector<bti::Generation>> generations =
        store ? bti::read_generations(*(*store)->reads())
              : Result<std::vector<bti::Generation>>{store.error()};
    if (!generations) {
      problems_.emplace_back("the views cannot be used: " + generations.error().to_string());
      return {};
    }
    boost::json::array views;
    for (const bti::Generation& one : *generations) {
      ENGINE_TRY(view, look_at_view(one, head));
      views.push_back(std::move(view));
    }
    json_["views"] = std::move(views);
    return {};
  }

  Result<boost::json::object> look_at_view(const bti::Generation& view, TreeSize head) {
    ENGINE_TRY(lag, bti::lag_of(view, *log_.store, head));
    const std::string name = "view " + view.name;
    if (view.stopped) problems_.emplace_back(name + " is stopped: " + *view.stopped);
    if (view.role == bti::Role::serving && lag.seconds > kViewSecondsMax)
      problems_.emplace_back(name + " is too far behind the log");
    boost::json::object json{{"name", view.name},
                             {"version", view.version},
                             {"role", bti::role_name(view.role)},
                             {"size", view.size.value()},
                             {"lag", {{"events", lag.events}, {"seconds", lag.seconds}}},
                             {"sweeping", view.sweep != bti::Sweep::none},
                             {"stopped", nullptr}};
    if (view.stopped) json["stopped"] = *view.stopped;
    return json;
  }

  const PublicLog& log_;
  boost::json::object json_;
  boost::json::array problems_;
};

int run_status(const std::string& directory, bool json) {
  const Result<std::unique_ptr<PublicLog>> opened = open_public(directory);
  if (!opened) return fail(opened.error());
  const Result<boost::json::object> status = Status{**opened}.look();
  if (!status) return fail(status.error());
  json ? print_line(*status) : print_indented(*status);
  return status->at("ok").as_bool() ? kDone : kFailed;
}

}  // namespace

void add_status(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto json = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("status", "Head, checkpoint, guard; 1 when something is past its limit");
  command->add_option("DIR", *directory, "the log")->required();
  command->add_flag("--json", *json, "one JSON document");
  command->callback([directory, json, &run] {
    run = [directory, json] { return run_status(*directory, *json); };
  });
}

}  // namespace stafett::tools
