#include "server/native/event_writer.h"

#include <algorithm>
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

// The latest entry goes to many readers in a row: with nothing opened its frame is the same for all
// whose request has the same number.
struct LastEntry {
  RequestId request = 0;
  Position position;
  Bytes entry, frame;

  bool is_of(const EventView& event) const {
    return request == event.request && position == event.position && !frame.empty() &&
           std::ranges::equal(entry, event.entry);
  }
};
LastEntry& last_entry() {
  thread_local LastEntry last;
  return last;
}

void append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

Result<void> EventWriter::write(Bytes& to, const EventView& from, log::PartSet classes) {
  if (!from.openings.empty() || from.case_id) return write_anew(to, from, classes);
  LastEntry& last = last_entry();
  if (!last.is_of(from)) {
    last.frame.clear();
    ENGINE_TRY_VOID(write_anew(last.frame, from, classes));
    last.request = from.request;
    last.position = from.position;
    last.entry.assign(from.entry.begin(), from.entry.end());
  }
  append(to, last.frame);
  return {};
}

// Laid out in the order of a canonical message, and straight into one segment.
Result<void> EventWriter::write_anew(Bytes& to, const EventView& from, log::PartSet classes) {
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
