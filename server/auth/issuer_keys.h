#pragma once
// IssuerKeys: the keys that an issuer signs with, kept at hand: fetched before they are needed,
// anew when they grow old, and once more when a token names one that is not among them.
//
// Source:   RFC 7517 (JWKS), OpenID Connect Discovery 1.0 section 4, RFC 8414 section 3.3.
// Threads:  any; refresh() one at a time. start() makes a thread that fetches, stop() joins it.
// Lifetime: fetch and clock outlive it. stop() waits for a fetch: stop that first.
// Limits:   kKeysMax keys; kWaitersMax wait for a fetch, each for kWaitMax.

#include <boost/json/array.hpp>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "engine/base/clock.h"
#include "server/auth/issuer_profile.h"
#include "server/auth/web_fetch.h"

namespace stafett::server {

class IssuerKeys final {
 public:
  static constexpr std::size_t kKeysMax = 50;
  static constexpr std::size_t kWaitersMax = 4;
  static constexpr std::chrono::seconds kWaitMax{4};
  // How long keys count as fresh: what the issuer says, within these; the longest if it says none.
  static constexpr std::chrono::seconds kFreshLeast{300}, kFreshMost{86'400};
  // How long they are used when no fresh ones are to be had.
  static constexpr std::chrono::seconds kUsedMost{3 * 86'400};
  static constexpr std::chrono::seconds kRetryPause{10};  // after a fetch that failed
  static constexpr std::chrono::seconds kAskPause{30};    // between fetches for unknown keys

  // What went wrong with a fetch, for the server's log: the issuer's name and why.
  using Note = std::function<void(const std::string& issuer, const Error& why)>;
  IssuerKeys(IssuerProfile profile, WebFetch& fetch, Clock& clock, Note note);
  ~IssuerKeys();

  const IssuerProfile& profile() const { return profile_; }

  using Keys = std::shared_ptr<const boost::json::array>;
  // Null: there are none, or they are too old to be used.
  Keys current() const;
  // For a token whose key is not among them: the keys after one more fetch. Null: none was done in
  // time, or the last one for this reason is too recent.
  Keys fetched_anew();

  void start();
  void stop();
  bool is_due() const;
  // Fetches now. Errors: those of WebFetch; malformed (not what it must be), refused (another
  // issuer's, or keys that lie elsewhere), not_found (no key can be used).
  Result<void> refresh();

 private:
  struct Fetched {
    Keys keys;
    std::chrono::seconds fresh;
  };
  Result<Fetched> fetch_keys();
  bool is_due_locked(TimeUs now) const;
  Keys current_locked(TimeUs now) const;
  void run();

  const IssuerProfile profile_;
  WebFetch& fetch_;
  Clock& clock_;
  const Note note_;
  std::thread thread_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Keys keys_;                        // Guarded by mutex_, as all below.
  TimeUs fetched_at_;                // when there are keys
  std::chrono::seconds fresh_{0};    // from then on
  std::optional<TimeUs> failed_at_;  // the last fetch failed, then
  std::optional<TimeUs> asked_at_;   // last for an unknown key
  bool asked_ = false;               // and not fetched yet
  bool asked_in_round_ = false;      // before the fetch that is under way began
  std::size_t waiters_ = 0;
  bool stopping_ = false;
};

}  // namespace stafett::server
