#include "tools/served_erasures.h"

#include "engine/base/encoding.h"
#include "engine/log/keeping/table_places.h"
#include "tools/root_key_shares.h"

namespace stafett::tools {
namespace {

constexpr std::chrono::seconds kAskAgain{1};

// What is to be said or mended first; empty: nothing.
Result<std::string> what_is_missing(log::Log& log, const bti::Views* views) {
  const std::string no_shares = no_shares_file(log.paths());
  ENGINE_TRY(has_no_shares, log.files().exists(no_shares));
  if (!has_no_shares)
    return no_shares + " is to say that nobody has shares of the root key; else it is run by hand";
  ENGINE_TRY(has_views, bti::has_views(log));
  if (has_views && !views) return std::string{"the views are not open: stafett rebuild makes them"};
  return std::string{};
}

}  // namespace

ServedErasures::ServedErasures(bti::BtiLog& log, bti::Views* views, Note note, Forget forget)
    : log_(log), views_(views), note_(std::move(note)), forget_(std::move(forget)), thread_([this] {
        run();
      }) {}

ServedErasures::~ServedErasures() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  wakes_.notify_all();
  thread_.join();
}

void ServedErasures::run() {
  if (const Result<void> done = carry_out_all(); !done && !stopping_)
    note_("erasure-failed", done.error().to_string());
}

Result<void> ServedErasures::carry_out_all() {
  log::Log& log = *log_.log;
  if (log.read_only_reason()) return {};
  const std::string& said = log.paths().table_places;
  ENGINE_TRY(orders, log::read_erasure_orders(log.store(), log.streams().engine));
  ENGINE_TRY(is_said, log.files().exists(said));
  ENGINE_TRY(places, log::read_places(log.files(), said));
  for (const log::ErasureOrder& order : orders) {
    if (!order.approved || order.completed) continue;
    const std::string id = to_uuid_text(order.id);
    if (!is_said) {
      note_("erasure-waits", id + ": " + said + " is to say where copies of the key table are");
      continue;
    }
    ENGINE_TRY(missing, what_is_missing(log, views_));
    if (!missing.empty()) {
      note_("erasure-waits", id + ": " + missing);
      continue;
    }
    const Result<log::ErasureReport> report = carry_out(places, order.id);
    if (stopping_) return {};
    if (report)
      note_("erasure-completed", id);
    else
      note_("erasure-failed", id + ": " + report.error().to_string());
  }
  return {};
}

Result<log::ErasureReport> ServedErasures::carry_out(const std::vector<std::string>& places,
                                                     const log::OrderId& order) {
  const std::string id = to_uuid_text(order);
  bti::ErasureCarrier carrier{*log_.log, *log_.gate, views_, places, {}, {}, forget_};
  carrier.done_with = [&](const char* step) -> Result<void> {
    note_("erasure-step", id + " " + step);
    if (stopping_) return Error{Errc::read_only, "the server stops"};
    return {};
  };
  for (bool is_told = false;; is_told = true) {
    auto report = bti::carry_out_erasure(carrier, order);
    if (report || report.error().code() != Errc::locked) return report;
    if (!is_told) note_("erasure-waits", id + ": " + report.error().detail());
    std::unique_lock lock{mutex_};
    if (wakes_.wait_for(lock, kAskAgain, [&] { return stopping_.load(); })) return report;
  }
}

}  // namespace stafett::tools
