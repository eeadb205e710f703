#include "projections/rebuild/case_scan.h"

#include <algorithm>
#include <thread>
#include <unordered_map>

#include "projections/rebuild/event_blocks.h"

namespace stafett::bti {
namespace {

// The streams of a slice of the cases, numbered; known before the scan, so that it only looks them
// up.
struct CaseStreams {
  struct Stream {
    std::uint32_t case_number;
    log::StreamRecord record;
  };
  std::unordered_map<StreamId, std::uint32_t, IdHash> numbers;
  std::vector<Stream> streams;
  std::vector<SubjectId> cases;
};

// Ids are random: their own bytes spread well.
std::uint32_t slice_of(const SubjectId& case_id, std::uint32_t slices) {
  return from_big_endian<std::uint32_t>(case_id.view()) % slices;
}

Result<CaseStreams> read_streams(const log::SealedIndex& index, std::uint32_t slice,
                                 std::uint32_t slices) {
  CaseStreams found;
  std::unordered_map<SubjectId, std::uint32_t, IdHash> cases;
  ENGINE_TRY_VOID(index.for_each_stream(
      [&](const StreamId& id, const log::StreamRecord& record) -> Result<storage::Scan> {
        if (record.subject.is_zero() || slice_of(record.subject, slices) != slice)
          return storage::Scan::more;
        const auto [place, fresh] =
            cases.emplace(record.subject, static_cast<std::uint32_t>(found.cases.size()));
        if (fresh) found.cases.push_back(record.subject);
        found.numbers.emplace(id, static_cast<std::uint32_t>(found.streams.size()));
        found.streams.push_back({place->second, record});
        return storage::Scan::more;
      }));
  return found;
}

Result<std::uint32_t> slices_for(const log::SealedIndex& index, std::uint32_t cases_max) {
  if (cases_max == 0) return std::uint32_t{1};
  std::uint64_t streams = 0;  // a case has at least one
  ENGINE_TRY_VOID(index.for_each_stream(
      [&](const StreamId&, const log::StreamRecord& record) -> Result<storage::Scan> {
        if (!record.subject.is_zero()) ++streams;
        return storage::Scan::more;
      }));
  return static_cast<std::uint32_t>(streams / 2 / cases_max + 1);  // most have two or more
}

class Worker final {
 public:
  Worker(const RebuildPlace& place, const CaseScan& scan, const CaseStreams& streams,
         unsigned count, std::unique_ptr<CaseSink> sink)
      : source_(place.source),
        parts_of_(scan.parts_of),
        streams_(streams),
        count_(count),
        sink_(std::move(sink)) {}

  EventBlocks& blocks() { return blocks_; }
  Result<void> run() {
    const Result<void> done = take_all();
    if (!done) blocks_.give_up();
    return done;
  }

 private:
  Result<void> take_all() {
    while (std::unique_ptr<EventBlock> block = blocks_.take()) {
      ENGINE_TRY_VOID(block->for_each([&](const EventBlock::Item& item) { return take(item); }));
      ENGINE_TRY_VOID(give());
      if (block->reaches) ENGINE_TRY_VOID(sink_->reached(*block->reaches));
      blocks_.give_back(std::move(block));
    }
    return {};
  }

  Result<void> take(const EventBlock::Item& item) {
    if (item.case_number != case_number_) ENGINE_TRY_VOID(give());
    case_number_ = item.case_number;
    const log::StreamRecord& stream = streams_.streams[item.stream].record;
    const Result<EventPtr> event =
        source_.scanned(item.position, item.entry, item.parts, stream, parts_of_);
    if (!event)
      return Error{event.error().code(), "position " + std::to_string(item.position.value()) +
                                             ": " + event.error().detail()};
    if (*event) events_.push_back(*event);
    return {};
  }

  // What was recorded late or corrected within the block is so in its place, and the case need not
  // be read once more. A correction leaves parts alone that it does not change: those that were not
  // opened matter to no fold.
  Result<void> give() {
    for (const TimelineEvent& event : timeline(events_, {}, TimeUs{INT64_MAX}))
      ENGINE_TRY_VOID(sink_->add(case_number_ / count_, streams_.cases[case_number_], event));
    events_.clear();
    return {};
  }

  const EventSource& source_;
  const EventSource::PartsOf& parts_of_;
  const CaseStreams& streams_;
  const unsigned count_;
  EventBlocks blocks_;
  const std::unique_ptr<CaseSink> sink_;
  std::uint32_t case_number_ = 0;
  std::vector<EventPtr> events_;  // of that case, in the block
};
using Workers = std::vector<std::unique_ptr<Worker>>;

// Deals entries out to the workers, each into a block of its own until that is full.
class Dealer final {
 public:
  Dealer(Workers& workers, std::size_t block_bytes)
      : workers_(workers),
        full_bytes_(block_bytes != 0
                        ? block_bytes
                        : std::max(kBlocksBytesMax / kBlocksEach / workers.size(), kFirstBytes)),
        next_bytes_(workers.size(), std::min(kFirstBytes, full_bytes_)),
        open_(workers.size()) {}

