#include "engine/base/clock.h"

#include <chrono>
#include <cstdio>

namespace stafett {
namespace {

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

TimeUs SystemClock::now() {
  using namespace std::chrono;
  return TimeUs{duration_cast<microseconds>(system_clock::now().time_since_epoch()).count()};
}

std::optional<TimeUs> parse_time(std::string_view text) {
  using namespace std::chrono;
  if (text.size() != 20 && text.size() != 27) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
      text.back() != 'Z')
    return std::nullopt;
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2),
             h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s) return std::nullopt;
  int micros = 0;
  if (text.size() == 27) {
    const auto fraction = digits(text, 20, 6);
    if (text[19] != '.' || !fraction) return std::nullopt;
    micros = *fraction;
  }
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *h > 23 || *mi > 59 || *s > 59) return std::nullopt;
  const std::int64_t days = sys_days{date}.time_since_epoch().count();
  return TimeUs{((days * 24 + *h) * 60 + *mi) * 60'000'000 + *s * std::int64_t{1'000'000} + micros};
}

std::string to_text(TimeUs time) {
  using namespace std::chrono;
  const sys_time<microseconds> at{microseconds{time.value()}};
  const sys_days day_start = floor<days>(at);
  const year_month_day date{day_start};
  const hh_mm_ss<microseconds> clock{at - day_start};
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string text = buffer;
  if (clock.subseconds().count() != 0) {
    std::snprintf(buffer, sizeof buffer, ".%06d", static_cast<int>(clock.subseconds().count()));
    text += buffer;
  }
  return text + "Z";
}

}  // namespace stafett
