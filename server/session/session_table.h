#pragma once
// SessionTable: who has signed in with a browser. In memory only: a restart ends all sessions.
//
// Threads:  any.
// Lifetime: clock and randomness outlive it.
// Limits:   SessionLimits; kPersonMax sessions of one person, the oldest goes for a new one.
//
// A session is known by 256 random bits, which only the browser keeps: here is their SHA-256. Ids
// are made here and never taken from outside.

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "engine/base/random.h"
#include "engine/base/result.h"
#include "server/auth/browser_identity.h"

namespace stafett::server {

struct SessionLimits {
  std::chrono::seconds idle{30 * 60};  // between two requests
  std::chrono::seconds whole{8 * 3600};
  std::size_t count_max = 10'000;
};

// What a request of the session is told.
struct OpenSession {
  std::shared_ptr<const BrowserIdentity> who;
  TimeUs ends_at;
  std::shared_ptr<const std::atomic<bool>> is_over;
};

class SessionTable final {
 public:
  static constexpr std::size_t kPersonMax = 8;

  SessionTable(const SessionLimits& limits, Clock& clock, Random& random)
      : limits_(limits), clock_(clock), random_(random) {}
  ~SessionTable();

  // The id, for the browser alone. Errors: queue_full (there are as many as may be).
  Result<std::string> begin(BrowserIdentity who);
  // A request of the session has come. Empty: there is none by that id, or it has ended.
  std::optional<OpenSession> find(std::string_view id);
  // False: there was none.
  bool end(std::string_view id) { return end_named(name_of(id)); }
  // As what a session may be known to whoever is not to use it: its id's SHA-256.
  static Hash name_of(std::string_view id);
  bool end_named(const Hash& name);
  std::size_t size() const;

 private:
  struct Session {
    std::shared_ptr<const BrowserIdentity> who;
    TimeUs began_at, used_at;
    std::shared_ptr<std::atomic<bool>> is_over;
  };
  using Sessions = std::unordered_map<Hash, Session, IdHash>;
  bool is_past_locked(const Session& session, TimeUs now) const;
  Sessions::iterator remove_locked(Sessions::iterator session);
  void remove_past_locked(TimeUs now);
  void make_room_for_locked(const Hash& subject);

  const SessionLimits limits_;
  Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  Sessions sessions_;  // Guarded by mutex_.
};

}  // namespace stafett::server
