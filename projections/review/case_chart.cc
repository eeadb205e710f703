// The picture of one case: its lanes below each other, over the days.

#include <fmt/format.h>

#include <algorithm>

#include "engine/base/encoding.h"
#include "projections/review/charts.h"
#include "projections/review/svg.h"

namespace stafett::bti {
namespace {

using Font = Svg::Font;
using Anchor = Svg::Anchor;

constexpr double kChartWidth = 680, kLeft = 118, kRowHeight = 12;
constexpr std::size_t kRowsMax = 14;  // of consents or measures; the table has all

class CaseChart final {
 public:
  CaseChart(const CaseCourse& course, const ReviewTexts& texts) : course_(course), texts_(texts) {}

  std::string draw() {
    const double height = 22 + level_height() + 24 + rows_height(course_.consents) +
                          rows_height(course_.measures) + 4 * 20 + finding_height() + 4;
    Svg svg{{0, 0, kChartWidth, height}, alternative()};
    axis(svg, height);
    levels(svg);
    holders(svg);
    rows(svg, "consents", course_.consents, colour::kGood);
    rows(svg, "measures", course_.measures, colour::kRemark);
    marks(svg, "meetings", course_.meetings, colour::kInk);
    marks(svg, "hearings", course_.hearings, colour::kGood);
    marks(svg, "reads", course_.reads, colour::kSoft);
    findings(svg);
    return svg.take();
  }

 private:
  Svg::Alternative alternative() const {
    const std::string id = to_uuid_text(course_.id.view());
    const auto bad =
        std::ranges::count(course_.reads, Mark::Kind::read_without_ground, &Mark::kind);
    return {"case-" + id, texts_.of("case.title", {{"case", id}}),
            texts_.of("case.desc", {{"case", id},
                                    {"first", texts_.day(course_.first)},
                                    {"last", texts_.day(course_.last)},
                                    {"levels", told(course_.levels)},
                                    {"holders", told(course_.holders)},
                                    {"consents", many(course_.consents)},
                                    {"measures", many(course_.measures)},
                                    {"evaluations", many(course_.evaluations)},
                                    {"meetings", many(course_.meetings)},
                                    {"hearings", many(course_.hearings)},
                                    {"reads", many(course_.reads)},
                                    {"bad", texts_.number(static_cast<std::uint64_t>(bad))},
                                    {"findings", told_findings()}})};
  }
  template <class Shown>
  std::string many(const std::vector<Shown>& shown) const {
    return texts_.number(static_cast<std::uint64_t>(shown.size()));
  }
  std::string listed(const std::vector<std::string>& items) const {
    return items.empty() ? texts_.of("case.nothing") : fmt::format("{}", fmt::join(items, "; "));
  }
  // Levels and holders, each with the day it began on.
  std::string told(const std::vector<Stretch>& stretches) const {
    std::vector<std::string> items;
    for (const Stretch& one : stretches)
      items.push_back((one.who.empty() ? one.what : one.who + ", " + one.what) + " " +
                      texts_.of("axis.from", {{"day", texts_.day(one.from)}}));
    return listed(items);
  }
  std::string told_findings() const {
    std::vector<std::string> items;
    for (const Mark& one : course_.findings)
      items.push_back(one.what + " " + texts_.of("axis.from", {{"day", texts_.day(one.day)}}));
    return listed(items);
  }

  double x_of(std::int32_t day) const {
    const double days = std::max(1, course_.last - course_.first + 1);
    const double at = std::clamp(day, course_.first, course_.last + 1) - course_.first;
    return kLeft + at / days * (kChartWidth - kLeft);
  }
  // From the morning of the first day to the evening of the last.
  Svg::Box span(const Stretch& stretch, double y, double height) const {
    const double from = x_of(stretch.from);
    const double to = x_of(stretch.until == kNoDate ? course_.last + 1 : stretch.until + 1);
    return {from, y, std::max(1.5, to - from), height};
  }
  void lane(Svg& svg, std::string_view key, double height) {
    svg.text({0, y_ + std::min(height, 20.0) - 6}, texts_.of(key), Font{11, colour::kInk});
    svg.line({0, y_ + height - 1}, {kChartWidth, y_ + height - 1}, colour::kPale);
  }

  void axis(Svg& svg, double height) {
    const Date first{course_.first}, last{course_.last};
    const int months = (last.year() - first.year()) * 12 + static_cast<int>(last.month()) -
                       static_cast<int>(first.month()) + 1;
    const int every = std::max(1, (months + 7) / 8);
    const Date start = *Date::from_ymd(first.year(), first.month(), 1);
    for (int month = 1; month < months; ++month) {
      const Date day = add_months(start, month);
      const double x = x_of(day.days());
      if (month % every != 0) continue;
      svg.line({x, 16}, {x, height}, colour::kPale);
      const bool at_edge = x > kChartWidth - 22;
      svg.text({at_edge ? kChartWidth : x, 11}, fmt::format("{:02}.{}", day.month(), day.year()),
               Font{9, colour::kSoft, at_edge ? Anchor::end : Anchor::middle});
    }
    y_ = 20;
  }

