#include "engine/log/backup/recheck.h"

#include <fmt/format.h>

#include "engine/log/log_tree.h"
#include "engine/log/verify/block_checker.h"
#include "engine/log/verify/block_reader.h"

namespace stafett::log {
namespace {

Error not_as_it_was(Findings& findings) {
  const VerifyError first = findings.take_sorted().front();
  return Error{Errc::corrupt,
               fmt::format("{} old faults, the first: {}{}: {}: {}", findings.count(), first.place,
                           first.position ? fmt::format(" {}", first.position->value()) : "",
                           first.code, first.detail)};
}

}  // namespace

Result<Position> end_of_group(const storage::Reads& reads, Position position) {
  ENGINE_TRY(row, reads.receipt_group_of(position));
  ENGINE_TRY(group, format::decode_receipt_group(row.first, row.record));
  const std::uint64_t end = row.first.value() + group.count;
  if (end <= position.value() || end > reads.size().value())
    return Error{Errc::corrupt, fmt::format("the receipts of position {}", position.value())};
  return Position{end};
}

Result<void> recheck_entries(const Recheck& what, Position first, Position end) {
  if (first >= end) return {};
  VerifyOptions options;
  options.level = what.level;
  options.since = TreeSize{first.value()};  // so that each entry's index rows are looked up
  Findings findings{options.errors_max};
  const FingerprintMaker fingerprints{what.random};
  const auto record = read_public_record(what.reads);
  const VerifyInput input{what.reads, what.random, nullptr, nullptr, {}};
  const CheckPlace place{input, options, *record, fingerprints, findings};
  const BlockChecker checker{place};
  std::vector<Hash> leaves;
  BlockReader reader{what.reads, findings, what.level >= 4 ? WithParts::yes : WithParts::no};
  reader.read(first, end, [&](std::unique_ptr<Block> block) {
    checker.check(*block);
    for (const CheckedEntry& entry : block->entries) {
      leaves.push_back(entry.leaf);
      if (entry.is_signed == CheckedEntry::Signed::yes || !entry.present || what.level < 3)
        continue;
      findings.add(entry.position, "entry", code::kSignature, "not signed by its key for this log");
    }
    for (const Block::Run& run : block->unproven)
      findings.add(run.first, "index receipts", code::kSignature,
                   "the receipts' signature is not the log's over these entries");
  });
  if (findings.count() > 0) return not_as_it_was(findings);
  transparency::TileHashSource source{what.head.size, tile_reader(what.reads, what.head.size)};
  ENGINE_TRY(proof, transparency::range_proof(source, first, leaves.size(), what.head.size));
  if (!transparency::verify_range(leaves, first, what.head, proof))
    return Error{Errc::corrupt, fmt::format("positions {} to {} are not under the log's root",
                                            first.value(), end.value() - 1)};
  return {};
}

}  // namespace stafett::log
