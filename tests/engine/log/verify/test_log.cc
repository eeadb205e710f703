#include "tests/engine/log/verify/test_log.h"

#include "engine/storage/checked_row.h"

namespace stafett::log::verify_testing {

OpenGate::OpenGate(Log& log, GateBook& book) : log_(log), book_(book) {
  const auto domain = log.vault().acquire(DomainKind::content);
  BOOST_REQUIRE(domain);
  domain_ = *domain;
}

Result<Prepared> OpenGate::prepare(const Candidate& candidate) {
  auto noted = std::make_unique<Noted>();
  noted->event = candidate.intent.event_id;
  noted->leaf = candidate.intent_leaf;
  noted->stream = candidate.intent.stream_id;
  noted->kind = candidate.intent.stream_kind;
  return Prepared{std::move(noted), domain_};
}

Decision OpenGate::decide(Preparation& preparation, const Placement&) {
  const auto& noted = static_cast<const Noted&>(preparation);
  Decision decision;
  if (book_.to_refuse.contains(noted.event)) {
    book_.refused.push_back(noted.leaf);
    decision.refusal = Refusal{"not-now", "", "", {}};
  } else if (known_.insert(noted.stream).second) {
    decision.rows.push_back(log_.index().row(noted.stream, {noted.kind, 0, {}, domain_}));
  }
  return decision;
}

TestLog::TestLog(std::uint64_t seed) : random_(seed), clock_(TimeUs{1'767'225'600'000'000}) {
  const NewLog what{"stafett.example/9901", {{"admin", {}}}, 1, "{}"};
  const auto created = Log::create(paths(), what, LogOptions{clock_, random_, files_});
  BOOST_REQUIRE_MESSAGE(created, (created ? "" : created.error().to_string()));
  open();
}

TestLog::~TestLog() = default;

void TestLog::open() {
  LogOptions options{clock_, random_, files_};
  options.door_threads = 1;
  options.checkpoint_interval = std::chrono::milliseconds{0};
  auto opened = Log::open(paths(), options);
  BOOST_REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().to_string()));
  log_ = std::move(*opened);
  log_->start(std::make_unique<OpenGate>(*log_, book_));
  for (const auto& administrator : log_->keyring().genesis()->administrators)
    if (administrator.custody == format::Custody::custodial) {
      auto signer = log_->signer_of(administrator.actor);
      BOOST_REQUIRE(signer);
      administrator_ = *signer;
    }
}

void TestLog::close() {
  log_->stop();
  log_.reset();
}

const Signer& TestLog::signer() {
  return *administrator_;
}

Unsigned TestLog::event(const StreamId& stream) {
  Unsigned event;
  event.event = make_event_id(clock_.now(), random_);
  event.stream = stream;
  event.occurred_at = clock_.now();
  for (const format::PartClass c : {format::PartClass::fact, format::PartClass::narrative})
    event.parts.push_back({c, random_id<format::Salt>(random_), Bytes(40, 7)});
  return event;
}

std::vector<Position> TestLog::append_group(std::vector<Unsigned> events, const Signer& by) {
  clock_.set(TimeUs{clock_.now().value() + 1'000'000});
  std::vector<Position> positions;
  for (const auto& outcome : log_->submit_and_wait(by.sign(std::move(events), clock_.now()))) {
    BOOST_REQUIRE_MESSAGE(outcome, (outcome ? "" : outcome.error().to_string()));
    if (const auto* receipt = std::get_if<Receipt>(&*outcome))
      positions.push_back(receipt->position);
    else
      BOOST_REQUIRE_EQUAL(std::get<Refusal>(*outcome).code, "not-now");
  }
  return positions;
}

Position TestLog::append(Unsigned event, const Signer& by) {
  std::vector<Unsigned> events;
  events.push_back(std::move(event));
  return append_group(std::move(events), by).at(0);
}

Position TestLog::append(const StreamId& stream) {
  return append(event(stream), signer());
}

