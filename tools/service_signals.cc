#include "tools/service_signals.h"

#include <pthread.h>

#include <cerrno>

namespace stafett::tools {

ServiceSignals::ServiceSignals() {
  sigemptyset(&signals_);
  for (const int one : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, one);
  pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

ServiceSignals::Told ServiceSignals::wait(std::optional<std::chrono::microseconds> longest) const {
  const std::int64_t us = longest ? longest->count() : 0;
  const timespec until{us / 1'000'000, us % 1'000'000 * 1000};
  for (;;) {
    const int signal =
        longest ? sigtimedwait(&signals_, nullptr, &until) : sigwaitinfo(&signals_, nullptr);
    if (signal == SIGHUP) return Told::reload;
    if (signal > 0) return Told::stop;
    if (errno == EAGAIN) return Told::nothing;
  }
}

}  // namespace stafett::tools
