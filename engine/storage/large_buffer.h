#pragma once
// LargeBuffer: bytes written one after the other into memory of the largest pages that the system
// gives. A page that is touched for the first time costs a fault, and in a virtual machine a dear
// one: of 2 MiB there are few.
//
// Source:  madvise(2), MADV_HUGEPAGE
// Threads: one.
// Errors:  std::bad_alloc.
// Limits:  memory is taken as it is touched, 2 MiB at a time; all of it until the buffer is gone.

#include <cstdlib>
#include <cstring>
#include <memory>

#include "engine/base/bytes.h"

namespace stafett::storage {

class LargeBuffer final {
 public:
  explicit LargeBuffer(std::size_t capacity) : memory_(take(capacity)), capacity_(capacity) {}

  std::size_t size() const { return size_; }
  ByteView view() const { return {memory_.get(), size_}; }
  // What was viewed before has moved when there was no room.
  void append(ByteView bytes) {
    if (bytes.size() > capacity_ - size_) grow(size_ + bytes.size());
    if (!bytes.empty()) std::memcpy(memory_.get() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void clear() { size_ = 0; }  // what it held is there until it is written over

 private:
  struct Free {
    void operator()(std::uint8_t* memory) const { std::free(memory); }
  };
  using Memory = std::unique_ptr<std::uint8_t, Free>;
  static Memory take(std::size_t capacity);
  void grow(std::size_t least);

  Memory memory_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace stafett::storage
