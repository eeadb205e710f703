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

#include "server/groups/webhook_message.h"
#include "server/groups/webhook_post.h"
#include "server/http/awaitable.h"

namespace stafett::server {

namespace asio = boost::asio;

namespace {

constexpr std::int64_t kLongestWaitUs = 60'000'000;
constexpr std::int64_t kAfterErrorUs = 5'000'000;
constexpr unsigned kPoolThreads = 2;

}  // namespace

// Not in the namespace without a name: gcc 12 looks for types of coroutines' frames there in vain.
namespace pushing {

// One group with a webhook. On the sender's thread, but for what is said to be on the pool.
struct Push {
  ServedLog& log;
  const std::shared_ptr<Group> group;
  const WebhookHosts& hosts;
  asio::ssl::context& trusted;
  asio::thread_pool& pool;
  const Waiter waiter;
  std::size_t in_flight = 0;
};
using PushPtr = std::shared_ptr<Push>;

struct Taken {
  std::optional<WebhookSetting> webhook;  // none: the webhook is gone
  bool is_over = false;                   // it has ended, or may not be pushed to any more
  std::optional<WebUrl> url{};
  Result<TakenBatch> batch = TakenBatch{};
  TreeSize head{};
};

// On the pool.
Taken take(Push& push, std::size_t count_max) {
  Taken taken{push.group->webhook()};
  if (!taken.webhook) return taken;
  const Result<WebUrl> url = push.hosts.allowed(taken.webhook->url);
  taken.is_over = !url || taken.webhook->ends_at <= push.log.log.clock().now();
  if (taken.is_over) return taken;
  taken.url = *url;
  taken.head = push.log.log.head().size;
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

// On the pool. What cannot be kept is posted again once its lease has ended.
void settle(Push& push, const Delivery& delivery, const std::string& failure) {
  Settling settling;
  settling.deliveries = {delivery.id};
  if (!failure.empty()) {
    settling.how = Settling::How::retry;
    settling.reason = "webhook: " + failure;
    settling.delay_us = jittered(push.group->backoff_us(delivery.attempt), push.log.log.random());
  }
  try {
    (void)push.group->settle(settling);
  } catch (const std::exception&) {  // no memory
  }
}

asio::awaitable<void> settle_there(PushPtr push, Delivery delivery, std::string failure) {
  settle(*push, delivery, failure);
  co_return;
}

asio::awaitable<void> deliver(PushPtr push, Delivery delivery, WebUrl url, Hash key) {
  const TimeUs now = push->log.log.clock().now();
  WebhookMessage message = webhook_message(key, delivery.position, delivery.event, now);
  const std::chrono::milliseconds lease{800 * push->group->record().definition.lease_s};
  const auto deadline = std::min(WebhookSender::kDeadline, lease);
  std::string failure =
      co_await post_webhook(std::move(url), std::move(message), deadline, push->trusted);
  co_await asio::co_spawn(push->pool, settle_there(push, std::move(delivery), std::move(failure)),
                          asio::use_awaitable);
}

asio::awaitable<void> wait(PushPtr push, std::int64_t longest_us) {
  push->waiter->expires_after(
      std::chrono::microseconds{std::clamp<std::int64_t>(longest_us, 1'000, kLongestWaitUs)});
  const auto [error] = co_await push->waiter->async_wait(kTuple);
  (void)error;  // woken or not, the loop looks
}

void begin_delivery(const PushPtr& push, Delivery delivery, const Taken& taken) {
  ++push->in_flight;
  const auto executor = push->waiter->get_executor();
  asio::co_spawn(executor, deliver(push, std::move(delivery), *taken.url, taken.webhook->key),
                 [push](const std::exception_ptr&) {  // no memory: its lease ends
                   --push->in_flight;
                   push->waiter->cancel();
                 });
}

// How long there is nothing to do if nothing happens; 0: look again.
std::int64_t idle_us(const Push& push, const Taken& taken) {
  if (taken.is_over) return kLongestWaitUs;
  if (!taken.batch) return kAfterErrorUs;
  const TakenBatch& batch = *taken.batch;
  if (push.group->changes() != batch.change) return 0;
  const bool has_new = batch.has_more || push.log.log.head().size > taken.head;
  if (has_new && !batch.is_window_full) return 0;
  if (!batch.next_due) return kLongestWaitUs;
  return std::max<std::int64_t>(1'000,
                                batch.next_due->value() - push.log.log.clock().now().value());
}

asio::awaitable<void> run(PushPtr push) {
  for (;;) {
    if (push->in_flight >= WebhookSender::kInFlight) {
      co_await wait(push, kLongestWaitUs);
      continue;
    }
    const std::size_t room = WebhookSender::kInFlight - push->in_flight;
    Taken taken = co_await asio::co_spawn(push->pool, take_there(push, room), asio::use_awaitable);
    if (!taken.webhook) break;
    bool has_taken = false;
    if (taken.batch) {
      has_taken = !taken.batch->deliveries.empty();
      for (Delivery& one : taken.batch->deliveries) begin_delivery(push, std::move(one), taken);
    }
    const std::int64_t idle = has_taken ? 0 : idle_us(*push, taken);
    if (idle > 0) co_await wait(push, idle);
  }
}

}  // namespace pushing

struct WebhookSender::Impl {
  Impl(const GroupsOfLogs& of, WebhookHosts named) : groups(of), hosts(std::move(named)) {}

  const GroupsOfLogs& groups;
  const WebhookHosts hosts;
  asio::ssl::context trusted{asio::ssl::context::tls_client};
  asio::thread_pool pool{kPoolThreads};
  asio::io_context io{1};
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
      pushing::Push{log, group, hosts, trusted, pool, std::move(waiter)});
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
  impl_->pool.stop();
  impl_->pool.join();
  for (const auto& push : impl_->pushes) {
    push->log.heads.remove(push->waiter);
    push->group->remove(push->waiter);
  }
  impl_->pushes.clear();
}

}  // namespace stafett::server