  bool add(Position position, std::uint32_t case_number, std::uint32_t stream, ByteView entry,
           std::span<const storage::PartView> parts) {
    const std::size_t worker = case_number % workers_.size();
    EventBlock& open = block(worker);
    open.add(position, case_number, stream, entry, parts);
    if (open.bytes() < next_bytes_[worker]) return true;
    next_bytes_[worker] = std::min(2 * next_bytes_[worker], full_bytes_);
    return push(worker);
  }
  // False: a worker has given up.
  bool reach(TreeSize size) {
    bool taken = true;
    for (std::size_t i = 0; i < workers_.size(); ++i) {
      block(i).reaches = size;
      taken = push(i) && taken;
    }
    return taken;
  }
  void close() {
    for (const auto& worker : workers_) worker->blocks().close();
  }

 private:
  EventBlock& block(std::size_t worker) {
    if (!open_[worker]) open_[worker] = workers_[worker]->blocks().spare();
    if (!open_[worker]) open_[worker] = std::make_unique<EventBlock>(full_bytes_);
    return *open_[worker];
  }
  bool push(std::size_t worker) {
    return workers_[worker]->blocks().push(std::move(open_[worker]));
  }

  static constexpr std::size_t kBlocksBytesMax = 256 * 1024 * 1024;  // of all workers
  static constexpr std::size_t kBlocksEach = 3;  // being filled, waiting, being worked on
  static constexpr std::size_t kFirstBytes = 4 * 1024 * 1024;

  Workers& workers_;
  const std::size_t full_bytes_;
  std::vector<std::size_t> next_bytes_;  // when the block that is being filled goes
  std::vector<std::unique_ptr<EventBlock>> open_;
};

Result<void> deal(const RebuildPlace& place, const CaseScan& scan, const CaseStreams& streams,
                  Dealer& dealer) {
  auto stop = scan.stops.begin();
  bool taken = true;
  const auto reach_below = [&](TreeSize size) {
    for (; stop != scan.stops.end() && *stop <= size && taken; ++stop) taken = dealer.reach(*stop);
  };
  ENGINE_TRY_VOID(place.reads.scan_with_parts(
      Position{0}, Position{scan.end.value()},
      [&](Position position, ByteView entry,
          std::span<const storage::PartView> parts) -> Result<storage::Scan> {
        reach_below(TreeSize{position.value()});
        ENGINE_TRY(id, format::stream_of_entry(entry));
        const auto stream = streams.numbers.find(id);
        if (stream != streams.numbers.end() && taken)
          taken = dealer.add(position, streams.streams[stream->second].case_number, stream->second,
                             entry, parts);
        return taken ? storage::Scan::more : storage::Scan::stop;
      }));
  reach_below(scan.end);
  if (taken) (void)dealer.reach(scan.end);
  return {};
}

Result<void> scan_slice(const RebuildPlace& place, const CaseScan& scan, const CaseStreams& streams,
                        const MakeSink& make) {
  const unsigned count =
      scan.pace.threads > 0 ? scan.pace.threads : std::max(1u, std::thread::hardware_concurrency());
  Workers workers;
  for (unsigned i = 0; i < count; ++i)
    workers.push_back(std::make_unique<Worker>(place, scan, streams, count,
                                               make(streams.cases.size() / count + 1)));
  std::vector<Result<void>> done(count);
  std::vector<std::thread> running;
  for (unsigned i = 0; i < count; ++i)
    running.emplace_back([&, i] { done[i] = workers[i]->run(); });
  Dealer dealer{workers, scan.pace.block_bytes};
  const Result<void> dealt = deal(place, scan, streams, dealer);
  dealer.close();
  for (std::thread& thread : running) thread.join();
  for (const Result<void>& one : done) ENGINE_TRY_VOID(one);
  return dealt;
}

}  // namespace

Result<void> scan_cases(const RebuildPlace& place, const CaseScan& scan, const MakeSink& make) {
  ENGINE_TRY(slices, slices_for(place.index, scan.cases_max));
  for (std::uint32_t slice = 0; slice < slices; ++slice) {
    ENGINE_TRY(streams, read_streams(place.index, slice, slices));
    ENGINE_TRY_VOID(scan_slice(place, scan, streams, make));
  }
  return {};
}

}  // namespace stafett::bti
