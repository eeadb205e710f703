#pragma once
// WebhookSender: pushes the events of those groups that have a webhook, as a member of each.
//
// Source:   docs/how-to/consumers.md
// Threads:  watch() from any; the rest owner only. It has a thread for its connections and others
//           for what waits for the disk.
// Lifetime: the groups outlive it. The destructor stops it.
// Limits:   kInFlight requests of one group at once; post_time() for each of them, kDeadline at
//           most.
//
// An event that is taken is posted, and acknowledged when the receiver has said 2xx; else it is
// tried again after the group's back-off, of which a random part is left out, and parked after the
// group's attempts. A webhook ends kWebhookLasts after it was set: a person is behind it.

#include <memory>

#include "server/groups/groups.h"
#include "server/groups/webhook_hosts.h"

namespace stafett::server {

inline constexpr std::chrono::hours kWebhookLasts{24 * 30};

// How long a request may take when so much of the lease is left: a fifth of the lease is kept for
// settling. None: it is too late to begin one.
std::optional<std::chrono::milliseconds> post_time(std::uint32_t lease_s, std::int64_t left_us);

class WebhookSender final {
 public:
  static constexpr std::size_t kInFlight = 4;
  static constexpr std::chrono::milliseconds kDeadline{10'000};
  static constexpr std::chrono::milliseconds kShortestPost{100};

  // Errors: io (this machine's certificates).
  static Result<std::unique_ptr<WebhookSender>> make(const GroupsOfLogs& groups,
                                                     WebhookHosts hosts);
  ~WebhookSender();

  const WebhookHosts& hosts() const;
  void start();
  // This group has a webhook now; also when it had one before.
  void watch(ServedLog& log, const std::shared_ptr<Group>& group);
  // What is being posted is left, to be posted again after the next start.
  void stop();

 private:
  struct Impl;
  explicit WebhookSender(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace stafett::server
