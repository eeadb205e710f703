// stafett guard: what it remembers; accepting a log that was put back from a copy.

#include <boost/json.hpp>

#include "engine/base/encoding.h"
#include "tools/command.h"
#include "tools/open_log.h"
#include "tools/public_log.h"

namespace stafett::tools {
namespace {

boost::json::object state_json(const log::TreeState& state) {
  return {{"size", state.size.value()}, {"root", to_base64(state.root.view())}};
}

Result<int> show(const std::string& directory, bool json) {
  ENGINE_TRY(opened, open_public(directory));
  ENGINE_TRY(guard, opened->guard());
  ENGINE_TRY(head, opened->head());
  ENGINE_TRY(difference, log::difference_from_guard(*opened->store, head, *guard));
  boost::json::object out{{"required", state_json(guard->required())},
                          {"possible", nullptr},
                          {"checkpoint", nullptr},
                          {"tornBytes", guard->torn_bytes()},
                          {"difference", nullptr}};
  if (const auto possible = guard->possible()) out["possible"] = state_json(*possible);
  if (const auto checkpoint = guard->checkpoint())
    out["checkpoint"] = state_json(checkpoint->state);
  if (difference) out["difference"] = *difference;
  json ? print_line(out) : print_indented(out);
  return int{kDone};
}

// What the guard remembered, zero when there was none to ask.
log::TreeState remembered(const PublicLog& log) {
  const Result<std::unique_ptr<log::Guard>> guard = log.guard();
  if (!guard) return {};
  const auto checkpoint = (*guard)->checkpoint();
  const log::TreeState required = (*guard)->required();
  return checkpoint && checkpoint->state.size > required.size ? checkpoint->state : required;
}

Result<std::optional<log::GuardedCheckpoint>> newest_checkpoint(const PublicLog& log) {
  const Result<PublicLog::Checkpoint> checkpoint = log.checkpoint();
  if (!checkpoint) {
    if (checkpoint.error().code() != Errc::not_found) return checkpoint.error();
    return std::optional<log::GuardedCheckpoint>{};
  }
  const ByteView note = as_bytes(checkpoint->note);
  return std::optional{log::GuardedCheckpoint{{checkpoint->head.size, checkpoint->head.root},
                                              Bytes{note.begin(), note.end()}}};
}

Result<void> record_restored(const std::string& directory, const format::LogRestored& event) {
  ENGINE_TRY(opened, open_recording(directory));
  log::Log& log = *opened.log;
  const TimeUs now = log.clock().now();
  const log::Outcomes outcomes = log.submit_and_wait(
      log.system().sign_engine(event, log.streams().engine, make_event_id(now, log.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<log::Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return {};
}

Result<int> accept(const std::string& directory) {
  format::LogRestored restored;
  {
    // The lock, so that no writer is at work; it is given back before the log is opened anew.
    ENGINE_TRY(writer, open_writer(directory));
    if (!writer.log->read_only_reason())
      return Error{Errc::conflict, "the guard agrees with the database: nothing to accept"};
    ENGINE_TRY(log, open_public(directory));
    ENGINE_TRY(head, log->head());
    const log::TreeState before = remembered(*log);
    ENGINE_TRY(checkpoint, newest_checkpoint(*log));
    ENGINE_TRY_VOID(log::Guard::accept(storage::posix_files(), log->paths.guard,
                                       log->keyring.origin_hash(), {head.size, head.root},
                                       checkpoint));
    restored = {head.size, head.root, before.size, before.root};
  }
  ENGINE_TRY_VOID(record_restored(directory, restored));
  talk("accepted at size " + std::to_string(restored.size.value()) +
       "; the guard remembered size " + std::to_string(restored.guard_size.value()));
  return int{kDone};
}

}  // namespace

void add_guard(CLI::App& app, Run& run) {
  auto directory = std::make_shared<std::string>();
  auto flag = std::make_shared<bool>(false);
  CLI::App* command = app.add_subcommand("guard", "What the guard remembers of the log");
  command->require_subcommand(1);
  CLI::App* showing = command->add_subcommand("show", "Sizes and roots, and what differs");
  showing->add_option("DIR", *directory, "the log")->required();
  showing->add_flag("--json", *flag, "one JSON document");
  showing->callback([directory, flag, &run] {
    run = [directory, flag] {
      const Result<int> code = show(*directory, *flag);
      return code ? *code : fail(code.error());
    };
  });
  CLI::App* accepting = command->add_subcommand(
      "accept", "Accepts the database as it is, and records in the log that it was put back");
  accepting->add_option("DIR", *directory, "the log")->required();
  accepting->add_flag("--yes", *flag, "what the guard remembers beyond the database is given up");
  accepting->callback([directory, flag, &run] {
    run = [directory, flag] {
      if (!*flag)
        return fail_usage("this gives up what the guard remembers beyond the database: add --yes");
      const Result<int> code = accept(*directory);
      return code ? *code : fail(code.error());
    };
  });
}

}  // namespace stafett::tools
