#pragma once
// LogSet: the logs that one server serves, each under the last segment of its origin.
//
// Threads:  built by one; then read from any.
// Lifetime: the logs outlive it.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "projections/recorder/bti_log.h"
#include "server/auth/sign_in.h"
#include "server/content/recorded_read.h"
#include "server/limits/request_limits.h"
#include "server/logs/entry_streams.h"
#include "server/logs/forgetting.h"
#include "server/logs/head_signal.h"
#include "server/logs/log_tail.h"
#include "server/logs/public_tree.h"
#include "server/logs/read_ahead.h"
#include "server/session/browser_sessions.h"

namespace stafett::server {

struct LogService {
  std::chrono::seconds public_grid{900};
  SignInSources sign_in{};
  // Told of each token that is not taken, and why: the request's id and nothing of the token.
  std::function<void(const std::string& request, const Error& why)> refused{};
};

struct ServedLog {
  ServedLog(std::string given_name, bti::BtiLog& opened, LogService service)
      : name(std::move(given_name)),
        log(*opened.log),
        gate(*opened.gate),
        tree(log, log.clock(), service.public_grid),
        sign_in(log, gate, log.clock(), std::move(service.sign_in)),
        refused(std::move(service.refused)),
        reads(log, gate),
        streams(log),
        tail(log, streams),
        heads(log, gate, tail) {
    erased.add([this](std::span<const SubjectId> cases) {
      for (const SubjectId& one : cases) reads.forget(one);
      streams.forget();
      tail.forget();
    });
  }
  const std::string name;
  log::Log& log;
  bti::BtiGate& gate;
  const PublicTree tree;
  const SignIn sign_in;
  const std::function<void(const std::string& request, const Error& why)> refused;
  RecordedReads reads;
  EntryStreams streams;
  LogTail tail;
  HeadSignal heads;
  Forgetting erased;
  ReadAhead ahead;  // last: what it reads is there until it has ended
};

class LogSet final {
 public:
  // `limits`: of whoever asks for anything of the logs; null: none.
  // `sessions`: of browsers; null: they do not sign in.
  explicit LogSet(std::shared_ptr<RequestLimits> limits = nullptr,
                  std::shared_ptr<BrowserSessions> sessions = nullptr)
      : limits_(std::move(limits)), sessions_(std::move(sessions)) {}

  // Errors: conflict (two logs of one name); corrupt, io (of whom the log knows).
  Result<void> add(bti::BtiLog& opened, LogService service);
  ServedLog* find(std::string_view name) const;  // null: no such log
  const std::vector<std::unique_ptr<ServedLog>>& all() const { return logs_; }
  RequestLimits* limits() const { return limits_.get(); }        // null: none
  BrowserSessions* sessions() const { return sessions_.get(); }  // null: none

 private:
  const std::shared_ptr<RequestLimits> limits_;
  const std::shared_ptr<BrowserSessions> sessions_;
  std::vector<std::unique_ptr<ServedLog>> logs_;
};

}  // namespace stafett::server
