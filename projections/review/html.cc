#include "projections/review/html.h"

#include "engine/base/check.h"

namespace stafett::bti {

void Html::begin(std::string_view tag, Attributes attributes) {
  out_ += '<';
  out_ += tag;
  for (const auto& [name, value] : attributes) {
    out_ += ' ';
    out_ += name;
    out_ += "=\"";
    out_ += escaped(value);
    out_ += '"';
  }
}

void Html::open(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  out_ += '>';
  open_.emplace_back(tag);
}

void Html::close() {
  CHECK(!open_.empty());
  out_ += "</" + open_.back() + ">";
  // A line ends where no reader sees it.
  if (open_.back() != "span" && open_.back() != "b" && open_.back() != "code") out_ += '\n';
  open_.pop_back();
}

void Html::text(std::string_view text) {
  out_ += escaped(text);
}

void Html::element(std::string_view tag, std::string_view content, Attributes attributes) {
  open(tag, attributes);
  text(content);
  close();
}

void Html::empty(std::string_view tag, Attributes attributes) {
  begin(tag, attributes);
  out_ += "/>\n";
}

std::string Html::take() {
  CHECK(open_.empty());
  return std::move(out_);
}

}  // namespace stafett::bti
