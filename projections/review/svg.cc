#include "projections/review/svg.h"

#include <fmt/format.h>

#include "projections/review/html.h"

namespace stafett::bti {

Svg::Svg(Box size, const Alternative& alternative)
    : out_(
          fmt::format("<svg role=\"img\" "
                      "aria-labelledby=\"{0}-t {0}-d\" viewBox=\"{1:.0f} {2:.0f} {3:.0f} {4:.0f}\" "
                      "width=\"{3:.0f}\" height=\"{4:.0f}\" "
                      "font-family=\"DejaVu Sans, Liberation Sans, Arial, sans-serif\">"
                      "<title id=\"{0}-t\">{5}</title><desc id=\"{0}-d\">{6}</desc>",
                      escaped(alternative.id), size.x, size.y, size.width, size.height,
                      escaped(alternative.title), escaped(alternative.description))) {}

void Svg::box(const Box& box, std::string_view fill) {
  out_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"{}\"/>", box.x,
      box.y, box.width, box.height, fill);
}

void Svg::frame(const Box& box, std::string_view stroke) {
  out_ += fmt::format(
      "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" "
      "fill=\"none\" stroke=\"{}\"/>",
      box.x, box.y, box.width, box.height, stroke);
}

void Svg::line(Point from, Point to, std::string_view stroke) {
  out_ +=
      fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"{}\"/>",
                  from.x, from.y, to.x, to.y, stroke);
}

void Svg::dot(Point at, double radius, std::string_view fill) {
  out_ += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\" fill=\"{}\"/>", at.x, at.y,
                      radius, fill);
}

void Svg::text(Point at, std::string_view text, const Font& font) {
  static constexpr std::string_view kAnchors[] = {"start", "middle", "end"};
  out_ += fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" fill=\"{}\" "
      "text-anchor=\"{}\"{}>{}</text>",
      at.x, at.y, font.size, font.fill, kAnchors[static_cast<std::size_t>(font.anchor)],
      font.bold ? " font-weight=\"bold\"" : "", escaped(text));
}

std::string Svg::take() {
  out_ += "</svg>\n";
  return std::move(out_);
}

}  // namespace stafett::bti
