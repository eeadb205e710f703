#include "server/auth/issuer_keys.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/auth/jws.h"

namespace stafett::server {
namespace {

// A clock that went back says nothing of how long it has been: then it has been long enough.
bool is_past(TimeUs since, std::chrono::seconds how_long, TimeUs now) {
  return now < since || now.value() - since.value() >= std::chrono::microseconds{how_long}.count();
}

Result<boost::json::object> parse_object(const std::string& text) {
  boost::json::parse_options options;
  options.max_depth = 8;
  boost::system::error_code error;
  boost::json::value value = boost::json::parse(text, error, {}, options);
  if (error || !value.is_object()) return Error{Errc::malformed, "not a JSON object"};
  return std::move(value.as_object());
}

}  // namespace

IssuerKeys::IssuerKeys(IssuerProfile profile, WebFetch& fetch, Clock& clock, WaitingRoom& room,
                       Note note)
    : profile_(std::move(profile)),
      fetch_(fetch),
      clock_(clock),
      room_(room),
      note_(std::move(note)) {}

IssuerKeys::~IssuerKeys() {
  stop();
}

IssuerKeys::Keys IssuerKeys::current_locked(TimeUs now) const {
  if (!keys_) return nullptr;
  // A clock that went back makes them due, not useless.
  return now >= fetched_at_ && is_past(fetched_at_, kUsedMost, now) ? nullptr : keys_;
}

IssuerKeys::Keys IssuerKeys::current() const {
  const std::lock_guard lock{mutex_};
  return current_locked(clock_.now());
}

bool IssuerKeys::has_just_failed_locked(TimeUs now) const {
  return failed_at_ && !is_past(*failed_at_, kRetryPause, now);
}

template <class Done>
bool IssuerKeys::wait_locked(std::unique_lock<std::mutex>& lock, Done done) {
  if (stopping_ || waiters_ == kWaitersMax) return false;
  const WaitingRoom::Place place{room_};
  if (!place) return false;
  ++waiters_;
  const bool in_time = changed_.wait_for(lock, kWaitMax, [&] { return done() || stopping_; });
  --waiters_;
  return in_time && done() && !failed_at_;
}

Result<IssuerKeys::Keys> IssuerKeys::at_hand() {
  std::unique_lock lock{mutex_};
  Keys keys = current_locked(clock_.now());
  if (!keys && !has_just_failed_locked(clock_.now())) {
    const std::uint64_t seen = rounds_;
    if (wait_locked(lock, [&] { return rounds_ != seen; })) keys = current_locked(clock_.now());
  }
  if (!keys) return Error{Errc::queue_full, "its issuer's keys are not to be had"};
  return keys;
}

std::optional<IssuerEndpoints> IssuerKeys::endpoints() const {
  const std::lock_guard lock{mutex_};
  return endpoints_;
}

Result<IssuerKeys::Keys> IssuerKeys::fetched_anew() {
  const Error unreached{Errc::queue_full, "its issuer is not reached for a key that is not here"};
  std::unique_lock lock{mutex_};
  const TimeUs now = clock_.now();
  if (has_just_failed_locked(now)) return unreached;
  if (!asked_) {
    if (asked_at_ && !is_past(*asked_at_, kAskPause, now)) return Error{Errc::not_found, "no key"};
    asked_ = true;
    asked_at_ = now;
    changed_.notify_all();
  }
  if (!wait_locked(lock, [this] { return !asked_; })) return unreached;
  if (Keys keys = current_locked(clock_.now())) return keys;
  return unreached;
}

bool IssuerKeys::is_due_locked(TimeUs now) const {
  if (asked_) return true;
  if (failed_at_) return is_past(*failed_at_, kRetryPause, now);
  return !keys_ || is_past(fetched_at_, fresh_, now);
}

bool IssuerKeys::is_due() const {
  const std::lock_guard lock{mutex_};
  return is_due_locked(clock_.now());
}

Result<IssuerKeys::Fetched> IssuerKeys::fetch_keys() {
  ENGINE_TRY(configuration, fetch_.get(profile_.metadata));
  ENGINE_TRY(metadata, parse_object(configuration.body));
  ENGINE_TRY(said, parse_metadata(metadata, profile_));
  ENGINE_TRY(document, fetch_.get(said.keys));
  ENGINE_TRY(set, parse_object(document.body));
  const boost::json::value* found = set.if_contains("keys");
  const boost::json::array* all = found ? found->if_array() : nullptr;
  if (!all || all->size() > kKeysMax) return Error{Errc::malformed, "not a set of keys"};
  const std::vector<std::string_view> algorithms{profile_.algorithms.begin(),
                                                 profile_.algorithms.end()};
  boost::json::array usable = usable_keys(*all, algorithms);
  if (usable.empty()) return Error{Errc::not_found, "none of the keys can be used"};
  return Fetched{std::make_shared<const boost::json::array>(std::move(usable)),
                 std::move(said.endpoints),
                 std::clamp(document.keep.value_or(kFreshMost), kFreshLeast, kFreshMost)};
}

Result<void> IssuerKeys::refresh() {
  {
    // Whoever asks from here on asks for the next one: this one may have looked too early.
    const std::lock_guard lock{mutex_};
    asked_in_round_ = asked_;
  }
  Result<Fetched> fetched = fetch_keys();
  const TimeUs now = clock_.now();
  {
    const std::lock_guard lock{mutex_};
    if (fetched) {
      keys_ = fetched->keys;
      endpoints_ = fetched->endpoints;
      fetched_at_ = now;
      fresh_ = fetched->fresh;
      failed_at_.reset();
    } else {
      failed_at_ = now;
      if (asked_in_round_) asked_at_.reset();  // nothing was learnt
    }
    if (asked_in_round_) asked_ = false;
    ++rounds_;
  }
  changed_.notify_all();
  if (fetched) return {};
  if (note_) note_(profile_.name, fetched.error());
  return fetched.error();
}

void IssuerKeys::start() {
  thread_ = std::thread{[this] { run(); }};
}

void IssuerKeys::run() {
  constexpr std::chrono::milliseconds kLook{500};
  std::unique_lock lock{mutex_};
  while (!stopping_) {
    if (!is_due_locked(clock_.now())) {
      changed_.wait_for(lock, kLook);
      continue;
    }
    lock.unlock();
    (void)refresh();  // noted
    lock.lock();
  }
}

void IssuerKeys::stop() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

}  // namespace stafett::server
