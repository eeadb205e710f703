#include "projections/simulate/fnr.h"

#include <array>
#include <optional>

#include "engine/base/check.h"

namespace stafett::bti {

namespace {

constexpr int kMonthRaise = 80;
constexpr std::size_t kDigits = 11;
constexpr std::array<int, 9> kFirstWeights = {3, 7, 6, 1, 8, 9, 4, 5, 2};
constexpr std::array<int, 10> kSecondWeights = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2};

// Empty: no digit makes the sum divisible by 11.
template <std::size_t N>
std::optional<int> check_digit(std::string_view digits, const std::array<int, N>& weights) {
  int sum = 0;
  for (std::size_t i = 0; i < N; ++i) sum += weights[i] * (digits[i] - '0');
  const int digit = (11 - sum % 11) % 11;
  if (digit == 10) return std::nullopt;
  return digit;
}

void put(std::string& out, int value, int digits) {
  const std::string text = std::to_string(value);
  out.append(static_cast<std::size_t>(digits) - text.size(), '0');
  out += text;
}

int number(std::string_view digits) {
  int out = 0;
  for (const char c : digits) out = 10 * out + (c - '0');
  return out;
}

}  // namespace

std::string synthetic_national_id(Date birth, Sex sex, Draws& draws) {
  CHECK(birth.year() >= 1900 && birth.year() < 2040);
  const int first = birth.year() < 2000 ? 0 : 500;
  const int odd = sex == Sex::male ? 1 : 0;
  // About one in six has no check digits: the chance that 200 in a row have none is nil, and the
  // fixed start makes the loop end for any seed.
  const int start = draws.between(0, 249);
  for (int tried = 0; tried < 250; ++tried) {
    std::string text;
    put(text, static_cast<int>(birth.day()), 2);
    put(text, static_cast<int>(birth.month()) + kMonthRaise, 2);
    put(text, birth.year() % 100, 2);
    put(text, first + 2 * ((start + tried) % 250) + odd, 3);
    const auto k1 = check_digit(text, kFirstWeights);
    if (!k1) continue;
    put(text, *k1, 1);
    const auto k2 = check_digit(text, kSecondWeights);
    if (!k2) continue;
    put(text, *k2, 1);
    return text;
  }
  CHECK(false);
  return {};
}

bool is_synthetic_national_id(std::string_view text) {
  if (text.size() != kDigits || text.find_first_not_of("0123456789") != std::string_view::npos)
    return false;
  const int month = number(text.substr(2, 2)) - kMonthRaise;
  const int individual = number(text.substr(6, 3));
  const int year = number(text.substr(4, 2)) + (individual < 500 ? 1900 : 2000);
  if (month < 1 || !Date::from_ymd(year, static_cast<unsigned>(month),
                                   static_cast<unsigned>(number(text.substr(0, 2)))))
    return false;
  return check_digit(text, kFirstWeights) == text[9] - '0' &&
         check_digit(text, kSecondWeights) == text[10] - '0';
}

}  // namespace stafett::bti
