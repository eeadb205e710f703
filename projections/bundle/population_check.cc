#include "projections/bundle/population_check.h"

#include <algorithm>
#include <map>

namespace stafett::bti {
namespace {

Error wrong(const char* why) {
  return Error{Errc::malformed, why};
}

class PopulationCheck final {
 public:
  PopulationCheck(BundleContext& context, const Sample& sample)
      : context_(context), scope_(*context.scope), sample_(sample) {
    for (const auto& [id, line] : context.record.streams) {
      const Hash hidden = log::hidden_stream(id);
      if (line.record.subject.is_zero())
        ends_.push_back({hidden, line.next_version, line.head});
      else
        streams_[line.record.subject].push_back(hidden);
    }
    for (auto& [subject, streams] : streams_) std::ranges::sort(streams);
  }

  Result<void> add(const PopulationLine& line);
  void finish();

 private:
  Result<void> add_erased(const PopulationLine& line);
  Result<void> add_left_out(const PopulationLine& line) const;
  Result<format::Entry> entry_of(const ShownEntry& shown, const log::StreamEnd& end) const;
  bool is_told_whole(const PopulationLine& line) const;
  bool is_whole();
  void check_grant();
  void check_drawn_from();
  void fault(const char* why) {
    context_.file_fault(bundle_file::kPopulation, bundle_code::kSample, why);
  }

