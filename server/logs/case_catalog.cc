#include "server/logs/case_catalog.h"

#include <algorithm>
#include <unordered_map>

namespace stafett::server {
namespace {

// Where the subject's first event is; nothing: it has none yet.
Result<std::optional<Position>> beginning(const log::Log& log, const SubjectId& subject) {
  ENGINE_TRY(record, log.index().subject(subject));
  std::optional<Position> first;
  if (!record) return first;
  for (const StreamId& stream : record->streams) {
    if (stream.is_zero()) continue;
    ENGINE_TRY(position, log.store().stream_position(stream, Version{0}));
    if (position && (!first || *position < *first)) first = position;
  }
  return first;
}

}  // namespace

Result<void> CaseCatalog::begin() {
  const TreeSize size = log_.size();
  std::unordered_map<SubjectId, Position, IdHash> first;
  ENGINE_TRY_VOID(log_.index().for_each_stream(
      [&](const StreamId& stream, const log::StreamRecord& record) -> Result<storage::Scan> {
        if (record.subject.is_zero()) return storage::Scan::more;
        ENGINE_TRY(position, log_.store().stream_position(stream, Version{0}));
        if (!position || position->value() >= size.value()) return storage::Scan::more;
        const auto [found, is_new] = first.emplace(record.subject, *position);
        if (!is_new) found->second = std::min(found->second, *position);
        return storage::Scan::more;
      }));
  cases_.reserve(first.size());
  for (const auto& [subject, position] : first) cases_.push_back({position, subject});
  std::ranges::sort(cases_);
  looked_at_ = size;
  has_begun_ = true;
  return {};
}

Result<void> CaseCatalog::go_on() {
  const std::uint64_t end = std::min(log_.size().value(), looked_at_.value() + kEntriesAtOnce);
  for (std::uint64_t at = looked_at_.value(); at < end; looked_at_ = TreeSize{++at}) {
    ENGINE_TRY(bytes, log_.store().entry(Position{at}));
    ENGINE_TRY(entry, format::decode_own_entry(bytes));
    if (entry.stamp.version != Version{0}) continue;
    ENGINE_TRY(stream, log_.index().stream(entry.intent.stream_id));
    if (!stream || stream->subject.is_zero()) continue;
    ENGINE_TRY(first, beginning(log_, stream->subject));
    if (first == Position{at}) cases_.push_back({Position{at}, stream->subject});
  }
  return {};
}

Result<CaseCatalog::Page> CaseCatalog::page(std::optional<Position> after, std::size_t count) {
  const std::lock_guard lock{mutex_};
  if (!has_begun_) ENGINE_TRY_VOID(begin());
  ENGINE_TRY_VOID(go_on());
  auto at = cases_.begin();
  if (after) at = std::ranges::upper_bound(cases_, *after, {}, &Begun::position);
  Page page;
  const auto left = static_cast<std::size_t>(cases_.end() - at);
  page.cases.assign(at, at + static_cast<std::ptrdiff_t>(std::min(left, count)));
  page.is_last = left <= count && looked_at_ == log_.size();
  return page;
}

}  // namespace stafett::server
