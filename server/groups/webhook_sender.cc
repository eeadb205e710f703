#include "server/groups/webhook_sender.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <list>
#include <thread>

#include "server/groups/next_take.h"
#include "server/groups/webhook_message.h"
#include "server/groups/webhook_post.h"
#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::seconds kAfterError{5};
constexpr unsigned kTakingThreads = 2;

}  // namespace

// Not in the namespace without a name: gcc 12 looks for types of coroutines' frames there in vain.
namespace pushing {

// One group with a webhook. On the sender's thread, but for what is said to be on a pool.
struct Push {
  ServedLog& log;
  const std::shared_ptr<Group> group;
  const WebhookHosts& hosts;
  asio::ssl::context& trusted;
  asio::thread_pool& taking;
  asio::thread_pool& settling;
  const Waiter waiter;
  std::size_t in_flight = 0;
};
using PushPtr = std::shared_ptr<Push>;

struct Taken {
  std::uint64_t change;                   // before all below
  std::optional<WebhookSetting> webhook;  // none: the webhook is gone
  bool is_over = false;                   // it has ended, or may not be pushed to any more
  std::optional<WebUrl> url{};
  Result<TakenBatch> batch = TakenBatch{};
};

// On the pool for taking.
Taken take(Push& push, std::size_t count_max) {
  const std::uint64_t change = push.group->changes({});
  Taken taken{change, push.group->webhook()};
  if (!taken.webhook) return taken;
  const Result<WebUrl> url = push.hosts.allowed(taken.webhook->url);
  taken.is_over = !url || taken.webhook->ends_at <= push.log.log.clock().now();
  if (taken.is_over) return taken;
  taken.url = *url;
  const GroupRecord& record = push.group->record();
  const SignedIn owner{record.owner, record.owner_label, taken.webhook->ends_at};
  try {
    taken.batch = push.group->take(owner, "webhook", count_max);
  } catch (const std::exception&) {  // of a library, or no memory
    taken.batch = Error{Errc::io, "no take"};
  }
  return taken;
}

asio::awaitable<Taken> take_there(PushPtr push, std::size_t count_max) {
  co_return take(*push, count_max);
}

// Half of the delay to all of it, so that what failed together is not tried again together.
std::int64_t jittered(std::int64_t delay, Random& random) {
  std::array<std::uint8_t, 4> bytes{};
  random.fill(bytes);
  const auto part = static_cast<std::int64_t>(from_big_endian<std::uint32_t>(bytes));
  return delay / 2 + delay / 2 * part / (std::int64_t{1} << 32);
}

// On the pool for settling. What cannot be kept is posted again once its lease has ended.
void settle(Push& push, const Delivery& delivery, const Posted& posted) {
  Settling settling;
  settling.deliveries = {delivery.id};
  if (!posted.failure.empty()) {
    settling.how = posted.was_tried ? Settling::How::retry : Settling::How::give_back;
    settling.reason = "webhook: " + posted.failure;
    settling.delay_us = jittered(push.group->backoff_us(delivery.attempt), push.log.log.random());
  }
  try {
    (void)push.group->settle(settling);
  } catch (const std::exception&) {  // no memory
  }
}

asio::awaitable<void> settle_there(PushPtr push, Delivery delivery, Posted posted) {
  settle(*push, delivery, posted);
  co_return;
}

asio::awaitable<void> deliver(PushPtr push, Delivery delivery, WebUrl url, Hash key,
                              std::chrono::milliseconds deadline) {
  const TimeUs now = push->log.log.clock().now();
  WebhookMessage message = webhook_message(key, delivery.position, delivery.event, now);
  Posted posted =
      co_await post_webhook(std::move(url), std::move(message), deadline, push->trusted);
  co_await asio::co_spawn(push->settling,
                          settle_there(push, std::move(delivery), std::move(posted)),
                          asio::use_awaitable);
}

asio::awaitable<void> wait(PushPtr push, std::int64_t longest_us) {
  push->waiter->expires_after(std::chrono::microseconds{std::max<std::int64_t>(1'000, longest_us)});
  const auto [error] = co_await push->waiter->async_wait(kTuple);
  (void)error;  // woken or not, the loop looks
}

// On a timer that nobody cancels: what has failed is left alone, whatever is recorded meanwhile.
asio::awaitable<void> pause() {
  asio::steady_timer timer{co_await asio::this_coro::executor, kAfterError};
  (void)co_await timer.async_wait(kTuple);
}

// What there is too little time for is left until its lease has ended.
void begin_delivery(const PushPtr& push, Delivery delivery, const Taken& taken) {
  const std::int64_t left = taken.batch->lease_ends.value() - push->log.log.clock().now().value();
  const auto time = post_time(push->group->record().definition.lease_s, left);
  if (!time) return;
  ++push->in_flight;
  const auto executor = push->waiter->get_executor();
  asio::co_spawn(executor,
                 deliver(push, std::move(delivery), *taken.url, taken.webhook->key, *time),
                 [push](const std::exception_ptr&) {  // no memory: its lease ends
                   --push->in_flight;
                   push->waiter->cancel();
                 });
}

// How long there is nothing to do if nothing happens; 0: look again.
std::int64_t idle_us(const Push& push, const Taken& taken) {
  if (taken.is_over) return push.group->changes({}) != taken.change ? 0 : kLongestIdleUs;
  const TakenBatch& batch = *taken.batch;
  return server::idle_us(batch, push.group->changes(batch), push.log.log.size(),
                         push.log.log.clock().now());
}

asio::awaitable<void> run(PushPtr push) {
  for (;;) {
    while (push->in_flight >= WebhookSender::kInFlight) co_await wait(push, kLongestIdleUs);
    const std::size_t room = WebhookSender::kInFlight - push->in_flight;
    Taken taken =
        co_await asio::co_spawn(push->taking, take_there(push, room), asio::use_awaitable);
    if (!taken.webhook) break;
    if (!taken.batch) {
      co_await pause();
      continue;
    }
    if (taken.batch->deliveries.empty()) {
      while (const std::int64_t idle = idle_us(*push, taken)) co_await wait(push, idle);
    }
    for (Delivery& one : taken.batch->deliveries) begin_delivery(push, std::move(one), taken);
  }
}

}  // namespace pushing

std::optional<std::chrono::milliseconds> post_time(std::uint32_t lease_s, std::int64_t left_us) {
  const std::int64_t for_post_us = left_us - std::int64_t{lease_s} * 200'000;
  const auto time = std::chrono::milliseconds{for_post_us / 1'000};
  if (time < WebhookSender::kShortestPost) return std::nullopt;
  return std::min(time, WebhookSender::kDeadline);
}

struct WebhookSender::Impl {
  Impl(const GroupsOfLogs& of, WebhookHosts named) : groups(of), hosts(std::move(named)) {}

  const GroupsOfLogs& groups;
  const WebhookHosts hosts;
  asio::ssl::context trusted{asio::ssl::context::tls_client};
  // Before the pools: what is still queued there when they go holds timers and sockets of it.
  asio::io_context io{1};
  asio::thread_pool taking{kTakingThreads};
  asio::thread_pool settling{1};  // so that no outcome waits for others' takes
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::list<pushing::PushPtr> pushes;  // The thread's own; after it has ended the owner's.
  std::thread thread;

  void watch(ServedLog& log, const std::shared_ptr<Group>& group);
};

// On the sender's thread.
void WebhookSender::Impl::watch(ServedLog& log, const std::shared_ptr<Group>& group) {
  const auto known =
      std::ranges::find_if(pushes, [&](const auto& one) { return one->group == group; });
  if (known != pushes.end()) return (*known)->waiter->cancel(), void();
  auto waiter = std::make_shared<asio::steady_timer>(io);
  auto push = std::make_shared<pushing::Push>(
      pushing::Push{log, group, hosts, trusted, taking, settling, std::move(waiter)});
  log.heads.add(push->waiter);
  group->add(push->waiter);
  pushes.push_back(push);
  asio::co_spawn(io, pushing::run(push), [this, push](const std::exception_ptr&) {
    push->log.heads.remove(push->waiter);
    push->group->remove(push->waiter);
    pushes.remove(push);
    // Set anew while it ended.
    if (push->group->webhook()) watch(push->log, push->group);
  });
}

WebhookSender::WebhookSender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

WebhookSender::~WebhookSender() {
  stop();
}

Result<std::unique_ptr<WebhookSender>> WebhookSender::make(const GroupsOfLogs& groups,
                                                           WebhookHosts hosts) {
  auto impl = std::make_unique<Impl>(groups, std::move(hosts));
  ENGINE_TRY_VOID(trust_this_machines_roots(impl->trusted));
  return std::unique_ptr<WebhookSender>{new WebhookSender{std::move(impl)}};
}

const WebhookHosts& WebhookSender::hosts() const {
  return impl_->hosts;
}

void WebhookSender::start() {
  for (const auto& of_log : impl_->groups.all())
    for (const auto& group : of_log->all())
      if (group->webhook()) watch(of_log->log(), group);
  impl_->thread = std::thread{[this] { impl_->io.run(); }};
}

void WebhookSender::watch(ServedLog& log, const std::shared_ptr<Group>& group) {
  asio::post(impl_->io, [this, &log, group] { impl_->watch(log, group); });
}

void WebhookSender::stop() {
  impl_->io.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
  for (asio::thread_pool* pool : {&impl_->taking, &impl_->settling}) {
    pool->stop();
    pool->join();
  }
  for (const auto& push : impl_->pushes) {
    push->log.heads.remove(push->waiter);
    push->group->remove(push->waiter);
  }
  impl_->pushes.clear();
}

}  // namespace stafett::server
