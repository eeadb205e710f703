#include "server/observe/request_log.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <unistd.h>

#include <boost/json.hpp>

#include "server/observe/line_sink.h"

namespace stafett::server {

namespace {

constexpr std::chrono::milliseconds kEndTime{1'000};

}  // namespace

struct RequestLog::Impl {
  explicit Impl(Clock& given) : clock(given) {}
  ~Impl() { sink->end_within(kEndTime); }
  std::string text(boost::json::object fields) const {
    fields["time"] = to_text(clock.now());
    return boost::json::serialize(fields);
  }
  void line(boost::json::object fields) { logger->info(text(std::move(fields))); }
  std::uint64_t dropped() const { return pool->overrun_counter() + sink->lost(); }

  Clock& clock;
  // Its thread ends with it, before what it uses goes.
  const std::shared_ptr<LineSink> sink = std::make_shared<LineSink>(
      STDERR_FILENO, [this] { return dropped(); },
      [this](std::uint64_t count) {
        return text({{"event", "lines-dropped"}, {"detail", std::to_string(count)}});
      });
  const std::shared_ptr<spdlog::details::thread_pool> pool =
      std::make_shared<spdlog::details::thread_pool>(kLinesWaitingMax, 1);
  const std::shared_ptr<spdlog::async_logger> logger = std::make_shared<spdlog::async_logger>(
      "stafett", sink, pool, spdlog::async_overflow_policy::overrun_oldest);
};

RequestLog::RequestLog(Clock& clock) : impl_(std::make_unique<Impl>(clock)) {}
RequestLog::~RequestLog() = default;

void RequestLog::write(const RequestRecord& record) {
  boost::json::object fields{{"event", "request"},           {"request", record.id},
                             {"method", record.method},      {"route", record.route},
                             {"status", record.status},      {"bytes", record.bytes},
                             {"us", record.duration.count()}};
  if (!record.trace.empty()) fields["trace"] = record.trace;
  impl_->line(std::move(fields));
}

void RequestLog::unusual_reading(std::string_view log, std::string_view rule,
                                 std::string_view request) {
  impl_->line({{"event", "unusual-reading"}, {"log", log}, {"rule", rule}, {"request", request}});
}

std::uint64_t RequestLog::dropped() const {
  return impl_->dropped();
}

void RequestLog::note(std::string_view what, std::string_view detail) {
  impl_->line({{"event", what}, {"detail", detail}});
}

}  // namespace stafett::server
