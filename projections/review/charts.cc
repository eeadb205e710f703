#include "projections/review/charts.h"

#include <fmt/format.h>

#include <algorithm>

#include "projections/finding_texts/finding_texts.h"
#include "projections/review/svg.h"

namespace stafett::bti {
namespace {

using Font = Svg::Font;
using Anchor = Svg::Anchor;

// compliance.colours says so.
constexpr double kLow = 0.8, kHigh = 0.95;

bool is_hidden(const Share& share) {
  return !share.n || !share.of;
}

// Of the cases that a theme concerned, those without findings. REQUIRES: not hidden, not of none.
double rate(const Share& share) {
  return 1 - static_cast<double>(*share.n) / static_cast<double>(*share.of);
}

Number without(const Share& share) {
  return is_hidden(share) ? Number{} : Number{*share.of - *share.n};
}

std::string theme_name(std::size_t theme, const ReviewTexts& texts) {
  return texts.of(fmt::format("theme.{}", review_themes()[theme].name));
}

std::string_view level_colour(std::size_t level) {
  static constexpr std::string_view kColours[] = {colour::kBreach, colour::kDeviation,
                                                  colour::kRemark};
  return kColours[level];
}

std::string_view level_name(std::size_t level, const ReviewTexts& texts) {
  return finding_word(level_letter(static_cast<FindingLevel>(level)), texts.language());
}

std::uint64_t most(std::span<const Number> numbers) {
  std::uint64_t most = 0;
  for (const Number& number : numbers) most = std::max(most, number.value_or(0));
  return most;
}

std::string rows_of(const Slots& slots, std::span<const Number> numbers, const ReviewTexts& texts) {
  std::string rows;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    rows +=
        fmt::format("{}{}: {}", i == 0 ? "" : ", ", slot_name(slots, i), texts.number(numbers[i]));
  return rows + ".";
}

// The same of the trend of all findings, with what each column is made of.
std::string trend_rows(const Review& review, const ReviewTexts& texts) {
  if (review.level_trend[0].empty()) return rows_of(review.slots, review.trend, texts);
  std::string rows;
  for (std::size_t i = 0; i < review.trend.size(); ++i) {
    rows += fmt::format("{}{}: {}", i == 0 ? "" : "; ", slot_name(review.slots, i),
                        texts.number(review.trend[i]));
    if (review.trend[i].value_or(0) == 0) continue;
    for (std::size_t level = 0; level < kFindingLevels; ++level)
      rows += fmt::format("{}{} {}", level == 0 ? " (" : ", ", level_name(level, texts),
                          texts.number(review.level_trend[level][i]));
    rows += ")";
  }
  return rows + ".";
}

}  // namespace

std::vector<std::size_t> themes_by_rate(const Review& review) {
  std::vector<std::size_t> themes;
  for (std::size_t i = 0; i < kThemeCount; ++i)
    if (!review.themes[i].of || *review.themes[i].of != 0) themes.push_back(i);
  std::ranges::stable_sort(themes, [&](std::size_t a, std::size_t b) {
    const Share& left = review.themes[a];
    const Share& right = review.themes[b];
    if (is_hidden(left) || is_hidden(right)) return !is_hidden(left) && is_hidden(right);
    return rate(left) < rate(right);
  });
  return themes;
}

std::string theme_chart(const Review& review, const ReviewTexts& texts) {
  constexpr double kRow = 22, kBar = 250, kBarWidth = 270, kRate = 572, kCount = 680;
  const std::vector<std::size_t> themes = themes_by_rate(review);
  std::string rows;
  for (const std::size_t theme : themes)
    rows += (rows.empty() ? "" : ". ") +
            texts.of("compliance.row", {{"theme", theme_name(theme, texts)},
                                        {"rate", texts.rate(review.themes[theme])},
                                        {"n", texts.number(without(review.themes[theme]))},
                                        {"of", texts.number(review.themes[theme].of)}});
  Svg svg{{0, 0, 680, kRow * static_cast<double>(themes.size()) + 2},
          {"themes", texts.of("compliance.title"),
           texts.of("compliance.desc", {{"rows", rows + "."}})}};
  double y = 0;
  for (const std::size_t theme : themes) {
    const Share& share = review.themes[theme];
    svg.text({0, y + 15}, theme_name(theme, texts), Font{12});
    svg.box({kBar, y + 4, kBarWidth, 14}, colour::kPale);
    if (!is_hidden(share)) {
      const double part = rate(share);
      const std::string_view fill = part < kLow    ? colour::kBreach
                                    : part < kHigh ? colour::kDeviation
                                                   : colour::kGood;
      svg.box({kBar, y + 4, kBarWidth * part, 14}, fill);
    }
    svg.text({kRate, y + 15}, texts.rate(share), Font{12, colour::kInk, Anchor::end, true});
    if (!is_hidden(share))
      svg.text({kCount, y + 15}, texts.count({without(share), share.of}),
               Font{11, colour::kSoft, Anchor::end});
    y += kRow;
  }
  return svg.take();
}

std::string slot_name(const Slots& slots, std::size_t slot) {
  const Date first = slots.all[slot].first;
  switch (slots.unit) {
    case SlotUnit::month:
      return fmt::format("{:02}.{}", first.month(), first.year());
    case SlotUnit::quarter:
      return fmt::format("{} Q{}", first.year(), (first.month() - 1) / 3 + 1);
    case SlotUnit::year:
      return std::to_string(first.year());
  }
  return {};
}

std::string trend_chart(const Review& review, const ReviewTexts& texts) {
  constexpr double kWidth = 680, kFloor = 150, kTop = 20;
  static constexpr std::string_view kUnits[] = {"trend.month", "trend.quarter", "trend.year"};
  const std::string unit = texts.of(kUnits[static_cast<std::size_t>(review.slots.unit)]);
  Svg svg{{0, 0, kWidth, 175},
          {"trend", texts.of("trend.title", {{"unit", unit}}),
           texts.of("trend.desc", {{"rows", trend_rows(review, texts)}})}};
  const std::size_t count = review.slots.all.size();
  const double step = kWidth / static_cast<double>(count);
  const double scale =
      (kFloor - kTop) / static_cast<double>(std::max<std::uint64_t>(1, most(review.trend)));
  const std::size_t every = (count + 11) / 12;  // names, as many as there is room for
  for (std::size_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(i) * step + step * 0.15;
    const double middle = (static_cast<double>(i) + 0.5) * step;
    double y = kFloor;
    const auto add = [&](const Number& number, std::string_view fill) {
      const double height = static_cast<double>(number.value_or(0)) * scale;
      y -= height;
      if (height > 0) svg.box({x, y, step * 0.7, height}, fill);
    };
    if (review.level_trend[0].empty())
      add(review.trend[i], colour::kBaton);
    else
      for (std::size_t level = 0; level < kFindingLevels; ++level)
        add(review.level_trend[level][i], level_colour(level));
    if (count <= 24)
      svg.text({middle, y - 4}, texts.number(review.trend[i]),
               Font{review.trend[i] ? 10.0 : 8.0, colour::kSoft, Anchor::middle});
    if (i % every == 0)
      svg.text({middle, kFloor + 15}, slot_name(review.slots, i),
               Font{9, colour::kSoft, Anchor::middle});
  }
  svg.line({0, kFloor}, {kWidth, kFloor}, colour::kSoft);
  return svg.take();
}

std::string rule_spark(const Review& review, RuleNo rule, const ReviewTexts& texts) {
  constexpr double kWidth = 72, kHeight = 16;
  const std::vector<Number>& trend = review.rules[rule].trend;
  Svg svg{{0, 0, kWidth, kHeight},
          {"spark-" + rule_name(rule), texts.of("rules.title", {{"rule", rule_name(rule)}}),
           texts.of("rules.desc",
                    {{"rule", rule_name(rule)}, {"rows", rows_of(review.slots, trend, texts)}})}};
  const double step = kWidth / static_cast<double>(trend.size());
  const double scale = (kHeight - 2) / static_cast<double>(std::max<std::uint64_t>(1, most(trend)));
  for (std::size_t i = 0; i < trend.size(); ++i) {
    const double height = static_cast<double>(trend[i].value_or(0)) * scale;
    if (height > 0)
      svg.box({static_cast<double>(i) * step, kHeight - 1 - height, step * 0.8, height},
              level_colour(static_cast<std::size_t>(level_of(rule))));
  }
  svg.line({0, kHeight - 0.5}, {kWidth, kHeight - 0.5}, colour::kLine);
  return svg.take();
}

}  // namespace stafett::bti
