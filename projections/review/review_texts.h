#pragma once
// The words of a review report in bokmål, nynorsk and English. review.txt is the one place they are
// written; it is compiled in.
//
// Threads: any; constant.

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "projections/calendar/calendar.h"
#include "projections/labels/labels.h"
#include "projections/statistics/figures.h"

namespace stafett::bti {

struct ReviewWord {
  std::string_view key;
  std::string_view languages[3];  // by Language
};
std::span<const ReviewWord> review_words();  // sorted by key

class ReviewTexts final {
 public:
  explicit ReviewTexts(Language language) : language_(language) {}
  Language language() const { return language_; }

  using Values = std::initializer_list<std::pair<std::string_view, std::string>>;
  // Each `{name}` replaced by its value. REQUIRES: the key is there, and a value for each name.
  std::string of(std::string_view key, Values values = {}) const;
  // The same of a key that may be missing: `otherwise` then.
  std::string of_word(std::string_view group, std::string_view word) const;

  std::string number(std::uint64_t number) const;  // with its thousands set apart
  std::string number(const Number& number) const;  // "hidden" when it is
  std::string rate(const Share& found) const;      // of what was not found: "86 %"; may be hidden
  std::string count(const Share& found) const;     // "12 of 34"; may be hidden
  std::string day(Date day) const;                 // "31.12.2025", "2025-12-31"
  std::string day(std::int32_t day) const;         // empty for kNoDate
  std::string time(TimeUs time) const;             // local, to the minute

 private:
  const Language language_;
};

}  // namespace stafett::bti
