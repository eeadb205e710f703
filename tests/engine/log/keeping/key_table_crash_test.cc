// The key table through torn ends, rot, and a failure at every step.

#include <boost/test/unit_test.hpp>

#include "tests/engine/log/keeping/key_table_place.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(key_table_crash_test)
namespace {

// Appends of 1, 3 and 2 domains: records 0 | 1 2 3 | 4 5.
struct ThreeAppends : KeyTableFixture {
  std::vector<Key> keys;
  Bytes whole;
  ThreeAppends() {
    const auto table = KeyTable::create(place(), root);
    BOOST_REQUIRE(table);
    BOOST_REQUIRE((*table)->append(domains(0, 1)));
    BOOST_REQUIRE((*table)->append(domains(1, 4)));
    BOOST_REQUIRE((*table)->append(domains(4, 6)));
    for (std::uint64_t n = 0; n < 6; ++n) keys.push_back(key_of(**table, n).value());
    whole = files->raw(path);
  }
  static std::size_t start(std::size_t record) {
    return kKeyTableHeaderBytes + record * kKeyRecordBytes;
  }
  // Every domain but those `without` opens, and the table takes new ones and reopens whole.
  void check_usable(KeyTable& table, const std::vector<std::uint64_t>& without) {
    for (std::uint64_t n = 0; n < 6; ++n) {
      const auto key = key_of(table, n);
      BOOST_TEST(key.has_value() == !std::ranges::count(without, n), "domain " << n);
      BOOST_TEST((!key || *key == keys[n]), "domain " << n);
    }
    BOOST_REQUIRE(table.append(domains(100, 102)));
    const auto again = open();
    BOOST_REQUIRE(again);
    BOOST_TEST(!(*again)->torn());
    BOOST_TEST((*again)->size() == 8 - without.size());
    for (std::uint64_t n = 0; n < 6; ++n) {
      const auto key = key_of(**again, n);
      BOOST_TEST(key.has_value() == !std::ranges::count(without, n), "domain " << n);
      BOOST_TEST((!key || *key == keys[n]), "domain " << n);
    }
  }
};

BOOST_FIXTURE_TEST_CASE(a_tail_torn_at_any_length_loses_only_what_was_never_acknowledged,
                        ThreeAppends) {
  for (std::size_t length = kKeyTableHeaderBytes; length <= whole.size(); ++length) {
    files->put(path, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    const std::size_t records = (length - kKeyTableHeaderBytes) / kKeyRecordBytes;
    const bool torn =
        length != start(0) && length != start(1) && length != start(4) && length != start(6);
    BOOST_TEST_CONTEXT("length " << length) {
      const auto table = open();
      BOOST_REQUIRE(table);
      BOOST_TEST((*table)->torn() == torn);
      std::vector<std::uint64_t> without;
      for (std::uint64_t n = records; n < 6; ++n) without.push_back(n);
      check_usable(**table, without);
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_header_cut_short_is_corrupt, ThreeAppends) {
  for (std::size_t length = 0; length < kKeyTableHeaderBytes; ++length) {
    files->put(path, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length)));
    const auto table = open();
    BOOST_REQUIRE(!table);
    BOOST_TEST((table.error().code() == Errc::corrupt));
  }
}

BOOST_FIXTURE_TEST_CASE(a_flipped_bit_before_the_last_append_is_named, ThreeAppends) {
  for (std::size_t at = 0; at < start(4); ++at) {
    files->put(path, whole);
    files->raw(path)[at] ^= 0x04;
    const auto table = open();
    BOOST_TEST_CONTEXT("byte " << at) {
      BOOST_REQUIRE(!table);
      BOOST_TEST((table.error().code() == Errc::corrupt));
      const std::string name =
          at < start(0) ? "header" : "record " + std::to_string((at - start(0)) / kKeyRecordBytes);
      BOOST_TEST(table.error().detail().find(name) != std::string::npos, table.error().detail());
    }
  }
}

BOOST_FIXTURE_TEST_CASE(a_flipped_bit_in_the_last_append_costs_that_record_alone, ThreeAppends) {
  for (std::size_t at = start(4); at < whole.size(); ++at) {
    files->put(path, whole);
    files->raw(path)[at] ^= 0x04;
    BOOST_TEST_CONTEXT("byte " << at) {
      const auto table = open();
      BOOST_REQUIRE(table);
      BOOST_TEST((*table)->torn());
      check_usable(**table, {at < start(5) ? 4u : 5u});
    }
  }
}

BOOST_FIXTURE_TEST_CASE(damage_in_two_appends_is_corrupt_and_names_the_first, ThreeAppends) {
  files->raw(path)[start(2)] ^= 1;
  files->raw(path)[start(4)] ^= 1;
  const auto table = open();
  BOOST_REQUIRE(!table);
  BOOST_TEST(table.error().detail().find("record 2") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(bytes_after_a_damaged_append_make_it_corrupt, ThreeAppends) {
  files->raw(path)[start(4)] ^= 1;
  files->raw(path).push_back(0);
  BOOST_TEST(!open().has_value());
}

BOOST_FIXTURE_TEST_CASE(a_record_that_rots_while_open_is_corrupt_when_it_is_needed, ThreeAppends) {
  const auto table = open();
  BOOST_REQUIRE(table);
  files->raw(path)[start(2) + 30] ^= 1;
  Key key;
  const auto unwrapped = (*table)->unwrap(domain(2), key);
  BOOST_REQUIRE(!unwrapped);
  BOOST_TEST((unwrapped.error().code() == Errc::corrupt));
  BOOST_TEST(unwrapped.error().detail().find("record 2") != std::string::npos);
}

// Reopens what is left; every acknowledged domain must open with its key.
void check_left(KeyTableFixture& fixture, std::unique_ptr<MemoryFiles> left,
                const std::vector<Key>& acknowledged) {
  fixture.files = std::move(left);
  const auto table = fixture.open();
  BOOST_REQUIRE_MESSAGE(table, table.error().to_string());
  for (std::size_t n = 0; n < acknowledged.size(); ++n)
    BOOST_TEST((key_of(**table, n) == acknowledged[n]));
  BOOST_TEST((*table)->append(domains(100, 101)).has_value());
}

BOOST_AUTO_TEST_CASE(an_acknowledged_key_is_there_after_a_failure_at_any_step) {
  for (const Applied applied : {Applied::no, Applied::partly, Applied::yes})
    for (const Unsynced unsynced : {Unsynced::lost, Unsynced::half, Unsynced::kept}) {
      std::size_t step = 0;
      for (bool failed = true; failed; ++step) {
        KeyTableFixture fixture;
        const auto table = KeyTable::create(fixture.place(), fixture.root);
        BOOST_REQUIRE(table);
        fixture.files->fail_at(step, applied);
        std::vector<Key> acknowledged;
        Result<void> outcome;
        while (outcome && acknowledged.size() < 6) {
          outcome = (*table)->append(domains(acknowledged.size(), acknowledged.size() + 2));
          for (int i = 0; outcome && i < 2; ++i)
            acknowledged.push_back(key_of(**table, acknowledged.size()).value());
        }
        failed = fixture.files->failed();
        BOOST_TEST(outcome.has_value() == !failed);
        BOOST_TEST_CONTEXT("step " << step << " applied " << static_cast<int>(applied)) {
          if (failed) {
            BOOST_TEST(((*table)->append(domains(50, 51)).error().code() == Errc::read_only));
            BOOST_TEST((*table)->size() == acknowledged.size());
          }
          check_left(fixture, fixture.files->after_power_cut(unsynced), acknowledged);
        }
      }
      BOOST_TEST(step == 7u);  // three appends and three syncs, then none failed
    }
}

BOOST_AUTO_TEST_CASE(a_rewrite_cut_short_leaves_the_old_table_or_the_new_one_whole) {
  for (const Applied applied : {Applied::no, Applied::yes})
    for (std::size_t step = 0; step < 3; ++step) {
      KeyTableFixture fixture;
      const auto table = KeyTable::create(fixture.place(), fixture.root);
      BOOST_REQUIRE(table);
      BOOST_REQUIRE((*table)->append(domains(0, 5)));
      fixture.files->fail_at(step, applied);
      const RootKey new_root = root_of(2);
      const auto survives = [](const DomainId& id, DomainKind) { return id != domain(3); };
      BOOST_REQUIRE(!(*table)->rewrite(survives, new_root));
      BOOST_TEST(key_of(**table, 3).has_value());  // still reads the old one
      for (auto& left : {fixture.files->after_power_cut(Unsynced::lost),
                         fixture.files->after_power_cut(Unsynced::kept)}) {
        const KeyTablePlace place{*left, fixture.random, fixture.arena, fixture.path,
                                  fixture.origin};
        const auto old_table = KeyTable::open(place, fixture.root);
        const auto new_table = KeyTable::open(place, new_root);
        BOOST_TEST((old_table.has_value() != new_table.has_value()));
        BOOST_TEST((old_table ? (*old_table)->size() == 5 : (*new_table)->size() == 4));
      }
    }
}

BOOST_FIXTURE_TEST_CASE(a_repair_cut_short_loses_nothing, ThreeAppends) {
  for (std::size_t step = 0; step < 5; ++step) {
    files = std::make_unique<MemoryFiles>();
    files->put(path, Bytes(whole.begin(), whole.end() - 5));
    {
      const auto table = open();
      BOOST_REQUIRE(table);
      files->fail_at(step, Applied::no);
      BOOST_REQUIRE(!(*table)->append(domains(6, 7)));
    }
    check_left(*this, files->after_power_cut(Unsynced::lost), {keys.begin(), keys.begin() + 5});
  }
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
