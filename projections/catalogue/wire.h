#pragma once
// Fields of an event's struct by their place on the wire, as the registry found it. An absent
// scalar is all zero bits (they are stored XORed with the default), an absent pointer is null.
//
// Threads: one at a time (readers count their traversal). Borrowed from the message.

#include <capnp/any.h>

#include <bit>
#include <cstring>

#include "projections/catalogue/registry.h"

namespace stafett::bti {

static_assert(std::endian::native == std::endian::little, "data sections are read as they lie");

class StructView {
 public:
  StructView() = default;  // everything absent
  explicit StructView(capnp::AnyStruct::Reader reader)
      : data_(reader.getDataSection()), pointers_(reader.getPointerSection()) {}

  std::uint64_t stored_bits(const FieldInfo& field) const {
    std::uint64_t bits = 0;
    if (field.slot + field.scalar_bytes <= data_.size())
      std::memcpy(&bits, data_.begin() + field.slot, field.scalar_bytes);
    return bits;
  }
  std::uint64_t scalar(const FieldInfo& field) const {
    return stored_bits(field) ^ field.default_bits;
  }
  capnp::AnyPointer::Reader pointer(std::uint32_t slot) const {
    return slot < pointers_.size() ? pointers_[slot] : capnp::AnyPointer::Reader{};
  }
  capnp::AnyPointer::Reader pointer(const FieldInfo& field) const { return pointer(field.slot); }
  bool has(const FieldInfo& field) const {
    return field.is_pointer ? !pointer(field).isNull() : stored_bits(field) != 0;
  }
  kj::ArrayPtr<const kj::byte> data() const { return data_; }
  std::uint32_t pointer_count() const { return pointers_.size(); }

 private:
  kj::ArrayPtr<const kj::byte> data_;
  capnp::List<capnp::AnyPointer>::Reader pointers_;
};

class StructEdit {
 public:
  explicit StructEdit(capnp::AnyStruct::Builder builder)
      : data_(builder.getDataSection()), pointers_(builder.getPointerSection()) {}

  void set_scalar(const FieldInfo& field, std::uint64_t value) {
    const std::uint64_t bits = value ^ field.default_bits;
    std::memcpy(data_.begin() + field.slot, &bits, field.scalar_bytes);
  }
  capnp::AnyPointer::Builder pointer(const FieldInfo& field) { return pointers_[field.slot]; }
  void copy(const FieldInfo& field, const StructView& from) {
    if (field.is_pointer)
      pointer(field).set(from.pointer(field));
    else
      set_scalar(field, from.scalar(field));
  }

 private:
  kj::ArrayPtr<kj::byte> data_;
  capnp::List<capnp::AnyPointer>::Builder pointers_;
};

inline std::string_view view(capnp::Text::Reader text) {
  return {text.cStr(), text.size()};
}

}  // namespace stafett::bti
