// Time and checkpoints: what the log says of itself.

#include "engine/transparency/checkpoint.h"
#include "tests/engine/log/test_log.h"
#include "tests/support/swapped_entry.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(log_checkpoint_test)
namespace {

using namespace stafett::log::testing;

std::size_t clock_steps(const Log& log) {
  std::size_t steps = 0;
  require_ok(log.store().scan_stream(
      log.streams().engine, Version{0}, [&](Version, Position at) -> Result<storage::Scan> {
        ENGINE_TRY(bytes, log.store().entry(at));
        ENGINE_TRY(entry, format::decode_entry(bytes));
        ENGINE_TRY(event, format::decode_engine_event(entry.public_part));
        steps += std::holds_alternative<format::ClockStepped>(event);
        return storage::Scan::more;
      }));
  return steps;
}

BOOST_AUTO_TEST_CASE(recorded_at_never_goes_back_and_a_step_is_recorded_once) {
  LiveLog log;
  const TimeUs start = log.clock().now();
  const auto record_at = [&](std::int64_t offset_us) {
    log.clock().set(TimeUs{start.value() + offset_us});
    Unsigned event = log.event(log.new_stream());
    const Outcomes outcomes = log->submit_and_wait(log.signed_alone(std::move(event)));
    return std::get<Receipt>(*outcomes.at(0)).recorded_at.value() - start.value();
  };
  BOOST_TEST(record_at(10 * kSecondUs) == 10 * kSecondUs);
  BOOST_TEST(record_at(9 * kSecondUs + 1) == 10 * kSecondUs);  // less than a second: no step
  BOOST_TEST(clock_steps(*log) == 0u);
  for (const std::int64_t seconds : {5, 4, 6, 3})
    BOOST_TEST(record_at(seconds * kSecondUs) == 10 * kSecondUs);
  BOOST_TEST(clock_steps(*log) == 1u);
  BOOST_TEST(record_at(20 * kSecondUs) == 20 * kSecondUs);
  BOOST_TEST(record_at(-3600 * kSecondUs) == 20 * kSecondUs);
  BOOST_TEST(clock_steps(*log) == 2u);
  log.reopen();  // the clock is still behind: that is a new thing to tell
  BOOST_TEST(record_at(0) == 20 * kSecondUs);
  BOOST_TEST(clock_steps(*log) == 3u);
  check_whole(*log);
}

transparency::TreeHead opened(const Log& log, std::string_view note) {
  const transparency::VerifierKey key{log.origin(), transparency::KeyType::ed25519,
                                      log.keyring().genesis()->log_key};
  const auto checkpoint = transparency::open_checkpoint(note, key, log.origin());
  BOOST_REQUIRE(checkpoint);
  return checkpoint->head();
}

BOOST_AUTO_TEST_CASE(a_checkpoint_covers_all_and_an_idle_log_mints_none) {
  LiveLog log;
  std::map<TreeSize, Hash> roots;
  std::string note;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 150; ++i) log.record(log.new_stream());
    const auto first = log->checkpoint_now();
    BOOST_REQUIRE(first);
    BOOST_TEST((opened(*log, *first) == log->head()));
    BOOST_TEST(roots.emplace(log->head().size, log->head().root).second);
    note = *first;
    log.tick(3600 * kSecondUs);
    BOOST_TEST(*log->checkpoint_now() == note);
    log.reopen();
    BOOST_TEST(*log->checkpoint_now() == note);
  }
  std::size_t stored = 0;
  require_ok(log->store().scan_checkpoints(
      TreeSize{0}, [&](TreeSize size, ByteView bytes) -> Result<storage::Scan> {
        ++stored;
        BOOST_TEST((opened(*log, as_text(bytes)).root == roots.at(size)));
        return storage::Scan::more;
      }));
  BOOST_TEST(stored == roots.size());
}

std::filesystem::path copy_of(const std::filesystem::path& from) {
  const std::filesystem::path to = from.string() + ".copy";
  std::filesystem::remove_all(to);
  std::filesystem::copy(from, to, std::filesystem::copy_options::recursive);
  return to;
}

// What an open log wrote is changed under it: entries since the last checkpoint are read back.
BOOST_AUTO_TEST_CASE(nothing_is_signed_over_an_entry_that_is_not_what_was_hashed) {
  LiveLog log;
  Bytes other;
  for (int i = 0; i < 5; ++i) other = *log->store().entry(log.record(log.new_stream()).position);
  log.abandon();  // its own checkpoint covers all of this
  require_ok(log.open());
  const auto covered = log->latest_checkpoint();
  const Receipt last = log.record(log.new_stream());
  // The row is changed by a second write to the same database, through the store's own batch.
  const std::filesystem::path copy = copy_of(log.paths().database);
  const LogPaths paths = log.paths();
  // Somebody with a RocksDB tool; no Log beside it.
  stafett::testing::swap_entry(copy, last.position, std::string{as_text(other)});

  auto store = storage::Store::open(copy, storage::Mode::read_write);
  BOOST_REQUIRE(store);
  auto guard = Guard::open(log.options().files, paths.guard, log->origin_hash());
  BOOST_REQUIRE(guard);
  const auto key = load_signing_key(paths.log_key);
  BOOST_REQUIRE(key);
  LogSigner signer{log->keyring()};
  signer.hold(*key);
  auto checkpointer = Checkpointer::open(**store, **guard, signer, log->origin());
  BOOST_REQUIRE(checkpointer);
  const auto signed_note = (*checkpointer)->checkpoint(log->head());
  BOOST_REQUIRE(!signed_note);
  BOOST_TEST((signed_note.error().code() == Errc::corrupt));
  BOOST_TEST(((*checkpointer)->latest()->size == covered->size));
  BOOST_TEST(((*guard)->checkpoint()->state.size == covered->size));
  BOOST_TEST((Guard::open(log.options().files, paths.guard, log->origin_hash())
                  .value()
                  ->checkpoint()
                  ->state.size == covered->size));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
