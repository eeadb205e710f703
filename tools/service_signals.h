#pragma once
// ServiceSignals: what a service is told by signals. Blocked before any thread is made, so in all
// of them: they wait until somebody asks.
//
// Threads: the main thread.

#include <chrono>
#include <csignal>
#include <optional>

namespace stafett::tools {

class ServiceSignals final {
 public:
  enum class Told { stop, reload, nothing };

  ServiceSignals();
  // SIGINT and SIGTERM stop, SIGHUP reloads. `nothing`: `longest` has passed; empty: it waits.
  Told wait(std::optional<std::chrono::microseconds> longest) const;

 private:
  sigset_t signals_{};
};

}  // namespace stafett::tools
