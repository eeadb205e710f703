#pragma once
// BlockReader: reads the entries in order and hands them out in blocks, past any gap or damage.
//
// Threads: one.
// Limits:  a block has about kBlockEntries entries, at most kBlockEntriesMax.

#include <functional>

#include "engine/log/verify/block.h"
#include "engine/log/verify/findings.h"

namespace stafett::log {

enum class WithParts { no, yes };

class BlockReader final {
 public:
  static constexpr std::size_t kBlockEntries = 256;
  static constexpr std::size_t kBlockEntriesMax = 8192;  // a commit group fits, follow-ups too

  BlockReader(const storage::Reads& reads, Findings& findings, WithParts with_parts)
      : reads_(reads), findings_(findings), with_parts_(with_parts) {}

  using Take = std::function<void(std::unique_ptr<Block>)>;
  void read(Position first, Position end, const Take& take);

 private:
  // A column whose keys end in a number, read in small batches as the entries come by.
  class Rows final {
   public:
    Rows(const storage::Reads& reads, storage::Column column, Bytes prefix, std::uint64_t from)
        : reads_(reads), column_(column), prefix_(std::move(prefix)), next_(from) {}
    const Block::Keyed* front();  // null: no more
    Block::Keyed take();

   private:
    void fill();
    const storage::Reads& reads_;
    const storage::Column column_;
    const Bytes prefix_;
    std::uint64_t next_;
    bool done_ = false;
    std::vector<Block::Keyed> rows_;
    std::size_t at_ = 0;
  };

  void begin(Position first);
  void add(std::optional<ByteView> entry, std::span<const storage::PartView> parts);
  void add_alone(Position position, const Error& why);
  bool full(Position next, Rows& receipts) const;
  void hand_out(Rows& receipts, Rows& checkpoints, const Take& take);

  const storage::Reads& reads_;
  Findings& findings_;
  const WithParts with_parts_;
  std::unique_ptr<Block> block_;
  std::uint64_t number_ = 0;
};

}  // namespace stafett::log
