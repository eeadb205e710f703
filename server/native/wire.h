#pragma once
// Wire: what a connection reads from and writes to: a TCP socket here, an encrypted channel where
// there is one.
//
// Threads:  everything on the executor, a strand or one thread's; one read and one write at a time.
// Lifetime: the owner waits for what it has begun.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>

#include "engine/base/bytes.h"

namespace stafett::server::native {

struct WireRead {
  boost::system::error_code error;
  std::size_t count = 0;
};

class Wire {
 public:
  virtual ~Wire() = default;
  virtual boost::asio::any_io_executor executor() = 0;
  // Before anything else; in clear there is nothing to shake.
  virtual boost::asio::awaitable<boost::system::error_code> shake_hands(
      std::chrono::milliseconds longest) = 0;
  // At least one byte, or an error. `longest`: 0: for ever.
  virtual boost::asio::awaitable<WireRead> read_some(boost::asio::mutable_buffer to,
                                                     std::chrono::milliseconds longest) = 0;
  // All of it, or an error.
  virtual boost::asio::awaitable<boost::system::error_code> write(
      boost::asio::const_buffer from, std::chrono::milliseconds longest) = 0;
  virtual void shut_down_send() = 0;
  // What is under way ends with an error.
  virtual void close() = 0;
  // What ties a signature to this channel; empty: nothing is encrypted.
  virtual Bytes channel_binding() const = 0;
};

}  // namespace stafett::server::native