Position TestLog::append_engine(const format::EngineEvent& event, const Signer& by) {
  const auto outcomes = log_->submit_and_wait(by.sign_engine(
      event, log_->streams().engine, make_event_id(clock_.now(), random_), clock_.now()));
  BOOST_REQUIRE(outcomes.front());
  const auto* receipt = std::get_if<Receipt>(&*outcomes.front());
  BOOST_REQUIRE(receipt != nullptr);
  return receipt->position;
}

std::shared_ptr<const Signer> TestLog::enrol(format::Custody custody) {
  const auto key = crypto::SigningKey::generate(random_);
  const auto actor = random_id<ActorId>(random_);
  const format::KeyEnrolled enrolled{
      actor, key.public_key(), custody,
      key.sign(format::possession_message(log_->origin_hash(), actor, key.public_key()))};
  const Position position = append_engine(enrolled, log_->system());
  return std::make_shared<const Signer>(log_->origin_hash(), actor, custody, position, key);
}

crypto::SigningKey TestLog::log_key() const {
  auto key = load_signing_key(paths().log_key);
  BOOST_REQUIRE(key);
  return *key;
}

VerifyReport TestLog::verify(const VerifyOptions& options) {
  const LogPaths where = paths();
  VerifyDirectory directory{where, files_, random_, {}, {}};
  directory.refused_intents = [&](const storage::Reads&, const VerifyKeys&) {
    return Result<std::vector<Hash>>{book_.refused};
  };
  auto report = verify_directory(directory, options);
  BOOST_REQUIRE_MESSAGE(report, (report ? "" : report.error().to_string()));
  return std::move(*report);
}

namespace {

rocksdb::Slice slice(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Bytes bytes_of(const rocksdb::Slice& from) {
  const ByteView view = as_bytes({from.data(), from.size()});
  return Bytes(view.begin(), view.end());
}

}  // namespace

Intruder::Intruder(const std::string& path) {
  std::vector<std::string> names;
  BOOST_REQUIRE(rocksdb::DB::ListColumnFamilies({}, path, &names).ok());
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  rocksdb::DB* db = nullptr;
  BOOST_REQUIRE(rocksdb::DB::Open({}, path, families, &handles_, &db).ok());
  db_.reset(db);
}

Intruder::~Intruder() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle);
}

rocksdb::ColumnFamilyHandle* Intruder::handle(storage::Column column) const {
  for (rocksdb::ColumnFamilyHandle* each : handles_)
    if (each->GetName() == storage::column_name(column)) return each;
  BOOST_REQUIRE(false);
  return nullptr;
}

Bytes Intruder::get(storage::Column column, ByteView key) const {
  std::string value;
  BOOST_REQUIRE(db_->Get({}, handle(column), slice(key), &value).ok());
  return bytes_of(value);
}

void Intruder::put(storage::Column column, ByteView key, ByteView value) {
  BOOST_REQUIRE(db_->Put({}, handle(column), slice(key), slice(value)).ok());
}

void Intruder::put_sealed(storage::Column column, ByteView key, ByteView value) {
  put(column, key, storage::seal_row(column, key, value));
}

void Intruder::remove(storage::Column column, ByteView key) {
  BOOST_REQUIRE(db_->Delete({}, handle(column), slice(key)).ok());
}

std::vector<std::pair<Bytes, Bytes>> Intruder::rows(storage::Column column) const {
  std::vector<std::pair<Bytes, Bytes>> rows;
  const std::unique_ptr<rocksdb::Iterator> it{db_->NewIterator({}, handle(column))};
  for (it->SeekToFirst(); it->Valid(); it->Next())
    rows.emplace_back(bytes_of(it->key()), bytes_of(it->value()));
  return rows;
}

bool has(const VerifyReport& report, std::string_view code, std::string_view place,
         std::optional<Position> position) {
  return !report.ok && std::ranges::any_of(report.errors, [&](const VerifyError& error) {
    return error.code == code && error.place == place && (!position || error.position == position);
  });
}

std::string described(const VerifyReport& report) {
  std::string text = std::to_string(report.error_count) + " errors";
  for (const VerifyError& error : report.errors)
    text += "\n  " + (error.position ? std::to_string(error.position->value()) : std::string{"-"}) +
            " [" + error.place + "] " + error.code + ": " + error.detail;
  return text;
}

}  // namespace stafett::log::verify_testing
