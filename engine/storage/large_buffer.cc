#include "engine/storage/large_buffer.h"

#include <sys/mman.h>

#include <algorithm>
#include <new>

namespace stafett::storage {
namespace {

constexpr std::size_t kPageBytes = 2 * 1024 * 1024;  // of x86-64 and arm64's usual large pages

}  // namespace

LargeBuffer::Memory LargeBuffer::take(std::size_t capacity) {
  const std::size_t bytes = (capacity / kPageBytes + 1) * kPageBytes;
  Memory memory{static_cast<std::uint8_t*>(std::aligned_alloc(kPageBytes, bytes))};
  if (!memory) throw std::bad_alloc{};
  (void)madvise(memory.get(), bytes, MADV_HUGEPAGE);  // without it: slower
  return memory;
}

void LargeBuffer::grow(std::size_t least) {
  const std::size_t capacity = std::max(least, 2 * capacity_);
  Memory larger = take(capacity);
  if (size_ > 0) std::memcpy(larger.get(), memory_.get(), size_);
  memory_ = std::move(larger);
  capacity_ = capacity;
}

}  // namespace stafett::storage
