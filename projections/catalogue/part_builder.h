#pragma once
// Builds one Part message and gives its canonical bytes.
//
// Threads: one. Lifetime: everything it hands out is borrowed from it.

#include <capnp/message.h>

#include <optional>
#include <span>

#include "projections/catalogue/codec.h"
#include "projections/catalogue/parts.capnp.h"
#include "projections/catalogue/wire.h"

namespace stafett::bti {

class PartBuilder final {
 public:
  PartBuilder() = default;
  PartBuilder(const PartBuilder&) = delete;
  PartBuilder& operator=(const PartBuilder&) = delete;

  bool begun() const { return message_.has_value(); }
  schema::Part::Builder part() {
    if (!message_) message_.emplace(kj::arrayPtr(scratch_, kScratchWords));
    return message_->getRoot<schema::Part>();
  }
  // The event's struct; made at the first call.
  StructEdit& body(const EventInfo& event) {
    if (!body_) body_.emplace(part().getBody().initAsAnyStruct(event.data_words, event.pointers));
    return *body_;
  }
  void set_head(EventType type, const std::optional<SubjectId>& case_id) {
    part().setType(type);
    if (case_id) part().setCase(kj::arrayPtr(case_id->data(), SubjectId::kBytes));
  }
  void set_labels(std::span<const NewLabel> labels);

  // Empty when nothing was put into it.
  kj::Array<capnp::word> finish();

 private:
  static constexpr std::size_t kScratchWords = 192;  // most events fit without an allocation
  capnp::word scratch_[kScratchWords] = {};
  std::optional<capnp::MallocMessageBuilder> message_;
  std::optional<StructEdit> body_;
};

}  // namespace stafett::bti
