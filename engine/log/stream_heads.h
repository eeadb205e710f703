#pragma once
// StreamHeads: where every stream of a log of some size ends, under one root, and the proof of one
// stream's end in it. So whoever has a stream's entries, and a checkpoint over the event that
// carries the root, knows that nothing was left out at the stream's end.
//
// Source:  docs/formats/engine-events.md (StreamHeads)
// Threads: values; functions from any thread.
// Limits:  about 160 bytes per stream while a tree is made or kept.

#include <optional>
#include <vector>

#include "engine/format/engine_event.h"
#include "engine/storage/reads.h"
#include "engine/transparency/proof.h"

namespace stafett::log {

class Log;

struct StreamEnd {
  Hash stream;  // SHA-256 of its id: who is not given the stream does not learn its id
  std::uint64_t next_version = 0;
  Hash head;  // leaf hash of its last entry
  friend bool operator==(const StreamEnd&, const StreamEnd&) = default;
};
Hash hidden_stream(const StreamId& stream);
// What the tree over the ends has as this one's leaf.
Hash leaf_of(const StreamEnd& end);

class StreamEndTree final {
 public:
  // In any order; each stream once.
  explicit StreamEndTree(std::vector<StreamEnd> ends = {});

  std::uint64_t count() const { return ends_.size(); }
  Hash root() const;
  const std::vector<StreamEnd>& ends() const { return ends_; }  // sorted by stream

  struct Proof {
    StreamEnd end;
    std::uint64_t index = 0;
    transparency::Path path;
  };
  // Nothing, null: the log had no such stream.
  std::optional<Proof> proof_of(const StreamId& stream) const;
  const StreamEnd* end_of(const StreamId& stream) const;

 private:
  std::vector<StreamEnd> ends_;
  std::vector<std::vector<Hash>> levels_;  // roots of the perfect subtrees, leaves first
};

// That `end` is number `index` of what the event tells of. Errors: corrupt.
Result<void> verify_stream_end(const format::StreamHeads& heads, const StreamEnd& end,
                               std::uint64_t index, std::span<const Hash> path);

// Of entries [0, size). Reads one row per entry, and the tiles of the leaves once. Errors: corrupt,
// io.
Result<StreamEndTree> stream_ends_at(const storage::Reads& reads, TreeSize size);

// Records the event for the log as it is now, and waits. Not from the sequencer's thread.
// Errors: as stream_ends_at(); read_only, refused.
struct RecordedHeads {
  Position position;
  format::StreamHeads heads;
  StreamEndTree tree;
};
Result<RecordedHeads> record_stream_heads(Log& log);

}  // namespace stafett::log
