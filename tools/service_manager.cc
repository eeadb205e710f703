#include "tools/service_manager.h"

#include <systemd/sd-daemon.h>

#include <ctime>

namespace stafett::tools {
namespace {

// Not said is not fatal: the manager notices by itself.
void say(const std::string& state) {
  (void)sd_notify(0, state.c_str());
}

std::string monotonic_us() {
  std::timespec now{};
  (void)clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(now.tv_sec * 1'000'000 + now.tv_nsec / 1000);
}

}  // namespace

ServiceManager::ServiceManager() {
  std::uint64_t interval_us = 0;
  if (sd_watchdog_enabled(0, &interval_us) > 0)
    alive_every_ = std::chrono::microseconds{static_cast<std::int64_t>(interval_us / 2)};
}

void ServiceManager::ready(const std::string& status) {
  say("READY=1\nSTATUS=" + status);
}

void ServiceManager::reloading() {
  say("RELOADING=1\nMONOTONIC_USEC=" + monotonic_us() + "\nSTATUS=reloading");
}

void ServiceManager::stopping() {
  say("STOPPING=1\nSTATUS=answering what has come");
}

void ServiceManager::alive() {
  say("WATCHDOG=1");
}

}  // namespace stafett::tools
