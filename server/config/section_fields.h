#pragma once
// SectionFields: told by each section which keys it has and where their values lie; so one list
// serves reading, showing and the documentation.
//
// A new section: a struct in server_config.h, its function in a file of its own beside sections.h,
// its reading in parse_config() and its showing in values_of().

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stafett::server {

struct Bounds {
  std::int64_t min, max;  // inclusive
};

class SectionFields {
 public:
  virtual ~SectionFields() = default;

  template <class Int>
  void count(std::string_view key, Int& value, Bounds bounds) {
    auto wide = static_cast<std::int64_t>(value);
    number(key, wide, bounds);
    value = static_cast<Int>(wide);
  }
  // "16KiB"; bounds in bytes.
  template <class Int>
  void size(std::string_view key, Int& value, Bounds bounds) {
    auto wide = static_cast<std::int64_t>(value);
    bytes(key, wide, bounds);
    value = static_cast<Int>(wide);
  }
  // "250ms", "60s", "15m", "1h"; a whole number of the member's own unit.
  template <class Duration>
  void time(std::string_view key, Duration& value, Duration min, Duration max) {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    milliseconds wide = value;
    duration(key, wide, {milliseconds{min}.count(), milliseconds{max}.count()},
             milliseconds{Duration{1}}.count());
    value = duration_cast<Duration>(wide);
  }
  virtual void text(std::string_view key, std::string& value, std::string_view what) = 0;
  // `["a", "b"]`; at most so many.
  virtual void texts(std::string_view key, std::vector<std::string>& values, std::size_t count_max,
                     std::string_view what) = 0;
  virtual void path(std::string_view key, std::string& value) = 0;

 protected:
  virtual void number(std::string_view key, std::int64_t& value, Bounds bounds) = 0;
  virtual void bytes(std::string_view key, std::int64_t& value, Bounds bounds) = 0;
  // Bounds and unit in milliseconds.
  virtual void duration(std::string_view key, std::chrono::milliseconds& value, Bounds bounds,
                        std::int64_t unit) = 0;
};

}  // namespace stafett::server
