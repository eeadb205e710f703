#pragma once
// Opens the bytes of one Part within limits; every reader of foreign parts starts here.
//
// Threads: one per PartReader. Lifetime: borrows `words`; readers borrow from it.

#include <capnp/message.h>
#include <capnp/serialize.h>

#include <optional>

#include "projections/catalogue/codec.h"
#include "projections/catalogue/parts.capnp.h"
#include "projections/catalogue/wire.h"

namespace stafett::bti {

// Throws kj::Exception on malformed bytes: use within reading_parts().
class PartReader final {
 public:
  explicit PartReader(kj::ArrayPtr<const capnp::word> words)
      : segment_(words), message_(kj::arrayPtr(&segment_, 1), limits(words.size())) {}
  PartReader(const PartReader&) = delete;
  PartReader& operator=(const PartReader&) = delete;

  // Canonical by Cap'n Proto's own check, and equal to its canonical copy: the check alone passes
  // over where an empty list points.
  bool is_canonical() {
    return message_.isCanonical() && capnp::canonicalize(part()).asBytes() == segment_.asBytes();
  }
  schema::Part::Reader part() { return message_.getRoot<schema::Part>(); }
  capnp::AnyStruct::Reader root() { return message_.getRoot<capnp::AnyStruct>(); }

 private:
  // Amplification is bounded by the bytes received; the constant lets small parts be read twice.
  static capnp::ReaderOptions limits(std::size_t words) {
    capnp::ReaderOptions options;
    options.traversalLimitInWords = 16 * words + 64;
    options.nestingLimit = 16;
    return options;
  }

  kj::ArrayPtr<const capnp::word> segment_;
  capnp::SegmentArrayMessageReader message_;
};

// The body as the event's struct; nothing set when it is null.
inline StructView body_of(schema::Part::Reader part) {
  const auto body = part.getBody();
  return body.isNull() ? StructView{} : StructView{body.getAs<capnp::AnyStruct>()};
}
// The struct of changed fields in a correction's part.
inline StructView changes_of(schema::EntryCorrected::Reader correction) {
  const auto changes = correction.getChanges();
  return changes.isNull() ? StructView{} : StructView{changes.getAs<capnp::AnyStruct>()};
}

}  // namespace stafett::bti
