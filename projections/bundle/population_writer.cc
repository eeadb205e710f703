#include "projections/bundle/population_writer.h"

#include <algorithm>

namespace stafett::bti {
namespace {

struct OwnedStream {
  SubjectId subject;  // zero: erased
  StreamId stream;
  log::StreamEnd end;
};

class PopulationWriter final {
 public:
  PopulationWriter(const PopulationPlace& place,
                   const std::function<Result<void>(const PopulationLine&)>& use)
      : place_(place), made_(place.made), use_(use) {}

  Result<void> of_log() {
    ENGINE_TRY(streams, streams_of_cases());
    for (auto at = streams.begin(); at != streams.end() && !at->subject.is_zero();) {
      const auto end = std::find_if(
          at, streams.end(), [&](const OwnedStream& one) { return one.subject != at->subject; });
      ENGINE_TRY_VOID(write_case({at, end}));
      at = end;
    }
    return write_erased(streams, streams.size());
  }

  // Where cases of the grant are erased, as many erased streams stand for them.
  Result<void> of_grant() {
    for (const SubjectId& one : made_.selection.allowed)
      ENGINE_TRY_VOID(use_({one, is_among(one), {}, {}}));
    if (made_.erased_of_grant == 0) return {};
    ENGINE_TRY(streams, streams_of_cases());
    std::vector<OwnedStream> erased;
    for (const OwnedStream& one : streams) {
      if (!one.subject.is_zero()) continue;
      ENGINE_TRY(record, place_.log.index().stream(one.stream));
      if (record && record->kind == format::StreamKind::case_) erased.push_back(one);
    }
    return write_erased(erased, made_.erased_of_grant);
  }

 private:
  bool is_among(const SubjectId& one) const {
    const std::vector<SubjectId>& population = made_.selection.population;
    return std::binary_search(population.begin(), population.end(), one);
  }

  // By case, erased ones last.
  Result<std::vector<OwnedStream>> streams_of_cases() const {
    std::vector<OwnedStream> streams;
    ENGINE_TRY_VOID(place_.log.index().for_each_stream(
        [&](const StreamId& stream, const log::StreamRecord& record) -> Result<storage::Scan> {
          const bool is_case =
              record.kind == format::StreamKind::case_ || record.kind == format::StreamKind::access;
          const log::StreamEnd* end = is_case ? made_.heads.tree.end_of(stream) : nullptr;
          if (end) streams.push_back({record.subject, stream, *end});
          return storage::Scan::more;
        }));
    std::ranges::sort(streams, {}, [](const OwnedStream& one) {
      return std::tuple{one.subject.is_zero(), one.subject, one.end.stream};
    });
    return streams;
  }

  Result<ShownEntry> shown(const StreamId& stream, Version version) const {
    const storage::Store& store = place_.log.store();
    ENGINE_TRY(position, store.stream_position(stream, version));
    if (!position) return Error{Errc::corrupt, "an entry of a stream without its index row"};
    ENGINE_TRY(entry, store.entry(*position));
    ENGINE_TRY(path, transparency::inclusion_proof(place_.hashes, *position, made_.head.size));
    return ShownEntry{*position, std::move(entry), std::move(path)};
  }

  Result<void> write_case(std::span<const OwnedStream> streams) const {
    PopulationLine line{streams.front().subject, is_among(streams.front().subject), {}, {}};
    for (const OwnedStream& one : streams) {
      line.streams.push_back(one.end);
      if (line.among || made_.scope.period) continue;
      ENGINE_TRY(first, shown(one.stream, Version{0}));
      line.shown.push_back(std::move(first));
    }
    return use_(line);
  }

  Result<void> write_erased(std::span<const OwnedStream> streams, std::size_t count) const {
    for (const OwnedStream& one : streams) {
      if (!one.subject.is_zero()) continue;
      if (count-- == 0) break;
      ENGINE_TRY(last, shown(one.stream, Version{one.end.next_version - 1}));
      ENGINE_TRY_VOID(use_({SubjectId{}, false, {one.end}, {std::move(last)}}));
    }
    return {};
  }

  const PopulationPlace& place_;
  const RecordedExport& made_;
  const std::function<Result<void>(const PopulationLine&)>& use_;
};

}  // namespace

Result<void> for_each_population_line(
    const PopulationPlace& place, const std::function<Result<void>(const PopulationLine&)>& use) {
  if (!place.made.scope.sample) return {};
  PopulationWriter writer{place, use};
  return place.made.scope.of_whole_log ? writer.of_log() : writer.of_grant();
}

}  // namespace stafett::bti
