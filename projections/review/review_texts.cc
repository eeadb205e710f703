#include "projections/review/review_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/check.h"
#include "projections/state/moment.h"

namespace stafett::bti {
namespace {

constexpr ReviewWord kWords[] = {
#include "review_words.inc"
};
static_assert(std::ranges::is_sorted(kWords, {}, &ReviewWord::key), "review.txt is sorted by key");

const ReviewWord* find(std::string_view key) {
  const auto found = std::ranges::lower_bound(kWords, key, {}, &ReviewWord::key);
  return found == std::end(kWords) || found->key != key ? nullptr : found;
}

// A no-break space.
constexpr std::string_view kApart = "\u00a0";

}  // namespace

std::span<const ReviewWord> review_words() {
  return kWords;
}

std::string ReviewTexts::of(std::string_view key, Values values) const {
  const ReviewWord* word = find(key);
  CHECK(word);
  std::string_view text = word->languages[static_cast<std::size_t>(language_)];
  std::string out;
  for (;;) {
    const std::size_t open = text.find('{');
    out += text.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = text.find('}', open);
    CHECK(close != std::string_view::npos);
    const std::string_view name = text.substr(open + 1, close - open - 1);
    const auto value = std::ranges::find(values, name, [](const auto& one) { return one.first; });
    CHECK(value != values.end());
    out += value->second;
    text.remove_prefix(close + 1);
  }
}

std::string ReviewTexts::of_word(std::string_view group, std::string_view word) const {
  const std::string key = fmt::format("{}.{}", group, word);
  return find(key) ? of(key) : std::string{word};
}

std::string ReviewTexts::number(std::uint64_t number) const {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3)
    digits.insert(at - 3, language_ == Language::en ? std::string_view{","} : kApart);
  return digits;
}

std::string ReviewTexts::number(const Number& number) const {
  return number ? this->number(*number) : of("hidden");
}

std::string ReviewTexts::rate(const Share& found) const {
  if (!found.n || !found.of) return of("hidden");
  if (*found.of == 0) return "–";
  const std::uint64_t percent = 100 * (*found.of - *found.n) / *found.of;
  return fmt::format("{}{}%", percent, language_ == Language::en ? std::string_view{} : kApart);
}

std::string ReviewTexts::count(const Share& found) const {
  if (!found.of) return of("hidden");
  if (*found.of == 0) return "–";
  return of("count.cases", {{"n", number(found.n)}, {"of", number(found.of)}});
}

std::string ReviewTexts::day(Date day) const {
  if (language_ == Language::en) return day.to_text();
  return fmt::format("{:02}.{:02}.{}", day.day(), day.month(), day.year());
}

std::string ReviewTexts::day(std::int32_t day) const {
  return day == kNoDate ? std::string{} : this->day(Date{day});
}

std::string ReviewTexts::time(TimeUs time) const {
  const std::int32_t minute = local_minute(time);
  return fmt::format("{} {:02}:{:02}", day(local_date(time)), minute / 60, minute % 60);
}

}  // namespace stafett::bti
