#include "engine/log/keeping/key_table.h"

#include <boost/test/unit_test.hpp>

#include "engine/base/encoding.h"
#include "tests/engine/log/keeping/key_table_place.h"
#include "tests/engine/log/keeping/worked_bytes.h"
#include "tests/support/code_of.h"
#include "tests/support/forwarding_files.h"

namespace stafett::log {
BOOST_AUTO_TEST_SUITE(key_table_test)
namespace {

BOOST_FIXTURE_TEST_CASE(table_bytes_are_those_of_the_format_page, KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  const std::vector<NewDomain> two = {{domain(1), DomainKind::content},
                                      {domain(2), DomainKind::access}};
  BOOST_REQUIRE((*table)->append(two));
  BOOST_TEST(to_hex(files->raw(path)) == to_hex(worked_bytes("key-table.md", "table")));
}

BOOST_FIXTURE_TEST_CASE(the_worked_bytes_open_to_the_worked_keys, KeyTableFixture) {
  files->put(path, worked_bytes("key-table.md", "table"));
  const auto table = open();
  BOOST_REQUIRE(table);
  Bytes keys;
  for (std::uint64_t n = 1; n < 3; ++n) append(keys, key_of(**table, n).value());
  BOOST_TEST(to_hex(keys) == to_hex(worked_bytes("key-table.md", "keys")));
}

BOOST_FIXTURE_TEST_CASE(a_key_survives_reopening_and_no_two_are_alike, KeyTableFixture) {
  std::vector<Key> keys;
  {
    const auto table = KeyTable::create(place(), root);
    BOOST_REQUIRE(table);
    BOOST_REQUIRE((*table)->append(domains(0, 10)));
    BOOST_REQUIRE((*table)->append(domains(10, 11, DomainKind::audit)));
    for (std::uint64_t n = 0; n < 11; ++n) keys.push_back(key_of(**table, n).value());
  }
  const auto table = open();
  BOOST_REQUIRE(table);
  BOOST_TEST((*table)->size() == 11u);
  for (std::uint64_t n = 0; n < 11; ++n) BOOST_TEST((key_of(**table, n) == keys[n]));
  std::ranges::sort(keys);
  BOOST_TEST((std::ranges::adjacent_find(keys) == keys.end()));
  BOOST_TEST(!key_of(**table, 11).has_value());
  std::size_t audits = 0;
  (*table)->for_each([&](const DomainId& id, DomainKind kind) {
    audits += kind == DomainKind::audit ? 1u : 0u;
    BOOST_TEST((*table != nullptr && !id.is_zero()));
  });
  BOOST_TEST(audits == 1u);
}

BOOST_FIXTURE_TEST_CASE(no_key_lies_in_the_file_in_clear, KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 1)));
  const Key key = key_of(**table, 0).value();
  BOOST_TEST(std::ranges::search(files->raw(path), key).empty());
}

BOOST_FIXTURE_TEST_CASE(a_domain_gets_one_key_only, KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 2)));
  const auto key = key_of(**table, 1);
  BOOST_TEST((code_of((*table)->append(domains(1, 3))) == Errc::conflict));
  const std::vector<NewDomain> twice = {{domain(5), DomainKind::content},
                                        {domain(5), DomainKind::access}};
  BOOST_TEST((code_of((*table)->append(twice)) == Errc::conflict));
  BOOST_TEST((*table)->size() == 2u);
  BOOST_TEST((key_of(**table, 1) == key));
  BOOST_TEST((*table)->append(domains(2, 3)).has_value());  // refusing did not end it
}

BOOST_FIXTURE_TEST_CASE(a_table_opens_only_under_its_root_key_and_for_its_log, KeyTableFixture) {
  BOOST_TEST((code_of(open()) == Errc::not_found));
  BOOST_REQUIRE(KeyTable::create(place(), root));
  BOOST_TEST((code_of(KeyTable::create(place(), root)) == Errc::conflict));
  BOOST_TEST((code_of(KeyTable::open(place(), root_of(2))) == Errc::conflict));
  origin = crypto::sha256(as_bytes("stafett.example/9902"));
  BOOST_TEST((code_of(open()) == Errc::conflict));
}

