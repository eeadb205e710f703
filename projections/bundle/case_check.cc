#include "projections/bundle/case_check.h"

#include "engine/base/encoding.h"
#include "projections/gate/event_source.h"
#include "projections/gate/opened_event.h"

namespace stafett::bti {
namespace {

bool is_case_kind(format::StreamKind kind) {
  return kind == format::StreamKind::case_ || kind == format::StreamKind::access;
}

class CasesCheck final {
 public:
  CasesCheck(BundleContext& context, EntryCheck& entries) : context_(context), entries_(entries) {
    for (const auto& [id, line] : context.record.streams)
      if (!line.record.subject.is_zero()) streams_[line.record.subject].push_back(id);
  }

  void run() {
    for_each_line(context_, bundle_file::kCases, [&](std::string_view text) -> Result<void> {
      Result<EntryLine> line = parse_entry_line(text);
      if (!line) {
        whole_ = false;
        return line.error();
      }
      add(*line);
      return {};
    });
    finish();
    const std::size_t wanted = context_.scope ? context_.scope->cases.size() : done_;
    if (done_ != wanted || streams_.size() != wanted)
      context_.file_fault(bundle_file::kCases, bundle_code::kScope,
                          "the cases are not those of the scope");
  }

 private:
  void add(const EntryLine& line);
  void begin(const SubjectId& subject, Position first);
  void finish();

  BundleContext& context_;
  EntryCheck& entries_;
  std::unordered_map<SubjectId, std::vector<StreamId>, IdHash> streams_;
  std::size_t done_ = 0;  // cases
  // Of the case at hand.
  SubjectId subject_;
  std::optional<Position> last_;
  std::vector<EventPtr> events_;
  std::unordered_map<EventId, EarlierEvent, IdHash> earlier_;
  bool whole_ = true;
};

void CasesCheck::add(const EntryLine& line) {
  const auto stream = format::stream_of_entry(line.entry);
  const auto known = stream ? context_.record.streams.find(*stream) : context_.record.streams.end();
  if (known != context_.record.streams.end() && known->second.record.subject != subject_)
    begin(known->second.record.subject, line.position);
  const auto& heads = context_.record.heads;
  if ((last_ && line.position <= *last_) ||
      (heads && line.position.value() >= heads->size.value())) {
    context_.findings.add(line.position, "entry", log::code::kEntryHash,
                          "not in order, or behind the streams' ends");
    whole_ = false;
  }
  last_ = line.position;
  const auto checked = entries_.check(line, [&](const EventId& id) {
    const auto found = earlier_.find(id);
    return found == earlier_.end() ? std::nullopt : std::optional{found->second};
  });
  if (!checked) {
    whole_ = false;
    return;
  }
  if (!checked->info) return;  // its content is erased
  Result<EventPtr> event = event_of(checked->opened);
  if (!event || !*event) return;
  earlier_.emplace((*event)->id, EarlierEvent{(*event)->type, checked->opened.stream->lane});
  events_.push_back(std::move(*event));
}

void CasesCheck::begin(const SubjectId& subject, Position first) {
  finish();
  subject_ = subject;
  entries_.begin_case();
  const auto& scope = context_.scope;
  if (scope && scope->of_whole_log && scope->drawn_from &&
      first.value() >= scope->drawn_from->value())
    context_.file_fault(bundle_file::kCases, bundle_code::kSample,
                        "case " + to_uuid_text(subject.view()) +
                            " was begun after the checkpoint that it was drawn from");
  if (scope && (done_ >= scope->cases.size() || scope->cases[done_] != subject))
    context_.file_fault(bundle_file::kCases, bundle_code::kScope,
                        "case " + to_uuid_text(subject.view()) + " is not the next of the scope");
}

void CasesCheck::finish() {
  if (!subject_.is_zero()) {
    ++done_;
    for (const StreamId& id : streams_[subject_]) {
      const StreamLine& said = context_.record.streams.at(id);
      const log::StreamEnd end = entries_.order().end_of(id);
      if (end.next_version == said.next_version && end.head == said.head) continue;
      whole_ = false;
      context_.file_fault(bundle_file::kCases, log::code::kStreamLink,
                          "stream " + to_uuid_text(id.view()) + " does not end where the log says");
    }
    if (whole_ && context_.visitor) context_.visitor->one_case(subject_, std::move(events_));
  }
  subject_ = {};
  last_.reset();
  events_.clear();
  earlier_.clear();
  whole_ = true;
}

// A case has one stream of each lane; what all cases share has none.
class LanesCheck final {
 public:
  Result<void> add(const log::StreamRecord& record) {
    const bool is_case = is_case_kind(record.kind);
    if (is_case == record.subject.is_zero())
      return Error{Errc::malformed, "a case's stream without its case, or another with one"};
    const std::uint8_t access = lane_of(Compartment::access);
    const bool fits = record.kind == format::StreamKind::access ? record.lane == access
                      : is_case                                 ? record.lane < access
                                                                : record.lane == 0;
    if (!fits) return Error{Errc::malformed, "a lane that no stream of its kind has"};
    if (!is_case) return {};
    std::uint8_t& seen = seen_[record.subject];
    const auto lane = static_cast<std::uint8_t>(1u << record.lane);
    if ((seen & lane) != 0) return Error{Errc::malformed, "two streams of a case in one lane"};
    seen = static_cast<std::uint8_t>(seen | lane);
    return {};
  }

 private:
  std::unordered_map<SubjectId, std::uint8_t, IdHash> seen_;  // bit per lane
};

}  // namespace

void read_streams(BundleContext& context) {
  LanesCheck lanes;
  for_each_line(context, bundle_file::kStreams, [&](std::string_view text) -> Result<void> {
    ENGINE_TRY(line, parse_stream_line(text));
    ENGINE_TRY_VOID(lanes.add(line.record));
    const log::StreamEnd end{log::hidden_stream(line.stream), line.next_version, line.head};
    if (!context.record.heads ||
        !log::verify_stream_end(*context.record.heads, end, line.index, line.path)) {
      context.file_fault(
          bundle_file::kStreams, log::code::kStreamLink,
          "stream " + to_uuid_text(line.stream.view()) + " is not proven to end where it says");
      return {};
    }
    line.path.clear();
    const StreamId id = line.stream;
    if (!context.record.streams.emplace(id, std::move(line)).second)
      return Error{Errc::malformed, "a stream twice"};
    return {};
  });
}

void check_cases(BundleContext& context, EntryCheck& entries) {
  CasesCheck{context, entries}.run();
}

}  // namespace stafett::bti
