#include "engine/log/verify/block_reader.h"

#include "engine/base/check.h"
#include "engine/storage/checked_row.h"

namespace stafett::log {
namespace {

constexpr std::size_t kRowsAhead = 256;

}  // namespace

// Damaged rows are left out: they are reported where all checked rows are looked at.
void BlockReader::Rows::fill() {
  rows_.clear();
  at_ = 0;
  if (done_) return;
  Bytes from = prefix_;
  append(from, big_endian(next_));
  done_ = true;
  (void)reads_.scan_rows(
      column_, from, {}, [&](ByteView key, ByteView row) -> Result<storage::Scan> {
        if (key.size() != prefix_.size() + 8 ||
            !std::equal(prefix_.begin(), prefix_.end(), key.begin()))
          return prefix_.empty() ? storage::Scan::more : storage::Scan::stop;
        const auto number = from_big_endian<std::uint64_t>(key.subspan(prefix_.size()));
        const Result<ByteView> value = storage::open_row(column_, key, row);
        if (value) rows_.push_back({number, Bytes(value->begin(), value->end())});
        if (rows_.size() < kRowsAhead) return storage::Scan::more;
        next_ = number + 1;
        done_ = next_ == 0;
        return storage::Scan::stop;
      });
}

const Block::Keyed* BlockReader::Rows::front() {
  if (at_ == rows_.size()) fill();
  return at_ == rows_.size() ? nullptr : &rows_[at_];
}

Block::Keyed BlockReader::Rows::take() {
  return std::move(rows_[at_++]);
}

void BlockReader::begin(Position first) {
  block_ = std::make_unique<Block>();
  block_->number = number_++;
  block_->first = first;
}

void BlockReader::add(std::optional<ByteView> entry, std::span<const storage::PartView> parts) {
  const auto keep = [&](ByteView bytes) {
    const Block::Span span{block_->buffer.size(), bytes.size()};
    append(block_->buffer, bytes);
    return span;
  };
  Block::Row row{entry.has_value(), keep(entry.value_or(ByteView{})), block_->parts.size(), 0};
  for (const storage::PartView& part : parts)
    block_->parts.push_back({part.part_class, keep(part.sealed)});
  row.parts_end = block_->parts.size();
  block_->rows.push_back(row);
}

// What the scan could not get past, asked for by itself.
void BlockReader::add_alone(Position position, const Error& why) {
  const Result<Bytes> entry = reads_.entry(position);
  if (!entry) {
    findings_.add(position, "entry", code::kEntryHash, entry.error().detail());
    return add(std::nullopt, {});
  }
  findings_.add(position, "index parts", code::kIndex, why.detail());
  std::vector<storage::PartRow> rows;
  for (std::uint8_t c = 1; c <= static_cast<std::uint8_t>(format::PartClass::identity); ++c)
    if (auto part = reads_.part(position, c); part && *part) rows.push_back({c, std::move(**part)});
  std::vector<storage::PartView> views;
  for (const storage::PartRow& row : rows) views.push_back({row.part_class, row.sealed});
  add(ByteView{*entry}, views);
}

bool BlockReader::full(Position next, Rows& receipts) const {
  if (block_->rows.size() < kBlockEntries) return false;
  if (block_->rows.size() >= kBlockEntriesMax) return true;
  const Block::Keyed* group = receipts.front();  // none: the last one goes on to the end
  return group != nullptr && group->number == next.value();
}

void BlockReader::hand_out(Rows& receipts, Rows& checkpoints, const Take& take) {
  const std::uint64_t end = block_->end().value();
  for (const Block::Keyed* row; (row = checkpoints.front()) != nullptr && row->number <= end;)
    block_->checkpoints.push_back(checkpoints.take());
  for (const Block::Keyed* row; (row = receipts.front()) != nullptr && row->number < end;)
    block_->receipts.push_back(receipts.take());
  take(std::move(block_));
}

void BlockReader::read(Position first, Position end, const Take& take) {
  Rows receipts{reads_, storage::Column::meta, Bytes{storage::kMetaGroupTag}, first.value()};
  Rows checkpoints{reads_, storage::Column::checkpoints, {}, first.value() + 1};
  std::uint64_t next = first.value();
  begin(first);
  const auto step = [&] {
    ++next;
    // The receipts of this block are taken here, so that front() is the next group's.
    while (receipts.front() != nullptr && receipts.front()->number < next)
      block_->receipts.push_back(receipts.take());
    if (!full(Position{next}, receipts) || next == end.value()) return;
    hand_out(receipts, checkpoints, take);
    begin(Position{next});
  };
  const auto visit = [&](ByteView entry, std::span<const storage::PartView> parts) {
    add(entry, parts);
    step();
    return storage::Scan::more;
  };
  while (next < end.value()) {
    const Result<void> scanned =
        with_parts_ == WithParts::yes
            ? reads_.scan_with_parts(
                  Position{next}, end,
                  [&](Position, ByteView entry, std::span<const storage::PartView> parts)
                      -> Result<storage::Scan> { return visit(entry, parts); })
            : reads_.scan_entries(Position{next}, end,
                                  [&](Position, ByteView entry) -> Result<storage::Scan> {
                                    return visit(entry, {});
                                  });
    if (next == end.value()) break;
    add_alone(Position{next}, scanned ? Error{Errc::corrupt, "missing"} : scanned.error());
    step();
  }
  hand_out(receipts, checkpoints, take);
}

}  // namespace stafett::log
