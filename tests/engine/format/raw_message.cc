#include "tests/engine/format/raw_message.h"

#include <algorithm>

namespace stafett::format {

Bytes with_more_fields(ByteView bytes, std::uint16_t data_words, std::uint16_t pointers) {
  const kj::Array<capnp::word> words = to_words(bytes).value();
  const kj::ArrayPtr<const capnp::word> segment = words.asPtr();
  capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&segment, 1)};
  const auto from = reader.getRoot<capnp::AnyStruct>();
  const auto data = from.getDataSection();
  const auto old_pointers = from.getPointerSection();
  capnp::MallocMessageBuilder message{4096};
  auto to = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(
      static_cast<std::uint16_t>(data.size() / 8 + data_words),
      static_cast<std::uint16_t>(old_pointers.size() + pointers));
  auto to_data = to.getDataSection();
  std::copy(data.begin(), data.end(), to_data.begin());
  for (std::size_t at = data.size(); at < to_data.size(); at += 8) to_data[at] = 1;
  auto to_pointers = to.getPointerSection();
  for (unsigned i = 0; i < to_pointers.size(); ++i) {
    if (i < old_pointers.size())
      to_pointers[i].set(old_pointers[i]);
    else
      to_pointers[i].initAs<capnp::Data>(1)[0] = 1;
  }
  const kj::Array<capnp::word> canonical = to.asReader().canonicalize();
  return to_bytes(canonical);
}

Bytes behind_far_pointer(ByteView bytes) {
  // [far pointer][the struct, as it was][landing pad: the old root pointer, counted from here]
  const std::uint64_t pad = bytes.size() / 8;
  std::uint64_t root = 0;
  std::copy_n(bytes.begin(), 8, reinterpret_cast<std::uint8_t*>(&root));
  const auto offset = static_cast<std::uint32_t>(-static_cast<std::int64_t>(pad)) << 2;
  const std::uint64_t landing = (root & ~std::uint64_t{0xffff'ffff}) | offset;
  Bytes out;
  append(out, little_endian(std::uint64_t{2} | pad << 3));
  append(out, bytes.subspan(8));
  append(out, little_endian(landing));
  return out;
}

}  // namespace stafett::format
