#include "engine/log/stream_heads.h"

#include <algorithm>

#include "engine/crypto/sha256.h"
#include "engine/log/log.h"
#include "engine/log/log_tree.h"

namespace stafett::log {
namespace {

using transparency::Subtree;

class LevelSource final : public transparency::HashSource {
 public:
  explicit LevelSource(const std::vector<std::vector<Hash>>& levels) : levels_(levels) {}
  Result<Hash> hash_of(const Subtree& subtree) override {
    return levels_.at(subtree.level).at(subtree.index);
  }

 private:
  const std::vector<std::vector<Hash>>& levels_;
};

// Where a stream's last entry lies.
struct Last {
  StreamId stream;
  Version version;
  Position position;
};

Result<std::vector<Last>> last_entries(const storage::Reads& reads, TreeSize size) {
  std::vector<Last> lasts;
  ENGINE_TRY_VOID(reads.scan_streams(
      [&](const StreamId& stream, Version version, Position position) -> Result<storage::Scan> {
        if (position.value() >= size.value()) return storage::Scan::more;
        // A stream's rows come together and by version.
        if (lasts.empty() || lasts.back().stream != stream) lasts.push_back({stream, {}, {}});
        lasts.back().version = version;
        lasts.back().position = position;
        return storage::Scan::more;
      }));
  return lasts;
}

}  // namespace

Hash hidden_stream(const StreamId& stream) {
  return crypto::sha256(stream.view());
}

Hash leaf_of(const StreamEnd& end) {
  Bytes leaf;
  append(leaf, end.stream.view());
  append(leaf, little_endian(end.next_version));
  append(leaf, end.head.view());
  return transparency::leaf_hash(leaf);
}

StreamEndTree::StreamEndTree(std::vector<StreamEnd> ends) : ends_(std::move(ends)) {
  std::ranges::sort(ends_, {}, &StreamEnd::stream);
  levels_.emplace_back();
  levels_.back().reserve(ends_.size());
  for (const StreamEnd& end : ends_) levels_.back().push_back(leaf_of(end));
  while (levels_.back().size() > 1) {
    const std::vector<Hash>& below = levels_.back();
    std::vector<Hash> level;
    level.reserve(below.size() / 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2)
      level.push_back(transparency::node_hash(below[i], below[i + 1]));
    levels_.push_back(std::move(level));
  }
}

Hash StreamEndTree::root() const {
  LevelSource source{levels_};
  return transparency::root_of_tree(source, TreeSize{count()}).value();
}

std::optional<StreamEndTree::Proof> StreamEndTree::proof_of(const StreamId& stream) const {
  const StreamEnd* end = end_of(stream);
  if (!end) return std::nullopt;
  Proof proof{*end, static_cast<std::uint64_t>(end - ends_.data()), {}};
  LevelSource source{levels_};
  proof.path =
      transparency::inclusion_proof(source, Position{proof.index}, TreeSize{count()}).value();
  return proof;
}

const StreamEnd* StreamEndTree::end_of(const StreamId& stream) const {
  const Hash hidden = hidden_stream(stream);
  const auto found = std::ranges::lower_bound(ends_, hidden, {}, &StreamEnd::stream);
  return found == ends_.end() || found->stream != hidden ? nullptr : &*found;
}

Result<void> verify_stream_end(const format::StreamHeads& heads, const StreamEnd& end,
                               std::uint64_t index, std::span<const Hash> path) {
  return transparency::verify_inclusion(leaf_of(end), Position{index},
                                        {TreeSize{heads.count}, heads.root}, path);
}

Result<StreamEndTree> stream_ends_at(const storage::Reads& reads, TreeSize size) {
  ENGINE_TRY(lasts, last_entries(reads, size));
  // In the order of the tiles, so that each is read once.
  std::ranges::sort(lasts, {}, &Last::position);
  transparency::TileHashSource leaves{size, tile_reader(reads, size)};
  std::vector<StreamEnd> ends;
  ends.reserve(lasts.size());
  for (const Last& last : lasts) {
    ENGINE_TRY(head, leaves.hash_of({0, last.position.value()}));
    ends.push_back({hidden_stream(last.stream), last.version.value() + 1, head});
  }
  return StreamEndTree{std::move(ends)};
}

Result<RecordedHeads> record_stream_heads(Log& log) {
  const TreeSize size = log.head().size;
  ENGINE_TRY(tree, stream_ends_at(log.store(), size));
  const format::StreamHeads heads{size, tree.count(), tree.root()};
  const TimeUs now = log.clock().now();
  const Outcomes outcomes = log.submit_and_wait(
      log.system().sign_engine(heads, log.streams().engine, make_event_id(now, log.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return RecordedHeads{std::get<Receipt>(*outcomes.front()).position, heads, std::move(tree)};
}

}  // namespace stafett::log
