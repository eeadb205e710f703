#pragma once
// Bytes as Cap'n Proto words and back: aligned, bounded, canonical or refused.
//
// Limits: traversal 8 times the received words (amplification bounded by what was sent),
// nesting 16.

#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <array>

#include "engine/base/bytes.h"
#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace stafett::format {

// Copies into aligned memory. Errors: malformed (empty, or not whole words).
Result<kj::Array<capnp::word>> to_words(ByteView bytes);

// The same for as long as a call takes: without the heap when the bytes are few, as mostly.
class BriefWords final {
 public:
  BriefWords() = default;
  BriefWords(const BriefWords&) = delete;
  BriefWords& operator=(const BriefWords&) = delete;
  // Valid while this lives. Errors: malformed.
  Result<kj::ArrayPtr<const capnp::word>> copy(ByteView bytes);

 private:
  std::array<std::uint64_t, 256> few_;  // left as it is until something is copied there
  kj::Array<capnp::word> many_;
};
Bytes to_bytes(kj::ArrayPtr<const capnp::word> words);

inline capnp::Data::Reader as_data(ByteView bytes) {
  return {bytes.data(), bytes.size()};
}
inline ByteView view(capnp::Data::Reader data) {
  return {data.begin(), data.size()};
}

capnp::ReaderOptions reader_options(std::size_t words);

// Canonical bytes of a built message.
template <class Struct>
Bytes canonical_bytes(capnp::MessageBuilder& message) {
  const kj::Array<capnp::word> words = capnp::canonicalize(message.getRoot<Struct>().asReader());
  return to_bytes(words);
}

// Whose bytes are read: anybody's, of which only canonical ones are taken, or those that this
// program stored itself after it had checked them.
enum class Trust { none, own };

// Runs `use(Struct::Reader) -> Result<T>` over canonical bytes; what readers borrow dies with it.
// Errors: malformed, and what `use` returns.
template <class Struct, class Use>
auto with_message(ByteView bytes, Use&& use, Trust trust = Trust::none)
    -> decltype(use(typename Struct::Reader{})) {
  BriefWords words;
  ENGINE_TRY(segment, words.copy(bytes));
  try {
    capnp::SegmentArrayMessageReader message(kj::arrayPtr(&segment, 1),
                                             reader_options(segment.size()));
    if (trust == Trust::none && !message.isCanonical())
      return Error{Errc::malformed, "not canonical"};
    return use(message.getRoot<Struct>());
  } catch (const kj::Exception& e) {
    return Error{Errc::malformed, e.getDescription().cStr()};
  }
}

// One value has one byte form: refuses what the getters of this version would pass over.
// `data_bits`: for each word of the struct's data, the bits that have a field; `pointers`: how many
// there are, all of them lists. Errors: unsupported (a field of a later version), malformed (an
// empty list that is not a null pointer).
Result<void> only_known_fields(capnp::AnyStruct::Reader from,
                               std::span<const std::uint64_t> data_bits, unsigned pointers);

// The fixed-size id of a Data field. Errors: malformed with the field's name.
template <class Id>
Result<Id> id_field(capnp::Data::Reader field, const char* name) {
  const std::optional<Id> id = Id::from(view(field));
  if (!id) return Error{Errc::malformed, std::string{name} + " has a wrong length"};
  return *id;
}

}  // namespace stafett::format
