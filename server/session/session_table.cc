#include "server/session/session_table.h"

#include <algorithm>

#include "engine/crypto/sha256.h"
#include "server/auth/base64url.h"

namespace stafett::server {
namespace {

// A clock that went back says nothing of how long it has been: then it has been too long.
bool is_past(TimeUs since, std::chrono::seconds how_long, TimeUs now) {
  return now < since || now.value() - since.value() >= std::chrono::microseconds{how_long}.count();
}

}  // namespace

Hash SessionTable::name_of(std::string_view id) {
  return crypto::sha256(as_bytes(id));
}

SessionTable::~SessionTable() {
  for (auto& [name, session] : sessions_) *session.is_over = true;
}

bool SessionTable::is_past_locked(const Session& session, TimeUs now) const {
  return is_past(session.used_at, limits_.idle, now) ||
         is_past(session.began_at, limits_.whole, now);
}

SessionTable::Sessions::iterator SessionTable::remove_locked(Sessions::iterator session) {
  *session->second.is_over = true;
  return sessions_.erase(session);
}

void SessionTable::remove_past_locked(TimeUs now) {
  for (auto one = sessions_.begin(); one != sessions_.end();)
    one = is_past_locked(one->second, now) ? remove_locked(one) : std::next(one);
}

void SessionTable::make_room_for_locked(const Hash& subject) {
  std::size_t count = 0;
  auto oldest = sessions_.end();
  for (auto one = sessions_.begin(); one != sessions_.end(); ++one) {
    if (one->second.who->subject != subject) continue;
    ++count;
    if (oldest == sessions_.end() || one->second.began_at < oldest->second.began_at) oldest = one;
  }
  if (count >= kPersonMax) remove_locked(oldest);
}

Result<std::string> SessionTable::begin(BrowserIdentity who) {
  const std::string id = to_base64url(random_id<Hash>(random_).view());
  const std::lock_guard lock{mutex_};
  const TimeUs now = clock_.now();
  remove_past_locked(now);
  make_room_for_locked(who.subject);
  if (sessions_.size() >= limits_.count_max)
    return Error{Errc::queue_full, "as many sessions as may be"};
  sessions_.emplace(name_of(id), Session{std::make_shared<const BrowserIdentity>(std::move(who)),
                                         now, now, std::make_shared<std::atomic<bool>>(false)});
  return id;
}

std::optional<OpenSession> SessionTable::find(std::string_view id) {
  const Hash name = name_of(id);
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(name);
  if (found == sessions_.end()) return std::nullopt;
  const TimeUs now = clock_.now();
  Session& session = found->second;
  if (is_past_locked(session, now)) {
    remove_locked(found);
    return std::nullopt;
  }
  session.used_at = now;
  const std::chrono::microseconds whole = limits_.whole;
  return OpenSession{session.who, TimeUs{session.began_at.value() + whole.count()},
                     session.is_over};
}

bool SessionTable::end_named(const Hash& name) {
  const std::lock_guard lock{mutex_};
  const auto found = sessions_.find(name);
  if (found == sessions_.end()) return false;
  const bool was_open = !is_past_locked(found->second, clock_.now());
  remove_locked(found);
  return was_open;
}

std::size_t SessionTable::size() const {
  const std::lock_guard lock{mutex_};
  return sessions_.size();
}

}  // namespace stafett::server
