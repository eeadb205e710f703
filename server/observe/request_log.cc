#include "server/observe/request_log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/json.hpp>

namespace stafett::server {

struct RequestLog::Impl {
  explicit Impl(Clock& given) : clock(given) { logger.set_pattern("%v"); }
  void line(boost::json::object fields) {
    fields["time"] = to_text(clock.now());
    logger.info("{}", boost::json::serialize(fields));
  }
  Clock& clock;
  spdlog::logger logger{"stafett", std::make_shared<spdlog::sinks::stderr_sink_mt>()};
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

void RequestLog::note(std::string_view what, std::string_view detail) {
  impl_->line({{"event", what}, {"detail", detail}});
}

}  // namespace stafett::server
