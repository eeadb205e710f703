#include "projections/rebuild/rebuild_states.h"

#include <thread>
#include <unordered_map>

#include "projections/rebuild/event_blocks.h"
#include "projections/state/case_build.h"

namespace stafett::bti {
namespace {

// The streams of all cases, numbered; known before the scan, so that it only looks them up.
struct CaseStreams {
  struct Stream {
    std::uint32_t case_number;
    log::StreamRecord record;
  };
  std::unordered_map<StreamId, std::uint32_t, IdHash> numbers;
  std::vector<Stream> streams;
  std::vector<SubjectId> cases;
};

Result<CaseStreams> read_streams(const log::SealedIndex& index) {
  CaseStreams found;
  std::unordered_map<SubjectId, std::uint32_t, IdHash> cases;
  ENGINE_TRY_VOID(index.for_each_stream(
      [&](const StreamId& id, const log::StreamRecord& record) -> Result<storage::Scan> {
        if (record.subject.is_zero()) return storage::Scan::more;
        const auto [place, fresh] =
            cases.emplace(record.subject, static_cast<std::uint32_t>(found.cases.size()));
        if (fresh) found.cases.push_back(record.subject);
        found.numbers.emplace(id, static_cast<std::uint32_t>(found.streams.size()));
        found.streams.push_back({place->second, record});
        return storage::Scan::more;
      }));
  return found;
}

// Folds the events of its share of the cases.
class Worker final {
 public:
  Worker(const RebuildPlace& place, const CaseStreams& streams, unsigned count)
      : place_(place), streams_(streams), count_(count) {
    slots_.resize(streams.cases.size() / count + 1);
  }

  EventBlocks& blocks() { return blocks_; }

  Result<void> run(const std::function<void(CaseState)>& visit) {
    const Result<void> done = fold_and_finish(visit);
    if (!done) blocks_.give_up();
    return done;
  }
  const RebuildReport& report() const { return report_; }

 private:
  struct Slot {
    std::unique_ptr<CaseRecord> record;
    bool build_anew = false;
  };

  Result<void> fold_and_finish(const std::function<void(CaseState)>& visit) {
    while (const std::unique_ptr<EventBlock> block = blocks_.take())
      ENGINE_TRY_VOID(block->for_each([&](const EventBlock::Item& item) { return fold(item); }));
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i].record) continue;
      const Slot slot = std::exchange(slots_[i], Slot{});
      ++report_.cases;
      if (!slot.build_anew) {
        visit(slot.record->state());
        continue;
      }
      ++report_.cases_built_anew;
      ENGINE_TRY(state, build_anew(slot.record->state().id));
      visit(std::move(state));
    }
    return {};
  }

  Result<void> fold(const EventBlock::Item& item) {
    const auto& [case_number, stream] = streams_.streams[item.stream];
    Slot& slot = slots_[case_number / count_];
    if (slot.build_anew) return {};
    if (!slot.record) slot.record = std::make_unique<CaseRecord>(streams_.cases[case_number]);
    ENGINE_TRY(opened, place_.opener.open_seals(item.position, item.entry, item.parts, stream));
    ENGINE_TRY(event, place_.source.event(opened));
    if (!event) return {};
    if (slot.record->needs_rebuild(*event)) {
      slot.build_anew = true;
      return {};
    }
    return slot.record->add(event, {});
  }

  Result<CaseState> build_anew(const SubjectId& id) const {
    ENGINE_TRY(record, place_.source.subject(id));
    if (!record) return Error{Errc::corrupt, "a case without its index row"};
    ENGINE_TRY(events, place_.source.of_case(*record, place_.reads.size()));
    return build(id, events);
  }

  const RebuildPlace& place_;
  const CaseStreams& streams_;
  const unsigned count_;
  EventBlocks blocks_;
  std::vector<Slot> slots_;  // by case number / workers
  RebuildReport report_;
};

// Deals entries out to the workers, each into a block of its own until that is full.
class Dealer final {
 public:
  explicit Dealer(std::vector<std::unique_ptr<Worker>>& workers)
      : workers_(workers), open_(workers.size()) {}
  bool add(std::size_t worker, Position position, std::uint32_t stream, ByteView entry,
           std::span<const storage::PartView> parts) {
    std::unique_ptr<EventBlock>& block = open_[worker];
    if (!block) block = std::make_unique<EventBlock>();
    block->add(position, stream, entry, parts);
    return !block->full() || workers_[worker]->blocks().push(std::move(block));
  }
  void finish() {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      if (open_[i]) (void)workers_[i]->blocks().push(std::move(open_[i]));
      workers_[i]->blocks().close();
    }
  }

 private:
  std::vector<std::unique_ptr<Worker>>& workers_;
  std::vector<std::unique_ptr<EventBlock>> open_;
};

Result<void> deal(const RebuildPlace& place, const CaseStreams& streams, Dealer& dealer,
                  std::size_t worker_count) {
  return place.reads.scan_with_parts(
      Position{0}, Position{place.reads.size().value()},
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        ENGINE_TRY(id, format::stream_of_entry(entry));
        const auto stream = streams.numbers.find(id);
        if (stream == streams.numbers.end()) return storage::Scan::more;
        const std::uint32_t number = stream->second;
        const bool taken = dealer.add(streams.streams[number].case_number % worker_count, position,
                                      number, entry, parts);
        return taken ? storage::Scan::more : storage::Scan::stop;
      });
}

}  // namespace

Result<RebuildReport> rebuild_states(const RebuildPlace& place, unsigned threads,
                                     const std::function<void(CaseState)>& visit) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  ENGINE_TRY(streams, read_streams(place.index));
  std::vector<std::unique_ptr<Worker>> workers;
  for (unsigned i = 0; i < threads; ++i)
    workers.push_back(std::make_unique<Worker>(place, streams, threads));
  std::vector<Result<void>> done(threads);
  std::vector<std::thread> running;
  for (unsigned i = 0; i < threads; ++i)
    running.emplace_back([&, i] { done[i] = workers[i]->run(visit); });
  Dealer dealer{workers};
  const Result<void> dealt = deal(place, streams, dealer, threads);
  dealer.finish();
  for (std::thread& thread : running) thread.join();
  for (const Result<void>& one : done) ENGINE_TRY_VOID(one);
  ENGINE_TRY_VOID(dealt);
  RebuildReport report;
  report.events = place.reads.size().value();
  for (const auto& worker : workers) {
    report.cases += worker->report().cases;
    report.cases_built_anew += worker->report().cases_built_anew;
  }
  return report;
}

}  // namespace stafett::bti
