#pragma once
// Messages that the encoders never make: changed by field, of a later version, not canonical.

#include <capnp/any.h>

#include "engine/format/words.h"

namespace stafett::format {

// As laid out by a builder that fills the fields in the order of `edit`: not canonical unless the
// order happens to be.
template <class Struct, class Edit>
Bytes built(Edit&& edit) {
  capnp::MallocMessageBuilder message{4096};
  edit(message.initRoot<Struct>());
  return to_bytes(message.getSegmentsForOutput()[0]);
}

// The canonical form of `bytes` after `edit` has changed some fields.
template <class Struct, class Edit>
Bytes edited(ByteView bytes, Edit&& edit) {
  const kj::Array<capnp::word> words = to_words(bytes).value();
  const kj::ArrayPtr<const capnp::word> segment = words.asPtr();
  capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&segment, 1)};
  capnp::MallocMessageBuilder message{4096};
  message.setRoot(reader.getRoot<Struct>());
  edit(message.getRoot<Struct>());
  return canonical_bytes<Struct>(message);
}

// Canonical, with more data words (of value 1) and pointers (to one byte) than the root has.
Bytes with_more_fields(ByteView bytes, std::uint16_t data_words, std::uint16_t pointers);

// The same message behind a far pointer, in one segment.
Bytes behind_far_pointer(ByteView bytes);

}  // namespace stafett::format
