#include "projections/views/rebuild_views.h"

#include <algorithm>
#include <map>
#include <set>

namespace stafett::bti {
namespace {

// What the engine's stream tells of digests and erasures.
struct Recorded {
  std::map<std::pair<std::string, std::uint32_t>, SizedDigest> digests;  // the latest of each
  // Behind the last order to erase, approval of one, or completion; or no end, while keys may go.
  TreeSize erased;
};

Result<Recorded> read_recorded(const log::Log& log) {
  Recorded recorded;
  std::set<std::array<std::uint8_t, 16>> completed;
  ENGINE_TRY_VOID(log.store().scan_stream(
      log.streams().engine, Version{0}, [&](Version, Position position) -> Result<storage::Scan> {
        ENGINE_TRY(bytes, log.store().entry(position));
        ENGINE_TRY(entry, format::decode_own_entry(bytes));
        ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
        if (const auto* digested = std::get_if<format::ProjectionDigested>(&event))
          recorded.digests[{digested->name, digested->version}] = {digested->size,
                                                                   digested->digest};
        // Keys go after the approval, whenever that is, and before the completion.
        if (std::holds_alternative<format::ErasureOrdered>(event) ||
            std::holds_alternative<format::ErasureApproved>(event) ||
            std::holds_alternative<format::ErasureCompleted>(event))
          recorded.erased = size_after(position);
        if (const auto* one = std::get_if<format::ErasureCompleted>(&event))
          completed.insert(one->order);
        return storage::Scan::more;
      }));
  ENGINE_TRY_VOID(
      log.index().for_each_erasure([&](const log::ErasureRecord& record) -> Result<storage::Scan> {
        if (!completed.contains(record.order)) recorded.erased = TreeSize{UINT64_MAX};
        return storage::Scan::more;
      }));
  return recorded;
}

const SizedDigest* find(const Recorded& recorded, const CaseProjection& projection) {
  const auto found = recorded.digests.find({std::string{projection.name()}, projection.version()});
  return found == recorded.digests.end() ? nullptr : &found->second;
}

// The view that was kept up in the same version, as of now: nothing moves its rows while they are
// read.
struct Kept {
  std::unique_ptr<ViewRead> read;
  Generation generation;
};
std::optional<Kept> find_kept(const Views& views, const CaseProjection& projection) {
  Kept kept{views.read(), {}};
  Result<Generation> serving = kept.read->serving(projection.name());
  if (!serving || !serving->is_of(projection) || serving->stopped ||
      serving->sweep != Sweep::none || serving->size == TreeSize{0})
    return std::nullopt;
  kept.generation = std::move(*serving);
  return kept;
}

const Hash* digest_at(const Built& built, TreeSize size) {
  if (built.generation.size == size) return &built.digest;
  const auto found = std::ranges::find(built.digests, size, &SizedDigest::size);
  return found == built.digests.end() ? nullptr : &found->digest;
}

void compare_recorded(RebuiltView& view, const SizedDigest* recorded, TreeSize erased) {
  if (!recorded) return;
  view.compared_at = recorded->size;
  if (erased > recorded->size) {
    view.compared = RebuiltView::Compared::erased_since;
    return;
  }
  const Hash* now = digest_at(view.built, recorded->size);
  if (!now) return;
  view.compared =
      *now == recorded->digest ? RebuiltView::Compared::equal : RebuiltView::Compared::differs;
}

// Rows that do not open are different rows.
Result<void> compare_live(RebuiltView& view, const std::optional<Kept>& kept) {
  if (!kept) return {};
  const Hash* now = digest_at(view.built, kept->generation.size);
  if (!now) return {};
  view.live_at = kept->generation.size;
  const Result<Hash> live = stored_digest(*kept->read, kept->generation);
  if (!live && live.error().code() != Errc::corrupt) return live.error();
  view.live = live && *live == *now ? RebuiltView::Live::equal : RebuiltView::Live::differs;
  return {};
}

// False: the log takes no events.
Result<bool> record_digest(log::Log& log, const Built& built) {
  if (log.read_only_reason()) return false;
  const format::ProjectionDigested digested{built.generation.name, built.generation.version,
                                            built.generation.size, built.digest};
  const TimeUs now = log.clock().now();
  log::Outcomes outcomes = log.submit_and_wait(log.system().sign_engine(
      digested, log.streams().engine, make_event_id(now, log.random()), now));
  if (!outcomes.front()) return outcomes.front().error();
  if (const auto* refusal = std::get_if<log::Refusal>(&*outcomes.front()))
    return Error{Errc::refused, refusal->code + ": " + refusal->detail};
  return true;
}

}  // namespace

Result<std::vector<RebuiltView>> rebuild_views(Views& views, std::string_view name,
                                               const ScanPace& pace) {
  log::Log& log = views.place().log;
  ENGINE_TRY(recorded, read_recorded(log));
  std::vector<BuildRequest> requests;
  std::vector<std::optional<Kept>> kept;
  for (const CaseProjection* projection : views.place().projections) {
    if (!name.empty() && projection->name() != name) continue;
    requests.push_back({projection, {}});
    const SizedDigest* earlier = find(recorded, *projection);
    if (earlier && recorded.erased <= earlier->size)
      requests.back().digests_at.push_back(earlier->size);
    kept.push_back(find_kept(views, *projection));
    if (kept.back()) requests.back().digests_at.push_back(kept.back()->generation.size);
  }
  if (requests.empty()) return Error{Errc::not_found, "no such projection: " + std::string{name}};
  ENGINE_TRY(built, build_views(views, requests, pace));
  std::vector<RebuiltView> rebuilt;
  for (std::size_t i = 0; i < built.size(); ++i) {
    RebuiltView view;
    view.built = std::move(built[i]);
    if (!view.built.generation.stopped) {
      compare_recorded(view, find(recorded, *requests[i].projection), recorded.erased);
      ENGINE_TRY_VOID(compare_live(view, kept[i]));
      if (view.compared != RebuiltView::Compared::differs) {
        ENGINE_TRY(done, record_digest(log, view.built));
        view.digest_recorded = done;
      }
    }
    rebuilt.push_back(std::move(view));
  }
  return rebuilt;
}

}  // namespace stafett::bti
