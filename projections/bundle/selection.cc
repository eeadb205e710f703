#include "projections/bundle/selection.h"

#include <algorithm>
#include <unordered_set>

#include "engine/crypto/sha256.h"
#include "engine/format/entry.h"
#include "projections/bundle/bundle_files.h"

namespace stafett::bti {
namespace {

void sort_unique(std::vector<SubjectId>& cases) {
  std::ranges::sort(cases);
  const auto repeated = std::ranges::unique(cases);
  cases.erase(repeated.begin(), repeated.end());
}

Result<std::vector<SubjectId>> all_cases(const log::SealedIndex& index) {
  std::vector<SubjectId> cases;
  ENGINE_TRY_VOID(index.for_each_stream(
      [&](const StreamId&, const log::StreamRecord& record) -> Result<storage::Scan> {
        if (!record.subject.is_zero()) cases.push_back(record.subject);
        return storage::Scan::more;
      }));
  return cases;
}

// The first position that was recorded at or after `time`: recordedAt never goes back.
Result<Position> first_since(const storage::Reads& reads, TreeSize size, TimeUs time) {
  std::uint64_t first = 0, end = size.value();
  while (first < end) {
    const std::uint64_t middle = first + (end - first) / 2;
    ENGINE_TRY(bytes, reads.entry(Position{middle}));
    ENGINE_TRY(entry, format::outline_of_own_entry(bytes));
    if (entry.recorded_at < time)
      first = middle + 1;
    else
      end = middle;
  }
  return Position{first};
}

// Those in which something was recorded; that somebody read is not counted.
Result<std::vector<SubjectId>> cases_in(const storage::Reads& reads, const log::SealedIndex& index,
                                        TreeSize size, const DayRange& period) {
  ENGINE_TRY(first, first_since(reads, size, start_of_day(period.first)));
  const TimeUs last = end_of_day(period.last);
  std::unordered_set<StreamId, IdHash> streams;
  ENGINE_TRY_VOID(reads.scan_entries(first, Position{size.value()},
                                     [&](Position, ByteView bytes) -> Result<storage::Scan> {
                                       ENGINE_TRY(entry, format::outline_of_own_entry(bytes));
                                       if (entry.recorded_at > last) return storage::Scan::stop;
                                       if (entry.stream_kind != format::StreamKind::case_)
                                         return storage::Scan::more;
                                       ENGINE_TRY(stream, format::stream_of_entry(bytes));
                                       streams.insert(stream);
                                       return storage::Scan::more;
                                     }));
  std::vector<SubjectId> cases;
  for (const StreamId& stream : streams) {
    ENGINE_TRY(record, index.stream(stream));
    if (record && !record->subject.is_zero()) cases.push_back(record->subject);
  }
  return cases;
}

// Nothing of them can be given any more.
Result<void> drop_erased(std::vector<SubjectId>& cases, const log::SealedIndex& index) {
  std::vector<SubjectId> left;
  for (const SubjectId& one : cases) {
    ENGINE_TRY(erasure, index.erasure(one));
    if (!erasure) left.push_back(one);
  }
  cases = std::move(left);
  return {};
}

Result<void> keep_begun_below(std::vector<SubjectId>& cases, const storage::Reads& reads,
                              const log::SealedIndex& index, TreeSize size) {
  std::vector<SubjectId> left;
  for (const SubjectId& one : cases) {
    ENGINE_TRY(record, index.subject(one));
    bool begun = false;
    for (const StreamId& stream : record ? record->streams : log::SubjectRecord{}.streams) {
      if (stream.is_zero()) continue;
      ENGINE_TRY(first, reads.stream_position(stream, Version{0}));
      begun = begun || (first && first->value() < size.value());
    }
    if (begun) left.push_back(one);
  }
  cases = std::move(left);
  return {};
}

void keep_only(std::vector<SubjectId>& cases, const std::vector<SubjectId>& sorted) {
  std::erase_if(cases, [&](const SubjectId& one) {
    return !std::binary_search(sorted.begin(), sorted.end(), one);
  });
}

}  // namespace

Result<DayRange> parse_day_range(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto first = Date::parse(text.substr(0, dots));
  const auto last =
      dots == std::string_view::npos ? std::nullopt : Date::parse(text.substr(dots + 2));
  if (!first || !last || *last < *first)
    return Error{Errc::invalid_argument, "a period is FIRST..LAST, two dates"};
  return DayRange{*first, *last};
}

Hash sample_rank(std::string_view seed, const SubjectId& case_id) {
  static constexpr std::uint8_t kEnd[] = {0};
  return crypto::sha256({as_bytes(kSampleMethod), kEnd, as_bytes(seed), case_id.view()});
}

std::vector<SubjectId> draw(const Sample& sample, std::vector<SubjectId> population) {
  std::vector<std::pair<Hash, SubjectId>> ranked;
  ranked.reserve(population.size());
  for (const SubjectId& one : population) ranked.emplace_back(sample_rank(sample.seed, one), one);
  std::ranges::sort(ranked);
  if (ranked.size() > sample.size) ranked.resize(sample.size);
  std::vector<SubjectId> drawn;
  drawn.reserve(ranked.size());
  for (const auto& [rank, one] : ranked) drawn.push_back(one);
  return drawn;
}

Result<Selection> select_cases(const storage::Reads& reads, const log::SealedIndex& index,
                               TreeSize size, const Wanted& wanted,
                               const std::optional<std::vector<SubjectId>>& allowed) {
  std::vector<SubjectId> cases = wanted.named;
  if (cases.empty()) {
    ENGINE_TRY(all, all_cases(index));
    cases = std::move(all);
  }
  sort_unique(cases);
  Selection selection;
  if (allowed) {
    selection.allowed = *allowed;
    sort_unique(selection.allowed);
    ENGINE_TRY_VOID(drop_erased(selection.allowed, index));
    keep_only(cases, selection.allowed);
  } else {
    ENGINE_TRY_VOID(drop_erased(cases, index));
  }
  if (wanted.begun_below)
    ENGINE_TRY_VOID(keep_begun_below(cases, reads, index, *wanted.begun_below));
  if (wanted.period) {
    ENGINE_TRY(recorded, cases_in(reads, index, size, *wanted.period));
    sort_unique(recorded);
    keep_only(cases, recorded);
  }
  if (cases.empty()) return Error{Errc::not_found, "no case is chosen"};
  if (wanted.sample) {
    selection.population = cases;
    selection.cases = draw(*wanted.sample, std::move(cases));
  } else {
    selection.cases = std::move(cases);
  }
  if (selection.cases.size() > kBundleCasesMax)
    return Error{Errc::too_large, "more than " + std::to_string(kBundleCasesMax) +
                                      " cases: draw a sample, or name a shorter period"};
  return selection;
}

}  // namespace stafett::bti
