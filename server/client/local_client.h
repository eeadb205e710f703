#pragma once
// LocalClient: a log that this process serves, without a socket.
//
// Threads:  as LogClient; next() waits for the disk and for reads to be recorded.
// Lifetime: the served log and `open` outlive it and its streams.
// Limits:   a stream holds what one step gives, at most kEventsAStep events.

#include "server/client/log_client.h"
#include "server/native/event_source.h"

namespace stafett::server::client {

class LocalClient final : public LogClient {
 public:
  static constexpr std::size_t kEventsAStep = 256;
  // Also where nothing is recorded, whether the access has ended is asked so often.
  static constexpr std::chrono::milliseconds kDecidedFor{1'000};
  static constexpr std::uint64_t kBehindMax = 10'000;  // entries; then a stream has fallen behind

  // `person`: who has signed in, however that was.
  LocalClient(ServedLog& log, const native::OpenSource& open, SignedIn person)
      : log_(log), open_(open), person_(std::move(person)) {}

  const std::string& origin() const override { return log_.log.origin(); }
  const ActorId& actor() const override { return person_.person; }
  Result<std::vector<AppendOutcome>> append(const log::SubmissionGroup& group,
                                            std::chrono::milliseconds longest) override;
  Result<std::unique_ptr<EventStream>> subscribe(const Wish& wish) override;

 private:
  ServedLog& log_;
  const native::OpenSource& open_;
  const SignedIn person_;
};

}  // namespace stafett::server::client
