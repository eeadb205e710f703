#include "projections/bundle/range_check.h"

#include <algorithm>

namespace stafett::bti {
namespace {

class RangeCheck final {
 public:
  RangeCheck(BundleContext& context, const transparency::TreeHead& head,
             std::vector<RangedEntry> entries)
      : context_(context), head_(head), entries_(std::move(entries)) {
    std::ranges::sort(entries_, {}, &RangedEntry::position);
  }

  // The next one: they are told of by position, and none twice.
  void add(const RangeLine& line) {
    while (next_ < entries_.size() && entries_[next_].position < line.first) leave_unproven();
    if (!is_next(line))
      return context_.file_fault(bundle_file::kRanges, log::code::kEntryHash,
                                 name_of(line) + ": not all of them are in the bundle");
    std::vector<Hash> leaves;
    leaves.reserve(line.count);
    for (std::uint64_t i = 0; i < line.count; ++i) leaves.push_back(entries_[next_ + i].leaf);
    if (!transparency::verify_range(leaves, line.first, head_, line.proof))
      context_.findings.add(line.first, "entry", log::code::kEntryHash,
                            name_of(line) + ": not proven to be in the log of the checkpoint");
    next_ += line.count;
  }
  void finish() {
    while (next_ < entries_.size()) leave_unproven();
  }

 private:
  void leave_unproven() {
    context_.findings.add(entries_[next_++].position, "entry", log::code::kEntryHash,
                          "neither a path nor a range proves it to be in the log");
  }
  bool is_next(const RangeLine& line) const {
    if (line.count > entries_.size() - next_) return false;
    for (std::uint64_t i = 0; i < line.count; ++i)
      if (entries_[next_ + i].position.value() != line.first.value() + i) return false;
    return true;
  }
  static std::string name_of(const RangeLine& line) {
    return std::to_string(line.count) + " entries from position " +
           std::to_string(line.first.value());
  }

  BundleContext& context_;
  const transparency::TreeHead head_;
  std::vector<RangedEntry> entries_;
  std::size_t next_ = 0;  // the first that no range so far has
};

}  // namespace

void check_ranges(BundleContext& context, std::vector<RangedEntry> entries) {
  const auto& head = context.record.log.newest_checkpoint;
  if (!head) return;  // told already: nothing can be proven
  RangeCheck check{context, *head, std::move(entries)};
  for_each_line(context, bundle_file::kRanges, [&](std::string_view text) -> Result<void> {
    ENGINE_TRY(line, parse_range_line(text));
    check.add(line);
    return {};
  });
  check.finish();
}

}  // namespace stafett::bti
