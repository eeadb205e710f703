#pragma once
// Block: a run of entries on its way through the verifier: read in order, checked by any thread,
// joined to the log again in order. Cut where commit groups end, so that each receipt is checked
// within one block.
//
// Threads: one owner at a time.

#include <memory>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/format/entry.h"
#include "engine/log/verify/fingerprint.h"
#include "engine/storage/reads.h"
#include "engine/transparency/tree.h"

namespace stafett::log {

// What the checks in order need of an entry.
struct CheckedEntry {
  Position position;
  bool present = false;  // it is there and parses
  Hash leaf;             // of the bytes as they are; zero when missing
  EventId event;
  StreamId stream;
  format::StreamKind kind = format::StreamKind::case_;
  Version version;
  Hash previous;
  TimeUs recorded_at;
  format::Expectation expects = format::Expectation::any;
  Hash expected_head;
  ActorId actor;
  KeyId key;
  format::Custody custody = format::Custody::own;
  Position enrolled_at;

  enum class Signed { yes, no, unknown_key };  // unknown_key: decided in order
  Signed is_signed = Signed::no;
  crypto::Signature signature;
  std::uint32_t group_count = 1;
  std::uint32_t group_index = 0;
  Hash group_root;
  struct Engine {
    format::Intent intent;
    format::EngineEvent event;
  };
  std::unique_ptr<const Engine> engine;  // engine stream only
};

struct CheckedCheckpoint {
  TreeSize size;
  Hash root;
};

struct Block {
  std::uint64_t number = 0;
  Position first;

  // As read. An entry's bytes and parts lie in `buffer`.
  struct Span {
    std::size_t offset, bytes;
  };
  struct Part {
    std::uint8_t part_class;
    Span span;
  };
  struct Row {
    bool there;  // else reported as missing
    Span entry;
    std::size_t parts_first, parts_end;
  };
  Bytes buffer;
  std::vector<Row> rows;  // of first, first + 1, ...
  std::vector<Part> parts;
  struct Keyed {
    std::uint64_t number;
    Bytes value;
  };
  std::vector<Keyed> receipts;     // by first position, their suffix already checked
  std::vector<Keyed> checkpoints;  // sizes in (first, first + rows]

  ByteView bytes_of(const Span& span) const {
    return ByteView{buffer}.subspan(span.offset, span.bytes);
  }
  Position end() const { return Position{first.value() + rows.size()}; }

  // As checked.
  std::vector<CheckedEntry> entries;
  std::vector<CheckedCheckpoint> signed_checkpoints;
  struct Run {
    Position first, end;
    bool has_receipt;  // else its absence is reported
  };
  std::vector<Run> unproven;  // entries that no receipt covers as they are; in order
  Fingerprint streams, events;
  std::uint64_t parts_intact = 0, parts_erased = 0;
};

}  // namespace stafett::log
