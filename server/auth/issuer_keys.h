#pragma once
// IssuerKeys: the keys that an issuer signs with, kept at hand: fetched before they are needed,
// anew when they grow old, and once more when a token names one that is not among them.
//
// Source:   RFC 7517 (JWKS), OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3.3.
// Threads:  any; refresh() one at a time. start() makes a thread that fetches, stop() joins it.
// Lifetime: fetch, clock and room outlive it. stop() waits for a fetch: stop that first.
// Limits:   kKeysMax keys; kWaitersMax wait for a fetch, of all issuers as many as the WaitingRoom
//           has places, each for kWaitMax.

#include <boost/json/array.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/base/clock.h"
#include "server/auth/issuer_metadata.h"
#include "server/auth/waiting_room.h"
#include "server/auth/web_fetch.h"

namespace stafett::server {

class IssuerKeys final {
 public:
  static constexpr std::size_t kKeysMax = 50;
  static constexpr std::size_t kWaitersMax = 2;
  static constexpr std::chrono::seconds kWaitMax{4};
  // How long keys count as fresh: what the issuer says, within these; the longest if it says none.
  static constexpr std::chrono::seconds kFreshLeast{300}, kFreshMost{86'400};
  // How long they are used when no fresh ones are to be had.
  static constexpr std::chrono::seconds kUsedMost{3 * 86'400};
  static constexpr std::chrono::seconds kRetryPause{10};  // after a fetch that failed
  static constexpr std::chrono::seconds kAskPause{30};    // between fetches for unknown keys

  // What went wrong with a fetch, for the server's log: the issuer's name and why.
  using Note = std::function<void(const std::string& issuer, const Error& why)>;
  IssuerKeys(IssuerProfile profile, WebFetch& fetch, Clock& clock, WaitingRoom& room, Note note);
  ~IssuerKeys();

  const IssuerProfile& profile() const { return profile_; }

  using Keys = std::shared_ptr<const boost::json::array>;
  // Null: there are none, or they are too old to be used.
  Keys current() const;
  // Those at hand; when there are none, those of the fetch that is under way or due. Errors:
  // queue_full (there are none, and the last fetch failed or none ends in time).
  Result<Keys> at_hand();
  // For a token whose key is not among them: the keys after one more fetch. Errors: not_found (the
  // last one for this reason is too recent: there is no such key), queue_full (the issuer was not
  // reached, or not in time: nobody can say).
  Result<Keys> fetched_anew();

  // As it said with the keys at hand. Empty: there are none yet, or none that may be asked.
  std::optional<IssuerEndpoints> endpoints() const;

  void start();
  void stop();
  bool is_due() const;
  // Fetches now. Errors: those of WebFetch; malformed (not what it must be), refused (another
  // issuer's, or keys that lie elsewhere), not_found (no key can be used).
  Result<void> refresh();

 private:
  struct Fetched {
    Keys keys;
    std::optional<IssuerEndpoints> endpoints;
    std::chrono::seconds fresh;
  };
  Result<Fetched> fetch_keys();
  bool is_due_locked(TimeUs now) const;
  bool has_just_failed_locked(TimeUs now) const;
  // Whether `done` became true in time, by a fetch that did not fail.
  template <class Done>
  bool wait_locked(std::unique_lock<std::mutex>& lock, Done done);
  Keys current_locked(TimeUs now) const;
  void run();

  const IssuerProfile profile_;
  WebFetch& fetch_;
  Clock& clock_;
  WaitingRoom& room_;
  const Note note_;
  std::thread thread_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Keys keys_;  // Guarded by mutex_, as all below.
  std::optional<IssuerEndpoints> endpoints_;
  TimeUs fetched_at_;                // when there are keys
  std::chrono::seconds fresh_{0};    // from then on
  std::optional<TimeUs> failed_at_;  // the last fetch failed, then
  std::optional<TimeUs> asked_at_;   // last for an unknown key, in a fetch that did not fail
  bool asked_ = false;               // and not fetched yet
  bool asked_in_round_ = false;      // before the fetch that is under way began
  std::uint64_t rounds_ = 0;         // fetches that have ended
  std::size_t waiters_ = 0;
  bool stopping_ = false;
};

}  // namespace stafett::server
