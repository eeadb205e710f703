#pragma once
// Svg: one picture inside a page, with what it shows told in words: a title and a description. Its
// looks are attributes, so that every reader of the page draws the same.
//
// Threads: one.

#include <string>
#include <string_view>

namespace stafett::bti {

namespace colour {
inline constexpr std::string_view kInk = "#1b2430", kSoft = "#5b6675", kLine = "#d5dae1",
                                  kPale = "#eef1f5", kBreach = "#9b1c1c", kDeviation = "#c2700c",
                                  kRemark = "#4a6a8f", kGood = "#1d6b4f", kBaton = "#2b5c8a";
}  // namespace colour

class Svg final {
 public:
  struct Alternative {
    std::string id;  // of its own on the page
    std::string title, description;
  };
  struct Box {
    double x = 0, y = 0, width = 0, height = 0;
  };
  struct Point {
    double x = 0, y = 0;
  };
  enum class Anchor { start, middle, end };
  struct Font {
    double size = 11;
    std::string_view fill = colour::kInk;
    Anchor anchor = Anchor::start;
    bool bold = false;
  };

  Svg(Box size, const Alternative& alternative);
  void box(const Box& box, std::string_view fill);
  void frame(const Box& box, std::string_view stroke);
  void line(Point from, Point to, std::string_view stroke);
  void dot(Point at, double radius, std::string_view fill);
  void text(Point at, std::string_view text, const Font& font);
  std::string take();

 private:
  std::string out_;
};

}  // namespace stafett::bti
