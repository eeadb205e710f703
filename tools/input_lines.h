#pragma once
// InputLines: lines of a file or a pipe, which says when it would have to wait for the next.
//
// Threads: one.
// Limits:  kLineBytesMax; a longer line is given as too long, its bytes dropped.

#include <optional>
#include <string>

#include "engine/base/result.h"

namespace stafett::tools {

class InputLines final {
 public:
  static constexpr std::size_t kLineBytesMax = std::size_t{8} << 20;

  // "-" or empty: stdin. Errors: not_found, io.
  static Result<InputLines> open(const std::string& path);
  InputLines(InputLines&& other) noexcept;
  InputLines& operator=(InputLines&&) = delete;
  ~InputLines();

  struct Line {
    std::string text;
    bool too_long = false;
  };
  // Without its newline; empty at the end. `before_waiting` runs when nothing more is there yet.
  // Errors: io.
  template <class BeforeWaiting>
  Result<std::optional<Line>> next(BeforeWaiting&& before_waiting) {
    for (;;) {
      if (std::optional<Line> line = take()) return line;
      if (ended_) return last();
      if (!ready()) before_waiting();
      ENGINE_TRY_VOID(fill());
    }
  }

 private:
  explicit InputLines(int descriptor) : descriptor_(descriptor) {}
  std::optional<Line> take();
  std::optional<Line> last();
  bool ready() const;
  Result<void> fill();

  int descriptor_;
  std::string buffer_;
  std::size_t start_ = 0;     // of the next line
  std::size_t searched_ = 0;  // no newline in [start_, searched_)
  bool skipping_ = false;     // inside a line that is too long
  bool ended_ = false;
};

}  // namespace stafett::tools
