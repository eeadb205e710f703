#include "server/watch/reading_watch.h"

#include <algorithm>

#include "projections/findings/evaluate.h"
#include "projections/findings/rule.h"
#include "projections/findings/rule_view.h"

namespace stafett::server {
namespace {

constexpr std::chrono::milliseconds kLongestWait{1000};
constexpr std::chrono::milliseconds kBeforeAgain{1000};
constexpr int kTriesMax = 3;
constexpr std::uint64_t kEntriesAStretch = 4096;
constexpr bti::RuleNo kWatched[] = {19, 20};

bool is_watched(const bti::FindingRule& rule) {
  return std::ranges::find(kWatched, rule.number) != std::end(kWatched);
}

// How often the rule has become true in the case.
std::size_t times_told(const bti::FindingRule& rule, const bti::CaseTrack& track) {
  bti::CourseBook book{rule.number};
  rule.courses(bti::RuleView{track}, book);
  std::size_t times = 0;
  for (const bti::Course& course : std::move(book).take()) times += course.spans.size();
  return times;
}

log::Opening opening_of(bti::ClassSet classes) {
  log::Opening opening;
  opening.parts = {};
  if (classes.has_fact()) opening.parts.add(format::PartClass::fact);
  if (classes.has_identity()) opening.parts.add(format::PartClass::identity);
  return opening;
}

}  // namespace

std::vector<std::string> watched_rules() {
  std::vector<std::string> names;
  for (const bti::RuleNo rule : kWatched) names.push_back(bti::rule_name(rule));
  return names;
}

ReadingWatch::ReadingWatch(ServedLog& log, Told told, Failed failed)
    : log_(log),
      told_(std::move(told)),
      failed_(std::move(failed)),
      next_(log.log.size()),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void ReadingWatch::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    log_.log.heads().wait_past(next_, kLongestWait, stop);
    const TreeSize head = log_.log.size();
    if (next_ < head) look_until(head, stop);
  }
}

void ReadingWatch::look_until(TreeSize head, const std::stop_token& stop) {
  while (next_ < head && !stop.stop_requested()) {
    const TreeSize end{std::min(head.value(), next_.value() + kEntriesAStretch)};
    std::vector<std::pair<Position, SubjectId>> accesses;
    TreeSize seen = next_;
    const Result<void> scanned = log_.log.store().scan_entries(
        Position{next_.value()}, Position{end.value()},
        [&](Position position, ByteView entry) -> Result<storage::Scan> {
          ENGINE_TRY(stream, log_.streams.of(entry));
          if (stream.kind == format::StreamKind::access)
            accesses.emplace_back(position, stream.subject);
          seen = size_after(position);
          return storage::Scan::more;
        });
    for (const auto& [position, case_id] : accesses) {
      if (stop.stop_requested()) return;
      if (const auto looked = look_at(position, case_id); !looked) failed_(looked.error());
    }
    next_ = scanned ? end : seen;
    if (!scanned) {
      failed_(scanned.error());
      if (!try_again_at(next_, stop)) next_ = size_after(Position{next_.value()});
      return;
    }
  }
}

// What cannot be read is tried again after a while, and passed over when it stays so.
bool ReadingWatch::try_again_at(TreeSize place, const std::stop_token& stop) {
  tries_ = place == failed_at_ ? tries_ + 1 : 1;
  failed_at_ = place;
  log_.log.heads().wait_past(TreeSize{UINT64_MAX}, kBeforeAgain, stop);
  return tries_ < kTriesMax;
}

Result<void> ReadingWatch::look_at(Position position, const SubjectId& case_id) {
  const bti::EventSource& source = log_.gate.source();
  ENGINE_TRY(read, source.at(position, opening_of(bti::ClassSet::fact())));
  if (!read || read->type != bti::EventType::ENTRY_READ) return {};
  ENGINE_TRY(record, source.subject(case_id));
  if (!record) return Error{Errc::corrupt, "a case without its index row"};
  const TreeSize size = size_after(position);
  ENGINE_TRY(events, source.of_case(*record, size, opening_of(bti::ClassSet::fact_and_identity())));
  ENGINE_TRY(directory, log_.gate.directory_now());
  const auto track = [&, &all = events](TreeSize known) {
    return bti::track_of(case_id, all, *directory, {known}, TimeUs{INT64_MAX});
  };
  const bti::CaseTrack before = track(TreeSize{position.value()}), after = track(size);
  for (const bti::FindingRule& rule : bti::finding_rules())
    if (is_watched(rule) && times_told(rule, after) > times_told(rule, before))
      told_({bti::rule_name(rule.number), log_.reads.requests().request_of(read->id)});
  return {};
}

}  // namespace stafett::server
