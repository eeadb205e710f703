#pragma once
// RequestLog: a line of JSON on stderr for each answered request.
//
// Threads: any, and one of its own that writes: nobody waits for whoever reads stderr.
// Limits:  kLinesWaitingMax lines; then the oldest are dropped, which a line `lines-dropped` tells
//          as soon as there is room. The destructor waits a second at most.

#include <memory>

#include "engine/base/clock.h"
#include "server/http/request_record.h"

namespace stafett::server {

class RequestLog final {
 public:
  static constexpr std::size_t kLinesWaitingMax = 4096;

  explicit RequestLog(Clock& clock);
  ~RequestLog();
  void write(const RequestRecord& record);
  // Of a log, by the rule's name and the request's id alone.
  void unusual_reading(std::string_view log, std::string_view rule, std::string_view request);
  // The rest, in the same form: `what` is a word that stays the same, for searching.
  void note(std::string_view what, std::string_view detail);
  std::uint64_t dropped() const;  // lines, so far

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stafett::server
