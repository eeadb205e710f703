#pragma once
// Result<T>: a value or an Error. Expected failures (I/O, bad input, full, not found) travel as
// values; a broken invariant is a CHECK; third-party exceptions are caught where they enter.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <utility>

namespace stafett {

// Append only: names reach clients. A new code exists only if some caller reacts to it.
enum class Errc : std::uint16_t {
  unset,
  not_found,
  queue_full,       // retry later: nothing was queued
  too_large,        // caller's bug or hostile input
  malformed,        // the bytes are not of the format
  unsupported,      // a version, type or enum from the future
  corrupt,          // stored bytes are not what was stored
  io,               // the operating system said no
  outcome_unknown,  // may or may not survive; the log is read-only until reopened
  read_only,        // the log does not accept events; detail says why
  locked,           // another writer has the log
  conflict,         // same id with other content, or another head than expected
  refused,          // a rule says no
  bad_signature,
  invalid_argument,
  erased,  // it was there, and its content was erased by order
};

const char* errc_name(Errc code);

class Error {
 public:
  Error() = default;
  explicit Error(Errc code, std::string detail = {},
                 boost::source_location at = BOOST_CURRENT_LOCATION)
      : code_(code), detail_(std::move(detail)), at_(at) {}
  Errc code() const { return code_; }
  // For people: callers branch on code(). Never holds personal data or key material.
  const std::string& detail() const { return detail_; }
  const boost::source_location& at() const { return at_; }
  std::string to_string() const;

 private:
  Errc code_ = Errc::unset;
  std::string detail_;
  boost::source_location at_;
};

// boost::system::result asks for it; value() on a failed Result is our bug and aborts.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
 public:
  using boost::system::result<T, Error>::result;
};

}  // namespace stafett

#define ENGINE_CONCAT_(a, b) a##b
#define ENGINE_CONCAT(a, b) ENGINE_CONCAT_(a, b)
// ENGINE_TRY(name, expr): binds `name` to the value of expr, or returns its error.
#define ENGINE_TRY(name, expr)              \
  auto name##_or = (expr);                  \
  if (!name##_or) return name##_or.error(); \
  [[maybe_unused]] auto& name = *name##_or
// ENGINE_TRY_VOID(expr): for Result<void>.
#define ENGINE_TRY_VOID(expr)                                                        \
  if (auto ENGINE_CONCAT(done_, __LINE__) = (expr); !ENGINE_CONCAT(done_, __LINE__)) \
  return ENGINE_CONCAT(done_, __LINE__).error()
