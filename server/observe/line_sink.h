#pragma once
// LineSink: lines for a file descriptor that somebody may have stopped reading.
//
// Source:  pipe(7): up to PIPE_BUF bytes go into a pipe that is ready for writing without waiting.
// Threads: lines on one thread, spdlog's; end_within() and lost() from any.
//
// It waits for whoever reads, and its thread alone with it; what comes meanwhile is queued by
// spdlog, and the oldest of it thrown away. How much that was is told in a line of its own before
// the next one.

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace stafett::server {

class LineSink final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  using Dropped = std::function<std::uint64_t()>;                 // in all, so far
  using TellDropped = std::function<std::string(std::uint64_t)>;  // a line without its end

  LineSink(int descriptor, Dropped dropped, TellDropped tell)
      : descriptor_(descriptor), dropped_(std::move(dropped)), tell_(std::move(tell)) {}
  // From then on nobody is waited for any more: what finds no room is thrown away.
  void end_within(std::chrono::milliseconds time);
  std::uint64_t lost() const { return lost_; }  // lines that could not be written, so far

 private:
  void sink_it_(const spdlog::details::log_msg& line) override;
  void flush_() override {}
  bool write(std::string_view text);
  bool wait_for_room() const;
  using Time = std::chrono::steady_clock::time_point;

  const int descriptor_;
  const Dropped dropped_;
  const TellDropped tell_;
  std::uint64_t told_ = 0;
  std::atomic<std::uint64_t> lost_{0};
  std::atomic<Time> end_{Time::max()};
};

}  // namespace stafett::server
