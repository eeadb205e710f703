#include "projections/rebuild/each_case.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

#include "engine/base/encoding.h"

namespace stafett::bti {
namespace {

Result<std::vector<SubjectId>> cases_of(const log::SealedIndex& index) {
  std::vector<SubjectId> cases;
  ENGINE_TRY_VOID(index.for_each_stream(
      [&](const StreamId&, const log::StreamRecord& record) -> Result<storage::Scan> {
        if (!record.subject.is_zero()) cases.push_back(record.subject);
        return storage::Scan::more;
      }));
  std::ranges::sort(cases);
  const auto repeated = std::ranges::unique(cases);
  cases.erase(repeated.begin(), repeated.end());
  return cases;
}

Result<bool> has_entries(const storage::Reads& reads, const log::SubjectRecord& record,
                         TreeSize size) {
  bool found = false;
  for (const StreamId& stream : record.streams) {
    if (stream.is_zero() || found) continue;
    ENGINE_TRY_VOID(reads.scan_stream(stream, Version{0},
                                      [&](Version, Position position) -> Result<storage::Scan> {
                                        found = position.value() < size.value();
                                        return storage::Scan::stop;
                                      }));
  }
  return found;
}

Result<void> visit_case(const RebuildPlace& place, TreeSize size, const SubjectId& id,
                        const CaseVisit& visit) {
  ENGINE_TRY(record, place.source.subject(id));
  if (!record) return Error{Errc::corrupt, "a case without its index row"};
  ENGINE_TRY(events, place.source.of_case(*record, size));
  if (events.empty()) {
    ENGINE_TRY(there, has_entries(place.reads, *record, size));
    if (!there) return {};
  }
  return visit(id, std::move(events));
}

}  // namespace

Result<void> for_each_case(const RebuildPlace& place, TreeSize size, unsigned threads,
                           const CaseVisit& visit, const DamageVisit& damaged) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  ENGINE_TRY(cases, cases_of(place.index));
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::optional<Error> failed;  // Guarded by mutex: the first.
  const auto work = [&] {
    for (std::size_t i = next++; i < cases.size(); i = next++) {
      Result<void> done = visit_case(place, size, cases[i], visit);
      if (!done && done.error().code() == Errc::corrupt && damaged)
        done = damaged(cases[i], done.error());
      else if (!done)
        done = Error{done.error().code(),
                     "case " + to_uuid_text(cases[i].array()) + ": " + done.error().detail()};
      if (done) continue;
      next = cases.size();
      const std::lock_guard lock{mutex};
      if (!failed) failed = done.error();
      return;
    }
  };
  std::vector<std::thread> running;
  for (unsigned i = 1; i < threads; ++i) running.emplace_back(work);
  work();
  for (std::thread& thread : running) thread.join();
  if (failed) return *failed;
  return {};
}

}  // namespace stafett::bti
