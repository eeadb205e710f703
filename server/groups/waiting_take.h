#pragma once
// WaitingTake: a take that waits until there is something, as the body of an HTTP answer.
//
// Threads:  as BodySource.
// Lifetime: the served log outlives it; it keeps the group.
// Limits:   `until`, `busy_until`, the reader's sign-in, and the streams that the reader may have
// open.

#include <boost/json/object.hpp>

#include "server/groups/group.h"
#include "server/http/body_source.h"

namespace stafett::server {

// {"deliveries","lowWater","head"}
boost::json::object to_json(const TakenBatch& batch, const Group& group, const ServedLog& log);

struct TakeRequest {
  SignedIn reader;
  std::string member;
  std::size_t count_max = 1;
  TimeUs until{};       // wait no longer for something to take
  TimeUs busy_until{};  // nor for another take to end
  StreamLease lease{};  // held as long as somebody waits
};

class WaitingTake final : public BodySource {
 public:
  // `first`: what a take has given just now: nothing.
  WaitingTake(ServedLog& log, std::shared_ptr<Group> group, TakeRequest request, TakenBatch first)
      : log_(log),
        group_(std::move(group)),
        request_(std::move(request)),
        batch_(std::move(first)) {}
  ~WaitingTake() override;

  void begin(const boost::asio::any_io_executor& own,
             const boost::asio::any_io_executor& pool) override;
  boost::asio::awaitable<std::string> next() override;
  void stop() override;

 private:
  boost::asio::awaitable<void> wait(std::int64_t longest_us);
  boost::asio::awaitable<void> take_there();
  void take_safely();

  ServedLog& log_;
  const std::shared_ptr<Group> group_;
  const TakeRequest request_;
  TakenBatch batch_;
  std::optional<Error> failed_;
  boost::asio::any_io_executor pool_;
  Waiter waiter_;
  bool is_said_ = false;
  bool is_stopped_ = false;
};

}  // namespace stafett::server