  double level_height() const { return 40; }
  void levels(Svg& svg) {
    lane(svg, "levels", level_height());
    for (const Stretch& level : course_.levels) {
      const int number = level.what.empty() ? 0 : level.what[0] - '0';
      const double height = 6.0 + 9.0 * number;
      const Svg::Box box = span(level, y_ + level_height() - 2 - height, height);
      svg.box(box, number == 0 ? colour::kLine : colour::kBaton);
      if (box.width > 12)
        svg.text({box.x + 4, y_ + level_height() - 4}, level.what,
                 Font{number == 0 ? 7.0 : 10.0, number == 0 ? colour::kInk : "#ffffff",
                      Anchor::start, true});
    }
    y_ += level_height();
  }
  void holders(Svg& svg) {
    lane(svg, "holders", 24);
    for (const Stretch& holder : course_.holders) {
      const Svg::Box box = span(holder, y_ + 4, 15);
      svg.box(box, colour::kBaton);
      svg.line({box.x, box.y}, {box.x, box.y + box.height}, "#ffffff");
      const std::string text = holder.who + ", " + holder.what;
      if (box.width > 7.0 * static_cast<double>(text.size()))
        svg.text({box.x + 4, y_ + 15}, text, Font{10, "#ffffff"});
      else if (box.width > 12)
        svg.text({box.x + 3, y_ + 15}, holder.who, Font{10, "#ffffff"});
    }
    y_ += 24;
  }

  static double rows_height(const std::vector<Stretch>& stretches) {
    return 8 +
           kRowHeight * static_cast<double>(std::clamp<std::size_t>(stretches.size(), 1, kRowsMax));
  }
  void rows(Svg& svg, std::string_view key, const std::vector<Stretch>& stretches,
            std::string_view fill) {
    const double height = rows_height(stretches);
    lane(svg, key, height);
    for (std::size_t i = 0; i < std::min(stretches.size(), kRowsMax); ++i) {
      const double y = y_ + 4 + kRowHeight * static_cast<double>(i);
      const Svg::Box box = span(stretches[i], y, kRowHeight - 4);
      svg.box(box, fill);
      for (const Mark& evaluation : course_.evaluations)
        if (key == "measures" && evaluation.what == stretches[i].what)
          svg.dot({x_of(evaluation.day), y + 4}, 3, colour::kInk);
    }
    y_ += height;
  }
  void marks(Svg& svg, std::string_view key, const std::vector<Mark>& marks,
             std::string_view fill) {
    lane(svg, key, 20);
    for (const Mark& mark : marks) {
      const double x = x_of(mark.day);
      if (mark.kind == Mark::Kind::read)
        svg.line({x, y_ + 6}, {x, y_ + 14}, fill);
      else if (mark.kind == Mark::Kind::read_without_ground)
        svg.box({x - 2, y_ + 3, 4, 14}, colour::kBreach);
      else
        svg.dot({x, y_ + 10}, 4, fill);
    }
    y_ += 20;
  }

  // Names do not run into each other: each goes to the first line with room.
  std::vector<std::pair<std::size_t, double>> placed() const {
    std::vector<double> ends;
    std::vector<std::pair<std::size_t, double>> places;
    for (const Mark& finding : course_.findings) {
      const double x = std::min(x_of(finding.day), kChartWidth - 26);
      std::size_t line = 0;
      while (line < ends.size() && ends[line] > x) ++line;
      if (line == ends.size()) ends.push_back(0);
      ends[line] = x + 27;
      places.emplace_back(line, x);
    }
    return places;
  }
  double finding_height() const {
    std::size_t lines = 1;
    for (const auto& [line, x] : placed()) lines = std::max(lines, line + 1);
    return 8 + 14 * static_cast<double>(lines);
  }
  void findings(Svg& svg) {
    lane(svg, "findings", finding_height());
    const auto places = placed();
    for (std::size_t i = 0; i < places.size(); ++i) {
      const double y = y_ + 4 + 14 * static_cast<double>(places[i].first);
      svg.box({places[i].second, y, 2, 12}, colour::kBreach);
      svg.text({places[i].second + 4, y + 10}, course_.findings[i].what,
               Font{9, colour::kBreach, Anchor::start, true});
    }
    y_ += finding_height();
  }

  const CaseCourse& course_;
  const ReviewTexts& texts_;
  double y_ = 0;
};

}  // namespace

std::string case_chart(const CaseCourse& course, const ReviewTexts& texts) {
  return CaseChart{course, texts}.draw();
}

}  // namespace stafett::bti
