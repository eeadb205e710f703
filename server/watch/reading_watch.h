#pragma once
// ReadingWatch: tells of unusual reading (F19, F20) when it begins, by following the accesses of a
// log as they become durable. The rules are those of the findings, asked with and without each read
// as it comes; nothing of them is here.
//
// Source:   docs/reference/findings.en.md
// Threads:  one of its own; `told` is called there.
// Lifetime: the served log, and what `told` uses, outlive it.
// Limits:   one case at a time is in memory. It begins where the log is when it is made.
//
// What a later correction makes of an earlier read is in the findings, and is not told here.

#include <functional>
#include <string>
#include <thread>

#include "server/logs/entry_streams.h"
#include "server/logs/log_set.h"

namespace stafett::server {

// Nothing of a person or a case.
struct UnusualReading {
  std::string rule;     // F19, F20
  std::string request;  // the request that the read was recorded by; empty: not known
};

class ReadingWatch final {
 public:
  using Told = std::function<void(const UnusualReading&)>;
  // A read that could not be looked at, and why.
  using Failed = std::function<void(const Error&)>;

  ReadingWatch(ServedLog& log, Told told, Failed failed);

 private:
  void run(const std::stop_token& stop);
  void look_until(TreeSize head, const std::stop_token& stop);
  bool try_again_at(TreeSize place, const std::stop_token& stop);
  Result<void> look_at(Position position, const SubjectId& case_id);

  ServedLog& log_;
  const Told told_;
  const Failed failed_;
  TreeSize next_;
  TreeSize failed_at_{UINT64_MAX};
  int tries_ = 0;
  std::jthread thread_;  // last: it uses what is above
};

// The rules that are watched, by name.
std::vector<std::string> watched_rules();

}  // namespace stafett::server
