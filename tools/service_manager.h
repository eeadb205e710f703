#pragma once
// ServiceManager: tells systemd how it goes, when it was systemd that started the program; else
// nobody.
//
// Source:  sd_notify(3), sd_watchdog_enabled(3).
// Threads: any.

#include <chrono>
#include <optional>
#include <string>

namespace stafett::tools {

class ServiceManager final {
 public:
  ServiceManager();

  void ready(const std::string& status);
  void reloading();  // ready() follows
  void stopping();
  void alive();  // to be said within each watchdog interval
  // Half of what the manager waits; empty: it does not watch.
  std::optional<std::chrono::microseconds> alive_every() const { return alive_every_; }

 private:
  std::optional<std::chrono::microseconds> alive_every_;
};

}  // namespace stafett::tools