BOOST_FIXTURE_TEST_CASE(a_record_moved_to_another_domain_does_not_open, KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 1)));
  auto& bytes = files->raw(path);
  auto record =
      decode_key_record(ByteView{bytes}.subspan(kKeyTableHeaderBytes, kKeyRecordBytes)).value();
  record.id = domain(7);  // with a checksum that fits: only the seal can tell
  bytes.resize(kKeyTableHeaderBytes);
  append_key_record(bytes, record);
  const auto again = open();
  BOOST_REQUIRE(again);
  Key key;
  BOOST_TEST((code_of((*again)->unwrap(domain(7), key)) == Errc::corrupt));
}

BOOST_FIXTURE_TEST_CASE(a_part_key_is_derived_from_its_domains_and_gone_with_it, KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 2)));
  Key part_key, expected;
  for (const auto part_class : {format::PartClass::fact, format::PartClass::identity})
    for (int again = 0; again < 2; ++again) {
      BOOST_REQUIRE((*table)->part_key(domain(1), part_class, part_key));
      format::part_key(expected, key_of(**table, 1).value(), part_class);
      BOOST_TEST((part_key == expected));
    }
  const RootKey new_root = root_of(2);
  const auto survives = [](const DomainId& id, DomainKind) { return id == domain(0); };
  BOOST_REQUIRE((*table)->rewrite(survives, new_root));
  BOOST_TEST((code_of((*table)->part_key(domain(1), format::PartClass::fact, part_key)) ==
              Errc::not_found));
  BOOST_TEST((*table)->part_key(domain(0), format::PartClass::fact, part_key).has_value());
}

BOOST_FIXTURE_TEST_CASE(after_a_rewrite_only_survivors_open_and_only_under_the_new_root,
                        KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 20)));
  const auto kept = key_of(**table, 4);
  const RootKey new_root = root_of(2);
  const auto survives = [](const DomainId& id, DomainKind) { return id != domain(3); };
  BOOST_REQUIRE((*table)->rewrite(survives, new_root));
  BOOST_TEST((*table)->size() == 19u);
  BOOST_TEST(!key_of(**table, 3).has_value());  // nor in the arena
  BOOST_TEST((key_of(**table, 4) == kept));
  BOOST_REQUIRE((*table)->append(domains(20, 21)));
  BOOST_TEST((code_of(open()) == Errc::conflict));
  root = root_of(2);
  const auto again = open();
  BOOST_REQUIRE(again);
  BOOST_TEST((*again)->size() == 20u);
  BOOST_TEST((key_of(**again, 4) == kept));
  BOOST_TEST(key_of(**again, 20).has_value());
}

BOOST_FIXTURE_TEST_CASE(a_table_for_a_backup_place_opens_like_the_rewritten_one, KeyTableFixture) {
  const auto table = KeyTable::create(place(), root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 3)));
  const auto kept = key_of(**table, 0);
  const RootKey new_root = root_of(2);
  const auto bytes =
      (*table)->rewrapped([](const DomainId& id, DomainKind) { return id == domain(0); }, new_root);
  BOOST_REQUIRE(bytes);
  BOOST_TEST((*table)->size() == 3u);
  path = "backup/table";
  files->put(path, *bytes);
  root = root_of(2);
  const auto backup = open();
  BOOST_REQUIRE(backup);
  BOOST_TEST((*backup)->size() == 1u);
  BOOST_TEST((key_of(**backup, 0) == kept));
}

