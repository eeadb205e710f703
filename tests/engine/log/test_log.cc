#include "tests/engine/log/test_log.h"

#include "engine/transparency/group_path.h"

namespace stafett::log::testing {

Result<StreamRecord> PlainGate::record_of(const format::Intent& intent) {
  const std::lock_guard lock{mutex_};
  if (const auto known = records_.find(intent.stream_id); known != records_.end())
    return known->second;
  ENGINE_TRY(stored, log_.index().stream(intent.stream_id));
  StreamRecord record{intent.stream_kind, 0, SubjectId{}, DomainId{}};
  if (stored) {
    record = *stored;
  } else if (domains_ == Domains::one && shared_) {
    record.domain = *shared_;
  } else {
    ENGINE_TRY(domain, log_.vault().acquire(DomainKind::content));
    record.domain = domain;
    shared_ = domain;
  }
  records_.emplace(intent.stream_id, record);
  return record;
}

Result<Prepared> PlainGate::prepare(const Candidate& candidate) {
  ENGINE_TRY(record, record_of(candidate.intent));
  auto noted = std::make_unique<Noted>();
  noted->event = candidate.intent.event_id;
  noted->stream = candidate.intent.stream_id;
  noted->record = record;
  noted->refuse = as_text(candidate.parts.front().plaintext).starts_with("refuse");
  return Prepared{std::move(noted), record.domain};
}

Decision PlainGate::decide(Preparation& preparation, const Placement&) {
  if (book_.before_decide) book_.before_decide();
  const auto& noted = static_cast<const Noted&>(preparation);
  Decision decision;
  if (noted.refuse) {
    decision.refusal = Refusal{"not-now", "T1", "the fact says so", "/data"};
    return decision;
  }
  book_.folded.push_back(noted.event);
  if (indexed_.insert(noted.stream).second) {
    indexed_in_group_.push_back(noted.stream);
    decision.rows.push_back(log_.index().row(noted.stream, noted.record));
  }
  return decision;
}

std::vector<SubmissionGroup> PlainGate::refused(const RefusedEvent& event) {
  book_.attempts.push_back(event.refusal.code);
  return {};
}

void PlainGate::begin_atomic() {
  indexed_in_group_.clear();
  folded_before_ = book_.folded.size();
}

void PlainGate::end_atomic(Keep keep) {
  if (keep == Keep::yes) return;
  for (const StreamId& stream : indexed_in_group_) indexed_.erase(stream);
  book_.folded.resize(folded_before_);
}

LiveLog::LiveLog()
    : directory_(std::make_unique<stafett::testing::TemporaryDirectory>()),
      place_{LogPaths::beside(directory_->path("log"))},
      random_(1) {
  require_ok(create());
  require_ok(open());
}

LiveLog::LiveLog(Place place, std::uint64_t seed) : place_(std::move(place)), random_(seed) {}

LogOptions LiveLog::options() {
  LogOptions options{clock_, random_, place_.files, place_.store};
  options.door_threads = 2;
  options.checkpoint_interval = std::chrono::milliseconds{0};
  return options;
}

Result<void> LiveLog::create() {
  return Log::create(place_.paths, {std::string{kOrigin}, {{"administrator-nine", {}}}, 1, "{}"},
                     options());
}

Result<void> LiveLog::open() {
  book_.folded.clear();
  ENGINE_TRY(opened, Log::open(place_.paths, options()));
  log_ = std::move(opened);
  log_->start(std::make_unique<PlainGate>(*log_, book_, place_.domains));
  ENGINE_TRY(admin, log_->signer_of(log_->keyring().genesis()->administrators.front().actor));
  admin_ = admin;
  return {};
}

void LiveLog::close() {
  log_->stop();
  log_.reset();
}

void LiveLog::reopen() {
  close();
  require_ok(open());
}

Unsigned LiveLog::event(const StreamId& stream, std::string_view fact) {
  Unsigned event;
  event.event = make_event_id(clock_.now(), random_);
  event.stream = stream;
  event.occurred_at = clock_.now();
  const ByteView text = as_bytes(fact);
  event.parts.push_back(
      {format::PartClass::fact, random_id<format::Salt>(random_), Bytes(text.begin(), text.end())});
  return event;
}

std::vector<Unsigned> LiveLog::events(const StreamId& stream, std::size_t count) {
  std::vector<Unsigned> events;
  for (std::size_t i = 0; i < count; ++i) events.push_back(event(stream));
  return events;
}

SubmissionGroup LiveLog::signed_alone(Unsigned event) {
  std::vector<Unsigned> events;
  events.push_back(std::move(event));
  return admin().sign(std::move(events), clock_.now());
}

Outcome LiveLog::submit(Unsigned event) {
  tick();
  const Outcomes outcomes = log_->submit_and_wait(signed_alone(std::move(event)));
  const Result<Outcome>& outcome = outcomes.at(0);
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().to_string()));
  return *outcome;
}

Receipt LiveLog::record(Unsigned event) {
  const Outcome outcome = submit(std::move(event));
  const auto* refusal = std::get_if<Refusal>(&outcome);
  BOOST_REQUIRE_MESSAGE(!refusal, (refusal ? refusal->code + ": " + refusal->detail : ""));
  return std::get<Receipt>(outcome);
}

