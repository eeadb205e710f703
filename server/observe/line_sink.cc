#include "server/observe/line_sink.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace stafett::server {

using std::chrono::steady_clock;

void LineSink::end_within(std::chrono::milliseconds time) {
  end_ = steady_clock::now() + time;
}

bool LineSink::wait_for_room() const {
  constexpr std::chrono::milliseconds kLookAgain{100};  // whether it is to end
  for (;;) {
    const Time now = steady_clock::now(), end = end_;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - now);
    pollfd one{descriptor_, POLLOUT, 0};
    const int found = ::poll(&one, 1, static_cast<int>(std::clamp(left, {}, kLookAgain).count()));
    // With nobody at the other end there never will be room.
    if (found > 0) return (one.revents & POLLOUT) != 0 && (one.revents & POLLERR) == 0;
    if (found < 0 && errno != EINTR) return false;
    if (end <= now) return false;
  }
}

bool LineSink::write(std::string_view text) {
  while (!text.empty()) {
    if (!wait_for_room()) return false;
    const std::size_t most = std::min<std::size_t>(text.size(), PIPE_BUF);
    const ssize_t written = ::write(descriptor_, text.data(), most);
    if (written < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void LineSink::sink_it_(const spdlog::details::log_msg& line) {
  const std::uint64_t dropped = dropped_();
  if (dropped != told_ && write(tell_(dropped - told_) + "\n")) told_ = dropped;
  if (!write(std::string{line.payload.data(), line.payload.size()} + "\n")) ++lost_;
}

}  // namespace stafett::server
