#pragma once
// Bytes of rows: integers big-endian, texts and lists behind their count. One way to write a value.
//
// Threads: any.

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/bytes.h"

namespace stafett::bti {

class RowWriter final {
 public:
  template <class Int>
  void integer(Int value) {
    append(bytes_, big_endian(static_cast<std::make_unsigned_t<Int>>(value)));
  }
  template <class Id>
  void id(const Id& value) {
    append(bytes_, value.view());
  }
  void count(std::size_t value) { integer(static_cast<std::uint32_t>(value)); }
  void text(std::string_view value) {
    count(value.size());
    append(bytes_, as_bytes(value));
  }
  Bytes take() { return std::move(bytes_); }

 private:
  Bytes bytes_;
};

// Reads nothing past the end: done() then says no.
class RowReader final {
 public:
  explicit RowReader(ByteView bytes) : rest_(bytes) {}

  template <class Int>
  Int integer() {
    const ByteView taken = take(sizeof(Int));
    return taken.empty() ? Int{}
                         : static_cast<Int>(from_big_endian<std::make_unsigned_t<Int>>(taken));
  }
  template <class Id>
  Id id() {
    return Id::from(take(Id::kBytes)).value_or(Id{});
  }
  // Of things that take at least `bytes_each`: no more than can be there.
  std::size_t count(std::size_t bytes_each) {
    const std::uint32_t value = integer<std::uint32_t>();
    good_ = good_ && value <= rest_.size() / bytes_each;
    return good_ ? value : 0;
  }
  std::string text() { return std::string{as_text(take(count(1)))}; }
  // Everything was there, and there is no more.
  bool done() const { return good_ && rest_.empty(); }

 private:
  ByteView take(std::size_t bytes) {
    good_ = good_ && rest_.size() >= bytes;
    if (!good_) return {};
    const ByteView taken = rest_.first(bytes);
    rest_ = rest_.subspan(bytes);
    return taken;
  }
  ByteView rest_;
  bool good_ = true;
};

}  // namespace stafett::bti