  BundleContext& context_;
  const BundleScope& scope_;
  const Sample& sample_;
  // Of the cases that are in the bundle, as streams.jsonl has them; sorted.
  std::map<SubjectId, std::vector<Hash>> streams_;
  std::vector<log::StreamEnd> ends_;
  std::vector<SubjectId> cases_;       // sorted, as they come
  std::vector<SubjectId> population_;  // of these, drawn from
  std::optional<Hash> last_erased_;
  std::uint64_t erased_case_streams_ = 0;  // not of accesses
};

Result<void> PopulationCheck::add(const PopulationLine& line) {
  if (line.case_id.is_zero()) return add_erased(line);
  if (last_erased_ || (!cases_.empty() && !(cases_.back() < line.case_id)))
    return wrong("not sorted");
  cases_.push_back(line.case_id);
  if (cases_.size() > kPopulationMax)
    return Error{Errc::too_large, "a larger population than a bundle has"};
  if (scope_.of_whole_log)
    ends_.insert(ends_.end(), line.streams.begin(), line.streams.end());
  else if (!line.streams.empty())
    return wrong("with streams");
  if (line.among)
    population_.push_back(line.case_id);
  else
    ENGINE_TRY_VOID(add_left_out(line));
  if (scope_.of_whole_log && !is_told_whole(line))
    return wrong("other streams of the case than are in the bundle");
  return {};
}

bool PopulationCheck::is_told_whole(const PopulationLine& line) const {
  const auto found = streams_.find(line.case_id);
  if (found == streams_.end()) return true;
  std::vector<Hash> told;
  for (const log::StreamEnd& end : line.streams) told.push_back(end.stream);
  std::ranges::sort(told);
  return told == found->second;
}

// Of the stream, and in the log as far as the bundle goes.
Result<format::Entry> PopulationCheck::entry_of(const ShownEntry& shown,
                                                const log::StreamEnd& end) const {
  ENGINE_TRY(entry, format::decode_entry(shown.entry));
  const auto& head = context_.record.log.newest_checkpoint;
  const auto& heads = context_.record.heads;
  if (!head || !heads || shown.position.value() >= heads->size.value() ||
      !transparency::verify_inclusion(transparency::leaf_hash(shown.entry), shown.position, *head,
                                      shown.path))
    return wrong("shows what is not in the log of the checkpoint");
  if (log::hidden_stream(entry.intent.stream_id) != end.stream)
    return wrong("shows an entry of another stream");
  return std::move(entry);
}

// What was erased has no case any more. That it was is shown by its last entry, all of which an
// approved order covers.
Result<void> PopulationCheck::add_erased(const PopulationLine& line) {
  if (line.among || line.streams.size() != 1 || line.shown.size() != 1)
    return wrong("not an erased stream's");
  const log::StreamEnd& end = line.streams.front();
  const ShownEntry& shown = line.shown.front();
  if (last_erased_ && !(*last_erased_ < end.stream)) return wrong("not sorted");
  last_erased_ = end.stream;
  ENGINE_TRY(entry, entry_of(shown, end));
  const format::StreamKind kind = entry.intent.stream_kind;
  const bool is_case = kind == format::StreamKind::case_;
  if (!is_case && kind != format::StreamKind::access) return wrong("not a case's stream");
  if (transparency::leaf_hash(shown.entry) != end.head ||
      entry.stamp.version.value() + 1 != end.next_version)
    return wrong("shows another entry than the last one");
  for (const format::PartCommitment& part : entry.intent.parts)
    if (context_.record.log.erasures.of(shown.position, part.part_class) !=
        log::ErasureCover::Verdict::covered)
      return wrong("a stream that no approved order has erased");
  if (is_case) ++erased_case_streams_;
  ++context_.population.erased_streams;
  if (scope_.of_whole_log) ends_.push_back(end);
  return {};
}

// Who is not drawn from without a period was begun too late, or has nothing left but its accesses.
Result<void> PopulationCheck::add_left_out(const PopulationLine& line) const {
  if (scope_.period) return {};
  const Error unasked = wrong("a case is left out of the draw, and nothing shows why");
  if (!scope_.of_whole_log || line.streams.empty() || line.shown.size() != line.streams.size())
    return unasked;
  bool is_later = scope_.drawn_from.has_value();
  bool is_access = line.streams.size() == 1;
  for (std::size_t i = 0; i < line.streams.size(); ++i) {
    ENGINE_TRY(entry, entry_of(line.shown[i], line.streams[i]));
    if (entry.stamp.version != Version{0}) return unasked;
    is_later = is_later && line.shown[i].position.value() >= scope_.drawn_from->value();
    is_access = is_access && entry.intent.stream_kind == format::StreamKind::access;
  }
  return is_later || is_access ? Result<void>{} : unasked;
}

// Every stream of the log is one of a case of the population, or one that all cases share, or is
// erased.
bool PopulationCheck::is_whole() {
  const log::StreamEndTree tree{std::move(ends_)};
  const auto& heads = context_.record.heads;
  return heads && tree.count() == heads->count && tree.root() == heads->root;
}

void PopulationCheck::check_grant() {
  if (!context_.grant) return;  // told already
  const AuditGrant::Version& grant = *context_.grant;
  if (grant.all_cases != scope_.of_whole_log)
    return fault("not drawn from all that the grant covers");
  if (grant.all_cases) return;
  std::vector<SubjectId> granted = grant.cases;  // sorted
  granted.erase(std::ranges::unique(granted).begin(), granted.end());
  if (!std::ranges::includes(granted, cases_)) return fault("a case that the grant does not cover");
  context_.population.left_out = granted.size() - cases_.size();
  // Which streams were an erased case's nobody knows any more: but each had one.
  if (context_.population.left_out > erased_case_streams_) fault("cases of the grant are left out");
  if (scope_.drawn_from && grant.position.value() >= scope_.drawn_from->value())
    fault("the grant is later than the checkpoint that was drawn from");
}

void PopulationCheck::check_drawn_from() {
  if (!scope_.drawn_from) return;
  const auto& known = context_.record.consistent;
  if (std::ranges::find(known, *scope_.drawn_from, &transparency::TreeHead::size) == known.end() ||
      *scope_.drawn_from > scope_.chosen_at)
    fault("no checkpoint in the bundle is the one that was drawn from");
}

void PopulationCheck::finish() {
  context_.population.cases = cases_.size();
  context_.population.among = population_.size();
  if (draw(sample_, population_) != scope_.cases)
    fault("the cases are not those that the seed draws from it");
  if (scope_.of_whole_log && !is_whole()) fault("not all streams of the log are a case's in it");
  check_grant();
  check_drawn_from();
}

}  // namespace

void check_sample(BundleContext& context) {
  std::optional<PopulationCheck> check;
  if (context.scope && context.scope->sample) check.emplace(context, *context.scope->sample);
  bool is_empty = true;
  for_each_line(context, bundle_file::kPopulation, [&](std::string_view text) -> Result<void> {
    ENGINE_TRY(line, parse_population_line(text));
    is_empty = false;
    return check ? check->add(line) : Result<void>{};
  });
  if (check) return check->finish();
  if (context.scope && !is_empty)
    context.file_fault(bundle_file::kPopulation, bundle_code::kSample,
                       "there is no sample that could be drawn from it");
}

}  // namespace stafett::bti
