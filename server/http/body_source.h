#pragma once
// BodySource: a body that is made as it goes, for as long as the client listens.
//
// Threads: all of it on the connection's strand.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <string>

namespace stafett::server {

class BodySource {
 public:
  virtual ~BodySource() = default;
  // `own`: the strand; `pool`: runs what waits for the disk.
  virtual void begin(const boost::asio::any_io_executor& own,
                     const boost::asio::any_io_executor& pool) = 0;
  // What is to be sent next; empty: the end. Nothing more is asked for while a piece is being sent,
  // so a source can be as slow as its client. One that throws cuts the answer short.
  virtual boost::asio::awaitable<std::string> next() = 0;
  // next() ends soon: the server stops.
  virtual void stop() = 0;
};

}  // namespace stafett::server
