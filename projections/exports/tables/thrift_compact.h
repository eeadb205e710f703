#pragma once
// CompactWriter: Thrift's compact protocol, as far as Parquet's metadata needs it.
//
// Source:  Apache Thrift, thrift-compact-protocol.md
// Threads: a value.

#include <string_view>
#include <vector>

#include "engine/base/bytes.h"

namespace stafett::bti {

class CompactWriter final {
 public:
  enum Type : std::uint8_t { i32 = 5, i64 = 6, binary = 8, list = 9, structure = 12 };

  void begin_struct() { last_.push_back(0); }
  void end_struct() {
    last_.pop_back();
    out_.push_back(0);
  }
  void field(int id, Type type) {
    const int delta = id - last_.back();
    if (delta > 0 && delta <= 15) {
      out_.push_back(static_cast<std::uint8_t>(delta << 4 | type));
    } else {
      out_.push_back(type);
      zigzag(id);
    }
    last_.back() = id;
  }
  void field_i32(int id, std::int64_t value) {
    field(id, i32);
    zigzag(value);
  }
  void field_i64(int id, std::int64_t value) {
    field(id, i64);
    zigzag(value);
  }
  void field_text(int id, std::string_view text) {
    field(id, binary);
    value(text);
  }
  void field_list(int id, Type of, std::size_t size) {
    field(id, list);
    if (size < 15) {
      out_.push_back(static_cast<std::uint8_t>(size << 4 | of));
    } else {
      out_.push_back(static_cast<std::uint8_t>(0xf0 | of));
      varint(size);
    }
  }
  void field_struct(int id) {
    field(id, structure);
    begin_struct();
  }
  void value(std::string_view text) {
    varint(text.size());
    append(out_, as_bytes(text));
  }
  void zigzag(std::int64_t number) {
    varint(static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63));
  }
  void varint(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7) out_.push_back(static_cast<std::uint8_t>(number | 0x80));
    out_.push_back(static_cast<std::uint8_t>(number));
  }

  const Bytes& bytes() const { return out_; }

 private:
  Bytes out_;
  std::vector<int> last_;  // field id, of each structure that is open
};

}  // namespace stafett::bti
