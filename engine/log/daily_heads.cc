#include "engine/log/daily_heads.h"

#include "engine/log/stream_heads.h"
#include "engine/log/thread_name.h"

namespace stafett::log {
namespace {

constexpr std::int64_t kDayUs = std::int64_t{24} * 3600 * 1'000'000;

}  // namespace

DailyHeads::DailyHeads(Log& log, std::chrono::seconds look_every, Failed failed,
                       std::function<void()> besides)
    : log_(log), look_every_(look_every), failed_(std::move(failed)), besides_(std::move(besides)) {
  if (look_every_.count() > 0)
    thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}
DailyHeads::~DailyHeads() = default;

void DailyHeads::run(const std::stop_token& stop) {
  name_thread("heads");
  std::unique_lock lock{mutex_};
  while (!stop.stop_requested()) {
    wakes_.wait_for(lock, stop, look_every_, [] { return false; });
    if (stop.stop_requested()) return;
    const Result<bool> recorded = record_if_due();
    if (!recorded && failed_) failed_(recorded.error());
    if (besides_) besides_();
  }
}

Result<void> DailyHeads::find_last() {
  ENGINE_TRY_VOID(log_.store().scan_stream(
      log_.streams().engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        ENGINE_TRY(bytes, log_.store().entry(position));
        ENGINE_TRY(entry, format::decode_own_entry(bytes));
        ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
        if (std::holds_alternative<format::StreamHeads>(event)) {
          last_at_ = entry.stamp.recorded_at;
          behind_last_ = size_after(position);
        }
        return storage::Scan::more;
      }));
  known_ = true;
  return {};
}

Result<bool> DailyHeads::record_if_due() {
  if (log_.read_only_reason()) return false;
  if (!known_) ENGINE_TRY_VOID(find_last());
  const TimeUs now = log_.clock().now();
  // A clock that was ahead and is set right must not keep it silent until that time has come.
  const bool is_due = now < last_at_ || now.value() - last_at_.value() >= kDayUs;
  if (!is_due || log_.head().size == behind_last_) return false;
  ENGINE_TRY(recorded, record_stream_heads(log_));
  last_at_ = now;
  behind_last_ = size_after(recorded.position);
  return true;
}

}  // namespace stafett::log
