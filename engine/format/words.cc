#include "engine/format/words.h"

#include <cstring>

namespace stafett::format {

namespace {

Result<void> check_whole_words(ByteView bytes) {
  if (bytes.empty() || bytes.size() % sizeof(capnp::word) != 0)
    return Error{Errc::malformed, "not a whole number of words"};
  return {};
}

}  // namespace

Result<kj::Array<capnp::word>> to_words(ByteView bytes) {
  ENGINE_TRY_VOID(check_whole_words(bytes));
  auto words = kj::heapArray<capnp::word>(bytes.size() / sizeof(capnp::word));
  std::memcpy(words.begin(), bytes.data(), bytes.size());
  return words;
}

Result<kj::ArrayPtr<const capnp::word>> BriefWords::copy(ByteView bytes) {
  ENGINE_TRY_VOID(check_whole_words(bytes));
  if (bytes.size() > sizeof few_) {
    ENGINE_TRY(words, to_words(bytes));
    many_ = kj::mv(words);
    return many_.asPtr().asConst();
  }
  std::memcpy(few_.data(), bytes.data(), bytes.size());
  return kj::arrayPtr(reinterpret_cast<const capnp::word*>(few_.data()),
                      bytes.size() / sizeof(capnp::word));
}

Bytes to_bytes(kj::ArrayPtr<const capnp::word> words) {
  const kj::ArrayPtr<const kj::byte> bytes = words.asBytes();
  return Bytes(bytes.begin(), bytes.end());
}

capnp::ReaderOptions reader_options(std::size_t words) {
  capnp::ReaderOptions options;
  options.traversalLimitInWords = 8 * words + 64;
  options.nestingLimit = 16;
  return options;
}

Result<void> only_known_fields(capnp::AnyStruct::Reader from,
                               std::span<const std::uint64_t> data_bits, unsigned pointers) {
  const ByteView data = view(from.getDataSection());
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::uint64_t bits = i / 8 < data_bits.size() ? data_bits[i / 8] >> (i % 8 * 8) : 0;
    if ((data[i] & ~bits & 0xff) != 0) return Error{Errc::unsupported, "data of a later version"};
  }
  const auto section = from.getPointerSection();
  if (section.size() > pointers) return Error{Errc::unsupported, "pointers of a later version"};
  for (const capnp::AnyPointer::Reader pointer : section)
    if (!pointer.isNull() && pointer.getAs<capnp::AnyList>().size() == 0)
      return Error{Errc::malformed, "an empty list is a null pointer"};
  return {};
}

}  // namespace stafett::format
