#pragma once
// MemoryPlay: the events of a scenario put into a MemoryLog, without a log.
//
// What the player of projections/scenario does not give: hundreds of rows within a second, the rule
// and the detail of a refusal, a state to look at between two events, and a failure that can only
// lie in the rules or the fold. What a scenario expects is judged by that player alone.

#include <boost/json/value.hpp>
#include <string>

#include "tests/projections/rules/memory_log.h"

namespace stafett::bti::test {

class MemoryPlay final {
 public:
  explicit MemoryPlay(const boost::json::object& scenario);

  // Every event and read of the file, in the order of recording.
  void play();

  const MemoryLog& log() const { return *log_; }
  MemoryLog& log() { return *log_; }
  // label -> code of those refused.
  const std::map<std::string, Refusal>& rejected() const { return rejected_; }
  TimeUs end_of(std::int64_t day) const;
  // One element of `events`.
  Command command_of(const boost::json::object& event, std::size_t index) const;

 private:
  Command command_of_read(const boost::json::object& read, std::size_t index) const;
  // A string "D<n>" or "D<n>T<HH:MM>" anywhere within becomes the date or instant it stands for.
  boost::json::value with_days(const boost::json::value& value) const;
  TimeUs at(std::int64_t day, std::string_view time) const;

  boost::json::object scenario_;
  Date day0_;
  std::unique_ptr<MemoryLog> log_;
  std::map<std::string, Refusal> rejected_;
};

}  // namespace stafett::bti::test
