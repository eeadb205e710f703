// Entries, tiles, checkpoints, guard: which of them is blamed.

#include "tests/engine/log/verify/forgery.h"

namespace stafett::log::verify_testing {
BOOST_AUTO_TEST_SUITE(verify_tree_test)
namespace {

using storage::Column;

// 700 entries and more: two full tiles and a half, checkpoints at 300 and at the end.
struct Tall {
  TestLog log;
  TreeSize middle, size;
  Tall() {
    grow(300);
    BOOST_REQUIRE(log.log().checkpoint_now());
    middle = log.log().head().size;
    grow(400);
    size = log.log().head().size;
    log.close();
  }
  void grow(std::size_t count) {
    for (; count > 0; count -= 100) {
      std::vector<Unsigned> group;
      for (int i = 0; i < 100; ++i) group.push_back(log.event(log.new_stream()));
      log.append_group(std::move(group), log.signer());
    }
  }
  VerifyReport since(TreeSize size_before) {
    VerifyOptions options;
    options.since = size_before;
    return log.verify(options);
  }
};

BOOST_AUTO_TEST_CASE(a_tall_log_is_sound) {
  Tall t;
  const auto report = t.log.verify();
  BOOST_TEST(report.ok, described(report));
  BOOST_TEST(report.entries == t.size.value());
}

BOOST_AUTO_TEST_CASE(a_changed_entry_is_named_and_not_its_tile) {
  Tall t;
  for (const std::uint64_t p : {7u, 310u, 600u}) {
    const auto key = storage::position_key(Position{p});
    Bytes before;
    {
      Intruder intruder{t.log};
      before = intruder.get(Column::entries, key);
      forge(intruder, Position{p}, [](format::Entry& e) { e.stamp.profile_version ^= 1; });
    }
    const auto report = t.log.verify();
    // Past the last full tile only the commit group is known, by its receipts' signature.
    BOOST_TEST(has(report, "entry-hash", "entry", Position{p < 512 ? p : p - (p - 1) % 100}),
               described(report));
    BOOST_TEST(!has(report, "tile", "tile 0/" + std::to_string(p / 256)));
    BOOST_TEST(has(report, "root", "checkpoint " + std::to_string(t.size.value())));
    Intruder{t.log}.put(Column::entries, key, before);
  }
  BOOST_TEST(t.log.verify().ok);
}

BOOST_AUTO_TEST_CASE(a_forgery_with_tiles_made_anew_fails_by_checkpoint_and_receipt) {
  Tall t;
  {
    Intruder intruder{t.log};
    forge(intruder, Position{40}, [](format::Entry& e) { e.stamp.profile_version ^= 1; });
    remake_tiles(intruder);
  }
  const auto report = t.log.verify();
  BOOST_TEST(has(report, "root", "checkpoint " + std::to_string(t.size.value())),
             described(report));
  BOOST_TEST(has(report, "entry-hash", "entry", Position{1}), described(report));
}

BOOST_AUTO_TEST_CASE(an_entry_that_is_gone_is_named) {
  Tall t;
  Intruder{t.log}.remove(Column::entries, storage::position_key(Position{99}));
  const auto report = t.log.verify();
  BOOST_TEST(has(report, "entry-hash", "entry", Position{99}), described(report));
  BOOST_TEST(report.entries == t.size.value());
}

BOOST_AUTO_TEST_CASE(garbage_for_an_entry_is_named) {
  Tall t;
  for (const Bytes& garbage : {Bytes{}, Bytes{1, 2, 3}, Bytes(64, 0)}) {
    Intruder{t.log}.put(Column::entries, storage::position_key(Position{5}), garbage);
    const auto report = t.log.verify();
    BOOST_TEST(has(report, "entry-hash", "entry", Position{5}), described(report));
  }
}

BOOST_AUTO_TEST_CASE(a_log_cut_short_is_named_by_checkpoint_and_guard) {
  Tall t;
  {
    Intruder intruder{t.log};
    for (std::uint64_t p = 650; p < t.size.value(); ++p)
      intruder.remove(Column::entries, storage::position_key(Position{p}));
  }
  const auto report = t.log.verify();
  BOOST_TEST(has(report, "guard", "guard", Position{650}), described(report));
  BOOST_TEST(has(report, "root", "checkpoint " + std::to_string(t.size.value())));
}

BOOST_AUTO_TEST_CASE(a_changed_tile_is_named_and_no_entry) {
  Tall t;
  const auto key = storage::tile_key(0, 1);
  {
    Intruder intruder{t.log};
    Bytes tile = intruder.get(Column::tiles, key);
    tile[77] ^= 4;
    intruder.put(Column::tiles, key, tile);
  }
  auto report = t.log.verify();
  BOOST_TEST(has(report, "tile", "tile 0/1"), described(report));
  BOOST_TEST(!has(report, "entry-hash", "entry"));
  Intruder{t.log}.remove(Column::tiles, key);
  report = t.log.verify();
  BOOST_TEST(has(report, "tile", "tile 0/1"), described(report));
  Intruder{t.log}.put(Column::tiles, storage::tile_key(1, 0), Bytes(storage::kTileBytes, 1));
  report = t.log.verify();
  BOOST_TEST(has(report, "tile", "tile 1/0"), described(report));
}

BOOST_AUTO_TEST_CASE(checkpoints_by_another_hand_are_named) {
  Tall t;
  const auto key = storage::checkpoint_key(t.middle);
  const std::string place = "checkpoint " + std::to_string(t.middle.value());
  const Bytes note = Intruder{t.log}.get(Column::checkpoints, key);
  const auto stranger = crypto::SigningKey::generate(t.log.random());
  struct Case {
    const char* code;
    std::string note;
  };
  const Case cases[] = {
      {"checkpoint-signature", note_of(stranger, t.middle, Hash{})},
      {"checkpoint-signature", "garbage"},
      {"checkpoint-signature", note_of(t.log.log_key(), TreeSize{1}, Hash{})},
      {"checkpoint-fork", note_of(t.log.log_key(), t.middle, Hash{})},
  };
  for (const Case& c : cases) {
    Intruder{t.log}.put_sealed(Column::checkpoints, key, as_bytes(c.note));
    const auto report = t.log.verify();
    BOOST_TEST(has(report, c.code, place), described(report));
    BOOST_TEST(report.error_count == 1u, described(report));
  }
  Intruder{t.log}.put(Column::checkpoints, key, note);
  Intruder{t.log}.put_sealed(Column::checkpoints, storage::checkpoint_key(t.size),
                             as_bytes(note_of(t.log.log_key(), t.size, Hash{})));
  const auto report = t.log.verify();
  BOOST_TEST(has(report, "checkpoint-fork", "checkpoint " + std::to_string(t.size.value())),
             described(report));
}

BOOST_AUTO_TEST_CASE(the_newest_checkpoint_is_looked_at_alone_at_level_1) {
  Tall t;
  const auto stranger = crypto::SigningKey::generate(t.log.random());
  Intruder{t.log}.put_sealed(Column::checkpoints, storage::checkpoint_key(t.size),
                             as_bytes(note_of(stranger, t.size, Hash{})));
  VerifyOptions options;
  options.level = 1;
  const auto report = t.log.verify(options);
  BOOST_TEST(has(report, "checkpoint-signature", "checkpoint " + std::to_string(t.size.value())),
             described(report));
  BOOST_TEST(report.error_count == 1u);
}

BOOST_AUTO_TEST_CASE(a_history_signed_anew_with_the_logs_key_fails_by_the_guard) {
  Tall t;
  {
    Intruder intruder{t.log};
    forge(intruder, Position{t.size.value() - 1},
          [](format::Entry& e) { e.stamp.profile_version ^= 1; });
    resign(intruder, t.log.log_key());
  }
  const auto report = t.log.verify();
  BOOST_TEST(has(report, "guard", "guard"), described(report));
}

BOOST_AUTO_TEST_CASE(a_missing_guard_is_named) {
  Tall t;
  std::filesystem::remove_all(t.log.paths().guard);
  const auto report = t.log.verify();
  BOOST_TEST(has(report, "guard", "guard"), described(report));
  BOOST_TEST(report.error_count == 1u);
}

BOOST_AUTO_TEST_CASE(since_checks_what_is_new_and_only_that) {
  Tall t;
  for (const std::uint64_t since : {1u, 256u, 300u, 512u, 650u}) {
    const auto report = t.since(TreeSize{since});
    BOOST_TEST(report.ok, since << ": " << described(report));
    BOOST_TEST(report.entries == t.size.value() - since);
  }
  BOOST_TEST(t.since(t.size).ok);
  {
    Intruder intruder{t.log};
    forge(intruder, Position{600}, [](format::Entry& e) { e.stamp.profile_version ^= 1; });
  }
  BOOST_TEST(!t.since(TreeSize{400}).ok);
  BOOST_TEST(!t.since(TreeSize{600}).ok);
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log::verify_testing
