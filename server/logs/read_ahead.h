#pragma once
// ReadAhead: what is soon asked for is read meanwhile, by a thread of the log's own.
//
// Threads:  any.
// Lifetime: what a read refers to outlives the ReadAhead.
// Limits:   one thread; whoever asks before it has come to it reads by himself, and whoever begins
//           has one outstanding.

#include <atomic>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>
#include <future>
#include <memory>

namespace stafett::server {

class ReadAhead final {
 public:
  template <class T>
  class Pending final {
   public:
    explicit Pending(std::function<T()> read) : read_(std::move(read)) {}
    // Once. Waits for what the thread has begun.
    T get() {
      run();
      return done_.get_future().get();
    }
    void run() {
      if (!is_begun_.exchange(true)) done_.set_value(read_());
    }

   private:
    const std::function<T()> read_;
    std::atomic<bool> is_begun_{false};
    std::promise<T> done_;
  };

  // `read` throws nothing.
  template <class T>
  std::shared_ptr<Pending<T>> begin(std::function<T()> read) {
    auto pending = std::make_shared<Pending<T>>(std::move(read));
    boost::asio::post(thread_, [pending] { pending->run(); });
    return pending;
  }
  ~ReadAhead() { thread_.join(); }

 private:
  boost::asio::thread_pool thread_{1};
};

}  // namespace stafett::server
