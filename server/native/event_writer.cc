#include "server/native/event_writer.h"

#include <cstring>

#include "server/native/frame_parts.h"

namespace stafett::server::native {
namespace {

std::size_t words_of(std::size_t bytes) {
  return (bytes + sizeof(capnp::word) - 1) / sizeof(capnp::word);
}

kj::Array<capnp::word> zeros(std::size_t words) {
  auto room = kj::heapArray<capnp::word>(words);
  std::memset(room.begin(), 0, words * sizeof(capnp::word));
  return room;
}

}  // namespace

// Laid out in the order of a canonical message, and straight into one segment.
Result<void> EventWriter::write(Bytes& to, const EventView& from, log::PartSet classes) {
  constexpr std::size_t kFixedWords = 16, kOpeningWords = 8;
  std::size_t words = kFixedWords + words_of(from.entry.size());
  unsigned count = 0;
  for (const format::OpenPart& one : from.openings) {
    if (!classes.has(one.part_class)) continue;
    words += kOpeningWords + words_of(one.plaintext.size());
    ++count;
  }
  kj::Array<capnp::word> large;
  kj::Array<capnp::word>& room = words <= kWordsKept ? room_ : large;
  if (room.size() < words) room = zeros(words);
  // Leaves zeros behind.
  capnp::MallocMessageBuilder message{room.asPtr()};
  auto event = message.initRoot<schema::ServerFrame>().initEvent();
  event.setRequest(from.request);
  event.setPosition(from.position.value());
  event.setEntry(format::as_data(from.entry));
  if (count > 0) {
    auto list = event.initOpenings(count);
    unsigned at = 0;
    for (const format::OpenPart& one : from.openings) {
      if (!classes.has(one.part_class)) continue;
      list[at].setClass(static_cast<std::uint8_t>(one.part_class));
      list[at].setSalt(format::as_data(one.salt.view()));
      list[at].setPlaintext(format::as_data(one.plaintext));
      ++at;
    }
  }
  if (from.case_id) event.setCase(format::as_data(from.case_id->view()));
  const auto segments = message.getSegmentsForOutput();
  CHECK(segments.size() == 1);
  const auto bytes = segments[0].asBytes();
  return parts::write_bytes(to, {bytes.begin(), bytes.size()});
}

}  // namespace stafett::server::native
