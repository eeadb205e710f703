#pragma once
// How our coroutines wait: errors come as values, `const auto [error, result] = co_await
// operation(..., kTuple)`.

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace stafett::server {

inline constexpr auto kTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace stafett::server
