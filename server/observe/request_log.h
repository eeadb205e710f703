#pragma once
// RequestLog: a line of JSON on stderr for each answered request.
//
// Threads: any.

#include <memory>

#include "engine/base/clock.h"
#include "server/http/request_record.h"

namespace stafett::server {

class RequestLog final {
 public:
  explicit RequestLog(Clock& clock);
  ~RequestLog();
  void write(const RequestRecord& record);
  // Of a log, by the rule's name and the request's id alone.
  void unusual_reading(std::string_view log, std::string_view rule, std::string_view request);
  // The rest, in the same form: `what` is a word that stays the same, for searching.
  void note(std::string_view what, std::string_view detail);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace stafett::server