BOOST_FIXTURE_TEST_CASE(half_a_million_domains_cost_at_most_32_bytes_each, KeyTableFixture) {
  DomainIndex index;
  std::size_t worst = 0;
  for (std::uint64_t n = 0; n < 500'000; ++n) {
    BOOST_REQUIRE(index.add(random_id<DomainId>(random), DomainKind::content));
    if (n > 10'000) worst = std::max(worst, index.memory_bytes() / index.size());
  }
  BOOST_TEST(worst <= 32u);
}

BOOST_AUTO_TEST_CASE(the_index_finds_what_was_added_and_nothing_else) {
  DomainIndex index;
  BOOST_TEST(!index.find(domain(0)).has_value());
  for (std::uint64_t n = 0; n < 5000; ++n) {
    BOOST_REQUIRE(index.add(domain(n), DomainKind::person));
    BOOST_REQUIRE(!index.add(domain(n), DomainKind::person));
  }
  for (std::uint64_t n = 0; n < 5000; ++n) BOOST_REQUIRE(index.find(domain(n)) == n);
  for (std::uint64_t n = 5000; n < 6000; ++n) BOOST_REQUIRE(!index.find(domain(n)));
}

// Before a record is read, what it is told comes between, once.
class Interrupted final : public stafett::testing::ForwardingFiles {
 public:
  explicit Interrupted(storage::Files& to) : ForwardingFiles(to) {}
  std::function<void()> between;
  Result<std::unique_ptr<storage::ReadFile>> open_read(const std::string& path) override {
    ENGINE_TRY(file, ForwardingFiles::open_read(path));
    return std::unique_ptr<storage::ReadFile>{std::make_unique<Reading>(*this, std::move(file))};
  }

 private:
  class Reading final : public storage::ReadFile {
   public:
    Reading(Interrupted& of, std::unique_ptr<storage::ReadFile> file)
        : of_(of), file_(std::move(file)) {}
    Result<Bytes> read_at(std::uint64_t offset, std::size_t bytes) const override {
      if (gone_) return Bytes(bytes, 0);
      if (bytes == kKeyRecordBytes && of_.between) {
        std::exchange(of_.between, nullptr)();
        gone_ = true;
        return Bytes(bytes, 0);
      }
      return file_->read_at(offset, bytes);
    }

   private:
    Interrupted& of_;
    const std::unique_ptr<storage::ReadFile> file_;
    mutable bool gone_ = false;
  };
};

BOOST_FIXTURE_TEST_CASE(a_key_is_read_again_when_its_table_was_replaced_and_written_over,
                        KeyTableFixture) {
  Interrupted interrupted{*files};
  const RootKey next = root_of(2);
  BOOST_REQUIRE(KeyTable::create(place(), root));
  auto table = KeyTable::open({interrupted, random, arena, path, origin}, root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 3)));
  const auto before = key_of(**table, 1);
  arena.clear();
  interrupted.between = [&] {
    const auto survives = [](const DomainId& id, DomainKind) { return id != domain(0); };
    BOOST_REQUIRE((*table)->rewrite(survives, next));
  };
  BOOST_TEST((key_of(**table, 1) == before));
  BOOST_TEST(!interrupted.between);
  BOOST_TEST(!key_of(**table, 0));
}

BOOST_FIXTURE_TEST_CASE(damage_without_a_new_table_is_damage, KeyTableFixture) {
  Interrupted interrupted{*files};
  BOOST_REQUIRE(KeyTable::create(place(), root));
  auto table = KeyTable::open({interrupted, random, arena, path, origin}, root);
  BOOST_REQUIRE(table);
  BOOST_REQUIRE((*table)->append(domains(0, 1)));
  arena.clear();
  interrupted.between = [] {};
  Key key;
  const auto unwrapped = (*table)->unwrap(domain(0), key);
  BOOST_REQUIRE(!unwrapped);
  BOOST_TEST((unwrapped.error().code() == Errc::corrupt));
}

}  // namespace
BOOST_AUTO_TEST_SUITE_END()
}  // namespace stafett::log
