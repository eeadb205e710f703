#pragma once
// Html: writes HTML that is well-formed XML too: what is opened is closed, and every text escaped.
//
// Threads: one.

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/labels/html_text.h"

namespace stafett::bti {

class Html final {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string>>;

  void open(std::string_view tag, Attributes attributes = {});
  void close();  // what was opened last. REQUIRES: something was.
  void text(std::string_view text);
  void element(std::string_view tag, std::string_view text, Attributes attributes = {});
  void empty(std::string_view tag, Attributes attributes = {});  // <meta/>
  // Well-formed already: an SVG picture, a style sheet.
  void raw(std::string_view markup) { out_ += markup; }
  // REQUIRES: all is closed.
  std::string take();

 private:
  void begin(std::string_view tag, Attributes attributes);
  std::string out_;
  std::vector<std::string> open_;
};

// Open until the end of the block.
class Inside final {
 public:
  Inside(Html& html, std::string_view tag, Html::Attributes attributes = {}) : html_(html) {
    html_.open(tag, attributes);
  }
  ~Inside() { html_.close(); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  Html& html_;
};

}  // namespace stafett::bti