std::string LiveLog::refusal_of(SubmissionGroup group) {
  const Outcomes outcomes = log_->submit_and_wait(std::move(group));
  const Result<Outcome>& outcome = outcomes.at(0);
  BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().to_string()));
  const auto* refusal = std::get_if<Refusal>(&*outcome);
  return refusal ? refusal->code : "accepted";
}

Author LiveLog::new_author(format::Custody custody) {
  return {crypto::SigningKey::generate(random_), random_id<ActorId>(random_), custody, Position{0}};
}

SubmissionGroup LiveLog::enrolment(const Author& author, const Signer& by) {
  const crypto::PublicKey& key = author.key.public_key();
  return engine_event(format::KeyEnrolled{author.actor, key, author.custody,
                                          author.key.sign(format::possession_message(
                                              log_->origin_hash(), author.actor, key))},
                      by);
}

Author LiveLog::enrol(format::Custody custody) {
  Author author = new_author(custody);
  const Outcomes outcomes = log_->submit_and_wait(enrolment(author, log_->system()));
  BOOST_REQUIRE(outcomes.at(0));
  author.enrolled_at = std::get<Receipt>(*outcomes.at(0)).position;
  return author;
}

SubmissionGroup LiveLog::engine_event(const format::EngineEvent& event, const Signer& by) {
  tick();
  return by.sign_engine(event, log_->streams().engine, make_event_id(clock_.now(), random_),
                        clock_.now());
}

SubmissionGroup forged(SubmissionGroup group, const Hash& origin_hash,
                       const crypto::SigningKey& key,
                       const std::function<void(format::Intent&)>& change) {
  auto intent = format::decode_intent(group.events.front().intent);
  BOOST_REQUIRE(intent);
  change(*intent);
  group.events.front().intent = format::encode(*intent);
  std::vector<Hash> leaves;
  for (const Submission& event : group.events)
    leaves.push_back(transparency::leaf_hash(event.intent));
  group.signature = key.sign(format::signed_message(
      origin_hash, static_cast<std::uint32_t>(leaves.size()), transparency::root_of(leaves)));
  return group;
}

void check_receipt(const Log& log, const Receipt& receipt) {
  const format::ReceiptGroup& group = receipt.group;
  const auto root = transparency::root_from_group_path(
      receipt.leaf_hash, receipt.position.value() - group.first.value(), group.count, receipt.path);
  BOOST_REQUIRE(root);
  BOOST_TEST(
      crypto::verify(log.keyring().genesis()->log_key,
                     format::receipt_message(log.origin_hash(), group.first, group.count, *root),
                     group.signature));
  const auto stored = log.store().entry(receipt.position);
  BOOST_REQUIRE(stored);
  BOOST_TEST((transparency::leaf_hash(*stored) == receipt.leaf_hash));
  const auto entry = format::decode_entry(*stored);
  BOOST_REQUIRE(entry);
  BOOST_TEST((entry->intent.event_id == receipt.event));
  BOOST_TEST((entry->intent.stream_id == receipt.stream));
  BOOST_TEST((entry->stamp.version == receipt.version));
  BOOST_TEST((entry->stamp.recorded_at == receipt.recorded_at));
}

void check_same(const Receipt& a, const Receipt& b) {
  BOOST_TEST((a.event == b.event && a.stream == b.stream && a.stream_kind == b.stream_kind));
  BOOST_TEST((a.position == b.position && a.version == b.version));
  BOOST_TEST((a.leaf_hash == b.leaf_hash && a.recorded_at == b.recorded_at));
  BOOST_TEST((a.path == b.path && a.group.first == b.group.first));
  BOOST_TEST((a.group.count == b.group.count && a.group.signature == b.group.signature));
}

void check_whole(const Log& log) {
  struct Head {
    std::uint64_t next = 0;
    Hash leaf;
  };
  std::map<StreamId, Head> heads;
  std::set<EventId> ids;
  transparency::CompactRange range;
  TimeUs last;
  std::uint64_t expected = 0, wrong = 0;
  require_ok(log.store().scan_entries(Position{0}, Position{log.head().size.value()},
                                      [&](Position at, ByteView bytes) -> Result<storage::Scan> {
                                        ENGINE_TRY(entry, format::decode_entry(bytes));
                                        Head& head = heads[entry.intent.stream_id];
                                        wrong += at.value() != expected++;
                                        wrong += entry.stamp.version.value() != head.next++;
                                        wrong += entry.stamp.previous != head.leaf;
                                        wrong += entry.stamp.recorded_at < last;
                                        wrong += !ids.insert(entry.intent.event_id).second;
                                        last = entry.stamp.recorded_at;
                                        head.leaf = transparency::leaf_hash(bytes);
                                        range.append(head.leaf);
                                        return storage::Scan::more;
                                      }));
  BOOST_TEST(wrong == 0u);
  BOOST_TEST(expected == log.head().size.value());
  BOOST_TEST((range.root() == log.head().root));
}

void require_ok(const Result<void>& result) {
  BOOST_REQUIRE_MESSAGE(result, (result ? "" : result.error().to_string()));
}

}  // namespace stafett::log::testing
