#include "server/auth/issuer_keys.h"

#include <algorithm>
#include <boost/json.hpp>

#include "server/auth/claims.h"
#include "server/auth/jws.h"
#include "server/auth/web_url.h"

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

// Where the keys lie, by the issuer's own configuration.
Result<std::string> keys_address(const boost::json::object& metadata,
                                 const IssuerProfile& profile) {
  const boost::json::string* issuer = text_claim(metadata, "issuer");
  if (!issuer || std::string_view{*issuer} != profile.issuer)
    return Error{Errc::refused, "the configuration is another issuer's"};
  const boost::json::string* address = text_claim(metadata, "jwks_uri");
  const auto url = address ? parse_web_url(*address) : std::nullopt;
  const auto home = parse_web_url(profile.metadata);
  if (!url || !home || !is_safe(*url))
    return Error{Errc::refused, "the keys are not at an https address"};
  const bool allowed = std::ranges::find(profile.key_hosts, url->host) != profile.key_hosts.end();
  if (!is_same_place(*url, *home) && !(allowed && url->encrypted))
    return Error{Errc::refused, "the keys lie at another host"};
  return std::string{*address};
}

}  // namespace

IssuerKeys::IssuerKeys(IssuerProfile profile, WebFetch& fetch, Clock& clock, Note note)
    : profile_(std::move(profile)), fetch_(fetch), clock_(clock), note_(std::move(note)) {}

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

IssuerKeys::Keys IssuerKeys::fetched_anew() {
  std::unique_lock lock{mutex_};
  const TimeUs now = clock_.now();
  if (!asked_) {
    if (asked_at_ && !is_past(*asked_at_, kAskPause, now)) return nullptr;
    asked_ = true;
    asked_at_ = now;
    changed_.notify_all();
  }
  if (waiters_ == kWaitersMax || stopping_) return nullptr;
  ++waiters_;
  const bool done = changed_.wait_for(lock, kWaitMax, [this] { return !asked_ || stopping_; });
  --waiters_;
  return done && !failed_at_ ? current_locked(clock_.now()) : nullptr;
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
  ENGINE_TRY(address, keys_address(metadata, profile_));
  ENGINE_TRY(document, fetch_.get(address));
  ENGINE_TRY(set, parse_object(document.body));
  const boost::json::value* found = set.if_contains("keys");
  const boost::json::array* all = found ? found->if_array() : nullptr;
  if (!all || all->size() > kKeysMax) return Error{Errc::malformed, "not a set of keys"};
  const std::vector<std::string_view> algorithms{profile_.algorithms.begin(),
                                                 profile_.algorithms.end()};
  boost::json::array usable = usable_keys(*all, algorithms);
  if (usable.empty()) return Error{Errc::not_found, "none of the keys can be used"};
  return Fetched{std::make_shared<const boost::json::array>(std::move(usable)),
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
      fetched_at_ = now;
      fresh_ = fetched->fresh;
      failed_at_.reset();
    } else {
      failed_at_ = now;
    }
    if (asked_in_round_) asked_ = false;
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
